//! The second step of a sign-in, and proving once more who one is.

use super::{SignedIn, begin_in};
use crate::app::App;
use crate::authentication::{self, Factor, Pending, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::users::{self, User, UserId};
use crate::{recovery_codes, totp};

/// A code that somebody typed, and which factor it is to be of.
#[derive(Debug)]
pub struct Typed {
    /// The code.
    pub code: SecretString,
    /// The factor; by the form of the code when it is not said.
    pub factor: Option<Factor>,
    /// Whether the browser is to be trusted from now on.
    pub remember: bool,
}

impl Typed {
    fn factor(&self) -> Factor {
        let code = self.code.reveal();
        let looks_like_totp = code.len() == 6 && code.bytes().all(|it| it.is_ascii_digit());
        self.factor.unwrap_or(if looks_like_totp {
            Factor::Totp
        } else {
            Factor::RecoveryCode
        })
    }
}

/// Prepares the second step: nothing has to be sent for the factors there are; tells whether this one can be shown.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `MFA_METHOD_UNAVAILABLE`.
pub async fn challenge(app: &App, client: &Client, token: &str, factor: Factor) -> Result<Pending> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let pending = authentication::resume(app, token).await?;
    if pending.factors().all().contains(&factor) {
        Ok(pending)
    } else {
        Err(Code::MfaMethodUnavailable.into())
    }
}

/// Completes a sign-in with a code.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `INVALID_MFA_CODE`, `INVALID_RECOVERY_CODE`, `RATE_LIMITED`; nothing tells whether an earlier
/// code was nearly right.
pub async fn sign_in(app: &App, client: &Client, token: &str, typed: Typed) -> Result<SignedIn> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let factor = typed.factor();
    let outcome = attempt(app, client, token, &typed).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in(factor.name(), told);
    outcome
}

async fn attempt(app: &App, client: &Client, token: &str, typed: &Typed) -> Result<SignedIn> {
    let pending = authentication::resume(app, token).await?;
    let user = pending.user().clone();
    authentication::count_code_try(app, Some(&pending), &user).await?;
    let mut tx = app.db.begin().await?;
    let Some(second) = prove(app, &mut tx, client, &user, typed).await? else {
        drop(tx);
        return Err(refuse(app, client, &user, typed.factor()).await?);
    };
    let proof = authentication::finish(app, &mut tx, pending, &second).await?;
    begin_in(app, tx, client, proof, typed.remember).await
}

/// Checks a code and uses it up, in the transaction of what it allows. A used recovery code is told to its owner.
async fn prove(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    user: &UserId,
    typed: &Typed,
) -> Result<Option<Second>> {
    let code = typed.code.reveal();
    match typed.factor() {
        Factor::Totp => Ok(totp::check(app, tx, user, code).await?.map(Second::Totp)),
        // Nobody can type one: see `passkey::complete`.
        Factor::Passkey => Ok(None),
        Factor::RecoveryCode => {
            // Without the factor that they stand in for they open nothing.
            if !totp::is_enabled(&mut *tx, user).await? {
                return Ok(None);
            }
            let Some(proof) = recovery_codes::consume(app, tx, user, code).await? else {
                return Ok(None);
            };
            tell_of_use(app, tx, client, user).await?;
            Ok(Some(Second::RecoveryCode(proof)))
        }
    }
}

async fn tell_of_use(app: &App, tx: &mut Tx, client: &Client, user: &UserId) -> Result<()> {
    let remaining = recovery_codes::remaining(&mut *tx, user).await?;
    let event = Event::by(Name::RecoveryCodeUsed, user, client);
    events::record(
        app,
        tx,
        event.knowing(serde_json::json!({"remaining": remaining})),
    )
    .await?;
    let owner = users::find(&mut *tx, user).await?.ok_or(Code::TokenRevoked)?;
    let facts = serde_json::json!({
        "ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(), "remaining": remaining,
    });
    outbox::promise_with(app, tx, Kind::RecoveryCodeUsed, &owner, client, facts).await
}

async fn refuse(app: &App, client: &Client, user: &UserId, factor: Factor) -> Result<Error> {
    let code = match factor {
        Factor::Totp | Factor::Passkey => Code::InvalidMfaCode,
        Factor::RecoveryCode => Code::InvalidRecoveryCode,
    };
    let mut tx = app.db.begin().await?;
    let event = Event::about(Name::SignInFailed, Some(user)).from(client);
    events::record(app, &mut tx, event.failed(code.name())).await?;
    tx.commit().await?;
    Ok(code.into())
}

/// Checks a code of somebody who is signed in and uses it up, in the transaction of what it allows.
///
/// # Errors
/// `WRONG_MFA_CODE` (422: the session is fine).
pub async fn confirm(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    user: &UserId,
    typed: &Typed,
) -> Result<Second> {
    match prove(app, tx, client, user, typed).await? {
        Some(second) => {
            authentication::forget_code_tries(tx, user).await?;
            Ok(second)
        }
        None => Err(Error::new(Code::WrongMfaCode).with("field", "code")),
    }
}

/// What would be enough.
pub fn methods(factors: &authentication::Factors) -> Vec<&'static str> {
    if factors.is_any() {
        factors.names()
    } else {
        vec!["password"]
    }
}

/// Somebody's account, for changes of their second factors.
///
/// # Errors
/// `TOKEN_REVOKED` when it is gone.
pub async fn owner(app: &App, user: &UserId) -> Result<User> {
    Ok(users::find(&app.db, user).await?.ok_or(Code::TokenRevoked)?)
}
