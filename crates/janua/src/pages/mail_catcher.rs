//! The mail catcher: what would have been mailed or texted, on a server without SMTP or provider and outside production.

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
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::page;
use crate::io::mail::Caught;
use crate::io::sms::{CaughtText, TextCatcher};

/// A mail brings its own styles and may not load anything.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// The routes of the mail catcher.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(messages))
}

/// Where mails and text messages leave for real there is nothing to see.
fn caught(app: &App, filter: &Filter) -> Result<CaughtList> {
    let (mails, texts) = (app.mailer.catcher(), app.texter.catcher());
    if mails.is_none() && texts.is_none_or(TextCatcher::is_empty) {
        return Err(Code::NotFound.into());
    }
    Ok(CaughtList {
        messages: mails.map(|it| it.messages(filter.to())).unwrap_or_default(),
        texts: texts.map(|it| it.messages(filter.to())).unwrap_or_default(),
    })
}

/// Whose mails are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Only what went to this address, or to this number in E.164.
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
    /// Text messages, newest first; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    texts: Vec<CaughtText>,
}

/// The caught mails and text messages, newest first.
#[utoipa::path(get, path = "/dev/mail/messages", tag = "development", params(Filter),
    responses((status = 200, body = CaughtList)))]
async fn messages(app: App, Query(filter): Query<Filter>) -> Result<Json<CaughtList>> {
    caught(&app, &filter).map(Json)
}

pub(super) async fn page(app: App, client: Client, Query(filter): Query<Filter>) -> Result<Response> {
    let caught = caught(&app, &filter)?;
    let messages: Vec<Value> = caught.messages.iter().map(shown).collect();
    let texts: Vec<Value> = caught.texts.iter().map(shown_text).collect();
    page::show(
        &app,
        &client,
        "dev_mail",
        context! { messages => messages, texts => texts, to => filter.to() },
    )
}

fn shown(mail: &Caught) -> Value {
    let sent_at = mail.sent_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    context! {
        id => &mail.id, to => &mail.to, subject => &mail.subject, text => &mail.text, links => &mail.links, sent_at => sent_at
    }
}

fn shown_text(text: &CaughtText) -> Value {
    let sent_at = text.sent_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    context! { id => &text.id, to => &text.to, text => &text.text, sent_at => sent_at }
}

pub(super) async fn html(app: App, Path(id): Path<String>) -> Result<Response> {
    let mail = app
        .mailer
        .catcher()
        .and_then(|it| it.find(&id))
        .ok_or(Code::NotFound)?;
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok((headers, Html(mail.html)).into_response())
}
