//! Signing in with a password or a passkey, and signing out.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use serde::de::DeserializeOwned;

use super::frame::{self, arrive, see_other};
use super::return_to::ReturnTo;
use crate::app::App;
use crate::crypto::secret::{OpaqueToken, SecretString};
use crate::error::{Code, Error, Fields, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::http::page::Scripts;
use crate::login::{self, Progress};
use crate::users::{Email, Identifier, Username};
use crate::{emails, login::passkey, passwords, social};

const DONE: [&str; 4] = ["signed-out", "deleted", "over", "password"];

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    if visitor.caller().is_some() {
        return Ok(arrive(&to, HeaderMap::new()));
    }
    let done = frame::done(&visitor, &DONE);
    let values = context! { return_to => to.text(), identifier => "", done => done, providers => buttons(&visitor.app, &to) };
    frame::show_with(&visitor, "sign_in", values, Scripts::Passkeys)
}

pub(super) async fn with_password(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let typed = filled.text("identifier").to_owned();
    let password = filled.secret("password");
    let visitor = &filled.visitor;
    match sign_in(visitor, &typed, password).await {
        Ok(progress) => Ok(proceed(visitor, progress, &to)),
        Err(error) => again(visitor, &to, &typed, &error),
    }
}

/// The other providers, each with the address that leads to it and back to where somebody wanted to go.
fn buttons(app: &App, to: &ReturnTo) -> Vec<Value> {
    let one = |it: social::Provider| {
        let query = match to.text() {
            "" => String::new(),
            to => serde_urlencoded::to_string([("redirect_to", to)]).unwrap_or_default(),
        };
        let mark = if query.is_empty() { "" } else { "?" };
        context! { name => it.name, href => format!("/api/v1/auth/oauth/{}/authorize{mark}{query}", it.id) }
    };
    social::providers(app).map(one).collect()
}

async fn sign_in(visitor: &Visitor, typed: &str, password: SecretString) -> Result<Progress> {
    let mut fields = Fields::new();
    let identifier = if typed.contains('@') || typed.is_empty() {
        fields.take("identifier", Email::parse(typed).map(Identifier::Email))
    } else {
        fields.take("identifier", Username::parse(typed).map(Identifier::Username))
    };
    fields.take("password", passwords::refuse_if_too_long(&password));
    fields.done()?;
    let identifier = identifier.ok_or(Code::BadRequest)?;
    login::sign_in(&visitor.app, &visitor.client, &identifier, password).await
}

fn again(visitor: &Visitor, to: &ReturnTo, typed: &str, error: &Error) -> Result<Response> {
    let providers = buttons(&visitor.app, to);
    let values = context! { return_to => to.text(), identifier => typed, providers => providers };
    let fields = ["identifier", "password"];
    frame::refuse_with(visitor, "sign_in", &fields, values, error, Scripts::Passkeys)
}

/// Goes on with a sign-in: with its cookies, or with the second step.
pub(super) fn proceed(visitor: &Visitor, progress: Progress, to: &ReturnTo) -> Response {
    match progress {
        Progress::SignedIn(signed_in) => arrive(
            to,
            cookies::begin(&visitor.app, &visitor.headers, &signed_in.started),
        ),
        Progress::SecondFactor(owed) => step(visitor, &owed.token, &to.through("/auth/second-factor")),
        Progress::Enrolment(token) => step(visitor, &token, &to.through("/auth/enrolment")),
    }
}

/// Leads to the next step, with what names the sign-in in a cookie.
fn step(visitor: &Visitor, flow: &OpaqueToken, page: &str) -> Response {
    let mut headers = HeaderMap::new();
    cookies::hold_flow(&visitor.app, &mut headers, flow);
    see_other(page, headers)
}

/// What our script puts into a form: the answer of a passkey.
pub(super) fn credential<T: DeserializeOwned>(filled: &Filled) -> Result<T> {
    serde_json::from_str(filled.text("credential")).map_err(|error| {
        Error::new(Code::BadRequest)
            .says("The answer of the passkey could not be understood")
            .caused_by(error)
    })
}

pub(super) async fn with_passkey(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let answer = credential(&filled)?;
    let visitor = &filled.visitor;
    let challenge = filled.text("challenge_id");
    match passkey::sign_in(&visitor.app, &visitor.client, challenge, answer).await {
        Ok(progress) => Ok(proceed(visitor, progress, &to)),
        Err(error) => again(visitor, &to, "", &error),
    }
}

pub(super) async fn sign_out(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    if let Some(caller) = visitor.caller() {
        let (app, client) = (&visitor.app, &visitor.client);
        let (user, session) = (caller.user(), caller.session_id());
        if let Some(departure) = login::sign_out_everywhere(app, client, user, session).await? {
            return super::sso::go_abroad(visitor, &departure, "", cookies::end(app));
        }
    }
    Ok(see_other(
        "/auth/sign-in?done=signed-out",
        cookies::end(&visitor.app),
    ))
}

/// Sends the mail that confirms an address once more.
pub(super) async fn resend(filled: Filled) -> Result<Response> {
    let email = Email::parse(filled.text("email")).map_err(|_| Code::InvalidEmail)?;
    emails::resend(&filled.visitor.app, &filled.visitor.client, &email).await?;
    Ok(see_other("/auth/check-mail?for=verification", HeaderMap::new()))
}
