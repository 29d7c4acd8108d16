//! Webhooks: who may have them, what they are sent, and what becomes of what a receiver does not take.

mod deliveries;
mod guard;
mod owners;
mod receiver;
mod secrets;

use janua::webhooks::deliver_due;
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) use receiver::{Got, Manner, Receiver};

use crate::support::{Answer, SignedIn, TestJanua};

pub(crate) const WEBHOOKS: &str = "/api/v1/webhooks";

/// Settings that let a test's own receivers be reached.
pub(crate) const NEAR: [(&str, &str); 2] = [
    ("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1/32"),
    ("WEBHOOK_ALLOW_HTTP", "true"),
];

/// A server that reaches receivers on this machine, and an administrator of it.
async fn with_admin() -> (TestJanua, SignedIn) {
    let janua = TestJanua::with(&NEAR).await;
    let admin = admin(&janua).await;
    (janua, admin)
}

async fn admin(janua: &TestJanua) -> SignedIn {
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    root.signs_in().await
}

/// Adds a webhook of the platform; gives the answer.
async fn adds(janua: &TestJanua, admin: &SignedIn, url: &str, events: &[&str]) -> Answer {
    let body = json!({"url": url, "events": events});
    let made = admin.post(janua, WEBHOOKS, body).await.accepted();
    assert_eq!(made.status, 201);
    made
}

async fn patches(janua: &TestJanua, who: &SignedIn, path: &str, body: Value) -> Answer {
    let request = who.request(janua, Method::PATCH, path);
    janua.send(request.json(&body)).await
}

/// Sends all that is due; says how many tries were made.
async fn deliver(janua: &TestJanua) -> usize {
    deliver_due(&janua.app).await.expect("what waits can be sent")
}

/// The deliveries of a webhook, the newest first.
async fn log(janua: &TestJanua, who: &SignedIn, id: &str) -> Vec<Value> {
    let listed = who
        .get(janua, &format!("{WEBHOOKS}/{id}/deliveries"))
        .await
        .accepted();
    listed.json()["deliveries"]
        .as_array()
        .expect("deliveries")
        .clone()
}

/// Something happens to the admin's account: a profile is changed.
async fn something_happens(janua: &TestJanua, who: &SignedIn, name: &str) {
    let body = json!({"first_name": name});
    patches(janua, who, "/api/v1/users/me", body).await.accepted();
}
