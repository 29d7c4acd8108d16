//! The `trusted_devices` table.

use chrono::{DateTime, Utc};

use super::TrustedDevice;
use crate::ids::TrustedDeviceId;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::{User, UserId};

pub(super) async fn insert(mut tx: &mut Tx, user: &User, row: &TrustedDevice) -> Result<()> {
    tx.execute(
        "INSERT INTO trusted_devices (id, user_id, device_hash, epoch, name, ip, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (user_id, device_hash) DO UPDATE SET id = $1, epoch = $4, name = $5, ip = $6, created_at = $7,
           expires_at = $8, last_used_at = NULL",
        params![
            &row.id,
            &user.id,
            &row.device_hash,
            user.epoch,
            &row.name,
            &row.ip,
            row.created_at,
            row.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// `false` when it does not count: unknown, over, or of an account that was changed since.
pub(super) async fn use_one(mut tx: &mut Tx, user: &User, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE trusted_devices SET last_used_at = $4
             WHERE user_id = $1 AND device_hash = $2 AND epoch = $3 AND expires_at > $4",
            params![&user.id, hash, user.epoch, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn list(mut db: &Db, user: &UserId, now: DateTime<Utc>) -> Result<Vec<TrustedDevice>> {
    db.fetch_all(
        "SELECT t.id, t.device_hash, t.name, t.ip, t.created_at, t.expires_at, t.last_used_at
         FROM trusted_devices AS t JOIN users AS u ON u.id = t.user_id
         WHERE t.user_id = $1 AND t.epoch = u.epoch AND t.expires_at > $2 ORDER BY t.created_at DESC, t.id DESC",
        params![user, now],
    )
    .await
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId, id: &TrustedDeviceId) -> Result<u64> {
    tx.execute(
        "DELETE FROM trusted_devices WHERE user_id = $1 AND id = $2",
        params![user, id],
    )
    .await
}

pub(super) async fn remove_all(mut tx: &mut Tx, user: &UserId) -> Result<u64> {
    tx.execute("DELETE FROM trusted_devices WHERE user_id = $1", params![user])
        .await
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM trusted_devices WHERE expires_at < $1", params![now])
        .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableTrust {
    id: String,
    name: String,
    ip: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableTrust>(
        db,
        "SELECT id AS key, id, name, ip, created_at, expires_at, last_used_at
         FROM trusted_devices WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
