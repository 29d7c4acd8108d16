//! The doctor before the door: what a client meets at the public address.

use std::collections::BTreeSet;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use janua::doctor::{Finding, examine_from_outside};
use janua::io::clock::Clock;
use serde_json::json;
use tokio::net::TcpListener;

use crate::process::Home;
use crate::support::{Backend, handed_over, hours};

async fn looks(address: &str, origins: &[&str]) -> Vec<Finding> {
    let origins: Vec<String> = origins.iter().map(|it| (*it).to_owned()).collect();
    examine_from_outside(address, &origins, Clock::System.now()).await
}

#[track_caller]
fn assert_told(found: &[Finding], codes: &[&str]) {
    let told: BTreeSet<&str> = found.iter().map(|it| it.code).collect();
    assert_eq!(told, codes.iter().copied().collect(), "{found:?}");
    for code in codes {
        println!("named {code}: from outside");
    }
}

async fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    probe.local_addr().expect("an address").port()
}

/// Something that answers in place of Janua.
async fn answers(respond: impl Fn() -> Response + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(get(move || {
        let respond = respond.clone();
        async move { respond() }
    }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_reached_as_it_should_be() {
    let port = free_port().await;
    let address = format!("http://127.0.0.1:{port}");
    let home = Home::embedded()
        .with("PORT", &port.to_string())
        .with("APP_BASE_URL", &address)
        .with("CORS_ORIGINS", "https://app.example.com");
    let program = home.serves().await;
    let friend = ["https://app.example.com"];
    assert_told(&looks(&address, &friend).await, &[]);
    // Who writes a slash at the end means the same.
    assert_told(&looks(&format!("{address}/"), &friend).await, &[]);
    assert_told(
        &looks(&address, &["https://other.example.com"]).await,
        &["JD-SDK-011"],
    );
    let by_another_name = format!("http://localhost:{port}");
    assert_told(&looks(&by_another_name, &[]).await, &["JD-DEPLOY-036"]);
    let late = examine_from_outside(&address, &[], Clock::System.now() + hours(1)).await;
    assert_told(&late, &["JD-JWT-010"]);

    let done = home.order(&["doctor", "--url", &address, "--json"]);
    assert_eq!(done.code, Some(0), "{}", done.stdout);
    let done = home.order(&["doctor", "--url", &by_another_name]);
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.contains("JD-DEPLOY-036"), "{}", done.stdout);
    assert!(program.stops().await.success());
    assert_told(&looks(&address, &[]).await, &["JD-DEPLOY-031"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_that_ends_elsewhere() {
    assert_told(&looks("https://nowhere.invalid", &[]).await, &["JD-DEPLOY-030"]);
    let away = answers(|| Redirect::permanent("https://id.example.com/health").into_response()).await;
    assert_told(&looks(&away, &[]).await, &["JD-DEPLOY-034"]);
    let tunnel = answers(|| {
        let headers = [(header::SERVER, "cloudflare")];
        (
            StatusCode::from_u16(530).expect("a status"),
            headers,
            "error code: 1033",
        )
            .into_response()
    });
    let found = looks(&tunnel.await, &[]).await;
    assert_told(&found, &["JD-DEPLOY-035"]);
    assert!(found[0].cause.contains("cloudflare"), "{found:?}");
    let health = |status: &'static str, version: &'static str| {
        answers(move || axum::Json(json!({"status": status, "version": version})).into_response())
    };
    let unhealthy = health("unhealthy", env!("CARGO_PKG_VERSION")).await;
    assert_told(&looks(&unhealthy, &[]).await, &["JD-DEPLOY-038"]);
    let older = health("healthy", "0.9.0").await;
    assert_told(&looks(&older, &[]).await, &["JD-DEPLOY-037"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_nobody_trusts() {
    let Some(url) = handed_over("JANUA_TEST_SMTPS_URL") else {
        return;
    };
    let address = url.replace("smtps://127.0.0.1", "https://localhost");
    let address = address
        .rsplit_once('@')
        .map_or(address.clone(), |(_, it)| format!("https://{it}"));
    assert_told(&looks(&address, &[]).await, &["JD-DEPLOY-032"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_to_everything_is_tried_step_by_step() {
    let Some(redis) = Backend::redis().await else {
        return;
    };
    let redis_url = format!("redis://:s3cr3t-of-redis@127.0.0.1:{}", redis.port);
    let home = Home::embedded()
        .with("REDIS_URL", &redis_url)
        .with("SMTP_HOST", "nowhere.invalid")
        .with("SMTP_FROM", "janua@example.com");
    let done = home.order(&["doctor", "net", "--json"]);
    assert_eq!(done.code, Some(1), "{}", done.stdout);
    assert!(!done.stdout.contains("s3cr3t"), "{}", done.stdout);
    let told: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    let way = |setting: &str| {
        let ways = told["ways"].as_array().expect("a list");
        ways.iter()
            .find(|it| it["setting"] == setting)
            .expect("a way")
            .clone()
    };
    assert_eq!(way("REDIS_URL")["connected"], true, "{told}");
    assert_eq!(way("REDIS_URL")["addresses"][0], "127.0.0.1");
    let mail = way("SMTP_HOST");
    assert_eq!(
        (&mail["connected"], &mail["addresses"]),
        (&json!(false), &json!([])),
        "{mail}"
    );
}
