//! The organization that a session acts in: tokens tell of it, and nobody believes them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Insider, joins, path};
use crate::support::{SignedIn, TestJanua, refresh};

const SWITCH: &str = "/api/v1/auth/session/organization";

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

#[tokio::test]
async fn a_switch_needs_no_sign_in_and_refreshes_keep_it() {
    let janua = TestJanua::start().await;
    let ada = Insider::of(&janua, "ada@example.com").await;
    let (acme, other) = (
        ada.founds(&janua, "acme").await,
        ada.founds(&janua, "other").await,
    );
    let before = claims(&ada.session.access);
    assert!(before.get("org").is_none() && before.get("roles").is_none());
    let switched = ada
        .post(&janua, SWITCH, json!({"organization_id": acme}))
        .await
        .accepted();
    assert_eq!(switched.header("cache-control"), "no-store");
    let after = claims(&switched.str("/access_token"));
    assert_eq!(
        (&after["org"], &after["roles"]),
        (&json!(acme), &json!(["owner"]))
    );
    assert_eq!(
        (&after["sid"], &after["sub"], &after["auth_time"]),
        (&before["sid"], &before["sub"], &before["auth_time"])
    );
    let next = ada.session.refreshes(&janua).await.accepted();
    assert_eq!(claims(&next.str("/access_token"))["org"], acme.as_str());
    let current = ada.get(&janua, "/api/v1/sessions/current").await.accepted();
    assert_eq!(current.str("/organization_id"), acme);
    // Another session of the same person acts elsewhere.
    let phone = janua.person("ada@example.com").signs_in().await;
    phone
        .post(&janua, SWITCH, json!({"organization_id": other}))
        .await
        .accepted();
    let next = refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    assert_eq!(claims(&next.str("/access_token"))["org"], acme.as_str());
    let none = ada
        .post(&janua, SWITCH, json!({"organization_id": null}))
        .await
        .accepted();
    assert!(claims(&none.str("/access_token")).get("org").is_none());
    let next = refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    assert!(claims(&next.str("/access_token")).get("org").is_none());
    assert!(
        janua
            .events()
            .await
            .contains(&"session.organization_switched".to_owned())
    );
}

#[tokio::test]
async fn nobody_acts_where_they_do_not_belong_and_a_refresh_takes_no_wishes() {
    let janua = TestJanua::start().await;
    let (ada, eve) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "eve@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    for id in [
        acme.as_str(),
        "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60",
        "nonsense",
        "",
    ] {
        eve.post(&janua, SWITCH, json!({"organization_id": id}))
            .await
            .refused("ORGANIZATION_NOT_FOUND");
    }
    for field in ["organization_id", "org", "roles", "scope", "user_id"] {
        let body = json!({"refresh_token": eve.session.refresh, field: acme});
        janua
            .post("/api/v1/auth/refresh", body)
            .await
            .refused("UNKNOWN_FIELD");
    }
    let next = eve.session.refreshes(&janua).await.accepted();
    assert!(claims(&next.str("/access_token")).get("org").is_none());
}

#[tokio::test]
async fn a_lost_membership_leaves_the_token_with_the_next_refresh_and_opens_nothing_before() {
    let janua = TestJanua::start().await;
    let (ada, bob) = (
        Insider::of(&janua, "ada@example.com").await,
        Insider::of(&janua, "bob@example.com").await,
    );
    let acme = ada.founds(&janua, "acme").await;
    joins(&janua, &acme, &bob, "admin").await;
    let switched = bob
        .post(&janua, SWITCH, json!({"organization_id": acme}))
        .await
        .accepted();
    let stale = switched.str("/access_token");
    assert_eq!(claims(&stale)["roles"], json!(["admin"]));
    let with_claims = SignedIn {
        access: stale,
        ..bob.session.clone()
    };
    let membership = path(&acme, &format!("/members/{}", bob.id));
    ada.patch(&janua, &membership, json!({"role": "viewer"}))
        .await
        .accepted();
    let rename = json!({"name": "mine"});
    let request = with_claims.request(&janua, reqwest::Method::PATCH, &path(&acme, ""));
    janua
        .send(request.json(&rename))
        .await
        .refused("PERMISSION_DENIED");
    let next = bob.session.refreshes(&janua).await.accepted();
    assert_eq!(claims(&next.str("/access_token"))["roles"], json!(["viewer"]));

    ada.delete(&janua, &membership).await.accepted();
    with_claims
        .get(&janua, &path(&acme, ""))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    let next = refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    let now = claims(&next.str("/access_token"));
    assert!(now.get("org").is_none() && now.get("roles").is_none(), "{now}");
    // Who comes back does not find themselves there.
    joins(&janua, &acme, &bob, "member").await;
    let next = refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    assert!(claims(&next.str("/access_token")).get("org").is_none());
}
