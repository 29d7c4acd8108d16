//! API keys: what programs may do with them, and what nobody can.

mod organization;

use chrono::TimeDelta;
use janua::io::db::Querier;
use janua::params;
use reqwest::Method;
use serde_json::{Value, json};

use crate::doors::doors;
use crate::organizations::Insider;
use crate::support::{Answer, TestJanua, minutes};

const ME: &str = "/api/v1/users/me";
const KEYS: &str = "/api/v1/api-keys";

/// A request with a key as bearer token.
pub(crate) async fn by_key(janua: &TestJanua, key: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = janua.request(method, path).bearer_auth(key);
    let request = if body.is_null() {
        request
    } else {
        request.json(&body)
    };
    janua.send(request).await
}

async fn reads(janua: &TestJanua, key: &str, path: &str) -> Answer {
    by_key(janua, key, Method::GET, path, Value::Null).await
}

/// Makes a key; gives it and its id.
async fn makes(janua: &TestJanua, owner: &Insider, scopes: &[&str]) -> (String, String) {
    let body = json!({"name": "report", "scopes": scopes});
    let made = owner.post(janua, KEYS, body).await.accepted();
    assert_eq!(made.status, 201);
    (made.str("/key"), made.str("/id"))
}

#[tokio::test]
async fn a_key_acts_for_its_owner_as_far_as_its_scopes_go() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, _) = makes(&janua, &ada, &["profile:read"]).await;
    assert!(key.starts_with("jnk_") && key.len() == 47, "{key}");
    assert_eq!(reads(&janua, &key, ME).await.accepted().str("/id"), ada.id);
    let by_header = janua.request(Method::GET, ME).header("x-api-key", &key);
    assert_eq!(janua.send(by_header).await.accepted().str("/id"), ada.id);

    let change = json!({"first_name": "Augusta"});
    let refused = by_key(&janua, &key, Method::PATCH, ME, change.clone()).await;
    assert_eq!(
        refused.refused("SCOPE_MISSING").str("/details/scope"),
        "profile:update"
    );
    let (all, _) = makes(&janua, &ada, &["*"]).await;
    by_key(&janua, &all, Method::PATCH, ME, change).await.accepted();
    assert_eq!(ada.get(&janua, ME).await.accepted().str("/first_name"), "Augusta");
}

#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, id) = makes(&janua, &ada, &["profile:read"]).await;
    let list = ada.get(&janua, KEYS).await.accepted();
    let one = ada.get(&janua, &format!("{KEYS}/{id}")).await.accepted();
    for shown in [&list, &one] {
        assert!(
            !shown.text.contains(&key) && shown.text.contains(&key[..10]),
            "{}",
            shown.text
        );
    }
    let mut db = &janua.app.db;
    let rows: Vec<(String,)> = db
        .fetch_all("SELECT hash FROM api_key_secrets", params![])
        .await
        .expect("the hashes");
    assert!(!rows.is_empty());
    assert!(
        rows.iter()
            .all(|(hash,)| !key.contains(hash.as_str()) && !hash.contains(&key[4..]))
    );
    let mail = janua.mails("ada@example.com").await;
    let mail = mail
        .iter()
        .find(|it| it.subject.contains("API key"))
        .expect("a mail");
    assert!(mail.text.contains("“report”") && !mail.text.contains(&key));
}

#[tokio::test]
async fn whoever_shows_a_key_that_ended_is_told_why() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (revoked, id) = makes(&janua, &ada, &["profile:read"]).await;
    ada.delete(&janua, &format!("{KEYS}/{id}")).await.accepted();
    reads(&janua, &revoked, ME).await.refused("API_KEY_REVOKED");
    ada.delete(&janua, &format!("{KEYS}/{id}"))
        .await
        .refused("API_KEY_NOT_FOUND");

    let body = json!({"name": "short", "scopes": ["profile:read"], "expires_in_days": 1});
    let short = ada.post(&janua, KEYS, body).await.accepted().str("/key");
    reads(&janua, &short, ME).await.accepted();
    janua.advance(TimeDelta::days(1));
    reads(&janua, &short, ME).await.refused("API_KEY_EXPIRED");

    let upper = revoked.to_uppercase();
    let unknown = format!("jnk_{}", "A".repeat(43));
    for wrong in [
        "jnk_",
        "jnk_x",
        &upper.replace("JNK_", "jnk_"),
        &unknown,
        &format!("{revoked}A"),
    ] {
        reads(&janua, wrong, ME).await.refused("API_KEY_INVALID");
    }
    reads(&janua, &upper, ME).await.refused("TOKEN_INVALID");
}

