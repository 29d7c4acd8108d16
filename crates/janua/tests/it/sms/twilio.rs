//! A Twilio of a test's own: it speaks the API of messages and accounts, and can be told to fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "twilio-token-of-a-test";
const FROM: &str = "+12025550100";

/// How it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Takes every message.
    Takes,
    /// Refuses with this status and code of Twilio's.
    Refuses(u16, i64),
    /// Answers with a status and no JSON.
    Breaks(u16),
    /// Says nothing.
    Hangs,
}

struct Inside {
    manner: Manner,
    messages: Vec<BTreeMap<String, String>>,
}

/// The double.
pub(crate) struct Twilio {
    url: String,
    inside: Arc<Mutex<Inside>>,
    serving: AbortHandle,
}

impl Twilio {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inside = Arc::new(Mutex::new(Inside {
            manner: Manner::Takes,
            messages: Vec::new(),
        }));
        let router = Router::new()
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(take))
            .route("/2010-04-01/Accounts/{sid}", get(account))
            .with_state(inside.clone());
        let serve = async move {
            let _ = axum::serve(listener, router).await;
        };
        Self {
            url,
            inside,
            serving: tokio::spawn(serve).abort_handle(),
        }
    }

    pub(crate) fn turns(&self, manner: Manner) {
        self.inside.lock().expect("the manner").manner = manner;
    }

    /// The settings that lead here.
    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("SMS_PROVIDER", "twilio"),
            ("TWILIO_ACCOUNT_SID", ACCOUNT),
            ("TWILIO_AUTH_TOKEN", TOKEN),
            ("TWILIO_FROM_NUMBER", FROM),
            ("TWILIO_BASE_URL", &self.url),
        ]
    }

    /// Every message that it was asked to send, as To, From and Body.
    pub(crate) fn messages(&self) -> Vec<BTreeMap<String, String>> {
        self.inside.lock().expect("the messages").messages.clone()
    }
}

impl Drop for Twilio {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn refusal(status: u16, code: i64, message: &str) -> Response {
    let body = json!({"code": code, "message": message, "more_info": "https://www.twilio.com/docs", "status": status});
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

fn knows(headers: &HeaderMap, sid: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
    sid == ACCOUNT
        && headers
            .get("authorization")
            .is_some_and(|it| it.as_bytes() == expected.as_bytes())
}

async fn take(
    State(inside): State<Arc<Mutex<Inside>>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !knows(&headers, &sid) {
        return refusal(401, 20003, "Authenticate");
    }
    let form: BTreeMap<String, String> = serde_urlencoded::from_str(&body).expect("a form");
    let to = form.get("To").cloned().unwrap_or_default();
    let manner = {
        let mut inside = inside.lock().expect("the messages");
        inside.messages.push(form);
        inside.manner
    };
    match manner {
        Manner::Takes => {
            let body =
                json!({"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued", "error_code": null});
            (StatusCode::CREATED, Json(body)).into_response()
        }
        Manner::Refuses(status, code) => refusal(
            status,
            code,
            &format!("The 'To' number {to} is not a valid phone number."),
        ),
        Manner::Breaks(status) => {
            (StatusCode::from_u16(status).expect("a status"), "no JSON here").into_response()
        }
        Manner::Hangs => std::future::pending().await,
    }
}

async fn account(
    State(inside): State<Arc<Mutex<Inside>>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !knows(&headers, sid.trim_end_matches(".json")) {
        return refusal(401, 20003, "Authenticate");
    }
    let manner = inside.lock().expect("the manner").manner;
    match manner {
        Manner::Hangs => std::future::pending().await,
        Manner::Breaks(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        _ => Json(json!({"sid": ACCOUNT, "status": "active"})).into_response(),
    }
}
