//! What the browser says of the page that used a passkey, as far as the library leaves it to us.
//!
//! The library compares origins as URLs, which forgives a path or a case, and looks at frames only when a passkey is
//! added. Here an origin is a text that is listed or not (WebAuthn level 3, §7.1 step 9 to 11 and §7.2 step 12 to 14).

use serde::Deserialize;
use serde_json::Value;

use super::refusals::malformed;
use crate::config::Passkeys as Settings;
use crate::error::{Code, Error, Result};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    origin: String,
    cross_origin: Option<bool>,
    top_origin: Option<Value>,
}

/// Refuses what was signed elsewhere, or in a frame of somebody else's page.
///
/// # Errors
/// `PASSKEY_WRONG_ORIGIN`, `PASSKEY_CROSS_ORIGIN`, or `PASSKEY_MALFORMED`.
pub(super) fn refuse_if_elsewhere(settings: &Settings, bytes: &[u8]) -> Result<()> {
    let data: ClientData = serde_json::from_slice(bytes)
        .map_err(|error| malformed("credential.response.clientDataJSON").caused_by(error))?;
    if !settings.origins.contains(&data.origin) {
        let expected = settings.origins.join(", ");
        return Err(Error::new(Code::PasskeyWrongOrigin).with("expected", expected));
    }
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(Code::PasskeyCrossOrigin.into());
    }
    Ok(())
}
