//! Whose webhooks these are, and who has no business with them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NEAR, Receiver, WEBHOOKS, adds, admin, deliver, with_admin};
use crate::api_keys::by_key;
use crate::organizations::{Insider, joins, path};
use crate::support::TestJanua;

#[tokio::test]
async fn an_organization_is_told_of_itself_and_the_platform_of_everything() {
    let janua = TestJanua::with(&NEAR).await;
    let root = admin(&janua).await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        bob.founds(&janua, "other").await,
    );
    let (mine, all) = (Receiver::start().await, Receiver::start().await);
    let body = json!({"url": mine.url, "events": ["*"], "organization_id": acme});
    let made = ada.post(&janua, WEBHOOKS, body).await.accepted();
    assert_eq!(made.str("/organization_id"), acme);
    adds(&janua, &root, &all.url, &["organization.*", "user.updated"]).await;
    deliver(&janua).await;
    let before = (mine.got().len(), all.got().len());

    for (who, organization) in [(&ada, &acme), (&bob, &other)] {
        let path = format!("/api/v1/organizations/{organization}");
        who.patch(&janua, &path, json!({"name": "Another name"}))
            .await
            .accepted();
        who.patch(&janua, "/api/v1/users/me", json!({"first_name": "Ada"}))
            .await
            .accepted();
    }
    deliver(&janua).await;
    let got = &mine.got()[before.0..];
    assert_eq!(got.len(), 1, "{got:?}");
    let body = got[0].json();
    assert_eq!(body["type"], "organization.updated");
    assert_eq!(body["data"]["organization_id"], acme.as_str());
    assert_eq!(body["data"]["actor_id"], ada.id.as_str());
    assert_eq!(body["data"]["facts"]["name"], "Another name");
    let mut kinds = all.kinds().split_off(before.1);
    kinds.sort();
    assert_eq!(
        kinds,
        [
            "organization.updated",
            "organization.updated",
            "user.updated",
            "user.updated"
        ]
    );
}

#[tokio::test]
async fn others_find_nothing_behind_the_id_of_a_webhook() {
    let janua = TestJanua::with(&NEAR).await;
    let root = admin(&janua).await;
    let (ada, eve) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "eve@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    eve.founds(&janua, "evil").await;
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url, "events": ["*"], "organization_id": acme});
    let theirs = ada.post(&janua, WEBHOOKS, body).await.accepted().str("/id");
    let platforms = adds(&janua, &root, &receiver.url, &["*"]).await.str("/id");
    let nobodys = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
    let tried = |janua: &TestJanua, id: &str| {
        [
            (Method::GET, String::new()),
            (Method::PATCH, String::new()),
            (Method::DELETE, String::new()),
            (Method::POST, "/test".to_owned()),
            (Method::POST, "/rotate-secret".to_owned()),
            (Method::GET, "/deliveries".to_owned()),
            (Method::POST, format!("/deliveries/{nobodys}/retry")),
        ]
        .map(|(method, end)| {
            let request = eve
                .session
                .request(janua, method, &format!("{WEBHOOKS}/{id}{end}"));
            request.json(&json!({}))
        })
    };
    for id in [theirs.as_str(), platforms.as_str(), nobodys, "x"] {
        for request in tried(&janua, id) {
            janua.send(request).await.refused("WEBHOOK_NOT_FOUND");
        }
    }
    assert!(receiver.got().is_empty(), "somebody else tried it out");
    let list = format!("{WEBHOOKS}?organization_id={acme}");
    eve.get(&janua, &list).await.refused("ORGANIZATION_NOT_FOUND");
    assert_eq!(eve.get(&janua, WEBHOOKS).await.accepted().json()["total"], 0);
    let body = json!({"url": receiver.url, "events": ["*"]});
    eve.post(&janua, WEBHOOKS, body).await.refused("FORBIDDEN");
    let body = json!({"url": receiver.url, "events": ["*"], "organization_id": acme});
    eve.post(&janua, WEBHOOKS, body.clone())
        .await
        .refused("ORGANIZATION_NOT_FOUND");

    // One who belongs to it and may not is told so; the platform's administrators are members of nothing.
    joins(&janua, &acme, &eve, "member").await;
    for request in tried(&janua, &theirs) {
        janua.send(request).await.refused("PERMISSION_DENIED");
    }
    eve.post(&janua, WEBHOOKS, body)
        .await
        .refused("PERMISSION_DENIED");
    root.get(&janua, &format!("{WEBHOOKS}/{theirs}"))
        .await
        .refused("WEBHOOK_NOT_FOUND");
    ada.get(&janua, &format!("{WEBHOOKS}/{theirs}")).await.accepted();
    for path in [&list, WEBHOOKS] {
        let listed = ada.get(&janua, path).await.accepted();
        assert_eq!(listed.json()["webhooks"][0]["id"], theirs.as_str());
        assert_eq!(listed.json()["total"], 1);
    }
    ada.delete(&janua, &format!("{WEBHOOKS}/{theirs}"))
        .await
        .accepted();
    ada.get(&janua, &format!("{WEBHOOKS}/{theirs}"))
        .await
        .refused("WEBHOOK_NOT_FOUND");
}

