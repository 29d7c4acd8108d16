//! Codes by SMS: the telephone of one's account.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::factors::show_codes;
use super::frame::{self, see_other};
use crate::authentication::{Factor, Factors};
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::forms::{Filled, Visitor};
use crate::mfa;
use crate::sms::{self, Purpose};

const PAGE: &str = "/account/phone";

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let values = state(&visitor).await?;
    let done = frame::done(&visitor, &["on", "off"]);
    frame::show(&visitor, "phone", context! { done => done, ..values })
}

/// The number that is on, or that waits for its code.
async fn state(visitor: &Visitor) -> Result<Value> {
    let (app, user) = (&visitor.app, visitor.signed_in()?.user());
    let factors = Factors::of(&app.db, user).await?;
    let phone = sms::phone(&app.db, user).await?;
    let awaits = sms::is_awaited(app, user, Purpose::Enrolment).await?;
    Ok(context! {
        is_on => factors.has(Factor::Sms),
        awaits => awaits && phone.as_ref().is_some_and(|(_, is_on)| !is_on),
        phone => phone.map(|(number, _)| number),
        recovery_codes => factors.recovery_codes(),
        is_offered => app.texter.is_on(),
    })
}

async fn refuse(visitor: &Visitor, typed: &str, error: &Error) -> Result<Response> {
    let values = context! { phone_number => typed, ..state(visitor).await? };
    frame::refuse(visitor, "phone", &["phone_number", "code"], values, error)
}

/// Sends a code to a number, once or once more.
pub(super) async fn start(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let (app, caller) = (&visitor.app, visitor.recently_signed_in().await?);
    let text = filled.text("phone_number");
    let sent = match sms::number(app, text) {
        Ok(number) => mfa::enable_sms(app, &visitor.client, caller.user(), None, &number).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(_) => Ok(see_other(PAGE, HeaderMap::new())),
        Err(error) if error.code() == Code::MfaAlreadyEnabled => Ok(see_other(PAGE, HeaderMap::new())),
        Err(error) => refuse(visitor, text, &error).await,
    }
}

pub(super) async fn confirm(mut filled: Filled) -> Result<Response> {
    let code = filled.secret("code");
    let code = SecretString::new(code.reveal().split_whitespace().collect::<String>());
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let who = (caller.user(), caller.session_id());
    match mfa::confirm_sms(&visitor.app, &visitor.client, who, &code).await {
        Ok(codes) if codes.is_empty() => Ok(see_other(&format!("{PAGE}?done=on"), HeaderMap::new())),
        Ok(codes) => show_codes(visitor, &codes),
        // It was confirmed already, or taken back: the page says how things stand.
        Err(error) if error.code() == Code::MfaNotEnabled => Ok(see_other(PAGE, HeaderMap::new())),
        Err(error) => refuse(visitor, "", &error).await,
    }
}

pub(super) async fn turn_off(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    let who = (caller.user(), caller.session_id());
    mfa::disable(&visitor.app, &visitor.client, who, Factor::Sms).await?;
    Ok(see_other(&format!("{PAGE}?done=off"), HeaderMap::new()))
}
