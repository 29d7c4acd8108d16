//! Rate limits: what they tell, whom they count, and what does not get around them.

mod overload;
mod proxies;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, TestJanua, hours, seconds};

const LOGIN: &str = "/api/v1/auth/login";

fn wrong(email: &str) -> Value {
    json!({"email": email, "password": "wrong"})
}

/// The number in a header.
fn number(answer: &Answer, name: &str) -> i64 {
    answer
        .header(name)
        .parse()
        .unwrap_or_else(|_| panic!("{name} is no number in {:?}", answer.headers))
}

#[tokio::test]
async fn every_answer_tells_what_is_left_of_the_tightest_limit() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/3m")]).await;
    for left in [2, 1, 0] {
        let answer = janua
            .post(LOGIN, wrong("ada@example.com"))
            .await
            .refused("INVALID_CREDENTIALS");
        let told =
            ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|it| number(&answer, it));
        assert_eq!(told, [3, left, 60 * (3 - left)]);
        assert_eq!(answer.header("retry-after"), "");
    }
    let refusal = janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("RATE_LIMITED");
    assert_eq!(
        (refusal.status.as_u16(), refusal.str("/error")),
        (429, "RATE_LIMIT_ERROR".to_owned())
    );
    assert_eq!(number(&refusal, "retry-after"), 60);
    assert_eq!(refusal.json()["details"]["retry_after"], 60);
    assert_eq!(
        (
            number(&refusal, "x-ratelimit-remaining"),
            number(&refusal, "x-ratelimit-limit")
        ),
        (0, 3)
    );
    // Somebody else has a limit of their own.
    let other = janua
        .post(LOGIN, wrong("eve@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    assert_eq!(number(&other, "x-ratelimit-remaining"), 2);
}

#[tokio::test]
async fn who_waits_as_long_as_told_is_let_in_again() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/3m")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    for _ in 0..3 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let refusal = ada.login(PASSWORD).await.refused("RATE_LIMITED");
    janua.advance(seconds(number(&refusal, "retry-after") - 1));
    ada.login(PASSWORD).await.refused("RATE_LIMITED");
    janua.advance(seconds(1));
    ada.signs_in().await;
}

#[tokio::test]
async fn every_limit_is_a_setting() {
    let link = crate::support::made_up(janua::crypto::secret::Kind::Link);
    let change = json!({"current_password": "wrong", "new_password": PASSWORD});
    for (setting, value, path, body, code) in [
        (
            "RATE_LIMIT_LOGIN",
            "2/h",
            LOGIN,
            wrong("eve@example.com"),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_LOGIN_ADDRESS",
            "4/h",
            LOGIN,
            wrong("eve@example.com"),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_REGISTER",
            "3/h",
            "/api/v1/auth/register",
            wrong("eve@example.com"),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_REFRESH",
            "2/h",
            "/api/v1/auth/refresh",
            json!({"refresh_token": "jrt_x"}),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_LINK",
            "3/h",
            "/api/v1/auth/email/verify",
            json!({"token": link}),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_EMAIL_REQUEST",
            "2/h",
            "/api/v1/auth/email/resend",
            json!({"email": "x@example.com"}),
            "RATE_LIMITED",
        ),
        (
            "RATE_LIMIT_PASSWORD_CHANGE",
            "2/h",
            "/api/v1/auth/password/change",
            change,
            "RATE_LIMITED",
        ),
        (
            "EMAIL_RATE_LIMIT_PER_USER",
            "2",
            "/api/v1/auth/password/forgot",
            json!({"email": "x@example.com"}),
            "EMAIL_RATE_LIMITED",
        ),
    ] {
        let janua = TestJanua::with(&[(setting, value)]).await;
        let session = janua
            .person("ada@example.com")
            .registered()
            .await
            .signs_in()
            .await;
        for _ in 0..2 {
            let answer = session.post(&janua, path, body.clone()).await;
            assert_ne!(answer.status, 429, "{setting}: {}", answer.text);
        }
        // Registration, link and sign-in of the person above counted once where the network is counted.
        let own = i64::from(matches!(setting, "RATE_LIMIT_LOGIN_ADDRESS"));
        for _ in 0..own {
            session.post(&janua, path, body.clone()).await;
        }
        let refusal = session.post(&janua, path, body.clone()).await.refused(code);
        assert_eq!(
            (refusal.status.as_u16(), refusal.str("/error")),
            (429, "RATE_LIMIT_ERROR".to_owned()),
            "{setting}"
        );
        assert!(number(&refusal, "retry-after") > 0, "{setting}");
        janua.advance(hours(1));
        let answer = session.post(&janua, path, body).await;
        assert_ne!(answer.status, 429, "{setting}: {}", answer.text);
    }
}

