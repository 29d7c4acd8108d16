//! Messages of ours, messages about signing out, metadata and certificates, as seen from outside.

mod provider_metadata;

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use janua_saml::authn_request::{self, AuthnRequest};
use janua_saml::logout::{self, Incoming, LogoutRequest, LogoutResponse, Outcome};
use janua_saml::{
    Binding, Certificate, Endpoint, IdentityProvider, KeyPair, Kind, NameId, Outgoing, PostForm,
    ServiceProvider, decode, message_id, metadata, name_id,
};
use url::Url;

static NOW: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2030-01-01T00:00:00Z".parse().expect("a time"));
static KEYS: LazyLock<[KeyPair; 3]> = LazyLock::new(|| ["sp", "idp", "other"].map(pair));

fn pair(name: &str) -> KeyPair {
    KeyPair::generate(name, *NOW - TimeDelta::days(1), *NOW + TimeDelta::days(365)).expect("a key")
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

fn party(name: &str, key: &KeyPair) -> ServiceProvider {
    ServiceProvider {
        entity_id: format!("https://{name}.example/saml"),
        acs: url(&format!("https://{name}.example/acs?a=1&b=2")),
        slo: Some(url(&format!("https://{name}.example/slo"))),
        signing: key.clone(),
        next_signing: Some(KEYS[2].certificate().clone()),
        decryption: vec![key.clone()],
        name_id_format: Some(name_id::EMAIL_ADDRESS.to_owned()),
        wants_assertions_signed: true,
    }
}

fn sp() -> ServiceProvider {
    party("sp", &KEYS[0])
}

/// The other side, which writes its messages about signing out by the same rules.
fn idp() -> ServiceProvider {
    party("idp", &KEYS[1])
}

fn pinned() -> IdentityProvider {
    IdentityProvider {
        entity_id: idp().entity_id,
        sign_in: Vec::new(),
        sign_out: Vec::new(),
        certificates: vec![KEYS[1].certificate().clone()],
        wants_signed_requests: false,
        name_id_formats: Vec::new(),
        valid_until: None,
    }
}

fn endpoint(binding: Binding, location: &str) -> Endpoint {
    Endpoint {
        binding,
        location: url(location),
        response_location: None,
    }
}

fn redirect(outgoing: Outgoing) -> Url {
    match outgoing {
        Outgoing::Redirect(url) => url,
        Outgoing::Post(_) => panic!("a form"),
    }
}

fn form(outgoing: Outgoing) -> PostForm {
    match outgoing {
        Outgoing::Post(form) => form,
        Outgoing::Redirect(_) => panic!("a redirect"),
    }
}

fn fact<'a>(description: &'a decode::Description, name: &str) -> &'a str {
    let found = description.facts.iter().find(|it| it.name == name);
    &found.unwrap_or_else(|| panic!("no {name}")).value
}

#[test]
fn a_request_to_sign_in_travels_by_redirect_and_by_form() {
    let id = message_id([7; 16]);
    let request = AuthnRequest {
        id: &id,
        issue_instant: *NOW,
        force_authn: true,
        is_passive: false,
        login_hint: Some("ada&<bob>@example.com"),
        authn_contexts: &["urn:oasis:names:tc:SAML:2.0:ac:classes:Password"],
    };
    let place = "https://idp.example/sso?tenant=1";
    let there = redirect(
        authn_request::send(
            &request,
            &sp(),
            &endpoint(Binding::Redirect, place),
            Some("a b&c=d/é"),
        )
        .expect("a URL"),
    );
    assert!(
        there
            .as_str()
            .starts_with("https://idp.example/sso?tenant=1&SAMLRequest=")
    );
    let relay_state = there.query_pairs().find(|(name, _)| name == "RelayState");
    assert_eq!(relay_state.expect("it is there").1, "a b&c=d/é");
    let filled =
        form(authn_request::send(&request, &sp(), &endpoint(Binding::Post, place), None).expect("a form"));
    assert_eq!(filled.action.as_str(), place);
    assert_eq!(filled.fields.len(), 1);
    for message in [there.as_str(), &filled.fields[0].1] {
        let told = decode::describe(message, decode::Personal::Hidden).expect("it can be read");
        assert_eq!(told.kind, "AuthnRequest");
        assert_eq!(fact(&told, "ID"), id);
        assert_eq!(fact(&told, "Destination"), place);
        assert_eq!(fact(&told, "Issuer"), "https://sp.example/saml");
        assert_eq!(
            fact(&told, "AssertionConsumerServiceURL"),
            "https://sp.example/acs?a=1&b=2"
        );
    }
}

