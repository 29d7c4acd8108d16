//! The `roles` table, and what memberships say of rights.

use chrono::{DateTime, Utc};

use super::check::Tenant;
use super::{CustomRole, Rights};
use crate::ids::ApiKeyId;
use crate::io::db::{Engine, Querier, Result, Tx};
use crate::params;
use crate::users::UserId;

macro_rules! columns {
    () => {
        "id, name, description, permissions, created_at, updated_at"
    };
}

pub(super) async fn find_rights(
    mut db: impl Querier,
    tenant: &Tenant,
    user: &UserId,
) -> Result<Option<Rights>> {
    db.fetch_optional(
        "SELECT m.role, r.name AS custom_name, r.permissions AS custom_permissions,
                o.suspended_at IS NOT NULL AS suspended, o.deleted_at IS NOT NULL AS deleted
         FROM members AS m JOIN organizations AS o ON o.id = m.organization_id
         LEFT JOIN roles AS r ON r.organization_id = m.organization_id AND r.id = m.role_id
         WHERE m.organization_id = $1 AND m.user_id = $2",
        params![tenant.id(), user],
    )
    .await
}

/// What an organization's own key may do, if it is good.
pub(super) async fn find_rights_of_key(
    mut db: impl Querier,
    tenant: &Tenant,
    key: &ApiKeyId,
    now: DateTime<Utc>,
) -> Result<Option<Rights>> {
    db.fetch_optional(
        "SELECT 'custom' AS role, k.name AS custom_name, k.scopes AS custom_permissions,
                o.suspended_at IS NOT NULL AS suspended, o.deleted_at IS NOT NULL AS deleted
         FROM api_keys AS k JOIN organizations AS o ON o.id = k.organization_id
         WHERE k.organization_id = $1 AND k.id = $2 AND k.revoked_at IS NULL
             AND (k.expires_at IS NULL OR k.expires_at > $3)",
        params![tenant.id(), key, now],
    )
    .await
}

pub(super) async fn lock(mut tx: &mut Tx, engine: Engine, tenant: &Tenant) -> Result<bool> {
    let sql = match engine {
        Engine::Postgres => "SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE",
        // Its write transactions queue anyway.
        Engine::Sqlite => "SELECT id FROM organizations WHERE id = $1",
    };
    let row: Option<(String,)> = tx.fetch_optional(sql, params![tenant.id()]).await?;
    Ok(row.is_some())
}

pub(super) async fn find_by_name(
    mut db: impl Querier,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<CustomRole>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM roles WHERE organization_id = $1 AND name = $2"
        ),
        params![tenant.id(), name],
    )
    .await
}
