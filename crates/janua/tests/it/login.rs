//! Signing in with a password.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{PASSWORD, TestJanua};

const LOGIN: &str = "/api/v1/auth/login";
const MANY: [(&str, &str); 2] = [
    ("RATE_LIMIT_LOGIN", "1000/5m"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
];

async fn named_ada(janua: &TestJanua) {
    let asked = json!({"email": "ada@example.com", "password": PASSWORD, "username": "Ada"});
    janua.post("/api/v1/auth/register", asked).await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
}

async fn failures(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM events WHERE name = 'sign_in.failed' AND outcome = 'failure'")
        .await
}

#[tokio::test]
async fn a_sign_in_gives_tokens_and_cookies_that_are_not_kept_by_caches() {
    let janua = TestJanua::start().await;
    named_ada(&janua).await;
    let answer = janua
        .post(LOGIN, json!({"email": "ada@example.com", "password": PASSWORD}))
        .await
        .accepted();
    let body = answer.json();
    assert_eq!(body["user"]["username"], "Ada");
    assert_eq!(body["mfa_required"], false);
    assert_eq!(body["tokens"]["token_type"], "bearer");
    assert_eq!(body["tokens"]["expires_in"], 900);
    assert!(answer.str("/tokens/refresh_token").starts_with("jrt_"));
    assert_eq!(answer.header("cache-control"), "no-store");
    for cookie in ["janua_session", "janua_device", "janua_csrf"] {
        assert!(!answer.cookie(cookie).is_empty());
    }
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'session.started'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM users WHERE last_sign_in_at IS NOT NULL")
            .await,
        1
    );
}

#[tokio::test]
async fn an_address_works_in_any_case_and_a_username_only_as_it_was_chosen() {
    let janua = TestJanua::start().await;
    named_ada(&janua).await;
    for email in ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.com"] {
        janua.person(email).signs_in().await;
    }
    let by_name = async |name: &str| {
        janua
            .post(LOGIN, json!({"username": name, "password": PASSWORD}))
            .await
    };
    by_name("Ada").await.accepted();
    by_name("ada").await.refused("INVALID_CREDENTIALS");
    by_name("ADA").await.refused("INVALID_CREDENTIALS");
    by_name("Ad\u{430}").await.refused("INVALID_USERNAME");
}

#[tokio::test]
async fn a_sign_in_names_exactly_one_person() {
    let janua = TestJanua::start().await;
    named_ada(&janua).await;
    for (body, code, field) in [
        (json!({}), "MISSING_FIELD", "password"),
        (json!({"email": "ada@example.com"}), "MISSING_FIELD", "password"),
        (json!({"password": PASSWORD}), "MISSING_FIELD", "email"),
        (
            json!({"email": "ada", "password": PASSWORD}),
            "INVALID_EMAIL",
            "email",
        ),
        (
            json!({"username": "a", "password": PASSWORD}),
            "INVALID_USERNAME",
            "username",
        ),
        (
            json!({"email": "ada@example.com", "password": PASSWORD, "otp": "1"}),
            "UNKNOWN_FIELD",
            "otp",
        ),
        (
            json!({"email": ["ada@example.com"], "password": PASSWORD}),
            "INVALID_TYPE",
            "email",
        ),
    ] {
        let refused = janua.post(LOGIN, body).await.refused(code);
        assert_eq!(refused.json()["details"]["field"], field);
    }
    let both = json!({"email": "ada@example.com", "username": "Ada", "password": PASSWORD});
    janua.post(LOGIN, both).await.refused("INVALID_FIELD");
    let twice = format!(r#"{{"email":"eve@example.com","email":"ada@example.com","password":"{PASSWORD}"}}"#);
    let request = janua
        .request(Method::POST, LOGIN)
        .header("content-type", "application/json")
        .body(twice);
    janua.send(request).await.refused("DUPLICATE_KEY");
    janua.person("ada@example.com").signs_in().await;
}

#[tokio::test]
async fn whether_an_address_is_verified_is_told_only_with_the_right_password() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    ada.login("wrong-velvet-canyon-73")
        .await
        .refused("INVALID_CREDENTIALS");
    let refused = ada.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json()["error"], "EMAIL_NOT_VERIFIED");
    assert!(refused.cookies().is_empty());
    assert_eq!(failures(&janua).await, 2);
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_password_that_is_no_text_gets_nobody_in() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    for wrong in [
        json!(true),
        json!(0),
        json!(null),
        json!([]),
        json!([PASSWORD]),
        json!({"$ne": ""}),
    ] {
        let refused = janua
            .post(LOGIN, json!({"email": ada.email, "password": wrong}))
            .await;
        assert_eq!(
            refused.refused("INVALID_TYPE").json()["details"]["field"],
            "password"
        );
        let refused = janua
            .post(LOGIN, json!({"email": wrong, "password": PASSWORD}))
            .await;
        let code = if wrong.is_null() {
            "MISSING_FIELD"
        } else {
            "INVALID_TYPE"
        };
        assert_eq!(refused.refused(code).json()["details"]["field"], "email");
    }
    ada.login("").await.refused("INVALID_CREDENTIALS");
    ada.login(&"x".repeat(257)).await.refused("INVALID_FIELD");
    ada.signs_in().await;
}

