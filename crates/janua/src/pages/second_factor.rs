//! The second step of a sign-in, and proving once more who one is.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, arrive, see_other};
use super::passkey_step;
use super::return_to::ReturnTo;
use super::sign_in::FLOW;
use crate::authentication::{self, Factor, Factors};
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::caller::RecentlySignedIn;
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::http::page::Scripts;
use crate::login::second_factor::{self, Typed};
use crate::mfa::stepping_up::{self, Again};
use crate::passkeys;
use crate::users::profile;

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
    let methods = pending.factors().names();
    let question = passkey_step::question(&visitor, &methods, pending.email()).await?;
    let values = context! {
        return_to => to.text(), method => method, methods => methods, trust_days => trust_days(&visitor),
        question => question,
    };
    frame::show_with(&visitor, "second_factor", values, Scripts::Passkeys)
}

pub(super) async fn show_code(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let typed = typed(&mut filled);
    let visitor = &filled.visitor;
    let token = flow(visitor);
    let method = factor(filled.text("method"));
    match second_factor::sign_in(&visitor.app, &visitor.client, &token, typed).await {
        Ok(signed_in) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            Ok(arrive(&to, headers))
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to)),
        Err(error) => ask_code_again(visitor, &to, method, &error.with("field", "code")).await,
    }
}

/// Shows the second step once more, with what was wrong.
pub(super) async fn ask_code_again(
    visitor: &Visitor,
    to: &ReturnTo,
    method: Factor,
    error: &Error,
) -> Result<Response> {
    let pending = authentication::resume(&visitor.app, &flow(visitor)).await.ok();
    let methods = pending
        .as_ref()
        .map(|it| it.factors().names())
        .unwrap_or_default();
    let email = pending.map(|it| it.email().to_owned()).unwrap_or_default();
    let question = passkey_step::question(visitor, &methods, &email).await?;
    let values = context! {
        return_to => to.text(), method => method.name(), methods => methods, trust_days => trust_days(visitor),
        question => question,
    };
    frame::refuse_with(
        visitor,
        "second_factor",
        &["code"],
        values,
        error,
        Scripts::Passkeys,
    )
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
    let values = step_up(&visitor, &to, factor(&visitor.parameter("method"))).await?;
    frame::show_with(&visitor, "step_up", values, Scripts::Passkeys)
}

pub(super) async fn prove_again(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let method = factor(filled.text("method"));
    let code = typed(&mut filled);
    let password = filled.secret("password");
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let methods = Factors::of(&visitor.app.db, caller.user()).await?.names();
    let shown = if methods.is_empty() {
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
    match stepping_up::reauthenticate(&visitor.app, &visitor.client, who, shown).await {
        Ok(()) => Ok(arrive(&to, HeaderMap::new())),
        Err(error) => again(visitor, &to, method, &beside_the_field(error)).await,
    }
}

/// Asks once more, with what was wrong.
pub(super) async fn again(
    visitor: &Visitor,
    to: &ReturnTo,
    method: Factor,
    error: &Error,
) -> Result<Response> {
    let values = step_up(visitor, to, method).await?;
    frame::refuse_with(
        visitor,
        "step_up",
        &["code", "password"],
        values,
        error,
        Scripts::Passkeys,
    )
}

async fn step_up(visitor: &Visitor, to: &ReturnTo, method: Factor) -> Result<Value> {
    let user = visitor.signed_in()?.user();
    let methods = Factors::of(&visitor.app.db, user).await?.names();
    let has_passkey = !passkeys::list(&visitor.app, user).await?.is_empty();
    // Here a passkey is enough beside a password alone, too.
    let keys: &[&str] = if has_passkey {
        &[Factor::Passkey.name()]
    } else {
        &[]
    };
    let email = profile::read(&visitor.app, user).await?.email;
    let question = passkey_step::question(visitor, keys, &email).await?;
    Ok(context! {
        return_to => to.text(), method => method.name(), methods => methods, question => question,
    })
}

/// Too many codes are told beside the code.
fn beside_the_field(error: Error) -> Error {
    match error.code() {
        Code::WrongMfaCode => error.with("field", "code"),
        _ => error,
    }
}
