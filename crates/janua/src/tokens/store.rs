//! The `refresh_tokens` table.

use chrono::{DateTime, Utc};

use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::sessions::SessionId;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct RefreshRow {
    pub(super) session_id: SessionId,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_at: Option<DateTime<Utc>>,
}

pub(super) async fn find(db: &mut impl Querier, hash: &str) -> Result<Option<RefreshRow>> {
    db.fetch_optional(
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

#[derive(Debug, sqlx::FromRow)]
pub(super) struct PeekedRow {
    pub(super) session_id: SessionId,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_at: Option<DateTime<Utc>>,
}

/// Reads a token without keeping anybody from it.
pub(super) async fn peek(mut db: &Db, hash: &str) -> Result<Option<PeekedRow>> {
    db.fetch_optional(
        "SELECT session_id, created_at, expires_at, used_at FROM refresh_tokens WHERE hash = $1",
        params![hash],
    )
    .await
}

/// How many tokens of a session are remembered.
pub(super) async fn family(mut db: &Db, session: &SessionId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM refresh_tokens WHERE session_id = $1",
            params![session],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
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

/// Whether this is the first use of a token, and in its time.
pub(super) async fn use_up(mut tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let used = tx
        .execute(
            "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2",
            params![hash, now],
        )
        .await?;
    Ok(used == 1)
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
    tx: &mut Tx,
    hash: &str,
    session: &SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.insert_later(
        "INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![hash, session, now, expires_at],
    )
    .await
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM refresh_tokens WHERE expires_at < $1", params![now])
        .await
}

/// Puts a token that was never used under another hash: it has no successor yet that would depend on the old one.
pub(super) async fn rehash(mut tx: &mut Tx, old: &str, new: &str) -> Result<()> {
    tx.execute(
        "UPDATE refresh_tokens SET hash = $2 WHERE hash = $1 AND used_at IS NULL",
        params![old, new],
    )
    .await?;
    Ok(())
}
