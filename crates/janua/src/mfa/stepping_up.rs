//! Proving once more who one is, for changes that could cost somebody their account.

use crate::app::App;
use crate::authentication::{self, Factors, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::login::passkey;
use crate::login::second_factor::{self, Typed};
use crate::passkeys::PasskeyAnswer;
use crate::recovery;
use crate::sessions::{self, SessionId};
use crate::sms::{self, Purpose, Sent};
use crate::users::{Changed, UserId};

/// What somebody shows to prove once more who they are.
#[derive(Debug)]
pub struct Again {
    /// The password.
    pub password: Option<SecretString>,
    /// A code; needed where the account has a second factor.
    pub typed: Option<Typed>,
}

/// Lets a session count as recent again.
///
/// # Errors
/// `WRONG_PASSWORD`, `WRONG_MFA_CODE`, `RATE_LIMITED`; `REAUTHENTICATION_REQUIRED` when what was shown is not enough.
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    again: Again,
) -> Result<()> {
    let factors = Factors::of(&app.db, user).await?;
    let is_enough = again.typed.is_some() || !factors.is_any() && again.password.is_some();
    if !is_enough {
        return Err(
            Error::new(Code::ReauthenticationRequired).with("methods", second_factor::methods(&factors))
        );
    }
    if let Some(password) = again.password {
        recovery::confirm(app, client, user, "password", password).await?;
    }
    let mut admitted = Vec::new();
    if let Some(typed) = &again.typed {
        authentication::count_code_try(app, None, user).await?;
        admitted = second_factor::admit(app, &factors, Purpose::StepUp, typed).await?;
    }
    let mut tx = app.db.begin().await?;
    let second = match &again.typed {
        Some(typed) => Some(second_factor::confirm(app, &mut tx, client, user, (&admitted, typed)).await?),
        None => None,
    };
    renew(app, tx, client, (user, session), second.as_ref()).await
}

/// The same with a passkey, which nobody can guess or be talked out of.
///
/// # Errors
/// As [`passkey::prove`], 422 each: the session is fine.
pub async fn with_passkey(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    answer: PasskeyAnswer,
) -> Result<()> {
    let proved = passkey::prove(app, client, user, answer).await;
    let (second, tx) = proved.map_err(Error::within_session)?;
    renew(app, tx, client, (user, session), Some(&second)).await
}

async fn renew(
    app: &App,
    mut tx: Tx,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    second: Option<&Second>,
) -> Result<()> {
    sessions::strengthen(app, &mut tx, session, second).await?;
    let event = Event::by(Name::Reauthenticated, user, client).in_session(session.as_str());
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    Changed::new(user).announce(app).await;
    Ok(())
}

/// Sends a code to one's own telephone, for [`reauthenticate`].
///
/// # Errors
/// As [`sms::send`].
pub async fn send_code(app: &App, client: &Client, user: &UserId) -> Result<Sent> {
    let user = second_factor::owner(app, user).await?;
    sms::send(app, client, &user, Purpose::StepUp).await
}
