//! `/auth/password/forgot`, `/auth/password/reset`, `/auth/password/change`.

use axum::Json;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::emails::routes::{Accepted, AddressRequest};
use crate::error::{Fields, Result};
use crate::http::body::Body;
use crate::http::caller::SignedIn;
use crate::passwords;

/// The recovery routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(forgot))
        .routes(routes!(reset))
        .routes(routes!(change))
}

/// Mails a link that allows a new password, if the address belongs to somebody.
#[utoipa::path(post, path = "/auth/password/forgot", tag = "auth", request_body = AddressRequest,
    responses((status = 202, body = Accepted)))]
async fn forgot(
    app: App,
    client: Client,
    Body(asked): Body<AddressRequest>,
) -> Result<(StatusCode, Json<Accepted>)> {
    super::forgot(&app, &client, &asked.email()?).await?;
    Ok(Accepted::saying(
        "If this address belongs to an account, a mail is on its way",
    ))
}

/// A new password by a mailed link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResetRequest {
    /// The `token` in the link.
    #[schema(value_type = String)]
    token: SecretString,
    /// The new password.
    #[schema(value_type = String)]
    #[serde(alias = "password")]
    new_password: SecretString,
}

/// Sets a new password by a mailed link. All sessions end, all locks are lifted.
#[utoipa::path(post, path = "/auth/password/reset", tag = "auth", request_body = ResetRequest,
    responses((status = 204, description = "The password is set.")))]
async fn reset(app: App, client: Client, Body(asked): Body<ResetRequest>) -> Result<StatusCode> {
    super::reset(&app, &client, asked.token.reveal(), asked.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new password for somebody who knows the current one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeRequest {
    /// The current password.
    #[schema(value_type = String)]
    current_password: SecretString,
    /// The new password.
    #[schema(value_type = String)]
    new_password: SecretString,
}

/// Changes the password. The caller's other sessions end.
#[utoipa::path(post, path = "/auth/password/change", tag = "auth", request_body = ChangeRequest,
    responses((status = 204, description = "The password is changed.")), security(("bearer" = []), ("cookie" = [])))]
async fn change(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<ChangeRequest>,
) -> Result<StatusCode> {
    let mut fields = Fields::new();
    fields.take(
        "current_password",
        passwords::refuse_if_too_long(&asked.current_password),
    );
    fields.done()?;
    let ChangeRequest {
        current_password,
        new_password,
    } = asked;
    super::change(
        &app,
        &client,
        caller.user(),
        caller.session_id(),
        current_password,
        new_password,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
