//! Setting up a second factor at the sign-in, where the operator demands one: there is no session before it.

use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::context;

use super::factors::{in_fours, show_codes};
use super::frame::{self, see_other};
use super::return_to::ReturnTo;
use super::second_factor::{flow, start_over};
use super::sign_in::FLOW;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::http::cookies;
use crate::http::forms::{Filled, Visitor};
use crate::login::enrolment;
use crate::{authentication, mfa};

const PAGE: &str = "/auth/enrolment";

pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    page(&visitor, &ReturnTo::of(&visitor), None).await
}

/// The secret that waits for its first code, or the button that makes one.
async fn page(visitor: &Visitor, to: &ReturnTo, error: Option<&Error>) -> Result<Response> {
    let enrolling = match authentication::resume_enrolment(&visitor.app, &flow(visitor)).await {
        Ok(enrolling) => enrolling,
        Err(error) if error.code() == Code::MfaTokenInvalid => return Ok(start_over(to)),
        Err(error) => return Err(error),
    };
    let values = match mfa::waiting_totp(&visitor.app, &enrolling.user().id).await? {
        None => context! { return_to => to.text() },
        Some(waiting) => context! {
            return_to => to.text(),
            secret => in_fours(waiting.secret().reveal()),
            qr_code => waiting.qr_code()?.reveal(),
            uri => waiting.provisioning_uri()?.reveal(),
        },
    };
    match error {
        None => frame::show(visitor, "enrolment", values),
        Some(error) => frame::refuse(visitor, "enrolment", &["code"], values, error),
    }
}

pub(super) async fn start(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let visitor = &filled.visitor;
    match enrolment::enable_totp(&visitor.app, &visitor.client, &flow(visitor)).await {
        Ok(_) => Ok(see_other(&to.through(PAGE), HeaderMap::new())),
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to)),
        Err(error) => Err(error),
    }
}

pub(super) async fn confirm(mut filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let code = filled.secret("code");
    let code = SecretString::new(code.reveal().split_whitespace().collect::<String>());
    let visitor = &filled.visitor;
    match enrolment::confirm_totp(&visitor.app, &visitor.client, &flow(visitor), &code).await {
        Ok((signed_in, codes)) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            let mut shown = show_codes(visitor, &codes)?;
            shown.headers_mut().extend(headers);
            Ok(shown)
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to)),
        Err(error) => page(visitor, &to, Some(&error.with("field", "code"))).await,
    }
}
