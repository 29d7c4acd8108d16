//! `/auth/refresh` and `/.well-known/jwks.json`.

use axum::Json;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Pair, keys};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::openapi::cacheable;
use crate::limits::{self, Limit};

/// The token routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(refresh))
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

/// The public keys that verify access tokens (RFC 7517 §5).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "keys",
    responses((status = 200, description = "A JSON Web Key Set; empty with HS256.")))]
async fn jwks(app: App) -> Response {
    // Keys that may be behind the database are still the best there is, but nobody may keep them.
    let max_age = keys::keep_fresh(&app).await.map_or(0, |()| keys::JWKS_MAX_AGE);
    cacheable(app.ring.jwks().to_string(), max_age)
}
