//! `/mfa/enrol/…`: second factors that have to be set up before the first session.

use axum::Json;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::LoginResponse;
use super::{SignedIn, enrolment};
use crate::app::App;
use crate::authentication::Factor;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::cookies;
use crate::mfa::routes::TotpEnrolment;
use crate::mfa::sms_routes::CodeSent;
use crate::sms;

/// The routes of somebody who owes a factor.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enable))
        .routes(routes!(verify))
        .routes(routes!(enable_sms))
        .routes(routes!(verify_sms))
}

/// Which sign-in it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolRequest {
    /// What the first step gave together with `enrolment_required`.
    #[schema(value_type = String)]
    mfa_token: SecretString,
}

/// Makes a secret for an authenticator app during a sign-in that has to set one up. It counts after
/// `/mfa/enrol/totp/verify`. A sign-in that owes a factor which the account has is refused here.
#[utoipa::path(post, path = "/mfa/enrol/totp", tag = "mfa", operation_id = "mfa_enrol_totp", request_body = EnrolRequest,
    responses((status = 200, body = TotpEnrolment)))]
async fn enable(app: App, client: Client, Body(asked): Body<EnrolRequest>) -> Result<Json<TotpEnrolment>> {
    let enrolment = enrolment::enable_totp(&app, &client, asked.mfa_token.reveal()).await?;
    TotpEnrolment::of(&enrolment)
}

/// A first code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolVerifyRequest {
    /// What the first step gave together with `enrolment_required`.
    #[schema(value_type = String)]
    mfa_token: SecretString,
    /// Six digits.
    #[schema(value_type = String, example = "287082")]
    code: SecretString,
}

/// Somebody has set up a second factor and is signed in.
#[derive(Serialize, ToSchema)]
struct EnrolledResponse {
    #[serde(flatten)]
    login: LoginResponse,
    /// Ten codes for the day on which the phone is gone. They are shown once.
    recovery_codes: Vec<String>,
}

impl EnrolledResponse {
    fn of(
        app: &App,
        headers: &HeaderMap,
        (outcome, codes): (SignedIn, Vec<SecretString>),
    ) -> (HeaderMap, Json<Self>) {
        let cookies = cookies::begin(app, headers, &outcome.started);
        let body = Self {
            login: LoginResponse::signed_in(outcome),
            recovery_codes: codes.iter().map(|it| it.reveal().to_owned()).collect(),
        };
        (cookies, Json(body))
    }
}

/// Turns the app on with a first code of it, and completes the sign-in.
#[utoipa::path(post, path = "/mfa/enrol/totp/verify", tag = "mfa", operation_id = "mfa_verify_enrolment",
    request_body = EnrolVerifyRequest, responses((status = 200, body = EnrolledResponse)))]
async fn verify(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<EnrolVerifyRequest>,
) -> Result<(HeaderMap, Json<EnrolledResponse>)> {
    let token = asked.mfa_token.reveal();
    let enrolled = enrolment::confirm(&app, &client, token, (Factor::Totp, &asked.code)).await?;
    Ok(EnrolledResponse::of(&app, &headers, enrolled))
}

/// Which sign-in it is, and whose number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnrolSmsRequest {
    /// What the first step gave together with `enrolment_required`.
    #[schema(value_type = String)]
    mfa_token: SecretString,
    /// With country code, or as it is written in `SMS_DEFAULT_REGION`.
    #[schema(example = "+12025550123")]
    phone_number: String,
}

/// Sends a code to a telephone during a sign-in that has to set up a second factor. The number counts after
/// `/mfa/enrol/sms/verify`.
#[utoipa::path(post, path = "/mfa/enrol/sms", tag = "mfa", operation_id = "mfa_enrol_sms", request_body = EnrolSmsRequest,
    responses((status = 200, body = CodeSent)))]
async fn enable_sms(app: App, client: Client, Body(asked): Body<EnrolSmsRequest>) -> Result<Json<CodeSent>> {
    let number = sms::number(&app, &asked.phone_number)?;
    let sent = enrolment::enable_sms(&app, &client, asked.mfa_token.reveal(), &number).await?;
    Ok(CodeSent::of(sent))
}

/// Turns the telephone on with the code that was sent to it, and completes the sign-in.
#[utoipa::path(post, path = "/mfa/enrol/sms/verify", tag = "mfa", operation_id = "mfa_verify_sms_enrolment",
    request_body = EnrolVerifyRequest, responses((status = 200, body = EnrolledResponse)))]
async fn verify_sms(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<EnrolVerifyRequest>,
) -> Result<(HeaderMap, Json<EnrolledResponse>)> {
    let token = asked.mfa_token.reveal();
    let enrolled = enrolment::confirm(&app, &client, token, (Factor::Sms, &asked.code)).await?;
    Ok(EnrolledResponse::of(&app, &headers, enrolled))
}
