//! `/admin/users/{id}/mfa`.

use axum::extract::Path;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::administration::Actor;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::http::caller::Admin;
use crate::users::UserId;

/// The routes of administrators.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reset))
}

/// Takes every second factor and passkey from an account whose owner has lost them. A mail tells them, and all their sessions end.
#[utoipa::path(delete, path = "/admin/users/{id}/mfa", tag = "admin", operation_id = "admin_reset_mfa",
    params(("id" = String, Path, description = "The user.")),
    responses((status = 204, description = "The password alone is enough again.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn reset(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<StatusCode> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    super::reset(&app, Actor::new(admin.user(), &client), &client, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
