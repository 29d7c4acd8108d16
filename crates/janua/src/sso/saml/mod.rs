//! Providers that speak SAML 2.0. What counts in a message is decided by `janua-saml`; only a `Verified` of it tells here
//! who somebody is.
//!
//! All work on XML runs in a bounded pool. Requests are always signed.

pub mod expiry;
pub(super) mod keys;
pub mod logout;
pub mod metadata;
pub mod refreshing;
pub mod rotation;
mod settings;

pub mod routes;

use std::time::Duration;

use chrono::{DateTime, Utc};
use janua_saml::authn_request::{self, AuthnRequest};
use janua_saml::response::{self, Expected, InResponseTo, Unverified};
use janua_saml::{
    Assertion, Binding, Certificate, Endpoint, IdentityProvider, KeyPair, Outgoing, Packing, Refusal,
    ServiceProvider, Verified,
};
use reqwest::Url;

use super::logins::There;
use super::mapping::Attributes;
use super::{Connection, Identified};
use crate::app::App;
use crate::error::{Code, Error, Result};

pub use settings::{NameIdFormat, SamlBinding, SamlEndpoint, SamlSettings};

pub(super) fn settings(connection: &Connection) -> Result<&SamlSettings> {
    let settings = connection.settings.saml.as_ref();
    settings.ok_or_else(|| Code::SsoIncomplete.into())
}

/// Our name for the provider of a connection, and where our metadata is found: no two connections share one, so that an
/// answer for one of them is none for another.
pub fn entity_id(app: &App, connection: &Connection) -> String {
    let base = &app.config.server.base_url;
    format!("{base}/api/v1/sso/connections/{}/metadata", connection.id)
}

/// Where providers send messages about signing out.
pub fn slo_url(app: &App) -> String {
    format!("{}/api/v1/sso/saml/slo", app.config.server.base_url)
}

/// A message that is not accepted: told as what it is, with the whole story in the log.
#[track_caller]
pub(super) fn refused(connection: &Connection, refusal: &Refusal) -> Error {
    tracing::debug!(
        target: "saml2",
        connection_id = %connection.id,
        message = refusal.message(),
        detail = refusal.detail,
        expected = refusal.expected,
        seen = refusal.seen,
        "a message was not accepted"
    );
    let mut error = Error::new(Code::SsoRefused)
        .says(refusal.message())
        .with("connection_id", connection.id.as_str())
        .with("reason", refusal.detail.as_str());
    for (name, value) in [("expected", &refusal.expected), ("seen", &refusal.seen)] {
        if let Some(value) = value {
            error = error.with(name, value.as_str());
        }
    }
    error.caused_by(format!("{}: {refusal}", connection.id))
}

/// The same for what the standard leaves to us.
#[track_caller]
pub(super) fn not_valid(connection: &Connection, reason: &'static str) -> Error {
    tracing::debug!(target: "saml2", connection_id = %connection.id, reason, "an assertion was not accepted");
    Error::new(Code::SsoRefused)
        .says("Assertion not valid")
        .with("connection_id", connection.id.as_str())
        .with("reason", reason)
        .caused_by(format!("{}: {reason}", connection.id))
}

/// The two who talk, as a connection has them: owned, so that it can go to another thread.
#[derive(Debug)]
pub(super) struct Parties {
    entity_id: String,
    acs: String,
    slo: String,
    keys: keys::Sealed,
    saml: SamlSettings,
}

impl Parties {
    pub(super) fn of(app: &App, connection: &Connection) -> Result<Self> {
        Ok(Self {
            entity_id: entity_id(app, connection),
            acs: app.config.sso.callback_url.clone(),
            slo: slo_url(app),
            keys: keys::Sealed::of(app, connection)?,
            saml: settings(connection)?.clone(),
        })
    }

    pub(super) fn service_provider(&self) -> Result<ServiceProvider> {
        let mut pairs = self.keys.read()?.into_iter();
        let signing = pairs.next().ok_or(Code::SsoIncomplete)?;
        let others: Vec<KeyPair> = pairs.collect();
        let next = others.first().filter(|_| self.saml.next_is_announced);
        let next_signing = next.map(|it| it.certificate().clone());
        Ok(ServiceProvider {
            entity_id: self.entity_id.clone(),
            acs: url(&self.acs)?,
            slo: Some(url(&self.slo)?),
            decryption: std::iter::once(signing.clone()).chain(others).collect(),
            signing,
            next_signing,
            name_id_format: self.saml.name_id_format.urn().map(str::to_owned),
            wants_assertions_signed: true,
        })
    }

    pub(super) fn identity_provider(&self) -> Result<IdentityProvider> {
        let certificates = self.saml.certificates.iter();
        Ok(IdentityProvider {
            entity_id: self.saml.idp_entity_id.clone(),
            sign_in: Vec::new(),
            sign_out: Vec::new(),
            certificates: certificates
                .map(|it| Certificate::from_pem(it).map_err(Error::internal))
                .collect::<Result<_>>()?,
            wants_signed_requests: false,
            name_id_formats: Vec::new(),
            valid_until: None,
        })
    }
}

fn url(text: &str) -> Result<Url> {
    Url::parse(text).map_err(Error::internal)
}

