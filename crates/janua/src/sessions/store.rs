//! The `sessions` and `devices` tables.

use chrono::{DateTime, Utc};

use super::{Session, SessionId, Traced};
use crate::ids::{OrganizationId, SsoLoginId};
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

macro_rules! columns {
    () => {
        "id, user_id, cookie_hash, device_hash, amr, ip, user_agent, authenticated_at, created_at, last_activity_at,
         expires_at, ends_at, revoked_at, organization_id, impersonator_id, impersonator_session_id,
         impersonation_reason, sso_login_id"
    };
}

pub(super) async fn insert(tx: &mut Tx, session: &Session) -> Result<()> {
    tx.insert_later(
        concat!(
            "INSERT INTO sessions (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, $13, $14, $15, $16)"
        ),
        params![
            &session.id,
            &session.user_id,
            &session.cookie_hash,
            &session.device_hash,
            &session.amr,
            &session.ip,
            &session.user_agent,
            session.authenticated_at,
            session.created_at,
            session.last_activity_at,
            session.expires_at,
            session.ends_at,
            session.impersonator_id.as_ref().map(UserId::as_str),
            session.impersonator_session_id.as_ref().map(SessionId::as_str),
            session.impersonation_reason.as_deref(),
            session.sso_login_id.as_ref().map(SsoLoginId::as_str),
        ],
    )
    .await
}

/// A session that was ended.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Ended {
    pub(super) id: SessionId,
    pub(super) user_id: UserId,
    pub(super) impersonator_id: Option<UserId>,
}

/// What lets a session of an impersonator stand: nobody of the two has lost or gained what it rests on.
macro_rules! stands {
    () => {
        "NOT u.is_admin AND u.suspended_at IS NULL AND EXISTS (
             SELECT 1 FROM users AS a WHERE a.id = s.impersonator_id AND a.is_admin AND a.suspended_at IS NULL)
         AND (s.impersonator_session_id IS NULL OR EXISTS (
             SELECT 1 FROM sessions AS own
             WHERE own.id = s.impersonator_session_id AND own.user_id = s.impersonator_id
               AND own.revoked_at IS NULL AND own.expires_at > $1 AND own.ends_at > $1))"
    };
}

/// Whether an administrator may go on acting for somebody in this session.
pub(super) async fn impersonation_stands(
    mut db: &Db,
    session: &SessionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row: Option<(String,)> = db
        .fetch_optional(
            concat!(
                "SELECT s.id FROM sessions AS s JOIN users AS u ON u.id = s.user_id
                 WHERE s.id = $2 AND s.revoked_at IS NULL AND ",
                stands!()
            ),
            params![now, session],
        )
        .await?;
    Ok(row.is_some())
}

/// Sessions of impersonators that are over and were not ended, with whether only their time is.
pub(super) async fn impersonations_over(
    mut db: &Db,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(Ended, bool)>> {
    #[derive(sqlx::FromRow)]
    struct Over {
        #[sqlx(flatten)]
        ended: Ended,
        expired: bool,
    }
    let rows: Vec<Over> = db
        .fetch_all(
            concat!(
                "SELECT s.id, s.user_id, s.impersonator_id, s.expires_at <= $1 AS expired
                 FROM sessions AS s JOIN users AS u ON u.id = s.user_id
                 WHERE s.impersonator_id IS NOT NULL AND s.revoked_at IS NULL AND (s.expires_at <= $1 OR NOT (",
                stands!(),
                ")) ORDER BY s.id LIMIT $2"
            ),
            params![now, most],
        )
        .await?;
    Ok(rows.into_iter().map(|it| (it.ended, it.expired)).collect())
}

#[derive(sqlx::FromRow)]
struct LiveRow {
    #[sqlx(flatten)]
    session: Session,
    is_admin: bool,
}

/// A session that was not ended, and whether its owner is an administrator.
pub(super) async fn find_live(
    mut db: &Db,
    user: &UserId,
    session: &SessionId,
) -> Result<Option<(Session, bool)>> {
    let row: Option<LiveRow> = db
        .fetch_optional(
            "SELECT s.id, s.user_id, s.cookie_hash, s.device_hash, s.amr, s.ip, s.user_agent, s.authenticated_at,
                    s.created_at, s.last_activity_at, s.expires_at, s.ends_at, s.revoked_at, s.organization_id,
                    s.impersonator_id, s.impersonator_session_id, s.impersonation_reason, s.sso_login_id,
                    u.is_admin
             FROM sessions AS s JOIN users AS u ON u.id = s.user_id
             WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND u.suspended_at IS NULL",
            params![session, user],
        )
        .await?;
    Ok(row.map(|row| (row.session, row.is_admin)))
}

pub(super) async fn find(mut db: impl Querier, session: &SessionId) -> Result<Option<Session>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sessions WHERE id = $1 AND revoked_at IS NULL"
        ),
        params![session],
    )
    .await
}

