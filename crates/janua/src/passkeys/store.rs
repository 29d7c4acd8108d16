//! The tables `passkeys` and `passkey_challenges`.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::challenges::Purpose;
use super::{Passkey, PasskeyId};
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

/// `false` when somebody has this credential already.
pub(super) async fn insert(mut tx: &mut Tx, it: &Passkey) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO passkeys (id, user_id, credential_id, credential, counter, name, aaguid, transports,
                 backup_eligible, backed_up, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
            params![
                &it.id,
                &it.user_id,
                &it.credential_id,
                it.credential.clone(),
                it.counter,
                &it.name,
                &it.aaguid,
                &it.transports,
                it.backup_eligible,
                it.backed_up,
                it.created_at,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn list(mut db: &Db, user: &UserId) -> Result<Vec<Passkey>> {
    db.fetch_all(
        "SELECT * FROM passkeys WHERE user_id = $1 ORDER BY created_at, id",
        params![user],
    )
    .await
}

pub(super) async fn find(mut db: &Db, credential_id: &str) -> Result<Option<Passkey>> {
    db.fetch_optional(
        "SELECT * FROM passkeys WHERE credential_id = $1",
        params![credential_id],
    )
    .await
}

pub(super) async fn count(mut tx: &mut Tx, user: &UserId) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .fetch_optional("SELECT COUNT(*) FROM passkeys WHERE user_id = $1", params![user])
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn rename(
    mut tx: &mut Tx,
    user: &UserId,
    id: &PasskeyId,
    name: &str,
) -> Result<Option<Passkey>> {
    tx.fetch_optional(
        "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING *",
        params![id, user, name],
    )
    .await
}

pub(super) async fn delete(mut tx: &mut Tx, user: &UserId, id: &PasskeyId) -> Result<Option<Passkey>> {
    tx.fetch_optional(
        "DELETE FROM passkeys WHERE id = $1 AND user_id = $2 RETURNING *",
        params![id, user],
    )
    .await
}

pub(super) async fn delete_all(mut tx: &mut Tx, user: &UserId) -> Result<u64> {
    tx.execute("DELETE FROM passkeys WHERE user_id = $1", params![user])
        .await
}

/// Locks the row until the transaction ends; gives the counter that was seen before.
pub(super) async fn lock(mut tx: &mut Tx, id: &PasskeyId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "UPDATE passkeys SET counter = counter WHERE id = $1 RETURNING counter",
            params![id],
        )
        .await?;
    Ok(row.map(|(counter,)| counter))
}

/// Notes a use.
pub(super) async fn touch(
    mut tx: &mut Tx,
    id: &PasskeyId,
    counter: i64,
    backed_up: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE passkeys SET counter = $2, backed_up = $3, last_used_at = $4 WHERE id = $1",
        params![id, counter, backed_up, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn flag(mut tx: &mut Tx, id: &PasskeyId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE passkeys SET flagged_at = $2 WHERE id = $1 AND flagged_at IS NULL",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// `false` when the question was answered before.
pub(super) async fn use_up(
    mut tx: &mut Tx,
    hash: &str,
    purpose: Purpose,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO passkey_challenges (hash, purpose, asked, created_at, used_at, expires_at)
             VALUES ($1, $2, $3, $4, $4, $5) ON CONFLICT DO NOTHING",
            params![hash, purpose.name(), Value::Null, now, expires_at],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn sweep(mut db: impl Querier, before: DateTime<Utc>) -> Result<u64> {
    db.execute(
        "DELETE FROM passkey_challenges WHERE expires_at < $1",
        params![before],
    )
    .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortablePasskey {
    id: String,
    name: String,
    credential_id: String,
    aaguid: String,
    transports: String,
    backup_eligible: bool,
    backed_up: bool,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    flagged_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortablePasskey>(
        db,
        "SELECT id AS key, id, name, credential_id, aaguid, transports, backup_eligible, backed_up, created_at, last_used_at,
                flagged_at
         FROM passkeys WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
