//! What happens to every request, in one place: id, span, limits, panics, envelope, headers, access log.

use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::{Instrument, Span, field};

use super::headers::Defaults;
use super::hot::Hot;
use super::lanes::{self, is_health};
use super::{bodies, client, cors, maintenance, render, traces};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Truth};
use crate::ids::RequestNames;
use crate::refused::Refused;

/// RFC 9110 §4.1 recommends that 8000 octets be supported; nothing of ours needs more.
const LONGEST_URI: usize = 8192;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the layers need.
#[derive(Clone, Debug)]
pub struct Layers {
    app: App,
    headers: Arc<Defaults>,
}

impl Layers {
    /// The layers of this server.
    pub fn new(app: App) -> Self {
        let headers = Arc::new(Defaults::of(&app.config));
        Self { app, headers }
    }
}

/// The layers around every route.
pub async fn around(State(layers): State<Layers>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    serve(&layers, request, route, |request| next.run(request)).await
}

/// The same around a short cut.
pub(super) async fn around_hot(layers: &Layers, request: Request, hot: Hot) -> Response {
    let app = layers.app.clone();
    // Boxed, or each layer would carry the kilobytes that it may need.
    let answer = move |request| Box::pin(async move { hot.answer(&app, request).await });
    serve(layers, request, Some(hot.route()), answer).await
}

/// The life of a request around its handler.
async fn serve<F>(
    Layers { app, headers }: &Layers,
    mut request: Request,
    route: Option<&str>,
    handler: impl FnOnce(Request) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    let started = Instant::now();
    let request_id = request_id(request.headers(), &app.request_names);
    let client = client::of(app, &request, request_id.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let origin = request.headers().get(header::ORIGIN).cloned();
    // Of the highest level, so that lines carry their request_id at every level of the log. Dotted fields are for
    // traces and do not stand in the log.
    let span = tracing::error_span!(
        "request",
        request_id,
        user_id = field::Empty,
        session_id = field::Empty,
        api_key_id = field::Empty,
        impersonator_id = field::Empty,
        otel.name = field::Empty,
        otel.kind = field::Empty,
        http.request.method = field::Empty,
        http.route = field::Empty,
        http.response.status_code = field::Empty,
    );
    let traced = app.config.traces.endpoint.is_some();
    if traced {
        traces::begin(&span, &request, route);
    }
    request.extensions_mut().insert(client.clone());

    let response = match refuse_early(&request) {
        Some(refusal) => refusal.into_response(),
        None if cors::is_preflight(&request) => cors::preflight(app, &request),
        None => bounded(app, request, handler, &span).await,
    };
    let response = span.in_scope(|| {
        let response = with_error(response);
        if let Some(error) = response.extensions().get::<Error>() {
            app.metrics.refusal(error.code());
        }
        remember(app, &response, &client, (method.as_str(), route));
        let mut response = render::envelope(response, &request_id, app.clock.now());
        headers.add(response.headers_mut());
        cors::add(app, origin.as_ref(), response.headers_mut());
        quota(&client, response.headers_mut());
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID.clone(), value);
        }
        let (took, status) = (started.elapsed(), response.status().as_u16());
        finish(&method, &path, &client, took, &mut response);
        app.metrics.request(route, method.as_str(), status, took);
        if traced {
            span.record("http.response.status_code", status);
        }
        response
    });
    if app.config.logging.response_body {
        return Box::pin(bodies::response(response).instrument(span)).await;
    }
    response
}

