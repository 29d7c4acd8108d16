//! Connections: who may look after them, what is kept of them, and trying them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use janua::crypto::signing::{Jwks, PublicKey};
use janua_saml::Certificate;
use serde_json::{Value, json};

use super::{ADA, CONNECTIONS, Customer, claims, comes_back, counted, janua_with};
use crate::organizations::{Insider, joins};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::social::idp::{CLIENT, Idp, SECRET, Trouble};
use crate::support::TestJanua;

#[tokio::test]
async fn a_connection_is_added_changed_and_deleted() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let body = json!({"organization_id": acme.organization, "kind": "oidc", "name": "Acme ID"});
    let made = acme.owner.post(&janua, CONNECTIONS, body).await.accepted();
    assert_eq!(
        (made.status.as_u16(), made.str("/state")),
        (201, "draft".to_owned())
    );
    assert_eq!(
        made.json()["missing"],
        json!(["oidc.issuer", "oidc.client_id", "oidc.client_secret"])
    );
    assert!(made.str("/callback_url").ends_with("/api/v1/sso/callback"));
    let id = made.str("/id");
    let refused = acme.changes(&janua, &id, json!({"state": "enabled"})).await;
    let refused = refused.refused("SSO_CONNECTION_INCOMPLETE");
    assert_eq!(refused.json()["details"]["missing"][0], "oidc.issuer");
    let oidc = json!({"issuer": idp.url, "client_id": CLIENT, "client_secret": SECRET});
    let changed = acme
        .changes(&janua, &id, json!({"state": "enabled", "oidc": oidc}))
        .await
        .accepted();
    assert_eq!(changed.json()["oidc"]["has_client_secret"], true);
    // What is not named stays; the secret is shown to nobody, and lies sealed.
    let changed = acme
        .changes(&janua, &id, json!({"name": "Acme"}))
        .await
        .accepted()
        .json();
    assert_eq!(
        (&changed["state"], &changed["oidc"]["client_id"]),
        (&json!("enabled"), &json!(CLIENT))
    );
    let read = acme
        .owner
        .get(&janua, &format!("{CONNECTIONS}/{id}"))
        .await
        .accepted();
    assert!(!read.text.contains("s3cret"), "{}", read.text);
    let stored = "SELECT count(*) FROM sso_connections WHERE settings LIKE '%s3cret%'";
    assert_eq!(janua.count(stored).await, 0);
    let list = acme.owner.get(&janua, CONNECTIONS).await.accepted().json();
    assert_eq!(list["connections"][0], read.json());
    for (field, value) in [
        ("kind", json!("saml")),
        ("state", json!("on")),
        ("name", json!(" ")),
        ("organization_id", json!("x")),
        ("sealed", json!("x")),
    ] {
        let refused = acme.changes(&janua, &id, json!({field: value})).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.text);
    }
    let gone = acme.owner.delete(&janua, &format!("{CONNECTIONS}/{id}")).await;
    assert_eq!(gone.status, 204);
    acme.changes(&janua, &id, json!({}))
        .await
        .refused("SSO_CONNECTION_NOT_FOUND");
    let events = janua.events().await;
    for name in [
        "sso.connection_created",
        "sso.connection_updated",
        "sso.connection_deleted",
    ] {
        assert!(events.iter().any(|it| it == name), "{name}");
    }
}

#[tokio::test]
async fn without_the_secret_nothing_is_enabled_and_the_error_says_what_to_set() {
    let idp = Idp::start().await;
    let settings = [
        ("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1/32"),
        ("WEBHOOK_ALLOW_HTTP", "true"),
    ];
    let janua = idp.janua(&settings).await;
    let acme = Customer::of(&janua, "acme").await;
    let refused = acme
        .connects(&janua, &idp, json!({}))
        .await
        .refused("SSO_RELAY_STATE_SECRET_MISSING");
    assert!(
        refused
            .str("/message")
            .contains("SSO_RELAY_STATE_SECRET must be set")
    );
    let draft = acme
        .connects(&janua, &idp, json!({"state": "draft"}))
        .await
        .accepted()
        .str("/id");
    acme.changes(&janua, &draft, json!({"state": "enabled"}))
        .await
        .refused("SSO_RELAY_STATE_SECRET_MISSING");
    janua
        .post(super::INITIATE, json!({"connection_id": draft}))
        .await
        .refused("SSO_RELAY_STATE_SECRET_MISSING");
    let page = janua.get("/auth/sign-in").await.accepted();
    assert!(!page.text.contains("/auth/sso"));
}

