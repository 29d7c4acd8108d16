//! A passkey of our own, with a browser around it that can be told to lie.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use janua::io::random::Random;
use serde_json::{Value, json};

/// Where pages of a fresh checkout stand.
pub(super) const ORIGIN: &str = "http://localhost:4100";

pub(super) const PRESENT: u8 = 0x01;
pub(super) const VERIFIED: u8 = 0x04;
pub(super) const ELIGIBLE: u8 = 0x08;
pub(super) const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

/// A key on a device.
pub(super) struct Authenticator {
    key: EcdsaKeyPair,
    pub(super) id: Vec<u8>,
    pub(super) counter: u32,
    pub(super) flags: u8,
    pub(super) handle: Option<Vec<u8>>,
}

/// What the browser and the key say; every part can be a lie.
pub(super) struct Told {
    pub(super) origin: String,
    pub(super) rp_id: String,
    pub(super) kind: Option<String>,
    pub(super) flags: Option<u8>,
    pub(super) counter: Option<u32>,
    pub(super) challenge: Option<Vec<u8>>,
    pub(super) more: Vec<(&'static str, Value)>,
    /// The `alg` of the key, as CBOR.
    pub(super) algorithm: Vec<u8>,
    pub(super) format: &'static str,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            origin: ORIGIN.to_owned(),
            rp_id: "localhost".to_owned(),
            kind: None,
            flags: None,
            counter: None,
            challenge: None,
            more: Vec::new(),
            algorithm: vec![0x26],
            format: "none",
        }
    }
}

impl Authenticator {
    /// A key that cannot leave its device, and asks for a finger.
    pub(super) fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            id: Random::System.bytes::<32>().to_vec(),
            counter: 0,
            flags: PRESENT | VERIFIED,
            handle: None,
        }
    }

    /// The answer to the options of a registration.
    pub(super) fn creates(&mut self, options: &Value, told: &Told) -> Value {
        let handle = options["public_key"]["user"]["id"].as_str().expect("a handle");
        self.handle = Some(URL_SAFE_NO_PAD.decode(handle).expect("base64url"));
        let mut data = self.data(told, ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key(&told.algorithm));
        self.attests(options, told, &data)
    }

    /// The same around authenticator data of one's own.
    pub(super) fn attests(&self, options: &Value, told: &Told, data: &[u8]) -> Value {
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x60 + u8::try_from(told.format.len()).expect("short"));
        object.extend(told.format.as_bytes());
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.push(0x59);
        object.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        object.extend(data);
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data(options, told, "webauthn.create")),
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// The answer to the options of a sign-in; the counter grows.
    pub(super) fn signs(&mut self, options: &Value, told: &Told) -> Value {
        self.counter += 1;
        let data = self.data(told, 0);
        let client = client_data(options, told, "webauthn.get");
        let mut message = data.clone();
        message.extend(digest(&SHA256, &client).as_ref());
        let signature = self
            .key
            .sign(&SystemRandom::new(), &message)
            .expect("a signature");
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
                "userHandle": self.handle.as_ref().map(|it| URL_SAFE_NO_PAD.encode(it)),
            },
        })
    }

    fn data(&self, told: &Told, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, told.rp_id.as_bytes()).as_ref().to_vec();
        data.push(told.flags.unwrap_or(self.flags) | more);
        data.extend(told.counter.unwrap_or(self.counter).to_be_bytes());
        data
    }

    /// A COSE key (RFC 9053 §7.1.1) of this algorithm.
    fn public_key(&self, algorithm: &[u8]) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03];
        key.extend(algorithm);
        key.extend([0x20, 0x01, 0x21, 0x58, 0x20]);
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..]);
        key
    }
}

fn client_data(options: &Value, told: &Told, kind: &str) -> Vec<u8> {
    let asked = options["public_key"]["challenge"]
        .as_str()
        .expect("a challenge")
        .to_owned();
    let challenge = told
        .challenge
        .as_ref()
        .map_or(asked, |it| URL_SAFE_NO_PAD.encode(it));
    let kind = told.kind.as_deref().unwrap_or(kind);
    let mut data = json!({"type": kind, "challenge": challenge, "origin": told.origin, "crossOrigin": false});
    for (name, value) in &told.more {
        data[*name] = value.clone();
    }
    data.to_string().into_bytes()
}
