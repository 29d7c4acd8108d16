//! Failed sign-ins lock an account for a while, and the lock tells nothing.
//!
//! Addresses that belong to nobody are counted and locked just the same. A device that has signed in before has a
//! counter of its own, so that a stranger cannot lock the owner out (security rows L05 to L08).

mod store;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::{DbError, Querier, Tx};
use crate::outbox;
use crate::portable::Portable;
use crate::users::{Identifier, User, UserId};

/// Whom failures are counted for: an account or an address, seen from a known device or from all others together.
#[derive(Debug)]
pub struct Subject {
    key: String,
    /// The same under earlier master keys.
    earlier: Vec<String>,
    user: Option<User>,
}

impl Subject {
    /// The subject of a try to sign in. `known_device` is a device that this user has signed in from before.
    pub fn of(app: &App, identifier: &Identifier, user: Option<&User>, known_device: Option<&str>) -> Self {
        // By id where there is one: address and username of one account share the counter.
        let account = user.map_or_else(|| identifier.canonical(), |user| user.id.to_string());
        let origin = known_device.unwrap_or("any");
        let mut keys = app.all_keys().map(|keys| {
            let mac = keys.lockout.mac(&[account.as_bytes(), origin.as_bytes()]);
            hex::encode(&mac[..16])
        });
        Self {
            key: keys.next().unwrap_or_default(),
            earlier: keys.collect(),
            user: user.cloned(),
        }
    }

    /// A key for limits: the same for every spelling of the account.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Names the account, or the address that nobody has, for whoever has to explain a refusal.
    pub fn named(&self, refused: Error) -> Error {
        match &self.user {
            Some(user) => refused.of_user(user.id.as_str()),
            None => refused.of_subject(&self.key),
        }
    }

    /// The refusal of a subject that was locked before.
    pub fn refusal(&self, app: &App, until: DateTime<Utc>) -> Error {
        let truth = if self.user.is_some() {
            Truth::Locked
        } else {
            Truth::LockedNobody
        };
        self.named(refusal(app, until).because(truth))
    }
}

/// Until when the subject is locked, if it is.
///
/// # Errors
/// When the database fails.
pub async fn locked_until(
    app: &App,
    mut db: impl Querier,
    subject: &Subject,
) -> Result<Option<DateTime<Utc>>> {
    let now = app.clock.now();
    for key in std::iter::once(&subject.key).chain(&subject.earlier) {
        let until = store::locked_until(&mut db, key).await?;
        if let Some(until) = until.filter(|until| now < *until && *until <= latest_end(app, now)) {
            return Ok(Some(until));
        }
    }
    Ok(None)
}

/// A lock that ends later than this was made by a clock that ran ahead, and does not hold: nobody waits for hours because
/// a clock was wrong. The clocks of instances may still differ by a whole lock.
fn latest_end(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    now + 2 * app.config.accounts.lockout_duration
}

/// The refusal of a locked account; by itself it tells of failures at the same time.
fn refusal(app: &App, until: DateTime<Utc>) -> Error {
    let wait = (until - app.clock.now()).num_seconds().max(1);
    Code::AccountLocked
        .because(Truth::LockedNow)
        .with(
            "locked_until",
            until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        )
        .retry_after(wait.unsigned_abs())
}

/// Counts a failure; gives the refusal to answer with. The count is one atomic statement: parallel tries cannot slip
/// past it.
///
/// # Errors
/// When the database fails.
pub async fn count_failure(app: &App, client: &Client, subject: &Subject, truth: Truth) -> Result<Error> {
    let now = app.clock.now();
    let accounts = &app.config.accounts;
    let user_id = subject.user.as_ref().map(|it| &it.id);
    let mut tx = app.db.begin().await?;
    adopt(&mut tx, subject).await?;
    let counted = store::count(
        &mut tx,
        &subject.key,
        user_id,
        i64::from(accounts.lockout_threshold),
        store::Times {
            now,
            window: now - accounts.lockout_duration,
            lock_until: now + accounts.lockout_duration,
            latest: latest_end(app, now),
        },
    )
    .await;
    let counted = match counted {
        // The account was deleted while the hash was computed: nobody is left to be locked.
        Err(DbError::ForeignKey(_)) => return Ok(Code::InvalidCredentials.because(Truth::AccountGone)),
        counted => counted?,
    };
    events::record(
        app,
        &mut tx,
        Event::about(Name::SignInFailed, user_id)
            .from(client)
            .failed("wrong_password"),
    )
    .await?;
    let threshold = i64::from(accounts.lockout_threshold);
    if counted.failures == threshold
        && let (Some(user), Some(until)) = (&subject.user, counted.locked_until)
    {
        events::record(
            app,
            &mut tx,
            Event::about(Name::AccountLocked, user_id).from(client),
        )
        .await?;
        let facts = json!({
            "ip": client.ip.to_string(), "device": client.device_name(), "when": now, "unlock_at": until,
            "minutes": accounts.lockout_duration.as_secs() / 60,
        });
        outbox::promise_with(app, &mut tx, outbox::Kind::AccountLocked, user, client, facts).await?;
    }
    tx.commit().await?;
    Ok(subject.named(match counted.locked_until {
        Some(until) if counted.failures > threshold => refusal(app, until),
        _ => Code::InvalidCredentials.because(truth),
    }))
}

/// Forgets the failures of a subject that has proved itself.
///
/// # Errors
/// `ACCOUNT_LOCKED` when parallel failures locked it in the meantime: the right password does not win that race.
pub async fn pass(app: &App, tx: &mut Tx, subject: &Subject) -> Result<()> {
    let now = app.clock.now();
    adopt(tx, subject).await?;
    // As with nearly everybody: nothing to forget.
    if !store::has_failed(tx, &subject.key).await? {
        return Ok(());
    }
    store::forget(tx, &subject.key, now, latest_end(app, now)).await?;
    match store::locked_until(tx, &subject.key).await? {
        Some(until) => Err(subject.named(refusal(app, until))),
        None => Ok(()),
    }
}

/// What was counted before the master key was rotated counts on: a rotation gives nobody fresh tries.
async fn adopt(tx: &mut Tx, subject: &Subject) -> Result<()> {
    for earlier in &subject.earlier {
        store::rename(tx, earlier, &subject.key).await?;
    }
    Ok(())
}

/// Lifts every lock of an account.
///
/// # Errors
/// When the database fails.
pub async fn unlock(tx: &mut Tx, user: &UserId) -> Result<u64> {
    Ok(store::forget_user(tx, user).await?)
}

/// Until when any lock of this account lasts, for administrators.
///
/// # Errors
/// When the database fails.
pub async fn longest_lock(app: &App, user: &UserId) -> Result<Option<DateTime<Utc>>> {
    let now = app.clock.now();
    Ok(store::longest_lock(&app.db, user, now, latest_end(app, now)).await?)
}

/// Forgets counters that no longer matter.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let now = app.clock.now();
    Ok(store::sweep(&app.db, now - 2 * app.config.accounts.lockout_duration, now).await?)
}

/// Failed sign-ins of somebody that still count.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
