//! The clock of the machine jumps by hours, forwards and back: nobody is locked out for long, nothing lives for ever.

mod program;

use chrono::TimeDelta;
use janua::tokens::keys;
use serde_json::json;

use crate::support::{Answer, TestJanua, hours, minutes, refresh, seconds};

const ME: &str = "/api/v1/users/me";

fn is_well(answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{} {}", answer.status, answer.text);
}

#[tokio::test]
async fn people_work_on_whatever_the_clock_does() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    let mut kept = ada.signs_in().await.refresh;
    let steps = [5, -10, 3, 48, -47, -1, 24, -23].map(hours);
    for step in steps.into_iter().chain([seconds(-1), minutes(-20), minutes(20)]) {
        janua.advance(step);
        let next = refresh(&janua, &kept, "").await.accepted();
        kept = next.str("/refresh_token");
        let request = janua.request(reqwest::Method::GET, ME);
        janua
            .send(request.bearer_auth(next.str("/access_token")))
            .await
            .accepted();
        let session = ada.signs_in().await;
        session.get(&janua, ME).await.accepted();
        keys::round(&janua.app).await.expect("the keys are looked after");
        janua::worker::forget(&janua.app).await;
        janua.mails("ada@example.com").await;
        is_well(&session.get(&janua, "/api/v1/sessions").await);
        is_well(&janua.get("/health").await);
    }
}

#[tokio::test]
async fn a_lock_of_a_clock_that_ran_ahead_does_not_hold() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.advance(hours(9));
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    ada.login("wrong").await.refused("ACCOUNT_LOCKED");
    janua.advance(hours(-9));
    // Counting begins anew, and locks as ever.
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let refused = ada.login("wrong").await.refused("ACCOUNT_LOCKED");
    assert_eq!(refused.header("retry-after"), "1800");
    janua.advance(minutes(30));
    ada.signs_in().await;

    // Clocks of instances that differ by less than a lock open none.
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    janua.advance(minutes(-20));
    ada.login(crate::support::PASSWORD)
        .await
        .refused("ACCOUNT_LOCKED");
}

#[tokio::test]
async fn the_right_password_passes_a_lock_of_a_clock_that_ran_ahead() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.advance(hours(9));
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    janua.advance(hours(-9));
    ada.signs_in().await;
    assert_eq!(janua.count("SELECT count(*) FROM sign_in_failures").await, 0);
}

#[tokio::test]
async fn a_limit_of_a_clock_that_ran_ahead_tells_to_wait_for_a_period_at_most() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/3m")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.advance(hours(9));
    for _ in 0..3 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    ada.login("wrong").await.refused("RATE_LIMITED");
    janua.advance(hours(-9));
    // Its counter is forgotten after a period by a clock that no step moves: moka's, or that of Redis.
    let refused = ada.login("wrong").await.refused("RATE_LIMITED");
    assert!(
        refused.json()["details"]["retry_after"].as_i64() <= Some(180),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_session_of_the_future_ends_and_its_tokens_wait_for_a_refresh() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.advance(hours(5));
    let session = ada.signs_in().await;
    janua.advance(hours(-5));
    // Signed in the future: refused, and a refresh mends it.
    session.get(&janua, ME).await.refused("TOKEN_INVALID");
    let mut token = session.refreshes(&janua).await.accepted().str("/refresh_token");
    // However often it is used, it ends thirty days after it began.
    for _ in 0..5 {
        janua.advance(TimeDelta::days(6));
        token = refresh(&janua, &token, "").await.accepted().str("/refresh_token");
    }
    janua.advance(hours(5) + seconds(1));
    let refused = refresh(&janua, &token, "").await;
    assert!(!refused.status.is_success(), "{}", refused.text);
    is_well(&refused);
    let body = json!({"refresh_token": token});
    is_well(&janua.post("/api/v1/auth/refresh", body).await);
}

#[tokio::test]
async fn keys_that_were_read_in_the_future_are_read_again() {
    let one = TestJanua::start().await;
    let two = one.second_instance().await;
    let ada = one.person("ada@example.com").registered().await;
    one.advance(hours(5));
    keys::reload(&two.app).await.expect("read");
    one.advance(hours(-5));
    let new = keys::rotate(
        &one.app,
        keys::Order {
            now: true,
            algorithm: None,
        },
    )
    .await
    .expect("rotated")
    .kid;
    let session = ada.signs_in().await;
    session.refreshes(&two).await.accepted();
    assert_eq!(two.app.ring.active().kid(), new);
}
