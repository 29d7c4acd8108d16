//! What is counted over the tables of other features; nothing is written here.

use chrono::{DateTime, Utc};

use super::statistics::{
    AccountFigures, FactorFigures, MailFigures, OrganizationFigures, PeriodFigures, WebhookFigures,
};
use crate::io::db::Value;
use crate::io::db::{Db, Querier, Record, Result, Scoped};
use crate::params;

/// Counting always gives a row.
async fn one<T: Record>(mut db: impl Querier, sql: &'static str, params: Vec<Value>) -> Result<T> {
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

pub(super) async fn factors(db: &Db) -> Result<FactorFigures> {
    one(
        db,
        "SELECT (SELECT COUNT(*) FROM totp_secrets WHERE confirmed_at IS NOT NULL) AS totp,
                (SELECT COUNT(*) FROM phones WHERE confirmed_at IS NOT NULL) AS sms,
                (SELECT COUNT(DISTINCT user_id) FROM passkeys) AS passkeys,
                (SELECT COUNT(*) FROM (
                    SELECT user_id FROM totp_secrets WHERE confirmed_at IS NOT NULL
                    UNION SELECT user_id FROM phones WHERE confirmed_at IS NOT NULL
                    UNION SELECT user_id FROM passkeys) AS protected) AS \"any\"",
        params![],
    )
    .await
}

pub(super) async fn organizations(db: Scoped<'_>) -> Result<OrganizationFigures> {
    one(
        db,
        "SELECT COUNT(CASE WHEN deleted_at IS NULL THEN 1 END) AS total,
                COUNT(CASE WHEN deleted_at IS NULL AND suspended_at IS NOT NULL THEN 1 END) AS suspended,
                COUNT(CASE WHEN deleted_at IS NOT NULL THEN 1 END) AS deleted,
                (SELECT COUNT(*) FROM members) AS members
         FROM organizations",
        params![],
    )
    .await
}

pub(super) async fn api_keys(db: Scoped<'_>, now: DateTime<Utc>) -> Result<i64> {
    let row: (i64,) = one(
        db,
        "SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)",
        params![now],
    )
    .await?;
    Ok(row.0)
}

pub(super) async fn webhooks(db: Scoped<'_>) -> Result<WebhookFigures> {
    one(
        db,
        "SELECT COUNT(*) AS total,
                COUNT(CASE WHEN disabled_at IS NULL AND failures > 0 THEN 1 END) AS failing,
                COUNT(CASE WHEN disabled_at IS NOT NULL THEN 1 END) AS disabled
         FROM webhook_endpoints",
        params![],
    )
    .await
}

/// The names stand in the text, because each of them has an index of its own.
pub(super) async fn events_since(db: Scoped<'_>, since: DateTime<Utc>) -> Result<PeriodFigures> {
    one(
        db,
        "SELECT (SELECT COUNT(*) FROM events WHERE name = 'session.started' AND at > $1) AS sign_ins,
                (SELECT COUNT(*) FROM events WHERE name = 'sign_in.failed' AND at > $1) AS failed_sign_ins,
                (SELECT COUNT(*) FROM events WHERE name = 'user.registered' AND at > $1) AS registrations",
        params![since],
    )
    .await
}
