//! What an operator's Prometheus is told, and that nobody can make it swell.

use std::collections::BTreeSet;

use janua::http::metrics;
use reqwest::Method;
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{PASSWORD, TestJanua, minutes, refresh};

/// The value of one series, written with its labels in order of the alphabet.
#[track_caller]
pub(crate) fn value(text: &str, series: &str) -> f64 {
    let found = text.lines().find_map(|line| {
        let (name, value) = line.rsplit_once(' ')?;
        (name == series).then_some(value)
    });
    let found = found.unwrap_or_else(|| panic!("no {series} in\n{text}"));
    found.parse().expect("a number")
}

fn series(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    lines
        .filter_map(|it| Some(it.rsplit_once(' ')?.0.to_owned()))
        .collect()
}

/// What the server tells of itself now.
pub(crate) async fn told(janua: &TestJanua) -> String {
    janua.get("/metrics").await.accepted().text
}

#[tokio::test]
async fn a_day_at_the_door_stands_in_the_figures() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.login("not-the-password-at-all")
        .await
        .refused("INVALID_CREDENTIALS");
    let session = ada.signs_in().await;
    session.get(&janua, "/api/v1/users/me").await.accepted();
    refresh(&janua, &session.refresh, "").await.accepted();
    refresh(&janua, &session.refresh, "").await.accepted();
    let text = told(&janua).await;
    for (name, expected) in [
        (
            r#"janua_http_requests_total{route="/api/v1/users/me",method="GET",status="2xx"}"#,
            1.0,
        ),
        (
            r#"janua_http_requests_total{route="/api/v1/auth/login",method="POST",status="4xx"}"#,
            1.0,
        ),
        (
            r#"janua_http_request_duration_seconds_count{route="/api/v1/auth/login",method="POST"}"#,
            2.0,
        ),
        (r#"janua_refusals_total{code="INVALID_CREDENTIALS"}"#, 1.0),
        (
            r#"janua_sign_ins_total{method="password",outcome="success"}"#,
            1.0,
        ),
        (
            r#"janua_sign_ins_total{method="password",outcome="INVALID_CREDENTIALS"}"#,
            1.0,
        ),
        (r#"janua_tokens_issued_total{kind="access"}"#, 3.0),
        (r#"janua_tokens_issued_total{kind="refresh"}"#, 2.0),
        (r#"janua_refreshes_total{outcome="rotated"}"#, 1.0),
        (r#"janua_refreshes_total{outcome="repeated"}"#, 1.0),
        (r#"janua_mails_total{kind="verification",outcome="sent"}"#, 1.0),
        // Three signatures, and the key that makes them.
        (r#"janua_pool_wait_seconds_count{pool="sign"}"#, 4.0),
        (r#"janua_pool_waiting{pool="hash"}"#, 0.0),
        (r#"janua_sessions{state="live"}"#, 1.0),
        (r#"janua_outbox_mails{state="failed"}"#, 0.0),
        (r#"janua_signing_key_age_seconds{state="active"}"#, 0.0),
        (
            &format!(r#"janua_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION")),
            1.0,
        ),
    ] {
        let found = value(&text, name);
        assert!(
            (found - expected).abs() < f64::EPSILON,
            "{name} is {found}, not {expected}"
        );
    }
    for name in [
        "janua_db_acquire_seconds_count",
        r#"janua_pool_run_seconds_count{pool="hash"}"#,
        r#"janua_db_query_seconds_count{kind="select"}"#,
        r#"janua_db_query_seconds_count{kind="commit"}"#,
        r#"janua_db_connections{state="open"}"#,
        r#"janua_db_connections{state="max"}"#,
        r#"janua_cache_events_total{state="miss"}"#,
    ] {
        assert!(value(&text, name) > 0.0, "{name} is nothing");
    }
}

#[tokio::test]
async fn a_stolen_token_is_counted() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let next = refresh(&janua, &session.refresh, "").await.accepted();
    refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    refresh(&janua, &session.refresh, "")
        .await
        .refused("REFRESH_TOKEN_REUSED");
    let text = told(&janua).await;
    assert!(value(&text, "janua_refresh_reuses_total") > 0.0);
    assert!(value(&text, r#"janua_refreshes_total{outcome="REFRESH_TOKEN_REUSED"}"#) > 0.0);
}

#[tokio::test]
async fn sessions_are_counted_at_most_once_a_minute() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.signs_in().await;
    let live = r#"janua_sessions{state="live"}"#;
    assert!((value(&told(&janua).await, live) - 1.0).abs() < f64::EPSILON);
    ada.signs_in().await;
    assert!((value(&told(&janua).await, live) - 1.0).abs() < f64::EPSILON);
    janua.advance(minutes(1));
    assert!((value(&told(&janua).await, live) - 2.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn whoever_sends_nonsense_makes_no_new_series() {
    let janua = TestJanua::start().await;
    let nonsense = async |round: usize| {
        for index in 0..200 {
            let path = format!("/{round}/x{index}/{}", index * 7);
            janua.get(&path).await.refused("NOT_FOUND");
            let method = Method::from_bytes(format!("M{round}X{index}").as_bytes()).expect("a method");
            janua
                .send(janua.request(method, &path))
                .await
                .refused("NOT_FOUND");
            let body = json!({"email": format!("{round}.{index}@example.com"), "password": PASSWORD, format!("f{round}x{index}"): 1});
            let answer = janua.post("/api/v1/auth/login", body).await;
            assert!(answer.status.is_client_error());
        }
    };
    nonsense(1).await;
    let before = series(&told(&janua).await);
    nonsense(2).await;
    let after = series(&told(&janua).await);
    let grown: Vec<_> = after.difference(&before).collect();
    // The request for the figures itself is counted once it was answered.
    assert!(
        grown.iter().all(|it| it.contains(r#"route="/metrics""#)),
        "{grown:?}"
    );
    assert!(after.len() < 1000, "{} series", after.len());
    assert!(
        !after.iter().any(|it| it.contains("x42") || it.contains("M1X")),
        "{after:?}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_process_is_told_under_the_usual_names() {
    let janua = TestJanua::start().await;
    let text = told(&janua).await;
    for name in [
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_threads",
        "process_start_time_seconds",
    ] {
        assert!(value(&text, name) > 0.0, "{name} is nothing");
    }
    assert!(value(&text, "process_cpu_seconds_total") >= 0.0);
}

#[tokio::test]
async fn both_texts_are_well_formed() {
    let janua = TestJanua::start().await;
    let classic = janua.get("/metrics").await.accepted();
    assert_eq!(
        classic.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let mut typed = BTreeSet::new();
    for line in classic.text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let name = rest.split(' ').next().expect("a name");
            assert!(typed.insert(name.to_owned()), "{name} is told twice");
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().expect("a name");
            let base = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|it| name.strip_suffix(it));
            let known = typed.contains(name) || base.is_some_and(|it| typed.contains(it));
            assert!(known, "{name} has no type");
        }
    }
    let request = janua.request(Method::GET, "/metrics").header(
        "accept",
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
    );
    let open = janua.send(request).await.accepted();
    assert!(
        open.header("content-type")
            .starts_with("application/openmetrics-text")
    );
    assert!(open.text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn where_they_are_not_wanted_there_are_no_figures() {
    for (name, value) in [
        ("METRICS_ENABLED", "false"),
        ("METRICS_ON_MAIN_PORT", "false"),
        ("METRICS_PORT", "0"),
    ] {
        let janua = TestJanua::with(&[(name, value)]).await;
        janua.get("/metrics").await.refused("NOT_FOUND");
    }
}

#[tokio::test]
async fn the_management_listener_serves_figures_and_nothing_else() {
    let janua = TestJanua::with(&[("METRICS_PORT", "0")]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(metrics::serve(janua.app.clone(), listener));
    janua.get("/live").await.accepted();
    let text = janua.get_at(address, "/metrics").await.accepted().text;
    assert!(
        value(
            &text,
            r#"janua_http_requests_total{route="/live",method="GET",status="2xx"}"#
        ) > 0.0
    );
    for path in ["/health", "/api/v1/users/me", "/"] {
        assert_eq!(janua.get_at(address, path).await.status, 404, "{path}");
    }
}

#[test]
fn production_tells_nobody_by_accident() {
    use janua::config::{Config, Env};
    let production = |own: &[(&str, &str)]| {
        let mut settings = vec![
            ("ENVIRONMENT", "production"),
            ("DATABASE_URL", "sqlite:/var/lib/janua/janua.db"),
            ("REDIS_URL", "memory:"),
            ("JWT_SECRET_KEY", "b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA"),
            ("APP_BASE_URL", "https://id.example.com"),
        ];
        settings.extend(own);
        Config::read(&Env::of(settings))
            .expect("the settings are right")
            .metrics
    };
    assert!(!production(&[]).on_main_port);
    assert_eq!(production(&[]).port, None);
    assert_eq!(production(&[("METRICS_PORT", "9464")]).host, "127.0.0.1");
    assert!(production(&[("METRICS_ON_MAIN_PORT", "true")]).on_main_port);
}
