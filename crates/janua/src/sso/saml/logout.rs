//! Single logout by SAML, both ways. Who ends sessions has signed the request; nothing of ours is stored to recognise an
//! answer: it names a request that is derived from what travelled.

use std::time::Duration;

use chrono::TimeDelta;
use janua_saml::logout::{self, Expected, Incoming, LogoutRequest, LogoutResponse, Outcome, Request};
use janua_saml::{NameId, Outgoing, Refusal, Verified, message_id};

use super::{Parties, endpoint, refused, settings};
use crate::app::App;
use crate::error::{Code, Error, Result, Truth};
use crate::sso::relay_state::{self, Nonce};
use crate::sso::{Connection, Departure, lookup, refuse_without_secret};

/// How long a request of ours counts.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// A message about signing out, as it came.
#[derive(Debug)]
pub enum Message {
    /// The query of a redirect, letter for letter.
    Query(String),
    /// The field of a form.
    Form(String),
}

impl Message {
    fn incoming(&self) -> Incoming<'_> {
        match self {
            Self::Query(query) => Incoming::Redirect { query },
            Self::Form(message) => Incoming::Post { message },
        }
    }
}

/// What a provider wants to have ended.
#[derive(Debug)]
pub struct Asked {
    /// Through which connection people came from it.
    pub connection: Connection,
    /// What it says.
    pub request: Verified<Request>,
}

fn departure(outgoing: Outgoing) -> Departure {
    match outgoing {
        Outgoing::Redirect(url) => Departure::Url(url.into()),
        Outgoing::Post(form) => Departure::Form(form),
    }
}

/// Asks a provider to sign somebody out; nothing where it says no place for that.
pub(in crate::sso) async fn ask(
    app: &App,
    connection: &Connection,
    name_id: NameId,
    session_index: Option<String>,
) -> Result<Option<Departure>> {
    if settings(connection)?.sign_out.url.is_empty() {
        return Ok(None);
    }
    let nonce = Nonce(app.random.bytes());
    let id = request_id(&app.keys, &nonce);
    let (relay_state, now) = (relay_state::write_logout(app, &nonce)?, app.clock.now());
    let parties = Parties::of(app, connection)?;
    tracing::debug!(target: "saml2", connection_id = %connection.id, request = id, "somebody is signed out there");
    let sent = app.saml.run(move |()| {
        let request = LogoutRequest {
            id: &id,
            issue_instant: now,
            not_on_or_after: now + LIFETIME,
            name_id: &name_id,
            session_index: session_index.as_deref(),
        };
        let (own, to) = (parties.service_provider()?, endpoint(&parties.saml.sign_out)?);
        logout::send_request(&request, &own, &to, Some(&relay_state)).map_err(Error::internal)
    });
    Ok(Some(departure(sent.await??)))
}

fn request_id(keys: &crate::app::Keys, nonce: &Nonce) -> String {
    let mut id = [0; 16];
    id.copy_from_slice(&keys.one_time.mac(&[b"sso", b"logout", &nonce.0])[..16]);
    message_id(id)
}

/// The connections whose provider a message says it is from.
async fn candidates(app: &App, message: Message) -> Result<(Message, Vec<Connection>)> {
    refuse_without_secret(app)?;
    let (message, seen) = app
        .saml
        .run(move |()| {
            let seen = logout::peek(message.incoming());
            (message, seen)
        })
        .await?;
    let seen = seen.map_err(|refusal| unread(&refusal))?;
    let all = lookup::of_idp(app, seen.issuer.as_deref().unwrap_or_default()).await?;
    Ok((message, all))
}

fn unread(refusal: &Refusal) -> Error {
    tracing::debug!(target: "saml2", %refusal, "what came is no message about signing out");
    let error = Error::new(Code::SsoRefused).says(refusal.message());
    error
        .with("reason", refusal.detail.as_str())
        .caused_by(refusal.to_string())
}

