//! Somebody who is sent events, well-behaved or not.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// How it answers.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// With a status and a text.
    Answers(u16, &'static [u8]),
    /// Sends elsewhere.
    Redirects(String),
    /// Takes the request and says nothing.
    Hangs,
    /// Says far too much.
    Floods,
}

/// What it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.header("x-janua-event-type")
    }
}

type Shared = Arc<Mutex<(Manner, Vec<Got>)>>;

/// A server of a test's own.
pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Shared,
    serving: AbortHandle,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        Self::that(Manner::Answers(200, b"thanks")).await
    }

    pub(crate) async fn that(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let shared: Shared = Arc::new(Mutex::new((manner, Vec::new())));
        let router = axum::Router::new().fallback(take).with_state(shared.clone());
        let serve = async move {
            let _ = axum::serve(listener, router).await;
        };
        Self {
            url,
            shared,
            serving: tokio::spawn(serve).abort_handle(),
        }
    }

    pub(crate) fn turns(&self, manner: Manner) {
        self.shared.lock().expect("the manner").0 = manner;
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.shared.lock().expect("what it got").1.clone()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.got().iter().map(Got::kind).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let manner = {
        let mut shared = shared.lock().expect("what it got");
        let body = String::from_utf8(body.to_vec()).expect("text");
        shared.1.push(Got { headers, body });
        shared.0.clone()
    };
    match manner {
        Manner::Answers(status, text) => {
            (StatusCode::from_u16(status).expect("a status"), text).into_response()
        }
        Manner::Redirects(to) => (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response(),
        Manner::Hangs => std::future::pending().await,
        Manner::Floods => Body::from(vec![b'x'; 10 * 1024 * 1024]).into_response(),
    }
}
