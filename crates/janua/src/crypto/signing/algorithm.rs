//! The signature algorithms of Janua, and what may be wrong with a key.
//!
//! The list is short on purpose: every entry is one JOSE name for one kind of key, so a key always
//! determines its algorithm. `none` does not exist here.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::error::KeyRejected;

/// A JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 2048 to 8192 bits.
    Rs256,
    /// ECDSA on P-256 with SHA-256; signatures are r ‖ s, 64 bytes.
    Es256,
    /// Ed25519.
    EdDsa,
    /// HMAC-SHA-256 with a shared secret of at least 256 bits.
    Hs256,
}

impl Algorithm {
    /// All of them, in the order in which they are offered to people.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::EdDsa, Self::Hs256];

    /// The name in the `alg` header and in `JWT_ALGORITHM`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }

    /// Whether it has a key pair, so that others can verify without being able to sign.
    pub const fn is_asymmetric(self) -> bool {
        !matches!(self, Self::Hs256)
    }

    /// The kind of key in words.
    pub(super) const fn key_kind(self) -> &'static str {
        match self {
            Self::Rs256 => "RSA",
            Self::Es256 => "P-256",
            Self::EdDsa => "Ed25519",
            Self::Hs256 => "shared",
        }
    }
}

/// The name is none of [`Algorithm::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown signature algorithm; choose RS256, ES256, EdDSA or HS256")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads the exact name: JOSE names are case-sensitive (RFC 7515 §4.1.1).
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
            .ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a key can't be used. The texts are for the operator who supplied it and tell nothing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key pair was asked of an algorithm that has none.
    #[error("{0} signs with a shared secret and has no key pair")]
    NotAsymmetric(Algorithm),
    /// RFC 7518 §3.2 wants the secret as long as the hash.
    #[error("the HMAC secret holds {0} bytes; HS256 needs at least 32")]
    SecretTooShort(usize),
    /// The text has no PEM section of the wanted kind.
    #[error("no {0} section in the PEM text")]
    NoPemSection(&'static str),
    /// The PEM text breaks off or is not base64.
    #[error("the PEM text is damaged")]
    DamagedPem,
    /// The private key is protected by a passphrase.
    #[error("the private key is encrypted; decrypt it first, with `openssl pkey -in key.pem -out plain.pem`")]
    Encrypted,
    /// The key is of another kind than the algorithm wants, or none at all.
    #[error("{0} needs a {kind} key, and this is not one", kind = .0.key_kind())]
    WrongKind(Algorithm),
    /// The RSA modulus is outside 2048 to 8192 bits (RFC 7518 §3.3).
    #[error("the RSA key must have 2048 to 8192 bits")]
    RsaSize,
    /// The public key is of no supported kind, or not in its one DER form.
    #[error("not an RSA, P-256 (named curve, uncompressed point) or Ed25519 public key")]
    UnsupportedPublicKey,
    /// A member of a JWK is missing, malformed or contradicts another.
    #[error("unusable JWK: {0}")]
    Jwk(&'static str),
    /// The library could not generate or encode the key.
    #[error("key generation failed")]
    Generation,
}

impl KeyError {
    /// Translates what aws-lc-rs says about a key meant for `algorithm`.
    pub(super) fn rejected(algorithm: Algorithm, rejected: KeyRejected) -> Self {
        match rejected.description_() {
            "TooSmall" | "TooLarge" => Self::RsaSize,
            _ => Self::WrongKind(algorithm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_exact() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        }
        for name in [
            "", "none", "None", "rs256", "RS512", "PS256", "EDDSA", "Ed25519", "HS256 ", "ES256K",
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name}");
        }
    }

    #[test]
    fn errors_read_well() {
        assert_eq!(
            KeyError::WrongKind(Algorithm::Es256).to_string(),
            "ES256 needs a P-256 key, and this is not one"
        );
        assert_eq!(
            KeyError::NoPemSection("PRIVATE KEY").to_string(),
            "no PRIVATE KEY section in the PEM text"
        );
    }
}
