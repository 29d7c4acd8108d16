//! `/mfa/challenge`, `/mfa/challenge/verify`, `/auth/reauthenticate`.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::passkey;
use super::routes::LoginResponse;
use super::second_factor::{self, Typed};
use crate::app::App;
use crate::authentication::Factor;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::Body;
use crate::http::caller::SignedIn;
use crate::http::cookies;
use crate::mfa::stepping_up::{self, Again};
use crate::passkeys::PasskeyAnswer;
use crate::passkeys::routes::QuestionBody;
use crate::passwords;

/// The routes of the second step.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(challenge))
        .routes(routes!(verify))
        .routes(routes!(reauthenticate))
}

/// Reads the name of a factor.
pub fn factor(fields: &mut Fields, name: Option<&str>) -> Option<Factor> {
    name.and_then(|name| {
        let found = Factor::of(name);
        let unknown = || {
            Invalid::new(
                Code::InvalidField,
                "the method is not one of: totp, sms, passkey, recovery_code",
            )
        };
        fields.take("method", found.ok_or_else(unknown))
    })
}

/// Which factor is to be shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChallengeRequest {
    /// What the first step gave.
    #[schema(value_type = String)]
    mfa_token: SecretString,
    /// One of `methods`.
    #[schema(example = "totp")]
    method: String,
}

/// The second step can be taken.
#[derive(Serialize, ToSchema)]
struct ChallengeResponse {
    /// The factor that is to be shown.
    method: &'static str,
    /// All that may be shown.
    methods: Vec<&'static str>,
    /// What the browser is to ask a passkey, where that is the factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    passkey: Option<QuestionBody>,
    /// Where a code was sent, as far as it may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "+•••••••••23")]
    phone_number: Option<String>,
    /// Seconds that the code lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
}

/// Chooses a second factor. For `sms` a code is sent, and again whenever this is called; for a passkey the answer holds what to ask it.
#[utoipa::path(post, path = "/mfa/challenge", tag = "mfa", operation_id = "mfa_challenge", request_body = ChallengeRequest,
    responses((status = 200, body = ChallengeResponse)))]
async fn challenge(
    app: App,
    client: Client,
    Body(asked): Body<ChallengeRequest>,
) -> Result<Json<ChallengeResponse>> {
    let mut fields = Fields::new();
    let method = factor(&mut fields, Some(&asked.method));
    fields.done()?;
    let method = method.ok_or(Code::BadRequest)?;
    let challenged = second_factor::challenge(&app, &client, asked.mfa_token.reveal(), method).await?;
    let passkey = match method {
        Factor::Passkey => Some(passkey::ask(&app, &client, &challenged.pending).await?),
        _ => None,
    };
    Ok(Json(ChallengeResponse {
        passkey: passkey.map(|it| QuestionBody::of(it, None)),
        method: method.name(),
        methods: challenged.pending.factors().names(),
        expires_in: challenged.sent.as_ref().map(|it| it.lifetime.as_secs()),
        phone_number: challenged.sent.map(|it| it.to),
    }))
}

/// The second step of a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactorRequest {
    /// What the first step gave.
    #[schema(value_type = String)]
    mfa_token: SecretString,
    /// A code of the app, one that was sent by SMS, or a recovery code.
    #[schema(value_type = Option<String>, example = "287082")]
    code: Option<SecretString>,
    /// What a passkey answered, in place of a code.
    passkey: Option<PasskeyAnswer>,
    /// One of `methods`; by the form of the code when absent.
    method: Option<String>,
    /// Does not ask for the second factor again in this browser for a while, where the operator allows that.
    #[serde(default)]
    remember_device: bool,
}

/// Completes a sign-in with a code. Five codes may be tried, and nine in an hour for an account.
#[utoipa::path(post, path = "/mfa/challenge/verify", tag = "mfa", operation_id = "mfa_verify_challenge", request_body = SecondFactorRequest,
    responses((status = 200, body = LoginResponse)))]
async fn verify(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<SecondFactorRequest>,
) -> Result<(HeaderMap, Json<LoginResponse>)> {
    let mut fields = Fields::new();
    let factor = factor(&mut fields, asked.method.as_deref());
    fields.done()?;
    let (token, remember) = (asked.mfa_token.reveal(), asked.remember_device);
    let outcome = match (asked.code, asked.passkey) {
        (Some(code), None) => {
            let typed = Typed {
                code,
                factor,
                remember,
            };
            second_factor::sign_in(&app, &client, token, typed).await?
        }
        (None, Some(answer)) => passkey::complete(&app, &client, token, answer, remember).await?,
        (Some(_), Some(_)) => return Err(not_both("passkey")),
        (None, None) => {
            return Err(Error::new(Code::MissingField)
                .says("The field code is missing")
                .with("field", "code"));
        }
    };
    let cookies = cookies::begin(&app, &headers, &outcome.started);
    Ok((cookies, Json(LoginResponse::signed_in(outcome))))
}

/// Proof of who one is, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReauthenticateRequest {
    /// The password. Not enough where the account has a second factor.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
    /// A code of the app, one that was sent by SMS, or a recovery code.
    #[schema(value_type = Option<String>)]
    code: Option<SecretString>,
    /// `totp`, `sms` or `recovery_code`; by the form of the code when absent.
    method: Option<String>,
    /// What a passkey answered, in place of all else.
    passkey: Option<PasskeyAnswer>,
}

fn not_both(field: &'static str) -> Error {
    Error::new(Code::InvalidField)
        .says("Send a code or the answer of a passkey, not both")
        .with("field", field)
}

/// Proves once more who one is: changes that could cost somebody their account ask for it, ten minutes after a sign-in.
#[utoipa::path(post, path = "/auth/reauthenticate", tag = "auth", request_body = ReauthenticateRequest,
    responses((status = 204, description = "The session is recent again.")), security(("bearer" = []), ("cookie" = [])))]
async fn reauthenticate(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<ReauthenticateRequest>,
) -> Result<StatusCode> {
    let mut fields = Fields::new();
    let factor = factor(&mut fields, asked.method.as_deref());
    if let Some(password) = &asked.password {
        fields.take("password", passwords::refuse_if_too_long(password));
    }
    fields.done()?;
    let who = (caller.user(), caller.session_id());
    if let Some(answer) = asked.passkey {
        if asked.password.is_some() || asked.code.is_some() {
            return Err(not_both("passkey"));
        }
        stepping_up::with_passkey(&app, &client, who, answer).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let again = Again {
        password: asked.password,
        typed: asked.code.map(|code| Typed {
            code,
            factor,
            remember: false,
        }),
    };
    stepping_up::reauthenticate(&app, &client, who, again).await?;
    Ok(StatusCode::NO_CONTENT)
}
