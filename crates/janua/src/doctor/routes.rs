//! `/admin/doctor`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Finding, examine_running};
use crate::app::App;
use crate::error::Result;
use crate::http::caller::Admin;

/// The doctor's route.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(examine))
}

/// What the doctor has found, the worst first.
#[derive(Serialize, ToSchema)]
struct DoctorReport {
    /// Empty when all is well.
    findings: Vec<Finding>,
}

/// Examines the instance that answers, and everything it needs: database, schema, Redis, mail, SMS, identity providers,
/// memory. It takes as long as the slowest of them.
#[utoipa::path(get, path = "/admin/doctor", tag = "admin", operation_id = "examine_installation",
    responses((status = 200, body = DoctorReport)), security(("bearer" = []), ("cookie" = [])))]
async fn examine(app: App, _admin: Admin) -> Result<Json<DoctorReport>> {
    let findings = examine_running(&app).await;
    Ok(Json(DoctorReport { findings }))
}
