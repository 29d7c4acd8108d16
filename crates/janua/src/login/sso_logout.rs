//! Signing out at an identity provider, and being signed out by one.

use janua_saml::LARGEST_MESSAGE;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::limits::{self, Limit};
use crate::sessions::{self, Because};
use crate::sso::saml::logout::{self, Message};
use crate::sso::{Departure, logins};

/// What a message about signing out says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A request of the provider.
    Request,
    /// The answer to one of ours.
    Answer,
}

/// What becomes of a browser that has brought a message about signing out.
#[derive(Debug)]
pub(super) enum Onward {
    /// It brings our answer to the provider.
    Reply(Departure),
    /// It has signed out.
    Done,
}

/// Takes a message about signing out. A request of the provider ends the sessions that began with the sign-ins that it
/// names.
///
/// # Errors
/// `SSO_AUTHENTICATION_ERROR`, `SSO_STATE_INVALID`, `RATE_LIMITED`, `OVERLOADED`.
pub(super) async fn take(
    app: &App,
    client: &Client,
    (says, message): (Says, Message),
    relay_state: Option<String>,
) -> Result<Onward> {
    limits::check_network(app, Limit::Sso, client).await?;
    let (Message::Query(text) | Message::Form(text)) = &message;
    if text.len() > 2 * LARGEST_MESSAGE {
        return Err(Error::new(Code::PayloadTooLarge));
    }
    if says == Says::Answer {
        logout::read_answer(app, message, relay_state.as_deref().unwrap_or_default()).await?;
        return Ok(Onward::Done);
    }
    let asked = logout::read(app, message).await?;
    let mut tx = app.db.begin().await?;
    let mut changed = Vec::new();
    let because = Because::SignedOutElsewhere;
    for (user, login) in logins::end(app, &mut tx, &asked.connection, &asked.request).await? {
        let ended = sessions::revoke_of_login(app, &mut tx, (&user, &login, because), client).await?;
        changed.extend(ended);
    }
    let facts = serde_json::json!({"connection_id": asked.connection.id, "ended": changed.len()});
    let event = Event::about(Name::SsoLogoutRequested, None).from(client);
    let event = event.in_organization(&asked.connection.organization_id);
    events::record(app, &mut tx, event.knowing(facts)).await?;
    tx.commit().await?;
    for it in changed {
        it.announce(app).await;
    }
    let reply = logout::reply(app, &asked, relay_state).await?;
    Ok(reply.map_or(Onward::Done, Onward::Reply))
}
