//! Opaque tokens and values that must not leak.
//!
//! Refresh tokens, mailed links and cookies are 256 random bits that mean nothing in themselves; what is
//! stored is a keyed hash. What always holds: a token in text form names its [`Kind`] and is accepted in
//! exactly one spelling; nothing in this module implements `Display` or `Serialize`; `Debug` prints
//! `***`; memory is wiped on drop. Who wants the text calls `reveal`, which is easy to search for.

use std::fmt;
use std::hash::{Hash, Hasher};

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use zeroize::{Zeroize, Zeroizing};

use super::root::Key32;

/// What an [`OpaqueToken`] is for. The prefix makes a leaked token easy to recognise (by people and by
/// secret scanners) and impossible to hand in at the wrong door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A refresh token.
    Refresh,
    /// The secret in a mailed link.
    Link,
    /// A session cookie.
    Cookie,
    /// A known-device cookie.
    Device,
    /// A sign-in that owes a second factor.
    Flow,
    /// A sign-in by mail, in the browser that asked for it.
    MailFlow,
    /// An API key.
    ApiKey,
    /// The secret of an invitation.
    Invitation,
    /// What signs the deliveries of a webhook.
    Webhook,
    /// The state of somebody on their way to another provider.
    SocialState,
    /// The browser of somebody on their way to another provider.
    SocialBrowser,
    /// The browser of somebody on their way to the identity provider of an organization.
    SsoBrowser,
    /// The secret of a link with which a connection is set up.
    SsoSetup,
    /// The browser in which a connection is set up.
    SsoSetupBrowser,
}

impl Kind {
    /// What the text form begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "jrt_",
            Self::Link => "jlk_",
            Self::Cookie => "jsc_",
            Self::Device => "jdv_",
            Self::Flow => "jmf_",
            Self::MailFlow => "jml_",
            Self::ApiKey => "jnk_",
            Self::Invitation => "jiv_",
            Self::Webhook => "whsec_",
            Self::SocialState => "jos_",
            Self::SocialBrowser => "job_",
            Self::SsoBrowser => "jsb_",
            Self::SsoSetup => "jsu_",
            Self::SsoSetupBrowser => "jse_",
        }
    }
}

/// The text is not a token, or not of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed token")]
pub struct MalformedToken;

/// 256 random bits with a [`Kind`].
#[derive(Clone)]
pub struct OpaqueToken {
    kind: Kind,
    bytes: Zeroizing<[u8; 32]>,
}

impl OpaqueToken {
    /// Makes a token of random bytes, which the caller draws.
    pub fn from_random(random: [u8; 32], kind: Kind) -> Self {
        Self {
            kind,
            bytes: Zeroizing::new(random),
        }
    }

    /// Reads the text form: the prefix of `kind`, then 43 characters of base64url without padding
    /// (RFC 4648 §5).
    ///
    /// # Errors
    /// [`MalformedToken`] for anything else: another prefix, length or alphabet, padding, or spare bits
    /// that are not zero.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, MalformedToken> {
        let body = text.strip_prefix(kind.prefix()).ok_or(MalformedToken)?;
        Ok(Self {
            kind,
            bytes: decode(body)?,
        })
    }

    /// What the token is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The text form, for the one place that hands the token to its owner.
    pub fn reveal(&self) -> String {
        format!("{}{}", self.kind.prefix(), encode(&self.bytes))
    }

    /// What is stored in place of the token: a keyed hash that is also bound to the kind.
    pub fn hash(&self, key: &Key32) -> TokenHash {
        TokenHash(encode(&key.mac(&[
            b"token hash",
            self.kind.prefix().as_bytes(),
            self.bytes.as_slice(),
        ])))
    }

    /// The one token that follows this one. It is a function of the token and the key, so that a client
    /// whose answer was lost can be given the same successor again without it being stored.
    #[must_use]
    pub fn successor(&self, key: &Key32) -> Self {
        let parts: [&[u8]; 3] = [
            b"token successor",
            self.kind.prefix().as_bytes(),
            self.bytes.as_slice(),
        ];
        Self::from_random(key.mac(&parts), self.kind)
    }
}

impl PartialEq for OpaqueToken {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && same(self.bytes.as_slice(), other.bytes.as_slice())
    }
}

impl Eq for OpaqueToken {}

impl fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(***)", self.kind)
    }
}

/// The stored form of an [`OpaqueToken`]. Useless without the key that made it; compared in constant
/// time.
#[derive(Clone, Debug)]
pub struct TokenHash(String);

