//! A passkey in place of a code: as the second step of a sign-in, and to prove once more who one is.

use axum::http::HeaderMap;
use axum::response::Response;

use super::frame::{arrive, see_other};
use super::return_to::ReturnTo;
use super::second_factor::{flow, refuse_again, refuse_code, start_over};
use super::sign_in::credential;
use crate::error::{Class, Code, Result};
use crate::http::cookies;
use crate::http::cookies::FLOW;
use crate::http::forms::{Filled, Visitor};
use crate::login::{passkey, second_factor};
use crate::mfa::stepping_up;
use crate::passkeys::{PasskeyAnswer, authentication};
use crate::users::{Email, UserId};

/// What the script asks the passkeys of this person.
pub(super) async fn question(visitor: &Visitor, user: &UserId) -> Result<Option<String>> {
    let owner = second_factor::owner(&visitor.app, user).await?;
    let Ok(email) = Email::parse(&owner.email) else {
        return Ok(None);
    };
    let asked = match authentication::begin(&visitor.app, &visitor.client, Some(&email)).await {
        Ok(asked) => asked,
        // Whoever shares an address with many can still type a code.
        Err(error) if error.code().class() == Class::RateLimit => return Ok(None),
        Err(error) => return Err(error),
    };
    let question = serde_json::json!({"challenge_id": asked.challenge_id, "public_key": asked.public_key});
    Ok(Some(question.to_string()))
}

fn answer(filled: &Filled) -> Result<PasskeyAnswer> {
    Ok(PasskeyAnswer {
        challenge_id: filled.text("challenge_id").to_owned(),
        credential: credential(filled)?,
    })
}

pub(super) async fn complete(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let answer = answer(&filled)?;
    let visitor = &filled.visitor;
    let token = flow(visitor);
    let remember = !filled.text("remember_device").is_empty();
    match passkey::complete(&visitor.app, &visitor.client, &token, answer, remember).await {
        Ok(signed_in) => {
            let mut headers = cookies::begin(&visitor.app, &visitor.headers, &signed_in.started);
            cookies::keep(&visitor.app, &mut headers, FLOW, "", Some(0));
            Ok(arrive(&to, headers))
        }
        Err(error) if error.code() == Code::MfaTokenInvalid => Ok(start_over(&to, error)),
        Err(error) => refuse_code(visitor, &to, &token, "", &error).await,
    }
}

pub(super) async fn prove_again(filled: Filled) -> Result<Response> {
    let to = ReturnTo::filled(&filled);
    let answer = answer(&filled)?;
    let visitor = &filled.visitor;
    let caller = visitor.signed_in()?;
    let who = (caller.user(), caller.session_id());
    match stepping_up::with_passkey(&visitor.app, &visitor.client, who, answer).await {
        Ok(()) => Ok(see_other(to.address(), HeaderMap::new())),
        Err(error) => refuse_again(visitor, &to, "", &error).await,
    }
}
