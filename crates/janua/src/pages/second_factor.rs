//! The second step of a sign-in, and proving once more who one is.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, arrive, see_other};
use super::passkey_step;
use super::return_to::ReturnTo;
use crate::authentication::{self, Factor, Factors};
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::caller::RecentlySignedIn;
use crate::http::cookies;
use crate::http::cookies::FLOW;
use crate::http::forms::{Filled, Visitor};
use crate::http::layers::Rendered;
use crate::http::page::Scripts;
use crate::login::second_factor::{self, Typed};
use crate::mfa::stepping_up::{self, Again};
use crate::sms::{self, Purpose};

/// The factor that an address or a form names, if the account has it; else the usual one.
fn chosen(name: &str, factors: &Factors) -> Factor {
    let named = Factor::of(name).filter(|it| factors.has(*it) && *it != Factor::Passkey);
    named
        .or_else(|| factors.all().first().copied())
        .unwrap_or(Factor::Totp)
}

fn typed(filled: &mut Filled) -> Typed {
    let factor = Factor::of(filled.text("method"));
    let code = filled.secret("code");
    // Apps show a code in two halves, and people type it as they see it.
    let code = code.reveal().split_whitespace().collect::<String>();
    Typed {
        code: SecretString::new(code),
        factor,
        remember: !filled.text("remember_device").is_empty(),
    }
}

/// What both pages show: the factor, the others, and for a telephone whether a code is on its way.
async fn values(
    visitor: &Visitor,
    to: &ReturnTo,
    factors: &Factors,
    (method, purpose): (Factor, Purpose),
) -> Result<Value> {
    let app = &visitor.app;
    let (mut awaits, mut phone) = (false, None);
    if method == Factor::Sms {
        awaits = sms::is_awaited(app, factors.user(), purpose).await?;
        phone = sms::phone(&app.db, factors.user()).await?;
    }
    // To prove once more who one is, a passkey is enough beside a password alone, too.
    let has_passkey = match purpose {
        Purpose::SignIn => factors.has(Factor::Passkey),
        _ => factors.has_passkeys(),
    };
    let question = if has_passkey {
        passkey_step::question(visitor, factors.user()).await?
    } else {
        None
    };
    Ok(context! {
        return_to => to.text(), method => method.name(), methods => factors.names(), awaits => awaits,
        phone => phone.map(|(number, _)| number), trust_days => trust_days(visitor), question => question,
    })
}

/// Only a page that has something to ask a passkey runs our script.
fn scripts(values: &Value) -> Scripts {
    if values.get_attr("question").is_ok_and(|it| it.is_true()) {
        Scripts::Passkeys
    } else {
        Scripts::None
    }
}

pub(super) fn flow(visitor: &Visitor) -> String {
    cookies::read(&visitor.app, &visitor.headers, FLOW).unwrap_or_default()
}

/// A sign-in that is over begins anew.
pub(super) fn start_over(to: &ReturnTo, refused: Error) -> Response {
    let mut response = see_other(&to.through("/auth/sign-in?done=over"), HeaderMap::new());
    response.extensions_mut().insert(Rendered(Some(refused)));
    response
}

pub(super) async fn ask(visitor: Visitor) -> Result<Response> {
    let to = ReturnTo::of(&visitor);
    let pending = match authentication::resume(&visitor.app, &flow(&visitor)).await {
        Ok(pending) => pending,
        Err(error) if error.code() == Code::MfaTokenInvalid => return Ok(start_over(&to, error)),
        Err(error) => return Err(error),
    };
    let method = chosen(&visitor.parameter("method"), pending.factors());
    let values = values(&visitor, &to, pending.factors(), (method, Purpose::SignIn)).await?;
    let scripts = scripts(&values);
    frame::show_with(&visitor, "second_factor", values, scripts)
}

/// Sends a code, once or once more.
pub(super) async fn send_code(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let visitor = &filled.visitor;
    let token = flow(visitor);
    match second_factor::challenge(&visitor.app, &visitor.client, &token, Factor::Sms).await {
        Ok(_) => Ok(see_other(
            &to.through("/auth/second-factor?method=sms"),
            HeaderMap::new(),
        )),
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => refuse_code(visitor, &to, &token, Factor::Sms.name(), &error).await,
    }
}

/// The page once more, with what is wrong.
pub(super) async fn refuse_code(
    visitor: &Visitor,
    to: &ReturnTo,
    token: &str,
    method: &str,
    error: &Error,
) -> Result<Response> {
    let pending = match authentication::resume(&visitor.app, token).await {
        Ok(pending) => pending,
        Err(error) if error.code() == Code::MfaTokenInvalid => return Ok(start_over(to, error)),
        Err(error) => return Err(error),
    };
    let method = chosen(method, pending.factors());
    let values = values(visitor, to, pending.factors(), (method, Purpose::SignIn)).await?;
    let scripts = scripts(&values);
    frame::refuse_with(visitor, "second_factor", &["code"], values, error, scripts)
}

pub(super) async fn show_code(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let typed = typed(&mut filled);
    let visitor = &filled.visitor;
    let token = flow(visitor);
    let method = filled.text("method").to_owned();
    match second_factor::sign_in(&visitor.app, &visitor.client, &token, typed).await {
        Ok(signed_in) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            Ok(arrive(&to, headers))
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => refuse_code(visitor, &to, &token, &method, &error.with("field", "code")).await,
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
    let factors = Factors::of(&visitor.app.db, caller.user()).await?;
    let method = chosen(&visitor.parameter("method"), &factors);
    let values = values(&visitor, &to, &factors, (method, Purpose::StepUp)).await?;
    let scripts = scripts(&values);
    frame::show_with(&visitor, "step_up", values, scripts)
}

/// Sends a code, once or once more.
pub(super) async fn send_code_again(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    match stepping_up::send_code(&visitor.app, &visitor.client, caller.user()).await {
        Ok(_) => Ok(see_other(
            &to.through("/auth/step-up?method=sms"),
            HeaderMap::new(),
        )),
        Err(error) => refuse_again(visitor, &to, Factor::Sms.name(), &error).await,
    }
}

pub(super) async fn prove_again(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let method = filled.text("method").to_owned();
    let code = typed(&mut filled);
    let password = filled.secret("password");
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let factors = Factors::of(&visitor.app.db, caller.user()).await?;
    let again = if factors.is_any() {
        Again {
            password: None,
            typed: Some(code),
        }
    } else {
        Again {
            password: Some(password),
            typed: None,
        }
    };
    let who = (caller.user(), caller.session_id());
    match stepping_up::reauthenticate(&visitor.app, &visitor.client, who, again).await {
        Ok(()) => Ok(arrive(&to, HeaderMap::new())),
        Err(error) => refuse_again(visitor, &to, &method, &beside_the_field(error)).await,
    }
}

/// Asks once more, with what was wrong.
pub(super) async fn refuse_again(
    visitor: &Visitor,
    to: &ReturnTo,
    method: &str,
    error: &Error,
) -> Result<Response> {
    let factors = Factors::of(&visitor.app.db, visitor.signed_in()?.user()).await?;
    let method = chosen(method, &factors);
    let values = values(visitor, to, &factors, (method, Purpose::StepUp)).await?;
    let fields = ["code", "password"];
    let scripts = scripts(&values);
    frame::refuse_with(visitor, "step_up", &fields, values, error, scripts)
}

/// Too many codes are told beside the code.
fn beside_the_field(error: Error) -> Error {
    match error.code() {
        Code::WrongMfaCode => error.with("field", "code"),
        _ => error,
    }
}
