//! What is counted over the tables of other features; nothing is written here.

use chrono::{DateTime, Utc};

use super::statistics::{AccountFigures, LastDayFigures, MailFigures};
use crate::events::Name;
use crate::io::db::Value;
use crate::io::db::{Db, Querier, Record, Result};
use crate::params;

/// Counting always gives a row.
async fn one<T: Record>(mut db: &Db, sql: &'static str, params: Vec<Value>) -> Result<T> {
    let row = db.fetch_optional(sql, params).await?;
    row.ok_or_else(|| crate::io::db::DbError::Other(sqlx::Error::RowNotFound))
}

pub(super) async fn people(db: &Db, now: DateTime<Utc>) -> Result<AccountFigures> {
    one(
        db,
        "SELECT COUNT(*) AS total,
                COUNT(CASE WHEN email_verified_at IS NOT NULL THEN 1 END) AS verified,
                COUNT(CASE WHEN suspended_at IS NOT NULL THEN 1 END) AS suspended,
                COUNT(CASE WHEN is_admin THEN 1 END) AS administrators,
                (SELECT COUNT(DISTINCT user_id) FROM sign_in_failures WHERE locked_until > $1) AS locked
         FROM users",
        params![now],
    )
    .await
}

pub(super) async fn mails(db: &Db) -> Result<MailFigures> {
    one(
        db,
        "SELECT COUNT(CASE WHEN state = 'queued' THEN 1 END) AS waiting,
                COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed
         FROM outbox WHERE state IN ('queued', 'failed')",
        params![],
    )
    .await
}

pub(super) async fn events_since(db: &Db, since: DateTime<Utc>) -> Result<LastDayFigures> {
    one(
        db,
        "SELECT COUNT(CASE WHEN name = $2 THEN 1 END) AS sign_ins,
                COUNT(CASE WHEN name = $3 THEN 1 END) AS failed_sign_ins,
                COUNT(CASE WHEN name = $4 THEN 1 END) AS registrations
         FROM events WHERE at > $1",
        params![
            since,
            Name::SignedIn.text(),
            Name::SignInFailed.text(),
            Name::UserRegistered.text()
        ],
    )
    .await
}
