//! Signing out on one side ends what began there on the other.

use chrono::TimeDelta;
use janua_saml::logout::{
    Expected, Incoming, LogoutRequest, LogoutResponse, Outcome, send_request, send_response, verify_request,
    verify_response,
};
use janua_saml::{
    Binding, Certificate, Endpoint, IdentityProvider, KeyPair, NameId, Outgoing, ServiceProvider, message_id,
};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::saml_idp::{ENTITY, SamlIdp, asks, brings, pair, start};
use super::{ADA, Customer, claims, comes_back};
use crate::pages::browser::Browser;
use crate::social::idp::Idp;
use crate::support::{Answer, TestJanua, minutes};

const SLO: &str = "/api/v1/sso/saml/slo";
const THERE: &str = "https://idp.example/slo";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// The provider, which writes its messages about signing out by the rules of both sides.
fn speaker(key: &KeyPair) -> ServiceProvider {
    ServiceProvider {
        entity_id: ENTITY.to_owned(),
        acs: THERE.parse().expect("a URL"),
        slo: Some(THERE.parse().expect("a URL")),
        signing: key.clone(),
        next_signing: None,
        decryption: vec![key.clone()],
        name_id_format: None,
        wants_assertions_signed: true,
    }
}

/// We, as the provider knows us.
fn listener(connection: &Value) -> IdentityProvider {
    let pem = connection["saml"]["certificates"][0]["pem"]
        .as_str()
        .expect("a certificate");
    IdentityProvider {
        entity_id: connection["saml"]["entity_id"]
            .as_str()
            .expect("a name")
            .to_owned(),
        sign_in: Vec::new(),
        sign_out: Vec::new(),
        certificates: vec![Certificate::from_pem(pem).expect("a certificate")],
        wants_signed_requests: false,
        name_id_formats: Vec::new(),
        valid_until: None,
    }
}

fn name(value: &str) -> NameId {
    NameId {
        value: value.to_owned(),
        format: Some(PERSISTENT.to_owned()),
        name_qualifier: None,
        sp_name_qualifier: None,
    }
}

fn endpoint(binding: Binding, url: &str) -> Endpoint {
    Endpoint {
        binding,
        location: url.parse().expect("a URL"),
        response_location: None,
    }
}

/// A request of the provider to sign somebody out.
fn request(
    janua: &TestJanua,
    key: &KeyPair,
    slo: &str,
    who: &str,
    index: Option<&str>,
    binding: Binding,
) -> Outgoing {
    let now = janua.app.clock.now();
    let asked = LogoutRequest {
        id: &message_id(rand(janua)),
        issue_instant: now,
        not_on_or_after: now + TimeDelta::minutes(5),
        name_id: &name(who),
        session_index: index,
    };
    send_request(&asked, &speaker(key), &endpoint(binding, slo), Some("back there")).expect("a message")
}

fn rand(janua: &TestJanua) -> [u8; 16] {
    janua.app.random.bytes()
}

async fn delivers(janua: &TestJanua, message: &Outgoing) -> Answer {
    match message {
        Outgoing::Redirect(url) => {
            let query = url.query().expect("a query");
            janua.get(&format!("{SLO}?{query}")).await
        }
        Outgoing::Post(form) => {
            janua
                .send(janua.request(Method::POST, SLO).form(&form.fields))
                .await
        }
    }
}

async fn signs_in(browser: &mut Browser<'_>, idp: &SamlIdp, connection: &str, who: (&str, &str)) -> String {
    let asked = asks(browser, connection).await;
    let said = idp.answer(browser.janua, &asked).of(who.0, who.1);
    brings(browser, &idp.writes(&said), &said.relay_state)
        .await
        .leads_to("/account/security");
    browser.opens("/api/v1/users/me").await.accepted();
    said.session_index
}

