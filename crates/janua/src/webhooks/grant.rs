//! Whose webhooks, and the proof that somebody may do something with them.

use serde_json::{Value, json};

use super::store;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::ids::{OrganizationId, UserId, WebhookId};
use crate::io::db::{Db, Scope, Scoped, Tx};
use crate::roles::{Asker, Permission, Permitted, Tenant, permit};

/// Whose webhooks: what statements take.
#[derive(Clone, Debug)]
pub enum Owner {
    /// Those of the platform, which tell of everything.
    Platform,
    /// Those of an organization, which tell of what concerns it.
    Tenant(Tenant),
}

impl Owner {
    /// Whose a stored row is.
    pub(super) fn of_record(id: Option<&OrganizationId>) -> Self {
        id.map_or(Self::Platform, |id| Self::Tenant(Tenant::of_record(id)))
    }

    /// The organization.
    pub fn organization(&self) -> Option<&OrganizationId> {
        match self {
            Self::Platform => None,
            Self::Tenant(tenant) => Some(tenant.id()),
        }
    }

    /// The database, as far as it belongs to this owner.
    pub(super) fn reads<'a>(&self, db: &'a Db) -> Scoped<'a> {
        match self {
            Self::Platform => everybodys(db),
            Self::Tenant(tenant) => tenant.reads(db),
        }
    }

    /// Starts a transaction on what belongs to this owner.
    pub(super) async fn begin(&self, app: &App) -> Result<Tx> {
        match self {
            Self::Platform => begin_for_everybody(app).await,
            Self::Tenant(tenant) => tenant.begin(app).await,
        }
    }
}

/// All webhooks, for the worker that serves them.
pub(super) fn everybodys(db: &Db) -> Scoped<'_> {
    db.within(Scope::Platform)
}

/// A transaction on all webhooks, for the worker.
pub(super) async fn begin_for_everybody(app: &App) -> Result<Tx> {
    Ok(app.db.begin_within(&Scope::Platform).await?)
}

/// Whose a webhook is, so that the door can ask for the right permission.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn owner_of(app: &App, id: &WebhookId) -> Result<Option<OrganizationId>> {
    let found = store::find_owner(everybodys(&app.db), id).await?;
    found.ok_or_else(|| Code::WebhookNotFound.into())
}

/// The proof that somebody may do `P` with the webhooks of an owner.
#[derive(Debug)]
pub enum Grant<P> {
    /// An administrator of the platform, as the door has just checked.
    Admin(UserId),
    /// A member who may.
    Member(Box<Permitted<P>>),
    /// An operator at the command line.
    Operator(Owner),
}

impl<P: Permission> Grant<P> {
    /// For a member of an organization, or an API key.
    ///
    /// # Errors
    /// As [`permit`].
    pub async fn of(app: &App, asker: Asker, organization: &OrganizationId) -> Result<Self> {
        Ok(Self::Member(Box::new(permit(app, asker, organization).await?)))
    }

    /// For an operator, who may everything everywhere.
    pub fn of_operator(organization: Option<&OrganizationId>) -> Self {
        Self::Operator(Owner::of_record(organization))
    }

    /// Whose webhooks.
    pub fn owner(&self) -> Owner {
        match self {
            Self::Admin(_) => Owner::Platform,
            Self::Member(permitted) => Owner::Tenant(permitted.tenant().clone()),
            Self::Operator(owner) => owner.clone(),
        }
    }

    /// Starts a transaction that writes; for members the right is asked for once more.
    ///
    /// # Errors
    /// As [`permit`].
    pub(super) async fn begin(&self, app: &App) -> Result<Tx> {
        match self {
            Self::Admin(_) => begin_for_everybody(app).await,
            Self::Member(permitted) => Ok(permitted.begin(app).await?.0),
            Self::Operator(owner) => owner.begin(app).await,
        }
    }

    /// Records what was done.
    pub(super) async fn record(
        &self,
        app: &App,
        tx: &mut Tx,
        client: &Client,
        name: Name,
        mut facts: Value,
    ) -> Result<()> {
        if let Some(id) = self.owner().organization() {
            facts["organization_id"] = json!(id);
        }
        let event = match self {
            Self::Admin(user) => Event::of_admin(name, user, None, client),
            Self::Member(permitted) => permitted.event(name, None, client),
            Self::Operator(_) => {
                facts["by"] = "operator".into();
                Event::by_operator(name, None, client)
            }
        };
        events::record(app, tx, event.knowing(facts)).await
    }
}

/// Whether there is such an organization, for operators who name one.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub async fn refuse_if_unknown(app: &App, id: &OrganizationId) -> Result<()> {
    let found = crate::organizations::admin::get(app, id).await;
    found.map(drop).map_err(|error| Error::new(error.code()))
}
