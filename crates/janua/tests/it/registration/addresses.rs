//! One person's address has one spelling, and nobody else's tricks reach it.

use serde_json::json;

use super::{MANY, REGISTER, RESEND};
use crate::support::{PASSWORD, TestJanua};

#[tokio::test]
async fn one_address_has_one_spelling_and_no_twin() {
    let janua = TestJanua::with(&[MANY]).await;
    let answer = janua
        .person("Ada.Lovelace+Janua@EXAMPLE.com")
        .signs_up()
        .await
        .accepted();
    assert_eq!(answer.str("/user/email"), "ada.lovelace+janua@example.com");
    janua.person("ada@bücher.example").signs_up().await.accepted();

    for twin in [
        "ada.lovelace+janua@example.com",
        "ADA.LOVELACE+JANUA@EXAMPLE.COM",
        "ada@BÜCHER.example",
        "ada@xn--bcher-kva.example",
        // What a domain name ignores or maps is the same domain.
        "ada@xn--bcher-kva。example",
        "ada@bü\u{200b}cher.example",
    ] {
        janua
            .person(twin)
            .signs_up()
            .await
            .refused("EMAIL_ALREADY_EXISTS");
    }
    for padded in [
        " ada.lovelace+janua@example.com",
        "ada.lovelace+janua@example.com ",
        "\tada@bücher.example",
    ] {
        janua.person(padded).signs_up().await.refused("INVALID_EMAIL");
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 2);
}

#[tokio::test]
async fn nobody_takes_the_address_of_another_as_a_username() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    for username in ["ada@example.com", "ada＠example.com", "@ada", "ada%40example.com"] {
        let eve = json!({"email": "eve@example.com", "password": PASSWORD, "username": username});
        let refused = janua.post(REGISTER, eve).await.refused("INVALID_USERNAME");
        assert_eq!(refused.json()["details"]["field"], "username");
    }
    ada.signs_in().await;
    let by_name = json!({"username": "ada@example.com", "password": PASSWORD});
    janua
        .post("/api/v1/auth/login", by_name)
        .await
        .refused("INVALID_USERNAME");
}

#[tokio::test]
async fn look_alikes_and_tricks_with_addresses_reach_nobody() {
    let janua = TestJanua::with(&[MANY, ("RATE_LIMIT_EMAIL_REQUEST", "1000/1h")]).await;
    let victim = janua.person("mia@example.com").registered().await;
    let caught = janua.mails(&victim.email).await.len();
    let long = format!("{}@example.com", "a".repeat(250));
    for trick in [
        "mıa@example.com",
        "mia＠example.com",
        "mi\u{301}a@example.com",
        "mia@ｅxample.com",
        "mi\u{200b}a@example.com",
        "mia\u{202e}@example.com",
        "mia@example.com,eve@evil.example",
        "mia@example.com;eve@evil.example",
        "mia@example.com eve@evil.example",
        "\"eve@evil.example\"@example.com",
        "<mia@example.com>",
        "Mia <mia@example.com>",
        "mia@example.com\r\nBcc: eve@evil.example",
        "mia@@example.com",
        "mia@example.com@evil.example",
        "mia(eve@evil.example)@example.com",
        "mia@[127.0.0.1]",
        "mia@localhost",
        "mia@example.com.",
        "",
        long.as_str(),
    ] {
        janua.person(trick).signs_up().await.refused("INVALID_EMAIL");
        for path in [RESEND, "/api/v1/auth/password/forgot"] {
            janua
                .post(path, json!({"email": trick}))
                .await
                .refused("INVALID_EMAIL");
        }
    }
    // A domain in another alphabet is another domain, and is shown as what it is.
    let answer = janua.person("mia@exаmple.com").signs_up().await.accepted();
    assert_eq!(answer.str("/user/email"), "mia@xn--exmple-4nf.com");
    janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "mia@exаmple.com"}),
        )
        .await
        .accepted();

    assert_eq!(janua.mails(&victim.email).await.len(), caught);
    assert_eq!(janua.mails("mia@xn--exmple-4nf.com").await.len(), 2);
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 2);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE recipient LIKE '%evil%'")
            .await,
        0
    );
}
