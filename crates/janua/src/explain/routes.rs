//! `/admin/explain`.

use axum::Json;
use axum::extract::Path;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::{self, PersonExplained};
use super::request::{self, RequestExplained};
use crate::app::App;
use crate::error::{Code, Fields, Result};
use crate::http::body::Query;
use crate::http::caller::Admin;
use crate::users::Email;

/// The routes that explain.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_request))
        .routes(routes!(of_person))
}

/// Tells what a request did, what the person was told and what was true, by the id that its answer carried.
#[utoipa::path(get, path = "/admin/explain/{request_id}", tag = "admin", operation_id = "explain_request",
    params(("request_id" = String, Path, description = "As in `X-Request-ID` of the answer.")),
    responses((status = 200, body = RequestExplained)), security(("bearer" = []), ("cookie" = [])))]
async fn of_request(app: App, _admin: Admin, Path(id): Path<String>) -> Result<Json<RequestExplained>> {
    Ok(Json(request::explain(&app, &id).await?))
}

/// Who is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExplainQuery {
    /// Their address.
    #[param(example = "ada@example.com")]
    email: Option<String>,
}

/// Tells whether somebody can sign in now, and if not, everything that stands in the way.
#[utoipa::path(get, path = "/admin/explain", tag = "admin", operation_id = "explain_person", params(ExplainQuery),
    responses((status = 200, body = PersonExplained)), security(("bearer" = []), ("cookie" = [])))]
async fn of_person(
    app: App,
    _admin: Admin,
    Query(asked): Query<ExplainQuery>,
) -> Result<Json<PersonExplained>> {
    let text = asked.email.ok_or(Code::MissingField)?;
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(&text));
    fields.done()?;
    let email = email.ok_or(Code::InvalidEmail)?;
    Ok(Json(person::explain(&app, &email).await?))
}
