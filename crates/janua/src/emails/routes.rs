//! `/auth/email/verify` and `/auth/email/resend`.

use axum::http::StatusCode;
use axum::{Json, Router, routing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Fields, Result};
use crate::http::body::Body;
use crate::users::Email;
use crate::users::profile::Profile;

/// The mail routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verify))
        .routes(routes!(resend))
}

/// Other names of the same.
pub fn aliases() -> Router<App> {
    Router::new().route("/email/resend-verification", routing::post(resend))
}

/// The secret of a mailed link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyRequest {
    /// The `token` in the link.
    #[schema(value_type = String)]
    token: SecretString,
}

/// An address is verified.
#[derive(Serialize, ToSchema)]
struct VerifyResponse {
    /// Whose it is.
    user: Profile,
}

/// Verifies an address with the secret of the link that was mailed there.
#[utoipa::path(post, path = "/auth/email/verify", tag = "auth", request_body = VerifyRequest,
    responses((status = 200, body = VerifyResponse)))]
async fn verify(app: App, client: Client, Body(asked): Body<VerifyRequest>) -> Result<Json<VerifyResponse>> {
    let user = super::verify(&app, &client, asked.token.reveal()).await?;
    Ok(Json(VerifyResponse {
        user: Profile::from(&user),
    }))
}

/// An address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressRequest {
    /// The address.
    #[schema(example = "ada@example.com")]
    email: String,
}

impl AddressRequest {
    /// The address, normalised.
    ///
    /// # Errors
    /// `INVALID_EMAIL`.
    pub fn email(&self) -> Result<Email> {
        let mut fields = Fields::new();
        let email = fields.take("email", Email::parse(&self.email));
        fields.done()?;
        Ok(email.ok_or(Code::InvalidEmail)?)
    }
}

/// What happens with a request for a mail: the same words for every address.
#[derive(Serialize, ToSchema)]
pub struct Accepted {
    /// For a person.
    message: &'static str,
}

impl Accepted {
    /// Says it in these words.
    pub fn saying(message: &'static str) -> (StatusCode, Json<Self>) {
        (StatusCode::ACCEPTED, Json(Self { message }))
    }
}

/// Mails the verification link again, if somebody with this address waits for it.
#[utoipa::path(post, path = "/auth/email/resend", tag = "auth", request_body = AddressRequest,
    responses((status = 202, body = Accepted)))]
async fn resend(
    app: App,
    client: Client,
    Body(asked): Body<AddressRequest>,
) -> Result<(StatusCode, Json<Accepted>)> {
    super::resend(&app, &client, &asked.email()?).await?;
    Ok(Accepted::saying(
        "If this address waits for verification, a mail is on its way",
    ))
}
