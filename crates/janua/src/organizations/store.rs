//! The tables `organizations` and `members`.

use chrono::{DateTime, Utc};

use super::admin::{Account, Filter};
use super::members::Member;
use super::people::Person;
use super::{Belonging, Organization, OrganizationId};
use crate::io::db::{Querier, Result, Sql, Tx, starting_with};
use crate::params;
use crate::portable::{self, Portable};
use crate::roles::{Role, Tenant, Tenants};
use crate::users::UserId;

macro_rules! columns {
    () => {
        "id, name, slug, logo_url, settings, metadata, created_at, updated_at, suspended_at, deleted_at, purge_at"
    };
}

/// `false` when the slug is taken.
pub(super) async fn insert(mut tx: &mut Tx, it: &Organization) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO organizations (id, name, slug, logo_url, settings, metadata, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            params![
                &it.id,
                &it.name,
                &it.slug,
                it.logo_url.as_deref(),
                it.settings.clone(),
                it.metadata.clone(),
                it.created_at,
                it.updated_at,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn find(mut db: impl Querier, tenant: &Tenant) -> Result<Option<Organization>> {
    db.fetch_optional(
        concat!("SELECT ", columns!(), " FROM organizations WHERE id = $1"),
        params![tenant.id()],
    )
    .await
}

pub(super) async fn update(mut tx: &mut Tx, tenant: &Tenant, it: &Organization) -> Result<()> {
    tx.execute(
        "UPDATE organizations SET name = $2, slug = $3, logo_url = $4, settings = $5, metadata = $6, updated_at = $7
         WHERE id = $1",
        params![
            tenant.id(),
            &it.name,
            &it.slug,
            it.logo_url.as_deref(),
            it.settings.clone(),
            it.metadata.clone(),
            it.updated_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn list_of(
    mut db: impl Querier,
    user: &UserId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Belonging>> {
    db.fetch_all(
        "SELECT o.id, o.name, o.slug, o.logo_url, o.settings, o.metadata, o.created_at, o.updated_at, o.suspended_at,
                o.deleted_at, o.purge_at, COALESCE(r.name, m.role) AS role
         FROM members AS m JOIN organizations AS o ON o.id = m.organization_id
         LEFT JOIN roles AS r ON r.organization_id = m.organization_id AND r.id = m.role_id
         WHERE m.user_id = $1 AND (o.deleted_at IS NULL OR m.role IN ('owner', 'admin'))
         ORDER BY m.created_at, o.id LIMIT $2 OFFSET $3",
        params![user, limit, offset],
    )
    .await
}

pub(super) async fn count_of(mut db: impl Querier, user: &UserId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM members AS m JOIN organizations AS o ON o.id = m.organization_id
             WHERE m.user_id = $1 AND (o.deleted_at IS NULL OR m.role IN ('owner', 'admin'))",
            params![user],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

macro_rules! members {
    ($rest:literal) => {
        concat!(
            "SELECT m.user_id, u.email, u.username, u.first_name, u.last_name, m.role AS kind, r.name AS custom_name,
                    r.permissions AS custom_permissions, m.created_at
             FROM members AS m JOIN users AS u ON u.id = m.user_id
             LEFT JOIN roles AS r ON r.organization_id = m.organization_id AND r.id = m.role_id
             WHERE m.organization_id = $1",
            $rest
        )
    };
}

pub(super) async fn list_members(
    mut db: impl Querier,
    tenant: &Tenant,
    limit: i64,
    offset: i64,
) -> Result<Vec<Member>> {
    db.fetch_all(
        members!(" ORDER BY m.created_at, m.user_id LIMIT $2 OFFSET $3"),
        params![tenant.id(), limit, offset],
    )
    .await
}

pub(super) async fn count_members(mut db: impl Querier, tenant: &Tenant) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM members WHERE organization_id = $1",
            params![tenant.id()],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn find_member(
    mut db: impl Querier,
    tenant: &Tenant,
    user: &UserId,
) -> Result<Option<Member>> {
    db.fetch_optional(members!(" AND m.user_id = $2"), params![tenant.id(), user])
        .await
}

/// `false` when they are a member already.
pub(super) async fn insert_member(
    mut tx: &mut Tx,
    tenant: &Tenant,
    user: &UserId,
    role: &Role,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (kind, role_id) = role.columns();
    let inserted = tx
        .execute(
            "INSERT INTO members (organization_id, user_id, role, role_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
            params![tenant.id(), user, kind, role_id, now],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn set_member_role(
    mut tx: &mut Tx,
    tenant: &Tenant,
    user: &UserId,
    role: &Role,
    now: DateTime<Utc>,
) -> Result<()> {
    let (kind, role_id) = role.columns();
    tx.execute(
        "UPDATE members SET role = $3, role_id = $4, updated_at = $5 WHERE organization_id = $1 AND user_id = $2",
        params![tenant.id(), user, kind, role_id, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_member(mut tx: &mut Tx, tenant: &Tenant, user: &UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM members WHERE organization_id = $1 AND user_id = $2",
        params![tenant.id(), user],
    )
    .await?;
    Ok(())
}

pub(super) async fn owners(mut tx: &mut Tx, tenant: &Tenant) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = tx
        .fetch_all(
            "SELECT user_id FROM members WHERE organization_id = $1 AND role = 'owner' ORDER BY user_id",
            params![tenant.id()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn has_other_owner(mut tx: &mut Tx, tenant: &Tenant, than: &UserId) -> Result<bool> {
    let row: Option<(UserId,)> = tx
        .fetch_optional(
            "SELECT user_id FROM members WHERE organization_id = $1 AND role = 'owner' AND user_id <> $2 LIMIT 1",
            params![tenant.id(), than],
        )
        .await?;
    Ok(row.is_some())
}

/// `false` when it was deleted already.
pub(super) async fn mark_deleted(
    mut tx: &mut Tx,
    tenant: &Tenant,
    now: DateTime<Utc>,
    purge_at: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE organizations SET deleted_at = $2, purge_at = $3, updated_at = $2
             WHERE id = $1 AND deleted_at IS NULL",
            params![tenant.id(), now, purge_at],
        )
        .await?;
    Ok(changed == 1)
}

/// `None` when it was not deleted.
pub(super) async fn unmark_deleted(
    mut tx: &mut Tx,
    tenant: &Tenant,
    now: DateTime<Utc>,
) -> Result<Option<Organization>> {
    tx.fetch_optional(
        concat!(
            "UPDATE organizations SET deleted_at = NULL, purge_at = NULL, updated_at = $2
             WHERE id = $1 AND deleted_at IS NOT NULL RETURNING ",
            columns!()
        ),
        params![tenant.id(), now],
    )
    .await
}

pub(super) async fn due_for_purge(mut db: impl Querier, now: DateTime<Utc>) -> Result<Vec<OrganizationId>> {
    let rows: Vec<(OrganizationId,)> = db
        .fetch_all(
            "SELECT id FROM organizations WHERE purge_at <= $1 ORDER BY purge_at LIMIT 1000",
            params![now],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn purge(mut tx: &mut Tx, tenant: &Tenant, now: DateTime<Utc>) -> Result<bool> {
    let gone = tx
        .execute(
            "DELETE FROM organizations WHERE id = $1 AND purge_at <= $2",
            params![tenant.id(), now],
        )
        .await?;
    Ok(gone == 1)
}

pub(super) async fn organizations_of(mut tx: &mut Tx, user: &UserId) -> Result<Vec<OrganizationId>> {
    let rows: Vec<(OrganizationId,)> = tx
        .fetch_all(
            "SELECT organization_id FROM members WHERE user_id = $1 ORDER BY organization_id",
            params![user],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn abandoned(mut db: impl Querier) -> Result<Vec<OrganizationId>> {
    let rows: Vec<(OrganizationId,)> = db
        .fetch_all(
            "SELECT id FROM organizations AS o WHERE deleted_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM members AS m WHERE m.organization_id = o.id) LIMIT 1000",
            params![],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

macro_rules! accounts {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", (SELECT COUNT(*) FROM members AS m WHERE m.organization_id = organizations.id) AS members
             FROM organizations"
        )
    };
}

pub(super) async fn account(mut db: impl Querier, tenant: &Tenant) -> Result<Option<Account>> {
    db.fetch_optional(concat!(accounts!(), " WHERE id = $1"), params![tenant.id()])
        .await
}

pub(super) async fn find_by_slug(mut db: impl Querier, slug: &str) -> Result<Option<OrganizationId>> {
    let row: Option<(OrganizationId,)> = db
        .fetch_optional("SELECT id FROM organizations WHERE slug = $1", params![slug])
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Newest first.
pub(super) async fn accounts(
    mut db: impl Querier,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Account>> {
    let sql = narrowed(Sql::new(accounts!()), filter)
        .push(" ORDER BY created_at DESC, id DESC LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset);
    db.search(sql).await
}

pub(super) async fn count(mut db: impl Querier, filter: &Filter) -> Result<i64> {
    let all = Sql::new("SELECT COUNT(*) FROM organizations");
    let found: Vec<(i64,)> = db.search(narrowed(all, filter)).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

fn narrowed(sql: Sql, filter: &Filter) -> Sql {
    let Some(search) = &filter.search else { return sql };
    let start = starting_with(search);
    sql.push(" WHERE (slug LIKE ")
        .bind(&start)
        .push(" ESCAPE '!' OR lower(name) LIKE ")
        .bind(&start)
        .push(" ESCAPE '!')")
}

/// `false` when it is so already.
pub(super) async fn set_suspended(
    mut tx: &mut Tx,
    tenant: &Tenant,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE organizations SET suspended_at = $2, updated_at = $3
             WHERE id = $1 AND (suspended_at IS NULL) <> ($2 IS NULL)",
            params![tenant.id(), since, now],
        )
        .await?;
    Ok(changed == 1)
}

fn people(sql: &'static str, tenants: &Tenants) -> Sql {
    let mut sql = Sql::new(sql).push(
        " FROM users AS u WHERE u.id IN (SELECT m.user_id FROM members AS m WHERE m.organization_id IN (",
    );
    for (index, id) in tenants.ids().iter().enumerate() {
        sql = if index == 0 { sql } else { sql.push(", ") }.bind(id);
    }
    sql.push("))")
}

fn looked_for(sql: Sql, search: Option<&str>) -> Sql {
    let Some(search) = search else { return sql };
    let start = starting_with(search);
    sql.push(" AND (u.email LIKE ")
        .bind(&start)
        .push(" ESCAPE '!' OR lower(u.username) LIKE ")
        .bind(&start)
        .push(" ESCAPE '!' OR lower(u.first_name) LIKE ")
        .bind(&start)
        .push(" ESCAPE '!' OR lower(u.last_name) LIKE ")
        .bind(&start)
        .push(" ESCAPE '!')")
}

const PERSON: &str = "SELECT u.id, u.email, u.username, u.first_name, u.last_name";

pub(super) async fn list_people(
    mut db: impl Querier,
    tenants: &Tenants,
    search: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Person>> {
    let sql = looked_for(people(PERSON, tenants), search)
        .push(" ORDER BY u.created_at, u.id LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset);
    db.search(sql).await
}

pub(super) async fn count_people(
    mut db: impl Querier,
    tenants: &Tenants,
    search: Option<&str>,
) -> Result<i64> {
    let sql = looked_for(people("SELECT COUNT(*)", tenants), search);
    let found: Vec<(i64,)> = db.search(sql).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

pub(super) async fn find_person(
    mut db: impl Querier,
    tenants: &Tenants,
    id: &UserId,
) -> Result<Option<Person>> {
    let sql = people(PERSON, tenants).push(" AND u.id = ").bind(id);
    Ok(db.search(sql).await?.into_iter().next())
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableMembership {
    organization_id: String,
    name: String,
    slug: String,
    role: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableMembership>(
        db,
        "SELECT o.id AS key, o.id AS organization_id, o.name, o.slug, COALESCE(r.name, m.role) AS role, m.created_at,
                m.updated_at
         FROM members AS m JOIN organizations AS o ON o.id = m.organization_id
         LEFT JOIN roles AS r ON r.organization_id = m.organization_id AND r.id = m.role_id
         WHERE m.user_id = $1 AND o.id > $2 ORDER BY o.id LIMIT $3",
        user,
        after,
    )
    .await
}
