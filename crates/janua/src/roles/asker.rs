//! Who wants to do something in an organization, and how far their rights go.

use super::permissions::Grants;
use super::{Rights, Tenant, check, store};
use crate::app::App;
use crate::error::{Code, Result};
use crate::ids::ApiKeyId;
use crate::io::db::Tx;
use crate::users::UserId;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Asker {
    /// A member: as far as their role goes.
    Member(UserId),
    /// A member's API key: as far as their role and its scopes both go.
    KeyOf(UserId, ApiKeyId, Grants),
    /// The organization's own API key: as far as its scopes go.
    OwnKey(ApiKeyId),
    /// Whoever holds a link that a member made to have a connection set up: as far as that member's role goes.
    SetUp(UserId),
}

impl Asker {
    /// The person who asks, or for whom a key does; nobody for a key of the organization.
    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Member(user) | Self::KeyOf(user, ..) => Some(user),
            Self::OwnKey(_) | Self::SetUp(_) => None,
        }
    }

    /// The API key that asks.
    pub fn key(&self) -> Option<&ApiKeyId> {
        match self {
            Self::Member(_) | Self::SetUp(_) => None,
            Self::KeyOf(_, key, _) | Self::OwnKey(key) => Some(key),
        }
    }

    /// The person, where a program will not do.
    ///
    /// # Errors
    /// `API_KEY_NOT_ALLOWED`.
    pub fn member(&self) -> Result<&UserId> {
        match self {
            Self::Member(user) => Ok(user),
            Self::KeyOf(..) | Self::OwnKey(_) | Self::SetUp(_) => Err(Code::ApiKeyNotAllowed.into()),
        }
    }

    /// Their rights. Those of people may come from a copy that a change ends at once; those of keys never do.
    pub(super) async fn rights(&self, app: &App, tenant: &Tenant) -> Result<Option<Rights>> {
        Ok(match self {
            Self::Member(user) | Self::SetUp(user) => check::rights(app, user, tenant.id()).await?,
            Self::KeyOf(user, _, scopes) => {
                let rights = check::rights(app, user, tenant.id()).await?;
                rights.map(|it| it.within(scopes))
            }
            Self::OwnKey(key) => {
                store::find_rights_of_key(tenant.reads(&app.db), tenant, key, app.clock.now()).await?
            }
        })
    }

    /// Their rights in a transaction.
    pub(super) async fn rights_now(&self, app: &App, tx: &mut Tx, tenant: &Tenant) -> Result<Option<Rights>> {
        Ok(match self {
            Self::Member(user) | Self::SetUp(user) => store::find_rights(tx, tenant, user).await?,
            Self::KeyOf(user, _, scopes) => store::find_rights(tx, tenant, user)
                .await?
                .map(|it| it.within(scopes)),
            Self::OwnKey(key) => store::find_rights_of_key(tx, tenant, key, app.clock.now()).await?,
        })
    }
}
