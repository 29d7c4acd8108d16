//! The second factor of one's account: an authenticator app, and the codes for the day on which it is gone.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::frame::{self, see_other};
use crate::authentication::Factor;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Result};
use crate::http::forms::{Filled, Visitor};
use crate::mfa;

const PAGE: &str = "/account/second-factor";

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    let values = state(&visitor).await?;
    let done = frame::done(&visitor, &["off"]);
    frame::show(&visitor, "totp", context! { done => done, ..values })
}

/// What is on, or what waits for its first code; a secret is shown only to somebody who has just proved who they are.
async fn state(visitor: &Visitor) -> Result<Value> {
    let caller = visitor.signed_in()?;
    let factors = mfa::status(&visitor.app, caller.user()).await?.factors;
    if factors.has(Factor::Totp) {
        return Ok(context! { is_on => true, recovery_codes => factors.recovery_codes() });
    }
    let waiting = if caller.is_recent() {
        mfa::waiting_totp(&visitor.app, caller.user()).await?
    } else {
        None
    };
    Ok(match waiting {
        None => context! { is_on => false },
        Some(enrolment) => context! {
            is_on => false,
            secret => in_fours(enrolment.secret().reveal()),
            qr_code => enrolment.qr_code()?.reveal(),
            uri => enrolment.provisioning_uri()?.reveal(),
        },
    })
}

/// As people type it.
pub(super) fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let parts = letters.chunks(4).map(|it| it.iter().collect::<String>());
    parts.collect::<Vec<_>>().join(" ")
}

pub(super) async fn start(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    mfa::enable_totp(&visitor.app, &visitor.client, caller.user(), None).await?;
    Ok(see_other(PAGE, HeaderMap::new()))
}

pub(super) async fn confirm(mut filled: Filled) -> Result<Response> {
    let code = filled.secret("code");
    let code = SecretString::new(code.reveal().split_whitespace().collect::<String>());
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let who = (caller.user(), caller.session_id());
    match mfa::confirm_totp(&visitor.app, &visitor.client, who, &code).await {
        Ok(codes) if codes.is_empty() => Ok(see_other(PAGE, HeaderMap::new())),
        Ok(codes) => show_codes(visitor, &codes),
        // It was confirmed already, or taken back: the page says how things stand.
        Err(error) if error.code() == Code::MfaNotEnabled => Ok(see_other(PAGE, HeaderMap::new())),
        Err(error) => frame::refuse(visitor, "totp", &["code"], state(visitor).await?, &error),
    }
}

pub(super) async fn renew_codes(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    let codes = mfa::regenerate(&visitor.app, &visitor.client, caller.user()).await?;
    show_codes(visitor, &codes)
}

/// The only time that they are shown, so there is no page to be sent on to.
pub(super) fn show_codes(visitor: &Visitor, codes: &[SecretString]) -> Result<Response> {
    let codes: Vec<String> = codes.iter().map(|it| it.reveal().to_owned()).collect();
    frame::show(visitor, "recovery_codes", context! { codes => codes })
}

pub(super) async fn turn_off(filled: Filled) -> Result<Response> {
    let visitor = &filled.visitor;
    let caller = visitor.recently_signed_in().await?;
    let who = (caller.user(), caller.session_id());
    mfa::disable(&visitor.app, &visitor.client, who, Factor::Totp).await?;
    Ok(see_other(&format!("{PAGE}?done=off"), HeaderMap::new()))
}
