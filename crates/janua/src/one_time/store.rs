//! The `one_time_secrets` table.

use chrono::{DateTime, Utc};

use super::Purpose;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::users::{User, UserId};

pub(super) async fn insert(
    mut db: impl Querier,
    hash: &str,
    purpose: Purpose,
    user: &User,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    db.execute(
        "INSERT INTO one_time_secrets (hash, purpose, user_id, sent_to, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![hash, purpose.name(), &user.id, &user.email, now, expires_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn consume(
    mut tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<(UserId, String)>> {
    tx.fetch_optional(
        "UPDATE one_time_secrets SET used_at = $3
         WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
         RETURNING user_id, sent_to",
        params![hash, purpose.name(), now],
    )
    .await
}

pub(super) async fn find_owner(
    mut db: &Db,
    hash: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<UserId>> {
    let found: Option<(UserId,)> = db
        .fetch_optional(
            "SELECT user_id FROM one_time_secrets
             WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
            params![hash, purpose.name(), now],
        )
        .await?;
    Ok(found.map(|(owner,)| owner))
}

pub(super) async fn is_expired(
    mut tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<bool> {
    let found: Option<(String,)> = tx
        .fetch_optional(
            "SELECT hash FROM one_time_secrets WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at <= $3",
            params![hash, purpose.name(), now],
        )
        .await?;
    Ok(found.is_some())
}

pub(super) async fn is_used(mut tx: &mut Tx, hash: &str, purpose: Purpose) -> Result<bool> {
    let found: Option<(String,)> = tx
        .fetch_optional(
            "SELECT hash FROM one_time_secrets WHERE hash = $1 AND purpose = $2 AND used_at IS NOT NULL",
            params![hash, purpose.name()],
        )
        .await?;
    Ok(found.is_some())
}

pub(super) async fn void(
    mut tx: &mut Tx,
    user_id: &UserId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE one_time_secrets SET used_at = $3 WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL",
        params![user_id, purpose.name(), now],
    )
    .await?;
    Ok(())
}

pub(super) async fn sweep(mut db: impl Querier, before: DateTime<Utc>) -> Result<u64> {
    db.execute(
        "DELETE FROM one_time_secrets WHERE expires_at < $1",
        params![before],
    )
    .await
}
