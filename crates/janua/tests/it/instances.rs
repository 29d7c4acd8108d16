//! Several instances on one store, and one that was stopped and started again.

mod counted;

use chrono::TimeDelta;
use futures_util::future::join_all;
use janua::io::db::{Db, Querier};
use janua::params;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, handed_over, minutes, refresh, seconds};

const ME: &str = "/api/v1/users/me";
const LOGOUT: &str = "/api/v1/auth/logout";
const JWKS: &str = "/.well-known/jwks.json";

/// Whether instances share a cache: without Redis each has its own.
fn sharing() -> bool {
    handed_over("JANUA_TEST_REDIS_URL").is_some()
}

/// Ada, who has just signed in.
async fn ada(janua: &TestJanua) -> SignedIn {
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
}

/// A request by nothing but the session cookie.
async fn by_cookie(janua: &TestJanua, session: &SignedIn) -> Answer {
    let cookie = session.cookie_header();
    janua
        .send(janua.request(Method::GET, ME).header("cookie", cookie))
        .await
}

#[tokio::test]
async fn what_one_instance_gives_out_every_instance_knows() {
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    let session = ada(&here).await;
    assert_eq!(
        here.get(JWKS).await.accepted().text,
        there.get(JWKS).await.accepted().text
    );
    session.get(&there, ME).await.accepted();
    by_cookie(&there, &session).await.accepted();
    let request = there
        .request(Method::POST, LOGOUT)
        .header("cookie", session.cookie_header());
    let request = request.header("x-csrf-token", session.answer.cookie("janua_csrf"));
    let next = session.refreshes(&there).await.accepted();
    there.send(request).await.accepted();
    refresh(&here, &next.str("/refresh_token"), "")
        .await
        .refused("REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn a_link_works_at_any_instance_and_at_one_only() {
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    here.person("ada@example.com").signs_up().await.accepted();
    let body = json!({"token": here.secret("ada@example.com", "verify-email").await});
    there
        .post("/api/v1/auth/email/verify", body.clone())
        .await
        .accepted();
    here.post("/api/v1/auth/email/verify", body)
        .await
        .refused("LINK_INVALID");
    here.person("ada@example.com").signs_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_parallel_refreshes_at_two_instances_get_one_successor() {
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    let session = ada(&here).await;
    let shown = (0..50).map(|turn| refresh(if turn % 2 == 0 { &here } else { &there }, &session.refresh, ""));
    let given = join_all(shown)
        .await
        .into_iter()
        .map(|it| it.accepted().str("/refresh_token"));
    let given: Vec<_> = given.collect();
    assert!(given.iter().all(|it| *it == given[0]), "more than one successor");
    assert_eq!(here.count("SELECT count(*) FROM refresh_tokens").await, 2);
    refresh(&there, &given[0], "").await.accepted();
    refresh(&here, &session.refresh, "")
        .await
        .refused("REFRESH_TOKEN_REUSED");
    refresh(&there, &given[0], "")
        .await
        .refused("REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn a_stop_and_a_start_forget_nothing() {
    let before = TestJanua::start().await;
    let person = before.person("ada@example.com").registered().await;
    let (robbed, ended, kept) = (
        person.signs_in().await,
        person.signs_in().await,
        person.signs_in().await,
    );
    let next = robbed.refreshes(&before).await.accepted().str("/refresh_token");
    refresh(&before, &next, "").await.accepted();
    ended.post(&before, LOGOUT, json!({})).await.accepted();
    before.app.db.close().await;

    let after = before.second_instance().await;
    kept.get(&after, ME).await.accepted();
    by_cookie(&after, &kept).await.accepted();
    ended.get(&after, ME).await.refused("TOKEN_REVOKED");
    ended.refreshes(&after).await.refused("REFRESH_TOKEN_INVALID");
    robbed.refreshes(&after).await.refused("REFRESH_TOKEN_REUSED");
    robbed.get(&after, ME).await.refused("TOKEN_REVOKED");
    kept.refreshes(&after).await.accepted();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_that_start_at_once_on_an_empty_store_agree_on_a_key() {
    let first = TestJanua::start().await;
    let mut db: &Db = &first.app.db;
    db.execute("DELETE FROM signing_keys", params![])
        .await
        .expect("the keys are gone");
    let instances = join_all((0..5).map(|_| first.second_instance())).await;
    let published = join_all(instances.iter().map(|it| it.get(JWKS))).await;
    let published: Vec<_> = published.into_iter().map(|it| it.accepted().text).collect();
    assert!(published.iter().all(|it| *it == published[0]), "{published:?}");
    assert_ne!(published[0], first.get(JWKS).await.text);
    assert_eq!(first.count("SELECT count(*) FROM signing_keys").await, 1);
    let session = ada(&instances[0]).await;
    for instance in &instances {
        session.get(instance, ME).await.accepted();
    }
}

#[tokio::test]
async fn whatever_ends_a_session_ends_it_in_the_very_next_request_elsewhere() {
    if !sharing() {
        return;
    }
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    let person = here.person("ada@example.com").registered().await;
    let mut sessions = Vec::new();
    for _ in 0..6 {
        sessions.push(person.signs_in().await);
    }
    // Everybody has a copy.
    for session in &sessions {
        session.get(&there, ME).await.accepted();
        session.get(&here, ME).await.accepted();
    }
    let [own, signed_out, ended, robbed, other, last] = &sessions[..] else {
        unreachable!("there are six")
    };
    signed_out.post(&here, LOGOUT, json!({})).await.accepted();
    signed_out.get(&there, ME).await.refused("TOKEN_REVOKED");
    by_cookie(&there, signed_out).await.refused("TOKEN_REVOKED");

    let id = ended
        .get(&there, "/api/v1/sessions/current")
        .await
        .accepted()
        .str("/id");
    own.delete(&here, &format!("/api/v1/sessions/{id}"))
        .await
        .accepted();
    ended.get(&there, ME).await.refused("TOKEN_REVOKED");

    let next = robbed.refreshes(&here).await.accepted().str("/refresh_token");
    refresh(&here, &next, "").await.accepted();
    robbed.refreshes(&here).await.refused("REFRESH_TOKEN_REUSED");
    robbed.get(&there, ME).await.refused("TOKEN_REVOKED");

    other.get(&there, ME).await.accepted();
    let body = json!({"current_password": PASSWORD, "new_password": "granite-otter-lantern-58"});
    last.post(&here, "/api/v1/auth/password/change", body)
        .await
        .accepted();
    for session in [own, other] {
        session.get(&there, ME).await.refused("TOKEN_REVOKED");
    }
    last.get(&there, ME).await.accepted();
    last.delete(&here, ME).await.accepted();
    last.get(&there, ME).await.refused("TOKEN_REVOKED");
}

#[tokio::test]
async fn without_a_shared_cache_an_end_reaches_other_instances_within_a_minute() {
    let here = TestJanua::with(&[("REDIS_URL", "memory:")]).await;
    let there = here.second_instance().await;
    let session = ada(&here).await;
    session.get(&there, ME).await.accepted();
    session.post(&here, LOGOUT, json!({})).await.accepted();
    session.get(&here, ME).await.refused("TOKEN_REVOKED");
    session.refreshes(&there).await.refused("REFRESH_TOKEN_INVALID");
    here.advance(minutes(1));
    session.get(&there, ME).await.refused("TOKEN_REVOKED");
}

#[tokio::test]
async fn while_redis_is_away_the_database_decides_at_once() {
    // Nobody listens there.
    let here = TestJanua::with(&[("REDIS_URL", "redis://127.0.0.1:1")]).await;
    let there = here.second_instance().await;
    let person = here.person("ada@example.com").registered().await;
    let (session, other) = (person.signs_in().await, person.signs_in().await);
    // More often than the breaker needs to open.
    for _ in 0..10 {
        session.get(&there, ME).await.accepted();
        session.get(&here, ME).await.accepted();
    }
    session.post(&here, LOGOUT, json!({})).await.accepted();
    session.get(&there, ME).await.refused("TOKEN_REVOKED");
    session.get(&here, ME).await.refused("TOKEN_REVOKED");
    other.get(&there, ME).await.accepted();
    other.refreshes(&there).await.accepted();
    here.advance(TimeDelta::days(7) + seconds(1));
    by_cookie(&there, &other).await.refused("SESSION_EXPIRED");
}

#[tokio::test]
async fn without_any_cache_everything_works_and_an_end_counts_at_once() {
    let here = TestJanua::with(&[("CACHE_ENABLED", "false")]).await;
    let there = here.second_instance().await;
    let session = ada(&here).await;
    session.get(&there, ME).await.accepted();
    session.post(&here, LOGOUT, json!({})).await.accepted();
    session.get(&there, ME).await.refused("TOKEN_REVOKED");
}
