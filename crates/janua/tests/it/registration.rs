//! Making an account.

mod addresses;

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestJanua, hours};

const REGISTER: &str = "/api/v1/auth/register";
const RESEND: &str = "/api/v1/auth/email/resend";
const MANY: (&str, &str) = ("RATE_LIMIT_REGISTER", "1000/1h");

#[tokio::test]
async fn a_name_stands_in_no_mail_before_the_address_is_verified() {
    let janua = TestJanua::start().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "first_name": "win at https://evil.example"});
    janua
        .post("/api/v1/auth/register", body)
        .await
        .refused("INVALID_FIELD");
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "first_name": "win at evil.example"});
    janua.post("/api/v1/auth/register", body).await.accepted();
    let mails = janua.mails("ada@example.com").await;
    assert!(!mails.is_empty());
    for mail in mails {
        assert!(
            !mail.text.contains("evil") && !mail.html.contains("evil"),
            "{}",
            mail.text
        );
    }
}

#[tokio::test]
async fn a_registration_keeps_every_field_and_gives_no_secret_away() {
    let janua = TestJanua::start().await;
    let asked = json!({"email": "ada@example.com", "password": PASSWORD, "username": "Ada_L", "first_name": " Ada ",
                       "last_name": "Lovelace", "locale": "es"});
    let answer = janua.post(REGISTER, asked).await.accepted();
    assert_eq!(answer.status, StatusCode::CREATED);
    let body = answer.json();
    assert_eq!(body["tokens"], Value::Null);
    assert_eq!(body["verification_required"], true);
    let user = &body["user"];
    for (field, value) in [
        ("email", "ada@example.com"),
        ("username", "Ada_L"),
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("locale", "es"),
    ] {
        assert_eq!(user[field], value, "{field}");
    }
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["is_admin"], false);
    assert_eq!(user["created_at"], "2026-01-11T10:30:00.000Z");
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("argon2"));
    assert!(answer.cookies().is_empty());
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'user.registered'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM passwords WHERE hash LIKE '$argon2id$%'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_routes_answer_under_their_other_names_too() {
    let janua = TestJanua::start().await;
    let ada = json!({"email": "ada@example.com", "password": PASSWORD});
    assert_eq!(
        janua
            .post("/api/v1/auth/signup", ada.clone())
            .await
            .accepted()
            .status,
        StatusCode::CREATED
    );
    let first = janua.secret("ada@example.com", "verify-email").await;

    let resend = json!({"email": "ada@example.com"});
    let answer = janua
        .post("/api/v1/auth/email/resend-verification", resend)
        .await
        .accepted();
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let second = janua.secret("ada@example.com", "verify-email").await;
    assert_ne!(first, second);

    janua
        .post("/api/v1/auth/email/verify", json!({"token": second}))
        .await
        .accepted();
    let answer = janua.post("/api/v1/auth/signin", ada).await.accepted();
    let refresh = json!({"refresh_token": answer.str("/tokens/refresh_token")});
    janua
        .post("/api/v1/auth/signout", refresh.clone())
        .await
        .accepted();
    janua
        .post("/api/v1/auth/refresh", refresh)
        .await
        .refused("REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let janua = TestJanua::start().await;
    let asked = json!({"email": "ada", "password": "short", "username": "a b", "first_name": "a\u{202e}b",
                       "last_name": "x".repeat(101), "locale": "klingon!"});
    let refused = janua.post(REGISTER, asked).await.refused("WEAK_PASSWORD");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = refused.json();
    assert_eq!(body["error"], "VALIDATION_ERROR");
    let errors = body["details"]["errors"].as_array().expect("all of them").clone();
    let mut told: Vec<_> = errors
        .iter()
        .map(|it| (it["field"].as_str(), it["code"].as_str()))
        .collect();
    told.sort_unstable();
    let expected = [
        ("email", "INVALID_EMAIL"),
        ("first_name", "INVALID_FIELD"),
        ("last_name", "INVALID_FIELD"),
        ("locale", "INVALID_FIELD"),
        ("password", "WEAK_PASSWORD"),
        ("username", "INVALID_USERNAME"),
    ];
    assert_eq!(told, expected.map(|(field, code)| (Some(field), Some(code))));
    assert!(
        errors
            .iter()
            .all(|it| it["reason"].as_str().is_some_and(|it| it.len() > 10)),
        "{body}"
    );

    let one = json!({"email": "ada@example.com", "password": PASSWORD, "username": "a b"});
    let details = janua.post(REGISTER, one).await.refused("INVALID_USERNAME").json()["details"].clone();
    assert_eq!(
        (&details["field"], &details["errors"]),
        (&json!("username"), &Value::Null)
    );

    for (asked, field) in [
        (json!({}), "email"),
        (json!({"password": PASSWORD}), "email"),
        (json!({"email": "ada@example.com"}), "password"),
    ] {
        let refused = janua.post(REGISTER, asked).await.refused("MISSING_FIELD");
        assert_eq!(refused.json()["details"]["field"], field);
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 0);
}

#[tokio::test]
async fn a_taken_address_and_a_taken_username_are_told_apart() {
    let janua = TestJanua::start().await;
    let asks = async |email: &str, username: &str| {
        janua
            .post(
                REGISTER,
                json!({"email": email, "password": PASSWORD, "username": username}),
            )
            .await
    };
    asks("ada@example.com", "Ada").await.accepted();
    for (email, username, code, field) in [
        ("ada@example.com", "Grace", "EMAIL_ALREADY_EXISTS", "email"),
        ("grace@example.com", "Ada", "USERNAME_TAKEN", "username"),
        ("ada@example.com", "Ada", "EMAIL_ALREADY_EXISTS", "email"),
    ] {
        let refused = asks(email, username).await.refused(code);
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.json()["error"], "CONFLICT_ERROR");
        assert_eq!(refused.json()["details"]["field"], field);
    }
    asks("grace@example.com", "ada").await.accepted();
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 2);
    assert_eq!(
        janua.mails("ada@example.com").await.len(),
        1,
        "a refused registration mails nothing"
    );
}

