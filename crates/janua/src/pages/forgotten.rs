//! Passwords that were forgotten.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, see_other};
use crate::error::{Code, Fields, Result};
use crate::http::forms::{Filled, Visitor};
use crate::recovery;
use crate::users::Email;

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    frame::show(&visitor, "forgot_password", context! { email => "" })
}

pub(super) async fn send(filled: Filled) -> Result<Response> {
    let email = filled.text("email");
    match request(&filled.visitor, email).await {
        Ok(()) => Ok(see_other("/auth/check-mail?for=reset", HeaderMap::new())),
        Err(error) => {
            let values = context! { email => email };
            frame::refuse(&filled.visitor, "forgot_password", &["email"], values, &error)
        }
    }
}

async fn request(visitor: &Visitor, email: &str) -> Result<()> {
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(email));
    fields.done()?;
    recovery::forgot(&visitor.app, &visitor.client, &email.ok_or(Code::InvalidEmail)?).await
}

/// Where password managers look for the page that changes a password (W3C, A Well-Known URL for Changing Passwords).
pub(super) async fn well_known() -> Response {
    see_other("/account/password", HeaderMap::new())
}
