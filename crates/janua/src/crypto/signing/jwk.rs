//! Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2), and their thumbprints.
//!
//! What always holds: a [`Jwk`] has no field for a private member, so none can be published or read.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// A public key. Which members are present depends on `kty`; absent ones are left out of the JSON.
///
/// Unknown members (`x5c`, `key_ops`, …) of foreign keys are ignored when reading (RFC 7517 §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// The family: `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// The key's id, repeated in the header of tokens signed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// What the key is for; `sig` where it is ours.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// The one algorithm of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The RSA modulus, base64url of big-endian bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The RSA public exponent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// The curve: `P-256` or `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The x coordinate, or the whole Ed25519 public key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The y coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

impl Jwk {
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Self {
        Self {
            kty: "RSA".to_owned(),
            n: Some(encode(n)),
            e: Some(encode(e)),
            ..Self::default()
        }
    }

    pub(super) fn p256(x: &[u8], y: &[u8]) -> Self {
        let crv = Some("P-256".to_owned());
        Self {
            kty: "EC".to_owned(),
            crv,
            x: Some(encode(x)),
            y: Some(encode(y)),
            ..Self::default()
        }
    }

    pub(super) fn ed25519(x: &[u8]) -> Self {
        let crv = Some("Ed25519".to_owned());
        Self {
            kty: "OKP".to_owned(),
            crv,
            x: Some(encode(x)),
            ..Self::default()
        }
    }

    /// The SHA-256 thumbprint (RFC 7638 §3): a name for the key that everybody computes alike.
    ///
    /// Only for keys built by the constructors above: they hold the required members of their kind and no
    /// character that JSON would escape.
    pub(super) fn thumbprint(&self) -> String {
        let members = [
            ("crv", &self.crv),
            ("e", &self.e),
            ("n", &self.n),
            ("x", &self.x),
            ("y", &self.y),
        ];
        let mut parts: Vec<(&str, &str)> = members
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
            .collect();
        parts.push(("kty", &self.kty));
        parts.sort_unstable();
        let json: Vec<String> = parts
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""))
            .collect();
        encode(digest(&SHA256, format!("{{{}}}", json.join(",")).as_bytes()).as_ref())
    }
}

/// A set of public keys (RFC 7517 §5): what the JWKS endpoint serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys, the current one first.
    pub keys: Vec<Jwk>,
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signing::testing;

    #[test]
    fn thumbprint_of_rfc_7638() {
        let jwk: Jwk = serde_json::from_str(testing::RFC7638_JWK).unwrap();
        assert_eq!(jwk.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn thumbprint_of_rfc_8037() {
        let jwk: Jwk = serde_json::from_str(testing::RFC8037_JWK).unwrap();
        assert_eq!(jwk.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn private_members_are_never_read_or_written() {
        let leaky = r#"{"kty":"OKP","crv":"Ed25519","x":"AA","d":"c2VjcmV0","p":"c2VjcmV0","k":"c2VjcmV0"}"#;
        let jwk: Jwk = serde_json::from_str(leaky).unwrap();
        assert_eq!(
            serde_json::to_string(&jwk).unwrap(),
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#
        );
    }
}
