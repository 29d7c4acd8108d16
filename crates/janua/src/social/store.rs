//! The tables `social_accounts` and `social_flows`.

use chrono::{DateTime, Utc};

use super::{Identified, SocialAccount};
use crate::ids::SessionId;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::{Email, UserId};

/// Whose account it opens; what the provider says now takes the place of what it said before.
pub(super) async fn touch(mut tx: &mut Tx, who: &Identified, now: DateTime<Utc>) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = tx
        .fetch_optional(
            "UPDATE social_accounts SET last_used_at = $3, email = $4, name = $5
             WHERE provider = $1 AND subject = $2 RETURNING user_id",
            params![
                who.provider(),
                who.subject(),
                now,
                who.email().map(Email::as_str),
                who.name()
            ],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

/// `false` when it opens some account already, or the person has one of this provider.
pub(super) async fn insert(
    mut tx: &mut Tx,
    id: &str,
    who: &Identified,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO social_accounts (id, user_id, provider, subject, email, name, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING",
            params![
                id,
                user,
                who.provider(),
                who.subject(),
                who.email().map(Email::as_str),
                who.name(),
                now
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn list(mut db: impl Querier, user: &UserId) -> Result<Vec<SocialAccount>> {
    db.fetch_all(
        "SELECT provider, email, name, created_at, last_used_at FROM social_accounts WHERE user_id = $1
         ORDER BY created_at, id",
        params![user],
    )
    .await
}

pub(super) async fn remove(mut tx: &mut Tx, user: &UserId, provider: &str) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM social_accounts WHERE user_id = $1 AND provider = $2",
            params![user, provider],
        )
        .await?;
    Ok(removed == 1)
}

pub(super) async fn remove_all(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM social_accounts WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableAccount {
    provider: String,
    subject: String,
    email: Option<String>,
    name: Option<String>,
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
        "SELECT id AS key, provider, subject, email, name, created_at, last_used_at
         FROM social_accounts WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}

pub(super) struct NewFlow<'a> {
    pub(super) state: &'a str,
    pub(super) browser: &'a str,
    pub(super) provider: &'a str,
    pub(super) redirect_to: Option<&'a str>,
    pub(super) who: Option<(&'a UserId, &'a SessionId)>,
    pub(super) now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) async fn begin(mut db: &Db, new: NewFlow<'_>) -> Result<()> {
    db.execute(
        "INSERT INTO social_flows (state_hash, browser_hash, provider, redirect_to, user_id, session_id, created_at,
           expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            new.state,
            new.browser,
            new.provider,
            new.redirect_to,
            new.who.map(|(user, _)| user.as_str()),
            new.who.map(|(_, session)| session.as_str()),
            new.now,
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FlowRow {
    pub(super) redirect_to: Option<String>,
    pub(super) user_id: Option<UserId>,
    pub(super) session_id: Option<SessionId>,
}

/// Takes a flow away: of fifty who bring the same state one finds it, and only in its own browser.
pub(super) async fn take(
    mut tx: &mut Tx,
    state: &str,
    browser: &str,
    provider: &str,
    now: DateTime<Utc>,
) -> Result<Option<FlowRow>> {
    tx.fetch_optional(
        "DELETE FROM social_flows WHERE state_hash = $1 AND browser_hash = $2 AND provider = $3 AND expires_at > $4
         RETURNING redirect_to, user_id, session_id",
        params![state, browser, provider, now],
    )
    .await
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM social_flows WHERE expires_at <= $1", params![now])
        .await
}
