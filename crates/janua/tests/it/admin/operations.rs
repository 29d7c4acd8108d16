//! The cache, the outbox and the figures.

use janua::io::db::{Db, Querier};
use janua::params;
use serde_json::{Value, json};

use super::{Admin, signed_in};
use crate::organizations::{Insider, path};
use crate::support::{TestJanua, handed_over, hours};

#[tokio::test]
async fn copies_are_counted_and_dropped() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = signed_in(&janua, "ada@example.com").await;
    let warm = async || {
        for _ in 0..2 {
            ada.get(&janua, "/api/v1/users/me").await.accepted();
        }
    };
    warm().await;
    let status = admin.get("/api/v1/admin/cache").await.accepted().json();
    assert!(
        status["hits"].as_u64() > Some(0) && status["misses"].as_u64() > Some(0),
        "{status}"
    );
    if handed_over("JANUA_TEST_REDIS_URL").is_some() {
        assert_eq!(
            (&status["backend"], &status["breaker"]["state"]),
            (&json!("redis"), &json!("closed"))
        );
        assert!(status["redis"]["used_memory_human"].is_string(), "{status}");
    } else {
        assert_eq!(
            (&status["backend"], &status["breaker"]),
            (&json!("memory"), &Value::Null)
        );
    }

    let breaker = janua.get("/api/v1/health/circuit-breaker").await.accepted();
    assert_eq!(breaker.str("/state"), "closed");

    let invalidate = async |pattern: &str| {
        let body = json!({"pattern": pattern});
        let done = admin
            .post("/api/v1/admin/cache/invalidate", body)
            .await
            .accepted();
        done.json()["invalidated"].as_u64().expect("a count")
    };
    assert_eq!(invalidate("org:*").await, 0);
    assert!(invalidate("user:*").await >= 2);
    warm().await;
    let cleared = admin
        .post("/api/v1/admin/cache/clear", json!({}))
        .await
        .accepted();
    assert!(
        cleared.json()["invalidated"].as_u64() >= Some(2),
        "{}",
        cleared.text
    );
    for pattern in ["", "user:?", "a b", "[a]"] {
        let refused = admin
            .post("/api/v1/admin/cache/invalidate", json!({"pattern": pattern}))
            .await
            .refused("INVALID_FIELD");
        assert_eq!(refused.str("/details/field"), "pattern");
    }
    let recorded = "SELECT COUNT(*) FROM events WHERE name = 'cache.invalidated' AND actor_id IS NOT NULL";
    assert_eq!(janua.count(recorded).await, 3);
}

#[tokio::test]
async fn a_mail_that_failed_is_tried_again() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let queued = admin.get("/api/v1/admin/outbox?state=queued").await.accepted();
    assert_eq!(queued.json()["total"], 1);
    let mail = &queued.json()["mails"][0];
    assert_eq!(
        (&mail["kind"], &mail["recipient"]),
        (&json!("verification"), &json!("ada@example.com"))
    );
    assert!(mail["request_id"].is_string());
    let id = queued.str("/mails/0/id");

    let mut db: &Db = &janua.app.db;
    db.execute(
        "UPDATE outbox SET state = 'failed', attempts = 8, provider_answer = '550 no such user', settled_at = due_at",
        params![],
    )
    .await
    .expect("the mail has failed");
    assert!(janua.mails("ada@example.com").await.is_empty());
    let failed = admin.get("/api/v1/admin/outbox?state=failed").await.accepted();
    assert_eq!(failed.str("/mails/0/provider_answer"), "550 no such user");
    assert_eq!(
        admin
            .get("/api/v1/admin/outbox?state=sent")
            .await
            .accepted()
            .json()["total"],
        0
    );

    janua.advance(hours(1));
    // Their session is as old as that; nothing else is asked for.
    let retried = admin
        .session
        .refreshes(&janua)
        .await
        .accepted()
        .str("/access_token");
    let retry = format!("/api/v1/admin/outbox/{id}/retry");
    let request = janua.request(reqwest::Method::POST, &retry).bearer_auth(&retried);
    let done = janua.send(request).await.accepted();
    assert_eq!(
        (&done.json()["state"], &done.json()["attempts"]),
        (&json!("queued"), &json!(0))
    );
    assert_eq!(janua.mails("ada@example.com").await.len(), 1);
    let request = janua.request(reqwest::Method::POST, &retry).bearer_auth(&retried);
    janua.send(request).await.refused("MAIL_ALREADY_SENT");
    assert!(janua.events().await.contains(&"mail.retried".to_owned()));
    let odd = janua
        .request(reqwest::Method::GET, "/api/v1/admin/outbox?state=odd")
        .bearer_auth(&retried);
    janua.send(odd).await.refused("INVALID_FIELD");
}

