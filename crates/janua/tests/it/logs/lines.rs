//! What a line looks like, and that nobody outside can write one.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::life::{Life, PASSWORDS};
use super::talkative;
use crate::process::{Home, Program, eventually};

/// The access log of a request, once it is there.
async fn access(program: &Program, request_id: &str) -> Value {
    let look = async || {
        let mut lines = program.log().into_iter();
        lines.find(|it| it["message"] == "request" && it["request_id"] == request_id)
    };
    eventually("the request is logged", look).await
}

#[tokio::test]
async fn every_line_is_one_object_with_its_level_in_lower_case() {
    let program_home = talkative().await;
    let program = program_home.serves().await;
    Life::with(&program).goes_well().await;
    let text = program.stdout();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let levels = ["error", "warn", "info", "debug", "trace"].map(|it| format!("\"level\":\"{it}\""));
    for line in whole.lines() {
        let parsed: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(
            parsed.is_object() && levels.iter().any(|it| line.contains(it)),
            "{line}"
        );
        assert!(
            parsed["timestamp"].as_str().is_some_and(|it| it.ends_with('Z')),
            "{line}"
        );
        assert!(parsed["target"].is_string(), "{line}");
    }
    assert!(whole.lines().count() > 20);
}

#[tokio::test]
async fn a_request_is_one_line_that_says_who_and_what() {
    let home = Home::with_empty_store()
        .await
        .with("REQUIRE_EMAIL_VERIFICATION", "false");
    let program = home.serves().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORDS[0]});
    let registered = program.post("/api/v1/auth/register", &body).await.accepted();
    let token = registered.str("/tokens/access_token");
    let by_token = |it: reqwest::RequestBuilder| it.bearer_auth(&token);
    let answer = program.send(Method::GET, "/api/v1/users/me?x=1", by_token).await;
    let line = access(&program, &answer.accepted().header("x-request-id")).await;
    assert_eq!(
        (&line["method"], &line["path"], &line["status"]),
        (&json!("GET"), &json!("/api/v1/users/me"), &json!(200))
    );
    assert_eq!(
        (&line["level"], &line["ip"]),
        (&json!("info"), &json!("127.0.0.1"))
    );
    assert_eq!(line["user_id"], registered.json()["user"]["id"]);
    assert!(
        line["session_id"].is_string() && line["duration_ms"].is_number(),
        "{line}"
    );

    let nobody = program.get("/api/v1/users/me").await.refused("NOT_AUTHENTICATED");
    let line = access(&program, &nobody.header("x-request-id")).await;
    assert_eq!((&line["status"], line.get("user_id")), (&json!(401), None));

    // What was said between belongs to the request as well.
    let id = registered.header("x-request-id");
    let lines: Vec<Value> = program
        .log()
        .into_iter()
        .filter(|it| it["request_id"] == *id)
        .collect();
    assert!(
        lines
            .iter()
            .any(|it| it["message"] == "registered" && it["user_id"].is_string()),
        "{lines:?}"
    );
    // Health is asked for all the time and would fill the log.
    let health = program.get("/health").await.accepted().header("x-request-id");
    access(&program, &program.get("/nowhere").await.header("x-request-id")).await;
    assert!(program.log().iter().all(|it| it["request_id"] != *health));
}

#[tokio::test]
async fn nobody_outside_writes_a_line() {
    let home = talkative().await;
    let program = home.serves().await;
    let address = program.address().expect("an address");
    let forged = "{\"level\":\"error\",\"message\":\"forged\"}";
    for (name, value) in [
        ("User-Agent", format!("x\r\n{forged}")),
        ("User-Agent", format!("x\n{forged}")),
        ("User-Agent", "\u{1b}[31mred\u{1b}[0m".to_owned()),
        ("User-Agent", format!("\"}}\t{forged}")),
        ("User-Agent", "\u{9b}31m \u{85} \u{2028}".to_owned()),
        ("X-Request-ID", format!("x\r\n{forged}")),
        ("X-Request-ID", "\u{1b}[2Jx".to_owned()),
        ("X-Request-ID", format!("\",\"level\":\"error\",\"x\":\"{forged}")),
        ("X-Forwarded-For", format!("1.2.3.4\n{forged}")),
        ("Origin", forged.to_owned()),
    ] {
        let mut stream = TcpStream::connect(address).await.expect("it accepts");
        let request = format!(
            "GET /%0a{{%22level%22:1}}%1b[31m HTTP/1.1\r\nHost: x\r\n{name}: {value}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
    }
    for text in [
        "ada@example.com\r\n{\"level\":\"error\"}",
        "\u{1b}[31mred",
        "\u{2028}x",
    ] {
        let body = json!({"email": text, "password": text, text: text});
        program.post("/api/v1/auth/login", &body).await.assert_envelope();
    }
    let last = program.get("/nowhere").await.header("x-request-id");
    access(&program, &last).await;
    let text = program.stdout();
    for line in text.lines().filter(|it| !it.is_empty()) {
        assert!(!line.contains(['\u{1b}', '\r', '\t']), "{line:?}");
    }
    for line in program.log() {
        assert_ne!(line["message"], "forged");
        assert!(line["timestamp"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn the_level_decides_what_is_said() {
    for (level, expected) in [
        ("error", None),
        ("WARN", None),
        ("Info", Some("info")),
        ("info,janua=debug", Some("debug")),
    ] {
        // With the usual hash, of which the doctor has nothing to say.
        let home = Home::embedded()
            .with("LOG_LEVEL", level)
            .without("ARGON2_MEMORY_KIB")
            .without("ARGON2_ITERATIONS");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .expect("a port")
            .port()
            .to_string();
        let home = home.with("PORT", &port);
        let mut program = home.starts();
        program.listens_on(&port).await;
        program.get("/api/v1/users/me").await.refused("NOT_AUTHENTICATED");
        let said = async || {
            let levels: Vec<String> = program
                .log()
                .iter()
                .filter_map(|it| Some(it["level"].as_str()?.to_owned()))
                .collect();
            match expected {
                None => Some(levels.is_empty()),
                Some(wanted) => levels.iter().any(|it| it == wanted).then_some(true),
            }
        };
        assert!(
            eventually("it is said", said).await,
            "{level}: {}",
            program.stdout()
        );
    }
}