#[tokio::test]
async fn a_provider_ends_the_sessions_that_it_names() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let (id, slo) = (made.str("/id"), made.str("/saml/slo_url"));
    let (mut phone, mut laptop, mut bob) = (Browser::new(&janua), Browser::new(&janua), Browser::new(&janua));
    let index = signs_in(&mut phone, &idp, &id, ("id-1", ADA)).await;
    signs_in(&mut laptop, &idp, &id, ("id-1", ADA)).await;
    signs_in(&mut bob, &idp, &id, ("id-2", "bob@acme.com")).await;

    // Nobody but the provider may, and it only for whom it vouches for.
    let stranger = pair(&janua);
    let forged = request(&janua, &stranger, &slo, "id-1", None, Binding::Redirect);
    let refused = delivers(&janua, &forged)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(refused.str("/message"), "Signature verification failed");
    let genuine = request(&janua, &idp.key, &slo, "id-1", Some(&index), Binding::Redirect);
    let Outgoing::Redirect(url) = &genuine else {
        panic!("a redirect")
    };
    let unsigned: Vec<_> = url
        .query_pairs()
        .filter(|(name, _)| name == "SAMLRequest")
        .collect();
    let mut bare = url.clone();
    bare.query_pairs_mut().clear().extend_pairs(unsigned);
    delivers(&janua, &Outgoing::Redirect(bare))
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    let elsewhere = request(
        &janua,
        &idp.key,
        "https://elsewhere.example/slo",
        "id-1",
        None,
        Binding::Redirect,
    );
    delivers(&janua, &elsewhere)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    for browser in [&mut phone, &mut laptop, &mut bob] {
        browser.opens("/api/v1/users/me").await.accepted();
    }

    let answer = delivers(&janua, &genuine).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    phone.opens("/api/v1/users/me").await.refused("TOKEN_REVOKED");
    laptop.opens("/api/v1/users/me").await.accepted();
    bob.opens("/api/v1/users/me").await.accepted();
    // The answer is signed, names the request, and carries back what travelled.
    let back = Url::parse(&answer.header("location")).expect("a URL");
    assert!(back.as_str().starts_with(THERE), "{back}");
    assert!(
        back.query_pairs()
            .any(|(name, value)| name == "RelayState" && value == "back there")
    );
    let asked =
        janua_saml::decode::describe(url.as_str(), janua_saml::decode::Personal::Hidden).expect("a request");
    let asked = asked
        .facts
        .iter()
        .find(|it| it.name == "ID")
        .expect("an id")
        .value
        .clone();
    let (us, them) = (listener(&made.json()), speaker(&idp.key));
    let expected = Expected {
        identity_provider: &us,
        service_provider: &them,
        now: janua.app.clock.now(),
        skew: std::time::Duration::ZERO,
        allow_sha1: false,
    };
    let incoming = Incoming::Redirect {
        query: back.query().expect("a query"),
    };
    assert_eq!(
        verify_response(incoming, &asked, &expected)
            .expect("an answer")
            .outcome,
        Outcome::Done
    );

    // Without a session all that began there end; a form will do as well.
    let all = request(&janua, &idp.key, &slo, "id-1", None, Binding::Post);
    assert_eq!(delivers(&janua, &all).await.status, 303);
    laptop.opens("/api/v1/users/me").await.refused("TOKEN_REVOKED");
    bob.opens("/api/v1/users/me").await.accepted();
    assert_eq!(janua.facts("sso.logout_requested").await["ended"], 1);
    // What is too old was kept to be sent again.
    let late = request(&janua, &idp.key, &slo, "id-2", None, Binding::Redirect);
    janua.advance(minutes(12));
    delivers(&janua, &late).await.refused("SSO_AUTHENTICATION_ERROR");
    bob.opens("/api/v1/users/me").await.accepted();
    for (nonsense, code) in [
        ("SAMLRequest=x", "SSO_AUTHENTICATION_ERROR"),
        ("SAMLResponse=x&RelayState=y", "SSO_STATE_INVALID"),
        ("x=y", "SSO_STATE_INVALID"),
    ] {
        janua.get(&format!("{SLO}?{nonsense}")).await.refused(code);
    }
}

#[tokio::test]
async fn another_organization_ends_nothing_here() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let mut ada = Browser::new(&janua);
    signs_in(&mut ada, &idp, &made.str("/id"), ("id-1", ADA)).await;
    // It names the same provider, and pins a key of its own.
    let umbrella = Customer::of(&janua, "umbrella").await;
    let evil = SamlIdp::new(&janua);
    let other = evil
        .connects(&janua, &umbrella, json!({}), json!({}))
        .await
        .accepted();
    let forged = request(
        &janua,
        &evil.key,
        &other.str("/saml/slo_url"),
        "id-1",
        None,
        Binding::Redirect,
    );
    assert_eq!(delivers(&janua, &forged).await.status, 303);
    ada.opens("/api/v1/users/me").await.accepted();
}

#[tokio::test]
async fn whoever_signs_out_here_goes_on_to_sign_out_there() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    assert_eq!(made.json()["single_logout"], true);
    let mut ada = Browser::new(&janua);
    let index = signs_in(&mut ada, &idp, &made.str("/id"), ("id-1", ADA)).await;
    ada.opens("/account/security").await.accepted();
    let page = ada.sends("/auth/sign-out", &[]).await.accepted();
    assert!(!ada.cookies.keys().any(|it| it.contains("janua_session")));
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    let url = Url::parse(&link).expect("a URL");
    assert!(link.starts_with(THERE), "{link}");
    let (us, them) = (listener(&made.json()), speaker(&idp.key));
    let expected = Expected {
        identity_provider: &us,
        service_provider: &them,
        now: janua.app.clock.now(),
        skew: std::time::Duration::ZERO,
        allow_sha1: false,
    };
    let asked = verify_request(
        Incoming::Redirect {
            query: url.query().expect("a query"),
        },
        &expected,
    );
    let asked = asked.expect("it is ours");
    assert_eq!(
        (&asked.name_id.value, &asked.session_indexes),
        (&"id-1".to_owned(), &vec![index])
    );
    let relay_state = url
        .query_pairs()
        .find(|(name, _)| name == "RelayState")
        .expect("it travels")
        .1
        .into_owned();
    // Its answer counts if it is one to what we have sent.
    let answer = |id: &str, key: &KeyPair, relay_state: &str| {
        let told = LogoutResponse {
            id: "_answer",
            issue_instant: janua.app.clock.now(),
            in_response_to: id,
            outcome: Outcome::Done,
        };
        let slo = endpoint(
            Binding::Redirect,
            made.json()["saml"]["slo_url"].as_str().expect("a URL"),
        );
        send_response(&told, &speaker(key), &slo, Some(relay_state)).expect("a message")
    };
    let forged = answer(&asked.id, &pair(&janua), &relay_state);
    delivers(&janua, &forged)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    let other = answer("_other", &idp.key, &relay_state);
    delivers(&janua, &other).await.refused("SSO_AUTHENTICATION_ERROR");
    let (nonce, tag) = relay_state.split_once('.').expect("two parts");
    for unsigned in [
        "x.y".to_owned(),
        format!("{nonce}.{}", "A".repeat(43)),
        format!("x.{tag}"),
    ] {
        let unasked = answer(&asked.id, &idp.key, &unsigned);
        delivers(&janua, &unasked).await.refused("SSO_STATE_INVALID");
    }
    let genuine = answer(&asked.id, &idp.key, &relay_state);
    delivers(&janua, &genuine)
        .await
        .leads_to("/auth/sign-in?done=signed-out");
}

