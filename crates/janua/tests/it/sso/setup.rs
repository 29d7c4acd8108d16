//! A connection that is filled in by whoever runs the provider, with a link and without an account.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::saml_idp::{ENTITY, asks, brings, pair, start};
use super::{ADA, CONNECTIONS, Customer, janua_with};
use crate::organizations::{Insider, joins};
use crate::pages::browser::Browser;
use crate::social::idp::{CLIENT, Idp, SECRET};
use crate::support::{TestJanua, days};

const PAGE: &str = "/auth/sso/set-up";
const CONNECTION: &str = "/auth/sso/set-up/connection";

async fn drafts(janua: &TestJanua, acme: &Customer, kind: &str) -> String {
    let body = json!({"organization_id": acme.organization, "kind": kind, "name": "Acme ID"});
    acme.owner
        .post(janua, CONNECTIONS, body)
        .await
        .accepted()
        .str("/id")
}

/// A link for a connection; gives the page it leads to.
async fn offers(janua: &TestJanua, acme: &Customer, id: &str) -> String {
    let at = format!("{CONNECTIONS}/{id}/setup-link");
    let offered = acme.owner.post(janua, &at, json!({})).await.accepted();
    let url = offered.str("/url");
    let (_, token) = url.split_once("/auth/sso/set-up?").expect("a page of ours");
    format!("{PAGE}?{token}")
}

async fn begins(browser: &mut Browser<'_>, link: &str) {
    browser.opens(link).await.accepted();
    let token = browser.hidden("token");
    let begun = browser.sends(PAGE, &[("token", &token)]).await;
    begun.leads_to(CONNECTION);
    browser.opens(CONNECTION).await.accepted();
}

async fn told(janua: &TestJanua, acme: &Customer, id: &str) -> Value {
    let at = format!("{CONNECTIONS}/{id}");
    acme.owner.get(janua, &at).await.accepted().json()
}

#[tokio::test]
async fn whoever_runs_the_provider_fills_in_saml_and_the_owner_enables_it() {
    let (janua, idp, acme) = start().await;
    let id = drafts(&janua, &acme, "saml").await;
    let link = offers(&janua, &acme, &id).await;
    let mut browser = Browser::new(&janua);
    begins(&mut browser, &link).await;
    let page = browser
        .opens(&format!("{CONNECTION}?provider=entra"))
        .await
        .accepted();
    page.says("Reply URL (Assertion Consumer Service URL)");
    page.says("/api/v1/sso/callback");
    page.says(&format!("/api/v1/sso/connections/{id}/metadata"));
    // Nonsense is told beside its field, and changes nothing.
    let refused = browser
        .sends(CONNECTION, &[("provider", "entra"), ("metadata", "<nonsense/>")])
        .await;
    refused.says("id=\"metadata-error\"");
    assert_eq!(told(&janua, &acme, &id).await["saml"]["idp_entity_id"], "");
    let metadata = idp.metadata();
    browser
        .sends(CONNECTION, &[("provider", "entra"), ("metadata", &metadata)])
        .await
        .leads_to(&format!("{CONNECTION}?provider=entra&done=saved"));
    browser.opens(CONNECTION).await.accepted().says(ENTITY);
    let tested = browser.sends("/auth/sso/set-up/test", &[]).await.accepted();
    tested.says("days left");
    tested.says("/auth/sso?test=");
    // All is there, and yet nobody signs in before the owner says so.
    let kept = told(&janua, &acme, &id).await;
    assert_eq!((&kept["state"], &kept["missing"]), (&json!("draft"), &json!([])));
    acme.changes(&janua, &id, json!({"state": "enabled"}))
        .await
        .accepted();
    let mut person = Browser::new(&janua);
    let asked = asks(&mut person, &id).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    brings(&mut person, &idp.writes(&said), &said.relay_state)
        .await
        .leads_to("/account/security");
    browser
        .sends("/auth/sso/set-up/end", &[])
        .await
        .accepted()
        .says("this link opens nothing any more");
    browser.opens(CONNECTION).await.says("LINK_INVALID");
    // Who did what is known: the owner made the link, somebody without an account used it.
    let facts = janua.facts("sso.setup_begun").await;
    assert_eq!(facts["connection_id"], json!(id));
    let events = acme
        .owner
        .get(
            &janua,
            &format!(
                "/api/v1/organizations/{}/audit-logs?action=sso.connection_updated",
                acme.organization
            ),
        )
        .await;
    let events = events.accepted().json();
    let all = events["entries"].as_array().expect("entries");
    assert!(all.iter().any(|it| it["actor_id"].is_null()), "{events}");
}

#[tokio::test]
async fn openid_connect_is_filled_in_too_and_its_secret_is_never_shown() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let id = drafts(&janua, &acme, "oidc").await;
    let mut browser = Browser::new(&janua);
    let link = offers(&janua, &acme, &id).await;
    begins(&mut browser, &link).await;
    let fields = [
        ("issuer", idp.url.as_str()),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    browser
        .sends(CONNECTION, &fields)
        .await
        .leads_to(&format!("{CONNECTION}?provider=&done=saved"));
    let page = browser.opens(CONNECTION).await.accepted();
    assert!(page.text.contains(&CLIENT.replace('&', "&amp;")) && !page.text.contains(SECRET));
    let kept = told(&janua, &acme, &id).await;
    assert_eq!(kept["oidc"]["issuer"], idp.url);
    assert_eq!(kept["oidc"]["has_client_secret"], true);
    // An empty secret leaves what is kept.
    browser
        .sends(CONNECTION, &[("issuer", &idp.url), ("client_id", "another")])
        .await
        .leads_to(&format!("{CONNECTION}?provider=&done=saved"));
    let kept = told(&janua, &acme, &id).await;
    assert_eq!(kept["oidc"]["client_id"], "another");
    assert_eq!(kept["oidc"]["has_client_secret"], true);
}

