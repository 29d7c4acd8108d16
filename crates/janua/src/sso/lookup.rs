//! Whose a connection is: known only once it was found by its id, by a domain or by a slug. Past the walls between tenants.

use chrono::{DateTime, Utc};

use super::{Connection, Kind, SsoConnectionId, State, store};
use crate::app::App;
use crate::error::{Code, Result};
use crate::io::db::{Db, Scope, Scoped};
use crate::roles::{OrganizationId, Tenant};
use crate::users::{Email, UserId};

/// How somebody says where they want to sign in.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// By a connection.
    Connection(SsoConnectionId),
    /// By the slug of their organization.
    Organization(String),
    /// By their address.
    Email(Email),
}

/// A connection and its organization, for somebody who is linked by it or may be.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    /// The connection.
    pub connection_id: SsoConnectionId,
    /// What people read.
    pub connection_name: String,
    kind: String,
    state: String,
    /// Whose it is.
    pub organization_id: OrganizationId,
    suspended_at: Option<DateTime<Utc>>,
    /// How the organization is called.
    pub organization_name: String,
    /// The address there, when it was linked or last used.
    pub email: Option<String>,
    /// Since when; nothing where it is not linked.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Link {
    /// What the connection speaks.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.kind)
    }

    /// Whether people sign in through the connection.
    pub fn is_open(&self) -> bool {
        State::of(&self.state) == Some(State::Enabled) && self.suspended_at.is_none()
    }
}

/// The connections whose accounts open somebody's.
///
/// # Errors
/// When the database fails.
pub async fn links(app: &App, user: &UserId) -> Result<Vec<Link>> {
    Ok(store::links(everybodys(&app.db), user).await?)
}

/// The enabled connections of somebody's organizations that they have not linked.
///
/// # Errors
/// When the database fails.
pub async fn linkable(app: &App, user: &UserId) -> Result<Vec<Link>> {
    if app.config.sso.relay_state_secret.is_none() {
        return Ok(Vec::new());
    }
    Ok(store::linkable(everybodys(&app.db), user).await?)
}

fn everybodys(db: &Db) -> Scoped<'_> {
    db.within(Scope::Platform)
}

impl Connection {
    /// The organization that it belongs to, for statements about who signs in through it.
    pub fn tenant(&self) -> Tenant {
        Tenant::of_record(&self.organization_id)
    }
}

/// Whose a connection is, so that the door can ask for the right permission.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`.
pub(super) async fn owner_of(app: &App, id: &SsoConnectionId) -> Result<OrganizationId> {
    let found = store::owner(everybodys(&app.db), id).await?;
    found.ok_or_else(|| Code::SsoConnectionNotFound.into())
}

/// A connection of an organization that may be used, in whatever state.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`.
pub async fn usable(app: &App, id: &SsoConnectionId) -> Result<Connection> {
    let found = store::find_usable(everybodys(&app.db), id).await?;
    found.ok_or_else(|| Code::SsoConnectionNotFound.into())
}

/// The connections of all organizations that people sign in through, for whoever looks after the server; at most so many.
///
/// # Errors
/// When the database fails.
pub async fn enabled(app: &App, at_most: i64) -> Result<Vec<Connection>> {
    store::list_enabled(everybodys(&app.db), at_most).await
}

/// Asks the provider of a connection what it says of itself.
///
/// # Errors
/// `EXTERNAL_SERVICE_ERROR` when it gives no answer, or another than it must.
pub async fn reach(app: &App, connection: &Connection) -> Result<()> {
    match &connection.settings.oidc {
        Some(settings) => super::oidc::metadata(app, &settings.issuer).await.map(drop),
        None => Ok(()),
    }
}

/// The connection through which somebody signs in.
///
/// # Errors
/// `SSO_NOT_AVAILABLE`, `SSO_CONNECTION_NOT_FOUND`, `SSO_CONNECTION_DISABLED`.
pub async fn find(app: &App, wanted: &Wanted) -> Result<Connection> {
    let found = match wanted {
        Wanted::Connection(id) => {
            let found = usable(app, id).await?;
            found.refuse_unless_enabled()?;
            Some(found)
        }
        Wanted::Organization(slug) => store::find_of_slug(everybodys(&app.db), slug).await?,
        Wanted::Email(email) => of_domain(app, domain_of(email.as_str())).await?,
    };
    found.ok_or_else(|| Code::SsoNotOffered.into())
}

/// The enabled connections to a provider of this name.
pub(super) async fn of_idp(app: &App, entity_id: &str) -> Result<Vec<Connection>> {
    store::list_of_idp(everybodys(&app.db), entity_id).await
}

/// The connections whose metadata is to be fetched now.
pub(super) async fn metadata_due(app: &App) -> Result<Vec<store::DueMetadata>> {
    store::metadata_due(everybodys(&app.db), app.clock.now()).await
}

/// Connections whose last certificate comes to its end before a moment.
pub(super) async fn certificates_ending(app: &App, until: DateTime<Utc>) -> Result<Vec<store::Ending>> {
    store::certificates_ending(everybodys(&app.db), until).await
}

/// Whose such a connection is.
pub(super) fn tenant_of(it: &store::Ending) -> Tenant {
    Tenant::of_record(&it.organization_id)
}

/// When the first of all connections has no certificate left that says it counts.
pub(super) async fn next_certificate_end(app: &App) -> Result<Option<DateTime<Utc>>> {
    store::next_certificate_end(everybodys(&app.db)).await
}

/// So many connections are read at once.
const PAGE: i64 = 100;

/// The connections of all organizations, for operators.
///
/// # Errors
/// When the database fails.
pub async fn list_all(app: &App) -> Result<Vec<Connection>> {
    let mut all: Vec<Connection> = Vec::new();
    loop {
        let after = all.last().map_or("", |it| it.id.as_str()).to_owned();
        let page = store::list_all(everybodys(&app.db), &after, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// The connection of the organization that has proven a domain.
///
/// # Errors
/// When the database fails.
pub async fn of_domain(app: &App, domain: &str) -> Result<Option<Connection>> {
    if app.config.sso.relay_state_secret.is_none() {
        return Ok(None);
    }
    store::find_of_domain(everybodys(&app.db), domain).await
}

/// The connection that whoever has this address must use.
///
/// # Errors
/// When the database fails.
pub async fn enforcing(app: &App, email: &str) -> Result<Option<Connection>> {
    if app.config.sso.relay_state_secret.is_none() {
        return Ok(None);
    }
    let found = store::find_enforced(everybodys(&app.db), domain_of(email)).await?;
    Ok(found.filter(|it| it.state == State::Enabled))
}

/// What stands behind the `@` of an address.
pub(super) fn domain_of(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}
