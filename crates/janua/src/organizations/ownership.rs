//! Giving an organization to somebody else.

use serde_json::json;

use super::members::{self, Member};
use super::{notices, store};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::{self, Event, Name};
use crate::outbox::Kind;
use crate::roles::{Changed, OrganizationTransfer, Permitted, Role, SystemRole, check};
use crate::users::UserId;

/// Makes a member the owner; whoever was it becomes an admin. Other owners stay.
///
/// # Errors
/// `MEMBER_NOT_FOUND`, `ROLE_TOO_HIGH` for who is no owner, or as [`check::permit`].
pub async fn transfer(
    app: &App,
    client: &Client,
    permitted: &Permitted<OrganizationTransfer>,
    to: &UserId,
) -> Result<Member> {
    let (mut tx, own) = permitted.begin(app).await?;
    let (tenant, from) = (permitted.tenant(), permitted.user()?);
    let (owner, admin) = (Role::System(SystemRole::Owner), Role::System(SystemRole::Admin));
    check::refuse_if_above(&own, &owner.grants())?;
    members::find(&mut tx, tenant, to).await?;
    let now = app.clock.now();
    // Whoever gives it to themselves stays what they are.
    store::set_member_role(&mut tx, tenant, from, &admin, now).await?;
    store::set_member_role(&mut tx, tenant, to, &owner, now).await?;
    let facts = json!({"organization_id": tenant.id(), "from": from, "to": to});
    let event = Event::of(Name::OwnershipTransferred, Some(from), Some(to), client)
        .in_organization(tenant.id())
        .knowing(facts);
    events::record(app, &mut tx, event).await?;
    let member = members::find(&mut tx, tenant, to).await?;
    let more = [("owner", member.email.as_str().into())];
    for user in [from, to] {
        notices::tell(
            app,
            &mut tx,
            tenant,
            Kind::OwnershipTransferred,
            user,
            client,
            &more,
        )
        .await?;
    }
    tx.commit().await?;
    Changed::new(tenant.id()).announce(app).await;
    Ok(member)
}
