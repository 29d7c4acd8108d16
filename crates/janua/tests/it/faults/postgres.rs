//! PostgreSQL is restarted, killed, paused, clogged and cut in the middle of transactions while people use the server.

use std::time::Instant;

use janua::{refusals, worker};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::crowd::{Crowd, Excuse};
use super::for_crowds;
use crate::process::eventually;
use crate::support::{Backend, Proxy, TestJanua, Wire};

/// What a story does to PostgreSQL.
struct Stage {
    postgres: Backend,
    wire: Proxy,
}

impl Stage {
    /// Has every connection of the server ended by an administrator.
    async fn terminate_all(&self) {
        let url = format!("postgres://janua@127.0.0.1:{}/postgres", self.postgres.port);
        let mut connection = PgConnection::connect(&url).await.expect("PostgreSQL is there");
        let sql =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'janua-api'";
        connection.execute(AssertSqlSafe(sql)).await.expect("they end");
    }
}

/// Waits until the server is healthy again by itself, and prints how long that took: `--no-capture` shows it.
async fn heals(janua: &TestJanua) {
    let mended = Instant::now();
    let healthy = async || {
        let health = janua.get("/health").await;
        (health.status == 200 && janua.get("/ready").await.status == 200).then_some(())
    };
    eventually("the server is healthy", healthy).await;
    println!(
        "healthy {} ms after the database's return",
        mended.elapsed().as_millis()
    );
}

/// Whether anybody is refused.
#[derive(PartialEq, Eq)]
enum Shows {
    Always,
    /// Connections that were idle are found dead and replaced before anybody uses them.
    Perhaps,
}

/// Breaks the database again and again under load, and mends it.
async fn survives(
    times: usize,
    shows: Shows,
    breaks: impl AsyncFn(&mut Stage),
    mends: impl AsyncFn(&mut Stage),
) {
    let Some(postgres) = Backend::postgres().await else {
        return;
    };
    let wire = Proxy::to(postgres.port).await;
    let url = format!("postgres://janua@127.0.0.1:{}/postgres", wire.port());
    let impatient = [
        ("DATABASE_POOL_TIMEOUT", "1"),
        ("DATABASE_STATEMENT_TIMEOUT", "2"),
        ("REQUEST_TIMEOUT_SECONDS", "3"),
        // Fewer than the crowd can keep busy.
        ("DATABASE_POOL_SIZE", "3"),
        ("DATABASE_POOL_OVERFLOW", "0"),
    ];
    let own = [
        &impatient[..],
        &[("DATABASE_URL", url.as_str()), ("REDIS_URL", "memory:")],
    ]
    .concat();
    let janua = TestJanua::in_real_time(&for_crowds(&own)).await;
    let _jobs = worker::start(&janua.app);
    let mut stage = Stage { postgres, wire };
    let instances = [&janua];
    let crowd = Crowd::at(&instances, Excuse::Database);
    let story = async {
        crowd.works().await;
        for _ in 0..times {
            breaks(&mut stage).await;
            if shows == Shows::Always {
                crowd.is_excused(12).await;
            }
            janua.get("/live").await.accepted();
            mends(&mut stage).await;
            heals(&janua).await;
            crowd.works().await;
        }
    };
    crowd.during(4, story).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shut_down_in_haste_and_started_again() {
    let breaks = async |stage: &mut Stage| stage.postgres.end("INT");
    let mends = async |stage: &mut Stage| stage.postgres.restart().await;
    survives(2, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_outright_and_recovered() {
    let breaks = async |stage: &mut Stage| stage.postgres.kill();
    let mends = async |stage: &mut Stage| stage.postgres.restart().await;
    survives(2, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paused_and_let_go_on() {
    let breaks = async |stage: &mut Stage| stage.postgres.pause();
    let mends = async |stage: &mut Stage| stage.postgres.resume();
    survives(1, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_wire_that_carries_nothing() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::Mute);
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(1, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vanished_and_back_under_new_connections_only() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::Vanished);
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(2, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_wire_that_breaks_before_any_commit_arrives() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::BreaksBefore(b"COMMIT"));
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(2, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_wire_that_loses_the_answer_to_every_commit() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::BreaksAfter(b"COMMIT"));
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(2, Shows::Always, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_ended_by_an_administrator() {
    let breaks = async |stage: &mut Stage| stage.terminate_all().await;
    survives(5, Shows::Perhaps, breaks, async |_: &mut Stage| ()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_cannot_be_written_waits_until_the_database_is_back() {
    let Some(mut postgres) = Backend::postgres().await else {
        return;
    };
    let url = format!("postgres://janua@127.0.0.1:{}/postgres", postgres.port);
    let own = [
        ("DATABASE_URL", url.as_str()),
        ("DATABASE_POOL_TIMEOUT", "1"),
        ("REDIS_URL", "memory:"),
    ];
    let janua = TestJanua::with(&own).await;
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let admin = root.signs_in().await;
    let wrong = json!({"email": "root@example.com", "password": "not-this-one-at-all"});
    let refused = janua
        .post("/api/v1/auth/login", wrong)
        .await
        .refused("INVALID_CREDENTIALS");
    let id = refused.str("/request_id");
    postgres.kill();
    assert!(
        refusals::settle(&janua.app).await.is_err(),
        "nobody writes it down"
    );
    postgres.restart().await;
    heals(&janua).await;
    let told = admin
        .get(&janua, &format!("/api/v1/admin/explain/{id}"))
        .await
        .accepted();
    for part in ["request.refused", "wrong_password"] {
        assert!(told.text.contains(part), "{part}: {}", told.text);
    }
    assert_eq!(janua.app.metrics.forgotten(), 0);
}
