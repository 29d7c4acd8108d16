//! The `signing_keys` table.

use chrono::{DateTime, TimeDelta, Utc};

use super::life::{Stage, State};
use crate::crypto::sealed::Column;
use crate::crypto::signing::Algorithm;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;

/// A key that retired and lost its times, by a migration that was taken back, is kept for this long.
const UNTOLD: TimeDelta = TimeDelta::days(30);

/// The private halves.
pub const SEALED: Column = Column {
    table: "signing_keys",
    column: "sealed",
    ids: "SELECT DISTINCT substr(sealed, 1, 9) FROM signing_keys WHERE length(sealed) > 0",
    page: "SELECT id, sealed FROM signing_keys WHERE id > $1 AND length(sealed) > 0 ORDER BY id LIMIT 100",
    replace: "UPDATE signing_keys SET sealed = $3 WHERE id = $1 AND sealed = $2",
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) id: String,
    pub(super) algorithm: String,
    pub(super) public_der: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) state: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) activates_at: Option<DateTime<Utc>>,
    pub(super) retires_at: Option<DateTime<Utc>>,
    pub(super) token_seconds: Option<i64>,
}

impl KeyRow {
    /// `None` for a key of a newer binary that this one does not understand.
    pub(super) fn stage(&self) -> Option<Stage> {
        Some(Stage {
            kid: self.id.clone(),
            algorithm: self.algorithm.parse().ok()?,
            state: State::parse(&self.state)?,
            is_stored: !self.sealed.is_empty(),
            activates_at: self.activates_at.unwrap_or(self.changed_at),
            retires_at: self.retires_at.unwrap_or(self.changed_at + UNTOLD),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, algorithm, public_der, sealed, state, created_at, changed_at, activates_at, retires_at,
                    token_seconds
             FROM signing_keys ",
            $rest
        )
    };
}

pub(super) async fn all(mut db: &Db) -> Result<Vec<KeyRow>> {
    db.fetch_all(select!("ORDER BY created_at, id"), params![]).await
}

pub(super) async fn active(mut tx: &mut Tx) -> Result<Vec<KeyRow>> {
    tx.fetch_all(select!("WHERE state = 'active'"), params![]).await
}

/// Rotations wait for each other at the oldest row.
pub(super) async fn lock(mut tx: &mut Tx) -> Result<()> {
    tx.execute(
        "UPDATE signing_keys SET id = id WHERE id = (SELECT MIN(id) FROM signing_keys)",
        params![],
    )
    .await?;
    Ok(())
}

pub(super) struct NewKey {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pub(super) public: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

/// `false` when there is a key of this algorithm in this state already.
pub(super) async fn insert(
    mut tx: &mut Tx,
    key: NewKey,
    state: State,
    token_seconds: i64,
    activates_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO signing_keys (id, algorithm, public_der, sealed, state, created_at, changed_at, published_at,
                                       activates_at, token_seconds)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8) ON CONFLICT DO NOTHING",
            params![
                key.kid,
                key.algorithm.to_string(),
                key.public,
                key.sealed,
                state.text(),
                now,
                activates_at,
                token_seconds
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Takes a `next` key whose time has come, before the active ones retire. `false` when somebody else did.
pub(super) async fn claim_next(mut tx: &mut Tx, kid: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE signing_keys SET changed_at = $2 WHERE id = $1 AND state = 'next' AND activates_at <= $2",
            params![kid, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn activate(
    mut tx: &mut Tx,
    kid: &str,
    token_seconds: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE signing_keys SET state = 'active', changed_at = $2, activates_at = $2, retires_at = NULL,
                    token_seconds = CASE WHEN token_seconds > $3 THEN token_seconds ELSE $3 END
             WHERE id = $1 AND state <> 'active' AND length(sealed) > 0",
            params![kid, now, token_seconds],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn retire(
    mut tx: &mut Tx,
    kid: &str,
    retires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE signing_keys SET state = 'retiring', changed_at = $3, retires_at = $2
             WHERE id = $1 AND state = 'active'",
            params![kid, retires_at, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Drops waiting keys, which have never signed: all but those of one algorithm, or all.
pub(super) async fn drop_waiting(mut tx: &mut Tx, kept: Option<Algorithm>) -> Result<Vec<String>> {
    let kept = kept.map_or("", Algorithm::name);
    let rows: Vec<(String,)> = tx
        .fetch_all(
            "DELETE FROM signing_keys WHERE state = 'next' AND algorithm <> $1 RETURNING id",
            params![kept],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn remove(mut tx: &mut Tx, kid: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = tx
        .execute(
            "DELETE FROM signing_keys WHERE id = $1 AND state = 'retiring'
               AND (retires_at <= $2 OR retires_at IS NULL AND changed_at <= $3)",
            params![kid, now, now - UNTOLD],
        )
        .await?;
    Ok(changed == 1)
}

/// Notes that an active key signs tokens of at least this lifetime.
pub(super) async fn raise(mut db: &Db, kid: &str, token_seconds: i64) -> Result<()> {
    db.execute(
        "UPDATE signing_keys SET token_seconds = $2 WHERE id = $1 AND (token_seconds IS NULL OR token_seconds < $2)",
        params![kid, token_seconds],
    )
    .await?;
    Ok(())
}

/// Keeps a key that is not active and signs all the same: one that the operator holds, or one that was retired under
/// an instance which has no other.
pub(super) async fn keep(
    mut db: &Db,
    kid: &str,
    algorithm: Algorithm,
    public: Vec<u8>,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    db.execute(
        "INSERT INTO signing_keys (id, algorithm, public_der, sealed, state, created_at, changed_at, published_at,
                                   activates_at, retires_at)
         VALUES ($1, $2, $3, $4, 'retiring', $5, $5, $5, $5, $6)
         ON CONFLICT (id) DO UPDATE SET retires_at = $6
           WHERE signing_keys.state = 'retiring' AND (signing_keys.retires_at < $6 OR signing_keys.retires_at IS NULL)",
        params![kid, algorithm.to_string(), public, Vec::<u8>::new(), now, until],
    )
    .await?;
    Ok(())
}
