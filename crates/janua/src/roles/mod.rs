//! Roles: what somebody may do in an organization, and the proof that they may.
//!
//! Rights are read from the database, or from a copy that a change ends at once; never from a token. [`Permitted`] is
//! made only by [`check::permit`], and only it gives a [`Tenant`], which the statements of an organization need.

pub mod admin;
mod asker;
pub mod check;
pub mod custom;
mod permissions;
mod rights;
mod store;

pub mod rbac_routes;
pub mod routes;

use chrono::{DateTime, Utc};

pub use asker::Asker;
pub use check::{Changed, Permitted, Tenant, Tenants, permit, refuse_if_above};
pub use permissions::*;
pub use rights::{Rights, SystemRole};

pub use crate::ids::{OrganizationId, RoleId};

/// A role that an organization has made up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomRole {
    /// The id.
    pub id: RoleId,
    /// Unique within the organization, and no name of a system role.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it allows, separated by spaces.
    pub permissions: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything here changed.
    pub updated_at: DateTime<Utc>,
}

impl CustomRole {
    /// What it allows.
    pub fn grants(&self) -> Grants {
        Grants::of_text(&self.permissions)
    }
}

/// A role that a member can have.
#[derive(Clone, Debug)]
pub enum Role {
    /// One that every organization has.
    System(SystemRole),
    /// One of the organization's own.
    Custom(CustomRole),
}

impl Role {
    /// The role with this name in an organization.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(
        db: impl crate::io::db::Querier,
        tenant: &Tenant,
        name: &str,
    ) -> crate::error::Result<Option<Self>> {
        if let Some(role) = SystemRole::of(name) {
            return Ok(Some(Self::System(role)));
        }
        Ok(store::find_by_name(db, tenant, name).await?.map(Self::Custom))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::System(role) => role.name(),
            Self::Custom(role) => &role.name,
        }
    }

    /// What it allows.
    pub fn grants(&self) -> Grants {
        match self {
            Self::System(role) => role.grants(),
            Self::Custom(role) => role.grants(),
        }
    }

    /// As it stands in a member's row: the kind, and the id of a custom one.
    pub(crate) fn columns(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::System(role) => (role.name(), None),
            Self::Custom(role) => ("custom", Some(role.id.as_str())),
        }
    }
}
