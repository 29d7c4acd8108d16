//! Which domains lead to which connection, and who must use it.

use serde_json::json;

use super::{ADA, Customer, claims, comes_back, janua_with};
use crate::organizations::{Insider, joins, path};
use crate::pages::browser::Browser;
use crate::social::idp::Idp;
use crate::support::PASSWORD;

const DOMAINS: &str = "/api/v1/sso/domains";
const LOGIN: &str = "/api/v1/auth/login";

#[tokio::test]
async fn a_verified_domain_leads_to_the_connection_of_its_organization() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let nothing = json!({"sso_enabled": false, "enforce_sso": false, "connection_id": null});
    let at = format!("{DOMAINS}/ACME.com");
    assert_eq!(janua.get(&at).await.accepted().json(), nothing);
    let draft = acme
        .connects(&janua, &idp, json!({"state": "draft"}))
        .await
        .accepted()
        .str("/id");
    assert_eq!(janua.get(&at).await.accepted().json(), nothing);
    acme.changes(&janua, &draft, json!({"state": "enabled"}))
        .await
        .accepted();
    let found = janua.get(&at).await.accepted().json();
    assert_eq!(
        (&found["sso_enabled"], &found["connection_id"]),
        (&json!(true), &json!(draft))
    );
    janua
        .get(&format!("{DOMAINS}/nothing"))
        .await
        .refused("INVALID_DOMAIN");
    // A domain that is only claimed leads nowhere.
    let claimed = json!({"domain": "claimed.com"});
    acme.owner
        .post(&janua, &path(&acme.organization, "/domains"), claimed)
        .await
        .accepted();
    let found = janua
        .get(&format!("{DOMAINS}/claimed.com"))
        .await
        .accepted()
        .json();
    assert_eq!(found["sso_enabled"], false);
}

#[tokio::test]
async fn whoever_must_use_it_is_told_so_and_owners_may_still_mend_it() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let more = json!({"enforce_sso": true});
    let connection = acme.connects(&janua, &idp, more).await.accepted().str("/id");
    let ada = Insider::of(&janua, "bob@example.com").await;
    joins(&janua, &acme.organization, &ada, "admin").await;
    // Other addresses are free, also those of members.
    janua
        .post(LOGIN, json!({"email": "bob@example.com", "password": PASSWORD}))
        .await
        .accepted();
    // The same answer for every password, with and without an account.
    for (email, password) in [
        (ADA, PASSWORD),
        (ADA, "wrong-password-73"),
        ("nobody@acme.com", PASSWORD),
    ] {
        let body = json!({"email": email, "password": password});
        let refused = janua.post(LOGIN, body).await.refused("SSO_REQUIRED");
        assert_eq!(refused.json()["details"]["connection_id"], connection);
        assert_eq!(refused.status, 401);
    }
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    // Who has a password does not get in with it, unless they own the organization.
    let body = json!({"email": "eve@acme.com", "password": PASSWORD});
    acme.changes(&janua, &connection, json!({"enforce_sso": false}))
        .await
        .accepted();
    let eve = Insider::of(&janua, "eve@acme.com").await;
    acme.changes(&janua, &connection, json!({"enforce_sso": true}))
        .await
        .accepted();
    janua.post(LOGIN, body.clone()).await.refused("SSO_REQUIRED");
    janua
        .post("/api/v1/auth/magic-link", json!({"email": "eve@acme.com"}))
        .await
        .accepted();
    let secret = janua.secret("eve@acme.com", "magic-link").await;
    janua
        .post(
            "/api/v1/auth/magic-link/verify",
            json!({"token": secret, "other_browser": true}),
        )
        .await
        .refused("SSO_REQUIRED");
    joins(&janua, &acme.organization, &eve, "member").await;
    janua.post(LOGIN, body.clone()).await.refused("SSO_REQUIRED");
    let at = path(&acme.organization, &format!("/members/{}", eve.id));
    acme.owner
        .patch(&janua, &at, json!({"role": "owner"}))
        .await
        .accepted();
    janua.post(LOGIN, body).await.accepted();
}
