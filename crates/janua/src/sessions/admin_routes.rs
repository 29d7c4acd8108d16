//! `/admin/users/{id}/sessions`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::SessionList;
use crate::administration::{self, Actor};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::caller::Admin;
use crate::http::paging::Paging;
use crate::users::{self, UserId};

/// The session routes of administrators.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, revoke_all))
}

/// Somebody's live sessions, the last used first.
#[utoipa::path(get, path = "/admin/users/{id}/sessions", tag = "admin", operation_id = "admin_list_sessions",
    params(("id" = String, Path, description = "The user."), Paging), responses((status = 200, body = SessionList)),
    security(("bearer" = []), ("cookie" = [])))]
async fn list(
    app: App,
    admin: Admin,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<SessionList>> {
    let paging = paging.checked()?;
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    users::find(&app.db, &id).await?.ok_or(Code::NotFound)?;
    Ok(Json(
        SessionList::of(&app, &id, paging, admin.session_id()).await?,
    ))
}

/// Ends all of somebody's sessions: their tokens die in the next request.
#[utoipa::path(delete, path = "/admin/users/{id}/sessions", tag = "admin", operation_id = "admin_revoke_sessions",
    params(("id" = String, Path, description = "The user.")),
    responses((status = 204, description = "They have ended.")), security(("bearer" = []), ("cookie" = [])))]
async fn revoke_all(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<StatusCode> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    administration::end_sessions(&app, Actor::new(admin.user(), &client), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