#[tokio::test]
async fn an_application_asks_for_the_address_and_a_connection_may_not_want_it() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    // Without asking nothing changes for it.
    for (body, status) in [(json!({"single_logout": true}), 200), (json!({}), 204)] {
        let mut ada = Browser::new(&janua);
        signs_in(&mut ada, &idp, &made.str("/id"), ("id-1", ADA)).await;
        janua.advance(minutes(2));
        let csrf = ada
            .cookies
            .iter()
            .find(|(name, _)| name.contains("csrf"))
            .expect("a token")
            .1
            .clone();
        let cookies: Vec<_> = ada
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = janua.request(Method::POST, "/api/v1/auth/logout").json(&body);
        let request = request
            .header("x-csrf-token", csrf)
            .header("cookie", cookies.join("; "));
        let answer = janua.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        if status == 200 {
            assert!(answer.str("/logout_url").starts_with(THERE));
        }
        ada.opens("/api/v1/users/me").await.refused("TOKEN_REVOKED");
    }
    // Where the connection does not want it, and for who signed in another way, that is all.
    acme.changes(&janua, &made.str("/id"), json!({"single_logout": false}))
        .await
        .accepted();
    let mut ada = Browser::new(&janua);
    signs_in(&mut ada, &idp, &made.str("/id"), ("id-1", ADA)).await;
    ada.opens("/account/security").await.accepted();
    ada.sends("/auth/sign-out", &[])
        .await
        .leads_to("/auth/sign-in?done=signed-out");
}

#[tokio::test]
async fn a_second_factor_cannot_be_shown_after_the_sign_in_was_ended() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let (_, phone, _) = crate::mfa::protected(&janua, ADA).await;
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &made.str("/id")).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    brings(&mut browser, &idp.writes(&said), &said.relay_state)
        .await
        .leads_to("/auth/second-factor");
    let ended = request(
        &janua,
        &idp.key,
        &made.str("/saml/slo_url"),
        "id-1",
        None,
        Binding::Redirect,
    );
    assert_eq!(delivers(&janua, &ended).await.status, 303);
    let sessions = "SELECT count(*) FROM sessions WHERE sso_login_id IS NOT NULL";
    browser.opens("/auth/second-factor").await.accepted();
    let refused = browser
        .sends("/auth/second-factor", &[("code", &phone.shows(&janua, 0))])
        .await;
    refused.says("belongs to no sign-in of this browser");
    assert_eq!(janua.count(sessions).await, 0);
}

#[tokio::test]
async fn openid_connect_signs_out_where_it_was_asked_for() {
    let idp = Idp::start().await;
    let janua = super::janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let id = acme
        .connects(&janua, &idp, json!({"single_logout": true}))
        .await
        .accepted()
        .str("/id");
    let mut ada = Browser::new(&janua);
    comes_back(&mut ada, &idp, &id, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    // What is kept of it lies sealed.
    assert_eq!(
        janua
            .count("SELECT count(*) FROM sso_logins WHERE sealed IS NOT NULL")
            .await,
        1
    );
    ada.opens("/account/security").await.accepted();
    let page = ada.sends("/auth/sign-out", &[]).await.accepted();
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    let url = Url::parse(&link).expect("a URL");
    assert!(link.starts_with(&format!("{}/end-session?", idp.url)), "{link}");
    let find = |name: &str| {
        url.query_pairs()
            .find(|(it, _)| it == name)
            .map(|(_, value)| value.into_owned())
    };
    assert!(
        find("post_logout_redirect_uri")
            .expect("an address")
            .ends_with("/auth/sign-in")
    );
    assert_eq!(find("id_token_hint").expect("a token").split('.').count(), 3);
    ada.opens("/api/v1/users/me").await.refused("NOT_AUTHENTICATED");
}
