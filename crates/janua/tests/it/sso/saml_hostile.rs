//! What a provider that speaks SAML must not say, and what a thief tries with what it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::saml_idp::{CALLBACK, Said, SamlIdp, Signed, asks, brings, changed, posts, start};
use super::{ADA, Customer, counted, leaves};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::support::{TestJanua, minutes};

type Change = Box<dyn Fn(&mut Said)>;

/// What is changed of a good response, with the message that tells of it.
fn refusals() -> Vec<(&'static str, &'static str, Change)> {
    let elsewhere = || "https://elsewhere.example/acs".to_owned();
    let invalid = "Assertion not valid";
    let signature = "Signature verification failed";
    vec![
        (
            "audience",
            "Invalid audience",
            Box::new(move |it| it.audience = elsewhere()),
        ),
        (
            "recipient",
            invalid,
            Box::new(move |it| it.recipient = elsewhere()),
        ),
        (
            "destination",
            "Invalid SAML response",
            Box::new(move |it| it.destination = elsewhere()),
        ),
        ("issuer", invalid, Box::new(move |it| it.issuer = elsewhere())),
        (
            "request",
            invalid,
            Box::new(|it| it.answers = Some("_another".to_owned())),
        ),
        ("no request", invalid, Box::new(|it| it.answers = None)),
        (
            "expired",
            "Response expired",
            Box::new(|it| {
                it.not_before -= minutes(10);
                it.not_on_or_after -= minutes(7);
            }),
        ),
        (
            "future",
            "NotBefore condition not met",
            Box::new(|it| {
                it.not_before += minutes(2);
                it.not_on_or_after += minutes(2);
            }),
        ),
        ("unsigned", signature, Box::new(|it| it.signed = Signed::Nothing)),
        (
            "weak",
            signature,
            Box::new(|it| it.digest = "http://www.w3.org/2000/09/xmldsig#sha1"),
        ),
        (
            "transient",
            invalid,
            Box::new(|it| {
                "urn:oasis:names:tc:SAML:2.0:nameid-format:transient".clone_into(&mut it.format);
            }),
        ),
    ]
}

