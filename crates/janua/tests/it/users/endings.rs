//! Accounts that are deleted or suspended.

use janua::io::db::{Db, Querier};
use janua::params;
use janua::users::{Changed, UserId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ME, patch};
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes, refresh, seconds};

async fn delete_with(janua: &TestJanua, session: &SignedIn, body: Value) -> Answer {
    janua
        .send(session.request(janua, Method::DELETE, ME).json(&body))
        .await
}

/// Suspends somebody as an operator would, and makes it visible, or takes it back.
async fn suspend(janua: &TestJanua, id: &str, suspended: bool) {
    let (mut db, at): (&Db, _) = (&janua.app.db, suspended.then(|| janua.app.clock.now()));
    let sql = "UPDATE users SET suspended_at = $2 WHERE id = $1";
    assert_eq!(db.execute(sql, params![id, at]).await.expect("an update"), 1);
    Changed::new(&UserId::parse(id).expect("an id"))
        .announce(&janua.app)
        .await;
}

#[tokio::test]
async fn deleting_an_account_wants_a_recent_sign_in_or_the_password() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    janua
        .send(janua.request(Method::DELETE, ME))
        .await
        .refused("NOT_AUTHENTICATED");
    let session = ada.signs_in().await;
    let wrong = delete_with(&janua, &session, json!({"password": "wrong-velvet-canyon-73"})).await;
    let wrong = wrong.refused("WRONG_PASSWORD");
    assert_eq!(
        (wrong.status, &wrong.json()["details"]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("password"))
    );

    janua.advance(minutes(10));
    let refused = session
        .delete(&janua, ME)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let next = refresh(&janua, &session.refresh, "").await.accepted();
    let refreshed = janua
        .request(Method::DELETE, ME)
        .bearer_auth(next.str("/access_token"));
    janua.send(refreshed).await.refused("REAUTHENTICATION_REQUIRED");
    delete_with(&janua, &session, json!({"password": null}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    delete_with(&janua, &session, json!({"password": ["a"]}))
        .await
        .refused("INVALID_TYPE");
    delete_with(&janua, &session, json!({"pasword": PASSWORD}))
        .await
        .refused("UNKNOWN_FIELD");
    session.get(&janua, ME).await.accepted();

    let gone = delete_with(&janua, &session, json!({"password": PASSWORD}))
        .await
        .accepted();
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    session.get(&janua, ME).await.refused("TOKEN_REVOKED");
    let again = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    janua.advance(minutes(9) + seconds(59));
    again.delete(&janua, ME).await.accepted();
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_its_address_starts_anew() {
    let janua = TestJanua::start().await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let (browser, other) = (ada.signs_in_with_a_browser().await, ada.signs_in().await);
    let old = other.get(&janua, ME).await.accepted().str("/id");
    browser.delete(&janua, ME).await.accepted();
    for sql in [
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM passwords",
        "SELECT COUNT(*) FROM sessions",
        "SELECT COUNT(*) FROM refresh_tokens",
        "SELECT COUNT(*) FROM devices",
        "SELECT COUNT(*) FROM one_time_secrets",
        "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL",
    ] {
        assert_eq!(janua.count(sql).await, 0, "{sql}");
    }
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM events WHERE name = 'user.deleted'")
            .await,
        1
    );
    let old_is_dead = async || {
        for session in [&browser, &other] {
            session.get(&janua, ME).await.refused("TOKEN_REVOKED");
            session.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
        }
        let request = janua
            .request(Method::GET, ME)
            .header("cookie", browser.cookie_header());
        janua.send(request).await.refused("TOKEN_REVOKED");
    };
    old_is_dead().await;
    janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .refused("INVALID_CREDENTIALS");

    let new = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    assert_ne!(new.get(&janua, ME).await.accepted().str("/id"), old);
    old_is_dead().await;
    new.get(&janua, ME).await.accepted();
}

#[tokio::test]
async fn a_suspended_account_is_shut_at_every_door() {
    let janua = TestJanua::start().await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in_with_a_browser().await;
    let id = session.get(&janua, ME).await.accepted().str("/id");
    suspend(&janua, &id, true).await;

    session.get(&janua, ME).await.refused("TOKEN_REVOKED");
    patch(&janua, &session, json!({"first_name": "Ada"}))
        .await
        .refused("TOKEN_REVOKED");
    session.delete(&janua, ME).await.refused("TOKEN_REVOKED");
    let request = janua.request(Method::GET, ME).header("cookie", &ada.cookies);
    janua.send(request).await.refused("TOKEN_REVOKED");
    session.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    let refused = ada.login(PASSWORD).await.refused("ACCOUNT_SUSPENDED");
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    ada.login("wrong-velvet-canyon-73")
        .await
        .refused("INVALID_CREDENTIALS");
    janua
        .post(
            "/api/v1/auth/register",
            json!({"email": ada.email, "password": PASSWORD}),
        )
        .await
        .refused("EMAIL_ALREADY_EXISTS");
    let reason = "SELECT COUNT(*) FROM events WHERE name = 'sign_in.failed' AND reason = 'ACCOUNT_SUSPENDED'";
    assert_eq!(janua.count(reason).await, 1);

    suspend(&janua, &id, false).await;
    ada.signs_in().await;
}
