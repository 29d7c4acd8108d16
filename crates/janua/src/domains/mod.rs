//! Domains of organizations, proven by a record in the DNS.
//!
//! Any organization may claim a domain; verified it is for the one that first shows a record which only the owner of
//! the domain can write. A unique index makes sure of that, whoever asks at the same moment. Whose record is gone for
//! days loses it; a DNS that gives no answer takes nothing from anybody.

pub mod admin;
mod claiming;
mod name;
mod rechecking;
mod store;
mod verification;

pub mod routes;

use chrono::{DateTime, Utc};

pub use claiming::{claim, remove};
pub use name::DomainName;
pub use rechecking::{recheck, work};
pub use verification::verify;

use crate::app::App;
use crate::error::Result;
pub use crate::ids::DomainId;
use crate::roles::{OrganizationRead, Permitted, Tenant};

/// A domain that an organization claims.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Domain {
    /// Never changes.
    pub id: DomainId,
    /// As [`DomainName`] spells it.
    pub domain: String,
    token: String,
    /// When it was claimed.
    pub created_at: DateTime<Utc>,
    /// When it was proven; `None` while it is only claimed.
    pub verified_at: Option<DateTime<Utc>>,
    /// When the DNS was asked last.
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when the record of a verified domain is not there.
    pub missing_since: Option<DateTime<Utc>>,
    /// The code of what the last check met; `None` when the record was there.
    pub failure: Option<String>,
}

impl Domain {
    /// The name of the TXT record that proves it.
    pub fn record_name(&self) -> String {
        name::record(&self.domain)
    }

    /// What stands in that record.
    pub fn record_value(&self) -> String {
        format!("janua-domain-verification={}", self.token)
    }

    /// `pending` or `verified`.
    pub fn state(&self) -> &'static str {
        if self.verified_at.is_some() {
            "verified"
        } else {
            "pending"
        }
    }
}

/// The domains of an organization by name.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, permitted: &Permitted<OrganizationRead>) -> Result<Vec<Domain>> {
    let tenant = permitted.tenant();
    Ok(store::list(tenant.reads(&app.db), tenant).await?)
}

/// The domains that an organization has proven, by name.
///
/// # Errors
/// When the database fails.
pub async fn verified(app: &App, tenant: &Tenant) -> Result<Vec<String>> {
    let all = store::list(tenant.reads(&app.db), tenant).await?;
    let verified = all.into_iter().filter(|it| it.verified_at.is_some());
    Ok(verified.map(|it| it.domain).collect())
}

/// Whether an organization has proven a domain, spelt as in an address.
///
/// # Errors
/// When the database fails.
pub async fn is_verified_for(app: &App, tenant: &Tenant, domain: &str) -> Result<bool> {
    let found = store::find_by_name(tenant.reads(&app.db), tenant, domain).await?;
    Ok(found.is_some_and(|it| it.verified_at.is_some()))
}
