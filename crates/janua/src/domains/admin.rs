//! What the platform does about the domains of any organization: past the walls between tenants.

use super::claiming::{refuse_if_taken, take_out, write};
use super::verification::{look, settle};
use super::{Domain, DomainName, store};
use crate::app::App;
use crate::error::{Code, Result};
use crate::events::Event;
use crate::roles::{OrganizationId, Tenant, check};

/// The domains of any organization by name.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, id: &OrganizationId) -> Result<Vec<Domain>> {
    let tenant = Tenant::of_record(id);
    Ok(store::list(tenant.reads(&app.db), &tenant).await?)
}

/// Claims a domain for an organization.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `DOMAIN_TAKEN`, `DOMAIN_EXISTS`, `TOO_MANY_DOMAINS`.
pub async fn claim(app: &App, id: &OrganizationId, name: &DomainName, event: Event<'_>) -> Result<Domain> {
    let tenant = Tenant::of_record(id);
    refuse_if_taken(app, &tenant, name).await?;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let claimed = write(app, &mut tx, &tenant, name, event).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Looks for the record of a domain. An operator proves it as everybody does.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, or as [`super::verify`].
pub async fn verify(app: &App, id: &OrganizationId, name: &DomainName, event: Event<'_>) -> Result<Domain> {
    let tenant = Tenant::of_record(id);
    let domain = find(app, &tenant, name).await?;
    let found = look(app, &domain).await;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let outcome = settle(app, &mut tx, &tenant, &domain.id, &found, event).await?;
    tx.commit().await?;
    outcome
}

/// Takes a domain from an organization.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `DOMAIN_NOT_FOUND`.
pub async fn remove(app: &App, id: &OrganizationId, name: &DomainName, event: Event<'_>) -> Result<()> {
    let tenant = Tenant::of_record(id);
    let domain = find(app, &tenant, name).await?;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    take_out(app, &mut tx, &tenant, &domain.id, event).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(app: &App, tenant: &Tenant, name: &DomainName) -> Result<Domain> {
    let found = store::find_by_name(tenant.reads(&app.db), tenant, name.as_str()).await?;
    found.ok_or_else(|| Code::DomainNotFound.into())
}