pub(super) async fn strengthen(
    mut tx: &mut Tx,
    session: &SessionId,
    amr: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE sessions SET amr = $2, authenticated_at = $3 WHERE id = $1 AND revoked_at IS NULL",
            params![session, amr, now],
        )
        .await?;
    Ok(changed == 1)
}

/// `false` when the session was ended.
pub(super) async fn set_organization(
    mut tx: &mut Tx,
    session: &SessionId,
    organization: Option<&OrganizationId>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE sessions SET organization_id = $2 WHERE id = $1 AND revoked_at IS NULL",
            params![session, organization.map(OrganizationId::as_str)],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets a session act in no organization, if it is still that one.
pub(super) async fn leave_organization(
    mut db: &Db,
    session: &SessionId,
    organization: &OrganizationId,
) -> Result<()> {
    db.execute(
        "UPDATE sessions SET organization_id = NULL WHERE id = $1 AND organization_id = $2",
        params![session, organization],
    )
    .await?;
    Ok(())
}

pub(super) async fn trace(mut db: &Db, session: &SessionId) -> Result<Option<Traced>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            ", revoked_because FROM sessions WHERE id = $1"
        ),
        params![session],
    )
    .await
}

pub(super) async fn touch(
    mut db: &Db,
    session: &SessionId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<()> {
    db.execute(
        "UPDATE sessions SET last_activity_at = $2, expires_at = CASE WHEN $3 < ends_at THEN $3 ELSE ends_at END
         WHERE id = $1 AND last_activity_at < $2 AND expires_at > $2",
        params![session, now, until],
    )
    .await?;
    Ok(())
}

/// `None` when the session was ended, or its time is over.
pub(super) async fn extend(
    mut tx: &mut Tx,
    session: &SessionId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Session>> {
    tx.fetch_optional(
        concat!(
            "UPDATE sessions SET last_activity_at = $2, expires_at = CASE WHEN $3 < ends_at THEN $3 ELSE ends_at END
             WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2
               AND EXISTS (SELECT 1 FROM users WHERE users.id = sessions.user_id AND users.suspended_at IS NULL)
             RETURNING ",
            columns!()
        ),
        params![session, now, until],
    )
    .await
}

pub(super) async fn list(mut db: &Db, user: &UserId, now: DateTime<Utc>) -> Result<Vec<Session>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
             ORDER BY last_activity_at DESC, id DESC LIMIT 1000"
        ),
        params![user, now],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Listed {
    #[sqlx(flatten)]
    session: Session,
    total: i64,
}

/// A page of what [`list`] gives, with the count of all; that is 0 for a page that stands behind the last one.
pub(super) async fn page(
    mut db: &Db,
    user: &UserId,
    now: DateTime<Utc>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Session>, i64)> {
    let rows: Vec<Listed> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                ", COUNT(*) OVER () AS total
                 FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
                 ORDER BY last_activity_at DESC, id DESC LIMIT $3 OFFSET $4"
            ),
            params![user, now, limit, offset],
        )
        .await?;
    let total = rows.first().map_or(0, |it| it.total);
    Ok((rows.into_iter().map(|it| it.session).collect(), total))
}

