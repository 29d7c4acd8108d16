//! How much of the log somebody may see.

use crate::app::App;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::io::db::{Scope, Scoped, Tx};
use crate::roles::{AuditRead, Permitted, Tenant, Tenants};

/// What somebody may see.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Everything: administrators of the platform and operators.
    Everything,
    /// What concerns the organizations in which they may.
    Tenants(Tenants),
    /// What concerns one organization.
    Tenant(Tenant),
}

impl Reach {
    /// That of who may in one organization.
    pub fn of(permitted: &Permitted<AuditRead>) -> Self {
        Self::Tenant(permitted.tenant().clone())
    }

    /// That of a person in all their organizations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_person(app: &App, user: &UserId) -> Result<Self> {
        Ok(Self::Tenants(Tenants::of::<AuditRead>(app, user).await?))
    }

    /// The ids of the organizations; `None` is everything.
    pub(super) fn organizations(&self) -> Option<Vec<&str>> {
        match self {
            Self::Everything => None,
            Self::Tenants(tenants) => Some(tenants.ids().iter().map(OrganizationId::as_str).collect()),
            Self::Tenant(tenant) => Some(vec![tenant.id().as_str()]),
        }
    }

    /// Starts a transaction on what they may see.
    pub(super) async fn begin(&self, app: &App) -> Result<Tx> {
        match self {
            Self::Tenant(tenant) => tenant.begin(app).await,
            _ => Ok(app.db.begin_within(&Scope::Platform).await?),
        }
    }

    /// The database, as far as they may see.
    pub(super) fn reads<'a>(&self, app: &'a App) -> Scoped<'a> {
        match self {
            Self::Everything => app.db.within(Scope::Platform),
            Self::Tenants(tenants) => tenants.reads(&app.db),
            Self::Tenant(tenant) => tenant.reads(&app.db),
        }
    }
}
