//! Devices that a user has signed in from, by the keyed hash of a cookie.

use super::store;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::OpaqueToken;
use crate::error::Result;
use crate::io::db::{Querier, Tx};
use crate::users::UserId;

/// Whether a sign-in came from a device that was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Before,
    /// The first device of this user: no reason to warn them.
    First,
    NewAmongOthers,
}

/// Notes the device that a user signs in from: the one whose cookie came along, or one that has just been made up.
pub(super) async fn remember(
    app: &App,
    tx: &mut Tx,
    user: &UserId,
    shown: Option<&OpaqueToken>,
    device: &OpaqueToken,
) -> Result<Seen> {
    let (now, hash) = (app.clock.now(), device.hash(&app.keys.device));
    if let Some(shown) = shown
        && is_touched(app, tx, user, shown).await?
    {
        return Ok(Seen::Before);
    }
    let others = store::has_devices(tx, user).await?;
    store::insert_device(tx, user, hash.as_str(), now).await?;
    Ok(if others { Seen::NewAmongOthers } else { Seen::First })
}

async fn is_touched(app: &App, tx: &mut Tx, user: &UserId, device: &OpaqueToken) -> Result<bool> {
    let (now, hash) = (app.clock.now(), device.hash(&app.keys.device));
    if store::touch_device(tx, user, hash.as_str(), now).await? {
        return Ok(true);
    }
    for earlier in &app.earlier_keys {
        // Known from before the master key was rotated.
        let before = device.hash(&earlier.device);
        if store::rename_device(tx, user, before.as_str(), hash.as_str(), now).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The stored name of the client's device, when this user has signed in from it before.
///
/// # Errors
/// When the database fails.
pub async fn known_device(
    app: &App,
    mut db: impl Querier,
    user: &UserId,
    client: &Client,
) -> Result<Option<String>> {
    let Some(device) = &client.device else {
        return Ok(None);
    };
    for keys in app.all_keys() {
        let hash = device.hash(&keys.device);
        if store::is_known_device(&mut db, user, hash.as_str()).await? {
            return Ok(Some(hash.as_str().to_owned()));
        }
    }
    Ok(None)
}
