//! API keys: what programs show in place of a person who signs in.
//!
//! A key is 256 random bits; only a keyed hash is stored, so it is shown once. It belongs to a person and may do what
//! its scopes and its owner's rights both allow, or to an organization and may do there what its scopes allow. What
//! always holds: it is read from the database with every request, so that its end acts at once on every instance, and it
//! never changes what people sign in with.

mod check;
mod creation;
mod scopes;
mod store;
mod usage;

pub mod routes;
pub mod organization_routes;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

pub use check::{Holder, Verified, check, is_key};
pub use creation::{Draft, Made, create, create_for, rotate, rotate_for};
pub use scopes::{ACCOUNT_SCOPES, AccountScope, ProfileRead, ProfileUpdate, scopes};
pub use usage::note_uses;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
pub use crate::ids::ApiKeyId;
use crate::io::db::Tx;
use crate::portable::Portable;
use crate::roles::{Grants, OrganizationId, Tenant};
use crate::users::UserId;

/// How long a revoked or expired key is kept, so that whoever still shows it is told what became of it.
const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// A row of `api_keys`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiKey {
    /// The id.
    pub id: ApiKeyId,
    /// Whose it is, if it is a person's.
    pub user_id: Option<UserId>,
    /// Whose it is, if it is an organization's.
    pub organization_id: Option<OrganizationId>,
    /// Who made it, if it was a person.
    pub created_by: Option<UserId>,
    /// What its owner calls it.
    pub name: String,
    /// How the key begins, to recognise it by.
    pub hint: String,
    pub(crate) scopes: String,
    /// Requests that it may make in a minute, if not as many as all.
    pub per_minute: Option<i64>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, a few seconds late.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where it was last used.
    pub last_used_ip: Option<String>,
}

impl ApiKey {
    /// What it may be used for.
    pub fn scopes(&self) -> Grants {
        Grants::of_text(&self.scopes)
    }
}

/// Whose keys are meant.
#[derive(Clone, Copy, Debug)]
pub enum Owner<'a> {
    /// A person's.
    Person(&'a UserId),
    /// An organization's.
    Organization(&'a Tenant),
}

impl Owner<'_> {
    /// A transaction on what belongs to them.
    pub(crate) async fn begin(self, app: &App) -> Result<Tx> {
        match self {
            Self::Person(_) => Ok(app.db.begin().await?),
            Self::Organization(tenant) => tenant.begin(app).await,
        }
    }
}

/// All keys that are not revoked, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, owner: Owner<'_>) -> Result<Vec<ApiKey>> {
    Ok(store::list(&app.db, owner).await?)
}

/// One key.
///
/// # Errors
/// `API_KEY_NOT_FOUND`, also for somebody else's.
pub async fn read(app: &App, owner: Owner<'_>, id: &ApiKeyId) -> Result<ApiKey> {
    let found = store::find(&app.db, owner, id).await?;
    Ok(found.ok_or(Code::ApiKeyNotFound)?)
}

/// Gives a key another name.
///
/// # Errors
/// `API_KEY_NOT_FOUND`.
pub async fn rename(
    app: &App,
    client: &Client,
    (owner, by): (Owner<'_>, &UserId),
    id: &ApiKeyId,
    name: &str,
) -> Result<ApiKey> {
    let mut tx = owner.begin(app).await?;
    let renamed = store::rename(&mut tx, owner, id, name).await?;
    let key = renamed.ok_or(Code::ApiKeyNotFound)?;
    record(app, &mut tx, &key, Event::by(Name::ApiKeyRenamed, by, client)).await?;
    tx.commit().await?;
    Ok(key)
}

/// Ends a key, from the next request on.
///
/// # Errors
/// `API_KEY_NOT_FOUND`.
pub async fn revoke(app: &App, owner: Owner<'_>, id: &ApiKeyId, event: Event<'_>) -> Result<ApiKey> {
    let mut tx = owner.begin(app).await?;
    let revoked = store::revoke(&mut tx, owner, id, app.clock.now()).await?;
    let key = revoked.ok_or(Code::ApiKeyNotFound)?;
    record(app, &mut tx, &key, event).await?;
    tx.commit().await?;
    Ok(key)
}

/// Ends every key of a person, in the transaction of what tells of it.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of(app: &App, tx: &mut Tx, user: &UserId) -> Result<u64> {
    Ok(store::revoke_all_of(tx, user, app.clock.now()).await?)
}

/// Records what happened to a key.
async fn record(app: &App, tx: &mut Tx, key: &ApiKey, event: Event<'_>) -> Result<()> {
    let facts = json!({"api_key_id": key.id, "name": key.name, "hint": key.hint, "scopes": key.scopes().patterns(),
        "organization_id": key.organization_id});
    events::record(app, tx, event.knowing(facts)).await
}

/// Forgets keys that ended long ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - REMEMBERED).await?)
}

/// API keys of somebody, with what they are recognised by.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
