//! Pages for people: HTML under a policy that allows no script, or only ours.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use janua_saml::PostForm;
use minijinja::{Value, context};

use super::layers::Rendered;
use super::render;
use crate::app::App;
use crate::client::Client;
use crate::error::Error;

/// Whether a page may run our script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// It runs nothing.
    None,
    /// It runs the script that talks to passkeys, from its own file.
    Passkeys,
    /// It runs the script that sends its form, from its own file; the form goes to an identity provider, which may send
    /// people on to wherever it likes.
    SendsItself,
}

/// Pages load our stylesheet and nothing else; only our own forms are sent. Browsers hold a redirect that follows a form
/// against `form-action` too, so it names where people may be sent back to.
fn policy(app: &App, scripts: Scripts) -> String {
    let script = match scripts {
        Scripts::None => "",
        Scripts::Passkeys => "script-src 'self'; connect-src 'self'; ",
        Scripts::SendsItself => "script-src 'self'; ",
    };
    let abroad = match (scripts, app.public.reach().http) {
        (Scripts::SendsItself, false) => " https:",
        (Scripts::SendsItself, true) => " https: http:",
        (Scripts::None | Scripts::Passkeys, _) => "",
    };
    let back: String = return_origins(app).fold(String::new(), |text, it| text + " " + it);
    format!(
        "default-src 'none'; {script}style-src 'self'; form-action 'self'{back}{abroad}; img-src 'self' data:; frame-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Where people may be sent back to, besides this server.
pub fn return_origins(app: &App) -> impl Iterator<Item = &str> {
    let own = app.config.pages.return_origins.iter();
    own.chain(&app.config.server.cors_origins)
        .map(|it| it.trim_end_matches('/'))
}

/// The viewer of the API document runs its own scripts and asks this server only.
pub(super) const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                                      img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Renders a page in the language of the client.
///
/// # Errors
/// When the template fails.
pub fn show(app: &App, client: &Client, template: &str, values: Value) -> Result<Response, Error> {
    show_with(app, client, template, values, Scripts::None)
}

/// Renders a page that may run our script.
///
/// # Errors
/// When the template fails.
pub fn show_with(
    app: &App,
    client: &Client,
    template: &str,
    values: Value,
    scripts: Scripts,
) -> Result<Response, Error> {
    let common = context! {
        app_name => &app.config.server.app_name,
        base_url => &app.config.server.base_url,
        locale => &client.locale,
        version => env!("CARGO_PKG_VERSION"),
        request_id => &client.request_id,
        has_accent => app.config.pages.accent.is_some(),
        has_logo => app.config.pages.logo.is_some(),
        ..values
    };
    let html = app.renderer.render(&format!("pages/{template}.html"), common)?;
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    let policy = HeaderValue::from_str(&policy(app, scripts)).map_err(Error::internal)?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    let referrer = HeaderValue::from_static("strict-origin");
    headers.insert(header::REFERRER_POLICY, referrer);
    Ok(response)
}

/// Renders a page that sends a form on to another site.
///
/// # Errors
/// When the template fails.
pub fn send_form(app: &App, client: &Client, form: &PostForm) -> Result<Response, Error> {
    let fields = form.fields.iter();
    let fields = fields.map(|(name, value)| context! { name => *name, value => value });
    let values = context! {
        action => form.action.as_str(), fields => fields.collect::<Vec<_>>(), name => form.action.host_str()
    };
    show_with(app, client, "sending", values, Scripts::SendsItself)
}

/// Lets a page that tells of a refusal go out with its status.
pub fn refuse(response: &mut Response, error: &Error) {
    render::log(error);
    let status = StatusCode::from_u16(error.code().status());
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = error.retry_after_seconds() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(Rendered(Some(error.clone())));
}

/// Tells an error as a page: what happened, what to do, and the code.
pub fn problem(app: &App, client: &Client, error: &Error) -> Response {
    let code = error.code();
    let values = context! { code => code.name(), message => error.message(), advice => code.advice() };
    match show(app, client, "problem", values) {
        Ok(mut page) => {
            refuse(&mut page, error);
            page
        }
        Err(broken) => broken.into_response(),
    }
}
