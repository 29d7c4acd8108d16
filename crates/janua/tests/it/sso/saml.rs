//! Signing in at a provider that speaks SAML.

use serde_json::{Value, json};

use super::saml_idp::{CALLBACK, ENTITY, SamlIdp, Signed, asks, brings, changed, start};
use super::{ADA, CONNECTIONS, counted, leaves};
use crate::pages::browser::Browser;
use crate::support::minutes;

#[tokio::test]
async fn a_newcomer_gets_an_account_and_a_membership_and_comes_back_to_them() {
    let (janua, idp, acme) = start().await;
    let rules = json!([{"group": "bosses", "role": "admin"}]);
    let made = idp
        .connects(&janua, &acme, json!({"group_roles": rules}), json!({}))
        .await
        .accepted();
    let connection = made.str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = leaves(
        &mut browser,
        json!({"email": "Ada@Acme.com", "return_url": "/account/profile"}),
    )
    .await;
    let asked = SamlIdp::reads(&left.accepted().str("/redirect_url"));
    assert_eq!(asked.issuer, made.str("/saml/entity_id"));
    assert!(asked.acs.ends_with(CALLBACK));
    let said = idp
        .answer(&janua, &asked)
        .of("id-1", ADA)
        .with("groups", &["staff", "bosses"]);
    let arrived = brings(&mut browser, &idp.writes(&said), &said.relay_state).await;
    assert_eq!(arrived.status, 303, "{}", arrived.text);
    assert!(arrived.header("location").ends_with("/account/profile"));
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!(
        (&me["email"], &me["last_name"]),
        (&json!(ADA), &json!("Lovelace"))
    );
    let current = browser.opens("/api/v1/sessions/current").await.accepted().json();
    assert_eq!(current["amr"], json!(["federated"]));
    let organizations = browser.opens("/api/v1/organizations").await.accepted().json();
    assert_eq!(organizations["organizations"][0]["role"], "admin");
    assert_eq!(
        counted(&janua).await,
        (before.0 + 1, before.1 + 1, 1, before.3 + 1)
    );

    // The name at the provider counts, not the address, whichever of the two is signed.
    let mut other = Browser::new(&janua);
    let asked = asks(&mut other, &connection).await;
    let mut said = idp
        .answer(&janua, &asked)
        .of("id-1", "lovelace@elsewhere.example");
    said.signed = Signed::Response;
    brings(&mut other, &idp.writes(&said), &said.relay_state)
        .await
        .leads_to("/account/security");
    let same = other.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!((&same["id"], &same["email"]), (&me["id"], &me["email"]));
}

#[tokio::test]
async fn a_provider_that_wants_a_form_gets_one() {
    let (janua, idp, acme) = start().await;
    let saml = json!({"idp_sso_binding": "post"});
    let connection = idp
        .connects(&janua, &acme, json!({}), saml)
        .await
        .accepted()
        .str("/id");
    let mut browser = Browser::new(&janua);
    let left = leaves(
        &mut browser,
        json!({"connection_id": connection, "return_url": "/account/profile"}),
    )
    .await;
    let page = left.accepted().str("/redirect_url");
    let (_, page) = page.split_once("/auth/").expect("a page of ours");
    let page = browser.opens(&format!("/auth/{page}")).await.accepted();
    page.says("action=\"https://idp.example/sign-in\"");
    page.says("<script src=\"/assets/send.js\" defer></script>");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'") && policy.contains("form-action 'self'"),
        "{policy}"
    );
    browser.opens("/assets/send.js").await.accepted().says("submit()");
    browser.page = Some(page);
    let asked = SamlIdp::asked(&browser.hidden("SAMLRequest"), browser.hidden("RelayState"));
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    let arrived = brings(&mut browser, &idp.writes(&said), &said.relay_state).await;
    assert!(
        arrived.header("location").ends_with("/account/profile"),
        "{}",
        arrived.text
    );
}

