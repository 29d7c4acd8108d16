//! `/mfa/sms`: a telephone as a second factor.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::RecoveryCodes;
use super::stepping_up;
use crate::app::App;
use crate::authentication::Factor;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Fields, Result};
use crate::http::body::Body;
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::passwords;
use crate::sms::{self, Sent};

/// The routes of codes by SMS.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enable))
        .routes(routes!(verify))
        .routes(routes!(disable))
        .routes(routes!(challenge))
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
pub struct CodeSent {
    /// Where it was sent, as far as it may be shown.
    #[schema(example = "+•••••••••23")]
    phone_number: String,
    /// Seconds that it lives.
    #[schema(example = 600)]
    expires_in: u64,
}

impl CodeSent {
    /// Shows it.
    pub fn of(sent: Sent) -> Json<Self> {
        Json(Self {
            phone_number: sent.to,
            expires_in: sent.lifetime.as_secs(),
        })
    }
}

/// Whose telephone it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnableSmsRequest {
    /// With country code, or as it is written in `SMS_DEFAULT_REGION`.
    #[schema(example = "+12025550123")]
    phone_number: String,
    /// The current password.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
}

/// Sends a code to a telephone. The number counts after `/mfa/sms/verify`.
///
/// Needs the password; who has none, or another second factor, needs a recent sign-in.
#[utoipa::path(post, path = "/mfa/sms/enable", tag = "mfa", operation_id = "mfa_enable_sms", request_body = EnableSmsRequest,
    responses((status = 200, body = CodeSent)), security(("bearer" = []), ("cookie" = [])))]
async fn enable(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<EnableSmsRequest>,
) -> Result<Json<CodeSent>> {
    let number = sms::number(&app, &asked.phone_number)?;
    let mut fields = Fields::new();
    if let Some(password) = &asked.password {
        fields.take("password", passwords::refuse_if_too_long(password));
    }
    fields.done()?;
    if asked.password.is_none() || super::has_other_than(&app, caller.user(), Factor::Sms).await? {
        RecentlySignedIn::check(&app, &caller).await?;
    }
    let sent = super::enable_sms(&app, &client, caller.user(), asked.password, &number).await?;
    Ok(CodeSent::of(sent))
}

/// The code that was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SmsCodeRequest {
    /// Six digits.
    #[schema(value_type = String, example = "287082")]
    code: SecretString,
}

/// Turns codes by SMS on, with the one that was sent. All other sessions end.
#[utoipa::path(post, path = "/mfa/sms/verify", tag = "mfa", operation_id = "mfa_verify_sms", request_body = SmsCodeRequest,
    responses((status = 200, body = RecoveryCodes)), security(("bearer" = []), ("cookie" = [])))]
async fn verify(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<SmsCodeRequest>,
) -> Result<Json<RecoveryCodes>> {
    let who = (caller.user(), caller.session_id());
    let codes = super::confirm_sms(&app, &client, who, &asked.code).await?;
    Ok(RecoveryCodes::of(&codes))
}

/// Turns codes by SMS off. Needs a recent sign-in with both factors; all other sessions end.
#[utoipa::path(post, path = "/mfa/sms/disable", tag = "mfa", operation_id = "mfa_disable_sms",
    responses((status = 204, description = "No codes are sent any more.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn disable(app: App, client: Client, caller: RecentlySignedIn) -> Result<StatusCode> {
    super::disable(&app, &client, (caller.user(), caller.session_id()), Factor::Sms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a code to one's own telephone, for `/auth/reauthenticate` with the method `sms`.
#[utoipa::path(post, path = "/mfa/sms/challenge", tag = "mfa", operation_id = "mfa_send_sms",
    responses((status = 200, body = CodeSent)), security(("bearer" = []), ("cookie" = [])))]
async fn challenge(app: App, client: Client, caller: SignedIn) -> Result<Json<CodeSent>> {
    let sent = stepping_up::send_code(&app, &client, caller.user()).await?;
    Ok(CodeSent::of(sent))
}