#[tokio::test]
async fn two_credentials_at_once_are_refused_rather_than_chosen_from() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, _) = makes(&janua, &ada, &["profile:read"]).await;
    let both = ada
        .session
        .request(&janua, Method::GET, ME)
        .header("x-api-key", &key);
    janua.send(both).await.refused("NOT_AUTHENTICATED");
    let twice = janua
        .request(Method::GET, ME)
        .header("x-api-key", &key)
        .header("x-api-key", &key);
    janua.send(twice).await.refused("NOT_AUTHENTICATED");
}

#[tokio::test]
async fn a_replaced_key_works_on_for_the_overlap_only() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (first, id) = makes(&janua, &ada, &["profile:read"]).await;
    let rotate = format!("{KEYS}/{id}/rotate");
    let second = ada
        .post(&janua, &rotate, json!({"overlap_hours": 1}))
        .await
        .accepted();
    assert_eq!(second.str("/id"), id);
    let second = second.str("/key");
    for key in [&first, &second] {
        reads(&janua, key, ME).await.accepted();
    }
    janua.advance(minutes(60));
    reads(&janua, &first, ME).await.refused("API_KEY_EXPIRED");
    reads(&janua, &second, ME).await.accepted();

    let ada = Insider {
        session: janua.person("ada@example.com").signs_in().await,
        ..ada
    };
    let third = ada
        .post(&janua, &rotate, json!({"overlap_hours": 0}))
        .await
        .accepted();
    reads(&janua, &second, ME).await.refused("API_KEY_EXPIRED");
    reads(&janua, &third.str("/key"), ME).await.accepted();
    ada.delete(&janua, &format!("{KEYS}/{id}")).await.accepted();
    reads(&janua, &third.str("/key"), ME)
        .await
        .refused("API_KEY_REVOKED");
    ada.post(&janua, &rotate, json!({}))
        .await
        .refused("API_KEY_NOT_FOUND");
}

#[tokio::test]
async fn a_key_that_may_do_everything_never_changes_what_people_sign_in_with() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, _) = makes(&janua, &ada, &["*"]).await;
    let acme = ada.founds(&janua, "acme").await;
    reads(&janua, &key, ME).await.accepted();
    let mut tried = 0;
    for door in doors()
        .into_iter()
        .filter(|it| it.is_guarded() && !it.takes_keys())
    {
        let body = json!({});
        by_key(&janua, &key, door.method.clone(), &door.within(&acme), body)
            .await
            .refused("API_KEY_NOT_ALLOWED");
        tried += 1;
    }
    assert!(tried > 30, "{tried} operations");
    for name in [
        "POST /api/v1/api-keys",
        "POST /api/v1/auth/password/change",
        "POST /api/v1/mfa/totp/enable",
    ] {
        assert!(
            doors().iter().any(|it| it.name() == name && !it.takes_keys()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_neighbour_finds_no_key() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let eve = Insider::of(&janua, "eve@example.com").await;
    let (key, id) = makes(&janua, &ada, &["profile:read"]).await;
    let path = format!("{KEYS}/{id}");
    eve.get(&janua, &path).await.refused("API_KEY_NOT_FOUND");
    eve.patch(&janua, &path, json!({"name": "mine"}))
        .await
        .refused("API_KEY_NOT_FOUND");
    eve.delete(&janua, &path).await.refused("API_KEY_NOT_FOUND");
    eve.post(&janua, &format!("{path}/rotate"), json!({}))
        .await
        .refused("API_KEY_NOT_FOUND");
    assert_eq!(
        eve.get(&janua, KEYS).await.accepted().json()["api_keys"],
        json!([])
    );
    let body = json!({"name": "x", "scopes": ["*"], "user_id": ada.id});
    eve.post(&janua, KEYS, body).await.refused("UNKNOWN_FIELD");
    reads(&janua, &key, ME).await.accepted();
    let renamed = ada
        .patch(&janua, &path, json!({"name": "weekly"}))
        .await
        .accepted();
    assert_eq!(renamed.str("/name"), "weekly");
}

#[tokio::test]
async fn a_key_is_made_only_by_somebody_who_has_just_signed_in() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    janua.advance(minutes(11));
    let body = json!({"name": "report", "scopes": ["profile:read"]});
    ada.post(&janua, KEYS, body)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_told_all_at_once() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let body =
        json!({"name": " ", "scopes": ["profile:raed"], "expires_in_days": 0, "rate_limit_per_minute": -1});
    let refused = ada.post(&janua, KEYS, body).await.refused("INVALID_FIELD");
    assert_eq!(
        refused.json()["details"]["errors"].as_array().map(Vec::len),
        Some(4),
        "{}",
        refused.text
    );
    let few = TestJanua::with(&[("API_KEYS_MAX", "1")]).await;
    let bea = Insider::of(&few, "bea@example.com").await;
    let (_, id) = makes(&few, &bea, &["*"]).await;
    let body = json!({"name": "second", "scopes": ["*"]});
    bea.post(&few, KEYS, body).await.refused("TOO_MANY_API_KEYS");
    bea.delete(&few, &format!("{KEYS}/{id}")).await.accepted();
    makes(&few, &bea, &["*"]).await;
}

#[tokio::test]
async fn each_key_has_a_limit_of_its_own() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let body = json!({"name": "slow", "scopes": ["profile:read"], "rate_limit_per_minute": 3});
    let slow = ada.post(&janua, KEYS, body).await.accepted().str("/key");
    let (other, _) = makes(&janua, &ada, &["profile:read"]).await;
    for _ in 0..3 {
        reads(&janua, &slow, ME).await.accepted();
    }
    let refused = reads(&janua, &slow, ME).await.refused("RATE_LIMITED");
    assert!(
        refused
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|it| it > 0)
    );
    reads(&janua, &other, ME).await.accepted();
}

