//! Keys that belong to organizations, and keys of people who act in them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{by_key, makes, reads};
use crate::organizations::{Insider, joins, path};
use crate::support::TestJanua;

/// Makes a key of an organization; gives it and its id.
async fn made_for(janua: &TestJanua, by: &Insider, organization: &str, scopes: &[&str]) -> (String, String) {
    let body = json!({"name": "sync", "scopes": scopes});
    let made = by
        .post(janua, &path(organization, "/api-keys"), body)
        .await
        .accepted();
    (made.str("/key"), made.str("/id"))
}

#[tokio::test]
async fn a_key_of_an_organization_acts_there_and_nowhere_else() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    let other = ada.founds(&janua, "other").await;
    let (key, _) = made_for(
        &janua,
        &ada,
        &acme,
        &["organization:read", "members:read", "profile:read"],
    )
    .await;
    reads(&janua, &key, &path(&acme, "")).await.accepted();
    reads(&janua, &key, &path(&acme, "/members")).await.accepted();
    let change = json!({"name": "Mine"});
    by_key(&janua, &key, Method::PATCH, &path(&acme, ""), change)
        .await
        .refused("PERMISSION_DENIED");
    for (method, rest) in [(Method::GET, ""), (Method::GET, "/members"), (Method::PATCH, "")] {
        by_key(&janua, &key, method, &path(&other, rest), json!({}))
            .await
            .refused("ORGANIZATION_NOT_FOUND");
    }
    reads(&janua, &key, "/api/v1/users/me")
        .await
        .refused("API_KEY_WITHOUT_PERSON");
    by_key(&janua, &key, Method::POST, &path(&acme, "/leave"), Value::Null)
        .await
        .refused("API_KEY_NOT_ALLOWED");
}

#[tokio::test]
async fn a_key_writes_what_its_scopes_allow_and_the_event_names_it() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    let (key, id) = made_for(&janua, &ada, &acme, &["organization:update"]).await;
    let change = json!({"name": "Acme Two"});
    by_key(&janua, &key, Method::PATCH, &path(&acme, ""), change)
        .await
        .accepted();
    let facts = janua.facts("organization.updated").await;
    assert!(facts.to_string().contains(&id), "{facts}");
}

#[tokio::test]
async fn nobody_gives_a_key_what_they_may_not_do_themselves() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let eve = Insider::of(&janua, "eve@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    joins(&janua, &acme, &eve, "member").await;
    let keys = path(&acme, "/api-keys");
    let body = |scope: &str| json!({"name": "x", "scopes": [scope]});
    for scope in ["*", "organization:delete", "organization:*"] {
        bob.post(&janua, &keys, body(scope))
            .await
            .refused("ROLE_TOO_HIGH");
    }
    bob.post(&janua, &keys, body("members:*")).await.accepted();
    eve.post(&janua, &keys, body("members:read"))
        .await
        .refused("PERMISSION_DENIED");
    eve.get(&janua, &keys).await.refused("PERMISSION_DENIED");
    let (_, id) = made_for(&janua, &ada, &acme, &["*"]).await;
    let rotate = path(&acme, &format!("/api-keys/{id}/rotate"));
    bob.post(&janua, &rotate, json!({}))
        .await
        .refused("ROLE_TOO_HIGH");
}

#[tokio::test]
async fn a_neighbour_finds_no_key_of_an_organization() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let eve = Insider::of(&janua, "eve@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    let evil = eve.founds(&janua, "evil").await;
    let (key, id) = made_for(&janua, &ada, &acme, &["organization:read"]).await;
    let mine = |rest: &str| path(&evil, &format!("/api-keys/{id}{rest}"));
    eve.get(&janua, &path(&acme, "/api-keys"))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    eve.get(&janua, &mine("")).await.refused("API_KEY_NOT_FOUND");
    eve.patch(&janua, &mine(""), json!({"name": "x"}))
        .await
        .refused("API_KEY_NOT_FOUND");
    eve.delete(&janua, &mine("")).await.refused("API_KEY_NOT_FOUND");
    eve.post(&janua, &mine("/rotate"), json!({}))
        .await
        .refused("API_KEY_NOT_FOUND");
    let own = format!("/api/v1/api-keys/{id}");
    ada.get(&janua, &own).await.refused("API_KEY_NOT_FOUND");
    reads(&janua, &key, &path(&acme, "")).await.accepted();
}

#[tokio::test]
async fn a_key_of_an_organization_outlives_who_made_it_and_ends_with_the_organization() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    let (key, _) = made_for(&janua, &bob, &acme, &["organization:read"]).await;
    ada.delete(&janua, &path(&acme, &format!("/members/{}", bob.id)))
        .await
        .accepted();
    reads(&janua, &key, &path(&acme, "")).await.accepted();
    ada.delete(&janua, &path(&acme, "")).await.accepted();
    reads(&janua, &key, &path(&acme, ""))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
}

#[tokio::test]
async fn a_persons_key_loses_in_an_organization_what_the_person_loses() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    let (all, _) = makes(&janua, &bob, &["*"]).await;
    let (narrow, _) = makes(&janua, &bob, &["members:read"]).await;
    let change = || json!({"name": "By Bob"});
    by_key(&janua, &all, Method::PATCH, &path(&acme, ""), change())
        .await
        .accepted();
    by_key(&janua, &narrow, Method::PATCH, &path(&acme, ""), change())
        .await
        .refused("PERMISSION_DENIED");
    // Reading asks for the scope as well as writing does.
    reads(&janua, &narrow, &path(&acme, ""))
        .await
        .refused("PERMISSION_DENIED");
    let member = path(&acme, &format!("/members/{}", bob.id));
    ada.patch(&janua, &member, json!({"role": "viewer"}))
        .await
        .accepted();
    by_key(&janua, &all, Method::PATCH, &path(&acme, ""), change())
        .await
        .refused("PERMISSION_DENIED");
    reads(&janua, &narrow, &path(&acme, "/members")).await.accepted();
    ada.delete(&janua, &member).await.accepted();
    for key in [&all, &narrow] {
        reads(&janua, key, &path(&acme, "/members"))
            .await
            .refused("ORGANIZATION_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_end_of_a_key_acts_in_the_next_request_on_another_instance() {
    let here = TestJanua::start().await;
    let there = here.second_instance().await;
    let ada = Insider::of(&here, "ada@example.com").await;
    let acme = ada.founds(&here, "acme").await;
    let (own, own_id) = makes(&here, &ada, &["*"]).await;
    let (key, id) = made_for(&here, &ada, &acme, &["*"]).await;
    for shown in [&own, &key] {
        reads(&there, shown, &path(&acme, "")).await.accepted();
    }
    ada.delete(&here, &format!("/api/v1/api-keys/{own_id}"))
        .await
        .accepted();
    ada.delete(&here, &path(&acme, &format!("/api-keys/{id}")))
        .await
        .accepted();
    for shown in [&own, &key] {
        reads(&there, shown, &path(&acme, ""))
            .await
            .refused("API_KEY_REVOKED");
    }
}