/// What must not be there after a refusal.
async fn assert_nothing_was_kept(janua: &TestJanua) {
    assert_eq!(janua.count("SELECT count(*) FROM sso_assertions").await, 0);
    assert_eq!(janua.count("SELECT count(*) FROM sso_accounts").await, 0);
    assert_eq!(
        janua
            .count("SELECT count(*) FROM sso_flows WHERE response IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn what_a_provider_must_not_say_is_told_and_changes_nothing() {
    let (janua, idp, acme) = start().await;
    let connection = idp
        .connects(&janua, &acme, json!({}), json!({}))
        .await
        .accepted()
        .str("/id");
    let before = counted(&janua).await;
    for (name, message, change) in refusals() {
        let mut browser = Browser::new(&janua);
        let asked = asks(&mut browser, &connection).await;
        let good = idp.answer(&janua, &asked).of("id-1", ADA);
        let bad = changed(&good, change);
        let refused = brings(&mut browser, &idp.writes(&bad), &bad.relay_state).await;
        let refused = refused.refused("SSO_AUTHENTICATION_ERROR");
        assert_eq!(refused.str("/message"), message, "{name}: {}", refused.text);
        assert_eq!(
            (refused.status.as_u16(), refused.str("/error")),
            (401, "SSO_AUTHENTICATION_ERROR".to_owned())
        );
        assert_eq!(refused.str("/details/connection_id"), connection);
        assert!(!refused.text.contains("acme.com"), "{}", refused.text);
        // The way was used up by it.
        brings(&mut browser, &idp.writes(&good), &good.relay_state)
            .await
            .refused("SSO_STATE_INVALID");
    }
    assert_eq!(counted(&janua).await, before);
    assert_nothing_was_kept(&janua).await;
    let failed = "SELECT count(*) FROM events WHERE reason = 'SSO_AUTHENTICATION_ERROR'";
    assert!(janua.count(failed).await >= 11);
}

#[tokio::test]
async fn what_was_changed_on_its_way_or_signed_by_others_is_refused() {
    let (janua, idp, acme) = start().await;
    let connection = idp
        .connects(&janua, &acme, json!({}), json!({}))
        .await
        .accepted()
        .str("/id");
    let stranger = super::saml_idp::pair(&janua);
    let before = counted(&janua).await;
    let broken = |change: fn(String) -> String| change;
    for (message, change) in [
        (
            "Signature verification failed",
            broken(|xml| xml.replace("id-1", "id-2")),
        ),
        ("Invalid SAML response", broken(|_| "<x/>".to_owned())),
        ("Invalid SAML response", broken(|_| "no XML at all".to_owned())),
        (
            "Invalid SAML response",
            broken(|xml| format!("<!DOCTYPE x [<!ENTITY y \"z\">]>{xml}")),
        ),
    ] {
        let mut browser = Browser::new(&janua);
        let asked = asks(&mut browser, &connection).await;
        let said = idp.answer(&janua, &asked).of("id-1", ADA);
        let refused = brings(&mut browser, &change(idp.writes(&said)), &said.relay_state).await;
        assert_eq!(
            refused.refused("SSO_AUTHENTICATION_ERROR").str("/message"),
            message
        );
    }
    // With a certificate of their own in it.
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &connection).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    let forged = SamlIdp::writes_as(&said, &stranger);
    let refused = brings(&mut browser, &forged, &said.relay_state)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(refused.str("/message"), "Signature verification failed");
    let seen = refused.str("/details/seen");
    assert!(
        seen.contains(&stranger.certificate().sha256_fingerprint()),
        "{seen}"
    );
    assert_eq!(counted(&janua).await, before);
    assert_nothing_was_kept(&janua).await;
}

#[tokio::test]
async fn a_response_counts_once_and_in_the_browser_that_left() {
    let (janua, idp, acme) = start().await;
    let connection = idp
        .connects(&janua, &acme, json!({}), json!({}))
        .await
        .accepted()
        .str("/id");
    let mut thief = Browser::new(&janua);
    let asked = asks(&mut thief, &connection).await;
    let said = idp.answer(&janua, &asked).of("id-9", "mallory@acme.com");
    let xml = idp.writes(&said);
    // Somebody is made to bring the thief's answer, to be signed in to the thief's account.
    let mut victim = Browser::new(&janua);
    brings(&mut victim, &xml, &said.relay_state)
        .await
        .refused("SSO_STATE_INVALID");
    leaves(&mut victim, json!({"connection_id": connection}))
        .await
        .accepted();
    let at = format!("{CALLBACK}?state={}", said.relay_state);
    victim.opens(&at).await.refused("SSO_STATE_INVALID");
    assert!(!victim.cookies.keys().any(|it| it.contains("janua_session")));
    // A second answer does not take the place of the first.
    let second = idp.answer(&janua, &asked).of("id-1", ADA);
    posts(&janua, &idp.writes(&second), &second.relay_state)
        .await
        .refused("SSO_STATE_INVALID");
    thief.opens(&at).await.leads_to("/account/security");
    thief.opens(&at).await.refused("SSO_STATE_INVALID");
    brings(&mut thief, &xml, &said.relay_state)
        .await
        .refused("SSO_STATE_INVALID");
    // Without what travelled with it, it answers nobody.
    brings(&mut thief, &xml, "").await.refused("SSO_STATE_INVALID");
    let state = said.relay_state.replace('.', "x.");
    posts(&janua, &xml, &state).await.refused("SSO_STATE_INVALID");
}

#[tokio::test]
async fn an_assertion_is_used_up_with_the_sign_in() {
    let (janua, idp, acme) = start().await;
    let saml = json!({"allow_idp_initiated": true});
    let made = idp.connects(&janua, &acme, json!({}), saml).await.accepted();
    let unasked = super::saml_idp::Asked {
        id: String::new(),
        issuer: made.str("/saml/entity_id"),
        acs: made.str("/saml/acs_url"),
        relay_state: "/account/profile".to_owned(),
    };
    let said = idp.answer(&janua, &unasked).of("id-1", ADA);
    let xml = idp.writes(&said);
    let tries = (0..20).map(|_| posts(&janua, &xml, "/account/profile"));
    let answers = futures_util::future::join_all(tries).await;
    let in_here: Vec<_> = answers.iter().filter(|it| it.status == 303).collect();
    assert_eq!(in_here.len(), 1);
    assert!(in_here[0].header("location").ends_with("/account/profile"));
    assert!(in_here[0].cookie("janua_session").contains('.'));
    let refused = posts(&janua, &xml, "").await.refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(refused.str("/message"), "Assertion not valid");
    assert_eq!(janua.count("SELECT count(*) FROM sso_assertions").await, 1);
    // Where its time is over it is forgotten, and refused for its age.
    janua.advance(minutes(7));
    janua::worker::forget(&janua.app).await;
    assert_eq!(janua.count("SELECT count(*) FROM sso_assertions").await, 0);
    let refused = posts(&janua, &xml, "").await.refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(refused.str("/message"), "Response expired");
    // What the provider names leads nowhere but to known places.
    for place in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        let said = idp.answer(&janua, &unasked).of("id-1", ADA);
        posts(&janua, &idp.writes(&said), place)
            .await
            .leads_to("/account/security");
    }
}

