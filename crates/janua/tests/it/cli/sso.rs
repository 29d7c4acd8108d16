//! `janua sso`: messages told without a server, and certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use janua::io::clock::Clock;
use janua_saml::KeyPair;

use crate::process::Home;

const RESPONSE: &str = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" IssueInstant="2030-01-01T00:00:00Z"
  Destination="https://janua.example/api/v1/sso/callback" InResponseTo="_q"><saml:Issuer>https://idp.example</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion ID="_a" Version="2.0" IssueInstant="2030-01-01T00:00:00Z"><saml:Issuer>https://idp.example</saml:Issuer>
  <saml:Subject><saml:NameID>ada@example.com</saml:NameID></saml:Subject>
  <saml:Conditions NotOnOrAfter="2030-01-01T00:05:00Z"><saml:AudienceRestriction><saml:Audience>https://janua.example/saml
  </saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement><saml:Attribute Name="phone">
  <saml:AttributeValue>+15550100</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>
  </samlp:Response>"#;

fn year(year: i32) -> DateTime<Utc> {
    format!("{year}-01-01T00:00:00Z").parse().expect("a time")
}

#[test]
fn a_message_is_told_however_it_is_packed_and_people_stay_hidden() {
    let home = Home::embedded();
    let packed = STANDARD.encode(RESPONSE);
    std::fs::write(home.path().join("response.b64"), &packed).expect("written");
    let field = format!(
        "RelayState=x&SAMLResponse={}",
        packed.replace('+', "%2B").replace('=', "%3D")
    );
    for told in [
        home.order(&["sso", "decode", "response.b64"]).well().stdout,
        home.order(&["sso", "debug", "response.b64"]).well().stdout,
        home.order_typing(&["sso", "decode", "-"], RESPONSE).well().stdout,
        home.order_typing(&["sso", "decode", "-"], &field).well().stdout,
    ] {
        assert!(told.starts_with("Response ("), "{told}");
        for fact in [
            "https://janua.example/api/v1/sso/callback",
            "https://idp.example",
            "https://janua.example/saml",
            "2030-01-01T00:05:00Z",
            "status:Success",
            "Attribute phone",
            "nothing in it is signed",
        ] {
            assert!(told.contains(fact), "{fact}: {told}");
        }
        assert!(!told.contains("ada@") && !told.contains("15550100"), "{told}");
    }
    let shown = home
        .order(&["sso", "decode", "response.b64", "--show-personal", "--json"])
        .well()
        .json();
    assert_eq!(shown["kind"], "Response");
    assert!(shown["facts"].to_string().contains("ada@example.com"));
    assert_eq!(shown["troubles"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_no_message_is_refused_with_a_reason() {
    let home = Home::embedded();
    home.order(&["sso", "decode", "absent.b64"]).failed(3);
    home.order(&["sso", "cert-info", "absent.pem"]).failed(3);
    for (nonsense, reason) in [
        ("<html>", "not acceptable XML"),
        ("hello, world", "not in base64"),
        ("<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", "not acceptable XML"),
        ("", "empty"),
    ] {
        let done = home.order_typing(&["sso", "decode", "-"], nonsense).failed(1);
        assert!(
            done.stderr.contains("Invalid SAML response") && done.stdout.is_empty(),
            "{done:?}"
        );
        assert!(reason == "empty" || done.stderr.contains(reason), "{done:?}");
        home.order_typing(&["sso", "cert-info", "-"], nonsense).failed(1);
    }
}

#[test]
fn a_certificate_is_told_with_its_dates_and_fingerprints() {
    let home = Home::embedded();
    let made = |name: &str, from, to| KeyPair::generate(name, year(from), year(to)).expect("a key");
    let (good, old, coming) = (
        made("good", 2020, 2090),
        made("old", 2010, 2020),
        made("coming", 2080, 2090),
    );
    let file = home.path().join("idp.pem");
    let all: String = [&good, &old, &coming].map(|it| it.certificate().pem()).concat();
    std::fs::write(&file, all).expect("written");
    let told = home
        .order(&["sso", "cert-info", "idp.pem", "--json"])
        .well()
        .json();
    let states = [
        ("CN=good", "valid"),
        ("CN=old", "expired"),
        ("CN=coming", "not yet valid"),
    ];
    for (at, (subject, state)) in states.into_iter().enumerate() {
        assert_eq!(told[at]["subject"], subject);
        assert_eq!(told[at]["state"], state);
    }
    assert_eq!(told[0]["not_after"], "2090-01-01T00:00:00.000Z");
    let left = year(2090) - Clock::System.now();
    let days = told[0]["days_left"].as_i64().expect("a number");
    assert!((left - TimeDelta::days(days)).num_days().abs() <= 1);
    let text = home.order(&["sso", "cert-info", "idp.pem"]).well().stdout;
    assert!(text.contains(&good.certificate().sha256_fingerprint()), "{text}");
    assert!(text.contains(&good.certificate().sha1_fingerprint()), "{text}");
    let encoded = good.certificate().base64();
    assert!(
        home.order_typing(&["sso", "cert-info", "-"], &encoded)
            .well()
            .stdout
            .contains("CN=good")
    );
}
