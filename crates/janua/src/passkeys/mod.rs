//! Passkeys (WebAuthn level 3): keys that people keep, and the proof that one of them has just signed.
//!
//! The cryptography and the ceremony are `webauthn-rs-core`'s. What it leaves to its caller is here: challenges that
//! work once, frames and origins, whose credential it is, and what a counter that goes backwards means. An
//! [`Asserted`] is made only by [`authentication::finish`].

mod challenges;
mod client_data;
mod counter;
mod decoys;
mod models;
mod refusals;
mod store;

pub mod admin_routes;
pub mod authentication;
pub mod ceremony;
pub mod registration;
pub mod routes;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use webauthn_rs_core::proto::{AuthenticatorTransport, PublicKeyCredential};

pub use authentication::Asserted;
pub use models::model;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
pub use crate::ids::PasskeyId;
use crate::io::db::Tx;
use crate::outbox::{self, Kind};
use crate::portable::Portable;
use crate::users::{self, PersonName, User, UserId};

/// How long a browser lets a person look for their key.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most passkeys of one account: enough for every device, few enough for one list.
const MOST: usize = 25;

/// A row of `passkeys`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Passkey {
    /// Ours, for lists and orders.
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// The authenticator's, base64url without padding.
    pub credential_id: String,
    pub(crate) credential: Value,
    /// How often it says it has signed; 0 when it does not count.
    pub counter: i64,
    /// What its owner calls it.
    pub name: String,
    /// The model of the authenticator, as it says; not proven.
    pub aaguid: String,
    /// How it can be reached, separated by spaces.
    pub transports: String,
    /// Whether it can be copied between devices.
    pub backup_eligible: bool,
    /// Whether a copy exists, as of its last use.
    pub backed_up: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last opened the account.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it counted backwards.
    pub flagged_at: Option<DateTime<Utc>>,
}

impl Passkey {
    fn raw_id(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&self.credential_id).unwrap_or_default()
    }

    fn transports(&self) -> Option<Vec<AuthenticatorTransport>> {
        let known: Vec<_> = self
            .transports
            .split(' ')
            .filter_map(|it| it.parse().ok())
            .collect();
        Some(known).filter(|it| !it.is_empty())
    }
}

/// Where the key of a passkey lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// It cannot leave its device.
    OneDevice,
    /// Its provider copies it between devices.
    Synced,
}

/// What a browser is asked, under a name that its answer repeats.
#[derive(Debug)]
pub struct Question {
    /// Names the question; works once, for five minutes.
    pub challenge_id: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    pub public_key: Value,
}

/// What a passkey has answered; the browser got the question from `/passkeys/authenticate/options`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// From the options.
    pub challenge_id: String,
    /// What `navigator.credentials.get` gave, by `toJSON()`.
    #[schema(value_type = Object)]
    pub credential: PublicKeyCredential,
}

/// Passkeys of a user, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, user: &UserId) -> Result<Vec<Passkey>> {
    Ok(store::list(&app.db, user).await?)
}

/// Gives a passkey another name.
///
/// # Errors
/// `PASSKEY_NOT_FOUND`, also for somebody else's.
pub async fn rename(
    app: &App,
    client: &Client,
    user: &UserId,
    id: &PasskeyId,
    name: &PersonName,
) -> Result<Passkey> {
    let mut tx = app.db.begin().await?;
    let renamed = store::rename(&mut tx, user, id, name.as_str()).await?;
    let renamed = renamed.ok_or(Code::PasskeyNotFound)?;
    let event = Event::by(Name::PasskeyRenamed, user, client).knowing(json!({"passkey_id": id}));
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    Ok(renamed)
}

/// Removes a passkey of a user, in the transaction of what follows from it. Proofs under way count no more.
///
/// # Errors
/// `PASSKEY_NOT_FOUND`, also for somebody else's.
pub async fn remove(
    app: &App,
    tx: &mut Tx,
    user: &UserId,
    id: &PasskeyId,
    client: &Client,
    event: Event<'_>,
) -> Result<(User, Passkey)> {
    // Locks the row of the user: of two removals at once the second sees what the first has left.
    let owner = users::advance_epoch(app, tx, user)
        .await?
        .ok_or(Code::PasskeyNotFound)?;
    let removed = store::delete(tx, user, id).await?.ok_or(Code::PasskeyNotFound)?;
    let facts = json!({"passkey_id": id, "name": removed.name});
    events::record(app, tx, event.knowing(facts)).await?;
    let facts = json!({"ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(),
        "passkey": removed.name});
    outbox::promise_with(app, tx, Kind::PasskeyRemoved, &owner, client, facts).await?;
    Ok((owner, removed))
}

/// Removes every passkey of a user, in the transaction of what tells of it.
///
/// # Errors
/// When the database fails.
pub async fn remove_all(tx: &mut Tx, user: &UserId) -> Result<u64> {
    Ok(store::delete_all(tx, user).await?)
}

/// Whether somebody has a passkey.
///
/// # Errors
/// When the database fails.
pub async fn has_any(tx: &mut Tx, user: &UserId) -> Result<bool> {
    Ok(store::count(tx, user).await? > 0)
}

/// Forgets questions that nobody can answer and nobody needs an explanation for.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(1)).await?)
}

/// Passkeys of somebody, without their keys.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
