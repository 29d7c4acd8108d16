//! How the server says that it can be used, or what of it cannot.

mod email;
mod postgres;
mod redis;

use serde_json::{Value, json};

use crate::support::{Answer, TestJanua};

/// The keys of an object, sorted.
fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
    keys.sort();
    keys
}

/// What /health says of the whole and of database, Redis and email.
fn states(answer: &Answer) -> [String; 4] {
    let state = |pointer| answer.str(pointer);
    [
        state("/status"),
        state("/dependencies/database"),
        state("/dependencies/redis"),
        state("/dependencies/email"),
    ]
}

#[tokio::test]
async fn a_fresh_server_is_healthy_and_says_nothing_more() {
    let janua = TestJanua::start().await;
    for path in ["/health", "/health/"] {
        let health = janua.get(path).await.accepted();
        assert_eq!(health.status, 200);
        assert_eq!(keys(&health.json()), ["dependencies", "status", "version"]);
        assert_eq!(
            keys(&health.json()["dependencies"]),
            ["database", "email", "redis"]
        );
        assert_eq!(states(&health), ["healthy"; 4]);
        assert_eq!(health.str("/version"), env!("CARGO_PKG_VERSION"));
    }
}

#[tokio::test]
async fn the_details_are_figures() {
    let janua = TestJanua::start().await;
    let health = janua.get("/health/detailed").await.accepted();
    assert_eq!(states(&health), ["healthy"; 4]);
    let told = health.json();
    let expected = [
        "base_url",
        "cache",
        "dependencies",
        "latency_ms",
        "pool",
        "queues",
        "server_time",
        "status",
        "version",
    ];
    assert_eq!(keys(&told), expected);
    assert_eq!(told["server_time"], "2026-01-11T10:30:00.000Z");
    for part in ["database", "redis", "email"] {
        assert!(
            told["latency_ms"][part].as_f64().is_some_and(|it| it >= 0.0),
            "{told}"
        );
    }
    assert!(
        told["pool"]["connections"].as_u64().is_some_and(|it| it >= 1),
        "{told}"
    );
    assert!(
        told["pool"]["max"].as_u64() >= told["pool"]["connections"].as_u64(),
        "{told}"
    );
    assert!(told["pool"]["idle"].is_u64(), "{told}");
    assert_eq!(told["queues"], json!({"outbox": 0, "hashing": 0, "signing": 0}));
    assert!(
        matches!(told["cache"]["backend"].as_str(), Some("memory" | "redis")),
        "{told}"
    );
    if told["cache"]["backend"] == "redis" {
        assert_eq!(told["cache"]["breaker"]["state"], "closed");
        assert_eq!(told["cache"]["breaker"]["last_error"], Value::Null);
    }

    janua.person("ada@example.com").signs_up().await.accepted();
    assert_eq!(janua.get("/health/detailed").await.json()["queues"]["outbox"], 1);
    janua.mails("ada@example.com").await;
    assert_eq!(janua.get("/health/detailed").await.json()["queues"]["outbox"], 0);
}

#[tokio::test]
async fn ready_and_live_are_short() {
    let janua = TestJanua::start().await;
    assert_eq!(
        janua.get("/ready").await.accepted().json(),
        json!({"status": "ready"})
    );
    assert_eq!(
        janua.get("/live").await.accepted().json(),
        json!({"status": "alive"})
    );
}

#[tokio::test]
async fn without_its_database_the_server_is_unhealthy_but_alive() {
    let janua = TestJanua::start().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    janua.app.db.close().await;
    for path in ["/health", "/health/detailed"] {
        let health = janua.get(path).await;
        assert_eq!(health.status, 503, "{path}");
        assert_eq!(
            states(&health),
            ["unhealthy", "unhealthy", "healthy", "healthy"],
            "{path}"
        );
        for word in ["sqlite", "postgres", "pool", "error", "connection", "closed"] {
            let allowed =
                path == "/health/detailed" && matches!(word, "pool" | "error" | "connection" | "closed");
            assert!(
                allowed || !health.text.to_lowercase().contains(word),
                "{path} says {word}: {}",
                health.text
            );
        }
    }
    let told = janua.get("/health/detailed").await.json();
    assert_eq!(
        (&told["latency_ms"]["database"], &told["queues"]["outbox"]),
        (&Value::Null, &Value::Null)
    );
    janua.get("/live").await.accepted();

    let login = json!({"email": "ada@example.com", "password": crate::support::PASSWORD});
    for refusal in [
        janua.get("/ready").await,
        janua.post("/api/v1/auth/login", login).await,
        session.refreshes(&janua).await,
        session.get(&janua, "/api/v1/sessions").await,
    ] {
        let refusal = refusal.refused("DATABASE_UNAVAILABLE");
        assert_eq!(
            (refusal.status.as_u16(), refusal.str("/error")),
            (503, "SERVICE_UNAVAILABLE".to_owned())
        );
        assert!(
            refusal
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|it| it > 0),
            "{:?}",
            refusal.headers
        );
        assert!(
            !refusal.text.contains("sqlx") && !refusal.text.contains("pool"),
            "{}",
            refusal.text
        );
    }
    janua.get("/").await.accepted();
    janua.get("/.well-known/jwks.json").await.accepted();
}

#[tokio::test]
async fn a_draining_server_is_alive_but_not_ready() {
    let janua = TestJanua::start().await;
    janua.get("/ready").await.accepted();
    janua
        .app
        .draining
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let refusal = janua.get("/ready").await.refused("DRAINING");
    assert_eq!(
        (refusal.status.as_u16(), refusal.header("retry-after")),
        (503, "1".to_owned())
    );
    janua.get("/live").await.accepted();
    assert_eq!(states(&janua.get("/health").await.accepted()), ["healthy"; 4]);
}
