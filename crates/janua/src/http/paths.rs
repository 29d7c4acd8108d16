//! `/x` and `/x/` are one path, and so is `//api/v1`: clients that join addresses carelessly get an answer, not a
//! redirect.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// Rewrites the path of a request before it is routed.
pub(super) fn normalise(mut request: Request) -> Request {
    let uri = request.uri();
    if let Cow::Owned(path) = plain(uri.path()) {
        let text = match uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(text).ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

fn plain(path: &str) -> Cow<'_, str> {
    let trailing = path.len() > 1 && path.ends_with('/');
    if !trailing && !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    Cow::Owned(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn slashes_that_mean_nothing_are_dropped() {
        for (given, meant) in [
            ("/", "/"),
            ("/health", "/health"),
            ("/health/", "/health"),
            ("//api/v1//users/me/", "/api/v1/users/me"),
            ("///", "/"),
        ] {
            assert_eq!(plain(given), meant);
        }
    }
}
