//! Logs and traces of the real binary: what stands in them, and what never does.

mod collector;
mod process;

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::support::PASSWORD;
use collector::Collector;
use process::Process;

/// Everything that tells more than usual.
const LOUD: [(&str, &str); 5] = [
    ("LOG_LEVEL", "TRACE"),
    ("DEBUG", "true"),
    ("SQLALCHEMY_ECHO", "true"),
    ("LOG_REQUEST_BODY", "true"),
    ("LOG_RESPONSE_BODY", "true"),
];

/// Registers, verifies, signs in, refreshes and signs out; gives every secret that came along.
async fn first_steps(janua: &Process) -> Vec<String> {
    let mut secrets = vec![PASSWORD.to_owned(), "a-wrong-passphrase-91".to_owned()];
    let email = json!("ada@example.com");
    janua
        .post(
            "/api/v1/auth/register",
            json!({"email": email, "password": PASSWORD}),
        )
        .await
        .accepted();
    let secret = janua.mailed_secret("ada@example.com").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    secrets.push(secret);
    let wrong = json!({"email": email, "password": secrets[1]});
    janua
        .post("/api/v1/auth/login", wrong)
        .await
        .refused("INVALID_CREDENTIALS");
    let signed_in = janua
        .post(
            "/api/v1/auth/login",
            json!({"email": email, "password": PASSWORD}),
        )
        .await
        .accepted();
    let access = signed_in.str("/tokens/access_token");
    let refresh = signed_in.str("/tokens/refresh_token");
    let cookies = signed_in.cookies().into_iter();
    secrets.extend(cookies.filter_map(|it| it.split(['=', ';']).nth(1).map(str::to_owned)));
    let me = janua
        .request(Method::GET, "/api/v1/users/me")
        .bearer_auth(&access);
    janua.send(me).await.accepted();
    let session = janua
        .request(Method::GET, "/api/v1/auth/session")
        .bearer_auth(&access);
    secrets.push(janua.send(session).await.accepted().str("/csrf_token"));
    let next = janua
        .post("/api/v1/auth/refresh", json!({"refresh_token": refresh}))
        .await
        .accepted();
    secrets.extend([next.str("/access_token"), next.str("/refresh_token")]);
    let logout = janua
        .request(Method::POST, "/api/v1/auth/logout")
        .bearer_auth(&access)
        .json(&json!({}));
    janua.send(logout).await.accepted();
    janua
        .post("/api/v1/auth/password/forgot", json!({"email": email}))
        .await;
    secrets.extend([access, refresh]);
    secrets
}

#[tokio::test]
async fn no_secret_stands_in_the_log_however_loud_it_is() {
    let janua = Process::start(&LOUD).await;
    let secrets = first_steps(&janua).await;
    let (lines, printed) = janua.stop().await;
    assert!(
        lines.iter().any(|it| it["message"] == "request body"),
        "bodies are logged"
    );
    assert!(
        lines.iter().any(|it| it["message"] == "response body"),
        "bodies are logged"
    );
    // Checkpoints open nothing, and are to be kept where whoever changes the database does not get.
    let others = lines
        .iter()
        .filter(|it| it["message"] != "the audit log was signed");
    let text = format!(
        "{}\n{printed}",
        others.map(Value::to_string).collect::<Vec<_>>().join("\n")
    );
    for secret in secrets.iter().filter(|it| it.len() > 8) {
        let at = text.find(secret.as_str());
        let near = at.map(|at| text[text.floor_char_boundary(at.saturating_sub(300))..at].to_owned());
        assert_eq!(near, None, "a secret stands in the log after this");
    }
    // Not even what it was derived from or is stored as.
    for form in ["$argon2", "eyJ", "jrt_", "jlk_", "jsc_", "jdv_"] {
        assert!(!text.contains(form), "{form} stands in the log");
    }
}

