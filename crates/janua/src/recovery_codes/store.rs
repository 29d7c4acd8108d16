//! The `recovery_codes` table.

use chrono::{DateTime, Utc};

use crate::io::db::{Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

pub(super) async fn insert(mut tx: &mut Tx, hash: &str, user: &UserId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "INSERT INTO recovery_codes (hash, user_id, created_at) VALUES ($1, $2, $3)",
        params![hash, user, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn consume(mut tx: &mut Tx, hash: &str, user: &UserId, now: DateTime<Utc>) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE recovery_codes SET used_at = $3 WHERE hash = $1 AND user_id = $2 AND used_at IS NULL",
            params![hash, user, now],
        )
        .await?;
    Ok(taken == 1)
}

pub(super) async fn remaining(mut db: impl Querier, user: &UserId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL",
            params![user],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableCode {
    created_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableCode>(
        db,
        "SELECT hash AS key, created_at, used_at FROM recovery_codes WHERE user_id = $1 AND hash > $2 ORDER BY hash LIMIT $3",
        user,
        after,
    )
    .await
}