fn ada() -> NameId {
    NameId {
        value: "ada <&> \"lovelace\"".to_owned(),
        format: Some(name_id::PERSISTENT.to_owned()),
        name_qualifier: Some("https://idp.example/saml".to_owned()),
        sp_name_qualifier: None,
    }
}

fn asked(binding: Binding, from: &ServiceProvider, to: &str) -> Outgoing {
    let request = LogoutRequest {
        id: "_asked",
        issue_instant: *NOW,
        not_on_or_after: *NOW + TimeDelta::seconds(300),
        name_id: &ada(),
        session_index: Some("_s1"),
    };
    logout::send_request(&request, from, &endpoint(binding, to), Some("state+/=")).expect("it can be sent")
}

fn verify(incoming: Incoming<'_>) -> Result<logout::Request, janua_saml::Refusal> {
    verify_at(incoming, *NOW)
}

fn verify_at(incoming: Incoming<'_>, now: DateTime<Utc>) -> Result<logout::Request, janua_saml::Refusal> {
    let (identity_provider, service_provider) = (pinned(), sp());
    let expected = logout::Expected {
        identity_provider: &identity_provider,
        service_provider: &service_provider,
        now,
        skew: Duration::from_mins(1),
        allow_sha1: false,
    };
    logout::verify_request(incoming, &expected).map(janua_saml::Verified::into_inner)
}

const SLO: &str = "https://sp.example/slo";

#[test]
fn a_request_to_sign_out_is_believed_when_it_is_signed() {
    let there = redirect(asked(Binding::Redirect, &idp(), SLO));
    let filled = form(asked(Binding::Post, &idp(), SLO));
    let query = there.query().expect("a query");
    for incoming in [
        Incoming::Redirect { query },
        Incoming::Post {
            message: &filled.fields[0].1,
        },
    ] {
        let seen = logout::peek(incoming).expect("it is a request");
        assert_eq!(seen.issuer.as_deref(), Some("https://idp.example/saml"));
        let request = verify(incoming).expect("it is signed");
        assert_eq!(request.id, "_asked");
        assert_eq!(request.name_id, ada());
        assert_eq!(request.session_indexes, ["_s1"]);
        let late = verify_at(incoming, *NOW + TimeDelta::seconds(360)).expect_err("it is late");
        assert_eq!(late.kind, Kind::Expired);
        let stale = verify_at(incoming, *NOW + TimeDelta::minutes(11)).expect_err("it is stale");
        assert!(stale.detail.contains("IssueInstant"), "{stale}");
        let early = verify_at(incoming, *NOW - TimeDelta::seconds(61)).expect_err("it is early");
        assert_eq!(early.kind, Kind::NotYetValid);
    }
}

