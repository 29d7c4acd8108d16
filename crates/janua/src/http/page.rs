//! Pages for people: HTML under a policy that allows no script.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::{Value, context};

use super::layers::Rendered;
use super::render;
use crate::app::App;
use crate::client::Client;
use crate::error::Error;

/// Pages load our stylesheet and nothing else; only our own forms are sent.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; img-src 'self' data:; \
                           frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The viewer of the API document runs its own scripts and asks this server only.
pub(super) const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                                      img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Renders a page in the language of the client.
///
/// # Errors
/// When the template fails.
pub fn show(app: &App, client: &Client, template: &str, values: Value) -> Result<Response, Error> {
    let common = context! {
        app_name => &app.config.server.app_name,
        base_url => &app.config.server.base_url,
        locale => &client.locale,
        version => env!("CARGO_PKG_VERSION"),
        request_id => &client.request_id,
        ..values
    };
    let html = app.renderer.render(&format!("pages/{template}.html"), common)?;
    let policy = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        // `no-referrer` would make browsers send `Origin: null` with our own forms.
        (header::REFERRER_POLICY, "strict-origin"),
    ];
    Ok((policy, Html(html)).into_response())
}

/// Tells an error as a page: what happened, what to do, and the code.
pub fn problem(app: &App, client: &Client, error: &Error) -> Response {
    let code = error.code();
    render::log(error);
    let values = context! { code => code.name(), message => error.message(), advice => code.advice() };
    let mut response = match show(app, client, "problem", values) {
        Ok(page) => page,
        Err(broken) => return broken.into_response(),
    };
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = error.retry_after_seconds() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(Rendered);
    response
}
