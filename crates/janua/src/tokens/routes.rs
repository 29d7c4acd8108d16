//! `/auth/refresh`, `/auth/session/organization` and `/.well-known/jwks.json`.

use axum::Json;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pair, acting, keys};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Result};
use crate::http::body::Body;
use crate::http::caller::InSession;
use crate::http::openapi::cacheable;
use crate::ids::OrganizationId;
use crate::limits::{self, Limit};
use crate::roles::{self, Asker, Belonging};

/// The token routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(refresh))
        .routes(routes!(act_in))
}

/// Routes that clients find without knowing us.
pub fn well_known() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(jwks))
}

/// A pair of tokens.
#[derive(Serialize, ToSchema)]
pub struct TokensBody {
    /// JWT (RFC 9068) for `Authorization: Bearer`.
    access_token: String,
    /// Names its successor at `/auth/refresh`, once.
    refresh_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds that the access token lives.
    #[schema(example = 900)]
    expires_in: i64,
}

impl From<Pair> for TokensBody {
    fn from(pair: Pair) -> Self {
        Self {
            access_token: pair.access_token,
            refresh_token: pair.refresh_token,
            token_type: "bearer",
            expires_in: pair.expires_in,
        }
    }
}

/// What to refresh.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefreshRequest {
    /// The newest refresh token of the session.
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

/// Exchanges a refresh token for new tokens.
///
/// Shown again within a minute, or by the same device, a token gets the same successor, so that parallel tabs and lost
/// answers sign nobody out. Any other second use ends the session.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", request_body = RefreshRequest,
    responses((status = 200, body = TokensBody)))]
async fn refresh(app: App, client: Client, Body(asked): Body<RefreshRequest>) -> Result<Json<TokensBody>> {
    limits::check_network(&app, Limit::Refresh, &client).await?;
    let refreshed = super::refresh(&app, &client, asked.refresh_token.reveal()).await?;
    Ok(Json(refreshed.pair.into()))
}

/// Where to act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActInRequest {
    /// An organization that one belongs to; absent or `null` for none.
    organization_id: Option<String>,
}

/// A new access token, and the organization that it speaks of.
#[derive(Serialize, ToSchema)]
struct ActingBody {
    /// JWT (RFC 9068) with the claims `org` and `roles`. The refresh token stays the same.
    access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds that the access token lives.
    #[schema(example = 900)]
    expires_in: i64,
    /// The organization that the session acts in.
    organization_id: Option<String>,
    /// One's role there.
    role: Option<String>,
}

/// Lets this session act in an organization, or in none, without another sign-in.
///
/// Tokens carry it from now on, as `org` and `roles`, until one does not belong to it any more. They tell applications;
/// Janua itself asks for rights with every request.
#[utoipa::path(post, path = "/auth/session/organization", tag = "auth", request_body = ActInRequest,
    responses((status = 200, body = ActingBody)), security(("bearer" = []), ("cookie" = [])))]
async fn act_in(
    app: App,
    client: Client,
    caller: InSession,
    Body(asked): Body<ActInRequest>,
) -> Result<Json<ActingBody>> {
    let permitted = match &asked.organization_id {
        None => None,
        Some(id) => {
            let id = OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?;
            Some(roles::permit::<Belonging>(&app, Asker::Member(caller.user().clone()), &id).await?)
        }
    };
    let switched = acting::switch(&app, &client, caller.session(), permitted.as_ref()).await?;
    let (organization_id, role) = match switched.acting {
        Some(it) => (Some(it.organization.to_string()), Some(it.role)),
        None => (None, None),
    };
    Ok(Json(ActingBody {
        access_token: switched.access_token,
        token_type: "bearer",
        expires_in: switched.expires_in,
        organization_id,
        role,
    }))
}

/// The public keys that verify access tokens (RFC 7517 §5).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "keys",
    responses((status = 200, description = "A JSON Web Key Set; empty with HS256.")))]
pub(crate) async fn jwks(app: App) -> Response {
    // Keys that may be behind the database are still the best there is, but nobody may keep them.
    let max_age = keys::keep_fresh(&app).await.map_or(0, |()| keys::JWKS_MAX_AGE);
    cacheable(app.ring.jwks().to_string(), max_age)
}