#[tokio::test]
async fn the_figures_are_what_happened() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    signed_in(&janua, "ada@example.com").await;
    let bob = janua.person("bob@example.com").registered().await;
    for _ in 0..5 {
        bob.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    janua.person("cleo@example.com").signs_up().await.accepted();
    let path = admin.path_of("ada@example.com").await;
    admin.post(&format!("{path}/suspend"), json!({})).await.accepted();
    let figures = admin.get("/api/v1/admin/stats").await.accepted().json();
    let users = json!({"total": 4, "verified": 3, "suspended": 1, "locked": 1, "administrators": 1});
    assert_eq!(figures["users"], users);
    assert_eq!(figures["live_sessions"], 1);
    assert_eq!(
        figures["last_day"],
        json!({"sign_ins": 2, "failed_sign_ins": 5, "registrations": 4})
    );
    assert_eq!(figures["mails"]["failed"], 0);
    assert!(figures["mails"]["waiting"].as_u64() >= Some(1));

    janua.advance(hours(25));
    let again = janua.person("root@example.com").signs_in().await;
    let figures = again.get(&janua, "/api/v1/admin/stats").await.accepted().json();
    let last_day = json!({"sign_ins": 1, "failed_sign_ins": 0, "registrations": 0});
    assert_eq!(figures["last_day"], last_day);
    let before = json!({"sign_ins": 3, "failed_sign_ins": 5, "registrations": 4});
    assert_eq!(
        (&figures["last_week"], &figures["last_month"]),
        (&before, &before)
    );
    janua.advance(hours(24 * 7));
    let again = janua.person("root@example.com").signs_in().await;
    let figures = again.get(&janua, "/api/v1/admin/stats").await.accepted().json();
    assert_eq!(
        (
            &figures["last_week"]["sign_ins"],
            &figures["last_month"]["sign_ins"]
        ),
        (&json!(1), &json!(4))
    );
}

#[tokio::test]
async fn the_figures_tell_of_factors_organizations_keys_and_webhooks() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let stats = async || admin.get("/api/v1/admin/stats").await.accepted().json();
    let none = stats().await;
    assert_eq!(
        none["factors"],
        json!({"totp": 0, "sms": 0, "passkeys": 0, "any": 0})
    );
    assert_eq!(
        none["organizations"],
        json!({"total": 0, "suspended": 0, "deleted": 0, "members": 0})
    );
    assert_eq!(
        (&none["api_keys"], &none["webhooks"]),
        (&json!(0), &json!({"total": 0, "failing": 0, "disabled": 0}))
    );

    let (ada, ..) = crate::mfa::protected(&janua, "ada@example.com").await;
    crate::passkeys::adds_a_passkey(&janua, &ada).await;
    crate::passkeys::adds_a_passkey(&janua, &ada).await;
    let bob = Insider::of(&janua, "bob@example.com").await;
    crate::passkeys::adds_a_passkey(&janua, &bob.session).await;
    let acme = bob.founds(&janua, "acme").await;
    let gone = bob.founds(&janua, "gone").await;
    bob.delete(&janua, &path(&gone, "")).await.accepted();
    bob.post(&janua, "/api/v1/api-keys", json!({"name": "k", "scopes": ["*"]}))
        .await
        .accepted();
    let own = json!({"name": "k", "scopes": ["members:read"], "expires_in_days": 1});
    bob.post(&janua, &path(&acme, "/api-keys"), own).await.accepted();
    let webhook = json!({"url": "https://1.1.1.1/x", "events": ["role.deleted"], "organization_id": acme});
    bob.post(&janua, "/api/v1/webhooks", webhook).await.accepted();
    let some = stats().await;
    assert_eq!(
        some["factors"],
        json!({"totp": 1, "sms": 0, "passkeys": 2, "any": 2})
    );
    assert_eq!(
        some["organizations"],
        json!({"total": 1, "suspended": 0, "deleted": 1, "members": 2})
    );
    assert_eq!(
        (&some["api_keys"], &some["webhooks"]),
        (&json!(2), &json!({"total": 1, "failing": 0, "disabled": 0}))
    );
}