#[tokio::test]
async fn a_link_opens_one_connection_in_one_browser_for_its_time() {
    let (janua, idp, acme) = start().await;
    let id = drafts(&janua, &acme, "saml").await;
    let link = offers(&janua, &acme, &id).await;
    // Looking uses nothing up; of fifty who begin, one does.
    let mut browsers = Vec::new();
    for _ in 0..50 {
        let mut browser = Browser::new(&janua);
        browser.opens(&link).await.accepted();
        browsers.push(browser);
    }
    let all = browsers.iter_mut().map(async |it| {
        let token = it.hidden("token");
        it.sends(PAGE, &[("token", &token)]).await.status == 303
    });
    let begun = join_all(all).await;
    assert_eq!(begun.iter().filter(|it| **it).count(), 1);
    let mut winner = None;
    for (mut browser, begun) in browsers.into_iter().zip(begun) {
        let opened = browser.opens(CONNECTION).await;
        assert_eq!(opened.status == 200, begun);
        if begun {
            winner = Some(browser);
        }
    }
    let mut winner = winner.expect("one");
    Browser::new(&janua).opens(&link).await.says("LINK_INVALID");
    // Another link ends what was begun with the one before.
    let metadata = idp.metadata();
    let next = offers(&janua, &acme, &id).await;
    let late = winner.sends(CONNECTION, &[("metadata", &metadata)]).await;
    late.says("LINK_INVALID");
    assert_eq!(told(&janua, &acme, &id).await["saml"]["idp_entity_id"], "");
    // So does withdrawing it, and time.
    begins(&mut winner, &next).await;
    let at = format!("{CONNECTIONS}/{id}/setup-link");
    acme.owner.delete(&janua, &at).await.accepted();
    winner.opens(CONNECTION).await.says("LINK_INVALID");
    let last = offers(&janua, &acme, &id).await;
    begins(&mut winner, &last).await;
    janua.advance(days(8));
    winner.opens(CONNECTION).await.says("LINK_INVALID");
}

#[tokio::test]
async fn a_link_allows_no_more_than_who_made_it_may_now() {
    let (janua, idp, acme) = start().await;
    let id = drafts(&janua, &acme, "saml").await;
    let admin = Insider::of(&janua, "it@acme.example").await;
    joins(&janua, &acme.organization, &admin, "admin").await;
    let at = format!("{CONNECTIONS}/{id}/setup-link");
    let offered = admin.post(&janua, &at, json!({})).await.accepted();
    let url = offered.str("/url");
    let (_, token) = url.split_once('?').expect("a token");
    let mut browser = Browser::new(&janua);
    begins(&mut browser, &format!("{PAGE}?{token}")).await;
    let member = Insider::of(&janua, "bob@acme.example").await;
    joins(&janua, &acme.organization, &member, "member").await;
    member
        .post(&janua, &at, json!({}))
        .await
        .refused("PERMISSION_DENIED");
    let role = format!("/api/v1/organizations/{}/members/{}", acme.organization, admin.id);
    acme.owner
        .patch(&janua, &role, json!({"role": "member"}))
        .await
        .accepted();
    let metadata = idp.metadata();
    browser
        .sends(CONNECTION, &[("metadata", &metadata)])
        .await
        .says("LINK_INVALID");
    assert_eq!(told(&janua, &acme, &id).await["saml"]["idp_entity_id"], "");
    for days in [0, 31] {
        let refused = acme
            .owner
            .post(&janua, &at, json!({"expires_in_days": days}))
            .await;
        assert_eq!(
            refused.refused("INVALID_FIELD").str("/details/field"),
            "expires_in_days"
        );
    }
}

#[tokio::test]
async fn metadata_that_has_to_be_signed_has_to_be_so_through_a_link() {
    let (janua, idp, acme) = start().await;
    let id = drafts(&janua, &acme, "saml").await;
    let signer = pair(&janua);
    let pinned = json!({"saml": {"idp_metadata_certificate": signer.certificate().pem()}});
    acme.changes(&janua, &id, pinned).await.accepted();
    let mut browser = Browser::new(&janua);
    let link = offers(&janua, &acme, &id).await;
    begins(&mut browser, &link).await;
    for forged in [idp.metadata(), idp.metadata_signed(&pair(&janua))] {
        browser.opens(CONNECTION).await.accepted();
        let refused = browser.sends(CONNECTION, &[("metadata", &forged)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(told(&janua, &acme, &id).await["saml"]["idp_entity_id"], "");
    }
    browser.opens(CONNECTION).await.accepted();
    let fit = idp.metadata_signed(&signer);
    let saved = browser.sends(CONNECTION, &[("metadata", &fit)]).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    assert_eq!(told(&janua, &acme, &id).await["saml"]["idp_entity_id"], ENTITY);
}

#[tokio::test]
async fn a_link_is_made_by_a_person_who_has_just_signed_in() {
    let (janua, _, acme) = start().await;
    let id = drafts(&janua, &acme, "oidc").await;
    let at = format!("{CONNECTIONS}/{id}/setup-link");
    let body = json!({"name": "a script", "scopes": ["sso:manage"]});
    let keys = crate::organizations::path(&acme.organization, "/api-keys");
    let key = acme.owner.post(&janua, &keys, body).await.accepted().str("/key");
    let request = janua.request(reqwest::Method::POST, &at).json(&json!({}));
    janua
        .send(request.bearer_auth(key))
        .await
        .refused("API_KEY_NOT_ALLOWED");
    acme.owner.post(&janua, &at, json!({})).await.accepted();
    janua.advance(crate::support::minutes(11));
    acme.owner
        .post(&janua, &at, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
}
