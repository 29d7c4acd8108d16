//! One's own account.

mod endings;

use futures_util::future::{join, join_all};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, seconds};

const ME: &str = "/api/v1/users/me";

async fn patch(janua: &TestJanua, session: &SignedIn, body: Value) -> Answer {
    janua
        .send(session.request(janua, Method::PATCH, ME).json(&body))
        .await
}

#[tokio::test]
async fn a_profile_shows_its_owner_and_no_secret() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.get(ME).await.refused("NOT_AUTHENTICATED");
    let session = ada.signs_in().await;
    let answer = session.get(&janua, ME).await.accepted();
    let me = answer.json();
    let mut names: Vec<_> = me.as_object().expect("an object").keys().cloned().collect();
    names.sort_unstable();
    let expected = [
        "created_at",
        "email",
        "email_verified",
        "first_name",
        "id",
        "is_admin",
        "last_name",
        "last_sign_in_at",
        "locale",
        "updated_at",
        "username",
    ];
    assert_eq!(names, expected);
    assert_eq!(me["email"], "ada@example.com");
    assert_eq!(me["last_sign_in_at"], "2026-01-11T10:30:00.000Z");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_profile_changes_field_by_field() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let all =
        json!({"username": "Ada", "first_name": " Ada\u{301} ", "last_name": "Lovelace", "locale": "es-MX"});
    janua.advance(seconds(5));
    let me = patch(&janua, &session, all).await.accepted().json();
    assert_eq!(me["username"], "Ada");
    assert_eq!(
        me["first_name"], "Ad\u{e1}",
        "one spelling for what looks the same"
    );
    assert_eq!(me["last_name"], "Lovelace");
    assert_eq!(me["locale"], "es");
    assert_eq!(me["updated_at"], "2026-01-11T10:30:05.000Z");
    assert_eq!(session.get(&janua, ME).await.accepted().json(), me);

    let me = patch(&janua, &session, json!({"last_name": ""}))
        .await
        .accepted()
        .json();
    assert_eq!((&me["username"], &me["last_name"]), (&json!("Ada"), &Value::Null));
    let same = patch(&janua, &session, json!({})).await.accepted().json();
    assert_eq!(
        (&same["username"], &same["locale"]),
        (&me["username"], &me["locale"])
    );
    patch(&janua, &session, json!({"username": "Ada"}))
        .await
        .accepted();
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'user.updated'")
            .await,
        4
    );

    janua
        .post("/api/v1/auth/password/forgot", json!({"email": ada.email}))
        .await
        .accepted();
    assert_eq!(
        janua.mails(&ada.email).await[0].subject,
        "Restablece tu contraseña de Janua"
    );
}

#[tokio::test]
async fn what_is_not_acceptable_in_a_profile_is_told_at_once_and_changes_nothing() {
    let janua = TestJanua::start().await;
    let (ada, eve) = (
        janua.person("ada@example.com").registered().await,
        janua.person("eve@example.com").registered().await,
    );
    let (ada, eve) = (ada.signs_in().await, eve.signs_in().await);
    patch(&janua, &ada, json!({"username": "Ada"})).await.accepted();

    let refused = patch(&janua, &eve, json!({"username": "Ada", "first_name": "Eve"}))
        .await
        .refused("USERNAME_TAKEN");
    assert_eq!(
        (refused.status, &refused.json()["details"]["field"]),
        (StatusCode::CONFLICT, &json!("username"))
    );
    let wrong = json!({"username": "ada@example.com", "first_name": "a\u{200b}b", "last_name": "a\r\nb",
                       "locale": "?"});
    let refused = patch(&janua, &eve, wrong).await.refused("INVALID_USERNAME");
    assert_eq!(
        refused.json()["details"]["errors"].as_array().map(Vec::len),
        Some(4)
    );
    let me = eve.get(&janua, ME).await.accepted().json();
    assert_eq!((&me["username"], &me["first_name"]), (&Value::Null, &Value::Null));
    patch(&janua, &eve, json!({"username": "ada"})).await.accepted();
}

