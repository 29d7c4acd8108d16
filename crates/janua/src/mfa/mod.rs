//! Second factors of an account: turned on, turned off, looked at.
//!
//! What always holds: each change ends the account's other sessions and every sign-in under way, is recorded, and is
//! mailed to its owner; what is shown once is not stored readably.

pub mod admin_routes;
pub mod routes;
pub mod sms_routes;
pub mod stepping_up;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::administration::Actor;
use crate::app::App;
use crate::authentication::{self, Factor, Factors, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::io::sms::PhoneNumber;
use crate::login::second_factor;
use crate::outbox::{self, Kind};
use crate::recovery;
use crate::sessions::{self, Because, SessionId};
use crate::sms::{self, Purpose, Sent};
use crate::totp::Enrolment;
use crate::users::{self, Changed, User, UserId};
use crate::{passkeys, recovery_codes, totp};

/// What an account is protected with.
#[derive(Debug)]
pub struct Status {
    /// The second factors.
    pub factors: Factors,
    /// The telephone that gets codes, as far as it may be shown.
    pub phone: Option<String>,
    /// The server's time, by which codes are judged.
    pub now: DateTime<Utc>,
}

/// Tells what an account is protected with.
///
/// # Errors
/// When the database fails.
pub async fn status(app: &App, user: &UserId) -> Result<Status> {
    let factors = Factors::of(&app.db, user).await?;
    let phone = if factors.has(Factor::Sms) {
        sms::phone(&app.db, user).await?
    } else {
        None
    };
    Ok(Status {
        phone: phone.map(|(number, _)| number),
        factors,
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

/// Turns an authenticator app on, with a first code of it. Gives the recovery codes, which are never shown again: none
/// where another factor has brought some that still count.
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
    let before = Factors::of(&mut tx, user).await?;
    let Some(verified) = totp::confirm(app, &mut tx, user, code.reveal()).await? else {
        return Err(Error::new(Code::WrongMfaCode).with("field", "code"));
    };
    let second = Second::Totp(verified);
    turn_on(
        app,
        client,
        tx,
        (&owner, session),
        (Factor::Totp, &before, &second),
    )
    .await
}

/// Whether somebody has a second factor besides this one: then the password alone adds none.
///
/// # Errors
/// When the database fails.
pub async fn has_other_than(app: &App, user: &UserId, factor: Factor) -> Result<bool> {
    let factors = Factors::of(&app.db, user).await?;
    Ok([Factor::Totp, Factor::Sms]
        .into_iter()
        .any(|it| it != factor && factors.has(it)))
}

/// Sends a code to a telephone. It counts once [`confirm_sms`] has seen that code.
///
/// # Errors
/// `WRONG_PASSWORD`, `RATE_LIMITED`, and as [`sms::enrol`].
pub async fn enable_sms(
    app: &App,
    client: &Client,
    user: &UserId,
    password: Option<SecretString>,
    number: &PhoneNumber,
) -> Result<Sent> {
    let user = match password {
        Some(password) => recovery::confirm(app, client, user, "password", password).await?,
        None => second_factor::owner(app, user).await?,
    };
    sms::enrol(app, client, &user, number).await
}

/// Turns codes by SMS on, with the one that was sent. As [`confirm_totp`].
///
/// # Errors
/// `WRONG_MFA_CODE`, `MFA_NOT_ENABLED` when no number waits for it, `RATE_LIMITED`.
pub async fn confirm_sms(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    code: &SecretString,
) -> Result<Vec<SecretString>> {
    authentication::count_code_try(app, None, user).await?;
    let counted = sms::count_try(app, user, Purpose::Enrolment).await?;
    let mut tx = app.db.begin().await?;
    let owner = advance(app, &mut tx, user).await?;
    let before = Factors::of(&mut tx, user).await?;
    let Some(verified) = sms::confirm(app, &mut tx, &counted, code.reveal()).await? else {
        return Err(Error::new(Code::WrongMfaCode).with("field", "code"));
    };
    let second = Second::Sms(verified);
    turn_on(
        app,
        client,
        tx,
        (&owner, session),
        (Factor::Sms, &before, &second),
    )
    .await
}

async fn turn_on(
    app: &App,
    client: &Client,
    mut tx: Tx,
    (owner, session): (&User, &SessionId),
    (factor, before, second): (Factor, &Factors, &Second),
) -> Result<Vec<SecretString>> {
    authentication::forget_code_tries(&mut tx, &owner.id).await?;
    let codes = if before.has(Factor::RecoveryCode) {
        Vec::new()
    } else {
        recovery_codes::replace(app, &mut tx, &owner.id).await?
    };
    // This session has shown both: it need not sign in again.
    sessions::strengthen(app, &mut tx, session, Some(second)).await?;
    let event = Event::by(Name::MfaEnabled, &owner.id, client);
    events::record(app, &mut tx, event.knowing(json!({"method": factor.name()}))).await?;
    let facts = facts(app, client, factor.name(), false);
    outbox::promise_with(app, &mut tx, Kind::MfaEnabled, owner, client, facts).await?;
    let because = Because::SecondFactorChanged;
    let (_, changed) = sessions::revoke_others(app, &mut tx, owner, Some(session), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(codes)
}

/// What a mail says of a factor.
fn facts(app: &App, client: &Client, method: &str, others_remain: bool) -> serde_json::Value {
    json!({
        "ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(), "method": method,
        "others": if others_remain { "yes" } else { "no" },
    })
}

/// Turns a second factor off, for somebody who has proved lately who they are with both. The recovery codes go with the
/// last one.
///
/// # Errors
/// `MFA_NOT_ENABLED`.
pub async fn disable(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    factor: Factor,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let owner = advance(app, &mut tx, user).await?;
    let was_on = match factor {
        Factor::Totp => totp::remove(&mut tx, user).await?,
        Factor::Sms => sms::remove(&mut tx, user).await?,
        Factor::Passkey | Factor::RecoveryCode => false,
    };
    if !was_on {
        return Err(Code::MfaNotEnabled.into());
    }
    let others_remain = Factors::of(&mut tx, user).await?.is_any();
    if !others_remain {
        recovery_codes::remove(&mut tx, user).await?;
    }
    let event = Event::by(Name::MfaDisabled, user, client);
    events::record(app, &mut tx, event.knowing(json!({"method": factor.name()}))).await?;
    let facts = facts(app, client, factor.name(), others_remain);
    outbox::promise_with(app, &mut tx, Kind::MfaDisabled, &owner, client, facts).await?;
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
    if !Factors::of(&mut *tx, user).await?.is_any() {
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

/// Takes every second factor from an account whose owner has lost them, passkeys included: those of a lost telephone
/// are lost, too. Every session of theirs ends.
///
/// # Errors
/// `NOT_FOUND`, `MFA_NOT_ENABLED`.
pub async fn reset(app: &App, actor: Actor<'_>, client: &Client, user: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let owner = users::advance_epoch(app, &mut tx, user)
        .await?
        .ok_or(Code::NotFound)?;
    let removed = [
        ("totp", totp::remove(&mut tx, user).await?),
        ("sms", sms::remove(&mut tx, user).await?),
        ("passkey", passkeys::remove_all(&mut tx, user).await? > 0),
    ];
    let methods: Vec<&str> = removed.iter().filter(|it| it.1).map(|it| it.0).collect();
    if methods.is_empty() {
        return Err(Code::MfaNotEnabled.into());
    }
    recovery_codes::remove(&mut tx, user).await?;
    actor
        .record(
            app,
            &mut tx,
            Name::MfaReset,
            Some(user),
            json!({"methods": methods}),
        )
        .await?;
    let facts = facts(app, client, "all", false);
    outbox::promise_with(app, &mut tx, Kind::MfaDisabled, &owner, client, facts).await?;
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
    user.ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))
}
