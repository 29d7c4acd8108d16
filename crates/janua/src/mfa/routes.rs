//! `/mfa/status`, `/mfa/totp`, `/mfa/recovery-codes`.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::authentication::Factor;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Fields, Result};
use crate::http::body::Body;
use crate::http::caller::{InSession, RecentlySignedIn, SignedIn};
use crate::passwords;
use crate::totp::Enrolment;
use crate::users::profile::rfc3339;

/// The routes of second factors.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(enable))
        .routes(routes!(verify))
        .routes(routes!(disable))
        .routes(routes!(regenerate))
}

/// What an account is protected with.
#[derive(Serialize, ToSchema)]
struct MfaStatus {
    /// Whether a sign-in asks for a second factor.
    enabled: bool,
    /// What it may be.
    methods: Vec<&'static str>,
    /// Whether an authenticator app is one.
    totp_enabled: bool,
    /// Whether codes by SMS are one.
    sms_enabled: bool,
    /// The telephone that gets them, as far as it may be shown.
    #[schema(example = "+•••••••••23")]
    phone_number: Option<String>,
    /// Recovery codes that are left.
    backup_codes_remaining: i64,
    /// The time by which codes are judged: a clock that differs by a minute makes wrong codes.
    server_time: String,
}

/// What one's account is protected with.
#[utoipa::path(get, path = "/mfa/status", tag = "mfa", operation_id = "mfa_status", responses((status = 200, body = MfaStatus)),
    security(("bearer" = []), ("cookie" = [])))]
async fn status(app: App, caller: InSession) -> Result<Json<MfaStatus>> {
    let status = super::status(&app, caller.user()).await?;
    Ok(Json(MfaStatus {
        enabled: status.factors.is_any(),
        methods: status.factors.names(),
        totp_enabled: status.factors.has(Factor::Totp),
        sms_enabled: status.factors.has(Factor::Sms),
        phone_number: status.phone,
        backup_codes_remaining: status.factors.recovery_codes(),
        server_time: rfc3339(status.now),
    }))
}

/// Proof for turning it on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnableTotpRequest {
    /// The current password.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
}

/// What an authenticator app is to take over. It is shown once.
#[derive(Serialize, ToSchema)]
pub struct TotpEnrolment {
    /// The secret in base32, for typing.
    secret: String,
    /// The same for an app on this device.
    #[schema(example = "otpauth://totp/Janua:ada%40example.com?secret=…&issuer=Janua")]
    provisioning_uri: String,
    /// The same as a picture: a PNG as a data URI.
    qr_code: String,
}

impl TotpEnrolment {
    /// Shows it.
    ///
    /// # Errors
    /// When the names in it are too long for a picture.
    pub fn of(enrolment: &Enrolment) -> Result<Json<Self>> {
        Ok(Json(Self {
            secret: enrolment.secret().reveal().to_owned(),
            provisioning_uri: enrolment.provisioning_uri()?.reveal().to_owned(),
            qr_code: enrolment.qr_code()?.reveal().to_owned(),
        }))
    }
}

/// Makes a secret for an authenticator app. It counts after `/mfa/totp/verify`.
///
/// Needs the password; who has none, or another second factor, needs a recent sign-in.
#[utoipa::path(post, path = "/mfa/totp/enable", tag = "mfa", operation_id = "mfa_enable_totp", request_body = EnableTotpRequest,
    responses((status = 200, body = TotpEnrolment)), security(("bearer" = []), ("cookie" = [])))]
async fn enable(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<EnableTotpRequest>,
) -> Result<Json<TotpEnrolment>> {
    let mut fields = Fields::new();
    if let Some(password) = &asked.password {
        fields.take("password", passwords::refuse_if_too_long(password));
    }
    fields.done()?;
    if asked.password.is_none() || super::has_other_than(&app, caller.user(), Factor::Totp).await? {
        RecentlySignedIn::check(&app, &caller).await?;
    }
    let enrolment = super::enable_totp(&app, &client, caller.user(), asked.password).await?;
    TotpEnrolment::of(&enrolment)
}

/// A code that the app shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCodeRequest {
    /// Six digits.
    #[schema(value_type = String, example = "287082")]
    code: SecretString,
}

/// Codes for the day on which the phone is gone. They are shown once; each counts once. None where another second factor
/// was there: those that came with it go on counting.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes, or none.
    recovery_codes: Vec<String>,
}

impl RecoveryCodes {
    /// Shows them.
    pub fn of(codes: &[SecretString]) -> Json<Self> {
        Json(Self {
            recovery_codes: codes.iter().map(|it| it.reveal().to_owned()).collect(),
        })
    }
}

/// Turns the authenticator app on, with a first code of it. All other sessions end.
#[utoipa::path(post, path = "/mfa/totp/verify", tag = "mfa", operation_id = "mfa_verify_totp", request_body = TotpCodeRequest,
    responses((status = 200, body = RecoveryCodes)), security(("bearer" = []), ("cookie" = [])))]
async fn verify(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<TotpCodeRequest>,
) -> Result<Json<RecoveryCodes>> {
    let who = (caller.user(), caller.session_id());
    let codes = super::confirm_totp(&app, &client, who, &asked.code).await?;
    Ok(RecoveryCodes::of(&codes))
}

/// Turns the authenticator app off. Needs a recent sign-in with both factors; all other sessions end.
#[utoipa::path(post, path = "/mfa/totp/disable", tag = "mfa", operation_id = "mfa_disable_totp",
    responses((status = 204, description = "The password alone is enough again.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn disable(app: App, client: Client, caller: RecentlySignedIn) -> Result<StatusCode> {
    super::disable(&app, &client, (caller.user(), caller.session_id()), Factor::Totp).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives ten new recovery codes; the old ones count no more. Needs a recent sign-in with both factors.
#[utoipa::path(post, path = "/mfa/recovery-codes/regenerate", tag = "mfa", operation_id = "mfa_regenerate_recovery_codes",
    responses((status = 200, body = RecoveryCodes)), security(("bearer" = []), ("cookie" = [])))]
async fn regenerate(app: App, client: Client, caller: RecentlySignedIn) -> Result<Json<RecoveryCodes>> {
    let codes = super::regenerate(&app, &client, caller.user()).await?;
    Ok(RecoveryCodes::of(&codes))
}