#[tokio::test]
async fn a_connection_opens_what_it_may_and_says_what_it_wants() {
    let (janua, idp, acme) = start().await;
    let made = idp
        .connects(&janua, &acme, json!({}), json!({"allow_sha1": true}))
        .await
        .accepted();
    let id = made.str("/id");
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &id).await;
    let weak = changed(&idp.answer(&janua, &asked).of("id-1", ADA), |it| {
        it.digest = "http://www.w3.org/2000/09/xmldsig#sha1";
    });
    brings(&mut browser, &idp.writes(&weak), &weak.relay_state)
        .await
        .leads_to("/account/security");
    // Two certificates at once, so that the provider can replace its own without a gap.
    let next = super::saml_idp::pair(&janua);
    let both = [idp.key.certificate().pem(), next.certificate().pem()];
    let changes = json!({"saml": {"idp_certificates": both}});
    let told = acme.changes(&janua, &id, changes).await.accepted().json();
    assert_eq!(told["saml"]["idp_certificates"].as_array().map(Vec::len), Some(2));
    assert_eq!(told["saml"]["idp_certificates"][0]["days_left"], 365);
    for key in [&idp.key, &next] {
        let asked = asks(&mut browser, &id).await;
        let said = idp.answer(&janua, &asked).of("id-1", ADA);
        let xml = SamlIdp::writes_as(&said, key);
        janua.advance(minutes(2));
        let said = brings(&mut browser, &xml, &said.relay_state).await;
        said.leads_to("/account/security");
    }
    acme.changes(&janua, &id, json!({"saml": {"want_encrypted_assertions": true}}))
        .await
        .accepted();
    let asked = asks(&mut browser, &id).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    let refused = brings(&mut browser, &idp.writes(&said), &said.relay_state).await;
    assert!(
        refused
            .refused("SSO_AUTHENTICATION_ERROR")
            .str("/details/reason")
            .contains("not encrypted")
    );
}

#[tokio::test]
async fn a_connection_is_described_by_metadata_or_by_hand() {
    let (janua, idp, acme) = start().await;
    let body = json!({"organization_id": acme.organization, "kind": "saml", "name": "By hand"});
    let made = acme.owner.post(&janua, CONNECTIONS, body).await.accepted();
    let missing = json!(["saml.idp_entity_id", "saml.idp_sso_url", "saml.idp_certificates"]);
    assert_eq!(made.json()["missing"], missing);
    let id = made.str("/id");
    acme.changes(&janua, &id, json!({"state": "enabled"}))
        .await
        .refused("SSO_CONNECTION_INCOMPLETE");
    for (field, value) in [
        ("idp_sso_url", json!("javascript:alert(1)")),
        ("idp_sso_url", json!("https://user@idp.example/")),
        ("idp_sso_binding", json!("artifact")),
        ("idp_certificates", json!(["no certificate"])),
        ("idp_metadata", json!("<x/>")),
        (
            "idp_metadata",
            json!(idp.metadata().replace("https://idp.example/sign-in", "ftp://x")),
        ),
        ("idp_metadata_url", json!("http://169.254.169.254/latest")),
        ("idp_metadata_url", json!("file:///etc/passwd")),
        ("name_id_format", json!("transient")),
        ("own_certificates", json!([])),
        ("idp_entity_id", json!(" ")),
    ] {
        let refused = acme.changes(&janua, &id, json!({"saml": {field: value}})).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.text);
    }
    let hand = json!({"idp_entity_id": ENTITY, "idp_sso_url": "https://idp.example/sign-in",
        "idp_certificates": [idp.key.certificate().base64()]});
    let told = acme
        .changes(&janua, &id, json!({"state": "enabled", "saml": hand}))
        .await
        .accepted();
    assert_eq!(
        (told.str("/saml/idp_sso_binding"), told.json()["missing"].clone()),
        ("redirect".to_owned(), json!([]))
    );
    acme.changes(&janua, &id, json!({"oidc": {"client_id": "x"}}))
        .await
        .refused("INVALID_FIELD");
    // Our own key lies sealed, and is shown to nobody.
    assert!(!told.text.contains("PRIVATE KEY"));
    let stored = "SELECT count(*) FROM sso_connections WHERE settings LIKE '%PRIVATE%'";
    assert_eq!(janua.count(stored).await, 0);
    let facts = janua.facts("sso.connection_updated").await;
    assert_eq!(
        facts["idp_certificates"][0],
        idp.key.certificate().sha256_fingerprint()
    );
    assert!(
        told.str("/saml/certificates/0/pem")
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    let by_metadata = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    assert_eq!(by_metadata.str("/saml/idp_slo_url"), "https://idp.example/slo");

    // What the provider imports: the same for everybody who has the address, and of no other connection.
    let at = told.str("/saml/metadata_url");
    let (_, path) = at.split_once("/api/").expect("a path");
    let metadata = janua.get(&format!("/api/{path}")).await.accepted();
    assert_eq!(metadata.header("content-type"), "application/samlmetadata+xml");
    for expected in [
        at.as_str(),
        "AuthnRequestsSigned=\"true\"",
        "use=\"signing\"",
        "use=\"encryption\"",
        CALLBACK,
    ] {
        assert!(
            metadata.text.contains(expected),
            "no {expected} in {}",
            metadata.text
        );
    }
    janua
        .get("/api/v1/sso/connections/x/metadata")
        .await
        .refused("SSO_CONNECTION_NOT_FOUND");
}