#[tokio::test]
async fn only_who_may_looks_after_connections() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let id = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let of = |who: Insider| Customer {
        owner: who,
        organization: acme.organization.clone(),
    };
    let admin = Insider::of(&janua, "admin@example.com").await;
    joins(&janua, &acme.organization, &admin, "admin").await;
    of(admin)
        .changes(&janua, &id, json!({"name": "By an admin"}))
        .await
        .accepted();
    let member = Insider::of(&janua, "member@example.com").await;
    joins(&janua, &acme.organization, &member, "member").await;
    let member = of(member);
    member
        .connects(&janua, &idp, json!({}))
        .await
        .refused("PERMISSION_DENIED");
    member
        .changes(&janua, &id, json!({}))
        .await
        .refused("PERMISSION_DENIED");
    let list = member.owner.get(&janua, CONNECTIONS).await.accepted().json();
    assert_eq!(list, json!({"connections": []}));
    let stranger = of(Insider::of(&janua, "eve@example.com").await);
    stranger
        .connects(&janua, &idp, json!({}))
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    stranger
        .changes(&janua, &id, json!({}))
        .await
        .refused("SSO_CONNECTION_NOT_FOUND");
    let at = format!("{CONNECTIONS}/{id}/test");
    stranger
        .owner
        .post(&janua, &at, json!({}))
        .await
        .refused("SSO_CONNECTION_NOT_FOUND");
    // The organization's own key need not name it, and reaches no other one.
    let other = Customer::of(&janua, "other").await;
    for (whose, reaches) in [(&acme, true), (&other, false)] {
        let key = json!({"name": "sso", "scopes": ["sso:manage"]});
        let path = crate::organizations::path(&whose.organization, "/api-keys");
        let key = whose.owner.post(&janua, &path, key).await.accepted().str("/key");
        let request = janua.request(reqwest::Method::GET, CONNECTIONS).bearer_auth(&key);
        let list = janua.send(request).await.accepted().json();
        assert_eq!(
            list["connections"].as_array().map(Vec::len),
            Some(usize::from(reaches))
        );
    }
}

fn check<'a>(report: &'a Value, name: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("checks");
    checks
        .iter()
        .find(|it| it["check"] == name)
        .unwrap_or_else(|| panic!("no {name} in {report}"))
}

async fn tries(janua: &TestJanua, acme: &Customer, id: &str) -> Value {
    let at = format!("{CONNECTIONS}/{id}/test");
    acme.owner.post(janua, &at, json!({})).await.accepted().json()
}

