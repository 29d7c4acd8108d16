//! `/users/me/sso/connections`: accounts at the identity providers of one's organizations that open one's own.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::redirection::Target;
use super::sso_linking;
use super::sso_routes::SsoDeparture;
use crate::app::App;
use crate::client::Client;
use crate::error::{Fields, Result};
use crate::http::body::Body;
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::http::cookies;
use crate::sso::{Departure, Link, SsoConnectionId};
use crate::users::profile::rfc3339;

/// The routes of one's links.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(link, unlink))
}

/// One's accounts at the identity providers of organizations.
#[derive(Serialize, ToSchema)]
struct SsoLinks {
    /// Those that open one's own.
    links: Vec<SsoLink>,
    /// Connections of one's organizations through which one may link another.
    available: Vec<SsoLinkable>,
}

/// An account at an identity provider that opens one's own.
#[derive(Serialize, ToSchema)]
struct SsoLink {
    #[serde(flatten)]
    connection: SsoLinkable,
    /// The address there, when it was linked or last used.
    email: Option<String>,
    /// Whether the organization wants one to sign in through it: then it stays linked.
    is_required: bool,
    /// Since when.
    created_at: Option<String>,
    /// When it was last used.
    last_used_at: Option<String>,
}

/// A connection of one of one's organizations.
#[derive(Serialize, ToSchema)]
struct SsoLinkable {
    /// The connection.
    connection_id: String,
    /// As people know it.
    #[schema(example = "Acme Okta")]
    connection_name: String,
    /// What it speaks: `saml` or `oidc`.
    #[schema(example = "oidc")]
    kind: Option<&'static str>,
    /// Whose it is.
    organization_id: String,
    /// As people know it.
    #[schema(example = "Acme")]
    organization_name: String,
}

impl From<Link> for SsoLinkable {
    fn from(it: Link) -> Self {
        Self {
            kind: it.kind().map(crate::sso::Kind::name),
            connection_id: it.connection_id.to_string(),
            connection_name: it.connection_name,
            organization_id: it.organization_id.to_string(),
            organization_name: it.organization_name,
        }
    }
}

impl SsoLink {
    fn of(it: Link, required: Option<&SsoConnectionId>) -> Self {
        Self {
            email: it.email.clone(),
            is_required: required == Some(&it.connection_id),
            created_at: it.created_at.map(rfc3339),
            last_used_at: it.last_used_at.map(rfc3339),
            connection: it.into(),
        }
    }
}

/// The accounts at identity providers of organizations that open one's own, and the connections through which one may link
/// another.
#[utoipa::path(get, path = "/users/me/sso/connections", tag = "sso", operation_id = "list_sso_links",
    responses((status = 200, body = SsoLinks)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: SignedIn) -> Result<Json<SsoLinks>> {
    let all = sso_linking::list(&app, caller.user()).await?;
    let required = all.required.as_ref();
    Ok(Json(SsoLinks {
        links: all
            .linked
            .into_iter()
            .map(|it| SsoLink::of(it, required))
            .collect(),
        available: all.available.into_iter().map(Into::into).collect(),
    }))
}

/// Where to go afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkSsoRequest {
    /// A path of ours, or an address of an origin in `CORS_ORIGINS`.
    return_url: Option<String>,
}

/// Begins to link an account at the identity provider of one of one's organizations to one's own. Needs a recent sign-in.
#[utoipa::path(post, path = "/users/me/sso/connections/{id}/link", tag = "sso", operation_id = "link_sso_account",
    params(("id" = String, Path, description = "The connection.")), request_body = LinkSsoRequest,
    responses((status = 200, body = SsoDeparture)), security(("bearer" = []), ("cookie" = [])))]
async fn link(
    app: App,
    client: Client,
    headers: HeaderMap,
    caller: RecentlySignedIn,
    Path(id): Path<String>,
    Body(asked): Body<LinkSsoRequest>,
) -> Result<(HeaderMap, Json<SsoDeparture>)> {
    let mut fields = Fields::new();
    let target = asked
        .return_url
        .as_deref()
        .and_then(|it| fields.take("return_url", Target::parse(&app, it)));
    fields.done()?;
    let held = cookies::sso_flow(&app, &headers);
    let who = (caller.user(), caller.session_id());
    let way = (target.as_ref().map(Target::as_str), held.as_deref());
    let (begun, _) = sso_linking::leave(&app, &client, who, &id, way).await?;
    let mut cookies = HeaderMap::new();
    cookies::hold_sso_flow(&app, &mut cookies, &begun);
    let redirect_url = match begun.departure {
        Departure::Url(url) => url,
        // No address holds a form: a page of ours sends it.
        Departure::Form(_) => format!("{}/auth/sso?state={}", app.config.server.base_url, begun.state),
    };
    Ok((cookies, Json(SsoDeparture { redirect_url })))
}

/// Lets an account at an identity provider open one's own no more; the sessions that began there end. Never the last way
/// in, nor what one's organization wants one to sign in through. Needs a recent sign-in.
#[utoipa::path(delete, path = "/users/me/sso/connections/{id}/link", tag = "sso", operation_id = "unlink_sso_account",
    params(("id" = String, Path, description = "The connection.")),
    responses((status = 204, description = "It opens nothing any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn unlink(
    app: App,
    client: Client,
    caller: RecentlySignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    sso_linking::unlink(&app, &client, caller.user(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