#[tokio::test]
async fn there_are_only_so_many_and_what_is_wrong_is_told_at_once() {
    let (janua, root) = with_admin().await;
    let body = json!({"url": "ftp://x", "events": ["user.*", "nothing.happens"], "description": "a\nb"});
    let refused = root
        .post(&janua, WEBHOOKS, body)
        .await
        .refused("INVALID_WEBHOOK_URL");
    assert_eq!(
        refused.json()["details"]["errors"].as_array().map(Vec::len),
        Some(3)
    );
    let body = json!({"url": "https://1.1.1.1/", "events": []});
    root.post(&janua, WEBHOOKS, body).await.refused("INVALID_FIELD");
    for _ in 0..50 {
        adds(&janua, &root, "https://1.1.1.1/", &["user.deleted"]).await;
    }
    let body = json!({"url": "https://1.1.1.1/", "events": ["*"]});
    root.post(&janua, WEBHOOKS, body)
        .await
        .refused("TOO_MANY_WEBHOOKS");
    let page = root
        .get(&janua, &format!("{WEBHOOKS}?page=2&per_page=40"))
        .await
        .accepted();
    assert_eq!(page.json()["webhooks"].as_array().map(Vec::len), Some(10));
    let types = root
        .get(&janua, &format!("{WEBHOOKS}/events/types"))
        .await
        .accepted();
    assert!(types.text.contains("\"member.added\"") && types.text.contains("\"webhook.test\""));
}

#[tokio::test]
async fn while_nobody_listens_an_event_leaves_no_mark() {
    let (janua, root) = with_admin().await;
    deliver(&janua).await;
    let marks = || janua.count("SELECT COUNT(*) FROM event_feed");
    super::something_happens(&janua, &root, "Ada").await;
    assert_eq!(marks().await, 0);
    adds(&janua, &root, "https://1.1.1.1/", &["mail.retried"]).await;
    super::something_happens(&janua, &root, "Bea").await;
    assert_eq!(marks().await, 1);
    deliver(&janua).await;
    assert_eq!(marks().await, 0);
}

#[tokio::test]
async fn a_program_looks_after_the_webhooks_of_its_organization_and_of_no_other() {
    let janua = TestJanua::with(&NEAR).await;
    let root = admin(&janua).await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        ada.founds(&janua, "other").await,
    );
    let receiver = Receiver::start().await;
    let keys = path(&acme, "/api-keys");
    let made = async |scopes: &[&str]| {
        let body = json!({"name": "sync", "scopes": scopes});
        let made = ada.post(&janua, &keys, body).await.accepted();
        (made.str("/key"), made.str("/id"))
    };
    let (key, id) = made(&[
        "webhooks:read",
        "webhooks:create",
        "webhooks:update",
        "webhooks:delete",
    ])
    .await;
    let call = async |method: Method, path: &str, body: Value| by_key(&janua, &key, method, path, body).await;

    // Its own organization need not be named.
    let body = json!({"url": receiver.url, "events": ["*"]});
    let own = call(Method::POST, WEBHOOKS, body).await.accepted().str("/id");
    let own = format!("{WEBHOOKS}/{own}");
    assert_eq!(
        ada.get(&janua, &own).await.accepted().str("/organization_id"),
        acme
    );
    let listed = call(Method::GET, WEBHOOKS, Value::Null).await.accepted().json();
    assert_eq!(listed["total"], 1);
    call(Method::POST, &format!("{own}/test"), json!({}))
        .await
        .accepted();
    call(Method::GET, &format!("{own}/deliveries"), Value::Null)
        .await
        .accepted();
    let facts = janua.facts("webhook.created").await;
    assert!(facts.to_string().contains(&id), "{facts}");

    let body = json!({"url": receiver.url, "events": ["*"], "organization_id": other});
    let foreign = ada
        .post(&janua, WEBHOOKS, body.clone())
        .await
        .accepted()
        .str("/id");
    let platforms = adds(&janua, &root, &receiver.url, &["*"]).await.str("/id");
    call(Method::POST, WEBHOOKS, body)
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    for id in [&foreign, &platforms] {
        let path = format!("{WEBHOOKS}/{id}");
        call(Method::GET, &path, Value::Null)
            .await
            .refused("WEBHOOK_NOT_FOUND");
        call(Method::DELETE, &path, Value::Null)
            .await
            .refused("WEBHOOK_NOT_FOUND");
    }
    // A key does what its scopes say, and no more.
    let (reader, _) = made(&["webhooks:read"]).await;
    by_key(&janua, &reader, Method::GET, &own, Value::Null)
        .await
        .accepted();
    by_key(&janua, &reader, Method::DELETE, &own, Value::Null)
        .await
        .refused("PERMISSION_DENIED");
    call(Method::DELETE, &own, Value::Null).await.accepted();

    // A person's key says for whom it asks; the platform's webhooks are for people.
    let body = json!({"name": "mine", "scopes": ["webhooks:read"]});
    let mine = root
        .post(&janua, "/api/v1/api-keys", body)
        .await
        .accepted()
        .str("/key");
    by_key(&janua, &mine, Method::GET, WEBHOOKS, Value::Null)
        .await
        .refused("MISSING_FIELD");
    let path = format!("{WEBHOOKS}/{platforms}");
    by_key(&janua, &mine, Method::GET, &path, Value::Null)
        .await
        .refused("WEBHOOK_NOT_FOUND");
}
