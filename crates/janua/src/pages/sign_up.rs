//! Making an account.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, arrive, see_other};
use super::return_to::ReturnTo;
use crate::error::Result;
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::registration::{self, Form, Registered};

const FIELDS: [&str; 3] = ["first_name", "email", "password"];

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    if visitor.caller().is_some() {
        return Ok(arrive(&to, HeaderMap::new()));
    }
    frame::show(
        &visitor,
        "sign_up",
        context! { return_to => to.text(), email => "", first_name => "" },
    )
}

pub(super) async fn register(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let password = filled.secret("password");
    let (email, first_name) = (filled.text("email"), filled.text("first_name"));
    let form = Form {
        email: email.to_owned(),
        password,
        username: None,
        first_name: Some(first_name.to_owned()),
        last_name: None,
        locale: None,
        invitation: None,
    };
    let visitor = &filled.visitor;
    match registration::register(&visitor.app, &visitor.client, form).await {
        Ok(Registered::SignInLater {
            verification_required: true,
            ..
        }) => Ok(see_other("/auth/check-mail?for=verification", HeaderMap::new())),
        // A second factor has to be set up, which the sign-in asks for.
        Ok(Registered::SignInLater { .. }) => Ok(see_other(&to.through("/auth/sign-in"), HeaderMap::new())),
        Ok(Registered::SignedIn(signed_in)) => Ok(arrive(
            &to,
            cookies::begin(&visitor.app, &visitor.headers, &signed_in.started),
        )),
        Err(error) => {
            let values = context! { return_to => to.text(), email => email, first_name => first_name };
            frame::refuse(visitor, "sign_up", &FIELDS, values, &error)
        }
    }
}

/// Says that a mail is on its way.
pub(super) async fn check_mail(visitor: Visitor) -> Result<Response> {
    let is_reset = visitor.parameter("for") == "reset";
    frame::show(&visitor, "check_mail", context! { is_reset => is_reset })
}
