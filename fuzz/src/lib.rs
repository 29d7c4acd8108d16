//! A relying party and a known key that are the same in every run, so that what was found once is found again.

pub mod saml;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use janua::config::{Passkeys, UserVerification};
use janua::passkeys::ceremony;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use webauthn_rs_core::proto::{AuthenticationState, Credential, RegistrationState};

/// Where the pages stand.
pub const ORIGIN: &str = "http://localhost:4100";

/// What the key was asked, base64url.
pub const CHALLENGE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// The base point of P-256 (SEC 2 §2.4.2), as the public key of the known key.
const POINT: [[u8; 32]; 2] = [
    [
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03,
        0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
    ],
    [
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
        0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
    ],
];

/// The id of the known key.
pub const KEY_ID: [u8; 16] = [7; 16];

/// The settings of the relying party.
pub static SETTINGS: LazyLock<Passkeys> = LazyLock::new(|| Passkeys {
    rp_id: "localhost".to_owned(),
    origins: vec![ORIGIN.to_owned()],
    rp_name: "Janua".to_owned(),
    user_verification: UserVerification::Preferred,
    strict_counter: true,
    enroll_url: None,
    manage_url: None,
});

/// What is remembered of the question for a new key.
pub static REGISTRATION: LazyLock<RegistrationState> = LazyLock::new(|| {
    let party = ceremony::party(&SETTINGS);
    let builder = party
        .new_challenge_register_builder(&[1; 16], "ada@example.com", "Ada")
        .expect("a builder")
        .user_verification_policy(ceremony::verification(&SETTINGS));
    let (_, state) = party.generate_challenge_register(builder).expect("a question");
    asked(serde_json::to_value(state).expect("JSON"))
});

/// What is remembered of the question for a known key.
pub static AUTHENTICATION: LazyLock<AuthenticationState> = LazyLock::new(|| {
    let party = ceremony::party(&SETTINGS);
    let builder = party
        .new_challenge_authenticate_builder(Vec::new(), Some(ceremony::verification(&SETTINGS)))
        .expect("a builder");
    let (_, state) = party.generate_challenge_authenticate(builder).expect("a question");
    asked(serde_json::to_value(state).expect("JSON"))
});

/// The known key, as it was registered: a right answer passes, so the wrong ones get as far as they can.
pub static CREDENTIAL: LazyLock<Credential> = LazyLock::new(|| {
    let mut rest = vec![0; 16];
    rest.extend([0, 16]);
    rest.extend(KEY_ID);
    rest.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
    rest.extend(POINT[0]);
    rest.extend([0x22, 0x58, 0x20]);
    rest.extend(POINT[1]);
    let object = attestation_object(&authenticator_data(0x45, 0, &rest));
    let answer = registration(&KEY_ID, &client_data("webauthn.create"), &object);
    let answer = serde_json::from_value(answer).expect("an answer");
    let attested = ceremony::attest(&SETTINGS, &REGISTRATION, &answer).expect("a right answer passes");
    attested.credential
});

/// The question, with our challenge.
fn asked<T: for<'de> serde::Deserialize<'de>>(mut state: Value) -> T {
    assert!(state["challenge"].is_string(), "{state}");
    state["challenge"] = CHALLENGE.into();
    serde_json::from_value(state).expect("the same question")
}

/// What a browser says of the page.
pub fn client_data(kind: &str) -> Vec<u8> {
    json!({"type": kind, "challenge": CHALLENGE, "origin": ORIGIN, "crossOrigin": false})
        .to_string()
        .into_bytes()
}

/// Authenticator data with the right start (WebAuthn level 3, §6.1).
pub fn authenticator_data(flags: u8, counter: u32, rest: &[u8]) -> Vec<u8> {
    let mut data = Sha256::digest(b"localhost").to_vec();
    data.push(flags);
    data.extend(counter.to_be_bytes());
    data.extend(rest);
    data
}

/// Authenticator data in an attestation object that says nothing of its maker.
pub fn attestation_object(data: &[u8]) -> Vec<u8> {
    use serde_cbor_2::Value as Cbor;
    let members = [
        ("fmt", Cbor::Text("none".to_owned())),
        ("attStmt", Cbor::Map(Default::default())),
        ("authData", Cbor::Bytes(data.to_vec())),
    ];
    let members = members.map(|(name, value)| (Cbor::Text(name.to_owned()), value));
    serde_cbor_2::to_vec(&Cbor::Map(members.into_iter().collect())).expect("CBOR")
}

/// The answer of a new key.
pub fn registration(id: &[u8], client: &[u8], object: &[u8]) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "id": encode(id), "rawId": encode(id), "type": "public-key",
        "response": {"clientDataJSON": encode(client), "attestationObject": encode(object)},
    })
}

/// The answer of a known key.
pub fn assertion(id: &[u8], client: &[u8], data: &[u8], signature: &[u8], handle: Option<&[u8]>) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "id": encode(id), "rawId": encode(id), "type": "public-key",
        "response": {
            "clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature),
            "userHandle": handle.map(encode),
        },
    })
}