/// Runs a check against each connection until one is passed: more than one may name a provider, and one of them pins what
/// it signs with.
async fn verified<T: Send + 'static>(
    app: &App,
    message: Message,
    check: impl Fn(Incoming<'_>, &Expected<'_>) -> Result<T, Refusal> + Clone + Send + 'static,
) -> Result<(Connection, T)> {
    let (message, all) = candidates(app, message).await?;
    let message = std::sync::Arc::new(message);
    let mut refusal = Error::new(Code::SsoRefused)
        .says("Assertion not valid")
        .with("reason", "no enabled connection is for this identity provider");
    for connection in all {
        let (parties, message, check) = (Parties::of(app, &connection)?, message.clone(), check.clone());
        let (now, skew): (_, Duration) = (app.clock.now(), app.config.sso.skew);
        let checked = app.saml.run(move |()| {
            let (own, provider) = (parties.service_provider()?, parties.identity_provider()?);
            let expected = Expected {
                identity_provider: &provider,
                service_provider: &own,
                now,
                skew,
                allow_sha1: parties.saml.allow_sha1,
            };
            Ok::<_, Error>(check(message.incoming(), &expected))
        });
        match checked.await?? {
            Ok(it) => return Ok((connection, it)),
            Err(refused_here) => refusal = refused(&connection, &refused_here),
        }
    }
    Err(refusal)
}

/// Reads what a provider wants to have ended.
///
/// # Errors
/// `SSO_AUTHENTICATION_ERROR` for what no provider of a connection has signed for us; `OVERLOADED`.
pub async fn read(app: &App, message: Message) -> Result<Asked> {
    let (connection, request) = verified(app, message, logout::verify_request).await?;
    Ok(Asked { connection, request })
}

/// Reads the answer to a request of ours. `true` when everybody who should have heard of it did.
///
/// # Errors
/// `SSO_STATE_INVALID` for an answer to nothing that we have sent; as [`read`].
pub async fn read_answer(app: &App, message: Message, relay_state: &str) -> Result<bool> {
    let nonce = relay_state::read_logout(app, relay_state)?
        .ok_or_else(|| Code::SsoStateInvalid.because(Truth::StateMalformed))?;
    let ids: Vec<String> = app.all_keys().map(|keys| request_id(keys, &nonce)).collect();
    let check = move |incoming: Incoming<'_>, expected: &Expected<'_>| {
        let mut last = None;
        for id in &ids {
            match logout::verify_response(incoming, id, expected) {
                Ok(it) => return Ok(it.into_inner().outcome),
                Err(refusal) => last = last.or(Some(refusal)),
            }
        }
        last.map_or(Ok(Outcome::Partial), Err)
    };
    let (connection, outcome) = verified(app, message, check).await?;
    if outcome != Outcome::Done {
        tracing::warn!(connection_id = %connection.id, ?outcome, "an identity provider did not sign somebody out everywhere");
    }
    Ok(outcome == Outcome::Done)
}

/// Tells a provider that what it asked for was done; nothing where it says no place for that.
///
/// # Errors
/// `OVERLOADED`.
pub async fn reply(app: &App, asked: &Asked, relay_state: Option<String>) -> Result<Option<Departure>> {
    if settings(&asked.connection)?.sign_out.url.is_empty() {
        return Ok(None);
    }
    let parties = Parties::of(app, &asked.connection)?;
    let (id, now) = (message_id(app.random.bytes()), app.clock.now());
    let in_response_to = asked.request.id.clone();
    let sent = app.saml.run(move |()| {
        let response = LogoutResponse {
            id: &id,
            issue_instant: now,
            in_response_to: &in_response_to,
            outcome: Outcome::Done,
        };
        let (own, to) = (parties.service_provider()?, endpoint(&parties.saml.sign_out)?);
        logout::send_response(&response, &own, &to, relay_state.as_deref()).map_err(Error::internal)
    });
    Ok(Some(departure(sent.await??)))
}
