//! The table `sso_connections`.

use chrono::{DateTime, Utc};

use super::{Connection, Kind, Link, Settings, SsoConnectionId, State};
use crate::crypto::sealed::Column;
use crate::error::{Error, Result};
use crate::io::db::{Querier, Tx};
use crate::params;
use crate::roles::{OrganizationId, Tenant, Tenants};
use crate::users::UserId;

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
        "c.id, c.organization_id, c.kind, c.name, c.state, c.enforced, c.settings, c.sealed, c.created_at, c.updated_at,
         c.metadata_check_at"
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
    metadata_check_at: Option<DateTime<Utc>>,
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
            metadata_check_at: self.metadata_check_at,
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
                                      updated_at, idp_entity_id, metadata_check_at, certificates_end_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12)",
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
            it.metadata_check_at,
            it.certificates_end_at(),
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn update(mut tx: &mut Tx, tenant: &Tenant, it: &Connection) -> Result<()> {
    tx.execute(
        "UPDATE sso_connections SET name = $3, state = $4, enforced = $5, settings = $6, sealed = $7, updated_at = $8,
                idp_entity_id = $9, metadata_check_at = $10, certificates_end_at = $11,
                told_days_left = CASE WHEN certificates_end_at = $11 THEN told_days_left END
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
            it.metadata_check_at,
            it.certificates_end_at(),
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

pub(super) async fn list_enabled(mut db: impl Querier, at_most: i64) -> Result<Vec<Connection>> {
    let rows: Vec<Row> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
                 WHERE c.state = 'enabled' AND o.suspended_at IS NULL AND o.deleted_at IS NULL
                 ORDER BY c.id LIMIT $1"
            ),
            params![at_most],
        )
        .await?;
    read_all(rows)
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

macro_rules! link_columns {
    () => {
        "c.id AS connection_id, c.name AS connection_name, c.kind, c.state, c.organization_id,
         o.name AS organization_name, o.suspended_at, a.email, a.created_at, a.last_used_at"
    };
}

pub(super) async fn links(mut db: impl Querier, user: &UserId) -> crate::io::db::Result<Vec<Link>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            link_columns!(),
            " FROM sso_accounts AS a JOIN sso_connections AS c ON c.id = a.connection_id
              JOIN organizations AS o ON o.id = c.organization_id
              WHERE a.user_id = $1 AND o.deleted_at IS NULL ORDER BY a.created_at, a.id"
        ),
        params![user],
    )
    .await
}

/// What a member may link besides, at most a hundred.
pub(super) async fn linkable(mut db: impl Querier, user: &UserId) -> crate::io::db::Result<Vec<Link>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            link_columns!(),
            " FROM members AS m JOIN sso_connections AS c ON c.organization_id = m.organization_id
              JOIN organizations AS o ON o.id = c.organization_id
              LEFT JOIN sso_accounts AS a ON a.connection_id = c.id AND a.user_id = m.user_id
              WHERE m.user_id = $1 AND a.id IS NULL AND c.state = 'enabled' AND o.suspended_at IS NULL
                AND o.deleted_at IS NULL ORDER BY o.name, c.name, c.id LIMIT 100"
        ),
        params![user],
    )
    .await
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

/// The most connections that are looked at in one round.
const MOST_DUE: i64 = 200;

/// A connection whose metadata is to be fetched.
#[derive(Debug)]
pub(super) struct DueMetadata {
    pub(super) connection: Connection,
}

pub(super) async fn metadata_due(mut db: impl Querier, now: DateTime<Utc>) -> Result<Vec<DueMetadata>> {
    let rows: Vec<Row> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c WHERE c.metadata_check_at <= $1 AND c.state <> 'disabled'
                 ORDER BY c.metadata_check_at LIMIT $2"
            ),
            params![now, MOST_DUE],
        )
        .await?;
    let all = read_all(rows)?;
    Ok(all
        .into_iter()
        .map(|connection| DueMetadata { connection })
        .collect())
}

/// Takes a fetch on; `false` when another instance has done that.
pub(super) async fn take_metadata(
    mut tx: &mut Tx,
    tenant: &Tenant,
    due: &DueMetadata,
    until: DateTime<Utc>,
) -> Result<bool> {
    let it = &due.connection;
    let taken = tx
        .execute(
            "UPDATE sso_connections SET metadata_check_at = $4
             WHERE organization_id = $1 AND id = $2 AND metadata_check_at = $3",
            params![tenant.id(), &it.id, it.metadata_check_at, until],
        )
        .await?;
    Ok(taken == 1)
}

/// A connection whose last certificate comes to its end.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Ending {
    pub(super) id: SsoConnectionId,
    pub(super) organization_id: OrganizationId,
    pub(super) organization: String,
    pub(super) name: String,
    pub(super) certificates_end_at: DateTime<Utc>,
    pub(super) told_days_left: Option<i64>,
}

pub(super) async fn certificates_ending(mut db: impl Querier, until: DateTime<Utc>) -> Result<Vec<Ending>> {
    let rows = db.fetch_all(
        "SELECT c.id, c.organization_id, o.name AS organization, c.name, c.certificates_end_at, c.told_days_left
         FROM sso_connections AS c JOIN organizations AS o ON o.id = c.organization_id
         WHERE c.state = 'enabled' AND c.certificates_end_at <= $1 AND o.deleted_at IS NULL
           AND (c.told_days_left IS NULL OR c.told_days_left > 7)
         ORDER BY c.certificates_end_at LIMIT $2",
        params![until, MOST_DUE],
    );
    Ok(rows.await?)
}

/// Notes that people were told; `false` when another instance has done that.
pub(super) async fn note_told(mut tx: &mut Tx, tenant: &Tenant, it: &Ending, stage: i64) -> Result<bool> {
    let noted = tx
        .execute(
            "UPDATE sso_connections SET told_days_left = $4
             WHERE organization_id = $1 AND id = $2 AND certificates_end_at = $3
               AND (told_days_left IS NULL OR told_days_left > $4)",
            params![tenant.id(), &it.id, it.certificates_end_at, stage],
        )
        .await?;
    Ok(noted == 1)
}

pub(super) async fn next_certificate_end(mut db: impl Querier) -> Result<Option<DateTime<Utc>>> {
    let row: Option<(DateTime<Utc>,)> = db
        .fetch_optional(
            "SELECT certificates_end_at FROM sso_connections
             WHERE state = 'enabled' AND certificates_end_at IS NOT NULL ORDER BY certificates_end_at LIMIT 1",
            params![],
        )
        .await?;
    Ok(row.map(|(at,)| at))
}

/// Those of all organizations, for operators.
pub(super) async fn list_all(mut db: impl Querier, after: &str, most: i64) -> Result<Vec<Connection>> {
    let rows: Vec<Row> = db
        .fetch_all(
            concat!(
                "SELECT ",
                columns!(),
                " FROM sso_connections AS c WHERE c.id > $1 ORDER BY c.id LIMIT $2"
            ),
            params![after, most],
        )
        .await?;
    read_all(rows)
}