#[tokio::test]
async fn a_trial_tells_what_is_wrong_and_where_each_attribute_went() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let id = acme
        .connects(&janua, &idp, json!({"state": "draft"}))
        .await
        .accepted()
        .str("/id");
    let report = tries(&janua, &acme, &id).await;
    assert_eq!(report["ok"], true, "{report}");
    assert_eq!(check(&report, "domains")["detail"], "acme.com");
    for trouble in [Trouble::Pretends, Trouble::Fails] {
        idp.turns(trouble);
        let report = tries(&janua, &acme, &id).await;
        assert_eq!(
            (&report["ok"], &check(&report, "discovery")["ok"]),
            (&json!(false), &json!(false))
        );
    }
    idp.turns(Trouble::None);
    let report = tries(&janua, &acme, &id).await;
    let before = counted(&janua).await;
    // In whatever browser.
    let url = report["test_url"].as_str().expect("a link");
    let at = url
        .split_once("/auth/")
        .map(|(_, rest)| format!("/auth/{rest}"))
        .expect("a page");
    let mut browser = Browser::new(&janua);
    let page = browser.opens(&at).await.accepted();
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    let mut said = claims(&idp, "7", "ada@elsewhere.com");
    said["groups"] = json!(["<b>staff</b>"]);
    said["surname"] = json!("Byron");
    let back = idp.signs_in(&link, said.clone());
    let result = browser.opens(&back).await.accepted().json();
    assert_eq!(
        (&result["subject"], &result["email_is_trusted"]),
        (&json!("7"), &json!(false))
    );
    assert_eq!(
        (&result["last_name"], &result["missing"]),
        (&json!("Byron"), &json!([]))
    );
    let attributes = result["attributes"].as_array().expect("attributes");
    let of = |name: &str| {
        attributes
            .iter()
            .find(|it| it["name"] == name)
            .expect("an attribute")
    };
    assert_eq!(of("surname")["mapped_to"], "last_name");
    assert_eq!(of("family_name")["mapped_to"], Value::Null);
    let page = browser.opens(&at).await.accepted();
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    said["email"] = json!(ADA);
    let back = idp.signs_in(&link, said);
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = janua
        .request(reqwest::Method::GET, &back)
        .header("cookie", cookies.join("; "));
    let page = janua.send(request.header("accept", "text/html")).await.accepted();
    assert_page(&page);
    page.says("its domain is verified");
    assert!(!page.text.contains("<b>staff"), "{}", page.text);
    assert_eq!(counted(&janua).await, before);
    for ticket in ["x", "a.b.c", &at[at.len() - 20..]] {
        browser
            .opens(&format!("/auth/sso?test={ticket}"))
            .await
            .says("belongs to no sign-in");
    }
    janua.advance(crate::support::minutes(16));
    assert_eq!(browser.opens(&at).await.status, 401);
}

#[tokio::test]
async fn a_key_of_our_own_proves_who_we_are() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let oidc = json!({"issuer": idp.url, "client_id": CLIENT, "client_auth": "private_key_jwt"});
    let made = acme
        .connects(&janua, &idp, json!({"oidc": oidc}))
        .await
        .accepted();
    let id = made.str("/id");
    assert!(made.str("/oidc/jwks_uri").ends_with(&format!("/{id}/jwks")));
    let jwks = janua
        .get(&format!("{CONNECTIONS}/{id}/jwks"))
        .await
        .accepted()
        .json();
    assert!(
        jwks["keys"][0]["n"].is_string() && jwks["keys"][0]["d"].is_null(),
        "{jwks}"
    );
    let read: Jwks = serde_json::from_value(jwks.clone()).expect("keys");
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &id, claims(&idp, "1", ADA))
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    idp.agrees_on(PublicKey::from_jwk(&read.keys[0]).expect("a key"));
    comes_back(&mut browser, &idp, &id, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    // Who knows keys by certificates finds this one by its thumbprints.
    let certificate = Certificate::from_pem(&made.str("/oidc/certificate")).expect("a certificate");
    let heads = idp.proof_headers();
    let head = heads.last().expect("a proof");
    for (name, shown) in [
        ("x5t", certificate.sha1_fingerprint()),
        ("x5t#S256", certificate.sha256_fingerprint()),
    ] {
        let told = URL_SAFE_NO_PAD.decode(head[name].as_str().expect("a text"));
        let told: Vec<String> = told
            .expect("base64")
            .iter()
            .map(|it| format!("{it:02X}"))
            .collect();
        assert_eq!(told.join(":"), shown, "{name}");
    }
    assert_eq!(
        (&head["alg"], &head["typ"], &head["kid"]),
        (&json!("RS256"), &json!("JWT"), &jwks["keys"][0]["kid"])
    );
    // Asked for again it stays the same.
    acme.changes(&janua, &id, json!({"oidc": {"client_auth": "private_key_jwt"}}))
        .await
        .accepted();
    assert_eq!(
        janua
            .get(&format!("{CONNECTIONS}/{id}/jwks"))
            .await
            .accepted()
            .json(),
        jwks
    );
    // It is no secret for the other ways.
    let changed = acme
        .changes(
            &janua,
            &id,
            json!({"state": "draft", "oidc": {"client_auth": "client_secret_post"}}),
        )
        .await;
    assert_eq!(
        changed.accepted().json()["missing"],
        json!(["oidc.client_secret"])
    );
    janua
        .get(&format!("{CONNECTIONS}/{id}/jwks"))
        .await
        .refused("SSO_CONNECTION_NOT_FOUND");
}
