//! The table `sso_logins`.

use chrono::{DateTime, Utc};

use super::SsoConnectionId;
use crate::crypto::sealed::Column;
use crate::ids::SsoLoginId;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

/// What providers want to see again when somebody signs out.
pub const SEALED: Column = Column {
    table: "sso_logins",
    column: "sealed",
    ids: "SELECT DISTINCT substr(sealed, 1, 9) FROM sso_logins WHERE sealed IS NOT NULL",
    page: "SELECT id, sealed FROM sso_logins WHERE id > $1 AND sealed IS NOT NULL ORDER BY id LIMIT 100",
    replace: "UPDATE sso_logins SET sealed = $3 WHERE id = $1 AND sealed = $2",
};

/// A sign-in at a provider.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct LoginRow {
    pub(super) id: SsoLoginId,
    pub(super) connection_id: SsoConnectionId,
    pub(super) user_id: UserId,
    pub(super) subject: String,
    pub(super) format: Option<String>,
    pub(super) name_qualifier: Option<String>,
    pub(super) sp_name_qualifier: Option<String>,
    pub(super) session_index: Option<String>,
    pub(super) sealed: Option<Vec<u8>>,
}

macro_rules! columns {
    () => {
        "id, connection_id, user_id, subject, format, name_qualifier, sp_name_qualifier, session_index, sealed"
    };
}

pub(super) async fn insert(mut tx: &mut Tx, it: &LoginRow, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        concat!(
            "INSERT INTO sso_logins (",
            columns!(),
            ", created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        params![
            &it.id,
            &it.connection_id,
            &it.user_id,
            &it.subject,
            it.format.as_deref(),
            it.name_qualifier.as_deref(),
            it.sp_name_qualifier.as_deref(),
            it.session_index.as_deref(),
            it.sealed.clone(),
            now
        ],
    )
    .await?;
    Ok(())
}

/// One that was not ended.
pub(super) async fn find(mut db: impl Querier, id: &SsoLoginId) -> Result<Option<LoginRow>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sso_logins WHERE id = $1 AND ended_at IS NULL"
        ),
        params![id],
    )
    .await
}

/// Those of somebody at a provider that were not ended.
pub(super) async fn list(
    mut db: impl Querier,
    connection: &SsoConnectionId,
    subject: &str,
) -> Result<Vec<LoginRow>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sso_logins WHERE connection_id = $1 AND subject = $2 AND ended_at IS NULL ORDER BY id"
        ),
        params![connection, subject],
    )
    .await
}

/// Those of somebody through a connection that were not ended.
pub(super) async fn list_of_user(
    mut db: impl Querier,
    connection: &SsoConnectionId,
    user: &UserId,
) -> Result<Vec<SsoLoginId>> {
    let rows: Vec<(SsoLoginId,)> = db
        .fetch_all(
            "SELECT id FROM sso_logins WHERE connection_id = $1 AND user_id = $2 AND ended_at IS NULL ORDER BY id",
            params![connection, user],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// `false` when it was ended before.
pub(super) async fn end(mut tx: &mut Tx, id: &SsoLoginId, now: DateTime<Utc>) -> Result<bool> {
    let ended = tx
        .execute(
            "UPDATE sso_logins SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
            params![id, now],
        )
        .await?;
    Ok(ended == 1)
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM sso_logins WHERE created_at < $1", params![before])
        .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableLogin {
    connection_id: String,
    subject: String,
    session_index: Option<String>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableLogin>(
        db,
        "SELECT id AS key, connection_id, subject, session_index, created_at, ended_at
         FROM sso_logins WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
