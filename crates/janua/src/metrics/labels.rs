//! The labels. Every value is a text of ours, or the template of a route.

use prometheus_client::encoding::EncodeLabelSet;

/// An answered request.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Request {
    route: String,
    method: &'static str,
    status: &'static str,
}

/// The same without the status, of which a histogram would need a copy of all its buckets.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Route {
    route: String,
    method: &'static str,
}

impl Request {
    pub(super) fn new(route: &str, method: &str, status: u16) -> Self {
        Self {
            route: route.to_owned(),
            method: known_method(method),
            status: class(status),
        }
    }

    pub(super) fn without_status(self) -> Route {
        Route {
            route: self.route,
            method: self.method,
        }
    }
}

/// A caller may invent methods: they count as one.
fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|it| *it == method)
        .unwrap_or("other")
}

const fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct CodeLabel {
    pub(super) code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Way {
    pub(super) method: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Kind {
    pub(super) kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Outcome {
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Mail {
    pub(super) kind: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Pool {
    pub(super) pool: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct State {
    pub(super) state: &'static str,
}
