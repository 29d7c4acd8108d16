//! `/sessions`.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Session, SessionId};
use crate::app::App;
use crate::client::{Agent, Client};
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::caller::{InSession, SignedIn};
use crate::http::cookies;
use crate::http::paging::Paging;
use crate::ids::OrganizationId;
use crate::users::UserId;
use crate::users::profile::rfc3339;

/// The session routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, revoke_others))
        .routes(routes!(current))
        .routes(routes!(revoke))
}

/// The administrator who acts for somebody, for the banner that says so.
#[derive(Serialize, ToSchema)]
pub struct ImpersonatorBody {
    /// Their id; stands in access tokens as `act.sub` (RFC 8693).
    id: String,
    /// Why they act.
    #[schema(example = "Ticket 4711: cannot see their invoices")]
    reason: String,
    /// Since when.
    started_at: String,
    /// When it ends in any case.
    ends_at: String,
}

impl ImpersonatorBody {
    /// Who acts in a session; `None` when its owner does.
    pub fn of(session: &Session) -> Option<Self> {
        Some(Self {
            id: session.impersonator_id.as_ref()?.to_string(),
            reason: session.impersonation_reason.clone().unwrap_or_default(),
            started_at: rfc3339(session.created_at),
            ends_at: rfc3339(session.ends_at),
        })
    }
}

/// A session as its owner sees it; no token, no hash.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// The id.
    #[schema(value_type = String)]
    id: SessionId,
    /// Where it was started from.
    ip: String,
    /// As in "Firefox on Linux"; empty when unknown.
    device: String,
    /// `desktop`, `mobile`, `bot` or `other`.
    device_type: &'static str,
    /// As in "Firefox".
    browser: Option<String>,
    /// As in "Linux".
    os: Option<String>,
    /// Whether it is the one of this request.
    is_current: bool,
    /// How they signed in (RFC 8176).
    amr: Vec<String>,
    /// The organization that it acts in.
    #[schema(value_type = Option<String>)]
    organization_id: Option<OrganizationId>,
    /// Who acts in it for its owner; absent when nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonator: Option<ImpersonatorBody>,
    /// When it began.
    created_at: String,
    /// When it was last used, to the minute.
    last_activity_at: String,
    /// When it ends unless it is used.
    expires_at: String,
}

impl SessionBody {
    /// Shows a session to the owner of the current one.
    pub fn of(session: &Session, current: &SessionId) -> Self {
        let agent = Agent::of(&session.user_agent);
        Self {
            id: session.id.clone(),
            ip: session.ip.clone(),
            device: agent.name(),
            device_type: agent.kind,
            browser: agent.browser,
            os: agent.os,
            is_current: session.id == *current,
            amr: session.amr.split(' ').map(str::to_owned).collect(),
            organization_id: session.organization_id.clone(),
            impersonator: ImpersonatorBody::of(session),
            created_at: rfc3339(session.created_at),
            last_activity_at: rfc3339(session.last_activity_at),
            expires_at: rfc3339(session.expires_at),
        }
    }
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionList {
    sessions: Vec<SessionBody>,
    total: usize,
    page: u32,
    per_page: u32,
}

impl SessionList {
    /// A page of somebody's sessions, shown to the owner of the current one.
    pub(super) async fn of(app: &App, user: &UserId, paging: Paging, current: &SessionId) -> Result<Self> {
        let (page, total) = super::page(app, user, paging.per_page.into(), paging.offset()).await?;
        Ok(Self {
            total: usize::try_from(total).unwrap_or_default(),
            sessions: page.iter().map(|it| SessionBody::of(it, current)).collect(),
            page: paging.page,
            per_page: paging.per_page,
        })
    }
}

/// The caller's live sessions, the last used first.
#[utoipa::path(get, path = "/sessions", tag = "sessions", params(Paging), responses((status = 200, body = SessionList)),
    security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: InSession, Query(paging): Query<Paging>) -> Result<Json<SessionList>> {
    let paging = paging.checked()?;
    let list = SessionList::of(&app, caller.user(), paging, caller.session_id()).await?;
    Ok(Json(list))
}

/// The session of this request.
#[utoipa::path(get, path = "/sessions/current", tag = "sessions", responses((status = 200, body = SessionBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn current(caller: InSession) -> Json<SessionBody> {
    Json(SessionBody::of(caller.session(), caller.session_id()))
}

/// Ends one of the caller's sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended.")), security(("bearer" = []), ("cookie" = [])))]
async fn revoke(
    app: App,
    client: Client,
    caller: SignedIn,
    Path(id): Path<String>,
) -> Result<(StatusCode, HeaderMap)> {
    // Somebody else's session is told like one that does not exist.
    let id = SessionId::parse(&id).ok_or(Code::NotFound)?;
    super::end(&app, &client, caller.user(), &id).await?;
    let own = id == *caller.session_id();
    Ok((
        StatusCode::NO_CONTENT,
        if own { cookies::end(&app) } else { HeaderMap::new() },
    ))
}

/// Ends all of the caller's sessions but this one.
#[utoipa::path(delete, path = "/sessions", tag = "sessions", responses((status = 204, description = "They have ended.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn revoke_others(app: App, client: Client, caller: SignedIn) -> Result<StatusCode> {
    super::end_others(&app, &client, caller.user(), caller.session_id()).await?;
    Ok(StatusCode::NO_CONTENT)
}
