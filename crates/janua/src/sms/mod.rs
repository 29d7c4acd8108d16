//! Codes by SMS: a telephone as a second factor.
//!
//! What always holds: a number counts once a code sent to it was right; a code is six digits, stored as a keyed hash
//! that is bound to the account, the purpose and the number; it lives ten minutes, takes five tries, and is used up by
//! one conditional UPDATE; a newer one of the same purpose voids it. Nothing is sent before the limits and the brake were
//! asked, and nothing inside a transaction. A [`Verified`] is made only here.

mod brake;
mod sending;
mod store;

use std::time::Duration;

use crate::app::{App, Keys};
use crate::client::Client;
use crate::crypto::digits;
use crate::error::{Code, Result};
use crate::io::db::{Querier, Tx};
use crate::io::sms::PhoneNumber;
use crate::portable::Portable;
use crate::users::{User, UserId};

/// How long a code lives.
const LIFETIME: Duration = Duration::from_secs(600);

/// How many tries a code takes.
const TRIES: i64 = 5;

/// What a code is for. Each purpose is a namespace of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proves that a number is at hand, before it becomes a factor.
    Enrolment,
    /// Completes a sign-in.
    SignIn,
    /// Proves once more who somebody is.
    StepUp,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
        }
    }
}

/// Proof that somebody has this user's telephone at hand. Only this module makes one.
#[derive(Debug)]
pub struct Verified(UserId);

impl Verified {
    /// Whose telephone it is.
    pub fn user(&self) -> &UserId {
        &self.0
    }
}

/// A code that is on its way.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The number, as far as it may be shown.
    pub to: String,
    /// How long the code lives.
    pub lifetime: Duration,
}

/// A try that stays counted whatever comes of it; no code is looked at without one.
#[derive(Debug)]
pub struct Counted {
    user: UserId,
    purpose: Purpose,
    is_open: bool,
}

/// Whether there are codes by SMS here.
///
/// # Errors
/// `SMS_DISABLED`.
pub fn refuse_if_off(app: &App) -> Result<()> {
    app.texter
        .is_on()
        .then_some(())
        .ok_or_else(|| Code::SmsDisabled.into())
}

/// Keeps a number for somebody and sends a code to it. An earlier number that was never confirmed is replaced.
///
/// # Errors
/// `MFA_ALREADY_ENABLED` when a confirmed one is there, and as [`send`].
pub async fn enrol(app: &App, client: &Client, user: &User, number: &PhoneNumber) -> Result<Sent> {
    refuse_if_off(app)?;
    if is_enabled(&app.db, &user.id).await? {
        return Err(Code::MfaAlreadyEnabled.into());
    }
    sending::send(app, client, user, Purpose::Enrolment, number).await
}

/// Sends a code to somebody's telephone; an earlier one of the same purpose counts no more.
///
/// # Errors
/// `MFA_METHOD_UNAVAILABLE`, `SMS_DISABLED`, `SMS_RATE_LIMITED`, `SMS_BRAKED`, `SMS_DELIVERY_FAILED`.
pub async fn send(app: &App, client: &Client, user: &User, purpose: Purpose) -> Result<Sent> {
    let row = store::find(&app.db, &user.id).await?;
    let row = row.filter(|it| it.confirmed_at.is_some());
    let number = row.ok_or(Code::MfaMethodUnavailable)?.number()?;
    refuse_if_off(app)?;
    sending::send(app, client, user, purpose, &number).await
}

/// Whether a code of this purpose was sent and may still be shown.
///
/// # Errors
/// When the database fails.
pub async fn is_awaited(app: &App, user: &UserId, purpose: Purpose) -> Result<bool> {
    Ok(store::is_open(&app.db, user, purpose, TRIES, app.clock.now()).await?)
}