#[tokio::test]
async fn a_provider_begins_only_where_it_may() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let before = counted(&janua).await;
    let unasked = super::saml_idp::Asked {
        id: String::new(),
        issuer: made.str("/saml/entity_id"),
        acs: made.str("/saml/acs_url"),
        relay_state: String::new(),
    };
    let said = idp.answer(&janua, &unasked).of("id-1", ADA);
    let refused = posts(&janua, &idp.writes(&said), "")
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert!(refused.str("/details/reason").contains("allow_idp_initiated"));
    // Another organization that names the same provider, and may be spoken to, is not meant.
    let umbrella = Customer::of(&janua, "umbrella").await;
    idp.connects(&janua, &umbrella, json!({}), json!({"allow_idp_initiated": true}))
        .await
        .accepted();
    let refused = posts(&janua, &idp.writes(&said), "")
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert!(refused.str("/details/reason").contains("allow_idp_initiated"));
    let said = changed(&said, |it| it.issuer = "https://nobody.example".to_owned());
    posts(&janua, &idp.writes(&said), "")
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(counted(&janua).await.1, before.1 + 1);
    assert_eq!(janua.count("SELECT count(*) FROM sso_accounts").await, 0);
    // Allowed, but disabled.
    let id = made.str("/id");
    let allowed = json!({"state": "disabled", "saml": {"allow_idp_initiated": true}});
    acme.changes(&janua, &id, allowed).await.accepted();
    let said = idp.answer(&janua, &unasked).of("id-1", ADA);
    posts(&janua, &idp.writes(&said), "")
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    acme.changes(&janua, &id, json!({"state": "enabled"}))
        .await
        .accepted();
    let said = idp.answer(&janua, &unasked).of("id-1", ADA);
    posts(&janua, &idp.writes(&said), "")
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let (janua, idp, acme) = start().await;
    idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    for body in [
        "",
        "RelayState=x",
        "SAMLResponse=%00",
        "SAMLResponse=a&SAMLResponse=b",
    ] {
        let request = janua.request(reqwest::Method::POST, CALLBACK).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let refused = janua.send(request).await.refused("SSO_AUTHENTICATION_ERROR");
        assert_eq!(refused.str("/message"), "Invalid SAML response", "{body}");
    }
    let large = STANDARD.encode(vec![b'x'; 900 * 1024]);
    let request = janua
        .request(reqwest::Method::POST, CALLBACK)
        .form(&[("SAMLResponse", large)]);
    assert_eq!(janua.send(request).await.status, 413);
    let browser = janua
        .request(reqwest::Method::POST, CALLBACK)
        .form(&[("SAMLResponse", "x")]);
    let page = janua.send(browser.header("accept", "text/html")).await;
    assert_page(&page);
    page.says("Invalid SAML response");
}

#[tokio::test]
async fn a_connection_that_was_disabled_meanwhile_signs_nobody_in() {
    let (janua, idp, acme) = start().await;
    let id = idp
        .connects(&janua, &acme, json!({}), json!({}))
        .await
        .accepted()
        .str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &id).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    acme.changes(&janua, &id, json!({"state": "disabled"}))
        .await
        .accepted();
    let refused = brings(&mut browser, &idp.writes(&said), &said.relay_state).await;
    refused.refused("SSO_CONNECTION_DISABLED");
    assert_eq!(counted(&janua).await, before);
}