#[tokio::test]
async fn keys_are_listed_and_rotated_by_order() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let listed = async || {
        let listed = admin.get("/api/v1/admin/keys").await.accepted();
        assert!(
            !listed.text.contains("PRIVATE") && !listed.text.contains("sealed"),
            "{}",
            listed.text
        );
        listed.json()["keys"].as_array().expect("keys").clone()
    };
    let before = listed().await;
    assert_eq!((before.len(), &before[0]["state"]), (1, &json!("active")));

    let ordered = admin
        .post("/api/v1/admin/keys/rotate", json!({}))
        .await
        .accepted()
        .json();
    assert_eq!(
        (&ordered["was_waiting"], &ordered["clients_may_reject_seconds"]),
        (&json!(false), &json!(0))
    );
    let states: Vec<Value> = listed().await.iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["active", "next"]);
    // Ordered again, the same key is still to come.
    let again = admin
        .post("/api/v1/admin/keys/rotate", json!({}))
        .await
        .accepted()
        .json();
    assert_eq!(
        (&again["kid"], &again["was_waiting"]),
        (&ordered["kid"], &json!(true))
    );

    let at_once = admin
        .post(
            "/api/v1/admin/keys/rotate",
            json!({"now": true, "algorithm": "ES256"}),
        )
        .await
        .accepted()
        .json();
    assert!(at_once["clients_may_reject_seconds"].as_u64() > Some(0));
    let now = listed().await;
    assert_eq!(
        (&now[0]["kid"], &now[0]["algorithm"]),
        (&at_once["kid"], &json!("ES256"))
    );
    admin.get("/api/v1/users/me").await.accepted();

    for algorithm in ["HS256", "none", ""] {
        let refused = admin
            .post("/api/v1/admin/keys/rotate", json!({"algorithm": algorithm}))
            .await
            .refused("INVALID_FIELD");
        assert_eq!(refused.str("/details/field"), "algorithm");
    }
    let recorded = "SELECT COUNT(*) FROM events WHERE name = 'key.rotation_ordered' AND actor_id IS NOT NULL";
    assert_eq!(janua.count(recorded).await, 3);
}

#[tokio::test]
async fn the_log_level_is_changed_for_all_instances_and_back() {
    let janua = TestJanua::start().await;
    let admin = Admin::of(&janua).await;
    let other = janua.second_instance().await;
    let level = async |on: &TestJanua| {
        let read = admin.session.get(on, "/api/v1/admin/settings").await.accepted();
        read.str("/log_level")
    };
    let set = async |level: Value| {
        admin
            .patch("/api/v1/admin/settings", json!({"log_level": level}))
            .await
    };
    assert_eq!(level(&janua).await, "info");
    set(json!("INFO,janua::http=Debug")).await.accepted();
    assert_eq!(
        janua.app.settings.latest().log_level.as_deref(),
        Some("info,janua::http=debug")
    );
    janua.advance(crate::support::seconds(3));
    other.get("/api/v1/users/me").await;
    assert_eq!(
        other.app.settings.latest().log_level.as_deref(),
        Some("info,janua::http=debug")
    );

    for bad in ["verbose", "", "janua=loud", "info,sqlx", &"x=info,".repeat(100)] {
        let refused = set(json!(bad)).await.refused("INVALID_FIELD");
        assert_eq!(refused.str("/details/field"), "log_level");
    }
    admin.patch("/api/v1/admin/settings", json!({})).await.accepted();
    assert!(janua.app.settings.latest().log_level.is_some());
    set(Value::Null).await.accepted();
    assert_eq!(janua.app.settings.latest().log_level, None);
    let recorded = "SELECT COUNT(*) FROM events WHERE name = 'log_level.changed' AND actor_id IS NOT NULL";
    assert_eq!(janua.count(recorded).await, 2);
}
