//! Invitations: an organization asks somebody by mail to join it.
//!
//! What always holds: an invitation is bound to its address, and only whoever has proved to read it can accept; its
//! secret is made when the mail is written, stored as a keyed hash, and replaced with every mail; nobody invites to a
//! role that they could not give, and whoever invited must still be able to when it is accepted.

pub mod acceptance;
pub mod admin;
mod secret;
pub mod sending;
mod store;
pub mod words;

pub mod acceptance_routes;
pub mod routes;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{Code, Result};
pub use crate::ids::InvitationId;
use crate::io::db::Tx;
use crate::roles::{OrganizationId, Role, SystemRole, Tenant};
use crate::users::UserId;

pub use secret::{Minted, mint};
pub use words::{Days, Message};

/// How long an invitation that is over is remembered.
const KEPT: TimeDelta = TimeDelta::days(90);

/// An invitation with what its readers need to know.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invitation {
    /// The row.
    pub id: InvitationId,
    /// To where.
    pub organization_id: OrganizationId,
    /// What people call that.
    pub organization: String,
    /// Who.
    pub email: String,
    role: String,
    custom_name: Option<String>,
    /// What the inviter wrote.
    pub message: Option<String>,
    /// Who invited; nobody when it was the platform or a key of the organization.
    pub invited_by: Option<UserId>,
    /// Their address.
    pub inviter: Option<String>,
    days: i64,
    state: String,
    secret_hash: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was mailed, or was to be.
    pub sent_at: DateTime<Utc>,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted or revoked.
    pub settled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub accepted_by: Option<UserId>,
    is_deleted: bool,
    is_suspended: bool,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// It can be accepted.
    Pending,
    /// Somebody is a member now.
    Accepted,
    /// It was taken back.
    Revoked,
    /// It was not accepted in time.
    Expired,
}

impl InvitationState {
    /// As it is stored and told.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Invitation {
    /// The name of the role.
    pub fn role(&self) -> &str {
        self.custom_name.as_deref().unwrap_or(&self.role)
    }

    /// Where it stands.
    pub fn state(&self, now: DateTime<Utc>) -> InvitationState {
        match self.state.as_str() {
            "accepted" => InvitationState::Accepted,
            "revoked" => InvitationState::Revoked,
            "pending" if now < self.expires_at => InvitationState::Pending,
            _ => InvitationState::Expired,
        }
    }

    /// Refuses one that cannot be accepted any more, each kind with a code of its own.
    fn refuse_if_over(&self, now: DateTime<Utc>) -> Result<()> {
        match self.state(now) {
            InvitationState::Pending => Ok(()),
            InvitationState::Accepted => Err(Code::InvitationAccepted.into()),
            InvitationState::Revoked => Err(Code::InvitationRevoked.into()),
            InvitationState::Expired => Err(Code::InvitationExpired.into()),
        }
    }

    /// The role that it gives, as it is now; `None` when the organization has deleted it.
    async fn role_now(&self, tx: &mut Tx, tenant: &Tenant) -> Result<Option<Role>> {
        match (&self.custom_name, SystemRole::of(&self.role)) {
            (Some(name), _) => Role::find(tx, tenant, name).await,
            (None, role) => Ok(role.map(Role::System)),
        }
    }
}

/// Forgets invitations that were over long ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    secret::sweep(app, app.clock.now() - KEPT).await
}