#[tokio::test]
async fn a_trial_tells_what_is_wrong_and_where_each_attribute_went() {
    let (janua, idp, acme) = start().await;
    let draft = json!({"state": "draft"});
    let id = idp
        .connects(&janua, &acme, draft, json!({}))
        .await
        .accepted()
        .str("/id");
    let at = format!("{CONNECTIONS}/{id}/test");
    let report = acme.owner.post(&janua, &at, json!({})).await.accepted().json();
    assert_eq!(report["ok"], true, "{report}");
    let before = counted(&janua).await;
    let url = report["test_url"].as_str().expect("a link");
    let (_, page) = url.split_once("/auth/").expect("a page");
    let mut browser = Browser::new(&janua);
    let page = browser.opens(&format!("/auth/{page}")).await.accepted();
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    let said = idp
        .answer(&janua, &SamlIdp::reads(&link))
        .of("id-7", "ada@elsewhere.com");
    let xml = idp.writes(&said);
    let result = brings(&mut browser, &xml, &said.relay_state)
        .await
        .accepted()
        .json();
    assert_eq!(
        (&result["subject"], &result["email_is_trusted"]),
        (&json!("id-7"), &json!(false))
    );
    assert_eq!(
        (&result["last_name"], &result["missing"]),
        (&json!("Lovelace"), &json!(["groups"]))
    );
    let attributes = result["attributes"].as_array().expect("attributes");
    let of = |name: &str| {
        attributes
            .iter()
            .find(|it| it["name"].as_str().is_some_and(|it| it.ends_with(name)))
    };
    assert_eq!(of("surname").expect("it is there")["mapped_to"], "last_name");
    assert_eq!(of("NameID").expect("it is there")["mapped_to"], Value::Null);
    assert_eq!(counted(&janua).await, before);
    assert_eq!(janua.count("SELECT count(*) FROM sso_assertions").await, 1);
}

#[tokio::test]
async fn our_next_key_is_announced_before_it_is_used() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let id = made.str("/id");
    let at = format!("{CONNECTIONS}/{id}/rotate-key");
    let metadata = async || {
        janua
            .get(&format!("{CONNECTIONS}/{id}/metadata"))
            .await
            .accepted()
            .text
    };
    let signing = |text: &str| text.matches("use=\"signing\"").count();
    assert_eq!(signing(&metadata().await), 1);
    acme.owner
        .post(&janua, &at, json!({"step": "use"}))
        .await
        .refused("SSO_CONNECTION_INCOMPLETE");
    acme.owner
        .post(&janua, &at, json!({"step": "x"}))
        .await
        .refused("INVALID_FIELD");
    let announced = acme
        .owner
        .post(&janua, &at, json!({"step": "announce"}))
        .await
        .accepted();
    let [old, new] = [0, 1].map(|it| announced.str(&format!("/saml/certificates/{it}/sha256_fingerprint")));
    assert_eq!(old, made.str("/saml/certificates/0/sha256_fingerprint"));
    assert_eq!(signing(&metadata().await), 2);
    let again = acme
        .owner
        .post(&janua, &at, json!({"step": "announce"}))
        .await
        .accepted();
    assert_eq!(again.str("/saml/certificates/1/sha256_fingerprint"), new);
    let used = acme
        .owner
        .post(&janua, &at, json!({"step": "use"}))
        .await
        .accepted();
    assert_eq!(used.str("/saml/certificates/0/sha256_fingerprint"), new);
    assert_eq!(
        (
            signing(&metadata().await),
            used.json()["saml"]["next_certificate_announced"].clone()
        ),
        (1, json!(false))
    );
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &id).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    brings(&mut browser, &idp.writes(&said), &said.relay_state)
        .await
        .leads_to("/account/security");
}
