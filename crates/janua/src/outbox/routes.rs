//! `/admin/outbox`.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Entry, MailState};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::caller::Admin;
use crate::http::paging::Paging;
use crate::users::profile::rfc3339;

/// The outbox routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry))
}

/// A mail on its way; neither its text nor the facts it is written from, for these may be secret.
#[derive(Serialize, ToSchema)]
struct MailBody {
    /// The id.
    id: String,
    /// What it is about.
    #[schema(example = "verification")]
    kind: String,
    /// The address.
    recipient: String,
    /// `queued`, `sent`, `failed` or `dropped`.
    state: String,
    /// How often it was tried.
    attempts: i64,
    /// What the mail provider said last.
    provider_answer: Option<String>,
    /// When it is tried next, or was to be.
    due_at: String,
    /// When it was promised.
    created_at: String,
    /// When it was sent, given up or dropped.
    settled_at: Option<String>,
    /// The request that caused it.
    request_id: Option<String>,
}

impl From<Entry> for MailBody {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            recipient: entry.recipient,
            state: entry.state,
            attempts: entry.attempts,
            provider_answer: entry.provider_answer,
            due_at: rfc3339(entry.due_at),
            created_at: rfc3339(entry.created_at),
            settled_at: entry.settled_at.map(rfc3339),
            request_id: entry.request_id,
        }
    }
}

/// A page of mails.
#[derive(Serialize, ToSchema)]
struct MailList {
    mails: Vec<MailBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Which mails are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<MailState>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

/// Mails of the last 30 days, the newest first.
#[utoipa::path(get, path = "/admin/outbox", tag = "admin", operation_id = "admin_list_outbox", params(ListQuery),
    responses((status = 200, body = MailList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, _: Admin, Query(asked): Query<ListQuery>) -> Result<Json<MailList>> {
    let paging = Paging::asked(asked.page, asked.per_page)?;
    let (entries, total) = super::list(&app, asked.state, paging.per_page.into(), paging.offset()).await?;
    Ok(Json(MailList {
        mails: entries.into_iter().map(MailBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// Has a mail tried again at once; one that was given up starts anew.
///
/// A mail that was sent stays sent: 409 `MAIL_ALREADY_SENT`.
#[utoipa::path(post, path = "/admin/outbox/{id}/retry", tag = "admin", operation_id = "admin_retry_mail",
    params(("id" = String, Path, description = "The mail.")), responses((status = 200, body = MailBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn retry(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<Json<MailBody>> {
    let entry = super::retry(&app, &client, admin.user(), &id).await?;
    Ok(Json(MailBody::from(entry)))
}
