//! More work than the server takes on is shed, and what hangs is given up.

use futures_util::future::join_all;
use serde_json::json;

use super::{LOGIN, number, wrong};
use crate::bad_input::raw::{Connection, head};
use crate::metrics::{told, value};
use crate::process::eventually;
use crate::support::TestJanua;

/// A request whose body never comes.
async fn hanging(janua: &TestJanua) -> Connection {
    let mut connection = Connection::to(janua).await;
    let headers = [("Content-Type", "application/json"), ("Content-Length", "100")];
    connection
        .say(head(&format!("POST {LOGIN}"), &headers) + "{\"email\":")
        .await;
    connection
}

#[tokio::test]
async fn past_its_slots_the_server_sheds_and_still_tells_its_health() {
    let janua = TestJanua::with(&[("LIMIT_CONCURRENCY", "1")]).await;
    janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    let connection = hanging(&janua).await;
    let shed = async || {
        let answer = janua.get("/api/v1/sessions").await;
        (answer.status == 503).then_some(answer)
    };
    let shed = eventually("the only slot is taken", shed)
        .await
        .refused("OVERLOADED");
    assert_eq!(shed.str("/error"), "SERVICE_UNAVAILABLE");
    assert_eq!(number(&shed, "retry-after"), 1);
    for path in ["/health", "/health/detailed", "/ready", "/live", "/health/"] {
        janua.get(path).await.accepted();
    }
    janua.get("/openapi.json").await.refused("OVERLOADED");
    drop(connection);
    let served = async || (janua.get("/api/v1/sessions").await.status == 401).then_some(());
    eventually("the slot is free again", served).await;
}

#[tokio::test]
async fn who_is_signed_in_goes_on_while_everything_else_is_shed() {
    let janua = TestJanua::with(&[("LIMIT_CONCURRENCY", "2")]).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let connections = [hanging(&janua).await, hanging(&janua).await];
    let shed = async || (janua.get("/openapi.json").await.status == 503).then_some(());
    eventually("the slots are taken", shed).await;

    ada.post(&janua, "/api/v1/auth/password/change", json!({}))
        .await
        .refused("OVERLOADED");
    for path in [
        "/api/v1/users/me",
        "/api/v1/auth/session",
        "/api/v1/sessions/current",
    ] {
        ada.get(&janua, path).await.accepted();
    }
    janua.get("/.well-known/jwks.json").await.accepted();
    let body = json!({"refresh_token": ada.refresh});
    let refreshed = janua.post("/api/v1/auth/refresh", body).await.accepted();
    // Two dozen at once, more than the lane has slots: none is lost but those that are told to come again.
    let body = json!({"refresh_token": refreshed.str("/refresh_token")});
    let refresh = || janua.post("/api/v1/auth/refresh", body.clone());
    for answer in join_all((0..24).map(|_| refresh())).await {
        if answer.status == 503 {
            assert_eq!(number(&answer.refused("OVERLOADED"), "retry-after"), 1);
        } else {
            answer.accepted();
        }
    }
    janua.post("/api/v1/auth/logout", body).await.accepted();
    janua.get("/openapi.json").await.refused("OVERLOADED");

    drop(connections);
    let served = async || (janua.get("/openapi.json").await.status == 200).then_some(());
    eventually("the slots are free again", served).await;
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_and_leaves_its_slot() {
    let janua = TestJanua::with(&[("REQUEST_TIMEOUT_SECONDS", "1"), ("LIMIT_CONCURRENCY", "1")]).await;
    let answer = hanging(&janua).await.listen().await.refused("REQUEST_TIMEOUT");
    assert_eq!(
        (answer.status.as_u16(), answer.str("/error")),
        (503, "SERVICE_UNAVAILABLE".to_owned())
    );
    assert!(number(&answer, "retry-after") > 0);
    let served = async || (janua.get("/api/v1/sessions").await.status == 401).then_some(());
    eventually("the slot is free again", served).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_sign_ins_is_shed_while_health_answers() {
    let own = [
        ("RATE_LIMIT_ENABLED", "false"),
        ("HASH_THREADS", "1"),
        ("HASH_QUEUE", "2"),
        ("ARGON2_MEMORY_KIB", "19456"),
        ("ARGON2_ITERATIONS", "2"),
    ];
    let janua = TestJanua::with(&own).await;
    let sign_in = async |number: usize| {
        janua
            .post(LOGIN, wrong(&format!("person-{number}@example.com")))
            .await
    };
    let storm = join_all((0..40).map(sign_in));
    let health = async {
        for _ in 0..5 {
            janua.get("/health").await.accepted();
            janua.get("/live").await.accepted();
        }
    };
    let (answers, ()) = tokio::join!(storm, health);
    let (shed, judged): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status == 503);
    assert!(
        !shed.is_empty() && !judged.is_empty(),
        "{} shed, {} judged",
        shed.len(),
        judged.len()
    );
    for answer in judged {
        answer.refused("INVALID_CREDENTIALS");
    }
    for answer in shed {
        assert!(number(&answer.refused("OVERLOADED"), "retry-after") > 0);
    }
    // The storm is over: nothing of it stays behind.
    janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    assert_eq!(
        janua.get("/health/detailed").await.accepted().json()["queues"]["hashing"],
        json!(0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_finds_no_place_in_the_queue_costs_the_database_nothing() {
    let own = [
        ("RATE_LIMIT_ENABLED", "false"),
        ("HASH_THREADS", "1"),
        ("HASH_QUEUE", "1"),
        ("ARGON2_MEMORY_KIB", "65536"),
        ("ARGON2_ITERATIONS", "20"),
    ];
    let janua = TestJanua::with(&own).await;
    let questions = async || {
        let figures = told(&janua).await;
        value(&figures, r#"janua_db_query_seconds_count{kind="select"}"#)
    };
    let sign_in = async |number: usize| {
        let email = format!("person-{number}@example.com");
        janua.post(LOGIN, wrong(&email)).await.status == 503
    };
    let before = questions().await;
    let shed = join_all((0..200).map(sign_in)).await;
    let shed: f64 = shed.into_iter().map(|it| f64::from(u8::from(it))).sum();
    assert!(shed > 150.0, "only {shed} were sent away");
    let asked = questions().await - before;
    // Each would have cost two at least; those who were judged and the background cost what is seen.
    assert!(asked < shed, "{asked} questions for {shed} who were sent away");
}
