//! What pages load: the stylesheet, the colours and the logo of the operator, the script that talks to passkeys.

use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::{Code, Result};

fn asset(media_type: &'static str, content: impl IntoResponse) -> Response {
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, content).into_response()
}

pub(super) async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../assets/pages.css"))
}

pub(super) async fn script() -> Response {
    let source = include_str!("../../assets/passkeys.js");
    asset("text/javascript; charset=utf-8", source)
}

pub(super) async fn sending() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/send.js"),
    )
}

/// The colours of the operator, over ours.
pub(super) async fn brand(app: App) -> Result<Response> {
    let (light, dark) = app.config.pages.accent.ok_or(Code::NotFound)?;
    let (light, dark) = (light.css(), dark.css());
    let colours = format!(
        ":root {{ --accent: {light}; --accent-strong: color-mix(in srgb, {light} 80%, black); --on-accent: #ffffff; }}\n\
         @media (prefers-color-scheme: dark) {{\n  :root {{ --accent: {dark}; \
         --accent-strong: color-mix(in srgb, {dark} 75%, white); --on-accent: #0b0f0e; }}\n}}\n"
    );
    Ok(asset("text/css; charset=utf-8", colours))
}

/// An SVG is a document, too: the policy that stands on every answer keeps it from running anything.
pub(super) async fn logo(app: App) -> Result<Response> {
    let logo = app.config.pages.logo.clone().ok_or(Code::NotFound)?;
    Ok(asset(logo.media_type, logo.bytes.to_vec()))
}
