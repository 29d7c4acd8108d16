//! Redis is killed, paused, clogged, slowed, cut and emptied while people sign in, refresh and leave.

use std::time::Duration;

use janua::worker;
use serde_json::json;

use super::crowd::{Crowd, Excuse};
use super::for_crowds;
use crate::process::eventually;
use crate::support::{Backend, PASSWORD, Proxy, TestJanua, Wire};

/// What a story does to Redis.
struct Stage {
    redis: Backend,
    wire: Proxy,
}

/// Asks nothing of Redis, unlike the other health routes.
async fn breaker(janua: &TestJanua) -> String {
    janua
        .get("/api/v1/health/circuit-breaker")
        .await
        .accepted()
        .str("/state")
}

/// Away, and every place says so: health, its details, the figures; and yet the server can be used.
async fn is_degraded(janua: &TestJanua) {
    let degraded = async || {
        let health = janua.get("/health/detailed").await.accepted();
        (health.str("/status") == "degraded" && health.str("/cache/breaker/state") != "closed").then_some(())
    };
    eventually("health says degraded", degraded).await;
    janua.get("/ready").await.accepted();
    let figures = async || {
        let text = janua.get("/metrics").await.accepted().text;
        let closed = text.lines().any(|it| {
            it.starts_with("janua_redis_breaker") && it.contains("\"closed\"") && it.ends_with(" 0")
        });
        closed.then_some(())
    };
    eventually("the figures say so too", figures).await;
}

/// Back, and nobody but the worker did anything about it.
async fn heals(janua: &TestJanua) {
    let closed = async || (breaker(janua).await == "closed").then_some(());
    let within = tokio::time::timeout(Duration::from_secs(60), eventually("the breaker closes", closed));
    within.await.expect("the breaker closes within a minute");
    assert_eq!(janua.get("/health").await.accepted().str("/status"), "healthy");
}

/// Wrong passwords lock, and the third request for a mail was the last.
async fn limits_bite(janua: &TestJanua) {
    let victim = janua.person("victim@example.com");
    victim.signs_up().await.accepted();
    for _ in 0..5 {
        victim.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let locked = victim.login(PASSWORD).await;
    assert!(
        !locked.status.is_success(),
        "five wrong passwords lock: {}",
        locked.text
    );
    let forgot = || janua.post("/api/v1/auth/password/forgot", json!({"email": victim.email}));
    for _ in 0..4 {
        forgot().await;
    }
    forgot().await.refused("RATE_LIMITED");
}

/// How a fault shows.
#[derive(PartialEq, Eq)]
enum Shows {
    /// The breaker opens.
    AsAway,
    /// It does not: Redis is back before that, or never quite away.
    Not,
}

/// Breaks Redis under load for two instances that share it, and mends it.
async fn survives(shows: Shows, breaks: impl AsyncFnOnce(&mut Stage), mends: impl AsyncFnOnce(&mut Stage)) {
    let Some(redis) = Backend::redis().await else {
        return;
    };
    let wire = Proxy::to(redis.port).await;
    let url = format!("redis://127.0.0.1:{}", wire.port());
    let own = [("REDIS_URL", url.as_str()), ("RATE_LIMIT_EMAIL_REQUEST", "3/5m")];
    let here = TestJanua::in_real_time(&for_crowds(&own)).await;
    let there = here.second_instance().await;
    let _jobs = [worker::start(&here.app), worker::start(&there.app)];
    let mut stage = Stage { redis, wire };
    let instances = [&here, &there];
    let crowd = Crowd::at(&instances, Excuse::None);
    let story = async {
        crowd.works().await;
        breaks(&mut stage).await;
        crowd.goes_on(30).await;
        crowd.works().await;
        if shows == Shows::AsAway {
            is_degraded(&here).await;
            is_degraded(&there).await;
        }
        limits_bite(&here).await;
        mends(&mut stage).await;
        heals(&here).await;
        heals(&there).await;
        crowd.goes_on(30).await;
        crowd.works().await;
    };
    crowd.during(4, story).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_back_without_anything_it_knew() {
    let breaks = async |stage: &mut Stage| stage.redis.kill();
    let mends = async |stage: &mut Stage| stage.redis.restart().await;
    survives(Shows::AsAway, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paused_with_all_that_it_knows() {
    let breaks = async |stage: &mut Stage| stage.redis.pause();
    let mends = async |stage: &mut Stage| stage.redis.resume();
    survives(Shows::AsAway, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_wire_that_carries_nothing() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::Mute);
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(Shows::AsAway, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_wire_that_breaks() {
    let breaks = async |stage: &mut Stage| stage.wire.turns(Wire::Refusing);
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(Shows::AsAway, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_slow_that_nobody_can_wait_for_it() {
    let crawl = Wire::Slow(Duration::from_millis(400), 64);
    let breaks = async |stage: &mut Stage| stage.wire.turns(crawl);
    let mends = async |stage: &mut Stage| stage.wire.turns(Wire::Sound);
    survives(Shows::AsAway, breaks, mends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_little_slow_and_then_emptied_in_passing() {
    let breaks = async |stage: &mut Stage| {
        stage.wire.turns(Wire::Slow(Duration::from_millis(5), 256));
        stage.redis.kill();
        stage.redis.restart().await;
        stage.wire.cut();
    };
    survives(Shows::Not, breaks, async |stage: &mut Stage| {
        stage.wire.turns(Wire::Sound);
    })
    .await;
}

#[tokio::test]
async fn an_end_reaches_other_instances_as_soon_as_redis_can_be_reached() {
    let Some(redis) = Backend::redis().await else {
        return;
    };
    let wire = Proxy::to(redis.port).await;
    let [broken, direct] = [wire.port(), redis.port].map(|port| format!("redis://127.0.0.1:{port}"));
    // The clock stands still, and nobody looks for Redis: the breaker stays open.
    let here = TestJanua::with(&for_crowds(&[("REDIS_URL", broken.as_str())])).await;
    let there = here.second_instance_with(&[("REDIS_URL", direct.as_str())]).await;
    let ada = here.person("ada@example.com");
    ada.signs_up().await.accepted();
    let (session, other) = (ada.signs_in().await, ada.signs_in().await);
    wire.turns(Wire::Refusing);
    let open = async || {
        other.get(&here, "/api/v1/users/me").await.accepted();
        (breaker(&here).await == "open").then_some(())
    };
    eventually("the breaker opens", open).await;
    session.get(&there, "/api/v1/users/me").await.accepted();
    wire.turns(Wire::Sound);
    assert_eq!(breaker(&here).await, "open");
    session
        .post(&here, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    session
        .get(&there, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    other.get(&there, "/api/v1/users/me").await.accepted();
}
