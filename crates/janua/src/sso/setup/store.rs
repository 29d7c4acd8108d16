//! The table `sso_setups`.

use chrono::{DateTime, Utc};

use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::sso::SsoConnectionId;
use crate::users::UserId;

/// Keeps a link; the one before opens nothing any more.
pub(super) async fn offer(
    mut tx: &mut Tx,
    connection: &SsoConnectionId,
    (user, secret): (&UserId, &str),
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sso_setups (connection_id, user_id, secret_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (connection_id) DO UPDATE SET user_id = $2, secret_hash = $3, browser_hash = NULL,
                                                   created_at = $4, expires_at = $5",
        params![connection, user, secret, now, expires_at],
    )
    .await
    .map(drop)
}

/// `true` when there was one.
pub(super) async fn withdraw(mut tx: &mut Tx, connection: &SsoConnectionId) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM sso_setups WHERE connection_id = $1",
            params![connection],
        )
        .await?;
    Ok(removed == 1)
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) connection_id: SsoConnectionId,
    pub(super) user_id: UserId,
    pub(super) expires_at: DateTime<Utc>,
}

/// What a link opens that nobody has begun with.
pub(super) async fn find_unused(mut db: impl Querier, secret: &str) -> Result<Option<Row>> {
    db.fetch_optional(
        "SELECT connection_id, user_id, expires_at FROM sso_setups WHERE secret_hash = $1 AND browser_hash IS NULL",
        params![secret],
    )
    .await
}

/// Binds a link to a browser: of fifty who try, one succeeds.
pub(super) async fn begin(mut tx: &mut Tx, secret: &str, browser: &str, now: DateTime<Utc>) -> Result<bool> {
    let begun = tx
        .execute(
            "UPDATE sso_setups SET browser_hash = $2
             WHERE secret_hash = $1 AND browser_hash IS NULL AND expires_at > $3",
            params![secret, browser, now],
        )
        .await?;
    Ok(begun == 1)
}

/// What a browser may set up.
pub(super) async fn find_begun(
    mut db: impl Querier,
    browser: &str,
    now: DateTime<Utc>,
) -> Result<Option<Row>> {
    db.fetch_optional(
        "SELECT connection_id, user_id, expires_at FROM sso_setups WHERE browser_hash = $1 AND expires_at > $2",
        params![browser, now],
    )
    .await
}

pub(super) async fn sweep(mut db: &Db, now: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM sso_setups WHERE expires_at <= $1", params![now])
        .await
}
