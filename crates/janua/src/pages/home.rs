//! The page at `/`, and the stylesheet of all pages.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use minijinja::context;

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::http::page;

pub(super) async fn home(app: App, client: Client) -> Result<Response> {
    page::show(
        &app,
        &client,
        "home",
        context! { dev_mail => app.mailer.catcher().is_some() },
    )
}

pub(super) async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../../assets/pages.css")).into_response()
}
