//! The table `sso_connections`.

use chrono::{DateTime, Utc};

use super::{Connection, Kind, Settings, SsoConnectionId, State};
use crate::crypto::sealed::Column;
use crate::error::{Error, Result};
use crate::io::db::{Querier, Tx};
use crate::params;
use crate::roles::{OrganizationId, Tenant, Tenants};

/// What we share with providers.
pub const SEALED: Column = Column {
    table: "sso_connections",
    column: "sealed",
    ids: "SELECT DISTINCT substr(sealed, 1, 9) FROM sso_connections WHERE sealed IS NOT NULL",
    page: "SELECT id, sealed FROM sso_connections WHERE id > $1 AND sealed IS NOT NULL ORDER BY id LIMIT 100",
    replace: "UPDATE sso_connections SET sealed = $3 WHERE id = $1 AND sealed = $2",
};

macro_rules! columns {
    () => {
        "c.id, c.organization_id, c.kind, c.name, c.state, c.enforced, c.settings, c.sealed, c.created_at, c.updated_at"
    };
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: SsoConnectionId,
    organization_id: OrganizationId,
    kind: String,
    name: String,
    state: String,
    enforced: bool,
    settings: String,
    sealed: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Connection> {
        let unknown = |what: &str| Error::internal(format!("a connection has an unknown {what}"));
        let settings: Settings = serde_json::from_str(&self.settings).map_err(Error::internal)?;
        Ok(Connection {
            id: self.id,
            organization_id: self.organization_id,
            kind: Kind::of(&self.kind).ok_or_else(|| unknown("kind"))?,
            name: self.name,
            state: State::of(&self.state).ok_or_else(|| unknown("state"))?,
            enforced: self.enforced,
            settings,
            sealed: self.sealed,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn read_all(rows: Vec<Row>) -> Result<Vec<Connection>> {
    rows.into_iter().map(Row::read).collect()
}

fn text(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(Error::internal)
}

pub(super) async fn insert(mut tx: &mut Tx, tenant: &Tenant, it: &Connection) -> Result<()> {
    tx.execute(
        "INSERT INTO sso_connections (id, organization_id, kind, name, state, enforced, settings, sealed, created_at,
                                      updated_at, idp_entity_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
        params![
            &it.id,
            tenant.id(),
            it.kind.name(),
            &it.name,
            it.state.name(),
            it.enforced,
            text(&it.settings)?,
            it.sealed.clone(),
            it.created_at,
            it.idp_entity_id(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn update(mut tx: &mut Tx, tenant: &Tenant, it: &Connection) -> Result<()> {
    tx.execute(
        "UPDATE sso_connections SET name = $3, state = $4, enforced = $5, settings = $6, sealed = $7, updated_at = $8,
                idp_entity_id = $9
         WHERE organization_id = $1 AND id = $2",
        params![
            tenant.id(),
            &it.id,
            &it.name,
            it.state.name(),
            it.enforced,
            text(&it.settings)?,
            it.sealed.clone(),
            it.updated_at,
            it.idp_entity_id(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(mut tx: &mut Tx, tenant: &Tenant, id: &SsoConnectionId) -> Result<bool> {
    let gone = tx
        .execute(
            "DELETE FROM sso_connections WHERE organization_id = $1 AND id = $2",
            params![tenant.id(), id],
        )
        .await?;
    Ok(gone == 1)
}

pub(super) async fn find(
    mut db: impl Querier,
    tenant: &Tenant,
    id: &SsoConnectionId,
) -> Result<Option<Connection>> {
    let row: Option<Row> = db
        .fetch_optional(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c WHERE c.organization_id = $1 AND c.id = $2"
            ),
            params![tenant.id(), id],
        )
        .await?;
    row.map(Row::read).transpose()
}

pub(super) async fn list(mut db: impl Querier, tenant: &Tenant) -> Result<Vec<Connection>> {
    let rows: Vec<Row> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c WHERE c.organization_id = $1 ORDER BY c.created_at, c.id"
            ),
            params![tenant.id()],
        )
        .await?;
    read_all(rows)
}

/// Those of several organizations.
pub(super) async fn list_in(db: &crate::io::db::Db, tenants: &Tenants) -> Result<Vec<Connection>> {
    let mut all = Vec::new();
    for id in tenants.ids() {
        let mut scoped = tenants.reads(db);
        let rows: Vec<Row> = scoped
            .fetch_all(
                concat!(
                    "SELECT ",
                    columns!(),
                    " FROM sso_connections AS c WHERE c.organization_id = $1 ORDER BY c.created_at, c.id"
                ),
                params![id],
            )
            .await?;
        all.extend(read_all(rows)?);
    }
    Ok(all)
}

pub(super) async fn count(mut tx: &mut Tx, tenant: &Tenant) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "SELECT COUNT(*) FROM sso_connections WHERE organization_id = $1",
            params![tenant.id()],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Whose a connection is.
pub(super) async fn owner(mut db: impl Querier, id: &SsoConnectionId) -> Result<Option<OrganizationId>> {
    let row: Option<(OrganizationId,)> = db
        .fetch_optional(
            "SELECT organization_id FROM sso_connections WHERE id = $1",
            params![id],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

/// One by its id, of an organization that may be used.
pub(super) async fn find_usable(mut db: impl Querier, id: &SsoConnectionId) -> Result<Option<Connection>> {
    let row: Option<Row> = db
        .fetch_optional(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 WHERE c.id = $1 AND o.suspended_at IS NULL AND o.deleted_at IS NULL"
            ),
            params![id],
        )
        .await?;
    row.map(Row::read).transpose()
}

/// The first enabled one of an organization by its slug.
pub(super) async fn find_of_slug(mut db: impl Querier, slug: &str) -> Result<Option<Connection>> {
    let row: Option<Row> = db
        .fetch_optional(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 WHERE o.slug = $1 AND o.suspended_at IS NULL AND o.deleted_at IS NULL AND c.state = 'enabled'
                 ORDER BY c.created_at, c.id LIMIT 1"
            ),
            params![slug],
        )
        .await?;
    row.map(Row::read).transpose()
}

/// The first enabled one of the organization that has proven a domain.
pub(super) async fn find_of_domain(mut db: impl Querier, domain: &str) -> Result<Option<Connection>> {
    let row: Option<Row> = db
        .fetch_optional(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 JOIN organization_domains AS d ON d.organization_id = c.organization_id
                 WHERE d.domain = $1 AND d.verified_at IS NOT NULL AND o.suspended_at IS NULL
                   AND o.deleted_at IS NULL AND c.state = 'enabled'
                 ORDER BY c.created_at, c.id LIMIT 1"
            ),
            params![domain],
        )
        .await?;
    row.map(Row::read).transpose()
}

/// An enabled connection that people of a domain must use.
pub(super) async fn find_enforced(mut db: impl Querier, domain: &str) -> Result<Option<Connection>> {
    let row: Option<Row> = db
        .fetch_optional(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 JOIN organization_domains AS d ON d.organization_id = c.organization_id
                 WHERE d.domain = $1 AND d.verified_at IS NOT NULL AND o.suspended_at IS NULL
                   AND o.deleted_at IS NULL AND c.state = 'enabled' AND c.enforced
                 ORDER BY c.created_at, c.id LIMIT 1"
            ),
            params![domain],
        )
        .await?;
    row.map(Row::read).transpose()
}

/// The most connections that one provider is looked for in.
const MOST_OF_IDP: i64 = 100;

/// Enabled connections to a provider of this name, the oldest first: whoever adds one may name any provider, but not sign
/// as it.
pub(super) async fn list_of_idp(mut db: impl Querier, entity_id: &str) -> Result<Vec<Connection>> {
    let rows: Vec<Row> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 WHERE c.idp_entity_id = $1 AND o.suspended_at IS NULL AND o.deleted_at IS NULL
                   AND c.state = 'enabled' AND c.kind = 'saml'
                 ORDER BY c.created_at, c.id LIMIT $2"
            ),
            params![entity_id, MOST_OF_IDP],
        )
        .await?;
    read_all(rows)
}
