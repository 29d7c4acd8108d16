//! The only place that turns an error into an answer.
//!
//! A handler's `Err` travels as an extension of an empty response; the outermost layer writes the envelope. So an
//! unknown path, a panic, a timeout and a refused field look alike.

use axum::Json;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{Class, Error};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The body of every failure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// The class of the error.
    #[schema(example = "AUTHENTICATION_ERROR")]
    error: &'static str,
    /// The most specific reason: what a client switches on.
    #[schema(example = "INVALID_CREDENTIALS")]
    code: &'static str,
    /// What happened, for a person.
    #[schema(example = "Invalid credentials")]
    message: String,
    /// The HTTP status.
    #[schema(example = 401)]
    status_code: u16,
    /// When it happened.
    #[schema(example = "2026-01-11T10:30:00Z")]
    timestamp: String,
    /// Finds the request in the logs.
    #[schema(example = "req_abc123")]
    request_id: String,
    /// What the client may know beyond the message: `field`, `reason`, `errors`, `retry_after`, `locked_until`,
    /// `advice`, `help`.
    #[schema(value_type = Object)]
    details: Map<String, Value>,
}

impl ErrorBody {
    /// What is told of an error: never its cause.
    pub fn of(error: &Error, request_id: &str, now: DateTime<Utc>) -> Self {
        let code = error.code();
        let mut details = error.details().clone();
        details.entry("advice").or_insert_with(|| code.advice().into());
        details.entry("help").or_insert_with(|| code.help().into());
        Self {
            error: error.class().name(),
            code: code.name(),
            message: error.message().to_owned(),
            status_code: error.status(),
            timestamp: now.to_rfc3339_opts(SecondsFormat::Secs, true),
            request_id: request_id.to_owned(),
            details,
        }
    }
}

/// Writes the envelope in place of an empty response that carries an error.
pub(super) fn envelope(response: Response, request_id: &str, now: DateTime<Utc>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Some(error) = parts.extensions.remove::<Error>() else {
        return Response::from_parts(parts, body);
    };
    log(&error);
    let mut answer = (parts.status, Json(ErrorBody::of(&error, request_id, now))).into_response();
    // What a layer or the router has added (Allow, Set-Cookie) stays.
    for (name, value) in &parts.headers {
        if !answer.headers().contains_key(name) {
            answer.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = error.retry_after_seconds() {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.status() == 401 {
        answer
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

/// An answer whose JSON is already written.
pub fn json(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Our failures are errors with their cause and birthplace; refusals are part of a good day.
pub(super) fn log(error: &Error) {
    let (code, cause) = (error.code().name(), error.cause());
    match error.code().class() {
        Class::Internal | Class::ExternalService => {
            tracing::error!(code, cause, at = %error.birthplace(), "{}", error.message());
        }
        Class::Unavailable => tracing::warn!(code, cause, at = %error.birthplace(), "{}", error.message()),
        _ => tracing::debug!(code, cause, "{}", error.message()),
    }
}

impl FromRequestParts<App> for App {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(app.clone())
    }
}