#[test]
fn a_request_to_sign_out_that_is_unsigned_or_changed_is_refused() {
    let there = redirect(asked(Binding::Redirect, &idp(), SLO));
    let query = there.query().expect("a query");
    let (unsigned, _) = query.split_once("&SigAlg=").expect("an algorithm");
    let (keyless, _) = query.split_once("&Signature=").expect("a signature");
    let other_message = redirect(asked(Binding::Redirect, &sp(), SLO));
    let other_message = other_message.query().expect("a query");
    let message = |query: &str| query.split_once('&').expect("a pair").0.to_owned();
    for changed in [
        unsigned.to_owned(),
        keyless.to_owned(),
        query.replace("RelayState=state", "RelayState=other"),
        query.replace("&RelayState=state%2B%2F%3D", ""),
        query.replace("rsa-sha256", "rsa-sha512"),
        query.replace("rsa-sha256", "hmac-sha256"),
        query.replace(&message(query), &message(other_message)),
        other_message.to_owned(),
        format!("{unsigned}&SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1&Signature=AAAA"),
    ] {
        assert_ne!(changed, query);
        let refusal = verify(Incoming::Redirect { query: &changed }).expect_err("it is changed");
        assert_eq!(refusal.kind, Kind::SignatureFailed, "{changed}: {refusal}");
    }
    for doubled in ["SAMLRequest", "RelayState", "SigAlg", "Signature", "%53igAlg"] {
        let changed = format!("{query}&{doubled}=x");
        let refusal = verify(Incoming::Redirect { query: &changed }).expect_err("it is ambiguous");
        assert_eq!(refusal.kind, Kind::InvalidResponse, "{doubled}");
    }
    let encoding = format!("{query}&SAMLEncoding=urn:other");
    assert!(verify(Incoming::Redirect { query: &encoding }).is_err());

    let filled = form(asked(Binding::Post, &idp(), SLO));
    let xml = String::from_utf8(STANDARD.decode(&filled.fields[0].1).expect("base64")).expect("text");
    let (head, rest) = xml.split_once("<ds:Signature").expect("a signature");
    let (_, tail) = rest.split_once("</ds:Signature>").expect("its end");
    for (changed, kind) in [
        (format!("{head}{tail}"), Kind::SignatureFailed),
        (xml.replace("_s1", "_s2"), Kind::SignatureFailed),
        (xml.replace("lovelace", "mallory"), Kind::SignatureFailed),
        (
            xml.replace("LogoutRequest", "LogoutResponse"),
            Kind::InvalidResponse,
        ),
    ] {
        let message = STANDARD.encode(changed);
        let refusal = verify(Incoming::Post { message: &message }).expect_err("it is changed");
        assert_eq!(refusal.kind, kind, "{refusal}");
    }
}

#[test]
fn a_request_to_sign_out_for_another_place_or_by_another_party_is_refused() {
    let elsewhere = redirect(asked(Binding::Redirect, &idp(), "https://other.example/slo"));
    let query = elsewhere.query().expect("a query");
    let refusal = verify(Incoming::Redirect { query }).expect_err("it is for another place");
    assert_eq!(refusal.kind, Kind::InvalidResponse);
    assert_eq!(refusal.expected.as_deref(), Some(SLO));
    // Signed with the right key, in another name.
    let other = party("third", &KEYS[1]);
    for binding in [Binding::Redirect, Binding::Post] {
        let sent = asked(binding, &other, SLO);
        let refusal = match &sent {
            Outgoing::Redirect(url) => verify(Incoming::Redirect {
                query: url.query().expect("a query"),
            }),
            Outgoing::Post(form) => verify(Incoming::Post {
                message: &form.fields[0].1,
            }),
        };
        assert_eq!(refusal.expect_err("another issuer").kind, Kind::AssertionNotValid);
    }
}

#[test]
fn an_answer_about_signing_out_says_what_became_of_it() {
    let (identity_provider, service_provider) = (pinned(), sp());
    let expected = logout::Expected {
        identity_provider: &identity_provider,
        service_provider: &service_provider,
        now: *NOW,
        skew: Duration::from_mins(1),
        allow_sha1: false,
    };
    for (sent, read) in [
        (Outcome::Done, Outcome::Done),
        (Outcome::Partial, Outcome::Partial),
        (Outcome::Refused, Outcome::Refused),
        (
            Outcome::Failed("x".to_owned()),
            Outcome::Failed("urn:oasis:names:tc:SAML:2.0:status:Responder".to_owned()),
        ),
    ] {
        let response = LogoutResponse {
            id: "_answer",
            issue_instant: *NOW,
            in_response_to: "_asked",
            outcome: sent,
        };
        let there = redirect(
            logout::send_response(&response, &idp(), &endpoint(Binding::Redirect, SLO), None).expect("a URL"),
        );
        let incoming = Incoming::Redirect {
            query: there.query().expect("a query"),
        };
        logout::peek(incoming).expect("it is an answer");
        let answer = logout::verify_response(incoming, "_asked", &expected).expect("it is signed");
        assert_eq!(answer.outcome, read);
        let refusal = logout::verify_response(incoming, "_other", &expected).expect_err("another request");
        assert_eq!(refusal.seen.as_deref(), Some("_asked"));
        let filled = form(
            logout::send_response(&response, &idp(), &endpoint(Binding::Post, SLO), None).expect("a form"),
        );
        let incoming = Incoming::Post {
            message: &filled.fields[0].1,
        };
        assert_eq!(
            logout::verify_response(incoming, "_asked", &expected)
                .expect("signed")
                .outcome,
            read
        );
    }
}

