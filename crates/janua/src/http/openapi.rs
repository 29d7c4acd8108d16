//! The OpenAPI 3.1 document, generated from the handlers, and a viewer for it.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Router, routing};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Document, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::Config;

use super::page::DOCS_POLICY;
use super::render::ErrorBody;
use crate::app::App;
use crate::error::{Code, Error};

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

/// The document and its viewer.
pub(super) fn routes(document: &Document) -> Router<App> {
    let text: Arc<str> = document.to_json().unwrap_or_default().into();
    let config = Arc::new(Config::new(["/openapi.json"]));
    Router::new()
        .route("/openapi.json", routing::get(async move || document_text(&text)))
        .route("/docs", routing::get(viewer))
        .route(
            "/docs/{file}",
            routing::get(async move |Path(file): Path<String>| asset(&file, config.clone())),
        )
}

fn document_text(text: &str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

const VIEWER: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Janua API</title>\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\"></head><body><div id=\"swagger-ui\"></div>\
<script src=\"/docs/swagger-ui-bundle.js\"></script><script src=\"/docs/swagger-ui-standalone-preset.js\"></script>\
<script src=\"/docs/swagger-initializer.js\"></script></body></html>";

async fn viewer() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, DOCS_POLICY)], Html(VIEWER)).into_response()
}

fn asset(file: &str, config: Arc<Config<'static>>) -> Result<Response, Error> {
    let found = utoipa_swagger_ui::serve(file, config).map_err(|error| Error::internal(error.to_string()))?;
    let found = found.ok_or(Code::NotFound)?;
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, found.content_type),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
    ];
    let mut response = (headers, found.bytes.into_owned()).into_response();
    if found.gzpipped {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// JSON that anybody may keep for a while.
pub fn cacheable(json: String, seconds: u32) -> Response {
    let mut response = super::render::json(json);
    if let Ok(life) = HeaderValue::from_str(&format!("public, max-age={seconds}")) {
        response.headers_mut().insert(header::CACHE_CONTROL, life);
    }
    response
}
