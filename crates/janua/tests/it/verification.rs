//! The proof that an address is read by the account's owner.

use futures_util::future::join_all;
use janua::io::db::{Db, Querier};
use janua::params;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, hours, minutes, seconds};

const VERIFY: &str = "/api/v1/auth/email/verify";
const RESEND: &str = "/api/v1/auth/email/resend";
const PAGE: &str = "/auth/verify-email";

async fn verify(janua: &TestJanua, token: impl Into<Value>) -> Answer {
    janua.post(VERIFY, json!({"token": token.into()})).await
}

async fn verified(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM users WHERE email_verified_at IS NOT NULL")
        .await
}

#[tokio::test]
async fn a_verification_link_works_once() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    let answer = verify(&janua, secret.as_str()).await.accepted();
    assert_eq!(answer.json()["user"]["email_verified"], true);
    assert!(
        answer.json()["tokens"].is_null() && answer.cookies().is_empty(),
        "a link is no sign-in"
    );

    verify(&janua, secret).await.refused("LINK_INVALID");
    ada.signs_in().await;
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'email.verified'")
            .await,
        1
    );
    let subjects: Vec<_> = janua
        .mails(&ada.email)
        .await
        .into_iter()
        .map(|it| it.subject)
        .collect();
    assert_eq!(
        subjects,
        ["Welcome to Janua", "Confirm your email address for Janua"]
    );
}

#[tokio::test]
async fn a_verification_link_expires_and_the_next_one_works() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let early = janua.secret(&ada.email, "verify-email").await;
    janua.advance(hours(23) + minutes(59) + seconds(59));
    janua.post(RESEND, json!({"email": ada.email})).await.accepted();
    let late = janua.secret(&ada.email, "verify-email").await;
    janua.advance(seconds(1));
    verify(&janua, early.as_str()).await.refused("LINK_EXPIRED");
    verify(&janua, late).await.accepted();
    verify(&janua, early).await.refused("LINK_INVALID");
    ada.signs_in().await;
}

#[tokio::test]
async fn using_one_link_voids_the_others() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let first = janua.secret(&ada.email, "verify-email").await;
    janua.post(RESEND, json!({"email": ada.email})).await.accepted();
    let second = janua.secret(&ada.email, "verify-email").await;
    verify(&janua, first).await.accepted();
    verify(&janua, second).await.refused("LINK_INVALID");

    let mails = janua.mails(&ada.email).await.len();
    janua.post(RESEND, json!({"email": ada.email})).await.accepted();
    assert_eq!(
        janua.mails(&ada.email).await.len(),
        mails,
        "who is verified needs no link"
    );
}

#[tokio::test]
async fn of_fifty_parallel_uses_of_a_link_one_verifies() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LINK", "1000/5m")]).await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    let answers = join_all((0..50).map(|_| verify(&janua, secret.as_str()))).await;
    let (used, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status == StatusCode::OK);
    assert_eq!(used.len(), 1);
    for answer in refused {
        answer.refused("LINK_INVALID");
    }
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'email.verified'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE kind = 'welcome'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_link_dies_with_its_account() {
    let janua = TestJanua::with(&[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    let ada = janua.person("ada@example.com");
    let session = SignedIn::of(ada.signs_up().await.accepted());
    let old = janua.secret(&ada.email, "verify-email").await;
    session.delete(&janua, "/api/v1/users/me").await.accepted();
    verify(&janua, old.as_str()).await.refused("LINK_INVALID");

    ada.signs_up().await.accepted();
    verify(&janua, old).await.refused("LINK_INVALID");
    assert_eq!(verified(&janua).await, 0);
    let own = janua.secret(&ada.email, "verify-email").await;
    verify(&janua, own).await.accepted();
}

#[tokio::test]
async fn a_link_proves_only_the_address_that_it_was_sent_to() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    let mut db: &Db = &janua.app.db;
    let changed = db
        .execute("UPDATE users SET email = 'grace@example.com'", params![])
        .await;
    assert_eq!(changed.expect("the address is changed"), 1);
    verify(&janua, secret).await.refused("LINK_INVALID");
    assert_eq!(verified(&janua).await, 0);
}

#[tokio::test]
async fn nothing_but_the_mailed_token_verifies() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    for (body, code) in [
        (json!({}), "MISSING_FIELD"),
        (json!({"token": null}), "INVALID_TYPE"),
        (json!({"token": true}), "INVALID_TYPE"),
        (json!({"token": [secret]}), "INVALID_TYPE"),
        (json!({"token": {"$ne": ""}}), "INVALID_TYPE"),
        (
            json!({"token": secret, "email": "eve@example.com"}),
            "UNKNOWN_FIELD",
        ),
        (json!({"token": ""}), "LINK_INVALID"),
        (json!({"token": "jlk_"}), "LINK_INVALID"),
        (json!({"token": secret.to_uppercase()}), "LINK_INVALID"),
        (json!({"token": format!("{secret} ")}), "LINK_INVALID"),
        (
            json!({"token": secret.replacen("jlk_", "jrt_", 1)}),
            "LINK_INVALID",
        ),
        (json!({"token": "' OR '1'='1"}), "LINK_INVALID"),
    ] {
        janua.post(VERIFY, body).await.refused(code);
    }
    janua
        .send(janua.request(Method::POST, VERIFY))
        .await
        .refused("MISSING_FIELD");
    assert_eq!(verified(&janua).await, 0);
    verify(&janua, secret).await.accepted();
}

