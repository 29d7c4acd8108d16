//! Setting up a second factor at the sign-in, where the operator demands one: there is no session before it.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::factors::{in_fours, show_codes};
use super::frame::{self, see_other};
use super::return_to::ReturnTo;
use super::second_factor::{flow, start_over};
use crate::authentication::Factor;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::cookies;
use crate::http::cookies::FLOW;
use crate::http::forms::{Filled, Visitor};
use crate::login::enrolment;
use crate::sms::{self, Purpose};
use crate::{authentication, mfa};

const PAGE: &str = "/auth/enrolment";

/// What an address or a form names, if it may be set up here; else an app.
fn chosen(visitor: &Visitor, name: &str) -> Factor {
    let offered = enrolment::methods(&visitor.app);
    Factor::of(name)
        .filter(|it| offered.contains(it))
        .unwrap_or(Factor::Totp)
}

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let method = chosen(&visitor, &visitor.parameter("method"));
    page(&visitor, &ReturnTo::of(&visitor), (method, ""), None).await
}

/// What waits for its first code, or the form that begins; `typed` is a number that was refused.
async fn page(
    visitor: &Visitor,
    to: &ReturnTo,
    (method, typed): (Factor, &str),
    error: Option<&Error>,
) -> Result<Response> {
    let app = &visitor.app;
    let enrolling = match authentication::resume_enrolment(app, &flow(visitor)).await {
        Ok(enrolling) => enrolling,
        Err(error) if error.code() == Code::MfaTokenInvalid => return Ok(start_over(to, error)),
        Err(error) => return Err(error),
    };
    let user = &enrolling.user().id;
    let state = if method == Factor::Sms {
        context! {
            awaits => sms::is_awaited(app, user, Purpose::Enrolment).await?,
            phone => sms::phone(&app.db, user).await?.map(|(number, _)| number), phone_number => typed,
        }
    } else if let Some(waiting) = mfa::waiting_totp(app, user).await? {
        context! {
            secret => in_fours(waiting.secret().reveal()),
            qr_code => waiting.qr_code()?.reveal(),
            uri => waiting.provisioning_uri()?.reveal(),
        }
    } else {
        context! {}
    };
    let methods: Vec<_> = enrolment::methods(app).into_iter().map(Factor::name).collect();
    let values = context! { return_to => to.text(), method => method.name(), methods => methods, ..state };
    match error {
        None => frame::show(visitor, "enrolment", values),
        Some(error) => frame::refuse(visitor, "enrolment", &["code", "phone_number"], values, error),
    }
}

pub(super) async fn start(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let visitor = &filled.visitor;
    match enrolment::enable_totp(&visitor.app, &visitor.client, &flow(visitor)).await {
        Ok(_) => Ok(see_other(&to.through(PAGE), HeaderMap::new())),
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => Err(error),
    }
}

/// Sends a code to a number, once or once more.
pub(super) async fn send_code(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let visitor = &filled.visitor;
    let typed = filled.text("phone_number");
    let sent = match sms::number(&visitor.app, typed) {
        Ok(number) => enrolment::enable_sms(&visitor.app, &visitor.client, &flow(visitor), &number).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(_) => Ok(see_other(
            &to.through(&format!("{PAGE}?method=sms")),
            HeaderMap::new(),
        )),
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => page(visitor, &to, (Factor::Sms, typed), Some(&error)).await,
    }
}

pub(super) async fn confirm(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let code = filled.secret("code");
    let code = SecretString::new(code.reveal().split_whitespace().collect::<String>());
    let visitor = &filled.visitor;
    let method = chosen(visitor, filled.text("method"));
    match enrolment::confirm(&visitor.app, &visitor.client, &flow(visitor), (method, &code)).await {
        Ok((signed_in, codes)) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            let mut shown = show_codes(visitor, &codes)?;
            shown.headers_mut().extend(headers);
            Ok(shown)
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => page(visitor, &to, (method, ""), Some(&error.with("field", "code"))).await,
    }
}
