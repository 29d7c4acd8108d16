//! The tables `api_keys` and `api_key_secrets`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{ApiKey, ApiKeyId, Owner};
use crate::io::db::{Db, Querier, Result, Scope, Tx, Value};
use crate::io::sightings::Sighting;
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

/// A key with what else decides whether it is good.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Shown {
    #[sqlx(flatten)]
    pub(super) key: ApiKey,
    pub(super) secret_expires_at: Option<DateTime<Utc>>,
    pub(super) owner_suspended: bool,
}

impl Owner<'_> {
    /// For `user_id = $n OR organization_id = $m`: what is NULL equals nothing.
    fn columns(self) -> (Value, Value) {
        match self {
            Self::Person(user) => (user.into(), Value::Text(None)),
            Self::Organization(tenant) => (Value::Text(None), tenant.id().into()),
        }
    }
}

pub(super) async fn insert(mut tx: &mut Tx, it: &ApiKey) -> Result<()> {
    tx.execute(
        "INSERT INTO api_keys (id, user_id, organization_id, created_by, name, hint, scopes, per_minute, created_at,
             expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            &it.id,
            it.user_id.as_ref().map(ToString::to_string),
            it.organization_id.as_ref().map(ToString::to_string),
            it.created_by.as_ref().map(ToString::to_string),
            &it.name,
            &it.hint,
            &it.scopes,
            it.per_minute,
            it.created_at,
            it.expires_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_secret(
    mut tx: &mut Tx,
    key: &ApiKeyId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO api_key_secrets (hash, key_id, created_at) VALUES ($1, $2, $3)",
        params![hash, key, now],
    )
    .await?;
    Ok(())
}

/// The key that has this secret, whatever became of it. Whose it is is not known before, so the whole table is asked.
pub(super) async fn find_shown(db: &Db, hash: &str) -> Result<Option<Shown>> {
    db.within(Scope::Platform)
        .fetch_optional(
            "SELECT k.*, s.expires_at AS secret_expires_at, u.suspended_at IS NOT NULL AS owner_suspended
             FROM api_key_secrets AS s JOIN api_keys AS k ON k.id = s.key_id LEFT JOIN users AS u ON u.id = k.user_id
             WHERE s.hash = $1",
            params![hash],
        )
        .await
}

pub(super) async fn list(db: &Db, owner: Owner<'_>) -> Result<Vec<ApiKey>> {
    let (user, organization) = owner.columns();
    let sql = "SELECT * FROM api_keys WHERE (user_id = $1 OR organization_id = $2) AND revoked_at IS NULL
               ORDER BY created_at DESC, id DESC";
    match owner {
        Owner::Person(_) => {
            let mut db = db;
            db.fetch_all(sql, vec![user, organization]).await
        }
        Owner::Organization(tenant) => tenant.reads(db).fetch_all(sql, vec![user, organization]).await,
    }
}

pub(super) async fn find(db: &Db, owner: Owner<'_>, id: &ApiKeyId) -> Result<Option<ApiKey>> {
    let (user, organization) = owner.columns();
    let sql = "SELECT * FROM api_keys WHERE id = $1 AND (user_id = $2 OR organization_id = $3)";
    let params = vec![id.into(), user, organization];
    match owner {
        Owner::Person(_) => {
            let mut db = db;
            db.fetch_optional(sql, params).await
        }
        Owner::Organization(tenant) => tenant.reads(db).fetch_optional(sql, params).await,
    }
}

pub(super) async fn count(mut tx: &mut Tx, owner: Owner<'_>) -> Result<i64> {
    let (user, organization) = owner.columns();
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "SELECT COUNT(*) FROM api_keys WHERE (user_id = $1 OR organization_id = $2) AND revoked_at IS NULL",
            vec![user, organization],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn rename(
    mut tx: &mut Tx,
    owner: Owner<'_>,
    id: &ApiKeyId,
    name: &str,
) -> Result<Option<ApiKey>> {
    let (user, organization) = owner.columns();
    tx.fetch_optional(
        "UPDATE api_keys SET name = $4
         WHERE id = $1 AND (user_id = $2 OR organization_id = $3) AND revoked_at IS NULL RETURNING *",
        vec![id.into(), user, organization, name.into()],
    )
    .await
}

pub(super) async fn set_hint(
    mut tx: &mut Tx,
    owner: Owner<'_>,
    id: &ApiKeyId,
    hint: &str,
    now: DateTime<Utc>,
) -> Result<Option<ApiKey>> {
    let (user, organization) = owner.columns();
    tx.fetch_optional(
        "UPDATE api_keys SET hint = $4
         WHERE id = $1 AND (user_id = $2 OR organization_id = $3) AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > $5) RETURNING *",
        vec![id.into(), user, organization, hint.into(), now.into()],
    )
    .await
}

/// Lets the secrets of a key end, those that end sooner excepted.
pub(super) async fn end_secrets(mut tx: &mut Tx, key: &ApiKeyId, at: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE api_key_secrets SET expires_at = $2 WHERE key_id = $1 AND (expires_at IS NULL OR expires_at > $2)",
        params![key, at],
    )
    .await?;
    Ok(())
}

pub(super) async fn revoke(
    mut tx: &mut Tx,
    owner: Owner<'_>,
    id: &ApiKeyId,
    now: DateTime<Utc>,
) -> Result<Option<ApiKey>> {
    let (user, organization) = owner.columns();
    tx.fetch_optional(
        "UPDATE api_keys SET revoked_at = $4
         WHERE id = $1 AND (user_id = $2 OR organization_id = $3) AND revoked_at IS NULL RETURNING *",
        vec![id.into(), user, organization, now.into()],
    )
    .await
}

pub(super) async fn revoke_all_of(
    mut tx: &mut Tx,
    user: &crate::users::UserId,
    now: DateTime<Utc>,
) -> Result<u64> {
    tx.execute(
        "UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
        params![user, now],
    )
    .await
}

/// In the order of the ids, so that two instances that write at once never wait for each other.
pub(super) async fn note_uses(db: &Db, uses: &BTreeMap<String, Sighting>) -> Result<()> {
    let mut tx = db.begin_within(&Scope::Platform).await?;
    for (id, used) in uses {
        let mut on = &mut tx;
        on.execute(
            "UPDATE api_keys SET last_used_at = $2, last_used_ip = $3
             WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
            params![id, used.at, &used.ip],
        )
        .await?;
    }
    tx.commit().await
}

/// Removes secrets and keys that ended before a time.
pub(super) async fn sweep(db: &Db, before: DateTime<Utc>) -> Result<u64> {
    let mut tx = db.begin_within(&Scope::Platform).await?;
    let mut on = &mut tx;
    // Kept as long as keys are: who shows one of them is told that it was replaced.
    let secrets = on
        .execute(
            "DELETE FROM api_key_secrets WHERE expires_at < $1",
            params![before],
        )
        .await?;
    let keys = on
        .execute(
            "DELETE FROM api_keys WHERE revoked_at < $1 OR expires_at < $1",
            params![before],
        )
        .await?;
    tx.commit().await?;
    Ok(secrets + keys)
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableKey {
    id: String,
    name: String,
    hint: String,
    scopes: String,
    per_minute: Option<i64>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_ip: Option<String>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableKey>(
        db,
        "SELECT id AS key, id, name, hint, scopes, per_minute, created_at, expires_at, revoked_at, last_used_at, last_used_ip
         FROM api_keys WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
