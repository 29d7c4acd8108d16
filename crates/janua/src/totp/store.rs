//! The `totp_secrets` table.

use chrono::{DateTime, Utc};

use crate::crypto::sealed::Column;
use crate::io::db::{Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

/// The secrets.
pub const SEALED: Column = Column {
    table: "totp_secrets",
    column: "sealed",
    ids: "SELECT DISTINCT substr(sealed, 1, 9) FROM totp_secrets",
    page: "SELECT user_id, sealed FROM totp_secrets WHERE user_id > $1 ORDER BY user_id LIMIT 100",
    replace: "UPDATE totp_secrets SET sealed = $3 WHERE user_id = $1 AND sealed = $2",
};

#[derive(Debug, sqlx::FromRow)]
pub(super) struct SecretRow {
    pub(super) sealed: Vec<u8>,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
}

pub(super) async fn find(mut db: impl Querier, user: &UserId) -> Result<Option<SecretRow>> {
    db.fetch_optional(
        "SELECT sealed, confirmed_at FROM totp_secrets WHERE user_id = $1",
        params![user],
    )
    .await
}

/// `false` when a confirmed secret is there: it is never overwritten.
pub(super) async fn enrol(
    mut tx: &mut Tx,
    user: &UserId,
    sealed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let written = tx
        .execute(
            "INSERT INTO totp_secrets (user_id, sealed, last_step, created_at) VALUES ($1, $2, 0, $3)
             ON CONFLICT (user_id) DO UPDATE SET sealed = $2, last_step = 0, created_at = $3
             WHERE totp_secrets.confirmed_at IS NULL",
            params![user, sealed, now],
        )
        .await?;
    Ok(written == 1)
}

/// `false` when it was confirmed, or replaced by another one, in the meantime.
pub(super) async fn confirm(
    mut tx: &mut Tx,
    user: &UserId,
    sealed: Vec<u8>,
    step: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let confirmed = tx
        .execute(
            "UPDATE totp_secrets SET confirmed_at = $4, last_step = $3
             WHERE user_id = $1 AND sealed = $2 AND confirmed_at IS NULL",
            params![user, sealed, step, now],
        )
        .await?;
    Ok(confirmed == 1)
}

pub(super) async fn use_up(mut tx: &mut Tx, user: &UserId, step: i64) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE totp_secrets SET last_step = $2
             WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2",
            params![user, step],
        )
        .await?;
    Ok(taken == 1)
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM totp_secrets WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableApp {
    created_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableApp>(
        db,
        "SELECT user_id AS key, created_at, confirmed_at FROM totp_secrets WHERE user_id = $1 AND user_id > $2 LIMIT $3",
        user,
        after,
    )
    .await
}
