//! `/audit-logs`: what concerns the organizations of whoever asks; for administrators of the platform everything.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::export::Line;
use super::{Cursor, Filter, Format, Lines, Reach};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{Event, Name};
use crate::http::body::Query;
use crate::http::caller::SignedIn;
use crate::ids::OrganizationId;
use crate::limits::{self, Limit};
use crate::roles::{Asker, permit};
use crate::sessions;

/// Entries of a page, unless it is said otherwise.
const USUAL: u32 = 50;

/// The most entries of a page.
const MOST: u32 = 1000;

/// The routes of the log.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
}

/// A query with the filters and what else it takes.
macro_rules! query {
    ($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Deserialize, IntoParams)]
        #[into_params(parameter_in = Query)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            /// What happened: `area.action`, or `area.*` for all of an area.
            #[param(example = "member.*")]
            action: Option<String>,
            /// The id of the person or API key that did it.
            actor_id: Option<String>,
            /// The id of what it was done to, or of the account.
            target_id: Option<String>,
            /// What concerns this organization.
            organization_id: Option<String>,
            /// `success` or `failure`.
            outcome: Option<String>,
            /// In which request it happened.
            request_id: Option<String>,
            /// Not before this time (RFC 3339).
            since: Option<String>,
            /// Before this time (RFC 3339).
            until: Option<String>,
            $($(#[$more])* pub(super) $field: $type,)*
        }

        impl $name {
            /// What is looked for.
            pub(super) fn filter(&self) -> Result<Filter> {
                let outcome = self.outcome.clone();
                if outcome.as_deref().is_some_and(|it| it != "success" && it != "failure") {
                    return Err(refused("outcome", "outcome is success or failure"));
                }
                Ok(Filter {
                    action: self.action.clone(),
                    actor_id: self.actor_id.clone(),
                    target_id: self.target_id.clone(),
                    organization_id: self.organization_id.clone(),
                    outcome,
                    request_id: self.request_id.clone(),
                    since: time("since", self.since.as_deref())?,
                    until: time("until", self.until.as_deref())?,
                })
            }
        }
    };
}

query! {
    /// Which entries are wanted, page by page.
    ListAudit {
        /// Entries of a page, at most 1000; 50 when absent.
        #[param(minimum = 1, maximum = 1000)]
        limit: Option<u32>,
        /// `next_cursor` of the page before.
        cursor: Option<String>,
    }
}

query! {
    /// Which entries are wanted, all of them.
    ExportAudit {
        /// `ndjson` when absent.
        #[param(inline)]
        format: Option<Format>,
    }
}

fn refused(field: &'static str, text: &str) -> Error {
    Error::new(Code::InvalidField)
        .says(text.to_owned())
        .with("field", field)
}

fn time(field: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>> {
    let Some(text) = text else { return Ok(None) };
    let read = DateTime::parse_from_rfc3339(text);
    let read =
        read.map_err(|_| refused(field, &format!("{field} is a time such as 2026-01-31T12:00:00Z")))?;
    Ok(Some(read.to_utc()))
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditLog {
    #[schema(value_type = Vec<Line>)]
    entries: Vec<serde_json::Value>,
    /// Where the next page begins; absent on the last one.
    next_cursor: Option<String>,
}

pub(super) async fn page(app: &App, reach: &Reach, asked: &ListAudit) -> Result<Json<AuditLog>> {
    let limit = asked.limit.unwrap_or(USUAL);
    if limit == 0 || limit > MOST {
        return Err(refused("limit", &format!("limit must be from 1 to {MOST}")));
    }
    let cursor = match asked.cursor.as_deref() {
        Some(text) => Some(
            Cursor::parse(text)
                .ok_or_else(|| refused("cursor", "cursor is next_cursor of the page before"))?,
        ),
        None => None,
    };
    let (entries, next) = super::list(app, reach, &asked.filter()?, cursor.as_ref(), limit).await?;
    let lines = entries.iter().map(|it| serde_json::to_value(Line::of(it)));
    Ok(Json(AuditLog {
        entries: lines
            .collect::<std::result::Result<_, _>>()
            .map_err(Error::internal)?,
        next_cursor: next.map(|it| it.text()),
    }))
}

/// Streams lines. What fails after the first of them breaks the answer off, so that it does not look whole.
pub(super) async fn stream(
    app: App,
    client: &Client,
    (who, event): (&str, Event<'_>),
    reach: Reach,
    asked: &ExportAudit,
) -> Result<Response> {
    limits::check(&app, Limit::AuditExport, client, who).await?;
    let format = asked.format.unwrap_or_default();
    let lines = Lines::begin(&app, reach, asked.filter()?, format, event).await?;
    let body = futures_util::stream::try_unfold((app, lines), |(app, mut lines)| async move {
        let next = lines.next(&app).await.inspect_err(|error| {
            tracing::error!(%error, "an export of the audit log broke off");
        })?;
        Ok::<_, Error>(next.map(|text| (text, (app, lines))))
    });
    let name = format!("attachment; filename=\"audit-logs.{}\"", format.ending());
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.media_type()),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::try_from(name).map_err(Error::internal)?,
    );
    Ok(response)
}

async fn reach(app: &App, caller: &SignedIn, organization: Option<&str>) -> Result<Reach> {
    // Not from a copy, as for every order of administrators.
    if sessions::is_admin_now(app, caller.user(), caller.session_id()).await? {
        return Ok(Reach::Everything);
    }
    let Some(id) = organization else {
        return Reach::of_person(app, caller.user()).await;
    };
    let id = OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?;
    Ok(Reach::of(
        &permit(app, Asker::Member(caller.user().clone()), &id).await?,
    ))
}

/// What happened, the newest first: in all organizations in which one has `audit:read`, and everywhere for administrators
/// of the platform.
#[utoipa::path(get, path = "/audit-logs", tag = "audit", operation_id = "list_audit_logs", params(ListAudit),
    responses((status = 200, body = AuditLog)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: SignedIn, Query(asked): Query<ListAudit>) -> Result<Json<AuditLog>> {
    let reach = reach(&app, &caller, asked.organization_id.as_deref()).await?;
    page(&app, &reach, &asked).await
}

/// The same from the oldest to the newest, streamed: one JSON object a line, or comma-separated values.
///
/// An answer that breaks off before its end is not whole: ask again.
#[utoipa::path(get, path = "/audit-logs/export", tag = "audit", operation_id = "export_audit_logs",
    params(ExportAudit),
    responses((status = 200, description = "The lines.", content(
        (String = "application/x-ndjson"), (String = "text/csv")))),
    security(("bearer" = []), ("cookie" = [])))]
async fn export(
    app: App,
    client: Client,
    caller: SignedIn,
    Query(asked): Query<ExportAudit>,
) -> Result<Response> {
    let reach = reach(&app, &caller, asked.organization_id.as_deref()).await?;
    let event = Event::of(Name::AuditExported, Some(caller.user()), None, &client);
    stream(app, &client, (caller.user().as_str(), event), reach, &asked).await
}
