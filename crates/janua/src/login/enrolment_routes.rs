//! `/mfa/enrol/totp`: second factors that have to be set up before the first session.

use axum::Json;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrolment;
use super::routes::LoginResponse;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::cookies;
use crate::mfa::routes::TotpEnrolment;

/// The routes of somebody who owes a factor.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enable))
        .routes(routes!(verify))
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
    let (outcome, codes) = enrolment::confirm_totp(&app, &client, token, &asked.code).await?;
    let cookies = cookies::begin(&app, &headers, &outcome.started);
    let body = EnrolledResponse {
        login: LoginResponse::signed_in(outcome),
        recovery_codes: codes.iter().map(|it| it.reveal().to_owned()).collect(),
    };
    Ok((cookies, Json(body)))
}