#[tokio::test]
async fn keys_of_a_suspended_person_rest_and_those_of_a_deleted_one_are_gone() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, _) = makes(&janua, &ada, &["profile:read"]).await;
    let set = |sql: &'static str| {
        let app = janua.app.clone();
        async move {
            let mut tx = app.db.begin().await.expect("a transaction");
            (&mut tx).execute(sql, params![]).await.expect("it is done");
            tx.commit().await.expect("it is done");
        }
    };
    set("UPDATE users SET suspended_at = created_at").await;
    reads(&janua, &key, ME).await.refused("ACCOUNT_SUSPENDED");
    set("UPDATE users SET suspended_at = NULL").await;
    reads(&janua, &key, ME).await.accepted();
    set("DELETE FROM users").await;
    reads(&janua, &key, ME).await.refused("API_KEY_INVALID");
}

#[tokio::test]
async fn the_last_use_of_a_key_is_noted_in_one_write_for_many_requests() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, id) = makes(&janua, &ada, &["profile:read"]).await;
    for _ in 0..5 {
        reads(&janua, &key, ME).await.accepted();
    }
    let path = format!("{KEYS}/{id}");
    assert!(ada.get(&janua, &path).await.accepted().json()["last_used_at"].is_null());
    assert_eq!(
        janua::api_keys::note_uses(&janua.app).await.expect("it is noted"),
        1
    );
    let seen = ada.get(&janua, &path).await.accepted();
    assert_eq!(seen.str("/last_used_ip"), "127.0.0.1");
    assert_eq!(seen.str("/last_used_at"), seen.str("/created_at"));
}

#[tokio::test]
async fn every_change_of_a_key_is_recorded_without_it() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (key, id) = makes(&janua, &ada, &["profile:read"]).await;
    let path = format!("{KEYS}/{id}");
    ada.patch(&janua, &path, json!({"name": "weekly"}))
        .await
        .accepted();
    ada.post(&janua, &format!("{path}/rotate"), json!({}))
        .await
        .accepted();
    ada.delete(&janua, &path).await.accepted();
    let events = janua.events().await;
    for name in [
        "api_key.created",
        "api_key.renamed",
        "api_key.rotated",
        "api_key.revoked",
    ] {
        assert_eq!(
            events.iter().filter(|it| it.as_str() == name).count(),
            1,
            "{name} in {events:?}"
        );
    }
    let mut db = &janua.app.db;
    let rows: Vec<(Value,)> = db
        .fetch_all("SELECT facts FROM events", params![])
        .await
        .expect("facts");
    assert!(rows.iter().all(|(it,)| !it.to_string().contains(&key)));
}
