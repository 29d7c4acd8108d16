//! What administrators and operators do to organizations.

use serde_json::json;

use super::Actor;
use crate::app::App;
use crate::domains::{self, Domain, DomainName};
use crate::error::Result;
use crate::events::{self, Name};
use crate::invitations::sending::NewInvitation;
use crate::invitations::{self, Invitation, InvitationId};
use crate::organizations::admin::Order;
use crate::organizations::{NewOrganization, Organization, OrganizationId};
use crate::roles::custom::{NewRole, RoleChanges};
use crate::roles::{self, Changed, CustomRole};
use crate::users::UserId;

/// Makes an organization that belongs to somebody.
///
/// # Errors
/// `SLUG_TAKEN`.
pub async fn create(
    app: &App,
    actor: Actor<'_>,
    owner: &UserId,
    new: NewOrganization,
) -> Result<Organization> {
    let (mut order, made) = Order::create(app, owner, new).await?;
    let facts = json!({"organization_id": made.id, "name": made.name, "slug": made.slug});
    let event = actor.event(Name::OrganizationCreated, Some(owner));
    events::record(app, &mut order.tx, event.knowing(facts)).await?;
    order.tx.commit().await?;
    Ok(made)
}

/// Makes somebody a member.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `UNKNOWN_ROLE`, `ALREADY_MEMBER`.
pub async fn add_member(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    user: &UserId,
    role: &str,
) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    order
        .add(
            app,
            actor.client,
            user,
            role,
            actor.event(Name::MemberAdded, Some(user)),
        )
        .await?;
    finish(app, order, id).await
}

/// Gives a member another role.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `MEMBER_NOT_FOUND`, `UNKNOWN_ROLE`, `LAST_OWNER`.
pub async fn set_role(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    user: &UserId,
    role: &str,
) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    let event = actor.event(Name::MemberRoleChanged, Some(user));
    order.set_role(app, actor.client, user, role, event).await?;
    finish(app, order, id).await
}

/// Removes a member.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `MEMBER_NOT_FOUND`, `LAST_OWNER`.
pub async fn remove_member(app: &App, actor: Actor<'_>, id: &OrganizationId, user: &UserId) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    order
        .remove(
            app,
            actor.client,
            user,
            actor.event(Name::MemberRemoved, Some(user)),
        )
        .await?;
    finish(app, order, id).await
}

/// Keeps everybody from acting in an organization, or ends that.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub async fn set_suspended(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    suspended: bool,
) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    let name = if suspended {
        Name::OrganizationSuspended
    } else {
        Name::OrganizationReactivated
    };
    order
        .set_suspended(app, suspended, actor.event(name, None))
        .await?;
    finish(app, order, id).await
}

/// Deletes an organization; for a while it can be restored.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub async fn delete(app: &App, actor: Actor<'_>, id: &OrganizationId) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    order
        .delete(app, actor.client, actor.event(Name::OrganizationDeleted, None))
        .await?;
    finish(app, order, id).await
}

/// Restores a deleted organization.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `ORGANIZATION_NOT_DELETED`.
pub async fn restore(app: &App, actor: Actor<'_>, id: &OrganizationId) -> Result<bool> {
    let mut order = Order::begin(app, id).await?;
    order
        .restore(app, actor.client, actor.event(Name::OrganizationRestored, None))
        .await?;
    finish(app, order, id).await
}

/// Commits, and tells all instances; says whether they know already.
async fn finish(app: &App, order: Order, id: &OrganizationId) -> Result<bool> {
    order.tx.commit().await?;
    Ok(Changed::new(id).announce(app).await)
}

/// Invites somebody on behalf of the platform.
///
/// # Errors
/// As [`invitations::admin::create`].
pub async fn invite(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    new: &NewInvitation,
) -> Result<Invitation> {
    let event = actor.event(Name::InvitationSent, None);
    invitations::admin::create(app, actor.client, id, new, event).await
}

/// Takes an invitation back.
///
/// # Errors
/// As [`invitations::admin::revoke`].
pub async fn revoke_invitation(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    which: &InvitationId,
) -> Result<()> {
    let event = actor.event(Name::InvitationRevoked, None);
    invitations::admin::revoke(app, id, which, event).await
}

/// Makes a role in an organization.
///
/// # Errors
/// As [`roles::admin::create`].
pub async fn create_role(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    new: NewRole,
) -> Result<CustomRole> {
    roles::admin::create(app, id, new, actor.event(Name::RoleCreated, None)).await
}

/// Changes a role of an organization's own.
///
/// # Errors
/// As [`roles::admin::update`].
pub async fn update_role(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    role: &str,
    changes: RoleChanges,
) -> Result<CustomRole> {
    let event = actor.event(Name::RoleUpdated, None);
    roles::admin::update(app, id, role, changes, event).await
}

/// Deletes a role of an organization's own.
///
/// # Errors
/// As [`roles::admin::delete`].
pub async fn delete_role(app: &App, actor: Actor<'_>, id: &OrganizationId, role: &str) -> Result<()> {
    roles::admin::delete(app, id, role, actor.event(Name::RoleDeleted, None)).await
}

/// Claims a domain for an organization.
///
/// # Errors
/// As [`domains::admin::claim`].
pub async fn claim_domain(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    domain: &DomainName,
) -> Result<Domain> {
    domains::admin::claim(app, id, domain, actor.event(Name::DomainAdded, None)).await
}

/// Looks for the record of a domain of an organization.
///
/// # Errors
/// As [`domains::admin::verify`].
pub async fn verify_domain(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    domain: &DomainName,
) -> Result<Domain> {
    domains::admin::verify(app, id, domain, actor.event(Name::DomainVerified, None)).await
}

/// Takes a domain from an organization.
///
/// # Errors
/// As [`domains::admin::remove`].
pub async fn remove_domain(
    app: &App,
    actor: Actor<'_>,
    id: &OrganizationId,
    domain: &DomainName,
) -> Result<()> {
    domains::admin::remove(app, id, domain, actor.event(Name::DomainRemoved, None)).await
}
