//! Browsers in which a person need not show the second factor for a while, because they wished so there.
//!
//! What always holds: it is bound to the device cookie; it ends with its time, with another password or factor of the
//! account, or when its owner removes it; it opens no change that asks for a recent sign-in with both factors.

mod store;

pub mod routes;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::OpaqueToken;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::ids::TrustedDeviceId;
use crate::io::db::Tx;
use crate::portable::Portable;
use crate::users::{User, UserId};

/// Proof that a sign-in comes from a browser that its owner trusts. Only [`recognise`] makes one.
#[derive(Debug)]
pub struct Recognised(UserId);

impl Recognised {
    /// Whose browser it is.
    pub fn user(&self) -> &UserId {
        &self.0
    }
}

/// A row of `trusted_devices`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TrustedDevice {
    /// For lists and orders.
    pub id: TrustedDeviceId,
    pub(crate) device_hash: String,
    /// Browser and system in words.
    pub name: String,
    /// From where it was trusted.
    pub ip: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it last spared somebody the second factor.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl TrustedDevice {
    /// Whether it is the one that asks.
    pub fn is_of(&self, app: &App, client: &Client) -> bool {
        let device = client.device.as_ref();
        device.is_some_and(|it| {
            app.all_keys()
                .any(|keys| it.hash(&keys.device).as_str() == self.device_hash)
        })
    }
}

/// Recognises the browser of a sign-in, in the transaction of the session.
///
/// # Errors
/// When the database fails.
pub async fn recognise(app: &App, tx: &mut Tx, user: &User, client: &Client) -> Result<Option<Recognised>> {
    let (true, Some(device)) = (app.config.second_factors.trusted_devices, &client.device) else {
        return Ok(None);
    };
    for keys in app.all_keys() {
        let hash = device.hash(&keys.device);
        if store::use_one(tx, user, hash.as_str(), app.clock.now()).await? {
            return Ok(Some(Recognised(user.id.clone())));
        }
    }
    Ok(None)
}

/// Trusts the browser of a sign-in that has shown both factors, in the transaction of its session.
///
/// # Errors
/// When the database fails.
pub async fn trust(app: &App, tx: &mut Tx, user: &User, device: &OpaqueToken, client: &Client) -> Result<()> {
    if !app.config.second_factors.trusted_devices {
        return Ok(());
    }
    let now = app.clock.now();
    let row = TrustedDevice {
        id: TrustedDeviceId::new(app.random.id(now)),
        device_hash: device.hash(&app.keys.device).as_str().to_owned(),
        name: client.device_name(),
        ip: client.ip.to_string(),
        created_at: now,
        expires_at: now + app.config.second_factors.trusted_device_lifetime,
        last_used_at: None,
    };
    store::insert(tx, user, &row).await?;
    events::record(app, tx, Event::by(Name::DeviceTrusted, &user.id, client)).await
}

/// Those that count, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, user: &UserId) -> Result<Vec<TrustedDevice>> {
    Ok(store::list(&app.db, user, app.clock.now()).await?)
}

/// Removes one, or all.
///
/// # Errors
/// `NOT_FOUND` when there is no such device, also for somebody else's.
pub async fn remove(app: &App, client: &Client, user: &UserId, id: Option<&TrustedDeviceId>) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    let removed = match id {
        Some(id) => store::remove(&mut tx, user, id).await?,
        None => store::remove_all(&mut tx, user).await?,
    };
    if removed == 0 && id.is_some() {
        return Err(Code::NotFound.into());
    }
    let event = Event::by(Name::DeviceDistrusted, user, client);
    events::record(
        app,
        &mut tx,
        event.knowing(serde_json::json!({"removed": removed})),
    )
    .await?;
    tx.commit().await?;
    Ok(removed)
}

/// Forgets those whose time is over.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now()).await?)
}

/// Browsers that somebody trusts.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
