//! Traces: spans sent to an OpenTelemetry collector, as OTLP over HTTP. Off until an endpoint is set.
//!
//! A thread of its own sends them in batches. When the collector is away they are dropped and the server goes on.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::config::{Sampler as Choice, Traces as Settings};

/// How long the last spans may take to be sent when the server stops.
const FAREWELL: Duration = Duration::from_secs(3);

/// What makes and sends spans.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts sending, if there is somebody to send to.
    pub(super) fn start(settings: &Settings) -> Result<Option<Self>, String> {
        let Some(endpoint) = &settings.endpoint else {
            return Ok(None);
        };
        let headers = settings.headers.as_ref().map_or("", |it| it.reveal());
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_headers(parse(headers)?)
            .build()
            .map_err(|error| format!("OTEL_EXPORTER_OTLP_ENDPOINT: {error}"))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler(settings.sampler, settings.ratio))
            .with_resource(
                Resource::builder()
                    .with_service_name(settings.service_name.clone())
                    .build(),
            )
            .build();
        Ok(Some(Self(provider)))
    }

    /// Turns our spans, and nobody else's, into theirs. Events stay in the log.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("janua"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|it| it.is_span() && it.target().starts_with("janua")))
    }

    pub(super) fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(FAREWELL) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

fn sampler(choice: Choice, ratio: f64) -> Sampler {
    let parent = |otherwise| Sampler::ParentBased(Box::new(otherwise));
    match choice {
        Choice::AlwaysOn => Sampler::AlwaysOn,
        Choice::AlwaysOff => Sampler::AlwaysOff,
        Choice::Ratio => Sampler::TraceIdRatioBased(ratio),
        Choice::ParentBasedAlwaysOn => parent(Sampler::AlwaysOn),
        Choice::ParentBasedAlwaysOff => parent(Sampler::AlwaysOff),
        Choice::ParentBasedRatio => parent(Sampler::TraceIdRatioBased(ratio)),
    }
}

/// `name=value,name=value`, percent-encoded (as W3C Baggage): a form with commas, in which `+` is itself.
fn parse(headers: &str) -> Result<HashMap<String, String>, String> {
    let form = headers.replace(',', "&").replace('+', "%2B");
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(&form).map_err(|error| format!("OTEL_EXPORTER_OTLP_HEADERS: {error}"))?;
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect())
}
