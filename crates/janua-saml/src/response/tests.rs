//! Responses that are changed at random, and the largest ones.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::{Assertion, Expected, InResponseTo, peek, verify};
use crate::{IdentityProvider, KeyPair, Kind, Refusal, ServiceProvider, Verified, instant, names, signature};

const ENTITY_ID: &str = "https://janua.example/saml";
const ACS: &str = "https://janua.example/api/v1/sso/callback";

struct World {
    key: KeyPair,
    identity_provider: IdentityProvider,
    service_provider: ServiceProvider,
    now: DateTime<Utc>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let now = instant::read("2030-01-01T00:00:00Z").expect("a time");
    let pair = |name: &str| KeyPair::generate(name, now, now + TimeDelta::days(700)).expect("a key");
    let (key, own) = (pair("idp"), pair("sp"));
    World {
        identity_provider: IdentityProvider {
            entity_id: "https://idp.example/metadata".to_owned(),
            sign_in: Vec::new(),
            sign_out: Vec::new(),
            certificates: vec![own.certificate().clone(), key.certificate().clone()],
            wants_signed_requests: false,
            name_id_formats: Vec::new(),
            valid_until: None,
        },
        service_provider: ServiceProvider {
            entity_id: ENTITY_ID.to_owned(),
            acs: ACS.parse().expect("a URL"),
            slo: None,
            signing: own.clone(),
            next_signing: None,
            decryption: vec![own],
            name_id_format: None,
            wants_assertions_signed: true,
        },
        key,
        now,
    }
});

impl World {
    fn response(&self, attributes: &str) -> String {
        let time = |seconds: i64| instant::write(self.now + TimeDelta::seconds(seconds));
        let unsigned = format!(
            "<samlp:Response xmlns:samlp=\"{protocol}\" xmlns:saml=\"{assertion}\" ID=\"_r\" Version=\"2.0\" \
             IssueInstant=\"{now}\" Destination=\"{ACS}\" InResponseTo=\"_request\"><samlp:Status>\
             <samlp:StatusCode Value=\"{success}\"/></samlp:Status><saml:Assertion ID=\"_a\" Version=\"2.0\" \
             IssueInstant=\"{now}\"><saml:Issuer>{issuer}</saml:Issuer>{signature}<saml:Subject>\
             <saml:NameID>ada@example.com</saml:NameID><saml:SubjectConfirmation Method=\"{bearer}\">\
             <saml:SubjectConfirmationData Recipient=\"{ACS}\" InResponseTo=\"_request\" NotOnOrAfter=\"{later}\"/>\
             </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{later}\">\
             <saml:AudienceRestriction><saml:Audience>{ENTITY_ID}</saml:Audience></saml:AudienceRestriction>\
             </saml:Conditions><saml:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"_s\"><saml:AuthnContext/>\
             </saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>\
             </samlp:Response>",
            protocol = names::PROTOCOL,
            assertion = names::ASSERTION,
            now = time(0),
            later = time(300),
            success = names::SUCCESS,
            issuer = self.identity_provider.entity_id,
            signature = signature::template("_a", &self.key),
            bearer = names::BEARER,
        );
        signature::sign(&unsigned, &self.key).expect("it can be signed")
    }

    fn verify_at(&self, xml: &str, now: DateTime<Utc>) -> Result<Verified<Assertion>, Refusal> {
        let expected = Expected {
            identity_provider: &self.identity_provider,
            service_provider: &self.service_provider,
            in_response_to: InResponseTo::Request("_request"),
            now,
            skew: Duration::from_mins(1),
            allow_sha1: false,
        };
        verify(&STANDARD.encode(xml), &expected)
    }

    fn verify(&self, xml: &str) -> Result<Verified<Assertion>, Refusal> {
        self.verify_at(xml, self.now)
    }
}

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let groups: String = (0..3)
        .map(|it| "<saml:AttributeValue>".to_owned() + &it.to_string() + "</saml:AttributeValue>")
        .collect();
    WORLD.response(&format!(
        "<saml:Attribute Name=\"groups\" FriendlyName=\"Groups\">{groups}</saml:Attribute>"
    ))
});

#[test]
fn a_response_is_read_as_it_was_signed() {
    let assertion = WORLD.verify(&GENUINE).expect("it is genuine");
    assert_eq!(assertion.name_id.value, "ada@example.com");
    assert_eq!(assertion.session_index.as_deref(), Some("_s"));
    assert_eq!(assertion.attributes[0].values, ["0", "1", "2"]);
    assert_eq!(assertion.certificate, *WORLD.key.certificate());
    assert_eq!(assertion.not_on_or_after, WORLD.now + TimeDelta::seconds(360));
    let shown = format!("{assertion:?}");
    assert!(!shown.contains("ada@"), "{shown}");
    let seen = peek(&STANDARD.encode(&*GENUINE)).expect("it is a response");
    assert_eq!(seen.in_response_to.as_deref(), Some("_request"));
    assert_eq!(seen.issuer.as_deref(), Some("https://idp.example/metadata"));
}

