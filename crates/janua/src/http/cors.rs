//! Cross-origin requests (Fetch standard): exact origins from the settings, reflected, never `*`.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::{Code, Result, Truth};

/// How long a browser may remember a preflight, in seconds.
const MAX_AGE: &str = "600";

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

const EXPOSED: &str =
    "X-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Server-Timing";

fn is_allowed(app: &App, origin: &[u8]) -> bool {
    let server = &app.config.server;
    let own = server
        .base_url
        .splitn(4, '/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/");
    origin == own.as_bytes()
        || server
            .cors_origins
            .iter()
            .any(|it| it.trim_end_matches('/').as_bytes() == origin)
}

/// Refuses a request whose page belongs to somebody else. Without an `Origin` it does not come from a page.
///
/// # Errors
/// `CSRF_REFUSED`.
pub fn refuse_foreign_origin(app: &App, headers: &HeaderMap) -> Result<()> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match headers.get(header::ORIGIN) {
        Some(origin) if !is_allowed(app, origin.as_bytes()) => {
            Err(Code::CsrfRefused.because(Truth::ForeignOrigin))
        }
        None if site == Some(b"cross-site") => Err(Code::CsrfRefused.because(Truth::ForeignOrigin)),
        _ => Ok(()),
    }
}

pub(super) fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Answers a preflight; [`add`] says whether the origin is welcome.
pub(super) fn preflight(app: &App, request: &Request) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowed = request
        .headers()
        .get(header::ORIGIN)
        .is_some_and(|it| is_allowed(app, it.as_bytes()));
    if allowed {
        let headers = response.headers_mut();
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(METHODS),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        if let Some(wanted) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        }
    }
    response
}

pub(super) fn add(app: &App, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin.filter(|it| is_allowed(app, it.as_bytes())) else {
        return;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
}
