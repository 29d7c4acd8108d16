//! What the platform sees of organizations, and does to them: past the walls between tenants.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::members::{self, Member};
use super::{NewOrganization, Organization, OrganizationId, deletion, insert, notices, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::io::db::{Scope, Tx};
use crate::outbox::Kind;
use crate::roles::{CustomRole, Role, SystemRole, Tenant, check, custom};
use crate::users::UserId;

/// An organization with how many belong to it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    /// The organization.
    #[sqlx(flatten)]
    pub organization: Organization,
    /// How many belong to it.
    pub members: i64,
}

/// Which organizations are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those whose name or slug starts with this; case does not matter.
    pub search: Option<String>,
}

/// A page of organizations, the newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, filter: &Filter, limit: i64, offset: i64) -> Result<(Vec<Account>, i64)> {
    let everywhere = || app.db.within(Scope::Platform);
    let page = store::accounts(everywhere(), filter, limit, offset).await?;
    Ok((page, store::count(everywhere(), filter).await?))
}

/// One organization.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub async fn get(app: &App, id: &OrganizationId) -> Result<Account> {
    let tenant = Tenant::of_record(id);
    let found = store::account(tenant.reads(&app.db), &tenant).await?;
    found.ok_or_else(|| Code::OrganizationNotFound.into())
}

/// The organization with this slug.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub async fn find_by_slug(app: &App, slug: &str) -> Result<OrganizationId> {
    let found = store::find_by_slug(app.db.within(Scope::Platform), slug).await?;
    found.ok_or_else(|| Code::OrganizationNotFound.into())
}

/// A page of the members of any organization, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn members(app: &App, id: &OrganizationId, limit: i64, offset: i64) -> Result<(Vec<Member>, i64)> {
    let tenant = Tenant::of_record(id);
    let page = store::list_members(tenant.reads(&app.db), &tenant, limit, offset).await?;
    Ok((page, store::count_members(tenant.reads(&app.db), &tenant).await?))
}

/// One member of any organization.
///
/// # Errors
/// `MEMBER_NOT_FOUND`.
pub async fn member(app: &App, id: &OrganizationId, user: &UserId) -> Result<Member> {
    let tenant = Tenant::of_record(id);
    let found = store::find_member(tenant.reads(&app.db), &tenant, user).await?;
    found.ok_or_else(|| Code::MemberNotFound.into())
}

/// The roles that an organization has made up.
///
/// # Errors
/// When the database fails.
pub async fn roles(app: &App, id: &OrganizationId) -> Result<Vec<CustomRole>> {
    custom::all(app, &Tenant::of_record(id)).await
}

/// A transaction of the platform on one organization, which holds its lock.
#[derive(Debug)]
pub struct Order {
    /// The transaction, to be committed by whoever gave the order.
    pub tx: Tx,
    tenant: Tenant,
}

impl Order {
    /// Starts.
    ///
    /// # Errors
    /// `ORGANIZATION_NOT_FOUND`.
    pub async fn begin(app: &App, id: &OrganizationId) -> Result<Self> {
        let tenant = Tenant::of_record(id);
        let mut tx = tenant.begin(app).await?;
        check::lock(app, &mut tx, &tenant).await?;
        Ok(Self { tx, tenant })
    }

    /// Starts with a new organization, which belongs to `owner`.
    ///
    /// # Errors
    /// `SLUG_TAKEN`.
    pub async fn create(app: &App, owner: &UserId, new: NewOrganization) -> Result<(Self, Organization)> {
        let tenant = Tenant::of_record(&OrganizationId::new(app.random.id(app.clock.now())));
        let mut tx = tenant.begin(app).await?;
        let made = insert(app, &mut tx, &tenant, new).await?;
        members::add(app, &mut tx, &tenant, owner, &Role::System(SystemRole::Owner)).await?;
        Ok((Self { tx, tenant }, made))
    }

