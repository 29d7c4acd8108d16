//! The metadata of providers: fetched where it may be, fetched again, and kept where that fails.

use std::sync::{Arc, Mutex};

use axum::routing::get;
use janua::sso::saml::expiry;
use janua::sso::saml::refreshing::refresh;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::saml_idp::{ENTITY, SamlIdp, asks, brings, janua_with, pair, start};
use super::{ADA, CONNECTIONS, Customer};
use crate::pages::browser::Browser;
use crate::support::{days, hours};

type Shown = Arc<Mutex<(u16, String)>>;

/// A place that shows what it is told to.
async fn place(text: String) -> (String, Shown) {
    let shown: Shown = Arc::new(Mutex::new((200, text)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/metadata", listener.local_addr().expect("an address"));
    let own = shown.clone();
    let answer = move || {
        let (status, text) = own.lock().expect("not poisoned").clone();
        async move { (StatusCode::from_u16(status).expect("a status"), text) }
    };
    let router = axum::Router::new().route("/metadata", get(answer));
    tokio::spawn(async { axum::serve(listener, router).await });
    (url, shown)
}

fn certificates(connection: &Value) -> Vec<String> {
    let all = connection["saml"]["idp_certificates"]
        .as_array()
        .expect("certificates");
    let prints = all.iter().filter_map(|it| it["sha256_fingerprint"].as_str());
    prints.map(str::to_owned).collect()
}

#[tokio::test]
async fn metadata_is_fetched_again_and_the_last_good_one_stays() {
    let janua = janua_with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "6000")]).await;
    let (idp, acme) = (SamlIdp::new(&janua), Customer::of(&janua, "acme").await);
    let (url, shown) = place(idp.metadata()).await;
    let body = json!({"organization_id": acme.organization, "kind": "saml", "name": "Acme", "state": "enabled",
        "saml": {"idp_metadata_url": url}});
    let made = acme.owner.post(&janua, CONNECTIONS, body).await.accepted();
    let id = made.str("/id");
    assert_eq!(
        (
            made.str("/saml/idp_entity_id"),
            made.str("/saml/idp_metadata_url")
        ),
        (ENTITY.to_owned(), url)
    );
    assert!(made.json()["saml"]["idp_metadata_read_at"].is_string());
    let now = async || {
        let at = format!("{CONNECTIONS}/{id}");
        acme.owner.get(&janua, &at).await.accepted().json()
    };
    // Not before its time.
    let next = pair(&janua);
    let both = [idp.key.certificate(), next.certificate()];
    shown.lock().expect("not poisoned").1 = SamlIdp::metadata_with(&both);
    refresh(&janua.app).await.expect("it runs");
    assert_eq!(certificates(&now().await).len(), 1);
    janua.advance(hours(7));
    refresh(&janua.app).await.expect("it runs");
    assert_eq!(
        certificates(&now().await),
        both.map(janua_saml::Certificate::sha256_fingerprint)
    );
    let facts = janua.facts("sso.connection_updated").await;
    assert_eq!(facts["idp_certificates"].as_array().map(Vec::len), Some(2));
    let mut browser = Browser::new(&janua);
    let asked = asks(&mut browser, &id).await;
    let said = idp.answer(&janua, &asked).of("id-1", ADA);
    let xml = SamlIdp::writes_as(&said, &next);
    brings(&mut browser, &xml, &said.relay_state)
        .await
        .leads_to("/account/security");
    // What is wrong is told, and takes nothing away.
    let stranger =
        SamlIdp::metadata_with(&[pair(&janua).certificate()]).replace(ENTITY, "https://evil.example");
    for (status, text) in [
        (500, String::new()),
        (200, "nonsense".to_owned()),
        (404, idp.metadata()),
        (200, stranger),
    ] {
        *shown.lock().expect("not poisoned") = (status, text);
        janua.advance(hours(7));
        refresh(&janua.app).await.expect("it runs");
        let now = now().await;
        assert_eq!(certificates(&now).len(), 2, "{status}");
        assert!(now["saml"]["idp_metadata_trouble"].is_string(), "{now}");
        assert_eq!(now["saml"]["idp_entity_id"], ENTITY);
    }
    *shown.lock().expect("not poisoned") = (200, idp.metadata());
    janua.advance(hours(2));
    refresh(&janua.app).await.expect("it runs");
    let mended = now().await;
    assert_eq!(
        certificates(&mended),
        [idp.key.certificate().sha256_fingerprint()]
    );
    assert_eq!(mended["saml"]["idp_metadata_trouble"], Value::Null);
    // Nothing is fetched any more.
    acme.changes(&janua, &id, json!({"saml": {"idp_metadata_url": ""}}))
        .await
        .accepted();
    shown.lock().expect("not poisoned").1 = SamlIdp::metadata_with(&both);
    janua.advance(hours(9));
    refresh(&janua.app).await.expect("it runs");
    assert_eq!(certificates(&now().await).len(), 1);
}

