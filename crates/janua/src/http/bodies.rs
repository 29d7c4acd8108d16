//! Logs bodies for debugging: only when the operator asks for it, and never what is secret in them.

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;

use crate::logging::redaction;

/// A larger body is not held in memory to be logged.
const LARGEST: u64 = 64 * 1024;

pub(super) async fn request(request: Request) -> Request {
    let (parts, body) = request.into_parts();
    let body = told("request body", &parts.headers, body).await;
    Request::from_parts(parts, body)
}

pub(super) async fn response(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = told("response body", &parts.headers, body).await;
    Response::from_parts(parts, body)
}

async fn told(what: &str, headers: &HeaderMap, body: Body) -> Body {
    let size = body.size_hint().exact();
    if size == Some(0) {
        return body;
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind: String = kind.unwrap_or_default().chars().take(100).collect();
    if !is_json(&kind) || size.is_none_or(|it| it > LARGEST) {
        tracing::info!(content_type = kind, size, "{what}");
        return body;
    }
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            tracing::info!(
                content_type = kind,
                size,
                body = redaction::redacted(&bytes),
                "{what}"
            );
            Body::from(bytes)
        }
        // It broke off: its reader is to find that out as it would have.
        Err(error) => Body::from_stream(futures_util::stream::iter([Err::<Vec<u8>, _>(error)])),
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}
