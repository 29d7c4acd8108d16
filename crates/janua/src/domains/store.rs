//! The table `organization_domains`.

use chrono::{DateTime, Utc};

use super::{Domain, DomainId};
use crate::io::db::{Querier, Result, Tx};
use crate::params;
use crate::roles::{OrganizationId, Tenant};

macro_rules! columns {
    () => {
        "id, domain, token, created_at, verified_at, checked_at, missing_since, failure"
    };
}

/// `false` when the organization claims it already.
pub(super) async fn insert(mut tx: &mut Tx, tenant: &Tenant, it: &Domain) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO organization_domains (id, organization_id, domain, token, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            params![&it.id, tenant.id(), &it.domain, &it.token, it.created_at],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn list(mut db: impl Querier, tenant: &Tenant) -> Result<Vec<Domain>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM organization_domains WHERE organization_id = $1 ORDER BY domain"
        ),
        params![tenant.id()],
    )
    .await
}

pub(super) async fn count(mut tx: &mut Tx, tenant: &Tenant) -> Result<i64> {
    let row: Option<(i64,)> = tx
        .fetch_optional(
            "SELECT COUNT(*) FROM organization_domains WHERE organization_id = $1",
            params![tenant.id()],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn find(mut db: impl Querier, tenant: &Tenant, id: &DomainId) -> Result<Option<Domain>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM organization_domains WHERE organization_id = $1 AND id = $2"
        ),
        params![tenant.id(), id],
    )
    .await
}

pub(super) async fn find_by_name(
    mut db: impl Querier,
    tenant: &Tenant,
    domain: &str,
) -> Result<Option<Domain>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            columns!(),
            " FROM organization_domains WHERE organization_id = $1 AND domain = $2"
        ),
        params![tenant.id(), domain],
    )
    .await
}

/// Whoever it is verified for.
pub(super) async fn holder(mut db: impl Querier, domain: &str) -> Result<Option<OrganizationId>> {
    let row: Option<(OrganizationId,)> = db
        .fetch_optional(
            "SELECT organization_id FROM organization_domains WHERE domain = $1 AND verified_at IS NOT NULL",
            params![domain],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Writes down what a check made of a domain; a unique index refuses what is verified for another organization.
pub(super) async fn update(
    mut tx: &mut Tx,
    tenant: &Tenant,
    it: &Domain,
    check_at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.execute(
        "UPDATE organization_domains
         SET verified_at = $3, checked_at = $4, missing_since = $5, failure = $6, check_at = $7
         WHERE organization_id = $1 AND id = $2",
        params![
            tenant.id(),
            &it.id,
            it.verified_at,
            it.checked_at,
            it.missing_since,
            it.failure.as_deref(),
            check_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(mut tx: &mut Tx, tenant: &Tenant, id: &DomainId) -> Result<()> {
    tx.execute(
        "DELETE FROM organization_domains WHERE organization_id = $1 AND id = $2",
        params![tenant.id(), id],
    )
    .await?;
    Ok(())
}

/// A verified domain that is to be looked at again.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Due {
    pub(super) organization_id: OrganizationId,
    pub(super) organization: String,
    pub(super) check_at: DateTime<Utc>,
    #[sqlx(flatten)]
    pub(super) domain: Domain,
}

pub(super) async fn due(mut db: impl Querier, now: DateTime<Utc>) -> Result<Vec<Due>> {
    db.fetch_all(
        "SELECT d.organization_id, o.name AS organization, d.check_at, d.id, d.domain, d.token, d.created_at,
                d.verified_at, d.checked_at, d.missing_since, d.failure
         FROM organization_domains AS d JOIN organizations AS o ON o.id = d.organization_id
         WHERE d.check_at <= $1 ORDER BY d.check_at LIMIT 200",
        params![now],
    )
    .await
}

/// Takes a check on; `false` when another instance has done that.
pub(super) async fn take(mut tx: &mut Tx, tenant: &Tenant, due: &Due, until: DateTime<Utc>) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE organization_domains SET check_at = $4
             WHERE organization_id = $1 AND id = $2 AND check_at = $3",
            params![tenant.id(), &due.domain.id, due.check_at, until],
        )
        .await?;
    Ok(taken == 1)
}
