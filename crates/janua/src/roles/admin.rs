//! What the platform does about the roles of any organization: past the walls between tenants.

use super::custom::{NewRole, RoleChanges, alter, take_out, write};
use super::{Changed, CustomRole, OrganizationId, Tenant, check, store};
use crate::app::App;
use crate::error::{Code, Result};
use crate::events::Event;

/// Makes a role, which may allow anything.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `ROLE_NAME_TAKEN`, `TOO_MANY_ROLES`.
pub async fn create(app: &App, id: &OrganizationId, new: NewRole, event: Event<'_>) -> Result<CustomRole> {
    let tenant = Tenant::of_record(id);
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let role = write(app, &mut tx, &tenant, new, event).await?;
    tx.commit().await?;
    Ok(role)
}

/// Changes a role of the organization's own.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `ROLE_NOT_FOUND`, `ROLE_NAME_TAKEN`.
pub async fn update(
    app: &App,
    id: &OrganizationId,
    name: &str,
    changes: RoleChanges,
    event: Event<'_>,
) -> Result<CustomRole> {
    let tenant = Tenant::of_record(id);
    let role = find(app, &tenant, name).await?;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let role = alter(app, &mut tx, &tenant, None, &role.id, changes, event).await?;
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(role)
}

/// Deletes a role of the organization's own.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `ROLE_NOT_FOUND`, `ROLE_IN_USE`.
pub async fn delete(app: &App, id: &OrganizationId, name: &str, event: Event<'_>) -> Result<()> {
    let tenant = Tenant::of_record(id);
    let role = find(app, &tenant, name).await?;
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    take_out(app, &mut tx, &tenant, None, &role.id, event).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(app: &App, tenant: &Tenant, name: &str) -> Result<CustomRole> {
    let found = store::find_by_name(tenant.reads(&app.db), tenant, name).await?;
    found.ok_or_else(|| Code::RoleNotFound.into())
}
