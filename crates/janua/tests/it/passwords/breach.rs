//! The list of passwords that are known from breaches.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use reqwest::StatusCode;
use tokio::net::TcpListener;

use super::{NEW, OPEN, change, register};
use crate::support::{PASSWORD, SignedIn, TestJanua};

/// What a breach list was asked: the last part of the path, and whether the answer was to be padded.
type Asked = Arc<Mutex<Vec<(String, bool)>>>;

/// A list that says a given answer to every question; gives its address.
async fn breach_list(status: StatusCode, says: &'static str, asked: &Asked) -> String {
    let answer = async move |State(asked): State<Asked>, Path(prefix): Path<String>, headers: HeaderMap| {
        let padded = headers.get("add-padding").is_some_and(|it| it == "true");
        asked.lock().expect("not poisoned").push((prefix, padded));
        (status, says)
    };
    let router = Router::new()
        .route("/range/{prefix}", get(answer))
        .with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/range/")
}

async fn with_breach_list(url: &str) -> TestJanua {
    let own = [("PASSWORD_BREACH_CHECK", "true"), ("PASSWORD_BREACH_URL", url)];
    TestJanua::with(&[&OPEN[..], &own].concat()).await
}

#[tokio::test]
async fn a_breached_password_is_refused_and_five_characters_of_its_hash_leave() {
    let asked = Asked::default();
    // The ends of the SHA-1 of PASSWORD, and of NEW as mere padding.
    let says = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\nff65e9a0f5514f5143788fb2057be7916f8:42\r\n\
                1C35B2B8BAE5A03B04C098D6C5B85C0F4C2:0\r\n";
    let janua = with_breach_list(&breach_list(StatusCode::OK, says, &asked).await).await;
    let session = SignedIn::of(register(&janua, "ada@example.com", NEW).await.accepted());
    let refused = register(&janua, "eve@example.com", PASSWORD)
        .await
        .refused("WEAK_PASSWORD");
    assert!(
        refused.str("/details/reason").contains("breach"),
        "{}",
        refused.text
    );
    change(&janua, &session, NEW, PASSWORD)
        .await
        .refused("WEAK_PASSWORD");
    // What is too weak anyway is not asked about.
    register(&janua, "eve@example.com", "password1234")
        .await
        .refused("WEAK_PASSWORD");
    let expected = ["9BC7D", "19CE8", "19CE8"].map(|it| (it.to_owned(), true));
    assert_eq!(*asked.lock().expect("not poisoned"), expected);
}

#[tokio::test]
async fn a_breach_list_that_fails_or_hangs_keeps_nobody_out() {
    let asked = Asked::default();
    let broken = breach_list(
        StatusCode::INTERNAL_SERVER_ERROR,
        "FF65E9A0F5514F5143788FB2057BE7916F8:42",
        &asked,
    )
    .await;
    let janua = with_breach_list(&broken).await;
    register(&janua, "ada@example.com", PASSWORD).await.accepted();
    assert_eq!(asked.lock().expect("not poisoned").len(), 1);

    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = silent.local_addr().expect("an address");
    let janua = with_breach_list(&format!("http://{address}/range/")).await;
    register(&janua, "ada@example.com", PASSWORD).await.accepted();
    drop(silent);
    register(&janua, "eve@example.com", PASSWORD).await.accepted();
}
