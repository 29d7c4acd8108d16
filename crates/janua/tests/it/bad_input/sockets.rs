//! Connections that contradict themselves or never finish what they began.

use serde_json::json;

use super::raw::{self, Connection, head};
use super::{LOGIN, assert_alive, patient_janua};
use crate::support::TestJanua;

fn login(extra: &[(&str, &str)], body: &str) -> String {
    let json = [("Content-Type", "application/json")];
    head(&format!("POST {LOGIN}"), &[&json[..], extra].concat()) + body
}

#[tokio::test]
async fn a_request_with_two_lengths_is_refused() {
    let janua = patient_janua().await;
    let body = json!({"email": "ada@example.com", "password": "wrong"}).to_string();
    let length = body.len().to_string();
    raw::send(&janua, login(&[("Content-Length", &length)], &body))
        .await
        .refused("INVALID_CREDENTIALS");
    for (one, other) in [
        ("5", length.as_str()),
        (length.as_str(), "5"),
        (length.as_str(), "0"),
    ] {
        let answer = raw::send(
            &janua,
            login(&[("Content-Length", one), ("Content-Length", other)], &body),
        )
        .await;
        assert_eq!(answer.status, 400, "{one} {other}");
    }
    for wrong in ["-1", "+5", "0x10", "5, 6", "99999999999999999999999", "five", ""] {
        let answer = raw::send(&janua, login(&[("Content-Length", wrong)], &body)).await;
        assert!(answer.status.is_client_error(), "{wrong:?} {}", answer.status);
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_request_cannot_be_smuggled_behind_another_one() {
    let janua = patient_janua().await;
    let body = json!({"email": "ada@example.com", "password": "wrong"}).to_string();
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    raw::send(&janua, login(&[("Transfer-Encoding", "chunked")], &chunked))
        .await
        .refused("INVALID_CREDENTIALS");

    // Readers that believe the length see one request, readers that believe the chunks see two.
    let smuggled = format!("0\r\n\r\n{}", head("GET /nowhere", &[("Connection", "close")]));
    let length = smuggled.len().to_string();
    for headers in [
        [
            ("Content-Length", length.as_str()),
            ("Transfer-Encoding", "chunked"),
        ],
        [
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", length.as_str()),
        ],
    ] {
        let mut connection = Connection::to(&janua).await;
        connection.say(login(&headers, &smuggled)).await;
        let heard = connection.listen_to_the_end().await;
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{heard}");
    }
    for coding in [
        "chunked, identity",
        "identity",
        "xchunked",
        "chunked, chunked",
        "\tchunked,",
    ] {
        let mut connection = Connection::to(&janua).await;
        connection
            .say(login(
                &[("Transfer-Encoding", coding), ("Connection", "close")],
                &smuggled,
            ))
            .await;
        let heard = connection.listen_to_the_end().await;
        assert!(heard.matches("HTTP/1.1 ").count() <= 1, "{coding}: {heard}");
        assert!(!heard.starts_with("HTTP/1.1 5"), "{coding}: {heard}");
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn half_requests_do_not_keep_others_waiting() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false"), ("LIMIT_CONCURRENCY", "64")]).await;
    let mut hanging = Vec::new();
    for number in 0..40 {
        let mut connection = Connection::to(&janua).await;
        connection
            .say(match number % 4 {
                0 => String::new(),
                1 => "POST /api/v1/auth/lo".to_owned(),
                2 => "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: 1".to_owned(),
                _ => login(&[("Content-Length", "100")], "{\"email\":"),
            })
            .await;
        hanging.push(connection);
    }
    for _ in 0..5 {
        assert_alive(&janua).await;
        janua.get("/health").await.accepted();
    }
    drop(hanging);
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let janua = patient_janua().await;
    let mut connection = Connection::to(&janua).await;
    connection
        .say("GET /health HTTP/1.1\r\nHost: localhost\r\n")
        .await;
    let heard = connection.listen_to_the_end().await;
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 408"), "{heard}");
    assert_alive(&janua).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing() {
    let janua = patient_janua().await;
    let body = json!({"email": "ada@example.com", "password": "orbit-velvet-canyon-73"}).to_string();
    let request = head(
        "POST /api/v1/auth/register",
        &[("Content-Type", "application/json"), ("Content-Length", "500")],
    );
    let mut connection = Connection::to(&janua).await;
    connection.say(request + &body).await;
    drop(connection);
    assert_alive(&janua).await;
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 0);
    janua.person("ada@example.com").signs_up().await.accepted();
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let janua = patient_janua().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /health HTTP/1.1\r\n Host: localhost\r\n\r\n",
        b"GET /hea lth HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /health\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let mut connection = Connection::to(&janua).await;
        connection.say(bytes).await;
        let heard = connection.listen_to_the_end().await;
        let refused =
            heard.is_empty() || heard.starts_with("HTTP/1.1 400") || heard.starts_with("HTTP/1.1 4");
        assert!(refused, "{:?}: {heard}", String::from_utf8_lossy(bytes));
    }
    assert_alive(&janua).await;
}