fn endpoint(it: &SamlEndpoint) -> Result<Endpoint> {
    Ok(Endpoint {
        binding: match it.binding {
            SamlBinding::Redirect => Binding::Redirect,
            SamlBinding::Post => Binding::Post,
        },
        location: url(&it.url)?,
        response_location: it.response_url.as_deref().map(url).transpose()?,
    })
}

/// Asks the provider to sign somebody in, with a request of this id.
pub(super) async fn ask(app: &App, connection: &Connection, id: &str, relay_state: &str) -> Result<Outgoing> {
    let parties = Parties::of(app, connection)?;
    let (id, relay_state, now) = (id.to_owned(), relay_state.to_owned(), app.clock.now());
    tracing::debug!(target: "saml2", connection_id = %connection.id, request = id, to = parties.saml.sign_in.url,
        "somebody is sent to the identity provider");
    let sent = app.saml.run(move |()| {
        let request = AuthnRequest {
            id: &id,
            issue_instant: now,
            force_authn: false,
            is_passive: false,
            login_hint: None,
            authn_contexts: &[],
        };
        let (own, to) = (parties.service_provider()?, endpoint(&parties.saml.sign_in)?);
        let sent = authn_request::send(&request, &own, &to, Some(&relay_state));
        sent.map_err(Error::internal)
    });
    sent.await?
}

/// What a response says of itself; nobody has vouched for any of it.
pub(super) async fn peek(app: &App, response: &str) -> Result<Unverified> {
    let response = response.to_owned();
    let seen = app.saml.run(move |()| response::peek(&response)).await?;
    seen.map_err(|refusal| {
        tracing::debug!(target: "saml2", %refusal, "what came is no response");
        let error = Error::new(Code::SsoRefused).says(refusal.message());
        error
            .with("reason", refusal.detail.as_str())
            .caused_by(refusal.to_string())
    })
}

/// An assertion that somebody was identified by: it counts once.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Its id.
    pub(super) id: String,
    /// Until when it could come again.
    pub(super) until: DateTime<Utc>,
}

/// Reads who somebody is from a response. `answers` is the id of our request, or nothing where the provider began.
pub(super) async fn learn(
    app: &App,
    connection: &Connection,
    response: &str,
    answers: Option<&str>,
) -> Result<Identified> {
    let assertion = verify(app, connection, response, answers).await?;
    let saml = settings(connection)?;
    if saml.wants_encryption && assertion.packing == Packing::Open {
        let reason = "the assertion is not encrypted, and this connection wants it to be";
        return Err(not_valid(connection, reason));
    }
    if assertion.name_id.format.as_deref() == Some(janua_saml::name_id::TRANSIENT) {
        let reason = "the NameID changes with every session (transient): have the identity provider send a persistent \
                      one, or the address";
        return Err(not_valid(connection, reason));
    }
    tracing::debug!(
        target: "saml2",
        connection_id = %connection.id,
        assertion = assertion.id,
        issuer = assertion.issuer,
        signed_by = assertion.certificate.sha256_fingerprint(),
        algorithm = assertion.algorithm,
        "an assertion was accepted"
    );
    let own = connection.settings.attributes.clone();
    let lists = own.or(&app.config.sso.attributes);
    let attributes = attributes(&assertion);
    let who = Identified::new(&connection.id, &assertion.name_id.value, attributes, &lists);
    let who = who.ok_or_else(|| not_valid(connection, "the NameID is empty or too long"))?;
    let there = There::Saml {
        name_id: assertion.name_id.clone(),
        session_index: assertion.session_index.clone(),
    };
    Ok(who.known_by(there).by(Carried {
        id: assertion.id.clone(),
        until: assertion.not_on_or_after,
    }))
}

/// What was said, under names and under names for people, with the name identifier as `NameID`.
fn attributes(assertion: &Verified<Assertion>) -> Attributes {
    let mut all = Attributes::default();
    all.add("NameID", &assertion.name_id.value);
    for it in &assertion.attributes {
        for value in &it.values {
            all.add(&it.name, value);
        }
    }
    for it in &assertion.attributes {
        let named = it.friendly_name.as_deref();
        if let Some(name) = named.filter(|name| all.values(name).is_empty()) {
            let name = name.to_owned();
            for value in &it.values {
                all.add(&name, value);
            }
        }
    }
    all
}

async fn verify(
    app: &App,
    connection: &Connection,
    response: &str,
    answers: Option<&str>,
) -> Result<Verified<Assertion>> {
    let parties = Parties::of(app, connection)?;
    let (response, answers) = (response.to_owned(), answers.map(str::to_owned));
    let (now, skew): (_, Duration) = (app.clock.now(), app.config.sso.skew);
    let verified = app.saml.run(move |()| {
        let (own, provider) = (parties.service_provider()?, parties.identity_provider()?);
        let expected = Expected {
            identity_provider: &provider,
            service_provider: &own,
            in_response_to: answers
                .as_deref()
                .map_or(InResponseTo::Unsolicited, InResponseTo::Request),
            now,
            skew,
            allow_sha1: parties.saml.allow_sha1,
        };
        Ok::<_, Error>(response::verify(&response, &expected))
    });
    verified.await??.map_err(|refusal| refused(connection, &refusal))
}
