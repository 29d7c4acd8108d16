//! Which keys may verify, found by their id.
//!
//! What always holds: every key has one id and one algorithm, so a token can't talk us into another
//! algorithm by its header; shared secrets are never part of what is published.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::algorithm::{Algorithm, KeyError};
use super::jwk::Jwks;
use super::public::PublicKey;

/// A key that verifies signatures of its one algorithm.
#[derive(Clone, Debug)]
pub enum VerificationKey {
    /// A public key; shared, so that a set is cheap to copy.
    Public(Arc<PublicKey>),
    /// A shared secret.
    Hmac(HmacKey),
}

impl VerificationKey {
    /// The one algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Public(key) => key.algorithm(),
            Self::Hmac(_) => Algorithm::Hs256,
        }
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        match self {
            Self::Public(key) => key.kid(),
            Self::Hmac(key) => &key.kid,
        }
    }

    /// The public key, unless it is a shared secret.
    pub fn public(&self) -> Option<&PublicKey> {
        match self {
            Self::Public(key) => Some(key),
            Self::Hmac(_) => None,
        }
    }

    /// Whether `signature` is right for `input`. HMAC tags are compared in constant time.
    pub fn verify(&self, input: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Public(key) => key.verify(input, signature),
            Self::Hmac(key) => hmac::verify(&key.key, input, signature).is_ok(),
        }
    }
}

impl From<PublicKey> for VerificationKey {
    fn from(key: PublicKey) -> Self {
        Self::Public(Arc::new(key))
    }
}

/// A shared secret for HS256.
#[derive(Clone)]
pub struct HmacKey {
    /// Shared with the signing key: it takes more than a kilobyte.
    key: Arc<hmac::Key>,
    kid: String,
}

impl HmacKey {
    /// Refuses secrets under 256 bits (RFC 7518 §3.2).
    pub(super) fn new(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < 32 {
            return Err(KeyError::SecretTooShort(secret.len()));
        }
        // The secret is the message here and not the key, so the id can't be a signature of anything.
        let naming = hmac::Key::new(hmac::HMAC_SHA256, b"janua kid of an HS256 secret");
        let kid = URL_SAFE_NO_PAD.encode(&hmac::sign(&naming, secret).as_ref()[..16]);
        Ok(Self {
            key: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret)),
            kid,
        })
    }

    pub(super) fn key(&self) -> &Arc<hmac::Key> {
        &self.key
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacKey({})", self.kid)
    }
}

/// The keys that may verify: current, next and retiring.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
}

impl KeySet {
    /// Takes the keys in the order in which they are published. Of two with the same id the first counts.
    pub fn new(keys: Vec<VerificationKey>) -> Self {
        let mut set = Self::default();
        for key in keys {
            if set.find(key.kid()).is_none() {
                set.keys.push(key);
            }
        }
        set
    }

    /// The key of this id.
    pub fn find(&self, kid: &str) -> Option<&VerificationKey> {
        self.keys.iter().find(|key| key.kid() == kid)
    }

    /// The keys, in order.
    pub fn iter(&self) -> impl Iterator<Item = &VerificationKey> {
        self.keys.iter()
    }

    /// What the JWKS endpoint serves: the public keys alone.
    pub fn jwks(&self) -> Jwks {
        Jwks {
            keys: self
                .keys
                .iter()
                .filter_map(|key| Some(key.public()?.jwk().clone()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signing::{SigningKey, testing};

    #[test]
    fn published_keys_have_public_members_alone() {
        let hmac = SigningKey::hmac(&[0x41; 32]).unwrap();
        let mut keys = vec![hmac.verification_key().clone()];
        for algorithm in testing::PAIRS {
            keys.push(testing::key(algorithm).verification_key().clone());
        }
        let json = serde_json::to_value(KeySet::new(keys).jwks()).unwrap();
        let published = json["keys"].as_array().unwrap();
        let members: Vec<Vec<&str>> = published
            .iter()
            .map(|key| key.as_object().unwrap().keys().map(String::as_str).collect())
            .collect();
        assert_eq!(
            members,
            [
                vec!["alg", "e", "kid", "kty", "n", "use"],
                vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
                vec!["alg", "crv", "kid", "kty", "use", "x"],
            ]
        );
    }

    #[test]
    fn shared_secrets_are_long_and_named_without_being_told() {
        assert_eq!(HmacKey::new(&[1; 31]).unwrap_err(), KeyError::SecretTooShort(31));
        assert_eq!(HmacKey::new(b"").unwrap_err(), KeyError::SecretTooShort(0));
        let (a, b) = (HmacKey::new(&[1; 32]).unwrap(), HmacKey::new(&[2; 32]).unwrap());
        assert_ne!(a.kid, b.kid);
        assert_eq!(a.kid.len(), 22);
    }

    #[test]
    fn the_first_of_two_equal_ids_counts() {
        let key = testing::key(Algorithm::Es256).public().unwrap().clone();
        let mut jwk = testing::key(Algorithm::EdDsa).public().unwrap().jwk().clone();
        jwk.kid = Some(key.kid().to_owned());
        let twin = PublicKey::from_jwk(&jwk).unwrap();
        let set = KeySet::new(vec![key.clone().into(), twin.into()]);
        assert_eq!(set.iter().count(), 1);
        assert_eq!(set.find(key.kid()).unwrap().algorithm(), Algorithm::Es256);
        assert!(set.find("").is_none());
    }
}
