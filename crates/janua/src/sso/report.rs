//! Trying a connection: what can be told without signing anybody in, and what a provider says of who does.

use std::time::Duration;

use chrono::{DateTime, Utc};
use janua_saml::Certificate;
use serde::Serialize;
use utoipa::ToSchema;

use super::saml::{self, refreshing};
use super::{Connection, Finished, Kind, oidc, provisioning, refuse_without_secret, relay_state};
use crate::app::App;
use crate::crypto::signing::Algorithm;
use crate::domains;
use crate::error::{Error, Result};

/// How long the address of a test sign-in can be opened.
const TICKET: Duration = Duration::from_secs(900);

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoCheck {
    /// What.
    #[schema(example = "discovery")]
    pub check: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found, and what to do about it.
    pub detail: String,
}

fn check(check: &'static str, ok: bool, detail: impl Into<String>) -> SsoCheck {
    SsoCheck {
        check,
        ok,
        detail: detail.into(),
    }
}

fn told(error: &Error) -> String {
    let detail = error.cause().unwrap_or_else(|| error.message().to_owned());
    let pair = |name: &str| {
        error
            .details()
            .get(name)
            .and_then(|it| it.as_str().map(str::to_owned))
    };
    match (pair("expected"), pair("seen")) {
        (Some(expected), Some(seen)) => format!("{detail}; expected {expected}, seen {seen}"),
        _ => detail,
    }
}

/// Looks at everything that a sign-in needs.
///
/// # Errors
/// When the database fails.
pub async fn checks(app: &App, connection: &Connection) -> Result<Vec<SsoCheck>> {
    let mut all = Vec::new();
    let secret = refuse_without_secret(app);
    all.push(match &secret {
        Ok(()) => check("relay_state_secret", true, "SSO_RELAY_STATE_SECRET is set"),
        Err(error) => check("relay_state_secret", false, error.code().advice()),
    });
    all.push(callback(app));
    let tenant = connection.tenant();
    let verified = domains::verified(app, &tenant).await?;
    all.push(if verified.is_empty() {
        let detail =
            "the organization has no verified domain: nobody new can sign in, and no address leads here";
        check("domains", false, detail)
    } else {
        check("domains", true, verified.join(", "))
    });
    let missing = connection.missing();
    if !missing.is_empty() {
        all.push(check(
            "settings",
            false,
            format!("missing: {}", missing.join(", ")),
        ));
        return Ok(all);
    }
    all.push(check("settings", true, "complete"));
    match connection.kind {
        Kind::Oidc => check_oidc(app, connection, &mut all).await?,
        Kind::Saml => check_saml(app, connection, &mut all).await?,
    }
    Ok(all)
}

fn callback(app: &App) -> SsoCheck {
    let (url, base) = (&app.config.sso.callback_url, &app.config.server.base_url);
    let expected = format!("{base}/api/v1/sso/callback");
    if *url == expected {
        return check(
            "callback",
            true,
            format!("register {url} at the provider, exactly"),
        );
    }
    let detail = format!(
        "SSO_CALLBACK_URL is {url}: register it exactly so at the provider; it has to lead to {expected}"
    );
    check("callback", url.ends_with("/api/v1/sso/callback"), detail)
}

async fn check_oidc(app: &App, connection: &Connection, all: &mut Vec<SsoCheck>) -> Result<()> {
    let issuer = &oidc::settings(connection)?.issuer;
    app.sso_documents.forget(issuer);
    let metadata = match oidc::metadata(app, issuer).await {
        Ok(metadata) => metadata,
        Err(error) => {
            all.push(check("discovery", false, told(&error)));
            return Ok(());
        }
    };
    all.push(check("discovery", true, format!("{} answers", metadata.issuer)));
    let algorithms: Vec<_> = metadata.algorithms().into_iter().map(Algorithm::name).collect();
    all.push(if algorithms.is_empty() {
        let detail =
            "the provider signs ID tokens in no way that we know: choose RS256, ES256 or EdDSA there";
        check("algorithms", false, detail)
    } else {
        check("algorithms", true, algorithms.join(", "))
    });
    all.push(match app.sso_documents.keys(app, issuer, &metadata, true).await {
        Ok(_) => check("keys", true, "the keys of the provider can be read"),
        Err(error) => check("keys", false, told(&error)),
    });
    Ok(())
}

