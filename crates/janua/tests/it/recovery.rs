//! Passwords that were forgotten.

mod links;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, PASSWORD, Person, TestJanua, minutes, seconds};

const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
const NEW: &str = "meadow-copper-lantern-58";

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

    let mails = janua.mails(&ada.email).await;
    assert!(
        mails
            .iter()
            .any(|it| it.subject == "Your Janua password was changed")
    );
    let recorded = "SELECT COUNT(*) FROM events WHERE name = 'password.reset'";
    assert_eq!(janua.count(recorded).await, 1);
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
async fn twelve_requests_bring_five_mails_and_look_alike_for_strangers() {
    let janua = TestJanua::with(&[("RATE_LIMIT_EMAIL_REQUEST", "1000/1h")]).await;
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
