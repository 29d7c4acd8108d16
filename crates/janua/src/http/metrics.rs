//! `GET /metrics`: on the main port where the operator wants it there, and on a listener of its own.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing;
use tokio::net::TcpListener;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::io::cache::BreakerState;
use crate::metrics::Format;
use crate::{outbox, sessions, sso, tokens, webhooks};

/// How long figures of the database are waited for: without it the others are told all the same.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// Tells Prometheus how the server does.
///
/// In production it answers on the management listener only (`METRICS_PORT`), unless
/// `METRICS_ON_MAIN_PORT` says otherwise.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Figures, as OpenMetrics when asked for, else in the classic text form.", content_type = "text/plain", body = String)))]
async fn metrics(app: App, headers: HeaderMap) -> Result<Response> {
    let settings = &app.config.metrics;
    if !settings.enabled || !settings.on_main_port {
        return Err(Code::NotFound.into());
    }
    told(&app, &headers).await
}

/// Serves the figures, and nothing else, on the management listener.
///
/// # Errors
/// When the listener fails.
pub async fn serve(app: App, listener: TcpListener) -> std::io::Result<()> {
    let handler = async |app: App, headers: HeaderMap| told(&app, &headers).await;
    let router = Router::new()
        .route("/metrics", routing::get(handler))
        .with_state(app);
    axum::serve(listener, router).await
}

async fn told(app: &App, headers: &HeaderMap) -> Result<Response> {
    read(app).await;
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    let format = Format::negotiate(accept.unwrap_or_default());
    let text = app.metrics.render(format).map_err(Error::internal)?;
    Ok(([(header::CONTENT_TYPE, format.content_type())], text).into_response())
}

/// Brings what others keep up to date.
async fn read(app: &App) {
    let readings = &app.metrics.readings;
    readings.waiting("hash", app.hashing.waiting());
    readings.waiting("sign", app.signing.waiting());
    let (open, idle) = app.db.connections();
    let database = &app.config.database;
    readings.connections(open, idle, database.pool_size + database.pool_overflow);
    let cache = app.cache.stats();
    readings.cache(cache.hits, cache.misses, cache.errors, cache.entries);
    if let Some(breaker) = cache.breaker {
        readings.breaker(&["closed", "open", "half-open"], name(breaker.state));
    }
    match tokio::time::timeout(PATIENCE, count(app)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "figures of the database are missing"),
        Err(_) => tracing::warn!("the database did not tell its figures in time"),
    }
}

async fn count(app: &App) -> Result<()> {
    let (readings, now) = (&app.metrics.readings, app.clock.now());
    readings.outbox("waiting", outbox::waiting(app).await?);
    if !readings.are_due(now.timestamp_millis()) {
        return Ok(());
    }
    readings.sessions(sessions::count_live(app).await?);
    readings.outbox("failed", outbox::given_up(app).await?);
    readings.webhooks(webhooks::waiting(app).await?);
    if let Some(since) = tokens::key_since(app).await? {
        readings.key_age((now - since).as_seconds_f64());
    }
    if let Some(end) = sso::saml::expiry::next_end(app).await? {
        readings.certificate_left((end - now).as_seconds_f64());
    }
    Ok(())
}

const fn name(state: BreakerState) -> &'static str {
    match state {
        BreakerState::Closed => "closed",
        BreakerState::Open => "open",
        BreakerState::HalfOpen => "half-open",
    }
}
