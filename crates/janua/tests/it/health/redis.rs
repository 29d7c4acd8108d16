//! Health, sign-ins and limits while Redis goes away and comes back.

use serde_json::json;

use super::states;
use crate::process::eventually;
use crate::support::{Backend, TestJanua, seconds};

fn url(redis: &Backend) -> String {
    format!("redis://127.0.0.1:{}", redis.port)
}

#[tokio::test]
async fn while_redis_is_away_everything_works_and_limits_go_on_counting() {
    let Some(mut redis) = Backend::redis().await else {
        return;
    };
    let url = url(&redis);
    let own = [
        ("REDIS_URL", url.as_str()),
        ("RATE_LIMIT_LOGIN", "4/5m"),
        ("RATE_LIMIT_REFRESH", "10/5m"),
    ];
    let janua = TestJanua::with(&own).await;
    let ada = janua.person("ada@example.com").registered().await;
    let before = ada.signs_in().await;
    assert_eq!(states(&janua.get("/health").await.accepted()), ["healthy"; 4]);
    assert_eq!(
        janua.get("/health/detailed").await.json()["cache"]["breaker"]["state"],
        "closed"
    );

    redis.kill();
    // One sign-in of four was counted before Redis went: its count goes on here.
    let session = ada.signs_in().await;
    session.get(&janua, "/api/v1/users/me").await.accepted();
    before.get(&janua, "/api/v1/users/me").await.accepted();
    before.refreshes(&janua).await.accepted();
    ada.signs_in().await;
    ada.signs_in().await;
    ada.login("wrong").await.refused("RATE_LIMITED");
    session
        .post(&janua, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");

    let health = janua.get("/health").await.accepted();
    assert_eq!(
        (health.status.as_u16(), states(&health)),
        (
            200,
            ["degraded", "healthy", "unhealthy", "healthy"].map(str::to_owned)
        )
    );
    let detailed = janua.get("/health/detailed").await.accepted();
    for word in ["127.0.0.1", &redis.port.to_string(), "refused", "os error"] {
        assert!(!detailed.text.contains(word), "{}", detailed.text);
    }
    janua.get("/ready").await.accepted();

    redis.restart().await;
    let healthy = async || {
        janua.advance(seconds(2));
        (states(&janua.get("/health").await) == ["healthy"; 4]).then_some(())
    };
    eventually("the server is healthy again", healthy).await;
    // What was revoked while Redis was away stays revoked, and what was counted stays counted.
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    before.get(&janua, "/api/v1/users/me").await.accepted();
    assert_eq!(
        janua.get("/health/detailed").await.json()["cache"]["breaker"]["state"],
        "closed"
    );
}

#[tokio::test]
async fn a_server_starts_without_redis_and_finds_it_later() {
    let Some(mut redis) = Backend::redis().await else {
        return;
    };
    let url = url(&redis);
    redis.kill();
    let janua = TestJanua::with(&[("REDIS_URL", url.as_str())]).await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.signs_in()
        .await
        .get(&janua, "/api/v1/users/me")
        .await
        .accepted();
    assert_eq!(states(&janua.get("/health").await.accepted())[0], "degraded");
    redis.restart().await;
    let healthy = async || {
        janua.advance(seconds(2));
        (states(&janua.get("/health").await) == ["healthy"; 4]).then_some(())
    };
    eventually("the server is healthy", healthy).await;
    ada.signs_in()
        .await
        .get(&janua, "/api/v1/users/me")
        .await
        .accepted();
}
