//! Whether the server can be used: for people, load balancers and Kubernetes.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::io::cache::{BreakerState, CacheStats};
use crate::outbox;
use crate::users::profile::rfc3339;

/// A dependency that takes longer than this to answer counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a part, or the whole, is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// All is well.
    Healthy,
    /// Something that is not vital is away.
    Degraded,
    /// It cannot be used.
    Unhealthy,
}

/// The whole in three words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    status: State,
    #[schema(example = "1.0.0")]
    version: &'static str,
    dependencies: Dependencies,
}

/// The state of each dependency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dependencies {
    database: State,
    redis: State,
    email: State,
    /// Absent where no text messages leave this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    sms: Option<State>,
}

/// The same with figures; no addresses, no error texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detailed {
    #[serde(flatten)]
    health: Health,
    server_time: String,
    /// The address that the server takes itself to have: it stands in links and tokens.
    #[schema(example = "https://id.example.com")]
    base_url: String,
    latency_ms: Latencies,
    pool: PoolFigures,
    #[schema(value_type = Object)]
    cache: serde_json::Value,
    queues: Queues,
}

/// How long each dependency took to answer; absent when it did not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Latencies {
    database: Option<f64>,
    redis: Option<f64>,
    email: Option<f64>,
}

/// Database connections.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolFigures {
    connections: u32,
    idle: usize,
    max: u32,
}

/// Work that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queues {
    outbox: Option<i64>,
    hashing: usize,
    signing: usize,
}

/// The circuit breaker in front of Redis.
#[derive(Debug, Serialize, ToSchema)]
pub struct CircuitBreaker {
    /// `memory`, `redis` or `off`: without Redis the breaker is always closed.
    backend: &'static str,
    /// `closed`, `open` or `half-open`.
    #[schema(example = "closed")]
    state: String,
    /// Failures since the last success.
    consecutive_failures: u32,
    /// How often it has opened.
    opened_total: u64,
}

/// The health route that stands under `/api/v1`.
pub(super) fn api_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(circuit_breaker))
}

/// The health routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(detailed))
        .routes(routes!(ready))
        .routes(routes!(live))
}

struct Checked {
    health: Health,
    latency: Latencies,
}

async fn check(app: &App) -> Checked {
    let now = app.clock.now_millis();
    let (database, redis, email, sms) = tokio::join!(
        timed(async { app.db.ping().await.map_err(|error| error.to_string()) }),
        timed(async {
            app.cache
                .ping(now)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        }),
        timed(app.mail_health.check(&app.mailer)),
        app.text_health.check(&app.texter),
    );
    if let Some(Err(error)) = &sms {
        tracing::warn!(error, "a dependency is away");
    }
    let state = |answer: Option<Duration>, away: State| if answer.is_some() { State::Healthy } else { away };
    let dependencies = Dependencies {
        database: state(database, State::Unhealthy),
        redis: state(redis, State::Unhealthy),
        email: state(email, State::Unhealthy),
        sms: sms.map(|it| it.map_or(State::Unhealthy, |()| State::Healthy)),
    };
    let status = match (dependencies.database, dependencies.redis, dependencies.email) {
        (State::Healthy, State::Healthy, State::Healthy) if dependencies.sms != Some(State::Unhealthy) => {
            State::Healthy
        }
        (State::Healthy, ..) => State::Degraded,
        _ => State::Unhealthy,
    };
    let millis = |it: Option<Duration>| it.map(|it| (it.as_secs_f64() * 10_000.0).round() / 10.0);
    let latency = Latencies {
        database: millis(database),
        redis: millis(redis),
        email: millis(email),
    };
    Checked {
        health: Health {
            status,
            version: env!("CARGO_PKG_VERSION"),
            dependencies,
        },
        latency,
    }
}

async fn timed(check: impl Future<Output = Result<(), String>>) -> Option<Duration> {
    let started = Instant::now();
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(())) => Some(started.elapsed()),
        Ok(Err(error)) => {
            tracing::warn!(error, "a dependency is away");
            None
        }
        Err(_) => {
            tracing::warn!("a dependency takes too long to answer");
            None
        }
    }
}

fn status(state: State) -> StatusCode {
    if state == State::Unhealthy {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    }
}

/// Tells how the server and its dependencies are doing.
///
/// `degraded`: mail, SMS or Redis is away, everything else works. `unhealthy`, with 503: the database is away.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(app: App) -> Response {
    let health = check(&app).await.health;
    rendered((status(health.status), Json(health)).into_response())
}

/// Tells the same with figures: latencies, pool, circuit breaker, queues, the server's time.
#[utoipa::path(get, path = "/health/detailed", tag = "health", responses((status = 200, body = Detailed), (status = 503, body = Detailed)))]
async fn detailed(app: App) -> Response {
    let Checked { health, latency } = check(&app).await;
    let database_answers = health.dependencies.database == State::Healthy;
    let outbox = if database_answers {
        outbox::waiting(&app).await.ok()
    } else {
        None
    };
    let (connections, idle) = app.db.connections();
    let database = &app.config.database;
    let answer = Detailed {
        server_time: rfc3339(app.clock.now()),
        base_url: app.config.server.base_url.clone(),
        latency_ms: latency,
        pool: PoolFigures {
            connections,
            idle,
            max: database.pool_size + database.pool_overflow,
        },
        cache: cache_figures(app.cache.stats()),
        queues: Queues {
            outbox,
            hashing: app.hashing.waiting(),
            signing: app.signing.waiting(),
        },
        health,
    };
    rendered((status(answer.health.status), Json(answer)).into_response())
}

/// Tells how the circuit breaker in front of Redis stands.
#[utoipa::path(get, path = "/health/circuit-breaker", tag = "health", responses((status = 200, body = CircuitBreaker)))]
async fn circuit_breaker(app: App) -> Json<CircuitBreaker> {
    let stats = app.cache.stats();
    let breaker = stats.breaker.as_ref();
    Json(CircuitBreaker {
        backend: stats.backend,
        state: breaker.map_or(BreakerState::Closed, |it| it.state).to_string(),
        consecutive_failures: breaker.map_or(0, |it| it.consecutive_failures),
        opened_total: breaker.map_or(0, |it| it.opened_total),
    })
}

/// Error texts of Redis may hold its address: they are for administrators, and stand in the log.
fn cache_figures(mut stats: CacheStats) -> serde_json::Value {
    if let Some(breaker) = stats.breaker.as_mut() {
        breaker.last_error = None;
    }
    serde_json::to_value(stats).unwrap_or_default()
}

/// Tells a load balancer whether to send requests here.
#[utoipa::path(get, path = "/ready", tag = "health", responses((status = 200, description = "Ready.")))]
async fn ready(app: App) -> Result<Json<serde_json::Value>> {
    if app.draining.load(Ordering::SeqCst) {
        return Err(Error::new(Code::Draining).retry_after(1));
    }
    let answered = timed(async { app.db.ping().await.map_err(|error| error.to_string()) }).await;
    answered.ok_or_else(|| Error::new(Code::DatabaseUnavailable).retry_after(2))?;
    Ok(Json(serde_json::json!({"status": "ready"})))
}

/// Tells Kubernetes that the process runs.
#[utoipa::path(get, path = "/live", tag = "health", responses((status = 200, description = "Alive.")))]
async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({"status": "alive"}))
}

/// An unhealthy answer is a body of its own, not an error.
fn rendered(mut response: Response) -> Response {
    response.extensions_mut().insert(super::layers::Rendered(None));
    response
}
