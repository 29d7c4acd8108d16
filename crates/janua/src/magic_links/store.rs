//! The `magic_links` table.

use chrono::{DateTime, Utc};

use super::Used;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::users::UserId;

/// One statement: of two requests at once the later one counts. What the address has tried stays counted.
pub(super) async fn ask(
    mut tx: &mut Tx,
    email: &str,
    flow: &str,
    redirect_to: Option<&str>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO magic_links (email, flow_hash, redirect_to, tries, full_at_ms, created_at, expires_at)
         VALUES ($1, $2, $3, 0, 0, $4, $5)
         ON CONFLICT (email) DO UPDATE SET flow_hash = $2, link_hash = NULL, code_hash = NULL, user_id = NULL,
           epoch = NULL, redirect_to = $3, tries = 0, created_at = $4, expires_at = $5, used_at = NULL",
        params![email, flow, redirect_to, now, expires_at],
    )
    .await?;
    Ok(())
}

pub(super) struct NewSecrets<'a> {
    pub(super) reference: &'a str,
    pub(super) link: &'a str,
    pub(super) code: &'a str,
    pub(super) user: Option<&'a UserId>,
    pub(super) epoch: Option<i64>,
}

pub(super) async fn mint(mut db: &Db, new: NewSecrets<'_>, now: DateTime<Utc>) -> Result<bool> {
    let written = db
        .execute(
            "UPDATE magic_links SET link_hash = $2, code_hash = $3, user_id = $4, epoch = $5
             WHERE flow_hash = $1 AND used_at IS NULL AND expires_at > $6",
            params![
                new.reference,
                new.link,
                new.code,
                new.user.map(UserId::as_str),
                new.epoch,
                now
            ],
        )
        .await?;
    Ok(written == 1)
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct LinkRow {
    pub(super) email: String,
    pub(super) flow_hash: String,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_at: Option<DateTime<Utc>>,
}

pub(super) async fn find_link(mut db: &Db, link: &str) -> Result<Option<LinkRow>> {
    db.fetch_optional(
        "SELECT email, flow_hash, expires_at, used_at FROM magic_links WHERE link_hash = $1",
        params![link],
    )
    .await
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FlowRow {
    pub(super) tries: i64,
    pub(super) full_at_ms: i64,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) used_at: Option<DateTime<Utc>>,
}

pub(super) async fn find_flow(mut db: &Db, flow: &str) -> Result<Option<FlowRow>> {
    db.fetch_optional(
        "SELECT tries, full_at_ms, expires_at, used_at FROM magic_links WHERE flow_hash = $1",
        params![flow],
    )
    .await
}

pub(super) struct Allowance {
    pub(super) most: i64,
    pub(super) now_ms: i64,
    pub(super) every_ms: i64,
    pub(super) room_ms: i64,
}

/// `false` when either allowance is used up. One statement, so that parallel tries cannot slip past it.
pub(super) async fn count_try(
    mut tx: &mut Tx,
    flow: &str,
    allowance: Allowance,
    now: DateTime<Utc>,
) -> Result<bool> {
    let counted = tx
        .execute(
            "UPDATE magic_links SET tries = tries + 1,
               full_at_ms = CASE WHEN full_at_ms > $4 THEN full_at_ms + $5 ELSE $4 + $5 END
             WHERE flow_hash = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3 AND full_at_ms <= $4 + $6",
            params![
                flow,
                now,
                allowance.most,
                allowance.now_ms,
                allowance.every_ms,
                allowance.room_ms
            ],
        )
        .await?;
    Ok(counted == 1)
}

type UsedRow = (String, Option<UserId>, Option<i64>, Option<String>);

impl From<UsedRow> for Used {
    fn from((email, user_id, epoch, redirect_to): UsedRow) -> Self {
        Self {
            email,
            user_id,
            epoch,
            redirect_to,
        }
    }
}

pub(super) async fn consume_link(
    mut tx: &mut Tx,
    link: &str,
    flow: &str,
    now: DateTime<Utc>,
) -> Result<Option<UsedRow>> {
    tx.fetch_optional(
        "UPDATE magic_links SET used_at = $3, full_at_ms = 0
         WHERE link_hash = $1 AND flow_hash = $2 AND used_at IS NULL AND expires_at > $3
         RETURNING email, user_id, epoch, redirect_to",
        params![link, flow, now],
    )
    .await
}

pub(super) async fn consume_code(
    mut tx: &mut Tx,
    flow: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<UsedRow>> {
    tx.fetch_optional(
        "UPDATE magic_links SET used_at = $3, full_at_ms = 0
         WHERE flow_hash = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3
         RETURNING email, user_id, epoch, redirect_to",
        params![flow, code, now],
    )
    .await
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM magic_links WHERE expires_at < $1", params![before])
        .await
}
