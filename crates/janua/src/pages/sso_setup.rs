//! The pages on which whoever runs an identity provider fills in a connection, by a link and without an account here.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, see_other};
use crate::error::Result;
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::sso::report::SsoCheck;
use crate::sso::setup::{self, FIELDS, Setup, Told, guides};
use crate::sso::{Kind, saml};

const CONNECTION: &str = "/auth/sso/set-up/connection";

const DONE: [&str; 1] = ["saved"];

/// What stands behind the link. Opening it shows a button and changes nothing.
pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let token = visitor.parameter("token");
    let setup = setup::preview(&visitor.app, &visitor.client, &token).await?;
    let values = context! { token => token, connection => &setup.connection.name, organization => &setup.organization };
    frame::show(&visitor, "sso_setup_begin", values)
}

pub(super) async fn begin(mut filled: Filled) -> Result<Response> {
    let token = filled.secret("token");
    let visitor = &filled.visitor;
    let begun = setup::begin(&visitor.app, &visitor.client, token.reveal()).await?;
    let mut headers = HeaderMap::new();
    cookies::hold_sso_setup(&visitor.app, &mut headers, &begun);
    Ok(see_other(CONNECTION, headers))
}

async fn current(visitor: &Visitor) -> Result<Setup> {
    let held = cookies::sso_setup(&visitor.app, &visitor.headers);
    setup::current(&visitor.app, &visitor.client, held.as_deref()).await
}

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let setup = current(&visitor).await?;
    let values = values(&visitor, &setup, &visitor.parameter("provider"));
    let done = frame::done(&visitor, &DONE);
    frame::show(&visitor, "sso_setup", context! { done => done, ..values })
}

/// What is to be copied there, and what is known of the provider so far.
fn values(visitor: &Visitor, setup: &Setup, provider: &str) -> Value {
    let (app, connection) = (&visitor.app, &setup.connection);
    let is_saml = connection.kind == Kind::Saml;
    let all = guides::ALL
        .iter()
        .map(|it| context! { id => it.id, name => it.name });
    let guide = guides::of(provider).map(|it| {
        if is_saml {
            let it = it.saml;
            context! { menu => it.menu, entity_id => it.entity_id, acs_url => it.acs_url, metadata => it.metadata }
        } else {
            let it = it.oidc;
            context! { menu => it.menu, redirect_uri => it.redirect_uri, issuer => it.issuer }
        }
    });
    let saml = connection.settings.saml.as_ref();
    let oidc = connection.settings.oidc.as_ref();
    context! {
        connection => &connection.name,
        organization => &setup.organization,
        until => setup.expires_at.format("%Y-%m-%d %H:%M UTC").to_string(),
        is_saml => is_saml,
        providers => all.collect::<Vec<_>>(),
        provider => provider,
        guide => guide,
        entity_id => is_saml.then(|| saml::entity_id(app, connection)),
        callback_url => &app.config.sso.callback_url,
        slo_url => is_saml.then(|| saml::slo_url(app)),
        idp_entity_id => saml.map(|it| it.idp_entity_id.as_str()),
        metadata_url => saml.map(|it| it.metadata_url.as_str()),
        issuer => oidc.map(|it| it.issuer.as_str()),
        client_id => oidc.map(|it| it.client_id.as_str()),
        has_secret => connection.has_secret(),
        is_complete => connection.missing().is_empty(),
    }
}

pub(super) async fn save(mut filled: Filled) -> Result<Response> {
    let client_secret = filled.secret("client_secret");
    let text = |name: &str| filled.text(name).to_owned();
    let provider = text("provider");
    let told = Told {
        metadata_url: text("metadata_url"),
        metadata: text("metadata"),
        issuer: text("issuer"),
        client_id: text("client_id"),
        client_secret,
    };
    let typed = context! {
        metadata_url => &told.metadata_url, issuer => &told.issuer, client_id => &told.client_id,
    };
    let visitor = &filled.visitor;
    let setup = current(visitor).await?;
    match setup::save(&visitor.app, &visitor.client, &setup, told).await {
        Ok(_) => {
            let query = [("provider", provider.as_str()), ("done", "saved")];
            let query = serde_urlencoded::to_string(query).unwrap_or_default();
            Ok(see_other(&format!("{CONNECTION}?{query}"), HeaderMap::new()))
        }
        Err(error) => {
            let values = context! { ..typed, ..values(visitor, &setup, &provider) };
            frame::refuse(visitor, "sso_setup", &FIELDS, values, &error)
        }
    }
}

pub(super) async fn test(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let setup = current(visitor).await?;
    let values = values(visitor, &setup, filled.text("provider"));
    match setup::test(&visitor.app, &visitor.client, &setup).await {
        Ok((checks, test_url)) => {
            let checks: Vec<_> = checks.iter().map(shown).collect();
            let tested = context! { checks => checks, test_url => test_url, ..values };
            frame::show(visitor, "sso_setup", tested)
        }
        Err(error) => frame::refuse(visitor, "sso_setup", &[], values, &error),
    }
}

fn shown(it: &SsoCheck) -> Value {
    context! { name => it.check, ok => it.ok, detail => &it.detail }
}

pub(super) async fn end(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let setup = current(visitor).await?;
    setup::end(&visitor.app, &visitor.client, &setup).await?;
    let values =
        context! { ended => true, connection => &setup.connection.name, organization => &setup.organization };
    frame::show(visitor, "sso_setup_begin", values)
}
