//! What a stranger's browser brings from an identity provider: responses, messages about signing out, metadata.
//!
//! The identity provider of this target has signed the genuine seeds, all about one person: whatever is made of them,
//! nobody else may come out. It never signed a message about signing out, nor metadata, so none of those may count.
#![no_main]

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateEncoder;
use janua_fuzz::saml::{CERTIFICATE, IDENTITY_PROVIDER, NOW, SERVICE_PROVIDER, SKEW};
use janua_saml::logout::{self, Incoming};
use janua_saml::response::{self, Expected, InResponseTo};
use janua_saml::{decode, metadata};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let message = STANDARD.encode(input);
    for in_response_to in [InResponseTo::Request("_request"), InResponseTo::Unsolicited] {
        let expected = Expected {
            identity_provider: &IDENTITY_PROVIDER,
            service_provider: &SERVICE_PROVIDER,
            in_response_to,
            now: *NOW,
            skew: SKEW,
            allow_sha1: true,
        };
        if let Ok(assertion) = response::verify(&message, &expected) {
            assert_eq!(assertion.name_id.value, "ada@example.com");
        }
    }
    let _ = response::peek(&message);

    let expected = logout::Expected {
        identity_provider: &IDENTITY_PROVIDER,
        service_provider: &SERVICE_PROVIDER,
        now: *NOW,
        skew: SKEW,
        allow_sha1: true,
    };
    let text = String::from_utf8_lossy(input);
    let mut deflated = Vec::new();
    DeflateEncoder::new(input, Compression::fast())
        .read_to_end(&mut deflated)
        .expect("memory");
    let packed = STANDARD.encode(deflated).replace('+', "%2B");
    let query = format!("SAMLRequest={packed}&SigAlg=http://www.w3.org/2001/04/xmldsig-more%23rsa-sha256&Signature=AAAA");
    for incoming in [
        Incoming::Post { message: &message },
        Incoming::Redirect { query: &text },
        Incoming::Redirect { query: &query },
    ] {
        let _ = logout::peek(incoming);
        assert!(logout::verify_request(incoming, &expected).is_err(), "a forged request counts");
        assert!(logout::verify_response(incoming, "_x", &expected).is_err(), "a forged answer counts");
    }

    let _ = metadata::read(input);
    assert!(metadata::read_signed(input, &CERTIFICATE, *NOW).is_err(), "forged metadata counts");
    let _ = decode::describe(&text, decode::Personal::Shown);
    let _ = decode::certificates(input);
});