#[tokio::test]
async fn nobody_registers_with_rights_of_their_own_choice() {
    let janua = TestJanua::start().await;
    for (field, value) in [
        ("is_admin", json!(true)),
        ("role", json!("owner")),
        ("email_verified", json!(true)),
        ("email_verified_at", json!("2026-01-01T00:00:00Z")),
        ("id", json!("0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")),
        ("epoch", json!(7)),
        ("__proto__", json!({"is_admin": true})),
    ] {
        let mut asked = json!({"email": "eve@example.com", "password": PASSWORD});
        asked[field] = value;
        let refused = janua.post(REGISTER, asked).await.refused("UNKNOWN_FIELD");
        assert_eq!(refused.json()["details"]["field"], field);
    }
    let answer = janua.person("eve@example.com").signs_up().await.accepted();
    assert_eq!(answer.json()["user"]["is_admin"], false);
}

#[tokio::test]
async fn without_verification_a_registration_is_a_sign_in() {
    let janua = TestJanua::with(&[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    let answer = janua.person("ada@example.com").signs_up().await.accepted();
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["verification_required"], false);
    assert_eq!(answer.json()["tokens"]["token_type"], "bearer");
    assert!(answer.cookies().iter().any(|it| it.starts_with("janua_session=")));
    let session = crate::support::SignedIn::of(answer);
    let me = session.get(&janua, "/api/v1/users/me").await.accepted();
    assert_eq!(me.json()["email_verified"], false);
    session.refreshes(&janua).await.accepted();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'session.started'")
            .await,
        1
    );

    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    let me = session.get(&janua, "/api/v1/users/me").await.accepted();
    assert_eq!(me.json()["email_verified"], true, "no stale copy");
}

#[tokio::test]
async fn a_grace_period_lets_somebody_in_until_it_is_over() {
    let janua = TestJanua::with(&[("EMAIL_VERIFICATION_GRACE_PERIOD_HOURS", "24")]).await;
    let ada = janua.person("ada@example.com");
    let answer = ada.signs_up().await.accepted();
    assert_eq!(answer.json()["verification_required"], false);
    janua.advance(hours(23));
    ada.signs_in().await;
    janua.advance(hours(1));
    ada.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");

    janua.post(RESEND, json!({"email": ada.email})).await.accepted();
    let secret = janua.secret(&ada.email, "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    ada.signs_in().await;
}

#[tokio::test]
async fn the_first_mail_speaks_the_language_of_its_reader() {
    let janua = TestJanua::start().await;
    for (name, header, field, locale, subject) in [
        (
            "a",
            "es-MX,es;q=0.9,en;q=0.5",
            None,
            "es",
            "Confirma tu correo electrónico en Janua",
        ),
        (
            "b",
            "de,fr;q=0.8",
            None,
            "en",
            "Confirm your email address for Janua",
        ),
        (
            "c",
            "es",
            Some("en-GB"),
            "en",
            "Confirm your email address for Janua",
        ),
        (
            "d",
            "en",
            Some("es-419"),
            "es",
            "Confirma tu correo electrónico en Janua",
        ),
        ("e", "", Some("tlh"), "en", "Confirm your email address for Janua"),
    ] {
        let email = format!("{name}@example.com");
        let asked = json!({"email": email, "password": PASSWORD, "locale": field});
        let request = janua
            .request(Method::POST, REGISTER)
            .header("accept-language", header)
            .json(&asked);
        let answer = janua.send(request).await.accepted();
        assert_eq!(answer.str("/user/locale"), locale, "{name}");
        let mails = janua.mails(&email).await;
        assert_eq!(
            mails.first().map(|it| it.subject.as_str()),
            Some(subject),
            "{name}"
        );
        assert!(
            mails[0].html.contains(&format!("<html lang=\"{locale}\">")),
            "{name}"
        );
    }
}

#[tokio::test]
async fn of_fifty_parallel_registrations_one_makes_the_account() {
    let janua = TestJanua::with(&[MANY]).await;
    let spellings = ["ada@example.com", "Ada@Example.com"];
    let people: Vec<_> = (0..50).map(|n| janua.person(spellings[n % 2])).collect();
    let answers = join_all(people.iter().map(Person::signs_up)).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|it| it.status == StatusCode::CREATED);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.refused("EMAIL_ALREADY_EXISTS");
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'user.registered'")
            .await,
        1
    );
    assert_eq!(janua.mails("ada@example.com").await.len(), 1);
}
