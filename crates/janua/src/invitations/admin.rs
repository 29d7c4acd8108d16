//! What the platform does about the invitations of any organization: past the walls between tenants.

use super::sending::{self, NewInvitation};
use super::{Invitation, InvitationId, InvitationState, store};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::Event;
use crate::io::db::Scope;
use crate::portable::Portable;
use crate::roles::{OrganizationId, Tenant, check};
use crate::users::UserId;

/// Invites somebody on behalf of the platform, which may give every role.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `UNKNOWN_ROLE`, `ALREADY_MEMBER`, `INVITATION_EXISTS`.
pub async fn create(
    app: &App,
    client: &Client,
    id: &OrganizationId,
    new: &NewInvitation,
    event: Event<'_>,
) -> Result<Invitation> {
    let tenant = Tenant::of_record(id);
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    let made = sending::issue(app, client, &mut tx, &tenant, None, None, new, event).await?;
    tx.commit().await?;
    Ok(made)
}

/// A page of the invitations of any organization, the newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    id: &OrganizationId,
    state: Option<InvitationState>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Invitation>, i64)> {
    sending::page(app, &Tenant::of_record(id), state, limit, offset).await
}

/// Takes an invitation back.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`, `INVITATION_NOT_FOUND`, `INVITATION_ACCEPTED`, `INVITATION_REVOKED`.
pub async fn revoke(app: &App, id: &OrganizationId, which: &InvitationId, event: Event<'_>) -> Result<()> {
    let tenant = Tenant::of_record(id);
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    sending::withdraw(app, &mut tx, &tenant, None, which, event).await?;
    tx.commit().await?;
    Ok(())
}

/// Invitations to somebody's address, once it is verified that it is theirs, and those that they accepted.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(app.db.within(Scope::Platform), user, after).await
}
