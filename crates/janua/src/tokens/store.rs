//! The `refresh_tokens` and `signing_keys` tables.

use chrono::{DateTime, Utc};

use crate::crypto::signing::Algorithm;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::sessions::SessionId;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct RefreshRow {
    pub(super) session_id: SessionId,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_at: Option<DateTime<Utc>>,
}

pub(super) async fn find(mut tx: &mut Tx, hash: &str) -> Result<Option<RefreshRow>> {
    tx.fetch_optional(
        "SELECT session_id, expires_at, used_at FROM refresh_tokens WHERE hash = $1",
        params![hash],
    )
    .await
}

pub(super) async fn is_used(mut tx: &mut Tx, hash: &str) -> Result<bool> {
    let row: Option<(Option<DateTime<Utc>>,)> = tx
        .fetch_optional(
            "SELECT used_at FROM refresh_tokens WHERE hash = $1",
            params![hash],
        )
        .await?;
    Ok(row.is_some_and(|(used_at,)| used_at.is_some()))
}

pub(super) async fn session(mut db: &Db, hash: &str) -> Result<Option<SessionId>> {
    let row: Option<(SessionId,)> = db
        .fetch_optional(
            "SELECT session_id FROM refresh_tokens WHERE hash = $1",
            params![hash],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn mark_used(mut tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL",
        params![hash, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn prolong(mut tx: &mut Tx, hash: &str, until: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE refresh_tokens SET expires_at = $2 WHERE hash = $1",
        params![hash, until],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert(
    mut tx: &mut Tx,
    hash: &str,
    session: &SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![hash, session, now, expires_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM refresh_tokens WHERE expires_at < $1", params![now])
        .await
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) id: String,
    pub(super) algorithm: String,
    pub(super) public_der: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) state: String,
}

pub(super) async fn keys(mut db: &Db) -> Result<Vec<KeyRow>> {
    db.fetch_all(
        "SELECT id, algorithm, public_der, sealed, state FROM signing_keys ORDER BY created_at",
        params![],
    )
    .await
}

pub(super) async fn key_since(mut db: &Db, kid: &str) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = db
        .fetch_optional("SELECT changed_at FROM signing_keys WHERE id = $1", params![kid])
        .await?;
    Ok(row.map(|(since,)| since))
}

/// `false` when there is an active key of this algorithm already.
pub(super) async fn insert_active_key(
    mut tx: &mut Tx,
    kid: &str,
    algorithm: Algorithm,
    public: Vec<u8>,
    sealed: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO signing_keys (id, algorithm, public_der, sealed, state, created_at, changed_at)
             VALUES ($1, $2, $3, $4, 'active', $5, $5) ON CONFLICT DO NOTHING",
            params![kid, algorithm.to_string(), public, sealed, now],
        )
        .await?;
    Ok(changed == 1)
}
