//! A viewer for the OpenAPI document: Swagger UI. The program holds its files packed, as `build.rs` puts them there.

use std::io::Read;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;

use super::page::DOCS_POLICY;
use crate::app::App;
use crate::error::{Code, Error, Result};

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Janua API</title>\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\"></head><body><div id=\"swagger-ui\"></div>\
<script src=\"/docs/swagger-ui-bundle.js\"></script><script src=\"/docs/swagger-ui-standalone-preset.js\"></script>\
<script src=\"/docs/start.js\"></script></body></html>";

const START: &str = "SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, \
layout: 'StandaloneLayout', presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset]});";

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz"))
    };
}

/// The page and its files.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/docs", get(page))
        .route("/docs/{file}", get(file))
}

async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, DOCS_POLICY)], Html(PAGE)).into_response()
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (kind, packed): (&str, &'static [u8]) = match name.as_str() {
        "start.js" => return Ok(([(header::CONTENT_TYPE, JAVASCRIPT)], START).into_response()),
        "swagger-ui.css" => ("text/css; charset=utf-8", packed!("swagger-ui.css")),
        "swagger-ui-bundle.js" => (JAVASCRIPT, packed!("swagger-ui-bundle.js")),
        "swagger-ui-standalone-preset.js" => (JAVASCRIPT, packed!("swagger-ui-standalone-preset.js")),
        _ => return Err(Code::NotFound.into()),
    };
    let about = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::VARY, "Accept-Encoding"),
    ];
    if takes_gzip(&headers) {
        return Ok((about, [(header::CONTENT_ENCODING, "gzip")], packed).into_response());
    }
    let mut plain = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut plain)
        .map_err(Error::internal)?;
    Ok((about, plain).into_response())
}

/// Whether the client names it among what it takes (RFC 9110 §12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let told = headers.get_all(header::ACCEPT_ENCODING).iter();
    told.filter_map(|it: &HeaderValue| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .map(|it| it.replace(' ', ""))
        .any(|it| {
            it == "gzip"
                || it
                    .strip_prefix("gzip;q=")
                    .is_some_and(|it| it.parse().is_ok_and(|it: f32| it > 0.0))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_take_gzip_gets_none() {
        let takes = |told: &str| {
            let told = told.parse().expect("a header");
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, told)]))
        };
        for told in ["gzip", "br, gzip", "deflate;q=0.5, gzip;q=0.1", "gzip; q=1"] {
            assert!(takes(told), "{told}");
        }
        for told in ["", "br", "identity", "gzip;q=0", "gzip;q=0.0"] {
            assert!(!takes(told), "{told}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
