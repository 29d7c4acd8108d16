//! `X-Request-ID` is a name for logs: ours, unless the caller brings a harmless one.

use reqwest::Method;

use super::raw::{self, head};
use super::{assert_alive, patient_janua};
use crate::support::TestJanua;

fn is_ours(id: &str) -> bool {
    id.strip_prefix("req_")
        .is_some_and(|it| it.len() == 24 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

#[tokio::test]
async fn a_well_formed_id_is_echoed_in_header_and_body() {
    let janua = TestJanua::start().await;
    let longest = "x".repeat(128);
    for id in ["abc", "A-1._z", "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60", &longest] {
        let request = janua.request(Method::GET, "/nowhere").header("x-request-id", id);
        let answer = janua.send(request).await.refused("NOT_FOUND");
        assert_eq!(
            (answer.header("x-request-id"), answer.str("/request_id")),
            (id.to_owned(), id.to_owned())
        );
    }
    let (one, other) = (
        janua.get("/live").await.header("x-request-id"),
        janua.get("/live").await.header("x-request-id"),
    );
    assert!(is_ours(&one) && is_ours(&other) && one != other, "{one} {other}");
}

#[tokio::test]
async fn a_hostile_id_is_replaced() {
    let janua = patient_janua().await;
    let too_long = "x".repeat(200);
    for id in [
        "",
        "two words",
        &too_long,
        "a\tb",
        "<script>alert(1)</script>",
        "{\"level\":\"error\"}",
        "a;b",
        "a,b",
        "caf\u{e9}",
        "\u{1b}[31mred",
        "%0d%0aSet-Cookie:x=1",
        "../../etc/passwd",
        "${jndi:ldap://x}",
    ] {
        let answer = raw::send(&janua, head("GET /nowhere", &[("X-Request-ID", id)])).await;
        // A control character may already be too much for the parser of requests.
        if answer.status == 400 && answer.text.is_empty() {
            continue;
        }
        let told = answer.refused("NOT_FOUND").header("x-request-id");
        assert!(is_ours(&told), "{id:?} became {told:?}");
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn line_breaks_in_an_id_add_no_header_to_the_answer() {
    let janua = patient_janua().await;
    for line_break in ["\r\n", "\n", "\r", "\r\n\r\n"] {
        let id = format!("a{line_break}Set-Cookie: planted=1");
        let answer = raw::send(&janua, head("GET /nowhere", &[("X-Request-ID", &id)])).await;
        assert!(
            answer.status.is_client_error(),
            "{line_break:?} {}",
            answer.status
        );
        assert!(answer.cookies().is_empty(), "{line_break:?} {:?}", answer.headers);
        assert!(!answer.text.contains("planted"), "{line_break:?} {}", answer.text);
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn two_ids_are_one_at_most() {
    let janua = patient_janua().await;
    let answer = raw::send(
        &janua,
        head("GET /live", &[("X-Request-ID", "one"), ("X-Request-ID", "two")]),
    )
    .await;
    assert_eq!(answer.headers.get_all("x-request-id").iter().count(), 1);
}

#[tokio::test]
async fn failures_at_the_same_time_keep_their_own_words() {
    let janua = patient_janua().await;
    let fails = async |number: usize| {
        let (id, name) = (format!("id-{number}"), format!("field-{number}"));
        let body = serde_json::json!({"email": "ada@example.com", "password": "x", &*name: 1});
        let request = janua
            .request(Method::POST, super::LOGIN)
            .header("x-request-id", &id)
            .json(&body);
        let answer = janua.send(request).await.refused("UNKNOWN_FIELD");
        assert_eq!(
            (answer.str("/request_id"), answer.str("/details/field")),
            (id, name)
        );
    };
    futures_util::future::join_all((0..50).map(fails)).await;
}
