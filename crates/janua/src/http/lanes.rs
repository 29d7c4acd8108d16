//! Which requests are answered when there is more work than the server takes on.

use axum::extract::Request;
use axum::http::Method;

use crate::io::slots::Lane;

/// The lane of a request; `None` for what is always answered.
pub(super) fn of(request: &Request) -> Option<Lane> {
    let path = request.uri().path();
    if is_health(path) {
        return None;
    }
    Some(if is_light(request.method(), path) {
        Lane::Light
    } else {
        Lane::Shared
    })
}

/// Health and figures are asked for most urgently when everything else is full.
pub(super) fn is_health(path: &str) -> bool {
    matches!(
        path,
        "/health" | "/health/detailed" | "/api/v1/health/circuit-breaker" | "/ready" | "/live" | "/metrics"
    )
}

/// What keeps people signed in who are: it costs little, and without it every open page would break.
fn is_light(method: &Method, path: &str) -> bool {
    match *method {
        Method::GET | Method::HEAD => matches!(
            path,
            "/api/v1/users/me"
                | "/api/v1/auth/session"
                | "/api/v1/sessions/current"
                | "/.well-known/jwks.json"
        ),
        Method::POST => matches!(
            path,
            "/api/v1/auth/refresh" | "/api/v1/auth/logout" | "/api/v1/auth/signout"
        ),
        _ => false,
    }
}