    /// Makes somebody a member.
    ///
    /// # Errors
    /// `UNKNOWN_ROLE`, `ALREADY_MEMBER`.
    pub async fn add(
        &mut self,
        app: &App,
        client: &Client,
        user: &UserId,
        role: &str,
        event: Event<'_>,
    ) -> Result<()> {
        let role = members::find_role(&mut self.tx, &self.tenant, role).await?;
        if !members::add(app, &mut self.tx, &self.tenant, user, &role).await? {
            return Err(Error::new(Code::AlreadyMember));
        }
        let facts = json!({"organization_id": self.tenant.id(), "user_id": user, "role": role.name()});
        events::record(app, &mut self.tx, event.knowing(facts)).await?;
        let more = [("role", role.name().into())];
        self.tell(app, Kind::MemberAdded, user, client, &more).await
    }

    async fn tell(
        &mut self,
        app: &App,
        kind: Kind,
        user: &UserId,
        client: &Client,
        more: &[(&str, Value)],
    ) -> Result<()> {
        notices::tell(app, &mut self.tx, &self.tenant, kind, user, client, more).await
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// `MEMBER_NOT_FOUND`, `UNKNOWN_ROLE`, `LAST_OWNER`.
    pub async fn set_role(
        &mut self,
        app: &App,
        client: &Client,
        user: &UserId,
        role: &str,
        event: Event<'_>,
    ) -> Result<()> {
        let before = members::find(&mut self.tx, &self.tenant, user).await?;
        let role = members::find_role(&mut self.tx, &self.tenant, role).await?;
        members::change_role(app, &mut self.tx, &self.tenant, &before, &role, event).await?;
        let more = [("role", role.name().into())];
        self.tell(app, Kind::MemberRoleChanged, user, client, &more).await
    }

    /// Removes a member.
    ///
    /// # Errors
    /// `MEMBER_NOT_FOUND`, `LAST_OWNER`.
    pub async fn remove(
        &mut self,
        app: &App,
        client: &Client,
        user: &UserId,
        event: Event<'_>,
    ) -> Result<()> {
        let member = members::find(&mut self.tx, &self.tenant, user).await?;
        members::take_out(app, &mut self.tx, &self.tenant, &member, event).await?;
        self.tell(app, Kind::MemberRemoved, user, client, &[]).await
    }

    /// Keeps everybody from acting in it, or ends that; `false` when it is so already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_suspended(&mut self, app: &App, suspended: bool, event: Event<'_>) -> Result<bool> {
        let now = app.clock.now();
        let since = suspended.then_some(now);
        let changed = store::set_suspended(&mut self.tx, &self.tenant, since, now).await?;
        if changed {
            let facts = json!({"organization_id": self.tenant.id()});
            events::record(app, &mut self.tx, event.knowing(facts)).await?;
        }
        Ok(changed)
    }

    /// Deletes it; gives until when it can be restored.
    ///
    /// # Errors
    /// `ORGANIZATION_NOT_FOUND` when it was deleted already.
    pub async fn delete(&mut self, app: &App, client: &Client, event: Event<'_>) -> Result<DateTime<Utc>> {
        let purge_at = deletion::mark(app, &mut self.tx, &self.tenant, event).await?;
        let (kind, more) = (Kind::OrganizationDeleted, [("purge_at", json!(purge_at))]);
        notices::tell_owners(app, &mut self.tx, &self.tenant, kind, client, &more).await?;
        Ok(purge_at)
    }

    /// Restores it.
    ///
    /// # Errors
    /// `ORGANIZATION_NOT_DELETED`.
    pub async fn restore(&mut self, app: &App, client: &Client, event: Event<'_>) -> Result<Organization> {
        let restored = deletion::unmark(app, &mut self.tx, &self.tenant, event).await?;
        let kind = Kind::OrganizationRestored;
        notices::tell_owners(app, &mut self.tx, &self.tenant, kind, client, &[]).await?;
        Ok(restored)
    }
}