#[tokio::test]
async fn metadata_that_cannot_be_had_is_told_at_once() {
    let (janua, idp, acme) = start().await;
    let (url, shown) = place("x".repeat(2 * 1024 * 1024)).await;
    for (status, text) in [
        (200, None),
        (302, Some(idp.metadata())),
        (200, Some("<x/>".to_owned())),
    ] {
        if let Some(text) = text {
            *shown.lock().expect("not poisoned") = (status, text);
        }
        let body = json!({"organization_id": acme.organization, "kind": "saml", "name": "Acme",
            "saml": {"idp_metadata_url": url}});
        let refused = acme
            .owner
            .post(&janua, CONNECTIONS, body)
            .await
            .refused("INVALID_FIELD");
        assert_eq!(refused.str("/details/field"), "saml.idp_metadata_url");
    }
}

#[tokio::test]
async fn metadata_that_has_to_be_signed_counts_by_that_signature_alone() {
    let janua = janua_with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "6000")]).await;
    let (idp, acme) = (SamlIdp::new(&janua), Customer::of(&janua, "acme").await);
    let (federation, mallory) = (pair(&janua), pair(&janua));
    let pinned = federation.certificate().pem();
    let (url, shown) = place(idp.metadata()).await;
    let body = |more: Value| {
        let mut saml = json!({"idp_metadata_certificate": pinned});
        for (name, value) in more.as_object().into_iter().flatten() {
            saml[name] = value.clone();
        }
        json!({"organization_id": acme.organization, "kind": "saml", "name": "Acme", "state": "enabled", "saml": saml})
    };
    let altered = idp
        .metadata_signed(&federation)
        .replace("https://idp.example/sign-in", "https://mallory.example/sign-in");
    for (field, saml) in [
        ("saml.idp_metadata", json!({"idp_metadata": idp.metadata()})),
        (
            "saml.idp_metadata",
            json!({"idp_metadata": idp.metadata_signed(&mallory)}),
        ),
        ("saml.idp_metadata", json!({"idp_metadata": altered})),
        ("saml.idp_metadata_url", json!({"idp_metadata_url": url})),
        (
            "saml.idp_metadata_certificate",
            json!({"idp_metadata": idp.metadata(), "idp_metadata_certificate": "nonsense"}),
        ),
    ] {
        let refused = acme.owner.post(&janua, CONNECTIONS, body(saml)).await;
        assert_eq!(refused.refused("INVALID_FIELD").str("/details/field"), field);
    }
    shown.lock().expect("not poisoned").1 = idp.metadata_signed(&federation);
    let made = acme
        .owner
        .post(&janua, CONNECTIONS, body(json!({"idp_metadata_url": url})));
    let id = made.await.accepted().str("/id");
    let now = async || {
        let at = format!("{CONNECTIONS}/{id}");
        acme.owner.get(&janua, &at).await.accepted().json()
    };
    assert_eq!(
        now().await["saml"]["idp_metadata_certificate"]["sha256_fingerprint"],
        federation.certificate().sha256_fingerprint()
    );
    // What is kept counts when it is fetched again, and when another address or text is named alone.
    shown.lock().expect("not poisoned").1 = SamlIdp::metadata_with(&[mallory.certificate()]);
    janua.advance(hours(7));
    refresh(&janua.app).await.expect("it runs");
    assert_eq!(
        certificates(&now().await),
        [idp.key.certificate().sha256_fingerprint()]
    );
    assert!(now().await["saml"]["idp_metadata_trouble"].is_string());
    for saml in [
        json!({"idp_metadata_url": url}),
        json!({"idp_metadata_url": "", "idp_metadata": idp.metadata()}),
    ] {
        acme.changes(&janua, &id, json!({"saml": saml}))
            .await
            .refused("INVALID_FIELD");
    }
    // Whoever takes the certificate away vouches for what they bring.
    let saml = json!({"idp_metadata_certificate": "", "idp_metadata_url": url});
    acme.changes(&janua, &id, json!({"saml": saml})).await.accepted();
    assert_eq!(
        certificates(&now().await),
        [mallory.certificate().sha256_fingerprint()]
    );
}

