//! The tables `sso_accounts`, `sso_flows` and `sso_assertions`.

use chrono::{DateTime, Utc};

use super::{Identified, SsoConnectionId};
use crate::ids::SessionId;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::{Email, UserId};

/// Whose account it opens; the address of now takes the place of the one before.
pub(super) async fn touch(mut tx: &mut Tx, who: &Identified, now: DateTime<Utc>) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = tx
        .fetch_optional(
            "UPDATE sso_accounts SET last_used_at = $3, email = $4
             WHERE connection_id = $1 AND subject = $2 RETURNING user_id",
            params![
                who.connection(),
                who.subject(),
                now,
                who.mapped().email.as_ref().map(Email::as_str)
            ],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

/// `false` when it opens some account already, or the person has one of this connection.
pub(super) async fn insert(
    mut tx: &mut Tx,
    id: &str,
    who: &Identified,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO sso_accounts (id, connection_id, user_id, subject, email, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
            params![
                id,
                who.connection(),
                user,
                who.subject(),
                who.mapped().email.as_ref().map(Email::as_str),
                now
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// The connections whose accounts open somebody's.
pub(super) async fn connections_of(mut db: impl Querier, user: &UserId) -> Result<Vec<SsoConnectionId>> {
    let rows: Vec<(SsoConnectionId,)> = db
        .fetch_all(
            "SELECT connection_id FROM sso_accounts WHERE user_id = $1 ORDER BY id",
            params![user],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// `false` when there is none.
pub(super) async fn remove(mut tx: &mut Tx, user: &UserId, connection: &SsoConnectionId) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM sso_accounts WHERE user_id = $1 AND connection_id = $2",
            params![user, connection],
        )
        .await?;
    Ok(removed == 1)
}

pub(super) async fn remove_all(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM sso_accounts WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableAccount {
    connection_id: String,
    subject: String,
    email: Option<String>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableAccount>(
        db,
        "SELECT id AS key, connection_id, subject, email, created_at, last_used_at
         FROM sso_accounts WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}

pub(super) struct NewFlow<'a> {
    pub(super) state: &'a str,
    pub(super) browser: &'a str,
    pub(super) connection: &'a SsoConnectionId,
    pub(super) purpose: &'a str,
    pub(super) redirect_to: Option<&'a str>,
    pub(super) who: Option<(&'a UserId, &'a SessionId)>,
    pub(super) now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) async fn begin(mut db: &Db, new: NewFlow<'_>) -> Result<()> {
    db.execute(
        "INSERT INTO sso_flows (state_hash, browser_hash, connection_id, purpose, redirect_to, created_at, expires_at,
                                succeeded, user_id, session_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            new.state,
            new.browser,
            new.connection,
            new.purpose,
            new.redirect_to,
            new.now,
            new.expires_at,
            false,
            new.who.map(|(user, _)| user.as_str()),
            new.who.map(|(_, session)| session.as_str())
        ],
    )
    .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FlowRow {
    pub(super) connection_id: SsoConnectionId,
    pub(super) purpose: String,
    pub(super) redirect_to: Option<String>,
    pub(super) response: Option<String>,
    pub(super) user_id: Option<UserId>,
    pub(super) session_id: Option<SessionId>,
}

macro_rules! flow_columns {
    () => {
        "connection_id, purpose, redirect_to, response, user_id, session_id"
    };
}

/// Uses a flow up: of fifty who bring the same state one finds it, and only in its own browser.
pub(super) async fn take(
    mut db: &Db,
    state: &str,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<FlowRow>> {
    let mut rows: Vec<FlowRow> = Vec::new();
    let used = db
        .execute(
            "UPDATE sso_flows SET used_at = $3
             WHERE state_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > $3",
            params![state, browser, now],
        )
        .await?;
    if used == 1 {
        rows = db
            .fetch_all(
                concat!(
                    "SELECT ",
                    flow_columns!(),
                    " FROM sso_flows WHERE state_hash = $1"
                ),
                params![state],
            )
            .await?;
        db.execute(
            "UPDATE sso_flows SET response = NULL WHERE state_hash = $1 AND response IS NOT NULL",
            params![state],
        )
        .await?;
    }
    Ok(rows.pop())
}

/// A flow that still waits for its answer, in whatever browser.
pub(super) async fn waiting(mut db: &Db, state: &str, now: DateTime<Utc>) -> Result<Option<FlowRow>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            flow_columns!(),
            " FROM sso_flows WHERE state_hash = $1 AND used_at IS NULL AND expires_at > $2"
        ),
        params![state, now],
    )
    .await
}

/// Keeps an answer that came without the cookies of its browser; `false` when there is one already.
pub(super) async fn keep(mut db: &Db, state: &str, response: &str, now: DateTime<Utc>) -> Result<bool> {
    let kept = db
        .execute(
            "UPDATE sso_flows SET response = $2
             WHERE state_hash = $1 AND response IS NULL AND used_at IS NULL AND expires_at > $3",
            params![state, response, now],
        )
        .await?;
    Ok(kept == 1)
}

/// Ends a flow whose answer was refused.
pub(super) async fn spoil(mut db: &Db, state: &str, now: DateTime<Utc>) -> Result<()> {
    db.execute(
        "UPDATE sso_flows SET used_at = $2, response = NULL WHERE state_hash = $1 AND used_at IS NULL",
        params![state, now],
    )
    .await?;
    Ok(())
}

/// Remembers an assertion; `false` for one that is known.
pub(super) async fn use_up(
    mut tx: &mut Tx,
    hash: &str,
    connection: &SsoConnectionId,
    until: DateTime<Utc>,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO sso_assertions (hash, connection_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![hash, connection, until],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn succeed(mut db: &Db, state: &str) -> Result<()> {
    db.execute(
        "UPDATE sso_flows SET succeeded = $2 WHERE state_hash = $1",
        params![state, true],
    )
    .await?;
    Ok(())
}

/// How often this browser has succeeded since a moment.
pub(super) async fn rounds(mut db: &Db, browser: &str, since: DateTime<Utc>) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM sso_flows WHERE browser_hash = $1 AND created_at > $2 AND succeeded",
            params![browser, since],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    let used = db.execute("DELETE FROM sso_assertions WHERE expires_at <= $1", params![now]);
    let used = used.await?;
    let flows = db.execute("DELETE FROM sso_flows WHERE expires_at <= $1", params![now]);
    Ok(used + flows.await?)
}
