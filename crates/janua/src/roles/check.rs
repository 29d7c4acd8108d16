//! The check: whether somebody may do something in an organization.

use std::marker::PhantomData;

use super::permissions::{Grants, Permission};
use super::{Asker, OrganizationId, Rights, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{Event, Name};
use crate::io::cache::{Entry, Subject};
use crate::io::db::{Db, Scope, Scoped, Tx};
use crate::users::UserId;

/// An organization that a permission has opened: what statements about tenants take instead of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(OrganizationId);

impl Tenant {
    /// The tenant that a stored row names, such as an invitation that was found by its secret, or an order of the
    /// platform. Never one that a request names: `tests/it/tidy.rs` keeps the list of callers.
    pub(crate) fn of_record(id: &OrganizationId) -> Self {
        Self(id.clone())
    }

    /// The organization.
    pub fn id(&self) -> &OrganizationId {
        &self.0
    }

    /// The database, as far as it belongs to this tenant.
    pub fn reads<'a>(&self, db: &'a Db) -> Scoped<'a> {
        db.within(self.scope())
    }

    /// Starts a transaction on what belongs to this tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self, app: &App) -> Result<Tx> {
        Ok(app.db.begin_within(&self.scope()).await?)
    }

    /// Goes on in this tenant, in a transaction that began elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enter(&self, tx: &mut Tx) -> Result<()> {
        Ok(tx.enter(&self.scope()).await?)
    }

    fn scope(&self) -> Scope {
        Scope::Tenants(vec![self.0.to_string()])
    }
}

/// The organizations in which somebody may do something.
#[derive(Clone, Debug)]
pub struct Tenants(Vec<OrganizationId>);

impl Tenants {
    /// Those in which somebody may do `P`, asked of the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of<P: Permission>(app: &App, user: &UserId) -> Result<Self> {
        let all = store::all_rights(belongings(&app.db, user), user).await?;
        let may = all
            .into_iter()
            .filter(|it| judge::<P>(Some(it.rights.clone())).is_ok());
        Ok(Self(may.map(|it| it.organization_id).collect()))
    }

    /// Their ids.
    pub fn ids(&self) -> &[OrganizationId] {
        &self.0
    }

    /// The database, as far as it belongs to them.
    pub fn reads<'a>(&self, db: &'a Db) -> Scoped<'a> {
        db.within(Scope::Tenants(self.0.iter().map(ToString::to_string).collect()))
    }
}

/// The proof that somebody may do `P` in an organization.
#[derive(Debug)]
pub struct Permitted<P> {
    tenant: Tenant,
    asker: Asker,
    rights: Rights,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Permitted<P> {
    /// The organization, for statements.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The organization.
    pub fn organization(&self) -> &OrganizationId {
        &self.tenant.0
    }

    /// Who may.
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// The person who may.
    ///
    /// # Errors
    /// `API_KEY_NOT_ALLOWED` when it is a program.
    pub fn user(&self) -> Result<&UserId> {
        self.asker.member()
    }

    /// Something that they do in the organization, to somebody or to the organization itself.
    pub fn event<'a>(&'a self, name: Name, user: Option<&'a UserId>, client: &'a Client) -> Event<'a> {
        Event::of(name, self.asker.person(), user, client)
            .with_key(self.asker.key())
            .in_organization(self.organization())
    }

    /// What they may do, as of the check.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Starts a transaction that writes. The right is asked for once more under a lock on the organization, so that
    /// nothing is written after a demotion has committed; the rights of that moment come along.
    ///
    /// # Errors
    /// As [`permit`].
    pub async fn begin(&self, app: &App) -> Result<(Tx, Rights)> {
        let mut tx = self.tenant.begin(app).await?;
        lock(app, &mut tx, &self.tenant).await?;
        let rights = self.asker.rights_now(app, &mut tx, &self.tenant).await?;
        let rights = judge::<P>(rights)?;
        Ok((tx, rights))
    }
}

/// What says where somebody belongs: their own memberships, and nothing else of any organization.
pub fn belongings<'a>(db: &'a Db, user: &UserId) -> Scoped<'a> {
    db.within(Scope::Person(user.to_string()))
}

/// Refuses to grant, or to touch, what goes beyond one's own rights.
///
/// # Errors
/// `ROLE_TOO_HIGH`.
pub fn refuse_if_above(own: &Rights, other: &Grants) -> Result<()> {
    if own.grants().covers(other) {
        return Ok(());
    }
    Err(Code::RoleTooHigh.into())
}

