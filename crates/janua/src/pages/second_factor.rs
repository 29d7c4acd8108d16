//! The second step of a sign-in, and proving once more who one is.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::frame::{self, arrive, see_other};
use super::return_to::ReturnTo;
use super::sign_in::FLOW;
use crate::authentication::{self, Factor, Factors};
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::caller::RecentlySignedIn;
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::second_factor::{self, Typed};
use crate::mfa::stepping_up::{self, Again};

fn factor(name: &str) -> Factor {
    if name == Factor::RecoveryCode.name() {
        Factor::RecoveryCode
    } else {
        Factor::Totp
    }
}

fn typed(filled: &mut Filled) -> Typed {
    let factor = factor(filled.text("method"));
    let code = filled.secret("code");
    // Apps show a code in two halves, and people type it as they see it.
    let code = code.reveal().split_whitespace().collect::<String>();
    Typed {
        code: SecretString::new(code),
        factor: Some(factor),
        remember: !filled.text("remember_device").is_empty(),
    }
}

pub(super) fn flow(visitor: &Visitor) -> String {
    cookies::read(&visitor.app, &visitor.headers, FLOW).unwrap_or_default()
}

/// A sign-in that is over begins anew.
pub(super) fn start_over(to: &ReturnTo) -> Response {
    see_other(&to.through("/auth/sign-in?done=over"), HeaderMap::new())
}

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    let pending = match authentication::resume(&visitor.app, &flow(&visitor)).await {
        Ok(pending) => pending,
        Err(error) if error.code() == Code::MfaTokenInvalid => return Ok(start_over(&to)),
        Err(error) => return Err(error),
    };
    let method = factor(&visitor.parameter("method")).name();
    let values = context! {
        return_to => to.text(), method => method, methods => pending.factors().names(),
        trust_days => trust_days(&visitor),
    };
    frame::show(&visitor, "second_factor", values)
}

pub(super) async fn show_code(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let typed = typed(&mut filled);
    let visitor = &filled.visitor;
    let token = flow(visitor);
    let method = factor(filled.text("method")).name();
    match second_factor::sign_in(&visitor.app, &visitor.client, &token, typed).await {
        Ok(signed_in) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            Ok(arrive(&to, headers))
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to)),
        Err(error) => {
            let pending = authentication::resume(&visitor.app, &token).await;
            let methods = pending.map(|it| it.factors().names()).unwrap_or_default();
            let values = context! {
                return_to => to.text(), method => method, methods => methods, trust_days => trust_days(visitor),
            };
            let error = error.with("field", "code");
            frame::refuse(visitor, "second_factor", &["code"], values, &error)
        }
    }
}

/// For how many days a browser may be trusted, where the operator allows that at all.
fn trust_days(visitor: &Visitor) -> Option<u64> {
    let settings = &visitor.app.config.second_factors;
    let days = settings.trusted_device_lifetime.as_secs() / 86_400;
    settings.trusted_devices.then_some(days)
}

pub(super) async fn ask_again(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    let caller = visitor.signed_in()?;
    match RecentlySignedIn::check(&visitor.app, caller).await {
        Ok(()) => return Ok(arrive(&to, HeaderMap::new())),
        Err(error) if error.code() == Code::ReauthenticationRequired => {}
        Err(error) => return Err(error),
    }
    let methods = Factors::of(&visitor.app.db, caller.user()).await?.names();
    let method = factor(&visitor.parameter("method")).name();
    let values = context! { return_to => to.text(), method => method, methods => methods };
    frame::show(&visitor, "step_up", values)
}

pub(super) async fn prove_again(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let method = factor(filled.text("method")).name();
    let code = typed(&mut filled);
    let password = filled.secret("password");
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let methods = Factors::of(&visitor.app.db, caller.user()).await?.names();
    let again = if methods.is_empty() {
        Again {
            password: Some(password),
            typed: None,
        }
    } else {
        Again {
            password: None,
            typed: Some(code),
        }
    };
    let who = (caller.user(), caller.session_id());
    match stepping_up::reauthenticate(&visitor.app, &visitor.client, who, again).await {
        Ok(()) => Ok(arrive(&to, HeaderMap::new())),
        Err(error) => {
            let values = context! { return_to => to.text(), method => method, methods => methods };
            frame::refuse(
                visitor,
                "step_up",
                &["code", "password"],
                values,
                &beside_the_field(error),
            )
        }
    }
}

/// Too many codes are told beside the code.
fn beside_the_field(error: Error) -> Error {
    match error.code() {
        Code::WrongMfaCode => error.with("field", "code"),
        _ => error,
    }
}
