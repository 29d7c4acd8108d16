//! A PostgreSQL of our own that is stopped in the middle of everything, and comes back.

use serde_json::json;

use super::states;
use crate::process::eventually;
use crate::support::{Answer, Backend, PASSWORD, TestJanua};

/// A server on this database that soon loses its patience.
async fn on(postgres: &Backend) -> TestJanua {
    let url = format!("postgres://janua@127.0.0.1:{}/postgres", postgres.port);
    let impatient = [("DATABASE_POOL_TIMEOUT", "1"), ("REQUEST_TIMEOUT_SECONDS", "3")];
    TestJanua::with(&[&impatient[..], &[("DATABASE_URL", url.as_str())]].concat()).await
}

async fn login(janua: &TestJanua) -> Answer {
    janua
        .post(
            "/api/v1/auth/login",
            json!({"email": "ada@example.com", "password": PASSWORD}),
        )
        .await
}

/// Requests are refused as long as the database is away; the process says that it is alive.
async fn assert_away(janua: &TestJanua) {
    let health = janua.get("/health").await;
    assert_eq!(
        (health.status.as_u16(), states(&health)[1].as_str()),
        (503, "unhealthy"),
        "{}",
        health.text
    );
    for refusal in [login(janua).await, janua.get("/ready").await] {
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
        refusal.assert_envelope();
    }
    janua.get("/live").await.accepted();
}

async fn heals(janua: &TestJanua) {
    let healthy = async || (states(&janua.get("/health").await) == ["healthy"; 4]).then_some(());
    eventually("the server is healthy again", healthy).await;
    janua.get("/ready").await.accepted();
}

#[tokio::test]
async fn after_a_crash_of_the_database_the_server_heals_by_itself() {
    let Some(mut postgres) = Backend::postgres().await else {
        return;
    };
    let janua = on(&postgres).await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    for _ in 0..2 {
        postgres.end("QUIT");
        assert_away(&janua).await;
        postgres.restart().await;
        heals(&janua).await;
        session.get(&janua, "/api/v1/sessions").await.accepted();
        login(&janua).await.accepted();
    }
}

#[tokio::test]
async fn a_database_that_answers_nothing_keeps_nobody_waiting() {
    let Some(postgres) = Backend::postgres().await else {
        return;
    };
    let janua = on(&postgres).await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    postgres.pause();
    assert_away(&janua).await;
    postgres.resume();
    heals(&janua).await;
    session.get(&janua, "/api/v1/sessions").await.accepted();
    login(&janua).await.accepted();
}
