//! Looking at accounts and changing them.

use serde_json::{Value, json};

use super::{Admin, USERS, signed_in};
use crate::support::{PASSWORD, TestJanua, seconds};

/// The addresses of a list, and its total.
async fn found(admin: &Admin<'_>, query: &str) -> (Vec<String>, u64) {
    let list = admin.get(&format!("{USERS}?{query}")).await.accepted().json();
    let emails = list["users"].as_array().expect("a list").iter();
    let emails = emails
        .map(|it| it["email"].as_str().expect("an address").to_owned())
        .collect();
    (emails, list["total"].as_u64().expect("a total"))
}

#[tokio::test]
async fn accounts_are_found_by_address_beginning_and_state() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    for email in ["ada@example.com", "ad_a@example.com", "grace@example.com"] {
        janua.advance(seconds(1));
        janua.person(email).registered().await;
    }
    janua.advance(seconds(1));
    let newcomer = janua.person("newcomer@example.com");
    newcomer.signs_up().await.accepted();
    let grace = admin.path_of("grace@example.com").await;
    let named = json!({"username": "Hopper", "first_name": "Admiral"});
    admin.patch(&grace, named).await.accepted();
    for _ in 0..5 {
        janua
            .person("ada@example.com")
            .login("wrong")
            .await
            .refused("INVALID_CREDENTIALS");
    }
    let suspended = admin.path_of("ad_a@example.com").await;
    admin
        .post(&format!("{suspended}/suspend"), json!({}))
        .await
        .accepted();

    let one = |email: &str| (vec![email.to_owned()], 1);
    let none = (Vec::<String>::new(), 0);
    assert_eq!(
        found(&admin, "email=ADA@Example.COM").await,
        one("ada@example.com")
    );
    assert_eq!(found(&admin, "email=ada@example.co").await, none);
    assert_eq!(found(&admin, "email=' OR 1=1").await, none);
    // A pattern's letters are letters.
    assert_eq!(found(&admin, "search=AD_").await, one("ad_a@example.com"));
    assert_eq!(found(&admin, "search=%25").await, none);
    assert_eq!(found(&admin, "search=hop").await, one("grace@example.com"));
    assert_eq!(found(&admin, "search=admi").await, one("grace@example.com"));
    assert_eq!(found(&admin, "status=suspended").await, one("ad_a@example.com"));
    assert_eq!(found(&admin, "status=locked").await, one("ada@example.com"));
    assert_eq!(
        found(&admin, "status=unverified").await,
        one("newcomer@example.com")
    );
    let (active, _) = found(&admin, "status=active").await;
    assert_eq!(active, ["grace@example.com", "root@example.com"]);
    let (second, total) = found(&admin, "per_page=2&page=2").await;
    assert_eq!((second.len(), total), (2, 5));
    assert_eq!(second, ["ad_a@example.com", "ada@example.com"], "newest first");
    for query in ["status=odd", "page=0", "per_page=101", "sort=email"] {
        admin
            .get(&format!("{USERS}?{query}"))
            .await
            .refused("INVALID_FIELD");
    }
}

#[tokio::test]
async fn an_account_is_made_with_a_password_or_with_a_mail() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let made = admin
        .post(
            USERS,
            json!({"email": "Ada@Example.com", "password": PASSWORD, "first_name": "Ada"}),
        )
        .await
        .accepted();
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["email"], "ada@example.com");
    assert_eq!(made.json()["email_verified"], true);
    assert_eq!(made.json()["is_admin"], false);
    janua.person("ada@example.com").signs_in().await;
    assert!(janua.mails("ada@example.com").await.is_empty());

    let made = admin.post(USERS, json!({"email": "bob@example.com"})).await;
    assert_eq!(made.accepted().json()["email_verified"], false);
    let secret = janua.secret("bob@example.com", "reset-password").await;
    let body = json!({"token": secret, "password": PASSWORD});
    janua.post("/api/v1/auth/password/reset", body).await.accepted();
    janua.person("bob@example.com").signs_in().await;

    let unverified = json!({"email": "cleo@example.com", "password": PASSWORD, "email_verified": false});
    admin.post(USERS, unverified).await.accepted();
    let cleo = janua.person("cleo@example.com");
    cleo.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");
    janua.secret("cleo@example.com", "verify-email").await;

    admin
        .post(USERS, json!({"email": "ada@example.com"}))
        .await
        .refused("EMAIL_ALREADY_EXISTS");
    let wrong = json!({"email": "no", "password": "weak", "username": "a b", "locale": "?"});
    let refused = admin.post(USERS, wrong).await.refused("WEAK_PASSWORD").json();
    assert_eq!(refused["details"]["errors"].as_array().map(Vec::len), Some(4));
    admin
        .post(USERS, json!({"email": "x@example.com", "epoch": 1}))
        .await
        .refused("UNKNOWN_FIELD");
}

