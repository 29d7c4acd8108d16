//! Who belongs to an organization, and as what.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{OrganizationId, notices, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::outbox::Kind;
use crate::roles::{
    Belonging, Changed, Grants, MembersRead, MembersRemove, MembersUpdate, Permitted, Role, SystemRole,
    Tenant, check,
};
use crate::users::UserId;

/// A member as other members see them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// Their username.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The kind of role.
    pub kind: String,
    /// The name of a custom role.
    pub custom_name: Option<String>,
    /// What a custom role allows.
    pub custom_permissions: Option<String>,
    /// Since when they belong to it.
    pub created_at: DateTime<Utc>,
}

impl Member {
    /// The name of their role.
    pub fn role(&self) -> &str {
        self.custom_name.as_deref().unwrap_or(&self.kind)
    }

    fn grants(&self) -> Grants {
        match (&self.custom_permissions, SystemRole::of(&self.kind)) {
            (Some(permissions), _) => Grants::of_text(permissions),
            (None, role) => role.map(SystemRole::grants).unwrap_or_default(),
        }
    }

    fn is_owner(&self) -> bool {
        self.kind == SystemRole::Owner.name()
    }
}

/// A page of members, in the order in which they came, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    permitted: &Permitted<MembersRead>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    let tenant = permitted.tenant();
    let page = store::list_members(tenant.reads(&app.db), tenant, limit, offset).await?;
    Ok((page, store::count_members(tenant.reads(&app.db), tenant).await?))
}

/// Who owns an organization.
///
/// # Errors
/// When the database fails.
pub async fn owners(tx: &mut Tx, tenant: &Tenant) -> Result<Vec<UserId>> {
    Ok(store::owners(tx, tenant).await?)
}

/// One member.
///
/// # Errors
/// `MEMBER_NOT_FOUND`.
pub async fn read(app: &App, permitted: &Permitted<MembersRead>, user: &UserId) -> Result<Member> {
    let tenant = permitted.tenant();
    let found = store::find_member(tenant.reads(&app.db), tenant, user).await?;
    found.ok_or_else(|| Code::MemberNotFound.into())
}

/// Makes somebody a member, in the transaction of what allowed it. `false` when they are one already. The caller
/// records the fact and announces [`Changed`] after the commit.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND` when the organization is gone.
pub async fn add(app: &App, tx: &mut Tx, tenant: &Tenant, user: &UserId, role: &Role) -> Result<bool> {
    check::lock(app, tx, tenant).await?;
    Ok(store::insert_member(tx, tenant, user, role, app.clock.now()).await?)
}

/// Gives a member another role.
///
/// # Errors
/// `MEMBER_NOT_FOUND`, `UNKNOWN_ROLE`, `LAST_OWNER`; `ROLE_TOO_HIGH` for who would grant, or take away, what they do
/// not hold; or as [`check::permit`].
pub async fn set_role(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersUpdate>,
    user: &UserId,
    role: &str,
) -> Result<Member> {
    let (mut tx, own) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let before = find(&mut tx, tenant, user).await?;
    check::refuse_if_above(&own, &before.grants())?;
    let role = find_role(&mut tx, tenant, role).await?;
    check::refuse_if_above(&own, &role.grants())?;
    let event = permitted.event(Name::MemberRoleChanged, Some(user), client);
    change_role(app, &mut tx, tenant, &before, &role, event).await?;
    let more = [("role", role.name().into())];
    notices::tell(app, &mut tx, tenant, Kind::MemberRoleChanged, user, client, &more).await?;
    let after = find(&mut tx, tenant, user).await?;
    tx.commit().await?;
    Changed::new(tenant.id()).announce(app).await;
    Ok(after)
}

