//! The mail catcher: what would have been mailed, on a server without SMTP and outside production.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::http::body::Query;
use crate::http::page;
use crate::io::mail::{Catcher, Caught};

/// A mail brings its own styles and may not load anything.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// The routes of the mail catcher.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(messages))
}

/// Where mail leaves for real there is nothing to see.
fn catcher(app: &App) -> Result<&Catcher> {
    app.mailer.catcher().ok_or_else(|| Error::new(Code::NotFound))
}

/// Whose mails are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Only mails to this address.
    to: Option<String>,
}

impl Filter {
    fn to(&self) -> Option<&str> {
        self.to.as_deref().map(str::trim).filter(|it| !it.is_empty())
    }
}

/// Caught mails.
#[derive(Serialize, ToSchema)]
struct CaughtList {
    /// Newest first.
    messages: Vec<Caught>,
}

/// The caught mails, newest first.
#[utoipa::path(get, path = "/dev/mail/messages", tag = "development", params(Filter),
    responses((status = 200, body = CaughtList)))]
async fn messages(app: App, Query(filter): Query<Filter>) -> Result<Json<CaughtList>> {
    Ok(Json(CaughtList {
        messages: catcher(&app)?.messages(filter.to()),
    }))
}

pub(super) async fn page(app: App, client: Client, Query(filter): Query<Filter>) -> Result<Response> {
    let messages: Vec<Value> = catcher(&app)?.messages(filter.to()).iter().map(shown).collect();
    page::show(
        &app,
        &client,
        "dev_mail",
        context! { messages => messages, to => filter.to() },
    )
}

fn shown(mail: &Caught) -> Value {
    let sent_at = mail.sent_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    context! {
        id => &mail.id, to => &mail.to, subject => &mail.subject, text => &mail.text, links => &mail.links, sent_at => sent_at
    }
}

pub(super) async fn html(app: App, Path(id): Path<String>) -> Result<Response> {
    let mail = catcher(&app)?.find(&id).ok_or(Code::NotFound)?;
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok((headers, Html(mail.html)).into_response())
}
