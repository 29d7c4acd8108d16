//! Turns requests away while there is maintenance, but for administrators, health checks, metrics, the keys that verify
//! tokens, and the ways in.

use std::ops::ControlFlow;

use axum::extract::{FromRequestParts, Request};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};

use super::caller::Admin;
use super::lanes::is_health;
use super::page;
use crate::app::App;
use crate::client::Client;
use crate::settings::Maintenance;

/// The gate in front of every route.
pub(super) async fn gate(app: &App, request: Request) -> ControlFlow<Response, Request> {
    let path = request.uri().path();
    if is_health(path) || is_for_machines(path) {
        return ControlFlow::Continue(request);
    }
    let settings = crate::settings::current(app).await;
    match &settings.maintenance {
        // Whoever is no administrator is refused behind these doors, once it is known who they are.
        Some(maintenance) if !is_way_in(path) => Box::pin(turn_away(app, request, maintenance)).await,
        _ => ControlFlow::Continue(request),
    }
}

async fn turn_away(app: &App, request: Request, maintenance: &Maintenance) -> ControlFlow<Response, Request> {
    let (mut parts, body) = request.into_parts();
    if Admin::from_request_parts(&mut parts, app).await.is_ok() {
        return ControlFlow::Continue(Request::from_parts(parts, body));
    }
    let refusal = maintenance.refusal();
    let accepted = parts.headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    let wants_page = parts.method == Method::GET && accepted.is_some_and(|it| it.contains("text/html"));
    ControlFlow::Break(match parts.extensions.get::<Client>() {
        Some(client) if wants_page => page::problem(app, client, &refusal),
        _ => refusal.into_response(),
    })
}

/// A resource server that has just started must be able to verify the tokens that others got before.
fn is_for_machines(path: &str) -> bool {
    path == "/.well-known/jwks.json"
}

/// The doors of `sessions::start` and of the refresh; a new way in, or a step of one, is added here.
fn is_way_in(path: &str) -> bool {
    let of_provider = path.strip_prefix("/api/v1/auth/oauth/");
    if of_provider.is_some_and(|it| it.ends_with("/authorize") || it.ends_with("/callback")) {
        return true;
    }
    matches!(
        path,
        "/api/v1/auth/login"
            | "/api/v1/passkeys/authenticate/options"
            | "/api/v1/passkeys/authenticate/verify"
            | "/api/v1/auth/signin"
            | "/api/v1/auth/magic-link"
            | "/api/v1/auth/magic-link/verify"
            | "/api/v1/sso/initiate"
            | "/api/v1/sso/callback"
            | "/auth/sso"
            | "/auth/sign-in"
            | "/auth/sign-in/passkey"
            | "/auth/second-factor"
            | "/auth/second-factor/passkey"
            | "/auth/second-factor/send"
            | "/auth/enrolment"
            | "/auth/enrolment/start"
            | "/auth/enrolment/phone"
            | "/auth/enrolment/confirm"
            | "/auth/magic-link"
            | "/auth/mail-sign-in"
            | "/auth/mail-code"
            | "/api/v1/mfa/challenge"
            | "/api/v1/mfa/challenge/verify"
            | "/api/v1/mfa/enrol/totp"
            | "/api/v1/mfa/enrol/totp/verify"
            | "/api/v1/mfa/enrol/sms"
            | "/api/v1/mfa/enrol/sms/verify"
            | "/api/v1/auth/refresh"
            | "/assets/pages.css"
            | "/assets/brand.css"
            | "/assets/logo"
            | "/assets/passkeys.js"
            | "/assets/send.js"
    )
}