/// `None` when there is no such session that was not ended.
pub(super) async fn revoke(
    mut tx: &mut Tx,
    user: &UserId,
    session: &SessionId,
    because: &'static str,
    now: DateTime<Utc>,
) -> Result<Option<Ended>> {
    tx.fetch_optional(
        "UPDATE sessions SET revoked_at = $3, revoked_because = $4
         WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
         RETURNING id, user_id, impersonator_id",
        params![session, user, now, because],
    )
    .await
}

/// The sessions that began with a sign-in at an identity provider, and were not ended.
pub(super) async fn of_login(mut tx: &mut Tx, login: &SsoLoginId) -> Result<Vec<SessionId>> {
    let rows: Vec<(SessionId,)> = tx
        .fetch_all(
            "SELECT id FROM sessions WHERE sso_login_id = $1 AND revoked_at IS NULL",
            params![login],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn revoke_others(
    mut tx: &mut Tx,
    user: &UserId,
    kept: Option<&SessionId>,
    because: &'static str,
    now: DateTime<Utc>,
) -> Result<Vec<Ended>> {
    tx.fetch_all(
        "UPDATE sessions SET revoked_at = $3, revoked_because = $4
         WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL
         RETURNING id, user_id, impersonator_id",
        params![user, kept.map_or("", SessionId::as_str), now, because],
    )
    .await
}

pub(super) async fn count_live(mut db: &Db, now: DateTime<Utc>) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL AND expires_at > $1",
            params![now],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM sessions WHERE expires_at < $1", params![before])
        .await
}

pub(super) async fn touch_device(
    mut tx: &mut Tx,
    user: &UserId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE devices SET last_seen_at = $3 WHERE user_id = $1 AND hash = $2",
            params![user, hash, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn rename_device(
    mut tx: &mut Tx,
    user: &UserId,
    old: &str,
    new: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE devices SET hash = $3, last_seen_at = $4 WHERE user_id = $1 AND hash = $2",
            params![user, old, new, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn insert_device(tx: &mut Tx, user: &UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    tx.insert_later(
        "INSERT INTO devices (user_id, hash, created_at, last_seen_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (user_id, hash) DO NOTHING",
        params![user, hash, now],
    )
    .await
}

pub(super) async fn has_devices(mut tx: &mut Tx, user: &UserId) -> Result<bool> {
    let row: Option<(String,)> = tx
        .fetch_optional(
            "SELECT hash FROM devices WHERE user_id = $1 LIMIT 1",
            params![user],
        )
        .await?;
    Ok(row.is_some())
}

pub(super) async fn is_known_device(mut db: impl Querier, user: &UserId, hash: &str) -> Result<bool> {
    let row: Option<(String,)> = db
        .fetch_optional(
            "SELECT hash FROM devices WHERE user_id = $1 AND hash = $2",
            params![user, hash],
        )
        .await?;
    Ok(row.is_some())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableSession {
    id: String,
    amr: String,
    ip: String,
    user_agent: String,
    organization_id: Option<String>,
    created_at: DateTime<Utc>,
    last_activity_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_because: Option<String>,
    impersonator_id: Option<String>,
    impersonation_reason: Option<String>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableSession>(
        db,
        "SELECT id AS key, id, amr, ip, user_agent, organization_id, created_at, last_activity_at, expires_at, ends_at,
                revoked_at, revoked_because, impersonator_id, impersonation_reason
         FROM sessions WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableDevice {
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
}

pub(super) async fn portable_devices(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableDevice>(
        db,
        "SELECT hash AS key, created_at, last_seen_at FROM devices WHERE user_id = $1 AND hash > $2 ORDER BY hash LIMIT $3",
        user,
        after,
    )
    .await
}
