//! Another key of our own for a connection, in two steps: it is announced in our metadata first, and used when the provider
//! knows it. What was encrypted to the one before can be read until the next is announced.

use super::keys::{self, Sealed};
use super::settings;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Name};
use crate::roles::{Permitted, SsoManage};
use crate::sso::{Connection, SsoConnectionId, connections, store};

/// What is done to our keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another one is made, and announced.
    Announce,
    /// The one that was announced signs from now on.
    Use,
}

impl Step {
    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "announce" => Self::Announce,
            "use" => Self::Use,
            _ => return None,
        })
    }
}

/// Announces a key of our own, or begins to use the one that was announced. A key that is announced already stays the one.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`; `SSO_CONNECTION_INCOMPLETE` where none was announced, or the connection does not speak SAML;
/// `OVERLOADED`.
pub async fn rotate(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    id: &SsoConnectionId,
    step: Step,
) -> Result<Connection> {
    // Before the transaction: it takes a while.
    let made = match step {
        Step::Announce => Some(keys::generate(app, id).await?),
        Step::Use => None,
    };
    let (mut tx, _) = permitted.begin(app).await?;
    let found = store::find(&mut tx, permitted.tenant(), id).await?;
    let mut it = found.ok_or(Code::SsoConnectionNotFound)?;
    let is_announced = settings(&it)?.next_is_announced;
    let mut pairs = Sealed::of(app, &it)?.read()?.into_iter();
    let (current, other) = (pairs.next().ok_or(Code::SsoIncomplete)?, pairs.next());
    let pairs = match (made, other) {
        (Some(_), Some(_)) if is_announced => return Ok(it),
        (Some(made), _) => [current, made],
        (None, Some(next)) if is_announced => [next, current],
        (None, _) => {
            let text = "no key was announced: announce one first, and have the identity provider import the metadata";
            return Err(Error::new(Code::SsoIncomplete).says(text));
        }
    };
    keys::keep(app, &mut it, &pairs);
    if let Some(saml) = &mut it.settings.saml {
        saml.next_is_announced = step == Step::Announce;
    }
    it.updated_at = app.clock.now();
    store::update(&mut tx, permitted.tenant(), &it).await?;
    let event = permitted.event(Name::SsoConnectionUpdated, None, client);
    events::record(app, &mut tx, event.knowing(connections::facts(&it))).await?;
    tx.commit().await?;
    Ok(it)
}