#[tokio::test]
async fn nobody_gives_themselves_rights_or_another_address() {
    let janua = TestJanua::start().await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let before = eve.get(&janua, ME).await.accepted().json();
    for (field, value) in [
        ("is_admin", json!(true)),
        ("email", json!("ada@example.com")),
        ("email_verified", json!(true)),
        ("id", json!("0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60")),
        ("suspended_at", json!(null)),
        ("epoch", json!(9)),
        ("password", json!(PASSWORD)),
        ("role", json!("admin")),
    ] {
        let refused = patch(&janua, &eve, json!({"first_name": "Eve", field: value}))
            .await
            .refused("UNKNOWN_FIELD");
        assert_eq!(refused.json()["details"]["field"], field);
    }
    assert_eq!(eve.get(&janua, ME).await.accepted().json(), before);
}

#[tokio::test]
async fn an_update_is_never_followed_by_a_stale_copy() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (here, there) = (ada.signs_in().await, ada.signs_in().await);
    for n in 0..20 {
        let name = format!("Ada {n}");
        // Readers fill the copy at the very moment at which it goes out of date.
        let reads = (0..4).map(|_| there.get(&janua, ME));
        let (updated, _) = join(patch(&janua, &here, json!({"first_name": name})), join_all(reads)).await;
        updated.accepted();
        for session in [&here, &there] {
            assert_eq!(session.get(&janua, ME).await.accepted().str("/first_name"), name);
        }
    }
}

#[tokio::test]
async fn parallel_updates_of_different_fields_lose_nothing() {
    let janua = TestJanua::start().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    for n in 0..20 {
        let (first, last) = (format!("Ada {n}"), format!("Lovelace {n}"));
        let updates = [
            json!({"first_name": first}),
            json!({"last_name": last}),
            json!({"username": format!("Ada{n}")}),
        ];
        for updated in join_all(updates.map(|it| patch(&janua, &session, it))).await {
            updated.accepted();
        }
        let me = session.get(&janua, ME).await.accepted().json();
        assert_eq!(
            (&me["first_name"], &me["last_name"]),
            (&json!(first), &json!(last))
        );
        assert_eq!(me["username"], format!("Ada{n}"));
    }
}

#[tokio::test]
async fn whatever_happens_to_an_account_is_recorded() {
    let janua = TestJanua::start().await;
    let started = janua.events().await.len();
    let ada = janua.person("ada@example.com");
    // Events of one instant have no order, so every step has its own.
    let step = || janua.advance(seconds(1));
    step();
    ada.signs_up().await.accepted();
    step();
    let secret = janua.secret(&ada.email, "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    step();
    ada.login("wrong-velvet-canyon-73")
        .await
        .refused("INVALID_CREDENTIALS");
    step();
    let session = ada.signs_in().await;
    step();
    patch(&janua, &session, json!({"first_name": "Ada"}))
        .await
        .accepted();
    step();
    session
        .post(&janua, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    step();
    let session = ada.signs_in().await;
    step();
    let known = "SELECT COUNT(*) FROM events
                 WHERE user_id IS NOT NULL AND request_id LIKE 'req_%' AND ip = '127.0.0.1'";
    assert_eq!(
        janua.count(known).await,
        7,
        "each names account, address and request"
    );
    session.delete(&janua, ME).await.accepted();
    let expected = [
        "user.registered",
        "email.verified",
        "sign_in.failed",
        "session.started",
        "user.updated",
        "session.revoked",
        "session.started",
        "user.deleted",
    ];
    assert_eq!(janua.events().await[started..], expected);
    let known =
        "SELECT COUNT(*) FROM events WHERE user_id IS NOT NULL AND request_id LIKE 'req_%' AND ip IS NULL";
    assert_eq!(janua.count(known).await, 8, "each names account and request");
}
