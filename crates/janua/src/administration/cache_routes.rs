//! `/admin/cache`.

use axum::Json;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Actor;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::Body;
use crate::http::caller::Admin;
use crate::io::cache::{BreakerStats, CacheError, RedisInfo};
use crate::users::profile::rfc3339;

/// The cache routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(invalidate))
        .routes(routes!(clear))
}

/// How the cache of the instance that answers is doing.
#[derive(Serialize, ToSchema)]
struct CacheBody {
    /// `memory`, `redis` or `off`.
    backend: &'static str,
    /// Lookups that found a copy, in this process.
    hits: u64,
    /// Lookups that found none.
    misses: u64,
    /// Copies that are held, where that is known.
    entries: Option<u64>,
    /// Questions to Redis that failed.
    errors: u64,
    /// Changes that Redis has yet to hear of.
    pending_invalidations: usize,
    /// The breaker in front of Redis.
    breaker: Option<BreakerBody>,
    /// Redis's own figures, while it answers.
    redis: Option<RedisBody>,
}

/// The breaker in front of Redis.
#[derive(Serialize, ToSchema)]
struct BreakerBody {
    /// `closed`, `open` or `half-open`.
    #[schema(example = "closed")]
    state: String,
    /// When it last opened or closed; absent if it never opened.
    since: Option<String>,
    /// When Redis is asked again, while it is open.
    retry_at: Option<String>,
    /// Failures since the last success.
    consecutive_failures: u32,
    /// How often it has opened.
    opened_total: u64,
    /// The text of the latest failure.
    last_error: Option<String>,
}

impl From<BreakerStats> for BreakerBody {
    fn from(stats: BreakerStats) -> Self {
        let moment = |at: Option<i64>| at.and_then(DateTime::from_timestamp_millis).map(rfc3339);
        Self {
            state: stats.state.to_string(),
            since: moment(stats.since_ms),
            retry_at: moment(stats.retry_at_ms),
            consecutive_failures: stats.consecutive_failures,
            opened_total: stats.opened_total,
            last_error: stats.last_error,
        }
    }
}

/// Redis's own figures.
#[derive(Serialize, ToSchema)]
struct RedisBody {
    /// Its version.
    version: String,
    /// The memory it uses.
    #[schema(example = "1.05M")]
    used_memory_human: String,
    /// Connections it serves.
    connected_clients: u64,
    /// Keys it has dropped for lack of memory.
    evicted_keys: u64,
}

impl From<RedisInfo> for RedisBody {
    fn from(info: RedisInfo) -> Self {
        Self {
            version: info.version,
            used_memory_human: info.used_memory_human,
            connected_clients: info.connected_clients,
            evicted_keys: info.evicted_keys,
        }
    }
}

/// How the cache of the instance that answers is doing.
#[utoipa::path(get, path = "/admin/cache", tag = "admin", operation_id = "admin_cache_status",
    responses((status = 200, body = CacheBody)), security(("bearer" = []), ("cookie" = [])))]
async fn status(app: App, _: Admin) -> Json<CacheBody> {
    // While Redis is away there is just nothing to tell of it.
    let redis = app.cache.info(app.clock.now_millis()).await.ok().flatten();
    let stats = app.cache.stats();
    Json(CacheBody {
        backend: stats.backend,
        hits: stats.hits,
        misses: stats.misses,
        entries: stats.entries,
        errors: stats.errors,
        pending_invalidations: stats.pending_invalidations,
        breaker: stats.breaker.map(BreakerBody::from),
        redis: redis.map(RedisBody::from),
    })
}

/// Which copies are to be dropped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InvalidateCacheRequest {
    /// Names of copies, with `*` for any text.
    #[schema(example = "user:*")]
    pattern: String,
}

/// How many copies were dropped.
#[derive(Serialize, ToSchema)]
struct InvalidatedCopies {
    /// How many.
    invalidated: u64,
}

/// Drops the copies whose names match, such as `user:*`, `org:*` or `settings:*`. Rate limits go on counting.
///
/// With Redis it acts on all instances, without it on the one that answers.
#[utoipa::path(post, path = "/admin/cache/invalidate", tag = "admin", operation_id = "admin_cache_invalidate",
    request_body = InvalidateCacheRequest, responses((status = 200, body = InvalidatedCopies)),
    security(("bearer" = []), ("cookie" = [])))]
async fn invalidate(
    app: App,
    client: Client,
    admin: Admin,
    Body(asked): Body<InvalidateCacheRequest>,
) -> Result<Json<InvalidatedCopies>> {
    forget(&app, Actor::new(admin.user(), &client), &asked.pattern).await
}

/// Drops every copy. Rate limits go on counting.
///
/// With Redis it acts on all instances, without it on the one that answers.
#[utoipa::path(post, path = "/admin/cache/clear", tag = "admin", operation_id = "admin_cache_clear",
    responses((status = 200, body = InvalidatedCopies)), security(("bearer" = []), ("cookie" = [])))]
async fn clear(app: App, client: Client, admin: Admin) -> Result<Json<InvalidatedCopies>> {
    forget(&app, Actor::new(admin.user(), &client), "*").await
}

async fn forget(app: &App, actor: Actor<'_>, pattern: &str) -> Result<Json<InvalidatedCopies>> {
    let dropped = app
        .cache
        .invalidate_pattern(pattern, app.clock.now_millis())
        .await;
    let invalidated = match dropped {
        Ok(invalidated) => invalidated,
        Err(error @ CacheError::Pattern(_)) => {
            let mut fields = Fields::new();
            fields.refuse("pattern", Invalid::new(Code::InvalidField, error.to_string()));
            fields.done()?;
            0
        }
        Err(error) => {
            let refusal = Error::new(Code::ExternalService).says("Redis did not drop the copies");
            return Err(refusal.caused_by(error));
        }
    };
    super::record_invalidation(app, actor, pattern, invalidated).await?;
    Ok(Json(InvalidatedCopies { invalidated }))
}
