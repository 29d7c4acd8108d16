//! What no well-behaved client sends: the server stays alive, never answers 5xx, and refuses in the envelope.

mod bodies;
mod fields;
mod noise;
mod paths;
pub(crate) mod raw;
mod request_ids;
mod sockets;

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestJanua, made_up};

const LOGIN: &str = "/api/v1/auth/login";
const REGISTER: &str = "/api/v1/auth/register";

/// The documented operations that take a body and no proof of who asks, each with a body that is understood.
fn open_orders() -> [(&'static str, serde_json::Value); 7] {
    let link = made_up(janua::crypto::secret::Kind::Link);
    let refresh = made_up(janua::crypto::secret::Kind::Refresh);
    [
        (
            REGISTER,
            json!({"email": "ada@example.com", "password": "orbit-velvet-canyon-73"}),
        ),
        (
            LOGIN,
            json!({"email": "ada@example.com", "password": "orbit-velvet-canyon-73"}),
        ),
        ("/api/v1/auth/refresh", json!({"refresh_token": refresh})),
        ("/api/v1/auth/email/verify", json!({"token": link})),
        ("/api/v1/auth/email/resend", json!({"email": "ada@example.com"})),
        (
            "/api/v1/auth/password/forgot",
            json!({"email": "ada@example.com"}),
        ),
        (
            "/api/v1/auth/password/reset",
            json!({"token": link, "new_password": "orbit-velvet-canyon-73"}),
        ),
    ]
}

/// Posts a body as it stands, called JSON.
async fn post(janua: &TestJanua, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = janua
        .request(Method::POST, path)
        .header("content-type", "application/json");
    janua.send(request.body(body)).await
}

/// Bytes as they stand in a query.
pub(crate) fn percent_encoded(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| ["%".to_owned(), hex::encode([*byte])])
        .collect()
}

/// The server still understands somebody who means well.
async fn assert_alive(janua: &TestJanua) {
    let email = format!("{}@example.com", janua.app.random.id(janua.app.clock.now()));
    janua
        .post(LOGIN, json!({"email": email, "password": "wrong"}))
        .await
        .refused("INVALID_CREDENTIALS");
}

/// A server without limits: these tests send more than anybody may.
async fn patient_janua() -> TestJanua {
    TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await
}
