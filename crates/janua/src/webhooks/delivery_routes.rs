//! `/webhooks/{id}/deliveries` and `/webhooks/{id}/test`.

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::routes::for_webhook;
use super::{Delivery, Report};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::identity::Principal;
use crate::http::paging::Paging;
use crate::limits::{self, Limit};
use crate::roles::{WebhooksRead, WebhooksUpdate};
use crate::users::profile::rfc3339;

/// The routes of deliveries.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(retry))
        .routes(routes!(test))
}

/// An event on its way to a webhook, with what the last try met.
#[derive(Serialize, ToSchema)]
struct DeliveryBody {
    /// The id.
    id: String,
    /// The id of the event, the same in every try.
    #[schema(example = "evt_0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")]
    event_id: String,
    /// What happened.
    #[schema(example = "member.added")]
    event_type: String,
    /// `queued`, `delivered` or `failed`.
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// The status of the last answer.
    status: Option<i64>,
    /// How long the last try took, in milliseconds.
    duration_ms: Option<i64>,
    /// The beginning of the last answer, at most 1 KiB.
    response: Option<String>,
    /// Why the last try failed.
    failure: Option<String>,
    /// When it happened.
    created_at: String,
    /// When it was tried last.
    attempted_at: Option<String>,
    /// When it is tried next, if it is queued.
    due_at: Option<String>,
    /// When it was taken, or given up.
    settled_at: Option<String>,
    /// What is sent.
    body: String,
}

impl From<Delivery> for DeliveryBody {
    fn from(it: Delivery) -> Self {
        Self {
            due_at: (it.state == "queued").then(|| rfc3339(it.due_at)),
            id: it.id,
            event_id: it.event_id,
            event_type: it.event_type,
            state: it.state,
            attempts: it.attempts,
            status: it.status,
            duration_ms: it.duration_ms,
            response: it.response,
            failure: it.failure,
            created_at: rfc3339(it.created_at),
            attempted_at: it.attempted_at.map(rfc3339),
            settled_at: it.settled_at.map(rfc3339),
            body: it.body,
        }
    }
}

/// A page of deliveries.
#[derive(Serialize, ToSchema)]
struct DeliveryList {
    deliveries: Vec<DeliveryBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// What became of the events for a webhook, the newest first.
///
/// Needs `webhooks:read` in its organization.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_webhook_deliveries",
    params(("id" = String, Path, description = "The webhook."), Paging),
    responses((status = 200, body = DeliveryList)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(
    app: App,
    identity: Principal,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<DeliveryList>> {
    let paging = paging.checked()?;
    let (grant, id) = for_webhook::<WebhooksRead>(&app, &identity, &id).await?;
    let (page, total) = super::deliveries(&app, &grant, &id, paging.per_page.into(), paging.offset()).await?;
    Ok(Json(DeliveryList {
        deliveries: page.into_iter().map(DeliveryBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// Has an event sent again at once, also one that was taken; its tries begin anew.
///
/// Needs `webhooks:update` in its organization.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery_id}/retry", tag = "webhooks",
    operation_id = "retry_webhook_delivery",
    params(("id" = String, Path, description = "The webhook."),
           ("delivery_id" = String, Path, description = "The delivery.")),
    responses((status = 200, body = DeliveryBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn retry(
    app: App,
    identity: Principal,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Json<DeliveryBody>> {
    let (grant, id) = for_webhook::<WebhooksUpdate>(&app, &identity, &id).await?;
    Ok(Json(super::retry(&app, &grant, &id, &delivery).await?.into()))
}

/// What a receiver said to a test event.
#[derive(Serialize, ToSchema)]
struct TestBody {
    /// Whether it took it.
    delivered: bool,
    /// The status of its answer.
    status: Option<i64>,
    /// How long it took, in milliseconds.
    duration_ms: i64,
    /// The beginning of its answer, at most 1 KiB.
    response: Option<String>,
    /// Why it failed.
    failure: Option<String>,
}

impl From<Report> for TestBody {
    fn from(it: Report) -> Self {
        Self {
            delivered: it.is_delivered(),
            status: it.status,
            duration_ms: it.duration_ms,
            response: it.response,
            failure: it.failure,
        }
    }
}

/// Sends a `webhook.test` event now and tells what the receiver said, whatever that was.
///
/// Needs `webhooks:update` in its organization.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", operation_id = "test_webhook",
    params(("id" = String, Path, description = "The webhook.")), responses((status = 200, body = TestBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn test(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
) -> Result<Json<TestBody>> {
    let (grant, id) = for_webhook::<WebhooksUpdate>(&app, &identity, &id).await?;
    limits::check(&app, Limit::WebhookTest, &client, identity.id()).await?;
    Ok(Json(super::test(&app, &grant, &id).await?.into()))
}