#[tokio::test]
async fn statements_carry_the_id_of_their_request_and_no_values() {
    let janua = Process::start(&[("SQL_ECHO", "true")]).await;
    let request = janua
        .request(Method::POST, "/api/v1/auth/register")
        .header("x-request-id", "abc123")
        .json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    janua.send(request).await.accepted();
    let (lines, _) = janua.stop().await;
    let statements: Vec<_> = lines
        .iter()
        .filter(|it| it["request_id"] == "abc123" && it["statement"].is_string())
        .collect();
    let first_words: BTreeSet<_> = statements
        .iter()
        .filter_map(|it| it["statement"].as_str()?.split(' ').next())
        .collect();
    assert!(
        first_words.is_superset(&BTreeSet::from(["INSERT", "COMMIT"])),
        "{first_words:?}"
    );
    for line in statements {
        let text = line["statement"].as_str().expect("a text");
        assert!(!text.contains('\n') && !text.contains("ada@"), "{text}");
        assert!(
            line["duration_ms"].is_number() && line["rows"].is_number(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn slow_statements_are_warnings_without_any_flag() {
    let janua = Process::start(&[
        ("SLOW_QUERY_THRESHOLD", "0"),
        ("LOG_LEVEL", "WARN,janua::cli=info"),
    ])
    .await;
    let request = janua
        .request(Method::GET, "/ready")
        .header("x-request-id", "slow-one");
    janua.send(request).await.accepted();
    let (lines, _) = janua.stop().await;
    let slow = lines
        .iter()
        .find(|it| it["message"] == "a slow statement" && it["request_id"] == "slow-one");
    let slow = slow.expect("a line, with its request_id although the level is warn");
    assert_eq!(
        (&slow["level"], &slow["statement"]),
        (&json!("warn"), &json!("SELECT 1"))
    );
}

#[tokio::test]
async fn bodies_that_are_not_json_are_told_by_size_and_type() {
    let janua = Process::start(&[("LOG_REQUEST_BODY", "true"), ("LOG_RESPONSE_BODY", "true")]).await;
    let request = janua
        .request(Method::POST, "/api/v1/auth/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("password=hunter2hunter2");
    janua.send(request).await.refused("UNSUPPORTED_MEDIA_TYPE");
    let long = json!({"email": "x".repeat(5000), "password": PASSWORD});
    janua.post("/api/v1/auth/login", long).await;
    let (lines, _) = janua.stop().await;
    let bodies: Vec<_> = lines
        .iter()
        .filter(|it| it["message"] == "request body")
        .collect();
    assert_eq!(bodies[0]["size"], 23);
    assert_eq!(bodies[0]["content_type"], "application/x-www-form-urlencoded");
    assert!(bodies[0]["body"].is_null(), "{}", bodies[0]);
    assert!(
        bodies[1]["body"]
            .as_str()
            .is_some_and(|it| it.len() < 2100 && it.ends_with('…'))
    );
    let answer = lines
        .iter()
        .find(|it| it["message"] == "response body")
        .expect("an answer");
    assert!(
        answer["body"]
            .as_str()
            .is_some_and(|it| it.contains("UNSUPPORTED_MEDIA_TYPE")),
        "{answer}"
    );
}

#[tokio::test]
async fn production_is_warned_of_logged_bodies() {
    let production = [
        ("ENVIRONMENT", "production"),
        ("APP_BASE_URL", "https://id.example.com"),
        ("JWT_SECRET_KEY", "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA"),
        ("HOST", "127.0.0.1"),
        ("REDIS_URL", "memory:"),
        ("LOG_RESPONSE_BODY", "true"),
    ];
    let janua = Process::start(&production).await;
    let (lines, _) = janua.stop().await;
    let warned =
        |it: &&Value| it["level"] == "warn" && it["message"].to_string().contains("LOG_RESPONSE_BODY");
    assert!(lines.iter().any(|it| warned(&it)));
}

#[tokio::test]
async fn what_a_caller_sends_cannot_break_a_line() {
    let janua = Process::start(&LOUD).await;
    let body = json!({"email": "ada\r\n{\"level\":\"error\"}\u{1b}[31m@example.com", "password": PASSWORD});
    let request = janua
        .request(Method::POST, "/api/v1/auth/login%0a%7b%22level%22")
        .header(
            "user-agent",
            HeaderValue::from_bytes(b"x\t\xc2\x9b31m").expect("a header"),
        )
        .json(&body);
    janua.send(request).await;
    janua.post("/api/v1/auth/login", body).await;
    // Every line was read as one JSON object.
    let (lines, _) = janua.stop().await;
    assert!(lines.iter().all(Value::is_object));
}

#[tokio::test]
async fn a_request_is_a_trace_that_continues_the_callers() {
    let collector = Collector::start().await;
    let endpoint = format!("http://{}", collector.address);
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%20b"),
        ("OTEL_SERVICE_NAME", "janua-test"),
        ("LOG_LEVEL", "error,janua::cli=info"),
    ];
    let janua = Process::start(&settings).await;
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let request = janua
        .request(Method::POST, "/api/v1/auth/register")
        .header("traceparent", format!("00-{trace}-{parent}-01"))
        .header("x-request-id", "traced-one")
        .json(&json!({"email": "ada@example.com", "password": PASSWORD}));
    janua.send(request).await.accepted();
    // The rest is flushed when it stops.
    janua.stop().await;
    let sent = collector.stop();
    assert_eq!(sent.service, "janua-test");
    assert_eq!(sent.tenant, "a b");
    let ours: Vec<_> = sent
        .spans
        .iter()
        .filter(|it| hex::encode(&it.trace_id) == trace)
        .collect();
    let root = ours
        .iter()
        .find(|it| it.name == "POST /api/v1/auth/register")
        .expect("the request");
    assert_eq!(hex::encode(&root.parent_span_id), parent);
    for (name, value) in [
        ("request_id", "traced-one"),
        ("http.route", "/api/v1/auth/register"),
        ("http.request.method", "POST"),
        ("http.response.status_code", "201"),
    ] {
        assert_eq!(collector::attribute(root, name), value, "{name}");
    }
    let names: BTreeSet<&str> = ours.iter().map(|it| it.name.as_str()).collect();
    assert!(names.is_superset(&BTreeSet::from(["hash", "query"])), "{names:?}");
    let queries = ours.iter().filter(|it| it.name == "query");
    for query in queries {
        let text = collector::attribute(query, "db.query.text");
        assert!(!text.is_empty() && !text.contains("ada@"), "{text}");
    }
    assert!(
        ours.iter().all(|it| it.events.is_empty()),
        "what is logged stays in the log"
    );
}

#[tokio::test]
async fn the_server_goes_on_when_the_collector_is_away() {
    // A port that was free a moment ago, and nobody listens.
    let away = Collector::start().await;
    let endpoint = format!("http://{}/v1/traces", away.address);
    drop(away);
    let janua = Process::start(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.as_str())]).await;
    for _ in 0..20 {
        janua.send(janua.request(Method::GET, "/live")).await.accepted();
    }
    janua.stop().await;
}
