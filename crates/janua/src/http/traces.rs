//! What a trace tells of a request, and whose trace it belongs to.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Describes a request in its span, by the names of OpenTelemetry.
pub(super) fn begin(span: &Span, request: &Request, route: Option<&str>) {
    follow(span, request.headers());
    let method = request.method().as_str();
    span.record("otel.kind", "server");
    span.record("otel.name", format!("{method} {}", route.unwrap_or("unmatched")));
    span.record("http.request.method", method);
    if let Some(route) = route {
        span.record("http.route", route);
    }
}

/// Lets the span continue the trace of the caller, when it names one (W3C Trace Context).
fn follow(span: &Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        let context = TraceContextPropagator::new().extract(&Headers(headers));
        if let Err(error) = span.set_parent(context) {
            tracing::debug!(%error, "the caller's trace could not be continued");
        }
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
