//! What an operator sees of the running server: logs, metrics, traces.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use super::Server;
use crate::config::reader::Reader;
use crate::config::value::{LogFormat, Sampler};
use crate::crypto::secret::SecretString;

#[derive(Clone, Debug)]
pub struct Logging {
    pub level: String,
    pub format: LogFormat,
    pub request_body: bool,
    pub response_body: bool,
}

impl Logging {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            level: r.get(
                "LOG_LEVEL",
                "info".to_owned(),
                "error, warn, info, debug or trace, in any case; per target as in `info,sqlx=warn`.",
            ),
            format: r.get(
                "LOG_FORMAT",
                LogFormat::Json,
                "`json`: one object per line; `text`: for people.",
            ),
            request_body: r.get(
                "LOG_REQUEST_BODY",
                false,
                "Logs JSON bodies of requests, up to 2 KiB and with `***` for passwords, tokens and codes; of other bodies their size and type.",
            ),
            response_body: r.get(
                "LOG_RESPONSE_BODY",
                false,
                "The same for bodies of answers.",
            ),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Metrics {
    pub enabled: bool,
    pub on_main_port: bool,
    pub host: String,
    /// `None`: no listener of their own.
    pub port: Option<u16>,
}

impl Metrics {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let port = r.optional(
            "METRICS_PORT",
            "TCP port of a listener that serves GET /metrics and nothing else; 0 takes a free one.",
        );
        // Nobody who has not asked for it finds the figures of a production server on its public port.
        let on_main_port = !server.is_production() && port.is_none();
        Self {
            enabled: r.get("METRICS_ENABLED", true, "Serves GET /metrics for Prometheus."),
            on_main_port: r.get(
                "METRICS_ON_MAIN_PORT",
                on_main_port,
                "Serves GET /metrics on PORT too, open to everybody who reaches it; by default not in production, nor when METRICS_PORT is set.",
            ),
            host: r.get(
                "METRICS_HOST",
                "127.0.0.1".to_owned(),
                "Address of the listener for metrics; 0.0.0.0 lets other machines read them.",
            ),
            port,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Traces {
    /// Where spans go, path included; `None`: nowhere.
    pub endpoint: Option<String>,
    pub headers: Option<SecretString>,
    pub service_name: String,
    pub sampler: Sampler,
    /// From 0 to 1.
    pub ratio: f64,
}

impl Traces {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let base: Option<String> = r.optional(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OpenTelemetry collector (OTLP over HTTP, protobuf), as in http://collector:4318; `/v1/traces` is appended. Without it no spans are made.",
        );
        let traces: Option<String> = r.optional(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "The same for traces alone, with its path.",
        );
        let disabled = r.get(
            "OTEL_SDK_DISABLED",
            false,
            "`true` sends no spans, whatever else is set.",
        );
        let endpoint = traces.or_else(|| base.map(|it| format!("{}/v1/traces", it.trim_end_matches('/'))));
        if let Some(it) = &endpoint
            && !it.starts_with("http://")
            && !it.starts_with("https://")
        {
            r.problem(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "must start with http:// or https://",
            );
        }
        let ratio: String = r.get(
            "OTEL_TRACES_SAMPLER_ARG",
            "1".to_owned(),
            "Part of the traces that a `traceidratio` sampler keeps, from 0 to 1.",
        );
        let ratio = ratio.parse().ok().filter(|it| (0.0..=1.0).contains(it));
        if ratio.is_none() {
            r.problem("OTEL_TRACES_SAMPLER_ARG", "must be a number from 0 to 1");
        }
        Self {
            endpoint: endpoint.filter(|_| !disabled),
            headers: r.secret(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "Headers for the collector, as in `authorization=Bearer%20x,tenant=y`.",
            ),
            service_name: r.get("OTEL_SERVICE_NAME", "janua".to_owned(), "Name of this service in traces."),
            sampler: r.get(
                "OTEL_TRACES_SAMPLER",
                Sampler::ParentBasedAlwaysOn,
                "`always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`, which follows the caller's decision.",
            ),
            ratio: ratio.unwrap_or(1.0),
        }
    }
}