impl TokenHash {
    /// Reads back what [`as_str`](Self::as_str) gave.
    ///
    /// # Errors
    /// [`MalformedToken`] unless it is 43 characters of base64url that spell 32 bytes.
    pub fn from_stored(text: &str) -> Result<Self, MalformedToken> {
        decode(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text to store: base64url without padding.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        same(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for TokenHash {}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// A value that must not be logged: a password, a client secret, a code somebody typed.
///
/// It can be deserialised, so request bodies can hold it, but neither printed nor serialised.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

/// A secret text.
pub type SecretString = Secret<String>;

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value, for the one place that needs it.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// The length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Whether it equals `other`, in a time that depends on the lengths alone.
    pub fn matches(&self, other: &[u8]) -> bool {
        same(self.as_bytes(), other)
    }

    fn as_bytes(&self) -> &[u8] {
        T::as_ref(&self.0)
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

fn same(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

fn encode(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Result<Zeroizing<[u8; 32]>, MalformedToken> {
    // One byte more than a token has: the decoder wants room for whole groups of four characters.
    let mut buffer = Zeroizing::new([0; 33]);
    let written = URL_SAFE_NO_PAD
        .decode_slice(text, buffer.as_mut_slice())
        .map_err(|_| MalformedToken)?;
    let bytes: [u8; 32] = buffer[..written].try_into().map_err(|_| MalformedToken)?;
    Ok(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 4] = [Kind::Refresh, Kind::Link, Kind::Cookie, Kind::Device];

    fn key(byte: u8) -> Key32 {
        Key32::from_bytes([byte; 32])
    }

    #[test]
    fn text_form_round_trips() {
        for kind in KINDS {
            let token = OpaqueToken::from_random([0xa5; 32], kind);
            let text = token.reveal();
            assert_eq!(text.len(), 47);
            assert_eq!(OpaqueToken::parse(&text, kind), Ok(token.clone()));
            for other in KINDS.into_iter().filter(|other| *other != kind) {
                assert_eq!(OpaqueToken::parse(&text, other), Err(MalformedToken));
                assert_ne!(OpaqueToken::from_random([0xa5; 32], other), token);
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let text = OpaqueToken::from_random([0xff; 32], Kind::Refresh).reveal();
        let body = &text[4..];
        let hostile = [
            String::new(),
            "jrt_".to_owned(),
            body.to_owned(),
            text.to_uppercase(),
            format!(" {text}"),
            format!("{text}\n"),
            format!("{text}="),
            format!("{text}A"),
            format!("jrt_{text}"),
            text[..46].to_owned(),
            text.replace('_', "/"),
            format!("jrt_+{}", &body[1..]),
            // The last of 43 characters carries two spare bits: "8" clears them, "9" sets one.
            format!("jrt_{}9", &body[..42]),
        ];
        assert!(text.ends_with('8'));
        for text in hostile {
            assert!(OpaqueToken::parse(&text, Kind::Refresh).is_err(), "{text:?}");
        }
    }

    #[test]
    fn hash_depends_on_key_kind_and_bytes() {
        let token = OpaqueToken::from_random([1; 32], Kind::Refresh);
        let hash = token.hash(&key(9));
        assert_eq!(
            hash,
            OpaqueToken::parse(&token.reveal(), Kind::Refresh)
                .unwrap()
                .hash(&key(9))
        );
        assert_eq!(TokenHash::from_stored(hash.as_str()), Ok(hash.clone()));
        assert!(TokenHash::from_stored(&token.reveal()).is_err());
        for other in [
            token.hash(&key(8)),
            OpaqueToken::from_random([2; 32], Kind::Refresh).hash(&key(9)),
            OpaqueToken::from_random([1; 32], Kind::Link).hash(&key(9)),
        ] {
            assert_ne!(hash, other);
        }
    }

    #[test]
    fn successor_is_repeatable_and_new() {
        let token = OpaqueToken::from_random([1; 32], Kind::Refresh);
        let next = token.successor(&key(9));
        assert_eq!(next, token.successor(&key(9)));
        assert_eq!(next.kind(), Kind::Refresh);
        assert_ne!(next, token);
        assert_ne!(next, token.successor(&key(8)));
        assert_ne!(next, next.successor(&key(9)));
        // Even under one key, what is stored about a token is not its successor.
        assert_ne!(next.reveal()[4..], *token.hash(&key(9)).as_str());
    }

    #[test]
    fn nothing_is_printed() {
        let token = OpaqueToken::from_random([1; 32], Kind::Link);
        let password = SecretString::from("correct horse".to_owned());
        assert_eq!(
            format!("{token:?} {password:?} {:#?}", Some(&password)),
            "Link(***) *** Some(\n    ***,\n)"
        );
    }

    #[test]
    fn request_bodies_can_hold_secrets() {
        #[derive(Debug, Deserialize)]
        struct Body {
            password: SecretString,
        }
        let body: Body = serde_json::from_str(r#"{"password":"pässword"}"#).unwrap();
        assert_eq!(body.password.reveal(), "pässword");
        assert_eq!((body.password.len(), body.password.is_empty()), (9, false));
        assert!(body.password.matches("pässword".as_bytes()));
        assert!(!body.password.matches(b"password"));
        assert_eq!(format!("{body:?}"), "Body { password: *** }");
        for wrong in [
            r#"{"password":true}"#,
            r#"{"password":{"$ne":""}}"#,
            r#"{"password":null}"#,
        ] {
            assert!(serde_json::from_str::<Body>(wrong).is_err());
        }
    }

    proptest! {
        #[test]
        fn parse_never_panics_and_accepts_one_spelling(text in "(jrt_)?[A-Za-z0-9_=+/-]{0,60}|.*") {
            if let Ok(token) = OpaqueToken::parse(&text, Kind::Refresh) {
                prop_assert_eq!(token.reveal(), text);
            }
        }
    }
}
