//! `/admin/keys`.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::keys::{self, Listed, Order, Ordered};
use crate::app::App;
use crate::client::Client;
use crate::crypto::signing::Algorithm;
use crate::error::{Code, Fields, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::http::body::Body;
use crate::http::caller::Admin;
use crate::users::profile::rfc3339;

/// The key routes of administrators.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(rotate))
}

/// A signing key, without anything secret.
#[derive(Serialize, ToSchema)]
struct SigningKeyBody {
    /// Its id, as tokens name it.
    kid: String,
    /// What it signs with.
    #[schema(example = "RS256")]
    algorithm: &'static str,
    /// `next`, `active`, `retiring`, `pinned` (signs, from the operator's file) or `additional` (only verifies).
    #[schema(example = "active")]
    state: &'static str,
    /// When it was made, or first seen; files do not tell.
    created_at: Option<String>,
    /// When it begins to sign, or began.
    activates_at: Option<String>,
    /// When a retiring key is deleted.
    retires_at: Option<String>,
    /// SHA-256 of its public half, as `openssl pkey -pubin -outform DER | sha256sum` gives it.
    fingerprint: Option<String>,
}

impl From<Listed> for SigningKeyBody {
    fn from(key: Listed) -> Self {
        Self {
            kid: key.kid,
            algorithm: key.algorithm.name(),
            state: key.state,
            created_at: key.created_at.map(rfc3339),
            activates_at: key.activates_at.map(rfc3339),
            retires_at: key.retires_at.map(rfc3339),
            fingerprint: key.fingerprint,
        }
    }
}

/// The signing keys.
#[derive(Serialize, ToSchema)]
struct SigningKeyList {
    /// The one that signs first.
    keys: Vec<SigningKeyBody>,
}

/// The signing keys with their states: the one that signs, the next, and those that still verify.
#[utoipa::path(get, path = "/admin/keys", tag = "admin", operation_id = "admin_list_keys",
    responses((status = 200, body = SigningKeyList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, _: Admin) -> Result<Json<SigningKeyList>> {
    let keys = keys::list(&app).await?;
    Ok(Json(SigningKeyList {
        keys: keys.into_iter().map(SigningKeyBody::from).collect(),
    }))
}

/// Which key is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotateKeysRequest {
    /// Signs at once, because the key that signs is compromised. Clients that keep the JWKS may reject tokens meanwhile.
    #[serde(default)]
    now: bool,
    /// `RS256`, `ES256` or `EdDSA`; that of the key that signs when absent.
    #[schema(example = "RS256")]
    algorithm: Option<String>,
}

/// What came of the order.
#[derive(Serialize, ToSchema)]
struct RotatedKey {
    /// The key that will sign, or does.
    kid: String,
    /// Its algorithm.
    algorithm: &'static str,
    /// When it begins to sign.
    activates_at: String,
    /// An earlier order had made it: nothing was done.
    was_waiting: bool,
    /// For how many seconds clients that keep the JWKS may reject its tokens: 0 unless it signs at once.
    clients_may_reject_seconds: u32,
}

impl From<Ordered> for RotatedKey {
    fn from(ordered: Ordered) -> Self {
        Self {
            kid: ordered.kid,
            algorithm: ordered.algorithm.name(),
            activates_at: rfc3339(ordered.activates_at),
            was_waiting: ordered.was_waiting,
            clients_may_reject_seconds: ordered.clients_may_reject_seconds,
        }
    }
}

/// Orders another signing key. It is published now and signs once every client can know it.
///
/// Tokens of the old key are valid until they expire. With keys from files the order is refused: rotate them there.
#[utoipa::path(post, path = "/admin/keys/rotate", tag = "admin", operation_id = "admin_rotate_keys",
    request_body(content = Option<RotateKeysRequest>), responses((status = 200, body = RotatedKey)),
    security(("bearer" = []), ("cookie" = [])))]
async fn rotate(
    app: App,
    client: Client,
    admin: Admin,
    Body(asked): Body<RotateKeysRequest>,
) -> Result<Json<RotatedKey>> {
    let mut fields = Fields::new();
    let algorithm = asked.algorithm.and_then(|name| {
        let unknown = |_| {
            Invalid::new(
                Code::InvalidField,
                "the algorithm is not one of: RS256, ES256, EdDSA",
            )
        };
        fields.take("algorithm", name.parse::<Algorithm>().map_err(unknown))
    });
    fields.done()?;
    let order = Order {
        now: asked.now,
        algorithm,
    };
    let ordered = keys::rotate(&app, order).await?;
    // The steps have events of their own; this one tells who wanted them.
    let mut tx = app.db.begin().await?;
    let event = Event::of_admin(Name::KeyRotationOrdered, admin.user(), None, &client);
    let facts = serde_json::json!({"kid": ordered.kid, "now": asked.now, "was_waiting": ordered.was_waiting});
    events::record(&app, &mut tx, event.knowing(facts)).await?;
    tx.commit().await?;
    Ok(Json(ordered.into()))
}
