//! Roles that an organization makes up.

use serde_json::json;

use super::check::{self, Changed, Permitted};
use super::permissions::{Grants, Pattern, RolesCreate, RolesDelete, RolesRead, RolesUpdate};
use super::{CustomRole, Rights, RoleId, SystemRole, Tenant, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;

/// The most roles of one organization.
const MOST: i64 = 100;

/// The most permissions of one role.
const MOST_PERMISSIONS: usize = 100;

/// The name of a role: what stands in tokens and in orders.
#[derive(Clone, Debug)]
pub struct RoleName(String);

impl RoleName {
    /// Reads a name. Those of system roles, and `custom`, mean something else already.
    ///
    /// # Errors
    /// `INVALID_FIELD` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=50).contains(&text.len())
            && text.starts_with(|it: char| it.is_ascii_lowercase())
            && text
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it));
        if !fits {
            let reason = "use up to 50 small letters, digits, - and _, beginning with a letter";
            return Err(Invalid::new(Code::InvalidField, reason));
        }
        if text == "custom" || SystemRole::of(text).is_some() {
            return Err(Invalid::new(
                Code::InvalidField,
                "this is the name of a system role",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Reads what a role is for.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn description(text: String) -> Result<String, Invalid> {
    if text.chars().count() > 500 || text.chars().any(|it| it.is_control() && it != '\n') {
        let reason = "write at most 500 characters, without control characters";
        return Err(Invalid::new(Code::InvalidField, reason));
    }
    Ok(text)
}

/// Reads what a role allows.
///
/// # Errors
/// `INVALID_PERMISSION` or `INVALID_FIELD` with the reason.
pub fn grants(texts: &[String]) -> Result<Grants, Invalid> {
    if texts.len() > MOST_PERMISSIONS {
        let reason = format!("a role has at most {MOST_PERMISSIONS} permissions");
        return Err(Invalid::new(Code::InvalidField, reason));
    }
    let patterns: Result<Vec<_>, _> = texts.iter().map(|it| Pattern::parse(it)).collect();
    patterns.map(Grants::of)
}

/// What is needed to make a role.
#[derive(Debug)]
pub struct NewRole {
    /// Its name.
    pub name: RoleName,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: Grants,
}

/// What a role is to be; what is `None` stays as it is.
#[derive(Debug, Default)]
pub struct RoleChanges {
    /// Its name.
    pub name: Option<RoleName>,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows.
    pub permissions: Option<Grants>,
}

/// The roles of an organization by name.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, permitted: &Permitted<RolesRead>) -> Result<Vec<CustomRole>> {
    all(app, permitted.tenant()).await
}

/// The same for who was let in elsewhere.
///
/// # Errors
/// When the database fails.
pub async fn all(app: &App, tenant: &Tenant) -> Result<Vec<CustomRole>> {
    Ok(store::list(tenant.reads(&app.db), tenant).await?)
}

/// One role.
///
/// # Errors
/// `ROLE_NOT_FOUND`.
pub async fn read(app: &App, permitted: &Permitted<RolesRead>, id: &RoleId) -> Result<CustomRole> {
    let tenant = permitted.tenant();
    let found = store::find(tenant.reads(&app.db), tenant, id).await?;
    found.ok_or_else(|| Code::RoleNotFound.into())
}

/// Makes a role.
///
/// # Errors
/// `ROLE_TOO_HIGH` for who would allow what they do not hold, `ROLE_NAME_TAKEN`, `TOO_MANY_ROLES`, or as
/// [`check::permit`].
pub async fn create(
    app: &App,
    client: &Client,
    permitted: &Permitted<RolesCreate>,
    new: NewRole,
) -> Result<CustomRole> {
    let (mut tx, own) = permitted.begin(app).await?;
    check::refuse_if_above(&own, &new.permissions)?;
    let event = permitted.event(Name::RoleCreated, None, client);
    let role = write(app, &mut tx, permitted.tenant(), new, event).await?;
    tx.commit().await?;
    Ok(role)
}

/// Writes a role down, in a transaction that holds the lock of the organization.
pub(super) async fn write(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    new: NewRole,
    event: Event<'_>,
) -> Result<CustomRole> {
    let now = app.clock.now();
    if store::count(&mut *tx, tenant).await? >= MOST {
        return Err(Code::TooManyRoles.into());
    }
    let role = CustomRole {
        id: RoleId::new(app.random.id(now)),
        name: new.name.0,
        description: new.description,
        permissions: new.permissions.text(),
        created_at: now,
        updated_at: now,
    };
    if !store::insert(&mut *tx, tenant, &role).await? {
        return Err(name_taken());
    }
    let facts = json!({"organization_id": tenant.id(), "role_id": role.id, "name": role.name,
        "permissions": role.permissions});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(role)
}

fn name_taken() -> Error {
    Error::new(Code::RoleNameTaken).with("field", "name")
}

/// Changes a role. What it allows counts for all who have it from the next request on.
///
/// # Errors
/// `ROLE_NOT_FOUND`; `ROLE_TOO_HIGH` for who does not hold what it allows, before or after; `ROLE_NAME_TAKEN`; or as
/// [`check::permit`].
pub async fn update(
    app: &App,
    client: &Client,
    permitted: &Permitted<RolesUpdate>,
    id: &RoleId,
    changes: RoleChanges,
) -> Result<CustomRole> {
    let (mut tx, own) = permitted.begin(app).await?;
    let tenant = permitted.tenant();
    let event = permitted.event(Name::RoleUpdated, None, client);
    let after = alter(app, &mut tx, tenant, Some(&own), id, changes, event).await?;
    tx.commit().await?;
    Changed::new(tenant.id()).announce(app).await;
    Ok(after)
}

/// Changes a role, in a transaction that holds the lock of the organization. The platform, without rights of its own,
/// may change every role.
pub(super) async fn alter(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    own: Option<&Rights>,
    id: &RoleId,
    changes: RoleChanges,
    event: Event<'_>,
) -> Result<CustomRole> {
    let before = store::find(&mut *tx, tenant, id)
        .await?
        .ok_or(Code::RoleNotFound)?;
    refuse_if_above(own, &before)?;
    let facts_before = before.permissions.clone();
    let after = CustomRole {
        name: changes.name.map_or(before.name, |it| it.0),
        description: changes.description.unwrap_or(before.description),
        permissions: changes.permissions.map_or(before.permissions, |it| it.text()),
        updated_at: app.clock.now(),
        ..before
    };
    refuse_if_above(own, &after)?;
    match store::update(&mut *tx, tenant, &after).await {
        Ok(()) => {}
        Err(error) if error.is_unique() => return Err(name_taken()),
        Err(error) => return Err(error.into()),
    }
    let facts = json!({"organization_id": tenant.id(), "role_id": after.id, "name": after.name,
        "permissions": after.permissions, "before": facts_before});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(after)
}

fn refuse_if_above(own: Option<&Rights>, role: &CustomRole) -> Result<()> {
    own.map_or(Ok(()), |own| check::refuse_if_above(own, &role.grants()))
}

/// Deletes a role that nobody has, and nobody is invited to.
///
/// # Errors
/// `ROLE_NOT_FOUND`, `ROLE_TOO_HIGH`, `ROLE_IN_USE`, or as [`check::permit`].
pub async fn delete(
    app: &App,
    client: &Client,
    permitted: &Permitted<RolesDelete>,
    id: &RoleId,
) -> Result<()> {
    let (mut tx, own) = permitted.begin(app).await?;
    let event = permitted.event(Name::RoleDeleted, None, client);
    take_out(app, &mut tx, permitted.tenant(), Some(&own), id, event).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a role, in a transaction that holds the lock of the organization.
pub(super) async fn take_out(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    own: Option<&Rights>,
    id: &RoleId,
    event: Event<'_>,
) -> Result<()> {
    let role = store::find(&mut *tx, tenant, id)
        .await?
        .ok_or(Code::RoleNotFound)?;
    refuse_if_above(own, &role)?;
    if store::is_used(&mut *tx, tenant, id, app.clock.now()).await? {
        return Err(Code::RoleInUse.into());
    }
    store::delete(&mut *tx, tenant, id).await?;
    let facts = json!({"organization_id": tenant.id(), "role_id": role.id, "name": role.name});
    events::record(app, tx, event.knowing(facts)).await
}