#[tokio::test]
async fn the_doctor_tells_of_certificates_that_end_and_of_metadata_that_cannot_be_taken() {
    let janua = janua_with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "600000")]).await;
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let (idp, acme) = (SamlIdp::new(&janua), Customer::of(&janua, "acme").await);
    let (url, shown) = place(idp.metadata()).await;
    let body = json!({"organization_id": acme.organization, "kind": "saml", "name": "Acme", "state": "enabled",
        "saml": {"idp_metadata_url": url}});
    acme.owner.post(&janua, CONNECTIONS, body).await.accepted();
    let told = async || {
        let admin = root.signs_in().await;
        let found = admin.get(&janua, "/api/v1/admin/doctor").await.accepted().json();
        let all = found["findings"].as_array().expect("findings").clone();
        let of = |code: &str| {
            all.iter()
                .find(|it| it["code"] == code)
                .and_then(|it| it["cause"].as_str().map(str::to_owned))
        };
        (of("JD-SSO-036"), of("JD-SSO-037"))
    };
    assert_eq!(told().await, (None, None));
    *shown.lock().expect("not poisoned") = (404, String::new());
    janua.advance(days(306));
    refresh(&janua.app).await.expect("it runs");
    let (ends, metadata) = told().await;
    assert!(ends.expect("told").contains("ends in 59 days"));
    assert!(metadata.expect("told").contains("status 404"));
    janua.advance(days(60));
    assert!(told().await.0.expect("told").contains("ended"));
}

#[tokio::test]
async fn owners_are_told_before_the_last_certificate_ends() {
    let (janua, idp, acme) = start().await;
    idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let told = async || {
        expiry::warn(&janua.app).await.expect("it runs");
        let mails = janua.mails("owner@acme.example").await;
        mails
            .iter()
            .filter(|it| it.subject.contains("certificate"))
            .count()
    };
    // 365 days are left.
    assert_eq!(told().await, 0);
    janua.advance(days(304));
    assert_eq!(told().await, 0);
    for (more, expected) in [(1, 1), (0, 1), (20, 1), (10, 2), (23, 3), (6, 3), (30, 3)] {
        janua.advance(days(more));
        assert_eq!(told().await, expected, "{more} days later");
    }
    let mails = janua.mails("owner@acme.example").await;
    let mail = mails
        .iter()
        .find(|it| it.subject.contains("certificate"))
        .expect("a mail");
    assert!(
        mail.text.contains("Acme SAML") && mail.text.contains("days"),
        "{}",
        mail.text
    );
}
