//! The bundle for whoever helps: all that helps, and nothing secret however hard somebody tries.

use serde_json::Value;

use super::Deployment;

/// Secrets as they stand in settings and logs; none of them may leave.
const PLANTED: [&str; 9] = [
    "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gAplanted",
    "planted-relay-state-secret",
    "planted-smtp-password",
    "planted-twilio-token",
    "planted-redis-password",
    "planted-client-secret",
    "planted-bootstrap-password-1",
    "eyJhbGciOiJSUzI1NiJ9.planted.token",
    "jrt_planted_refresh_token",
];

#[tokio::test]
async fn the_bundle_helps_and_holds_no_secret() {
    let it = Deployment::starts().await;
    let operator = it.operator(&[
        ("JWT_SECRET_KEY", PLANTED[0]),
        ("SSO_RELAY_STATE_SECRET", PLANTED[1]),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", "1"),
        ("SMTP_USER", "janua"),
        ("SMTP_PASSWORD", PLANTED[2]),
        ("SMTP_FROM", "janua@example.com"),
        ("TWILIO_AUTH_TOKEN", PLANTED[3]),
        ("REDIS_URL", "redis://:planted-redis-password@127.0.0.1:1"),
        ("OAUTH_GOOGLE_CLIENT_ID", "public"),
        ("OAUTH_GOOGLE_CLIENT_SECRET", PLANTED[5]),
        ("ADMIN_BOOTSTRAP_EMAIL", "root@example.com"),
        ("ADMIN_BOOTSTRAP_PASSWORD", PLANTED[6]),
    ]);
    let mut log: Vec<String> = (0..150)
        .map(|number| format!(r#"{{"level":"info","message":"line {number}","request_id":"req_{number}"}}"#))
        .collect();
    log.extend([
        format!(r#"{{"level":"error","body":{{"password":"{}"}}}}"#, PLANTED[6]),
        format!("a proxy wrote Authorization: Bearer {}", PLANTED[7]),
        format!(
            "somebody pasted {} and redis://:{}@cache/0",
            PLANTED[8], PLANTED[4]
        ),
        format!("a driver told {} of its own", PLANTED[2]),
    ]);
    std::fs::write(operator.path().join("janua.log"), log.join("\n")).expect("written");
    operator.does("doctor report --log janua.log -o report.json").ok();
    let text = std::fs::read_to_string(operator.path().join("report.json")).expect("a report");
    for secret in PLANTED {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["janua"], env!("CARGO_PKG_VERSION"));
    let lines = report["log"].as_array().expect("lines");
    assert_eq!(lines.len(), 100);
    assert!(
        lines[0].as_str().is_some_and(|it| it.contains("req_54")),
        "{}",
        lines[0]
    );
    let codes = super::codes_of(&report);
    assert!(
        codes.contains("JD-MAIL-011") && codes.contains("JD-REDIS-001"),
        "{codes:?}"
    );
    assert_eq!(report["database"]["place"], "head", "{}", report["database"]);
    assert!(report["system"]["release"].is_string(), "{}", report["system"]);
    let settings = report["configuration"].as_array().expect("settings");
    let of = |name: &str| settings.iter().find(|it| it["name"] == name).expect("a setting");
    assert_eq!(of("SMTP_PASSWORD")["value"], "***");
    assert_eq!(of("SMTP_HOST")["value"], "127.0.0.1");
}