async fn check_saml(app: &App, connection: &Connection, all: &mut Vec<SsoCheck>) -> Result<()> {
    let saml = saml::settings(connection)?;
    let detail = format!(
        "register {} as our entity id (audience) there",
        saml::entity_id(app, connection)
    );
    all.push(check("entity_id", true, detail));
    let now = app.clock.now();
    let pinned = saml.certificates.iter();
    let pinned: Vec<_> = pinned.filter_map(|it| Certificate::from_pem(it).ok()).collect();
    let told: Vec<_> = pinned.iter().map(|it| days_left(it, now)).collect();
    let lasts = pinned.iter().any(|it| it.not_after() > now);
    all.push(check("certificates", lasts, told.join(", ")));
    if saml.metadata_url.is_empty() {
        return Ok(());
    }
    all.push(match refreshing::fetch(app, saml).await? {
        Ok(described) if described.clone().apply(&mut saml.clone()) => {
            let detail =
                "the identity provider says something else than what is kept: it is looked at again soon";
            check("metadata", true, detail)
        }
        Ok(_) => check("metadata", true, "the identity provider says what is kept"),
        Err(reason) => check("metadata", false, reason),
    });
    Ok(())
}

fn days_left(certificate: &Certificate, now: DateTime<Utc>) -> String {
    let days = (certificate.not_after() - now).num_days();
    format!("{}: {days} days left", certificate.subject())
}

/// Where a test sign-in begins, in any browser, for a quarter of an hour.
///
/// # Errors
/// `SSO_RELAY_STATE_SECRET_MISSING`.
pub fn test_url(app: &App, connection: &Connection) -> Result<String> {
    let ticket = relay_state::ticket(app, &connection.id, app.clock.now() + TICKET)?;
    Ok(format!("{}/auth/sso?test={ticket}", app.config.server.base_url))
}

/// An attribute, and where it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoAttribute {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// The field that took it.
    pub mapped_to: Option<&'static str>,
}

/// What a test sign-in showed. Nobody was signed in, and no account was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SsoTestResult {
    /// The connection.
    pub connection_id: String,
    /// What the provider calls the person.
    pub subject: String,
    /// What it said.
    pub attributes: Vec<SsoAttribute>,
    /// The address that was found.
    pub email: Option<String>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// Fields for which nothing was found.
    pub missing: Vec<&'static str>,
    /// The role that a newcomer would get.
    pub role: String,
    /// Whether the organization has proven the domain of the address, so that it counts.
    pub email_is_trusted: bool,
}

/// Tells what a provider said.
///
/// # Errors
/// When the database fails.
pub async fn result(app: &App, finished: &Finished) -> Result<SsoTestResult> {
    let (connection, who) = (&finished.connection, &finished.who);
    let mapped = who.mapped();
    let field = |name: &str| {
        let mut sources = mapped.sources.iter();
        sources.find(|(_, from)| from == name).map(|(field, _)| *field)
    };
    let attributes = who.attributes().iter().map(|(name, values)| SsoAttribute {
        name: name.to_owned(),
        values: values.to_vec(),
        mapped_to: field(name),
    });
    let text = |it: &Option<crate::users::PersonName>| it.as_ref().map(|it| it.as_str().to_owned());
    let trusted = match who.email() {
        Some(email) => is_trusted(app, connection, email.as_str()).await?,
        None => false,
    };
    Ok(SsoTestResult {
        connection_id: connection.id.to_string(),
        subject: who.subject().to_owned(),
        attributes: attributes.collect(),
        email: mapped.email.as_ref().map(|it| it.as_str().to_owned()),
        first_name: text(&mapped.first_name),
        last_name: text(&mapped.last_name),
        groups: mapped.groups.clone(),
        missing: mapped.missing(),
        role: provisioning::role_of_newcomer(connection, who).to_owned(),
        email_is_trusted: trusted,
    })
}

/// Whether the organization of a connection has proven the domain of an address.
///
/// # Errors
/// When the database fails.
pub async fn is_trusted(app: &App, connection: &Connection, email: &str) -> Result<bool> {
    let tenant = connection.tenant();
    domains::is_verified_for(app, &tenant, super::lookup::domain_of(email)).await
}
