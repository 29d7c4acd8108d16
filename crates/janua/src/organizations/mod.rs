//! Organizations: the customers of whoever runs Janua, and their people.
//!
//! Every statement about one takes a [`Tenant`], which only a permission gives. Whoever changes who belongs to an
//! organization, or as what, holds its lock, so an organization never loses its last owner.

pub mod admin;
pub mod deletion;
pub mod departure;
pub mod members;
mod notices;
pub mod ownership;
pub mod people;
mod store;
pub mod words;

pub mod admin_routes;
pub mod member_routes;
pub mod people_routes;
pub mod routes;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::cache::{Entry, Subject};
use crate::io::db::Tx;
use crate::outbox::Kind;
use crate::roles::{
    Changed, OrganizationRead, OrganizationUpdate, Permitted, Role, SystemRole, Tenant, check,
};
use crate::users::UserId;

pub use crate::ids::OrganizationId;
pub use words::Slug;

/// A row of `organizations`.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct Organization {
    /// Never changes.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// Unique among all organizations.
    pub slug: String,
    /// Where its logo is.
    pub logo_url: Option<String>,
    /// An object of the applications'.
    pub settings: Value,
    /// Another one.
    pub metadata: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything here changed.
    pub updated_at: DateTime<Utc>,
    /// Since when nobody can act in it.
    pub suspended_at: Option<DateTime<Utc>>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Until when it can be restored.
    pub purge_at: Option<DateTime<Utc>>,
}

/// An organization that somebody belongs to, and as what.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Belonging {
    /// The organization.
    #[sqlx(flatten)]
    pub organization: Organization,
    /// The name of their role.
    pub role: String,
}

/// What is needed to make an organization.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// What people call it.
    pub name: String,
    /// The slug; made from the name when absent.
    pub slug: Option<Slug>,
    /// Where its logo is.
    pub logo_url: Option<String>,
    /// An object of the applications'.
    pub settings: Value,
    /// Another one.
    pub metadata: Value,
}

/// Makes an organization; its maker becomes the owner.
///
/// # Errors
/// `SLUG_TAKEN`.
pub async fn create(
    app: &App,
    client: &Client,
    maker: &UserId,
    new: NewOrganization,
) -> Result<Organization> {
    let id = OrganizationId::new(app.random.id(app.clock.now()));
    let tenant = Tenant::of_record(&id);
    let mut tx = tenant.begin(app).await?;
    let organization = insert(app, &mut tx, &tenant, new).await?;
    members::add(app, &mut tx, &tenant, maker, &Role::System(SystemRole::Owner)).await?;
    let facts = json!({"organization_id": id, "name": organization.name, "slug": organization.slug});
    let event = Event::by(Name::OrganizationCreated, maker, client).knowing(facts);
    events::record(app, &mut tx, event).await?;
    notices::tell(
        app,
        &mut tx,
        &tenant,
        Kind::OrganizationCreated,
        maker,
        client,
        &[],
    )
    .await?;
    tx.commit().await?;
    Ok(organization)
}

async fn insert(app: &App, tx: &mut Tx, tenant: &Tenant, new: NewOrganization) -> Result<Organization> {
    let now = app.clock.now();
    let taken = || Error::new(Code::SlugTaken).with("field", "slug");
    let mut organization = Organization {
        id: tenant.id().clone(),
        slug: new
            .slug
            .as_ref()
            .map_or_else(String::new, |it| it.as_str().to_owned()),
        name: new.name,
        logo_url: new.logo_url,
        settings: new.settings,
        metadata: new.metadata,
        created_at: now,
        updated_at: now,
        suspended_at: None,
        deleted_at: None,
        purge_at: None,
    };
    if new.slug.is_some() {
        let inserted = store::insert(tx, &organization).await?;
        return inserted.then_some(organization).ok_or_else(taken);
    }
    let made_up = [String::new(), hex::encode(app.random.bytes::<4>())];
    for end in made_up {
        Slug::of(&organization.name, &end)
            .as_str()
            .clone_into(&mut organization.slug);
        if store::insert(tx, &organization).await? {
            return Ok(organization);
        }
    }
    Err(taken())
}

/// The organizations that somebody belongs to, with how many there are. Those that were deleted are shown to whoever
/// can restore them.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, user: &UserId, limit: i64, offset: i64) -> Result<(Vec<Belonging>, i64)> {
    let page = store::list_of(check::belongings(&app.db, user), user, limit, offset).await?;
    let total = store::count_of(check::belongings(&app.db, user), user).await?;
    Ok((page, total))
}

/// An organization, from a copy that is dropped with every change.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND` when it is gone.
pub async fn read(app: &App, permitted: &Permitted<OrganizationRead>) -> Result<Organization> {
    let tenant = permitted.tenant();
    let entry = Entry {
        subject: Subject::Org(tenant.id().as_str()),
        name: "organization",
        ttl: app.config.cache.organization,
    };
    let load = || async { Ok::<_, Error>(store::find(tenant.reads(&app.db), tenant).await?) };
    app.cache
        .get_or_load(entry, app.clock.now_millis(), load)
        .await?
        .ok_or_else(|| Code::OrganizationNotFound.into())
}

/// What an organization calls itself; `None` when it is gone.
///
/// # Errors
/// When the database fails.
pub async fn name(app: &App, tenant: &Tenant) -> Result<Option<String>> {
    let found = store::find(tenant.reads(&app.db), tenant).await?;
    Ok(found.map(|it| it.name))
}

/// What changes; what is `None` stays as it is.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new name.
    pub name: Option<String>,
    /// A new slug.
    pub slug: Option<Slug>,
    /// A new logo, or none.
    pub logo_url: Option<Option<String>>,
    /// Settings in place of the old ones.
    pub settings: Option<Value>,
    /// Metadata in place of the old ones.
    pub metadata: Option<Value>,
}

/// Changes an organization.
///
/// # Errors
/// `SLUG_TAKEN`, or as [`check::permit`].
pub async fn update(
    app: &App,
    client: &Client,
    permitted: &Permitted<OrganizationUpdate>,
    changes: Changes,
) -> Result<Organization> {
    let (mut tx, _) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let before = store::find(&mut tx, tenant)
        .await?
        .ok_or(Code::OrganizationNotFound)?;
    let after = Organization {
        name: changes.name.unwrap_or(before.name),
        slug: changes.slug.map_or(before.slug, |it| it.as_str().to_owned()),
        logo_url: changes.logo_url.unwrap_or(before.logo_url),
        settings: changes.settings.unwrap_or(before.settings),
        metadata: changes.metadata.unwrap_or(before.metadata),
        updated_at: app.clock.now(),
        ..before
    };
    match store::update(&mut tx, tenant, &after).await {
        Ok(()) => {}
        Err(error) if error.is_unique() => return Err(Error::new(Code::SlugTaken).with("field", "slug")),
        Err(error) => return Err(error.into()),
    }
    let facts = json!({"organization_id": after.id, "name": after.name, "slug": after.slug});
    let event = permitted
        .event(Name::OrganizationUpdated, None, client)
        .knowing(facts);
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    Changed::new(&after.id).announce(app).await;
    Ok(after)
}
