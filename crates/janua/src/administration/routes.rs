//! `/admin/stats`.

use axum::Json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Statistics;
use crate::app::App;
use crate::error::Result;
use crate::http::caller::Admin;

/// The route of the figures.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(statistics))
}

/// The platform in a few figures.
#[utoipa::path(get, path = "/admin/stats", tag = "admin", operation_id = "admin_statistics", responses((status = 200, body = Statistics)),
    security(("bearer" = []), ("cookie" = [])))]
async fn statistics(app: App, _: Admin) -> Result<Json<Statistics>> {
    Ok(Json(super::statistics(&app).await?))
}
