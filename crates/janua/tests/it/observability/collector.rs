//! An OpenTelemetry collector that keeps what it is sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::{Router, routing};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) service: String,
    pub(crate) tenant: String,
    pub(crate) spans: Vec<Span>,
}

pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    sent: Arc<Mutex<Sent>>,
    serves: JoinHandle<()>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let sent = Arc::<Mutex<Sent>>::default();
        let keeps = sent.clone();
        let take = move |headers: HeaderMap, body: Bytes| {
            let keeps = keeps.clone();
            async move { keep(&keeps, &headers, &body) }
        };
        let router = Router::new().route("/v1/traces", routing::post(take));
        let serves = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self {
            address,
            sent,
            serves,
        }
    }

    pub(crate) fn stop(self) -> Sent {
        self.serves.abort();
        self.sent.lock().expect("no panic").clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serves.abort();
    }
}

fn keep(sent: &Mutex<Sent>, headers: &HeaderMap, body: &[u8]) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let request = ExportTraceServiceRequest::decode(body).expect("OTLP");
    let mut sent = sent.lock().expect("no panic");
    if let Some(tenant) = headers.get("x-tenant") {
        tenant.to_str().expect("a text").clone_into(&mut sent.tenant);
    }
    for resource in request.resource_spans {
        let attributes = resource.resource.map(|it| it.attributes).unwrap_or_default();
        let name = attributes.into_iter().find(|it| it.key == "service.name");
        sent.service = name.and_then(|it| it.value?.value).map(text).unwrap_or_default();
        for scope in resource.scope_spans {
            sent.spans.extend(scope.spans);
        }
    }
}

/// An attribute as text; empty when it is not there.
pub(crate) fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|it| it.key == name);
    let value = found.and_then(|it| it.value.clone()?.value);
    value.map(text).unwrap_or_default()
}

fn text(value: Value) -> String {
    match value {
        Value::StringValue(it) => it,
        Value::IntValue(it) => it.to_string(),
        other => format!("{other:?}"),
    }
}
