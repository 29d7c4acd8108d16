//! Listing, naming and removing passkeys; what removing one ends.

use janua::io::db::Querier;
use janua::params;
use reqwest::Method;
use serde_json::json;

use super::authenticator::{Authenticator, Told};
use super::{NEW, asks, signs_in, tries, tries_to_add, with_a_passkey};
use crate::support::{PASSWORD, SignedIn, TestJanua, minutes};

async fn only_id(janua: &TestJanua, who: &SignedIn) -> String {
    who.get(janua, "/api/v1/passkeys")
        .await
        .accepted()
        .str("/passkeys/0/id")
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed_by_its_owner() {
    let janua = TestJanua::start().await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let other = signs_in(&janua, &mut key).await;
    let path = format!("/api/v1/passkeys/{}", only_id(&janua, &who).await);
    let rename = |name: &str| {
        who.request(&janua, Method::PATCH, &path)
            .json(&json!({"name": name}))
    };
    let renamed = janua.send(rename("Blue key")).await.accepted();
    assert_eq!(renamed.str("/name"), "Blue key");
    janua.send(rename("")).await.refused("INVALID_FIELD");
    janua.send(rename("a\u{202e}b")).await.refused("INVALID_FIELD");

    let options = asks(&janua, None).await;
    who.delete(&janua, &path).await.accepted();
    who.delete(&janua, &path).await.refused("PASSKEY_NOT_FOUND");
    tries(&janua, &mut key, &options, &Told::default())
        .await
        .refused("CREDENTIAL_NOT_RECOGNIZED");
    who.get(&janua, "/api/v1/users/me").await.accepted();
    other
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    let mails = janua.mails("ada@example.com").await;
    let mail = mails
        .iter()
        .find(|it| it.subject.contains("passkey was removed"))
        .expect("a mail");
    assert!(mail.text.contains("“Blue key”"), "{}", mail.text);
}

#[tokio::test]
async fn a_neighbour_finds_no_passkey() {
    let janua = TestJanua::start().await;
    let (ada, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let id = only_id(&janua, &ada).await;
    let path = format!("/api/v1/passkeys/{id}");
    let answer = eve.delete(&janua, &path).await.refused("PASSKEY_NOT_FOUND");
    assert_eq!(
        (answer.status.as_u16(), answer.str("/message")),
        (404, "Passkey not found".to_owned())
    );
    let rename = eve
        .request(&janua, Method::PATCH, &path)
        .json(&json!({"name": "Mine"}));
    janua.send(rename).await.refused("PASSKEY_NOT_FOUND");
    eve.delete(&janua, "/api/v1/passkeys/1")
        .await
        .refused("PASSKEY_NOT_FOUND");
    let admin = format!("/api/v1/admin/users/{id}/passkeys/{id}");
    eve.delete(&janua, &admin).await.refused("FORBIDDEN");
    signs_in(&janua, &mut key).await;
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let janua = TestJanua::start().await;
    let (who, _) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    tries_to_add(&janua, &who, &mut Authenticator::new(), &Told::default())
        .await
        .accepted();
    // As accounts are that came by another way than a password.
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    (&mut tx)
        .execute("DELETE FROM passwords", params![])
        .await
        .expect("deleted");
    tx.commit().await.expect("committed");
    let listed = who.get(&janua, "/api/v1/passkeys").await.accepted().json();
    let ids = [0, 1].map(|at: usize| listed["passkeys"][at]["id"].as_str().expect("an id").to_owned());
    let removals = ids.map(|id| {
        let (janua, who) = (&janua, &who);
        async move { who.delete(janua, &format!("/api/v1/passkeys/{id}")).await }
    });
    let answers = futures_util::future::join_all(removals).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status.is_success());
    assert_eq!((good.len(), bad.len()), (1, 1));
    assert_eq!(bad[0].clone().refused("LAST_WAY_IN").status.as_u16(), 409);
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn changes_need_a_recent_sign_in() {
    let janua = TestJanua::start().await;
    let (who, _) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let path = format!("/api/v1/passkeys/{}", only_id(&janua, &who).await);
    janua.advance(minutes(10));
    who.post(&janua, NEW, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    who.delete(&janua, &path)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

#[tokio::test]
async fn a_suspended_owner_stays_out_and_a_lock_does_not_matter() {
    let janua = TestJanua::start().await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let ada = janua.person("ada@example.com");
    for _ in 0..5 {
        ada.login("wrong-password-11").await;
    }
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    signs_in(&janua, &mut key).await;
    let id = who.get(&janua, "/api/v1/users/me").await.accepted().str("/id");
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    (&mut tx)
        .execute(
            "UPDATE users SET suspended_at = created_at WHERE id = $1",
            params![id.as_str()],
        )
        .await
        .expect("suspended");
    tx.commit().await.expect("committed");
    let options = asks(&janua, None).await;
    tries(&janua, &mut key, &options, &Told::default())
        .await
        .refused("ACCOUNT_SUSPENDED");
}