#[tokio::test]
async fn sql_in_a_sign_in_is_only_text() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    for trick in [
        "' OR '1'='1",
        "'; DROP TABLE users; --",
        "' OR 1=1--",
        "\\'; SELECT pg_sleep(9);--",
        "$1",
        "%",
    ] {
        ada.login(trick).await.refused("INVALID_CREDENTIALS");
        janua.person(trick).login(PASSWORD).await.refused("INVALID_EMAIL");
        let by_name = json!({"username": trick, "password": PASSWORD});
        janua.post(LOGIN, by_name).await.refused("INVALID_USERNAME");
        // A success forgets the failures before it, so that no lock gets in between.
        ada.signs_in().await;
    }
    janua
        .person("o'or'1'='1@example.com")
        .login(PASSWORD)
        .await
        .refused("INVALID_CREDENTIALS");
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn there_is_no_account_that_everybody_knows() {
    let janua = TestJanua::with(&MANY).await;
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    for (name, password) in [
        ("admin", "admin"),
        ("admin", "password"),
        ("root", "root"),
        ("test", "test"),
        ("user", "user"),
        ("janua", "janua"),
        ("guest", "guest"),
        ("administrator", "changeme"),
    ] {
        let by_name = json!({"username": name, "password": password});
        janua.post(LOGIN, by_name).await.refused("INVALID_CREDENTIALS");
        for host in ["example.com", "janua.localhost"] {
            janua
                .person(&format!("{name}@{host}"))
                .login(password)
                .await
                .refused("INVALID_CREDENTIALS");
        }
    }
}

#[tokio::test]
async fn a_device_that_was_not_seen_before_is_told_by_mail() {
    let janua = TestJanua::start().await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let told = async || {
        let mails = janua.mails("ada@example.com").await;
        mails
            .iter()
            .filter(|it| it.subject == "New sign-in to your Janua account")
            .count()
    };
    ada.signs_in_with_a_browser().await;
    assert_eq!(told().await, 0, "the first device is nobody else's");
    ada.signs_in().await;
    assert_eq!(told().await, 0, "the browser is known");

    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let body = json!({"email": ada.email, "password": PASSWORD});
    let request = janua
        .request(Method::POST, LOGIN)
        .header("user-agent", firefox)
        .json(&body);
    janua.send(request).await.accepted();
    assert_eq!(told().await, 1);
    let mails = janua.mails(&ada.email).await;
    assert!(
        mails[0].text.contains("Firefox on Linux") && mails[0].text.contains("127.0.0.1"),
        "{}",
        mails[0].text
    );
}
