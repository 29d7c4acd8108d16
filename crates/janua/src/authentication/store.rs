//! The `sign_in_flows` and `code_tries` tables.

use chrono::{DateTime, Utc};

use crate::ids::SsoLoginId;
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;
use crate::users::UserId;

pub(super) struct NewFlow<'a> {
    pub(super) hash: &'a str,
    pub(super) user: &'a UserId,
    pub(super) proven: &'a str,
    pub(super) epoch: i64,
    pub(super) owes: Option<&'static str>,
    pub(super) sso_login: Option<&'a SsoLoginId>,
}

pub(super) async fn insert(
    mut tx: &mut Tx,
    flow: NewFlow<'_>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sign_in_flows (hash, user_id, proven, epoch, tries, created_at, expires_at, owes, sso_login_id)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)",
        params![
            flow.hash,
            flow.user,
            flow.proven,
            flow.epoch,
            now,
            expires_at,
            flow.owes,
            flow.sso_login.map(SsoLoginId::as_str)
        ],
    )
    .await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FlowRow {
    pub(super) user_id: UserId,
    pub(super) proven: String,
    pub(super) epoch: i64,
    pub(super) owes: Option<String>,
    pub(super) sso_login_id: Option<SsoLoginId>,
}

/// A flow that may still be completed.
pub(super) async fn find(mut db: &Db, hash: &str, now: DateTime<Utc>) -> Result<Option<FlowRow>> {
    db.fetch_optional(
        "SELECT user_id, proven, epoch, owes, sso_login_id FROM sign_in_flows
         WHERE hash = $1 AND finished_at IS NULL AND expires_at > $2",
        params![hash, now],
    )
    .await
}

/// `false` when it has had all its tries, or is over.
pub(super) async fn count_try(mut tx: &mut Tx, hash: &str, most: i64, now: DateTime<Utc>) -> Result<bool> {
    let counted = tx
        .execute(
            "UPDATE sign_in_flows SET tries = tries + 1
             WHERE hash = $1 AND finished_at IS NULL AND expires_at > $3 AND tries < $2",
            params![hash, most, now],
        )
        .await?;
    Ok(counted == 1)
}

pub(super) async fn finish(mut tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let finished = tx
        .execute(
            "UPDATE sign_in_flows SET finished_at = $2
             WHERE hash = $1 AND finished_at IS NULL AND expires_at > $2",
            params![hash, now],
        )
        .await?;
    Ok(finished == 1)
}

/// `false` when the allowance is used up. One statement, so that parallel tries cannot slip past it.
pub(super) async fn count_code(
    mut tx: &mut Tx,
    user: &UserId,
    now_ms: i64,
    every_ms: i64,
    room_ms: i64,
) -> Result<bool> {
    let counted = tx
        .execute(
            "INSERT INTO code_tries (user_id, full_at_ms) VALUES ($1, $2 + $3)
             ON CONFLICT (user_id) DO UPDATE SET full_at_ms =
               CASE WHEN code_tries.full_at_ms > $2 THEN code_tries.full_at_ms + $3 ELSE $2 + $3 END
             WHERE code_tries.full_at_ms <= $2 + $4",
            params![user, now_ms, every_ms, room_ms],
        )
        .await?;
    Ok(counted == 1)
}

pub(super) async fn full_at(mut tx: &mut Tx, user: &UserId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "SELECT full_at_ms FROM code_tries WHERE user_id = $1",
            params![user],
        )
        .await?;
    Ok(row.map(|(at,)| at))
}

pub(super) async fn forget_codes(mut tx: &mut Tx, user: &UserId) -> Result<()> {
    tx.execute("DELETE FROM code_tries WHERE user_id = $1", params![user])
        .await?;
    Ok(())
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM sign_in_flows WHERE expires_at < $1", params![before])
        .await
}

#[derive(Debug, Default, sqlx::FromRow)]
pub(super) struct FactorsRow {
    pub(super) totp: i64,
    pub(super) passkeys: i64,
    pub(super) sms: i64,
    pub(super) recovery_codes: i64,
}

/// Confirmed secrets and numbers, at most one of each, and codes that are left; asked together, as every sign-in asks.
pub(super) async fn factors(mut db: impl Querier, user: &UserId) -> Result<FactorsRow> {
    let row: Option<FactorsRow> = db
        .fetch_optional(
            "SELECT (SELECT COUNT(*) FROM totp_secrets WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS totp,
                    (SELECT COUNT(*) FROM passkeys WHERE user_id = $1) AS passkeys,
                    (SELECT COUNT(*) FROM phones WHERE user_id = $1 AND confirmed_at IS NOT NULL) AS sms,
                    (SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL) AS recovery_codes",
            params![user],
        )
        .await?;
    Ok(row.unwrap_or_default())
}
