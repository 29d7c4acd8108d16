//! Methods and paths that lead nowhere, or only seem to lead elsewhere.

use reqwest::Method;
use serde_json::json;

use super::raw::{self, head};
use super::{LOGIN, assert_alive, patient_janua};

#[tokio::test]
async fn another_method_is_refused_and_told_which_would_do() {
    let janua = patient_janua().await;
    assert_alive(&janua).await;
    for (path, allowed) in [
        (LOGIN, "POST"),
        ("/api/v1/users/me", "GET,HEAD,PATCH,DELETE"),
        ("/health", "GET,HEAD"),
    ] {
        for method in ["TRACE", "FOO", "PUT", "get", "PROPFIND", "OPTIONS"] {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = janua
                .send(janua.request(method.clone(), path))
                .await
                .refused("METHOD_NOT_ALLOWED");
            assert_eq!(answer.status, 405, "{method} {path}");
            let mut told: Vec<String> = answer
                .header("allow")
                .split(',')
                .map(|it| it.trim().to_owned())
                .collect();
            let mut expected: Vec<&str> = allowed.split(',').collect();
            told.sort();
            expected.sort_unstable();
            assert_eq!(told, expected, "{method} {path}");
        }
    }
    let answer = janua.get(LOGIN).await.refused("METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_method_cannot_be_overridden() {
    let janua = patient_janua().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let request = session
            .request(&janua, Method::GET, "/api/v1/sessions?_method=DELETE")
            .header(name, "DELETE");
        janua.send(request).await.refused("INVALID_FIELD");
        let request = session
            .request(&janua, Method::GET, "/api/v1/users/me")
            .header(name, "DELETE");
        janua.send(request).await.accepted();
    }
    session.get(&janua, "/api/v1/users/me").await.accepted();
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let janua = patient_janua().await;
    for (path, status) in [
        ("/health", 200),
        ("/", 200),
        ("/api/v1/users/me", 401),
        ("/nowhere", 404),
    ] {
        let answer = janua.send(janua.request(Method::HEAD, path)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (status, ""),
            "{path}"
        );
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn slashes_too_many_lead_to_the_same_place_without_a_redirect() {
    let janua = patient_janua().await;
    let wrong = json!({"email": "ada@example.com", "password": "wrong"}).to_string();
    let length = wrong.len().to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", length.as_str()),
    ];
    for path in [
        LOGIN,
        "/api/v1/auth/login/",
        "//api/v1/auth/login",
        "/api//v1///auth/login//",
    ] {
        let request = head(&format!("POST {path}"), &headers) + &wrong;
        raw::send(&janua, request).await.refused("INVALID_CREDENTIALS");
    }
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    session.get(&janua, "//api/v1//users/me/").await.accepted();
    janua
        .get("//api/v1//users/me/")
        .await
        .refused("NOT_AUTHENTICATED");
}

#[tokio::test]
async fn tricks_in_the_path_find_nothing() {
    let janua = patient_janua().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    session.get(&janua, "/api/v1/users/me").await.accepted();
    let bearer = format!("Bearer {}", session.access);
    for path in [
        "/nowhere",
        "/api/v1",
        "/api/v2/users/me",
        "/API/V1/users/me",
        "/api/v1/users/ME",
        "/api/v1/./users/me",
        "/api/v1/x/../users/me",
        "/api/v1/%2e/users/me",
        "/api/v1/x/%2e%2e/users/me",
        "/api/v1/users%2fme",
        "/api/v1/users/me%00",
        "/api/v1/users/me%20",
        "/api/v1/users/me;x=1",
        "/api/v1/users/me.json",
        "/api/v1/users\\me",
        "/docs/..%2f..%2fCargo.toml",
        "/docs/%2e%2e%2fCargo.toml",
        "/assets/../Cargo.toml",
        "/dev/mail/messages/%2e%2e/html",
        "/.env",
        "/.git/config",
        "/debug",
        "/actuator",
        "/graphql",
    ] {
        let request = head(&format!("GET {path}"), &[("Authorization", &bearer)]);
        let answer = raw::send(&janua, request).await;
        assert_eq!(answer.status, 404, "{path} {}", answer.text);
        answer.refused("NOT_FOUND");
    }
    for id in [
        "%00",
        "%ff",
        "%c3%28",
        "..",
        "%2e%2e",
        "null",
        "0",
        "'",
        "%27%20OR%201=1--",
    ] {
        let request = head(
            &format!("DELETE /api/v1/sessions/{id}"),
            &[("Authorization", &bearer)],
        );
        let answer = raw::send(&janua, request).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 404),
            "{id} {}",
            answer.text
        );
        answer.assert_envelope();
    }
    session.get(&janua, "/api/v1/users/me").await.accepted();
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused() {
    let janua = patient_janua().await;
    let query = |length: usize| head(&format!("GET /live?{}", "x".repeat(length)), &[]);
    raw::send(&janua, query(8_000)).await.accepted();
    let answer = raw::send(&janua, query(10_000)).await.refused("URI_TOO_LONG");
    assert_eq!(answer.status, 414);
    // Past this size nothing is read that could be answered in the envelope.
    for length in [64 * 1024, 1024 * 1024] {
        let answer = raw::send(&janua, query(length)).await;
        assert!(
            matches!(answer.status.as_u16(), 414 | 431),
            "{length}: {}",
            answer.status
        );
    }
    assert_alive(&janua).await;
}

#[tokio::test]
async fn headers_too_many_or_too_large_are_refused() {
    let janua = patient_janua().await;
    let names: Vec<String> = (0..200).map(|number| format!("X-Number-{number}")).collect();
    let headers = |count: usize| {
        names
            .iter()
            .take(count)
            .map(|name| (name.as_str(), "1"))
            .collect::<Vec<_>>()
    };
    raw::send(&janua, head("GET /live", &headers(50)))
        .await
        .accepted();
    assert_eq!(
        raw::send(&janua, head("GET /live", &headers(200))).await.status,
        431
    );
    let large = "x".repeat(100_000);
    assert_eq!(
        raw::send(&janua, head("GET /live", &[("X-Large", &large)]))
            .await
            .status,
        431
    );
    let large = format!("Bearer {}", "x".repeat(30_000));
    raw::send(&janua, head("GET /api/v1/users/me", &[("Authorization", &large)]))
        .await
        .refused("TOKEN_INVALID");
    assert_alive(&janua).await;
}
