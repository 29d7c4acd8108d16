//! The `sign_in_failures` table.

use chrono::{DateTime, Utc};

use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Counted {
    pub(super) failures: i64,
    pub(super) locked_until: Option<DateTime<Utc>>,
}

/// The times that a count of failures is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) now: DateTime<Utc>,
    /// Failures before it are forgotten.
    pub(super) window: DateTime<Utc>,
    /// The end of a lock that begins now.
    pub(super) lock_until: DateTime<Utc>,
    /// No lock that holds ends later.
    pub(super) latest: DateTime<Utc>,
}

/// Failures older than `window`, those before a lock that has passed, and those before a lock that ends after `latest`
/// start the count anew.
pub(super) async fn count(
    mut tx: &mut Tx,
    subject: &str,
    user: Option<&UserId>,
    threshold: i64,
    times: Times,
) -> Result<Counted> {
    let counted = tx
        .fetch_optional(
            "INSERT INTO sign_in_failures (subject, user_id, failures, last_failed_at, locked_until)
             VALUES ($1, $2, 1, $3, CASE WHEN $4 <= 1 THEN $6 END)
             ON CONFLICT (subject) DO UPDATE SET
               failures = CASE
                 WHEN sign_in_failures.last_failed_at <= $5 OR sign_in_failures.locked_until <= $3
                   OR sign_in_failures.locked_until > $7 THEN 1
                 ELSE sign_in_failures.failures + 1 END,
               locked_until = CASE
                 WHEN sign_in_failures.last_failed_at <= $5 OR sign_in_failures.locked_until <= $3
                   OR sign_in_failures.locked_until > $7 THEN
                   CASE WHEN $4 <= 1 THEN $6 END
                 WHEN sign_in_failures.locked_until IS NOT NULL THEN sign_in_failures.locked_until
                 WHEN sign_in_failures.failures + 1 >= $4 THEN $6 END,
               last_failed_at = $3
             RETURNING failures, locked_until",
            params![
                subject,
                user.map(UserId::as_str),
                times.now,
                threshold,
                times.window,
                times.lock_until,
                times.latest
            ],
        )
        .await?;
    Ok(counted.unwrap_or(Counted {
        failures: 1,
        locked_until: None,
    }))
}

/// Gives a row another subject, unless that has a row already.
pub(super) async fn rename(mut tx: &mut Tx, old: &str, new: &str) -> Result<()> {
    tx.execute(
        "UPDATE sign_in_failures SET subject = $2
         WHERE subject = $1 AND NOT EXISTS (SELECT 1 FROM sign_in_failures AS other WHERE other.subject = $2)",
        params![old, new],
    )
    .await?;
    Ok(())
}

pub(super) async fn has_failed(mut tx: &mut Tx, subject: &str) -> Result<bool> {
    let row: Option<(String,)> = tx
        .fetch_optional(
            "SELECT subject FROM sign_in_failures WHERE subject = $1",
            params![subject],
        )
        .await?;
    Ok(row.is_some())
}

pub(super) async fn locked_until(mut db: impl Querier, subject: &str) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(Option<DateTime<Utc>>,)> = db
        .fetch_optional(
            "SELECT locked_until FROM sign_in_failures WHERE subject = $1",
            params![subject],
        )
        .await?;
    Ok(row.and_then(|(until,)| until))
}

/// Keeps a row whose lock still lasts.
pub(super) async fn forget(
    mut tx: &mut Tx,
    subject: &str,
    now: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "DELETE FROM sign_in_failures
         WHERE subject = $1 AND (locked_until IS NULL OR locked_until <= $2 OR locked_until > $3)",
        params![subject, now, latest],
    )
    .await?;
    Ok(())
}

pub(super) async fn forget_user(mut tx: &mut Tx, user: &UserId) -> Result<u64> {
    tx.execute("DELETE FROM sign_in_failures WHERE user_id = $1", params![user])
        .await
}

pub(super) async fn longest_lock(
    mut db: &Db,
    user: &UserId,
    now: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = db
        .fetch_optional(
            "SELECT locked_until FROM sign_in_failures
             WHERE user_id = $1 AND locked_until > $2 AND locked_until <= $3
             ORDER BY locked_until DESC LIMIT 1",
            params![user, now, latest],
        )
        .await?;
    Ok(row.map(|(until,)| until))
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64> {
    db.execute(
        "DELETE FROM sign_in_failures WHERE last_failed_at < $1 AND (locked_until IS NULL OR locked_until <= $2)",
        params![before, now],
    )
    .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableFailures {
    failures: i64,
    last_failed_at: DateTime<Utc>,
    locked_until: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableFailures>(
        db,
        "SELECT subject AS key, failures, last_failed_at, locked_until
         FROM sign_in_failures WHERE user_id = $1 AND subject > $2 ORDER BY subject LIMIT $3",
        user,
        after,
    )
    .await
}
