//! The page at `/`.

use axum::response::Response;
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