/// Removes a member.
///
/// # Errors
/// `MEMBER_NOT_FOUND`, `LAST_OWNER`, `ROLE_TOO_HIGH`, or as [`check::permit`].
pub async fn remove(
    app: &App,
    client: &Client,
    permitted: &Permitted<MembersRemove>,
    user: &UserId,
) -> Result<()> {
    let (mut tx, own) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let member = find(&mut tx, tenant, user).await?;
    check::refuse_if_above(&own, &member.grants())?;
    let event = permitted.event(Name::MemberRemoved, Some(user), client);
    take_out(app, &mut tx, tenant, &member, event).await?;
    notices::tell(app, &mut tx, tenant, Kind::MemberRemoved, user, client, &[]).await?;
    tx.commit().await?;
    Changed::new(tenant.id()).announce(app).await;
    Ok(())
}

/// Leaves an organization.
///
/// # Errors
/// `LAST_OWNER`, or as [`check::permit`].
pub async fn leave(app: &App, client: &Client, permitted: &Permitted<Belonging>) -> Result<()> {
    let (mut tx, _) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let user = permitted.user()?;
    let member = find(&mut tx, tenant, user).await?;
    take_out(
        app,
        &mut tx,
        tenant,
        &member,
        Event::by(Name::MemberRemoved, user, client),
    )
    .await?;
    notices::tell(app, &mut tx, tenant, Kind::MemberRemoved, user, client, &[]).await?;
    tx.commit().await?;
    Changed::new(tenant.id()).announce(app).await;
    Ok(())
}

/// Gives a member the role that their identity provider says, in the transaction of their sign-in and under the lock of
/// the organization. An owner stays one. `false` when nothing changes. The caller announces [`Changed`] after the commit.
///
/// # Errors
/// `MEMBER_NOT_FOUND`.
pub async fn follow_provider(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    user: &UserId,
    role: &Role,
    event: Event<'_>,
) -> Result<bool> {
    check::lock(app, tx, tenant).await?;
    let before = find(tx, tenant, user).await?;
    if before.is_owner() || before.role() == role.name() {
        return Ok(false);
    }
    change_role(app, tx, tenant, &before, role, event).await?;
    Ok(true)
}

pub(super) async fn find(tx: &mut Tx, tenant: &Tenant, user: &UserId) -> Result<Member> {
    let found = store::find_member(tx, tenant, user).await?;
    found.ok_or_else(|| Code::MemberNotFound.into())
}

pub(super) async fn find_role(tx: &mut Tx, tenant: &Tenant, name: &str) -> Result<Role> {
    let found = Role::find(tx, tenant, name).await?;
    found.ok_or_else(|| Error::new(Code::UnknownRole).with("field", "role"))
}

/// Writes another role, under the lock of the organization.
pub(super) async fn change_role(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    before: &Member,
    role: &Role,
    event: Event<'_>,
) -> Result<()> {
    let stays_owner = matches!(role, Role::System(SystemRole::Owner));
    if before.is_owner() && !stays_owner {
        refuse_if_last_owner(tx, tenant, &before.user_id).await?;
    }
    store::set_member_role(tx, tenant, &before.user_id, role, app.clock.now()).await?;
    let facts = facts(tenant.id(), &before.user_id, role.name(), before.role());
    events::record(app, tx, event.knowing(facts)).await
}

fn facts(organization: &OrganizationId, user: &UserId, role: &str, before: &str) -> serde_json::Value {
    json!({"organization_id": organization, "user_id": user, "role": role, "before": before})
}

/// Deletes a membership, under the lock of the organization.
pub(super) async fn take_out(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    member: &Member,
    event: Event<'_>,
) -> Result<()> {
    if member.is_owner() {
        refuse_if_last_owner(tx, tenant, &member.user_id).await?;
    }
    store::delete_member(tx, tenant, &member.user_id).await?;
    let facts = json!({"organization_id": tenant.id(), "user_id": member.user_id, "role": member.role()});
    events::record(app, tx, event.knowing(facts)).await
}

async fn refuse_if_last_owner(tx: &mut Tx, tenant: &Tenant, leaving: &UserId) -> Result<()> {
    if store::has_other_owner(tx, tenant, leaving).await? {
        return Ok(());
    }
    Err(Code::LastOwner.into())
}
