//! Webhooks: events, sent to addresses that organizations and the platform name, signed, and sent again until they were
//! taken.
//!
//! What always holds: a delivery exists for each event that an endpoint wanted, whatever died in between; one endpoint
//! is served by one worker at a time, and one that hangs holds up no other; nothing is sent to where
//! [`crate::io::reach`] does not lead; the secret is sealed at rest and shown once.

mod delivery;
mod disabling;
pub mod endpoints;
mod grant;
mod log;
mod signature;
mod spreading;
mod store;
pub mod subscription;

pub mod delivery_routes;
pub mod routes;

use chrono::{DateTime, Utc};

pub use delivery::{deliver_due, work};
pub use grant::{Grant, Owner, owner_of, refuse_if_unknown};
pub use log::{deliveries, retry, sweep, test, waiting};
pub use store::{SEALED, SEALED_PREVIOUS};
pub use subscription::Subscription;

use crate::app::App;
use crate::crypto::sealed::{Aad, Column};
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Error, Result};
use crate::ids::OrganizationId;
pub use crate::ids::WebhookId;

/// Where events are sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Endpoint {
    /// Never changes.
    pub id: WebhookId,
    /// Whose it is; `None` is the platform.
    pub organization_id: Option<OrganizationId>,
    /// The address.
    pub url: String,
    /// What it is for.
    pub description: String,
    events: String,
    sealed: Vec<u8>,
    previous_sealed: Option<Vec<u8>>,
    /// Until when the secret before the current one signs along.
    pub previous_until: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When anything here changed.
    pub updated_at: DateTime<Utc>,
    /// Since when it is off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// `manual`, or `failing`.
    pub disabled_because: Option<String>,
    /// Tries that failed since the last success.
    pub failures: i64,
    /// Since when none has succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    claimed_until: Option<DateTime<Utc>>,
}

impl Endpoint {
    /// What it is told of.
    pub fn subscription(&self) -> Subscription {
        Subscription::of_text(&self.events)
    }

    /// The secrets that sign now: the current one first.
    fn secrets(&self, app: &App) -> Result<Vec<OpaqueToken>> {
        let mut secrets = vec![open(app, &self.id, &SEALED, &self.sealed)?];
        if let (Some(sealed), Some(until)) = (&self.previous_sealed, self.previous_until)
            && app.clock.now() < until
        {
            secrets.push(open(app, &self.id, &SEALED_PREVIOUS, sealed)?);
        }
        Ok(secrets)
    }
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// The row.
    pub id: String,
    /// Where it goes.
    pub endpoint_id: WebhookId,
    /// `evt_…`, the same in every try.
    pub event_id: String,
    /// `area.action`
    pub event_type: String,
    /// What is sent.
    pub body: String,
    /// `queued`, `delivered` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, or was to be.
    pub due_at: DateTime<Utc>,
    /// When it was tried last.
    pub attempted_at: Option<DateTime<Utc>>,
    /// When it was taken, or given up.
    pub settled_at: Option<DateTime<Utc>>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// How long the last try took.
    pub duration_ms: Option<i64>,
    /// The beginning of the last answer.
    pub response: Option<String>,
    /// Why the last try failed.
    pub failure: Option<String>,
}

/// What one try met.
#[derive(Clone, Debug)]
pub struct Report {
    /// The status, if there was an answer.
    pub status: Option<i64>,
    /// How long it took.
    pub duration_ms: i64,
    /// The beginning of the answer.
    pub response: Option<String>,
    /// Why it failed; `None` when it was taken.
    pub failure: Option<String>,
}

impl Report {
    /// Whether the receiver took it.
    pub fn is_delivered(&self) -> bool {
        self.failure.is_none()
    }
}

/// How a try changes its delivery.
#[derive(Debug)]
struct Try {
    state: &'static str,
    due_at: Option<DateTime<Utc>>,
    report: Report,
}

fn place<'a>(id: &'a WebhookId, column: &Column) -> Aad<'a> {
    Aad {
        table: column.table,
        row: id.as_str(),
        column: column.column,
    }
}

fn seal(app: &App, id: &WebhookId, column: &Column, secret: &OpaqueToken) -> Vec<u8> {
    app.sealer
        .seal(secret.reveal().as_bytes(), &place(id, column), app.random.bytes())
}

fn open(app: &App, id: &WebhookId, column: &Column, sealed: &[u8]) -> Result<OpaqueToken> {
    let plain = app
        .sealer
        .open(sealed, &place(id, column))
        .map_err(Error::internal)?;
    let text = std::str::from_utf8(&plain).map_err(Error::internal)?;
    OpaqueToken::parse(text, Kind::Webhook).map_err(Error::internal)
}
