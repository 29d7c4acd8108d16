//! The mailed link: once, in time, by its owner.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{NEW, RESET, forgot, link_of, reset};
use crate::support::{TestJanua, minutes, seconds};

const PAGE: &str = "/auth/reset-password";
const OTHER: &str = "saddle-quartz-ribbon-41";

#[tokio::test]
async fn a_reset_link_works_once() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let token = link_of(&ada).await;
    reset(&janua, &token, NEW).await.accepted();
    reset(&janua, &token, OTHER).await.refused("LINK_INVALID");
    ada.login(OTHER).await.refused("INVALID_CREDENTIALS");
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn of_fifty_parallel_uses_of_a_link_one_sets_the_password() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LINK", "1000/5m")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    let token = link_of(&ada).await;
    let passwords: Vec<_> = (0..50).map(|n| format!("meadow-copper-lantern-{n}")).collect();
    let answers = join_all(passwords.iter().map(|it| reset(&janua, &token, it))).await;
    let mut won = Vec::new();
    for (password, answer) in passwords.iter().zip(answers) {
        if answer.status.is_success() {
            won.push(password);
        } else {
            answer.refused("LINK_INVALID");
        }
    }
    assert_eq!(won.len(), 1);
    ada.login(won[0]).await.accepted();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.reset'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE kind = 'password_changed'")
            .await,
        1
    );
}

#[tokio::test]
async fn using_one_link_voids_the_older_and_the_newer_ones() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (first, second, third) = (link_of(&ada).await, link_of(&ada).await, link_of(&ada).await);
    reset(&janua, &second, NEW).await.accepted();
    reset(&janua, &first, OTHER).await.refused("LINK_INVALID");
    reset(&janua, &third, OTHER).await.refused("LINK_INVALID");
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn a_reset_link_lives_for_an_hour() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let early = link_of(&ada).await;
    janua.advance(minutes(59) + seconds(59));
    let late = link_of(&ada).await;
    janua.advance(seconds(1));
    let refused = reset(&janua, &early, NEW).await.refused("LINK_EXPIRED");
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (StatusCode::UNAUTHORIZED, &json!("TOKEN_ERROR"))
    );
    ada.login(NEW).await.refused("INVALID_CREDENTIALS");
    reset(&janua, &late, NEW).await.accepted();
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn a_secret_opens_only_what_it_was_made_for() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let verification = janua.secret(&ada.email, "verify-email").await;
    let recovery = link_of(&ada).await;
    let verify = async |token: &str| {
        janua
            .post("/api/v1/auth/email/verify", json!({"token": token}))
            .await
    };

    reset(&janua, &verification, NEW).await.refused("LINK_INVALID");
    verify(&recovery).await.refused("LINK_INVALID");
    verify(&verification).await.accepted();
    let session = ada.signs_in().await;
    let cookie = session.answer.cookie("janua_device");
    for foreign in [&session.access, &session.refresh, &cookie] {
        reset(&janua, foreign, NEW).await.refused("LINK_INVALID");
        verify(foreign).await.refused("LINK_INVALID");
    }
    reset(&janua, &recovery, NEW).await.accepted();
}

#[tokio::test]
async fn nothing_but_the_mailed_token_resets_and_only_for_its_owner() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let eve = janua.person("eve@example.com").registered().await;
    let token = link_of(&eve).await;
    let with = |token: Value| json!({"token": token, "new_password": NEW});
    for (body, code) in [
        (json!({"new_password": NEW}), "MISSING_FIELD"),
        (json!({"token": token}), "MISSING_FIELD"),
        (with(json!("")), "LINK_INVALID"),
        (with(json!(null)), "INVALID_TYPE"),
        (with(json!(true)), "INVALID_TYPE"),
        (with(json!(0)), "INVALID_TYPE"),
        (with(json!([token])), "INVALID_TYPE"),
        (with(json!({"$ne": ""})), "INVALID_TYPE"),
        (with(json!("' OR '1'='1")), "LINK_INVALID"),
        (with(json!(token.to_lowercase() + "x")), "LINK_INVALID"),
        (
            json!({"token": token, "new_password": NEW, "email": ada.email}),
            "UNKNOWN_FIELD",
        ),
        (
            json!({"token": token, "new_password": NEW, "user_id": "0"}),
            "UNKNOWN_FIELD",
        ),
        (json!({"token": token, "new_password": ["a"]}), "INVALID_TYPE"),
    ] {
        janua.post(RESET, body).await.refused(code);
    }
    ada.signs_in().await;
    eve.signs_in().await;
    reset(&janua, &token, NEW).await.accepted();
    ada.signs_in().await;
}

#[tokio::test]
async fn a_weak_password_does_not_cost_the_link() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let token = link_of(&ada).await;
    for weak in ["", "short", "password1234", &"x".repeat(257)] {
        let refused = reset(&janua, &token, weak).await.refused("WEAK_PASSWORD");
        assert_eq!(refused.json()["details"]["field"], "new_password");
    }
    session.get(&janua, "/api/v1/users/me").await.accepted();
    reset(&janua, &token, NEW).await.accepted();
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn the_address_of_its_owner_is_no_new_password() {
    let janua = TestJanua::start().await;
    let address = "wilhelmina.brandewijn@example.com";
    let ada = janua.person(address).registered().await;
    let token = link_of(&ada).await;
    reset(&janua, &token, address).await.refused("WEAK_PASSWORD");
    reset(&janua, &token, NEW).await.accepted();
}

#[tokio::test]
async fn opening_the_page_changes_nothing_and_its_form_sets_the_password() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let token = link_of(&ada).await;
    let link = format!("{PAGE}?token={token}");
    for _ in 0..3 {
        let page = janua.get(&link).await.accepted();
        assert!(page.text.contains("name=\"new_password\"") && page.text.contains(&token));
        janua.send(janua.request(Method::HEAD, &link)).await.accepted();
    }
    janua
        .get(&format!("{link}&new_password={OTHER}"))
        .await
        .accepted();
    janua.get(RESET).await.refused("METHOD_NOT_ALLOWED");
    ada.signs_in().await;

    let fill = |fields: &[(&str, &str)]| janua.request(Method::POST, PAGE).form(fields);
    let page = janua.send(fill(&[("token", &token)])).await.accepted();
    assert!(
        page.text.contains("name=\"new_password\""),
        "without a password it asks again"
    );
    let weak = janua
        .send(fill(&[("token", &token), ("new_password", "short")]))
        .await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        weak.text.contains("at least 10 characters") && weak.text.contains(&token),
        "{}",
        weak.text
    );
    assert!(!weak.text.contains("value=\"short\""));

    janua
        .send(fill(&[("token", &token), ("new_password", NEW)]))
        .await
        .accepted();
    ada.login(NEW).await.accepted();
    let again = janua
        .send(fill(&[("token", &token), ("new_password", OTHER)]))
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(again.text.contains("LINK_INVALID"));
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn a_link_does_not_outlive_its_account() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let token = link_of(&ada).await;
    forgot(&janua, &ada.email).await.accepted();
    session.delete(&janua, "/api/v1/users/me").await.accepted();
    let caught = janua.mails(&ada.email).await.len();
    reset(&janua, &token, NEW).await.refused("LINK_INVALID");

    ada.signs_up().await.accepted();
    reset(&janua, &token, NEW).await.refused("LINK_INVALID");
    assert_eq!(
        janua.mails(&ada.email).await.len() - caught,
        1,
        "only the new account's own mail"
    );
}