/// Keeps others from changing who may do what in an organization until the transaction ends. Whoever changes that takes
/// this lock first.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND` when it is gone.
pub async fn lock(app: &App, tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    if store::lock(tx, app.db.engine(), tenant).await? {
        return Ok(());
    }
    Err(Code::OrganizationNotFound.into())
}

/// Checks whether somebody may do `P` in an organization.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND` for who does not belong to it, whether or not it exists; `ORGANIZATION_SUSPENDED`;
/// `PERMISSION_DENIED` for members whose role does not allow it.
pub async fn permit<P: Permission>(
    app: &App,
    asker: Asker,
    organization: &OrganizationId,
) -> Result<Permitted<P>> {
    let tenant = Tenant(organization.clone());
    let rights = judge::<P>(asker.rights(app, &tenant).await?)?;
    Ok(Permitted {
        tenant,
        asker,
        rights,
        permission: PhantomData,
    })
}

/// What somebody may do in an organization, from a copy that is dropped with every change; `None` for who does not
/// belong to it.
///
/// # Errors
/// When the database fails.
pub async fn rights(app: &App, user: &UserId, organization: &OrganizationId) -> Result<Option<Rights>> {
    let entry = Entry {
        subject: Subject::Org(organization.as_str()),
        name: &format!("permissions:{user}"),
        ttl: app.config.cache.permissions,
    };
    let tenant = Tenant(organization.clone());
    let load = || async { Ok::<_, Error>(store::find_rights(tenant.reads(&app.db), &tenant, user).await?) };
    app.cache.get_or_load(entry, app.clock.now_millis(), load).await
}

/// The same in a transaction, as the database says now.
///
/// # Errors
/// When the database fails.
pub async fn rights_now(tx: &mut Tx, tenant: &Tenant, user: &UserId) -> Result<Option<Rights>> {
    Ok(store::find_rights(tx, tenant, user).await?)
}

/// The answer to a question about a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Their role allows it.
    Granted(String),
    /// Their role does not allow it.
    Missing(String),
    /// They do not belong to it, or there is no such organization.
    NotAMember,
    /// The platform has suspended it.
    Suspended,
    /// None was named, and the session acts in none.
    NoOrganization,
}

impl Verdict {
    /// The reason, for clients.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Granted(_) => "GRANTED",
            Self::Missing(_) => "MISSING_PERMISSION",
            Self::NotAMember => "NOT_A_MEMBER",
            Self::Suspended => "ORGANIZATION_SUSPENDED",
            Self::NoOrganization => "NO_ORGANIZATION",
        }
    }

    /// Their role.
    pub fn role(self) -> Option<String> {
        match self {
            Self::Granted(role) | Self::Missing(role) => Some(role),
            _ => None,
        }
    }
}

/// Answers whether somebody may do something, which may be a permission of an application.
///
/// # Errors
/// When the database fails.
pub async fn ask(app: &App, asker: &Asker, organization: &OrganizationId, wanted: &str) -> Result<Verdict> {
    let rights = asker.rights(app, &Tenant(organization.clone())).await?;
    let Some(rights) = rights.filter(|it| !it.is_deleted()) else {
        return Ok(Verdict::NotAMember);
    };
    if rights.is_suspended() {
        return Ok(Verdict::Suspended);
    }
    let role = rights.role().to_owned();
    Ok(if rights.grants().allows(wanted) {
        Verdict::Granted(role)
    } else {
        Verdict::Missing(role)
    })
}

fn judge<P: Permission>(rights: Option<Rights>) -> Result<Rights> {
    let rights = rights.ok_or(Code::OrganizationNotFound)?;
    if rights.is_deleted() && P::NAME != super::OrganizationRestore::NAME {
        return Err(Code::OrganizationNotFound.into());
    }
    if rights.is_suspended() {
        return Err(Code::OrganizationSuspended.into());
    }
    if !P::FOR_ALL && !rights.grants().allows(P::NAME) {
        return Err(Error::new(Code::PermissionDenied).with("permission", P::NAME));
    }
    Ok(rights)
}

/// Who may do what in an organization, or what it is called, was changed: copies must be read again.
#[must_use = "a change becomes visible only when it is announced after the commit"]
#[derive(Debug)]
pub struct Changed(OrganizationId);

impl Changed {
    /// The copies of this organization are out of date once the transaction commits.
    pub fn new(id: &OrganizationId) -> Self {
        Self(id.clone())
    }

    /// Drops every copy, on all instances; says whether they know already.
    pub async fn announce(self, app: &App) -> bool {
        app.cache
            .invalidate(Subject::Org(self.0.as_str()), app.clock.now_millis())
            .await
    }
}