#[test]
fn certificates_and_keys_are_kept_and_read_again() {
    let pair = &KEYS[0];
    let again = KeyPair::from_parts(&pair.key_pem(), &pair.certificate().pem()).expect("its own parts");
    assert_eq!(again.certificate(), pair.certificate());
    assert_eq!(format!("{pair:?}").matches("***").count(), 1);
    assert!(!format!("{:?}", sp()).contains("BEGIN"));
    let other = KeyPair::from_parts(&pair.key_pem(), &KEYS[1].certificate().pem()).expect_err("another's");
    assert_eq!(other.kind, Kind::InvalidKey);
    let certificate = pair.certificate();
    assert_eq!(certificate.not_after(), *NOW + TimeDelta::days(365));
    assert_eq!(certificate.subject(), "CN=sp");
    assert_eq!(certificate.sha256_fingerprint().len(), 95);
    assert_eq!(certificate.sha1_fingerprint().len(), 59);
    let two = certificate.pem() + "between\n" + &KEYS[1].certificate().pem();
    assert_eq!(Certificate::all_from_pem(&two).expect("two").len(), 2);
    assert!(Certificate::from_pem(&two).is_err());
    assert!(Certificate::from_pem("").is_err());
    assert_eq!(
        decode::certificates(certificate.der()).expect("DER")[0],
        *certificate
    );
    assert_eq!(
        decode::certificates(certificate.base64().as_bytes())
            .expect("base64")
            .len(),
        1
    );
}

/// What we write is valid by the schemas of OASIS, and signed as xmlsec and an identity provider check it.
#[test]
fn other_libraries_agree_with_what_we_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("sp.crt", &sp().signing.certificate().pem());
    write("metadata.xml", &metadata::write(&sp()));
    let id = message_id([7; 16]);
    let request = AuthnRequest {
        id: &id,
        issue_instant: *NOW,
        force_authn: true,
        is_passive: true,
        login_hint: Some("ada&<bob>@example.com"),
        authn_contexts: &["urn:oasis:names:tc:SAML:2.0:ac:classes:Password"],
    };
    let place = "https://idp.example/sso?tenant=1";
    let mut written = 1;
    for binding in [Binding::Redirect, Binding::Post] {
        let to = endpoint(binding, place);
        let mut sent = vec![
            (
                "authn",
                authn_request::send(&request, &sp(), &to, Some("a b&c")).expect("sent"),
            ),
            ("logout-request", asked(binding, &sp(), place)),
        ];
        for (name, outcome) in [("done", Outcome::Done), ("partial", Outcome::Partial)] {
            let response = LogoutResponse {
                id: &id,
                issue_instant: *NOW,
                in_response_to: "_asked",
                outcome,
            };
            sent.push((
                name,
                logout::send_response(&response, &sp(), &to, None).expect("sent"),
            ));
        }
        for (name, outgoing) in sent {
            written += 1;
            match outgoing {
                Outgoing::Redirect(url) => {
                    let query = url.as_str().replace("tenant=1&", "");
                    write(&format!("{name}.url"), &query);
                }
                Outgoing::Post(form) => {
                    let xml = STANDARD.decode(&form.fields[0].1).expect("base64");
                    write(&format!("{name}.xml"), &String::from_utf8(xml).expect("text"));
                }
            }
        }
    }
    let judge = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/peers/saml");
    let judged = std::process::Command::new(judge)
        .arg("saml_judge.py")
        .arg(folder.path())
        .output()
        .expect("scripts/peers/saml runs");
    let told = String::from_utf8_lossy(&judged.stdout);
    assert!(
        judged.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&judged.stderr)
    );
    assert_eq!(told.trim(), written.to_string());
}