/// Counts a try before its code is looked at, in a transaction of its own: what is refused stays counted.
///
/// # Errors
/// When the database fails.
pub async fn count_try(app: &App, user: &UserId, purpose: Purpose) -> Result<Counted> {
    let mut tx = app.db.begin().await?;
    let is_open = store::count_try(&mut tx, user, purpose, TRIES, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Counted {
        user: user.clone(),
        purpose,
        is_open,
    })
}

/// Makes a number count, if the code is the one that was sent to it.
///
/// # Errors
/// `MFA_NOT_ENABLED` when no number waits.
pub async fn confirm(app: &App, tx: &mut Tx, counted: &Counted, code: &str) -> Result<Option<Verified>> {
    let row = store::find(&mut *tx, &counted.user).await?;
    let row = row
        .filter(|it| it.confirmed_at.is_none())
        .ok_or(Code::MfaNotEnabled)?;
    if !consume(app, tx, counted, &row.number, code).await? {
        return Ok(None);
    }
    let confirmed = store::confirm(tx, &counted.user, &row.number, app.clock.now()).await?;
    Ok(confirmed.then(|| Verified(counted.user.clone())))
}

/// Checks a code and uses it up: of a hundred parallel tries one succeeds.
///
/// # Errors
/// When the database fails.
pub async fn check(app: &App, tx: &mut Tx, counted: &Counted, code: &str) -> Result<Option<Verified>> {
    let row = store::find(&mut *tx, &counted.user).await?;
    let Some(row) = row.filter(|it| it.confirmed_at.is_some()) else {
        return Ok(None);
    };
    let is_right = consume(app, tx, counted, &row.number, code).await?;
    Ok(is_right.then(|| Verified(counted.user.clone())))
}

async fn consume(app: &App, tx: &mut Tx, counted: &Counted, number: &str, code: &str) -> Result<bool> {
    if !counted.is_open || !digits::is_code(code) {
        return Ok(false);
    }
    let (user, purpose) = (&counted.user, counted.purpose);
    for keys in app.all_keys() {
        let hash = code_hash(keys, user, purpose, number, code);
        if store::consume(tx, user, purpose, &hash, app.clock.now()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody's telephone is a factor of theirs.
///
/// # Errors
/// When the database fails.
pub async fn is_enabled(db: impl Querier, user: &UserId) -> Result<bool> {
    Ok(store::find(db, user)
        .await?
        .is_some_and(|it| it.confirmed_at.is_some()))
}

/// Somebody's number as far as it may be shown, and whether it is a factor already.
///
/// # Errors
/// When the database fails.
pub async fn phone(db: impl Querier, user: &UserId) -> Result<Option<(String, bool)>> {
    let Some(row) = store::find(db, user).await? else {
        return Ok(None);
    };
    Ok(Some((row.number()?.masked(), row.confirmed_at.is_some())))
}

/// Forgets somebody's number and its codes; says whether it counted.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, user: &UserId) -> Result<bool> {
    let was_enabled = is_enabled(&mut *tx, user).await?;
    store::remove(tx, user).await?;
    Ok(was_enabled)
}

/// Forgets codes that are over, messages after thirty days, and brakes that were let go.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let now = app.clock.now();
    Ok(store::sweep(
        &app.db,
        now - chrono::TimeDelta::days(1),
        now - chrono::TimeDelta::days(30),
    )
    .await?)
}

/// Bound to account, purpose and number: the same digits elsewhere are another code.
fn code_hash(keys: &Keys, user: &UserId, purpose: Purpose, number: &str, code: &str) -> String {
    let parts: [&[u8]; 5] = [
        b"texted code",
        user.as_str().as_bytes(),
        purpose.name().as_bytes(),
        number.as_bytes(),
        code.as_bytes(),
    ];
    hex::encode(keys.one_time.mac(&parts))
}

/// The telephone of somebody.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}

/// Text messages to somebody.
///
/// # Errors
/// When the database fails.
pub async fn portable_messages(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable_messages(&app.db, user, after).await
}