#[test]
fn the_clocks_may_differ_by_the_skew_and_no_more() {
    for (seconds, verdict) in [
        (-61, Some(Kind::NotYetValid)),
        (-60, None),
        (0, None),
        (359, None),
        (360, Some(Kind::Expired)),
    ] {
        let answer = WORLD.verify_at(&GENUINE, WORLD.now + TimeDelta::seconds(seconds));
        assert_eq!(answer.err().map(|it| it.kind), verdict, "{seconds}");
    }
}

#[test]
fn a_refusal_says_what_was_expected_and_seen_and_nothing_of_the_person() {
    let mut other = WORLD.service_provider.clone();
    other.entity_id = "https://other.example".to_owned();
    let expected = Expected {
        identity_provider: &WORLD.identity_provider,
        service_provider: &other,
        in_response_to: InResponseTo::Request("_request"),
        now: WORLD.now,
        skew: Duration::ZERO,
        allow_sha1: false,
    };
    let refusal = verify(&STANDARD.encode(&*GENUINE), &expected).expect_err("it is for another");
    assert_eq!(refusal.message(), "Invalid audience");
    assert_eq!(refusal.expected.as_deref(), Some("https://other.example"));
    assert_eq!(refusal.seen.as_deref(), Some(ENTITY_ID));
    assert!(!refusal.to_string().contains("ada"));
}

#[test]
fn many_elements_and_many_namespaces_are_decided_soon() {
    let value = "<saml:AttributeValue>x</saml:AttributeValue>";
    let many = WORLD.response(&format!(
        "<saml:Attribute Name=\"g\">{}</saml:Attribute>",
        value.repeat(20_000)
    ));
    let begun = std::time::Instant::now();
    assert_eq!(
        WORLD.verify(&many).expect("it is genuine").attributes[0]
            .values
            .len(),
        20_000
    );
    let honest = begun.elapsed();

    let mut crowd = String::new();
    for depth in 0..9 {
        crowd.push_str("<x ");
        for n in 0..40 {
            crowd = crowd + "xmlns:p" + &(depth * 40 + n).to_string() + "=\"urn:p\" ";
        }
        crowd.push('>');
    }
    crowd.push_str(&"<p0:y/>".repeat(65_000));
    crowd.push_str(&"</x>".repeat(9));
    // Where a digest is computed over it before anybody knows who signed.
    let hostile = GENUINE.replace(
        "<saml:AttributeValue>0<",
        &format!("<saml:AttributeValue>{crowd}<"),
    );
    assert_ne!(hostile, *GENUINE);
    let begun = std::time::Instant::now();
    WORLD.verify(&hostile).expect_err("it is hostile");
    let crowded = begun.elapsed();
    // Unoptimised and beside other tests; what is packaged takes less than 50 ms.
    assert!(
        honest < Duration::from_secs(2) && crowded < Duration::from_secs(2),
        "{honest:?}, {crowded:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_changed_byte_is_refused_or_changes_nothing(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut changed = GENUINE.clone().into_bytes();
        let place = place.index(changed.len());
        changed[place] = byte;
        if let Ok(changed) = String::from_utf8(changed)
            && let Ok(assertion) = WORLD.verify(&changed)
        {
            let genuine = WORLD.verify(&GENUINE).expect("it is genuine");
            // The response around it is not signed, and only its own ID is told of it.
            let told = Assertion { response_id: genuine.response_id.clone(), ..assertion.into_inner() };
            prop_assert_eq!(&told, &*genuine);
        }
    }

    #[test]
    fn a_part_that_is_taken_out_or_doubled_never_signs_somebody_else_in(
        from in any::<prop::sample::Index>(), length in 1_usize..400, doubled in any::<bool>()
    ) {
        let from = from.index(GENUINE.len());
        let to = (from + length).min(GENUINE.len());
        let (Some(head), Some(part), Some(tail)) = (GENUINE.get(..from), GENUINE.get(from..to), GENUINE.get(to..)) else {
            return Ok(());
        };
        let changed = if doubled { [head, part, part, tail].concat() } else { [head, tail].concat() };
        if let Ok(assertion) = WORLD.verify(&changed) {
            prop_assert_eq!(&assertion.name_id.value, "ada@example.com");
        }
    }

    #[test]
    fn nonsense_is_refused_and_nothing_panics(text in "\\PC{0,200}", xml in "(<|>|/|&|\"|=|a|saml:|xmlns|[A-Za-z:]){0,60}") {
        for it in [text, xml] {
            prop_assert!(WORLD.verify(&it).is_err());
            let _ = crate::metadata::read(it.as_bytes()).expect_err("it is nonsense");
            let _ = crate::decode::describe(&it, crate::decode::Personal::Shown);
            let _ = crate::decode::certificates(it.as_bytes());
        }
    }
}
