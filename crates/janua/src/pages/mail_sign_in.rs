//! Signing in without a password: asking for a mail, and typing the code that is in it.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, see_other};
use super::return_to::ReturnTo;
use super::sign_in::proceed;
use crate::error::{Class, Code, Error, Fields, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::magic_link::{self, Target};
use crate::magic_links::Shown;
use crate::users::Email;

const CODE_PAGE: &str = "/auth/mail-code";

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    let email = visitor.parameter("email");
    frame::show(
        &visitor,
        "mail_sign_in",
        context! { return_to => to.text(), email => email },
    )
}

pub(super) async fn send(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let typed = filled.text("email");
    let visitor = &filled.visitor;
    match request(visitor, typed, &to).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let values = context! { return_to => to.text(), email => typed };
            frame::refuse(visitor, "mail_sign_in", &["email"], values, &error)
        }
    }
}

async fn request(visitor: &Visitor, typed: &str, to: &ReturnTo) -> Result<Response> {
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(typed));
    fields.done()?;
    let email = email.ok_or(Code::InvalidEmail)?;
    // What is no target of the API's is a place that only pages may lead to: it is left out.
    let target = Target::parse(&visitor.app, to.text()).ok();
    let begun = magic_link::ask(&visitor.app, &visitor.client, &email, target.as_ref()).await?;
    let headers = cookies::hold_mail_flow(&visitor.app, &visitor.headers, &begun);
    Ok(see_other(&to.through(CODE_PAGE), headers))
}

/// Says that a mail is on its way, and takes the code from it: the link opens where the mail is read.
pub(super) async fn ask_code(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    frame::show(&visitor, "mail_code", context! { return_to => to.text() })
}

pub(super) async fn take_code(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let code = filled.secret("code");
    let code = code.reveal().split_whitespace().collect::<String>();
    let visitor = &filled.visitor;
    let Some(flow) = cookies::mail_flow(&visitor.app, &visitor.headers) else {
        return Ok(see_other(&to.through("/auth/mail-sign-in"), HeaderMap::new()));
    };
    let shown = Shown::Code {
        flow: &flow,
        code: &code,
    };
    match magic_link::sign_in(&visitor.app, &visitor.client, &shown).await {
        Ok((progress, target)) => {
            let to = target.map_or(to, |it| ReturnTo::asked(visitor, Some(&it)));
            Ok(proceed(visitor, progress, &to))
        }
        Err(error) => {
            let values = context! { return_to => to.text() };
            frame::refuse(visitor, "mail_code", &["code"], values, &beside_the_field(error))
        }
    }
}

fn beside_the_field(error: Error) -> Error {
    match error.code().class() {
        Class::Authentication | Class::Token => error.with("field", "code"),
        _ => error,
    }
}
