//! `/organizations/{organization_id}/audit-logs`: the log of one organization, for its people and its programs.

use axum::Json;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Reach;
use super::routes::{AuditLog, ExportAudit, ListAudit, page, stream};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::Name;
use crate::http::body::Query;
use crate::ids::{ApiKeyId, UserId};
use crate::roles::{AuditRead, Permitted};

/// The routes of an organization's log.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
}

/// What happened in the organization, the newest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-logs", tag = "audit",
    operation_id = "list_organization_audit_logs",
    params(("organization_id" = String, Path, description = "The organization."), ListAudit),
    extensions(("x-permission" = json!("audit:read"))), responses((status = 200, body = AuditLog)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(
    app: App,
    permitted: Permitted<AuditRead>,
    Query(asked): Query<ListAudit>,
) -> Result<Json<AuditLog>> {
    page(&app, &Reach::of(&permitted), &asked).await
}

/// The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-logs/export", tag = "audit",
    operation_id = "export_organization_audit_logs",
    params(("organization_id" = String, Path, description = "The organization."), ExportAudit),
    extensions(("x-permission" = json!("audit:read"))),
    responses((status = 200, description = "The lines.", content(
        (String = "application/x-ndjson"), (String = "text/csv")))),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn export(
    app: App,
    client: Client,
    permitted: Permitted<AuditRead>,
    Query(asked): Query<ExportAudit>,
) -> Result<Response> {
    let by = permitted.asker();
    let who = by.key().map(ApiKeyId::as_str);
    let who = who
        .or_else(|| by.person().map(UserId::as_str))
        .unwrap_or_default();
    let event = permitted.event(Name::AuditExported, None, &client);
    stream(app, &client, (who, event), Reach::of(&permitted), &asked).await
}