/// Echoes a well-formed id of the caller, else makes one. An id is a name for logs and nothing else: whatever could
/// break a log line or a header is not well-formed.
fn request_id(headers: &HeaderMap, names: &RequestNames) -> String {
    let given = headers.get(&REQUEST_ID).and_then(|it| it.to_str().ok());
    let well_formed = |it: &&str| {
        (1..=128).contains(&it.len())
            && it
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    match given.filter(well_formed) {
        Some(id) => id.to_owned(),
        None => names.next(),
    }
}

fn refuse_early(request: &Request) -> Option<Error> {
    let uri = request.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    (length > LONGEST_URI).then(|| Code::UriTooLong.into())
}

/// Runs the handler. What may change something runs in a task of its own: a client that goes away cannot stop it between
/// a commit and what follows from it. A panic ends nothing but this request. Permits are held by the work, so what was
/// abandoned still counts.
async fn bounded<F>(
    app: &App,
    request: Request,
    handler: impl FnOnce(Request) -> F + Send + 'static,
    span: &Span,
) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    let permit = match lanes::of(&request) {
        None => None,
        Some(lane) => {
            let Some(permit) = app.slots.take(lane) else {
                let refused = Code::Overloaded.because(Truth::NoSlot);
                return refused.retry_after(1).into_response();
            };
            Some(permit)
        }
    };
    let log_body = app.config.logging.request_body;
    let patience = app.config.server.request_timeout;
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let app = app.clone();
    let inner = async move {
        let request = if log_body {
            Box::pin(bodies::request(request)).await
        } else {
            request
        };
        match maintenance::gate(&app, request).await {
            ControlFlow::Continue(request) => handler(request).await,
            ControlFlow::Break(refusal) => refusal,
        }
    };
    let work = async move {
        let outcome = AssertUnwindSafe(inner).catch_unwind().await;
        drop(permit);
        outcome.unwrap_or_else(|panic| Error::internal(panic_text(&*panic)).into_response())
    };
    let work = work.instrument(span.clone());
    let outcome = if only_reads {
        tokio::time::timeout(patience, work).await.map(Ok)
    } else {
        tokio::time::timeout(patience, tokio::spawn(work)).await
    };
    match outcome {
        Ok(Ok(response)) => response,
        Ok(Err(stopped)) => Error::internal(stopped).into_response(),
        Err(_) => Error::new(Code::RequestTimeout).retry_after(2).into_response(),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    format!("a handler panicked: {}", text.unwrap_or("without a text"))
}

/// Gives a failure that came from the router or a library, and not from a rule, the error that fits its status.
fn with_error(mut response: Response) -> Response {
    let status = response.status();
    let known =
        response.extensions().get::<Error>().is_some() || response.extensions().get::<Rendered>().is_some();
    if known || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        it if it.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    };
    response.extensions_mut().insert(Error::new(code));
    response
}

/// Marks a failure that was already told in its own form, with the error where there is one.
#[derive(Clone, Debug)]
pub struct Rendered(pub Option<Error>);

/// Notes a refusal for whoever has to explain it. What stands under no path of ours is no request to us.
fn remember(app: &App, response: &Response, client: &Client, (method, route): (&str, Option<&str>)) {
    let extensions = response.extensions();
    let rendered = || extensions.get::<Rendered>()?.0.as_ref();
    let error = extensions.get::<Error>().or_else(rendered);
    let (Some(error), Some(route), Some(_)) = (error, route, app.config.explain.retention) else {
        return;
    };
    let refused = Refused::of(error, client, (method, route), app.clock.now());
    if !app.refused.note(refused) {
        app.metrics.refusals_forgotten(1);
    }
}

fn quota(client: &Client, headers: &mut HeaderMap) {
    let Some(quota) = client.quota() else { return };
    headers.insert("x-ratelimit-limit", HeaderValue::from(quota.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(quota.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(quota.reset_seconds));
}

/// Tells how long it took, and writes the access log. The query is left out: links carry secrets there.
fn finish(method: &Method, path: &str, client: &Client, took: Duration, response: &mut Response) {
    let millis = took.as_secs_f64() * 1000.0;
    let tenths = took.as_micros() / 100;
    if let Ok(value) = HeaderValue::try_from(format!("total;dur={}.{}", tenths / 10, tenths % 10)) {
        response.headers_mut().insert("server-timing", value);
    }
    let status = response.status().as_u16();
    let (ip, millis) = (client.ip, (millis * 10.0).round() / 10.0);
    if is_health(path) {
        tracing::debug!(%method, path, status, %ip, duration_ms = millis, "request");
    } else {
        tracing::info!(%method, path, status, %ip, duration_ms = millis, "request");
    }
}
