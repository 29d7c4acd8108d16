//! The OpenAPI 3.1 document, generated from the handlers.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Document, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::render::ErrorBody;
use crate::app::App;

/// What stands in the document besides the operations.
#[derive(OpenApi)]
#[openapi(
    info(title = "Janua", description = "A self-hosted authentication platform that explains its own troubles."),
    components(schemas(ErrorBody)),
    modifiers(&Security),
    tags(
        (name = "auth", description = "Register, sign in, refresh, sign out; verify an address; recover a password."),
        (name = "users", description = "One's own profile."),
        (name = "passkeys", description = "Sign in without a password (WebAuthn)."),
        (name = "sessions", description = "Where one is signed in."),
        (name = "mfa", description = "Second factors: turn them on and off, and show them at a sign-in."),
        (name = "api-keys", description = "What programs show in place of a person who signs in."),
        (name = "organizations", description = "Customers, their people and what these may do."),
        (name = "roles", description = "Roles, permissions, and whether one has them."),
        (name = "sso", description = "Organizations that sign their people in at their own identity provider."),
        (name = "webhooks", description = "Addresses to which events are sent, signed."),
        (name = "audit", description = "Who did what."),
        (name = "admin", description = "For administrators of the platform."),
        (name = "keys", description = "What verifies our tokens."),
        (name = "health", description = "Whether the server can be used."),
        (name = "development", description = "Only without SMTP_HOST and outside production."),
    )
)]
pub(super) struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let Some(components) = document.components.as_mut() else {
            return;
        };
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "janua_session",
            "The session cookie; its name carries the prefix __Host- over https. Unsafe methods need X-CSRF-Token.",
        );
        let key = ApiKeyValue::with_description("X-API-Key", "An API key; also as bearer token.");
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Says of every operation that its failures have one body.
pub(super) fn with_failures(mut document: Document) -> Document {
    let body = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody"))));
    let failure = ResponseBuilder::new()
        .description("Any failure: the body tells what happened, what to do, and a code to switch on.")
        .content("application/json", body)
        .build();
    for path in document.paths.paths.values_mut() {
        let operations = [
            &mut path.get,
            &mut path.post,
            &mut path.put,
            &mut path.patch,
            &mut path.delete,
        ];
        for operation in operations.into_iter().flatten() {
            operation
                .responses
                .responses
                .insert("default".to_owned(), RefOr::T(failure.clone()));
        }
    }
    document
}

/// The document.
pub(super) fn routes(document: &Document) -> Router<App> {
    let text: Arc<str> = document.to_json().unwrap_or_default().into();
    Router::new().route("/openapi.json", routing::get(async move || document_text(&text)))
}

fn document_text(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

/// JSON that anybody may keep for a while.
pub fn cacheable(json: String, seconds: u32) -> Response {
    let mut response = super::render::json(json);
    if let Ok(life) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        response.headers_mut().insert(header::CACHE_CONTROL, life);
    }
    response
}