#[tokio::test]
async fn rights_come_and_go_with_the_next_request() {
    let janua = TestJanua::start().await;
    let second = janua.second_instance().await;
    let admin = Admin::of(&janua).await;
    let mut ada = signed_in(&janua, "ada@example.com").await;
    let path = admin.path_of("ada@example.com").await;
    ada.get(&janua, USERS).await.refused("FORBIDDEN");
    ada.get(&second, USERS).await.refused("FORBIDDEN");

    let promoted = admin
        .patch(&path, json!({"is_admin": true, "username": "Ada"}))
        .await;
    assert_eq!(promoted.accepted().json()["is_admin"], true);
    // What was begun with other rights has ended.
    ada.get(&janua, USERS).await.refused("TOKEN_REVOKED");
    ada = janua.person("ada@example.com").signs_in().await;
    ada.get(&janua, USERS).await.accepted();
    ada.get(&second, USERS).await.accepted();
    let taken = json!({"username": "Ada"});
    admin
        .patch(&format!("{USERS}/{}", admin.id), taken)
        .await
        .refused("USERNAME_TAKEN");

    admin.patch(&path, json!({"is_admin": false})).await.accepted();
    ada.get(&janua, USERS).await.refused("TOKEN_REVOKED");
    assert!(!ada.get(&second, USERS).await.status.is_success());
    ada = janua.person("ada@example.com").signs_in().await;
    ada.get(&janua, USERS).await.refused("FORBIDDEN");
    ada.get(&second, USERS).await.refused("FORBIDDEN");
    ada.get(&janua, "/api/v1/users/me").await.accepted();

    let unverified = admin.patch(&path, json!({"email_verified": false})).await;
    assert_eq!(unverified.accepted().json()["email_verified"], false);
    janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .refused("EMAIL_NOT_VERIFIED");
    let by_admin = janua
        .count(
            "SELECT COUNT(*) FROM events JOIN users AS admins ON admins.id = events.actor_id AND admins.is_admin
             WHERE name IN ('user.promoted', 'user.demoted') AND user_id <> actor_id AND request_id IS NOT NULL",
        )
        .await;
    assert_eq!(by_admin, 2);
}

#[tokio::test]
async fn a_suspended_user_is_out_in_the_next_request() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    ada.get(&janua, "/api/v1/users/me").await.accepted();
    let path = admin.path_of("ada@example.com").await;
    let shown = admin.get(&path).await.accepted().json();
    assert_eq!(
        (&shown["sessions"], &shown["suspended_at"]),
        (&json!(1), &Value::Null)
    );

    let suspended = admin.post(&format!("{path}/suspend"), json!({})).await.accepted();
    assert!(suspended.json()["suspended_at"].is_string());
    assert_eq!(suspended.json()["sessions"], 0);
    ada.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    ada.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    let person = janua.person("ada@example.com");
    person.login(PASSWORD).await.refused("ACCOUNT_SUSPENDED");

    admin
        .post(&format!("{path}/reactivate"), json!({}))
        .await
        .accepted();
    ada.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    person.signs_in().await;
    let events = janua.events().await;
    assert!(events.contains(&"user.suspended".to_owned()) && events.contains(&"user.reactivated".to_owned()));
}

#[tokio::test]
async fn a_lock_is_lifted_before_its_time() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    for _ in 0..5 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    let path = admin.path_of("ada@example.com").await;
    let shown = admin.get(&path).await.accepted();
    assert_eq!(shown.str("/locked_until"), "2026-01-11T11:00:00.000Z");
    let unlocked = admin.post(&format!("{path}/unlock"), json!({})).await.accepted();
    assert_eq!(unlocked.json()["locked_until"], Value::Null);
    ada.signs_in().await;
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    janua.person("ada@example.com").signs_in().await;
    let path = format!("{}/sessions", admin.path_of("ada@example.com").await);
    let list = admin.get(&path).await.accepted().json();
    assert_eq!(list["total"], 2);
    assert_eq!(list["sessions"][0]["is_current"], false);
    assert_eq!(admin.delete(&path).await.accepted().status, 204);
    assert_eq!(admin.get(&path).await.accepted().json()["total"], 0);
    ada.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    admin.get(USERS).await.accepted();
}

#[tokio::test]
async fn a_link_for_a_new_password_is_mailed() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    let path = admin.path_of("ada@example.com").await;
    let sent = admin.post(&format!("{path}/reset-password"), json!({})).await;
    assert_eq!(sent.accepted().status, 202);
    ada.signs_in().await;
    let secret = janua.secret("ada@example.com", "reset-password").await;
    let body = json!({"token": secret, "password": "stable-lantern-orchid-58"});
    janua.post("/api/v1/auth/password/reset", body).await.accepted();
    ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    ada.login("stable-lantern-orchid-58").await.accepted();
}

#[tokio::test]
async fn a_deleted_account_is_gone() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let path = admin.path_of("ada@example.com").await;
    assert_eq!(admin.delete(&path).await.accepted().status, 204);
    ada.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    ada.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    admin.get(&path).await.refused("NOT_FOUND");
    admin.delete(&path).await.refused("NOT_FOUND");
    assert_eq!(found(&admin, "email=ada@example.com").await.1, 0);
}
