//! Second factors of an account: turned on, turned off, looked at.
//!
//! What always holds: each change ends the account's other sessions and every sign-in under way, is recorded, and is
//! mailed to its owner; what is shown once is not stored readably.

pub mod admin_routes;
pub mod routes;
pub mod stepping_up;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::administration::Actor;
use crate::app::App;
use crate::authentication::{self, Factors, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::login::second_factor;
use crate::outbox::{self, Kind};
use crate::recovery;
use crate::sessions::{self, Because, SessionId};
use crate::totp::Enrolment;
use crate::users::{self, Changed, User, UserId};
use crate::{recovery_codes, totp};

/// What an account is protected with.
#[derive(Debug)]
pub struct Status {
    /// The second factors.
    pub factors: Factors,
    /// The server's time, by which codes are judged.
    pub now: DateTime<Utc>,
}

/// Tells what an account is protected with.
///
/// # Errors
/// When the database fails.
pub async fn status(app: &App, user: &UserId) -> Result<Status> {
    Ok(Status {
        factors: Factors::of(&app.db, user).await?,
        now: app.clock.now(),
    })
}

/// Makes a secret for an authenticator app. It counts once [`confirm_totp`] has seen a code of it.
///
/// # Errors
/// `WRONG_PASSWORD`, `RATE_LIMITED`, `MFA_ALREADY_ENABLED`.
pub async fn enable_totp(
    app: &App,
    client: &Client,
    user: &UserId,
    password: Option<SecretString>,
) -> Result<Enrolment> {
    let user = match password {
        Some(password) => recovery::confirm(app, client, user, "password", password).await?,
        None => second_factor::owner(app, user).await?,
    };
    let mut tx = app.db.begin().await?;
    let enrolment = totp::enrol(app, &mut tx, &user).await?;
    tx.commit().await?;
    Ok(enrolment)
}

/// The secret that [`enable_totp`] made and no code has confirmed, for somebody who has proved lately who they are.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone.
pub async fn waiting_totp(app: &App, user: &UserId) -> Result<Option<Enrolment>> {
    let user = second_factor::owner(app, user).await?;
    totp::waiting(app, &user).await
}

/// Turns an authenticator app on, with a first code of it. Gives the recovery codes, which are never shown again.
///
/// # Errors
/// `WRONG_MFA_CODE`, `MFA_NOT_ENABLED` when no secret waits for it, `RATE_LIMITED`.
pub async fn confirm_totp(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    code: &SecretString,
) -> Result<Vec<SecretString>> {
    authentication::count_code_try(app, None, user).await?;
    let mut tx = app.db.begin().await?;
    let owner = advance(app, &mut tx, user).await?;
    let Some(verified) = totp::confirm(app, &mut tx, user, code.reveal()).await? else {
        return Err(Error::new(Code::WrongMfaCode).with("field", "code"));
    };
    authentication::forget_code_tries(&mut tx, user).await?;
    let codes = recovery_codes::replace(app, &mut tx, user).await?;
    // This session has shown both: it need not sign in again.
    sessions::strengthen(app, &mut tx, session, Some(&Second::Totp(verified))).await?;
    let event = Event::by(Name::MfaEnabled, user, client);
    events::record(app, &mut tx, event.knowing(json!({"method": "totp"}))).await?;
    outbox::promise(app, &mut tx, Kind::MfaEnabled, &owner, client).await?;
    let because = Because::SecondFactorChanged;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &owner, Some(session), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(codes)
}

/// Turns the authenticator app off, for somebody who has proved lately who they are with both factors. The recovery
/// codes go with it.
///
/// # Errors
/// `MFA_NOT_ENABLED`.
pub async fn disable_totp(app: &App, client: &Client, (user, session): (&UserId, &SessionId)) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let owner = advance(app, &mut tx, user).await?;
    if !totp::remove(&mut tx, user).await? {
        return Err(Code::MfaNotEnabled.into());
    }
    recovery_codes::remove(&mut tx, user).await?;
    let event = Event::by(Name::MfaDisabled, user, client);
    events::record(app, &mut tx, event.knowing(json!({"method": "totp"}))).await?;
    outbox::promise(app, &mut tx, Kind::MfaDisabled, &owner, client).await?;
    let because = Because::SecondFactorChanged;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &owner, Some(session), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(())
}

/// Gives somebody new recovery codes; the old ones count no more.
///
/// # Errors
/// `MFA_NOT_ENABLED`.
pub async fn regenerate(app: &App, client: &Client, user: &UserId) -> Result<Vec<SecretString>> {
    let mut tx = app.db.begin().await?;
    let codes = renew(app, &mut tx, user).await?;
    events::record(app, &mut tx, Event::by(Name::RecoveryCodesRenewed, user, client)).await?;
    tx.commit().await?;
    Ok(codes)
}

async fn renew(app: &App, tx: &mut Tx, user: &UserId) -> Result<Vec<SecretString>> {
    if !totp::is_enabled(&mut *tx, user).await? {
        return Err(Code::MfaNotEnabled.into());
    }
    recovery_codes::replace(app, tx, user).await
}

/// The same by an operator, for somebody whose codes are gone.
///
/// # Errors
/// `MFA_NOT_ENABLED`.
pub async fn regenerate_for(app: &App, actor: Actor<'_>, user: &UserId) -> Result<Vec<SecretString>> {
    let mut tx = app.db.begin().await?;
    let codes = renew(app, &mut tx, user).await?;
    actor
        .record(app, &mut tx, Name::RecoveryCodesRenewed, Some(user), json!({}))
        .await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes every second factor from an account whose owner has lost them. Every session of theirs ends.
///
/// # Errors
/// `NOT_FOUND`, `MFA_NOT_ENABLED`.
pub async fn reset(app: &App, actor: Actor<'_>, client: &Client, user: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let owner = users::advance_epoch(app, &mut tx, user)
        .await?
        .ok_or(Code::NotFound)?;
    if !totp::remove(&mut tx, user).await? {
        return Err(Code::MfaNotEnabled.into());
    }
    recovery_codes::remove(&mut tx, user).await?;
    actor
        .record(app, &mut tx, Name::MfaReset, Some(user), json!({}))
        .await?;
    outbox::promise(app, &mut tx, Kind::MfaDisabled, &owner, client).await?;
    actor.finish(app, tx, user, Because::SecondFactorChanged).await?;
    Ok(())
}

/// The code that somebody's app shows now, for an operator who helps them; that it was shown is recorded.
///
/// # Errors
/// `MFA_NOT_ENABLED`.
pub async fn show_code(app: &App, actor: Actor<'_>, user: &User) -> Result<SecretString> {
    let code = totp::current_code(app, user).await?.ok_or(Code::MfaNotEnabled)?;
    let mut tx = app.db.begin().await?;
    actor
        .record(app, &mut tx, Name::MfaCodeShown, Some(&user.id), json!({}))
        .await?;
    tx.commit().await?;
    Changed::new(&user.id).announce(app).await;
    Ok(code)
}

/// Ends every sign-in under way. Done first: it locks the row.
async fn advance(app: &App, tx: &mut Tx, user: &UserId) -> Result<User> {
    let user = users::advance_epoch(app, tx, user).await?;
    user.ok_or_else(|| Code::TokenRevoked.into())
}