#[tokio::test]
async fn opening_the_page_changes_nothing_and_its_button_verifies() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    let link = format!("{PAGE}?token={secret}");
    for _ in 0..3 {
        let page = janua.get(&link).await.accepted();
        assert!(page.text.contains("<form method=\"post\"") && page.text.contains(&secret));
        janua.send(janua.request(Method::HEAD, &link)).await.accepted();
    }
    janua.get(VERIFY).await.refused("METHOD_NOT_ALLOWED");
    assert_eq!(verified(&janua).await, 0);

    let press = |token: &str| janua.request(Method::POST, PAGE).form(&[("token", token)]);
    let done = janua.send(press(&secret)).await.accepted();
    assert!(done.header("content-type").starts_with("text/html"));
    assert_eq!(verified(&janua).await, 1);
    let again = janua.send(press(&secret)).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(again.text.contains("LINK_INVALID"));
    ada.signs_in().await;
}

#[tokio::test]
async fn a_token_on_a_page_is_text_and_never_markup() {
    let janua = TestJanua::start().await;
    for page in [PAGE, "/auth/reset-password"] {
        let shown = janua
            .get(&format!("{page}?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
            .await
            .accepted();
        assert!(
            shown.text.contains("&lt;script&gt;") && !shown.text.contains("<script"),
            "{}",
            shown.text
        );
    }
}

#[tokio::test]
async fn names_in_mails_are_text_and_never_markup() {
    let janua = TestJanua::with(&[("APP_NAME", "Acme\r\nBcc: eve@evil.example")]).await;
    let name = r#"<a href="//evil.example">{{ 7 * 7 }}{ $link }</a>"#;
    let asked = json!({"email": "ada@example.com", "password": PASSWORD, "first_name": name});
    janua.post("/api/v1/auth/register", asked).await.accepted();
    let first = janua.mails("ada@example.com").await.remove(0);
    assert_eq!(
        first.subject,
        "Confirm your email address for Acme Bcc: eve@evil.example"
    );
    let token = janua.secret("ada@example.com", "verify-email").await;
    let body = json!({"token": token});
    janua.post("/api/v1/auth/email/verify", body).await.accepted();
    let mails = janua.mails("ada@example.com").await;
    let mail = mails
        .iter()
        .find(|it| it.text.contains(name))
        .expect("a mail with the name");
    assert!(!mail.html.contains("<a href=\"//evil"), "{}", mail.html);
    assert!(mail.html.contains("&lt;a href="), "{}", mail.html);
    assert!(mail.html.contains("{{ 7 * 7 }}{ $link }"), "{}", mail.html);
    assert!(janua.mails("eve@evil.example").await.is_empty());

    for name in [
        "Ada\r\nBcc: eve@evil.example",
        "Ada\nSubject: x",
        "Ada\u{2028}x",
        "Ada\u{0}",
    ] {
        let asked = json!({"email": "eve@example.com", "password": PASSWORD, "first_name": name});
        janua
            .post("/api/v1/auth/register", asked)
            .await
            .refused("INVALID_FIELD");
    }
}

#[tokio::test]
async fn tokens_cannot_be_guessed_from_others_and_are_not_stored() {
    let janua = TestJanua::start().await;
    let mut secrets = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        let person = janua.person(&format!("{name}@example.com"));
        person.signs_up().await.accepted();
        secrets.push(janua.secret(&person.email, "verify-email").await);
    }
    for secret in &secrets {
        assert_eq!(secret.len(), "jlk_".len() + 43, "256 bits");
        let begins_alike = secrets.iter().filter(|it| it[..8] == secret[..8]).count();
        assert_eq!(begins_alike, 1, "{secrets:?}");
    }
    let mut db: &Db = &janua.app.db;
    let stored: Vec<(String,)> = db
        .fetch_all("SELECT hash FROM one_time_secrets", params![])
        .await
        .expect("the rows");
    assert_eq!(stored.len(), 5);
    assert!(
        stored
            .iter()
            .all(|(hash,)| secrets.iter().all(|it| !it.contains(hash)))
    );
    let facts: Vec<(String,)> = db
        .fetch_all(
            "SELECT CAST(facts AS TEXT) FROM outbox UNION ALL SELECT CAST(facts AS TEXT) FROM events",
            params![],
        )
        .await
        .expect("the rows");
    assert!(
        facts
            .iter()
            .all(|(text,)| secrets.iter().all(|it| !text.contains(it)))
    );
}
