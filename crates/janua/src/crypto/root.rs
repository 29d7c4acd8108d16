//! The one root secret, and the purpose-bound keys that hang on it.
//!
//! Operators keep a single secret; everything else that needs a key derives it here, so that a leak of
//! one derived key tells nothing about the others or about the root. What always holds: a key is bound
//! to exactly one [`Purpose`]; labels never change once released (a changed label makes stored hashes
//! and sealed values unreadable); no secret of this module can be printed or serialised.

use std::fmt;

use aws_lc_rs::{constant_time, hkdf, hmac};
use zeroize::Zeroizing;

/// Domain separation for the extract step, so that the same operator secret used by another program
/// yields other keys.
const SALT: &[u8] = b"janua root secret v1";

/// The secret from which every other key of an installation is derived.
pub struct RootSecret(Zeroizing<Vec<u8>>);

/// The root secret is shorter than [`RootSecret::MIN_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the root secret holds {0} bytes; it needs at least 32")]
pub struct RootSecretTooShort(pub usize);

impl RootSecret {
    /// 256 bits: the strength of the keys that are derived.
    pub const MIN_BYTES: usize = 32;

    /// Takes the operator's secret as it is.
    ///
    /// # Errors
    /// [`RootSecretTooShort`] under [`Self::MIN_BYTES`] bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RootSecretTooShort> {
        if bytes.len() < Self::MIN_BYTES {
            return Err(RootSecretTooShort(bytes.len()));
        }
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// Derives the key of one purpose by HKDF-SHA256 (RFC 5869), always the same for the same root.
    ///
    /// # Panics
    /// Never: the length it asks for is a constant that HKDF allows.
    pub fn derive(&self, purpose: Purpose) -> Key32 {
        let info = [b"janua/v1/", purpose.label().as_bytes()];
        let mut key = Zeroizing::new([0; 32]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
            .extract(&self.0)
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(key.as_mut_slice()))
            .expect("32 bytes are one block of HKDF-SHA256, which allows 255");
        Key32(key)
    }
}

impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootSecret(***)")
    }
}

/// What a derived key is for. Each purpose has its own key, so a value made for one can never pass as
/// a value of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Hashes of refresh tokens at rest.
    RefreshToken,
    /// The deterministic successor of a refresh token.
    RefreshSuccessor,
    /// Hashes of mailed, texted and linked one-time secrets.
    OneTimeSecret,
    /// Hashes of session cookies.
    SessionCookie,
    /// Known-device cookies.
    Device,
    /// Anti-forgery values of forms.
    Csrf,
    /// Sealing of secrets at rest.
    Seal,
    /// The pseudonym under which failed sign-ins of an address are counted.
    LockoutSubject,
    /// Made-up passkeys of addresses that have none.
    PasskeyDecoy,
    /// Hashes of API keys at rest.
    ApiKey,
    /// Macs of the audit log.
    Audit,
    /// The state that travels through a browser to an identity provider and back.
    RelayState,
}

impl Purpose {
    /// Every purpose, for checks over all of them.
    pub const ALL: [Self; 12] = [
        Self::RefreshToken,
        Self::RefreshSuccessor,
        Self::OneTimeSecret,
        Self::SessionCookie,
        Self::Device,
        Self::Csrf,
        Self::Seal,
        Self::LockoutSubject,
        Self::PasskeyDecoy,
        Self::ApiKey,
        Self::Audit,
        Self::RelayState,
    ];

    /// The stable name that separates this purpose in the derivation.
    pub const fn label(self) -> &'static str {
        match self {
            Self::RefreshToken => "refresh-token",
            Self::RefreshSuccessor => "refresh-successor",
            Self::OneTimeSecret => "one-time-secret",
            Self::SessionCookie => "session-cookie",
            Self::Device => "device",
            Self::Csrf => "csrf",
            Self::Seal => "seal",
            Self::LockoutSubject => "lockout-subject",
            Self::PasskeyDecoy => "passkey-decoy",
            Self::ApiKey => "api-key",
            Self::Audit => "audit",
            Self::RelayState => "relay-state",
        }
    }
}

/// A 256-bit symmetric key.
#[derive(Clone)]
pub struct Key32(Zeroizing<[u8; 32]>);

impl Key32 {
    /// Wraps key bytes that come from elsewhere; prefer [`RootSecret::derive`].
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the primitives of this crate that key themselves.
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 (RFC 2104) over the parts, each preceded by its length, so that no two different
    /// lists of parts give the same input.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice()));
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// Whether `tag` is the [`mac`](Self::mac) of the parts, compared in constant time.
    pub fn verify_mac(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.mac(parts), tag).is_ok()
    }
}

impl fmt::Debug for Key32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key32(***)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn counting() -> [u8; 32] {
        std::array::from_fn(|i| u8::try_from(i).unwrap())
    }

    #[test]
    fn derivation_is_pinned() {
        // Computed apart, with Python's hmac: extract with SALT, expand "janua/v1/<label>" || 01.
        let root = RootSecret::from_bytes(&counting()).unwrap();
        for (purpose, expected) in [
            (
                Purpose::RefreshToken,
                "aef449e426bb9f5052c2a608d1144a5aba71add118e53e514b2b6bb81a2e185d",
            ),
            (
                Purpose::Seal,
                "de975bd6a1d66f036b3a921b0db21ac900138b628a181f8529304f98ff1b7f56",
            ),
        ] {
            assert_eq!(hex::encode(root.derive(purpose).reveal()), expected);
        }
    }

    #[test]
    fn purposes_have_keys_of_their_own() {
        let root = RootSecret::from_bytes(&[7; 40]).unwrap();
        let keys: HashSet<_> = Purpose::ALL.iter().map(|p| *root.derive(*p).reveal()).collect();
        assert_eq!(keys.len(), Purpose::ALL.len());
    }

    #[test]
    fn short_roots_are_refused() {
        assert_eq!(
            RootSecret::from_bytes(&[1; 31]).unwrap_err(),
            RootSecretTooShort(31)
        );
        assert!(RootSecret::from_bytes(&[1; 32]).is_ok());
    }

    #[test]
    fn mac_frames_its_parts() {
        let key = Key32::from_bytes(counting());
        let expected = "17eca1f3cf4e1f92cd415f54de5121e367cbc209edff96da287c5cd432cf9a46";
        assert_eq!(hex::encode(key.mac(&[b"ab", b"c"])), expected);

        let lists: [&[&[u8]]; 6] = [
            &[b"ab", b"c"],
            &[b"a", b"bc"],
            &[b"abc"],
            &[b"abc", b""],
            &[b""],
            &[],
        ];
        let tags: HashSet<_> = lists.iter().map(|parts| key.mac(parts)).collect();
        assert_eq!(tags.len(), lists.len());
        assert!(key.verify_mac(&[b"ab", b"c"], &key.mac(&[b"ab", b"c"])));
        assert!(!key.verify_mac(&[b"a", b"bc"], &key.mac(&[b"ab", b"c"])));
        assert!(!key.verify_mac(&[], &[]));
    }

    #[test]
    fn debug_shows_nothing() {
        let root = RootSecret::from_bytes(&[0x41; 32]).unwrap();
        assert_eq!(
            format!("{root:?} {:?}", root.derive(Purpose::Csrf)),
            "RootSecret(***) Key32(***)"
        );
    }
}
