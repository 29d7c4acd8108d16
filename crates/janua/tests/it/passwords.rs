//! Which passwords are good enough, how they are kept, and how they are changed.

mod breach;
mod imported;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes};

const REGISTER: &str = "/api/v1/auth/register";
const CHANGE: &str = "/api/v1/auth/password/change";
const NEW: &str = "meadow-copper-lantern-58";
/// Registrations sign in at once, and the limits are not what is tested.
const OPEN: [(&str, &str); 4] = [
    ("REQUIRE_EMAIL_VERIFICATION", "false"),
    ("RATE_LIMIT_REGISTER", "1000/1h"),
    ("RATE_LIMIT_LOGIN", "1000/5m"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
];

async fn register(janua: &TestJanua, email: &str, password: impl Into<Value>) -> Answer {
    janua
        .post(REGISTER, json!({"email": email, "password": password.into()}))
        .await
}

async fn change(janua: &TestJanua, session: &SignedIn, current: &str, new: &str) -> Answer {
    session
        .post(
            janua,
            CHANGE,
            json!({"current_password": current, "new_password": new}),
        )
        .await
}

#[tokio::test]
async fn weak_and_personal_passwords_are_refused() {
    let janua = TestJanua::with(&[&OPEN[..], &[("APP_NAME", "Brightwater")]].concat()).await;
    for weak in [
        "",
        "short",
        "12345678",
        "password",
        "password1234",
        "Passw0rd2026",
        "qwertyuiop",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "1234567890",
        "janua-janua",
        "janua2026!",
        "brightwater1",
        "Brightwater!",
        "ada.lovelace@example.com",
        "adalovelace",
        "lovelace1815",
        "Augusta1815!",
        "janua-janua",
        "ada-lovelace",
        "Augusta.Brightwater",
        "1815_Ada_Lovelace",
    ] {
        let asked = json!({"email": "ada.lovelace@example.com", "password": weak, "first_name": "Augusta"});
        let refused = janua.post(REGISTER, asked).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        let details = refused.refused("WEAK_PASSWORD").json()["details"].clone();
        assert_eq!(details["field"], "password");
        assert!(
            details["reason"]
                .as_str()
                .is_some_and(|it| it.len() > 20 && !it.contains("Some(")),
            "{details}"
        );
    }
    // Words of one's own do no harm among others.
    let mixed = "orbit-velvet-lovelace-canyon";
    register(&janua, "ada.lovelace@example.com", mixed)
        .await
        .accepted();
}

#[tokio::test]
async fn long_passwords_work_and_endless_ones_are_not_hashed() {
    let janua = TestJanua::with(&OPEN).await;
    let long = |length: usize| {
        "Tz7-quark_Böhm! "
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    };
    for length in [64, 128, 256] {
        let person = janua.person(&format!("ada{length}@example.com"));
        register(&janua, &person.email, long(length)).await.accepted();
        person.login(&long(length)).await.accepted();
        person
            .login(&long(length - 1))
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for length in [257, 100_000, 900_000] {
        register(&janua, "eve@example.com", long(length))
            .await
            .refused("WEAK_PASSWORD");
        janua
            .person("ada64@example.com")
            .login(&long(length))
            .await
            .refused("INVALID_FIELD");
    }
    register(&janua, "eve@example.com", long(1_100_000))
        .await
        .refused("PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn every_character_of_a_password_counts() {
    let janua = TestJanua::with(&OPEN).await;
    let base = "Velvet-7 canyon_orbit".repeat(4);
    let (base, ada) = (&base[..72], janua.person("ada@example.com"));
    let password = format!("{base}first-ending-of-90");
    register(&janua, &ada.email, password.as_str()).await.accepted();
    ada.login(&password).await.accepted();
    ada.login(&format!("{base}other-ending-of-90"))
        .await
        .refused("INVALID_CREDENTIALS");
    ada.login(base).await.refused("INVALID_CREDENTIALS");

    let (eve, password) = (janua.person("eve@example.com"), "  Velvet Canyon-73 Örbit  ");
    register(&janua, &eve.email, password).await.accepted();
    eve.login(password).await.accepted();
    for altered in [
        password.trim(),
        password.trim_start(),
        &password.to_lowercase(),
        &password.to_uppercase(),
        "  Velvet Canyon-73 Orbit  ",
        &password.replace(' ', ""),
    ] {
        eve.login(altered).await.refused("INVALID_CREDENTIALS");
        eve.login(password).await.accepted();
    }
    // A NUL ends a text for some readers; here it cannot even be sent.
    eve.login(&format!("{password}\0")).await.refused("INVALID_FIELD");
    register(&janua, "nul@example.com", format!("{password}\0x"))
        .await
        .refused("INVALID_FIELD");
}

#[tokio::test]
async fn a_password_is_a_text_and_nothing_else() {
    let janua = TestJanua::with(&OPEN).await;
    let session = SignedIn::of(register(&janua, "ada@example.com", PASSWORD).await.accepted());
    for wrong in [
        json!(true),
        json!(0),
        json!(1e9),
        json!([]),
        json!({}),
        json!({"$ne": ""}),
        json!(null),
    ] {
        register(&janua, "eve@example.com", wrong.clone())
            .await
            .refused("INVALID_TYPE");
        for body in [
            json!({"current_password": wrong, "new_password": NEW}),
            json!({"current_password": PASSWORD, "new_password": wrong}),
        ] {
            session.post(&janua, CHANGE, body).await.refused("INVALID_TYPE");
        }
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM users").await, 1);
    janua.person("ada@example.com").signs_in().await;
}

#[tokio::test]
async fn a_change_ends_the_other_sessions_and_keeps_ones_own() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (own, other) = (ada.signs_in().await, ada.signs_in().await);
    janua
        .post("/api/v1/auth/password/forgot", json!({"email": ada.email}))
        .await
        .accepted();
    let link = janua.secret(&ada.email, "reset-password").await;
    other.get(&janua, "/api/v1/users/me").await.accepted();

    let answer = change(&janua, &own, PASSWORD, NEW).await.accepted();
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    own.get(&janua, "/api/v1/users/me").await.accepted();
    own.refreshes(&janua).await.accepted();
    other
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    other.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    ada.login(NEW).await.accepted();

    let body = json!({"token": link, "new_password": PASSWORD});
    janua
        .post("/api/v1/auth/password/reset", body)
        .await
        .refused("LINK_INVALID");
    let mails = janua.mails(&ada.email).await;
    let told = mails
        .iter()
        .filter(|it| it.subject == "Your Janua password was changed")
        .count();
    assert_eq!(told, 1);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'password.changed'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_wrong_current_password_is_no_reason_to_sign_in_again() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    for wrong in ["", "wrong-velvet-canyon-73", NEW] {
        let refused = change(&janua, &session, wrong, NEW)
            .await
            .refused("WRONG_PASSWORD");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["details"]["field"], "current_password");
    }
    let named = json!({"username": "Enchantress", "last_name": "Lovelace"});
    let request = session.request(&janua, Method::PATCH, "/api/v1/users/me");
    janua.send(request.json(&named)).await.accepted();
    for weak in ["short", "ada@example.com", "lovelace-enchantress"] {
        let refused = change(&janua, &session, PASSWORD, weak)
            .await
            .refused("WEAK_PASSWORD");
        assert_eq!(refused.json()["details"]["field"], "new_password");
    }
    change(&janua, &session, &"x".repeat(257), NEW)
        .await
        .refused("INVALID_FIELD");
    session
        .post(&janua, CHANGE, json!({"new_password": NEW}))
        .await
        .refused("MISSING_FIELD");
    janua
        .post(CHANGE, json!({"current_password": PASSWORD, "new_password": NEW}))
        .await
        .refused("NOT_AUTHENTICATED");

    // Whoever holds a stolen token does not get to guess for ever.
    for _ in 0..4 {
        change(&janua, &session, "wrong-velvet-canyon-73", NEW)
            .await
            .refused("WRONG_PASSWORD");
    }
    change(&janua, &session, PASSWORD, NEW)
        .await
        .refused("RATE_LIMITED");
    session.get(&janua, "/api/v1/users/me").await.accepted();
    ada.signs_in().await;
    janua.advance(minutes(5));
    change(&janua, &session, PASSWORD, NEW).await.accepted();
}
