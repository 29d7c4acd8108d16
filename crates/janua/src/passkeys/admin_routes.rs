//! `/admin/users/{id}/passkeys`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::PasskeyId;
use super::routes::{PasskeyBody, PasskeyList};
use crate::administration::{self, Actor};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::http::caller::Admin;
use crate::users::{self, UserId};

/// The passkey routes of administrators.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(remove))
}

/// Somebody's passkeys, the oldest first.
#[utoipa::path(get, path = "/admin/users/{id}/passkeys", tag = "admin", operation_id = "admin_list_passkeys",
    params(("id" = String, Path, description = "The user.")), responses((status = 200, body = PasskeyList)),
    security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, _admin: Admin, Path(id): Path<String>) -> Result<Json<PasskeyList>> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    users::find(&app.db, &id).await?.ok_or(Code::NotFound)?;
    let all = super::list(&app, &id).await?;
    Ok(Json(PasskeyList {
        passkeys: all.iter().map(PasskeyBody::from).collect(),
    }))
}

/// Removes somebody's passkey, also the last way in. All their sessions end, and a mail tells of it.
#[utoipa::path(delete, path = "/admin/users/{id}/passkeys/{passkey_id}", tag = "admin",
    operation_id = "admin_remove_passkey",
    params(("id" = String, Path, description = "The user."), ("passkey_id" = String, Path, description = "The passkey.")),
    responses((status = 204, description = "It opens nothing any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn remove(
    app: App,
    client: Client,
    admin: Admin,
    Path((id, passkey)): Path<(String, String)>,
) -> Result<StatusCode> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    users::find(&app.db, &id).await?.ok_or(Code::NotFound)?;
    let passkey = PasskeyId::parse(&passkey).ok_or(Code::PasskeyNotFound)?;
    administration::remove_passkey(&app, Actor::new(admin.user(), &client), &id, &passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}
