//! Pages for people who open a link or look at the server with a browser. They work without scripts.

mod home;
mod links;
mod magic_link;
pub mod mail_catcher;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/assets/pages.css", get(home::stylesheet))
        .route(
            "/auth/verify-email",
            get(links::ask_verification).post(links::verify),
        )
        .route(
            "/auth/reset-password",
            get(links::ask_password).post(links::reset),
        )
        .route("/auth/magic-link", get(magic_link::ask).post(magic_link::take))
        .route("/dev/mail", get(mail_catcher::page))
        .route("/dev/mail/messages/{id}/html", get(mail_catcher::html))
}
