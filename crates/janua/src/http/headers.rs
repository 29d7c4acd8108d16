//! Security headers on every answer. A route that needs another value sets it itself; it is not overwritten.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::Config;

/// Nothing may be loaded, framed or sent by an answer of the API.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What every answer says that does not say otherwise; put together once.
#[derive(Clone, Debug)]
pub(super) struct Defaults(HeaderMap);

impl Defaults {
    pub(super) fn of(config: &Config) -> Self {
        // With room for what each answer adds.
        let mut headers = HeaderMap::with_capacity(16);
        let mut default = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        default(header::CONTENT_SECURITY_POLICY, API_POLICY);
        default(header::X_FRAME_OPTIONS, "DENY");
        default(header::REFERRER_POLICY, "no-referrer");
        default(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        default(
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        );
        // Answers are made for one caller; what may be kept says so itself.
        default(header::CACHE_CONTROL, "no-store");
        if config.server.base_url.starts_with("https://") {
            default(
                header::STRICT_TRANSPORT_SECURITY,
                "max-age=31536000; includeSubDomains",
            );
        }
        Self(headers)
    }

    /// Puts them beneath the headers of an answer.
    pub(super) fn add(&self, headers: &mut HeaderMap) {
        let own = std::mem::replace(headers, self.0.clone());
        headers.extend(own);
    }
}
