//! The `passwords` table.

use chrono::{DateTime, Utc};

use crate::crypto::password::PasswordHash;
use crate::io::db::{Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

pub(super) async fn find(mut db: impl Querier, user: &UserId) -> Result<Option<PasswordHash>> {
    let row: Option<(String,)> = db
        .fetch_optional("SELECT hash FROM passwords WHERE user_id = $1", params![user])
        .await?;
    Ok(row.map(|(hash,)| PasswordHash::from_stored(hash)))
}

pub(super) async fn upsert(
    mut tx: &mut Tx,
    user: &UserId,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET hash = $2, changed_at = $3",
        params![user, hash.as_stored(), now],
    )
    .await?;
    Ok(())
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM passwords WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

/// `false` when the password was changed in the meantime.
pub(super) async fn replace(
    mut tx: &mut Tx,
    user: &UserId,
    old: &PasswordHash,
    new: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE passwords SET hash = $3, changed_at = $4 WHERE user_id = $1 AND hash = $2",
            params![user, old.as_stored(), new.as_stored(), now],
        )
        .await?;
    Ok(changed == 1)
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortablePassword {
    changed_at: DateTime<Utc>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortablePassword>(
        db,
        "SELECT user_id AS key, changed_at FROM passwords WHERE user_id = $1 AND user_id > $2 LIMIT $3",
        user,
        after,
    )
    .await
}
