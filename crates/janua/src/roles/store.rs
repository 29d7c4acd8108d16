//! The `roles` table, and what memberships say of rights.

use chrono::{DateTime, Utc};

use super::check::Tenant;
use super::{CustomRole, OrganizationId, Rights, RoleId};
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

/// What somebody may do in one of their organizations.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Held {
    pub(super) organization_id: OrganizationId,
    #[sqlx(flatten)]
    pub(super) rights: Rights,
}

pub(super) async fn all_rights(mut db: impl Querier, user: &UserId) -> Result<Vec<Held>> {
    db.fetch_all(
        "SELECT m.organization_id, m.role, r.name AS custom_name, r.permissions AS custom_permissions,
                o.suspended_at IS NOT NULL AS suspended, o.deleted_at IS NOT NULL AS deleted
         FROM members AS m JOIN organizations AS o ON o.id = m.organization_id
         LEFT JOIN roles AS r ON r.organization_id = m.organization_id AND r.id = m.role_id
         WHERE m.user_id = $1",
        params![user],
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

pub(super) async fn find(mut db: impl Querier, tenant: &Tenant, id: &RoleId) -> Result<Option<CustomRole>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM roles WHERE organization_id = $1 AND id = $2"
        ),
        params![tenant.id(), id],
    )
    .await
}

pub(super) async fn list(mut db: impl Querier, tenant: &Tenant) -> Result<Vec<CustomRole>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM roles WHERE organization_id = $1 ORDER BY name"
        ),
        params![tenant.id()],
    )
    .await
}

pub(super) async fn count(mut tx: &mut Tx, tenant: &Tenant) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "SELECT COUNT(*) FROM roles WHERE organization_id = $1",
            params![tenant.id()],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// `false` when the organization has one of this name.
pub(super) async fn insert(mut tx: &mut Tx, tenant: &Tenant, role: &CustomRole) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO roles (id, organization_id, name, description, permissions, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            params![
                &role.id,
                tenant.id(),
                &role.name,
                &role.description,
                &role.permissions,
                role.created_at,
                role.updated_at,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn update(mut tx: &mut Tx, tenant: &Tenant, role: &CustomRole) -> Result<()> {
    tx.execute(
        "UPDATE roles SET name = $3, description = $4, permissions = $5, updated_at = $6
         WHERE organization_id = $1 AND id = $2",
        params![
            tenant.id(),
            &role.id,
            &role.name,
            &role.description,
            &role.permissions,
            role.updated_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn is_used(
    mut tx: &mut Tx,
    tenant: &Tenant,
    id: &RoleId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row: Option<(String,)> = tx
        .fetch_optional(
            "SELECT user_id FROM members WHERE organization_id = $1 AND role_id = $2
             UNION ALL SELECT id FROM invitations
             WHERE organization_id = $1 AND role_id = $2 AND state = 'pending' AND expires_at > $3 LIMIT 1",
            params![tenant.id(), id, now],
        )
        .await?;
    Ok(row.is_some())
}

pub(super) async fn delete(mut tx: &mut Tx, tenant: &Tenant, id: &RoleId) -> Result<()> {
    tx.execute(
        "DELETE FROM roles WHERE organization_id = $1 AND id = $2",
        params![tenant.id(), id],
    )
    .await?;
    Ok(())
}