#[tokio::test]
async fn spellings_of_a_path_share_one_bucket() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "4/5m")]).await;
    for path in [
        LOGIN,
        "/api/v1/auth/login/",
        "//api//v1/auth/login",
        "/api/v1/auth/login?x=1",
    ] {
        janua
            .post(path, wrong("ada@example.com"))
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for path in [
        "/api/v1/auth/signin",
        "/api/v1/auth/login/?y=2",
        "///api/v1/auth/signin//",
        LOGIN,
    ] {
        janua
            .post(path, wrong("ada@example.com"))
            .await
            .refused("RATE_LIMITED");
    }
    let request = janua
        .request(Method::POST, LOGIN)
        .header("user-agent", "another")
        .header("accept-language", "es");
    janua
        .send(request.json(&wrong("ada@example.com")))
        .await
        .refused("RATE_LIMITED");
}

#[tokio::test]
async fn spellings_of_an_account_share_one_bucket() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/5m")]).await;
    for email in ["ada@example.com", "ADA@example.com", "Ada@Example.COM"] {
        janua
            .post(LOGIN, wrong(email))
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for email in ["ada@EXAMPLE.com", "aDa@example.com", "ada@example.com"] {
        janua.post(LOGIN, wrong(email)).await.refused("RATE_LIMITED");
    }
    // What is no other spelling is no address either.
    for email in [
        " ada@example.com",
        "ada@example.com ",
        "ada@example.com.",
        "\u{ff41}da@example.com",
        "ada\u{200b}@example.com",
    ] {
        janua.post(LOGIN, wrong(email)).await.refused("INVALID_EMAIL");
    }
}

#[tokio::test]
async fn address_and_username_of_one_account_share_one_bucket() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/5m")]).await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "username": "ada"});
    janua.post("/api/v1/auth/register", body).await.accepted();
    let by_name = json!({"username": "ada", "password": "wrong"});
    janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    janua
        .post(LOGIN, by_name.clone())
        .await
        .refused("INVALID_CREDENTIALS");
    janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    janua.post(LOGIN, by_name).await.refused("RATE_LIMITED");
    janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("RATE_LIMITED");
}

#[tokio::test]
async fn mails_to_one_address_are_limited_whoever_asks() {
    let janua = TestJanua::with(&[("EMAIL_RATE_LIMIT_PER_USER", "3")]).await;
    janua.person("ada@example.com").registered().await;
    for path in [
        "/api/v1/auth/password/forgot",
        "/api/v1/auth/email/resend",
        "/api/v1/auth/password/forgot",
    ] {
        janua
            .post(path, json!({"email": "Ada@example.com"}))
            .await
            .accepted();
    }
    let refusal = janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "ada@example.com"}),
        )
        .await;
    let refusal = refusal.refused("EMAIL_RATE_LIMITED");
    // Somebody unknown is refused in the same words.
    for _ in 0..3 {
        janua
            .post(
                "/api/v1/auth/password/forgot",
                json!({"email": "eve@example.com"}),
            )
            .await
            .accepted();
    }
    let unknown = janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "eve@example.com"}),
        )
        .await;
    assert_eq!(
        unknown.refused("EMAIL_RATE_LIMITED").json()["details"],
        refusal.json()["details"]
    );
    janua.advance(hours(1));
    janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "ada@example.com"}),
        )
        .await
        .accepted();
}

#[tokio::test]
async fn limits_can_be_lifted_for_development() {
    let lifted = [
        ("RATE_LIMIT_ENABLED", "false"),
        ("RATE_LIMIT_LOGIN", "1/h"),
        ("RATE_LIMIT_LOGIN_ADDRESS", "1/h"),
    ];
    let janua = TestJanua::with(&lifted).await;
    for _ in 0..4 {
        let answer = janua
            .post(LOGIN, wrong("ada@example.com"))
            .await
            .refused("INVALID_CREDENTIALS");
        assert_eq!(answer.header("x-ratelimit-limit"), "");
    }
    let limited = TestJanua::with(&lifted[1..]).await;
    limited
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    limited
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("RATE_LIMITED");
}

#[tokio::test]
async fn a_body_holds_one_try() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/5m")]).await;
    janua
        .post(LOGIN, Value::from(vec![wrong("ada@example.com"); 30]))
        .await
        .refused("BAD_REQUEST");
    let many = json!({"email": ["ada@example.com", "eve@example.com"], "password": ["a", "b"]});
    janua.post(LOGIN, many).await.refused("INVALID_TYPE");
    let answer = janua
        .post(LOGIN, wrong("ada@example.com"))
        .await
        .refused("INVALID_CREDENTIALS");
    assert_eq!(number(&answer, "x-ratelimit-remaining"), 2);
}
