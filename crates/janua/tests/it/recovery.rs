//! Passwords that were forgotten.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestJanua, minutes, seconds};

const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
const PAGE: &str = "/auth/reset-password";
const NEW: &str = "meadow-copper-lantern-58";
const OTHER: &str = "saddle-quartz-ribbon-41";

async fn forgot(janua: &TestJanua, email: &str) -> Answer {
    janua.post(FORGOT, json!({"email": email})).await
}

async fn reset(janua: &TestJanua, token: &str, password: &str) -> Answer {
    janua
        .post(RESET, json!({"token": token, "new_password": password}))
        .await
}

/// The secret in the link of a mail that was asked for just now.
async fn link_of(person: &Person<'_>) -> String {
    forgot(person.janua, &person.email).await.accepted();
    person.janua.secret(&person.email, "reset-password").await
}

#[tokio::test]
async fn a_mailed_link_sets_a_new_password_and_ends_every_session() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (here, there) = (ada.signs_in().await, ada.signs_in().await);
    let next = there.refreshes(&janua).await.accepted().str("/refresh_token");
    let token = link_of(&ada).await;
    here.get(&janua, "/api/v1/users/me").await.accepted();
    there.get(&janua, "/api/v1/users/me").await.accepted();

    let answer = reset(&janua, &token, NEW).await.accepted();
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    assert!(answer.cookies().is_empty(), "a reset is no sign-in");
    for session in [&here, &there] {
        session
            .get(&janua, "/api/v1/users/me")
            .await
            .refused("TOKEN_REVOKED");
        session.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    }
    crate::support::refresh(&janua, &next, "")
        .await
        .refused("REFRESH_TOKEN_INVALID");
    ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    ada.login(NEW).await.accepted();

    assert_eq!(
        janua.mails(&ada.email).await[0].subject,
        "Your Janua password was changed"
    );
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.reset'")
            .await,
        1
    );
    let ended = "SELECT COUNT(*) FROM sessions WHERE revoked_because = 'password_reset'";
    assert_eq!(janua.count(ended).await, 2);
}

#[tokio::test]
async fn a_reset_proves_the_address_too() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    ada.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");
    let token = link_of(&ada).await;
    reset(&janua, &token, NEW).await.accepted();
    ada.login(NEW).await.accepted();
}

#[tokio::test]
async fn no_header_of_a_request_reaches_a_link() {
    let janua = TestJanua::with(&[
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ("APP_BASE_URL", "https://id.example.com/"),
    ])
    .await;
    let ada = janua.person("ada@example.com").registered().await;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-original-host", "evil.example"),
        ("x-host", "evil.example"),
        ("x-forwarded-server", "evil.example"),
        ("forwarded", "for=198.51.100.1;host=evil.example;proto=http"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/evil.example"),
        ("x-original-url", "https://evil.example/"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
    ] {
        janua.advance(minutes(60));
        let request = janua.request(Method::POST, FORGOT).header(name, value);
        janua
            .send(request.json(&json!({"email": ada.email})))
            .await
            .accepted();
        let mails = janua.mails(&ada.email).await;
        let mail = mails.first().expect("a mail");
        assert_eq!(mail.subject, "Reset your Janua password", "{name}");
        assert!(
            mail.links[0].starts_with("https://id.example.com/auth/reset-password?token=jlk_"),
            "{name}"
        );
        assert!(mail.text.contains("<https://id.example.com>"), "{}", mail.text);
        for part in [&mail.text, &mail.html] {
            assert!(
                !part.contains("evil.example") && !part.contains("http://"),
                "{name}: {part}"
            );
        }
    }
}

#[tokio::test]
async fn a_reset_mail_goes_to_the_stored_address_and_its_token_nowhere_else() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let answer = forgot(&janua, "ADA@Example.com").await.accepted();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let token = janua.secret(&ada.email, "reset-password").await;
    assert!(!answer.text.contains("jlk_") && !answer.text.contains(&token) && !answer.text.contains("http"));
    assert!(
        answer
            .headers
            .values()
            .all(|it| !format!("{it:?}").contains("jlk_"))
    );

    let all = janua.app.mailer.catcher().expect("mails are caught");
    let caught = all.messages(None).len();
    for (body, code) in [
        (
            json!({"email": ["ada@example.com", "eve@evil.example"]}),
            "INVALID_TYPE",
        ),
        (
            json!({"email": {"0": "ada@example.com", "1": "eve@evil.example"}}),
            "INVALID_TYPE",
        ),
        (
            json!({"email": "ada@example.com,eve@evil.example"}),
            "INVALID_EMAIL",
        ),
        (
            json!({"email": "ada@example.com\neve@evil.example"}),
            "INVALID_EMAIL",
        ),
        (
            json!({"email": "ada@example.com", "cc": "eve@evil.example"}),
            "UNKNOWN_FIELD",
        ),
        (
            json!({"email": "ada@example.com", "redirect_url": "https://evil.example"}),
            "UNKNOWN_FIELD",
        ),
    ] {
        janua.post(FORGOT, body).await.refused(code);
    }
    let twice = r#"{"email":"ada@example.com","email":"eve@evil.example"}"#;
    let request = janua
        .request(Method::POST, FORGOT)
        .header("content-type", "application/json")
        .body(twice);
    janua.send(request).await.refused("DUPLICATE_KEY");
    assert!(janua.mails("eve@evil.example").await.is_empty());
    assert_eq!(all.messages(None).len(), caught);
}

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
async fn twelve_requests_bring_five_mails_and_look_alike_for_strangers() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let caught = janua.mails(&ada.email).await.len();
    for email in [
        ["ada@example.com", "ADA@example.com"],
        ["nobody@example.com", "NoBody@Example.com"],
    ] {
        for round in 0..12 {
            let answer = forgot(&janua, email[round % 2]).await;
            if round < 5 {
                assert_eq!(answer.accepted().status, StatusCode::ACCEPTED);
                continue;
            }
            let refused = answer.refused("EMAIL_RATE_LIMITED");
            assert_eq!(refused.json()["error"], "RATE_LIMIT_ERROR");
            assert_eq!(refused.header("retry-after"), "720");
            // All mails that a stranger can ask for share the limit.
            let resend = janua
                .post("/api/v1/auth/email/resend", json!({"email": email[0]}))
                .await;
            resend.refused("EMAIL_RATE_LIMITED");
        }
    }
    assert_eq!(janua.mails(&ada.email).await.len() - caught, 5);
    janua.advance(seconds(720));
    forgot(&janua, &ada.email).await.accepted();
    forgot(&janua, &ada.email).await.refused("EMAIL_RATE_LIMITED");
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
