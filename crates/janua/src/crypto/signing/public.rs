//! Public keys: from SPKI, PEM or JWK, parsed once, with the same bytes out as in.
//!
//! What always holds: the algorithm follows from the kind of key; the DER form is the one canonical
//! encoding, so the fingerprint equals that of `openssl pkey -pubin -outform DER | sha256sum`.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::{self, PemObject as _};

use super::algorithm::{Algorithm, KeyError};
use super::jwk::Jwk;

/// `SubjectPublicKeyInfo` of P-256 up to and with the mark of an uncompressed point (RFC 5480 §2); x and
/// y follow.
const P256_PREFIX: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// `SubjectPublicKeyInfo` of Ed25519 (RFC 8410 §4); the 32 key bytes follow.
const ED25519_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// A public key that verifies signatures of its one algorithm.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    parsed: ParsedPublicKey,
    spki: Vec<u8>,
    /// With `kid`, `use` and `alg` filled in.
    jwk: Jwk,
    kid: String,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7). Its id is its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::UnsupportedPublicKey`] for other kinds of key and other encodings of the same key,
    /// [`KeyError::RsaSize`] for RSA outside 2048 to 8192 bits.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Some(point) = der.strip_prefix(&P256_PREFIX)
            && point.len() == 64
        {
            let (x, y) = point.split_at(32);
            Self::new(Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, der, Jwk::p256(x, y))
        } else if let Some(x) = der.strip_prefix(&ED25519_PREFIX)
            && x.len() == 32
        {
            Self::new(Algorithm::EdDsa, &ED25519, der, Jwk::ed25519(x))
        } else {
            Self::rsa_from_spki_der(der)
        }
    }

    fn rsa_from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let (key, canonical) = parse_rsa(der)?;
        if canonical != der {
            return Err(KeyError::UnsupportedPublicKey);
        }
        let modulus = key.modulus();
        let n = modulus.big_endian_without_leading_zero();
        let bits = n.len() * 8 - modulus.first_byte().leading_zeros() as usize;
        if !(2048..=8192).contains(&bits) {
            return Err(KeyError::RsaSize);
        }
        let jwk = Jwk::rsa(n, key.exponent().big_endian_without_leading_zero());
        Self::new(Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256, der, jwk)
    }

    fn new(
        algorithm: Algorithm,
        verifier: &'static dyn VerificationAlgorithm,
        spki: &[u8],
        jwk: Jwk,
    ) -> Result<Self, KeyError> {
        let parsed = ParsedPublicKey::new(verifier, spki).map_err(|_| KeyError::UnsupportedPublicKey)?;
        let kid = jwk.thumbprint();
        let jwk = Jwk {
            kid: Some(kid.clone()),
            usage: Some("sig".to_owned()),
            alg: Some(algorithm.name().to_owned()),
            ..jwk
        };
        Ok(Self {
            algorithm,
            parsed,
            spki: spki.to_vec(),
            jwk,
            kid,
        })
    }

    /// Reads the first `PUBLIC KEY` section (RFC 7468 §13) or, of RSA, `RSA PUBLIC KEY` (PKCS#1).
    ///
    /// # Errors
    /// [`KeyError::NoPemSection`], [`KeyError::DamagedPem`], and those of
    /// [`from_spki_der`](Self::from_spki_der).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if text.contains("-----BEGIN RSA PUBLIC KEY-----") {
            let relabelled = text.replace("RSA PUBLIC KEY-----", "PUBLIC KEY-----");
            return Self::rsa_from_spki_der(&parse_rsa(&read_pem(&relabelled)?)?.1);
        }
        Self::from_spki_der(&read_pem(text)?)
    }

    /// Reads a JWK. Its `kid`, where it has one, names the key; otherwise the thumbprint does.
    ///
    /// # Errors
    /// [`KeyError::Jwk`] for a `use` other than `sig`, an `alg` that is not the one of the key's kind, an
    /// unsupported `kty` or `crv`, and missing or malformed members; those of
    /// [`from_spki_der`](Self::from_spki_der).
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(KeyError::Jwk("use is not sig"));
        }
        let spki = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", None) => rsa_spki(&member(jwk.n.as_deref())?, &member(jwk.e.as_deref())?)?,
            ("EC", Some("P-256")) => [
                &P256_PREFIX[..],
                &coordinate(jwk.x.as_deref())?,
                &coordinate(jwk.y.as_deref())?,
            ]
            .concat(),
            ("OKP", Some("Ed25519")) => [&ED25519_PREFIX[..], &coordinate(jwk.x.as_deref())?].concat(),
            _ => return Err(KeyError::Jwk("unsupported kty or crv")),
        };
        let mut key = Self::from_spki_der(&spki)?;
        if jwk.alg.as_deref().is_some_and(|alg| alg != key.algorithm.name()) {
            return Err(KeyError::Jwk("alg does not fit the key"));
        }
        if let Some(kid) = &jwk.kid {
            key.kid.clone_from(kid);
            key.jwk.kid = Some(kid.clone());
        }
        Ok(key)
    }

    /// The one algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key as a JWK with `kid`, `use` and `alg`.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The DER `SubjectPublicKeyInfo`.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The same as PEM text, lines of 64 characters, as openssl writes it.
    pub fn spki_pem(&self) -> String {
        let body = STANDARD.encode(&self.spki);
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for start in (0..body.len()).step_by(64) {
            pem.push_str(&body[start..body.len().min(start + 64)]);
            pem.push('\n');
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        pem
    }

    /// SHA-256 over the DER form, in lower-case hex.
    pub fn sha256_fingerprint(&self) -> String {
        hex::encode(digest(&SHA256, &self.spki))
    }

    /// Whether `signature` is this key's signature of `input`.
    pub fn verify(&self, input: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(input, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.kid == other.kid && self.spki == other.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm, self.kid)
    }
}

/// The RSA key and its canonical SPKI, of an SPKI or of a bare PKCS#1 `RSAPublicKey`.
fn parse_rsa(der: &[u8]) -> Result<(rsa::PublicKey, Vec<u8>), KeyError> {
    let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::UnsupportedPublicKey)?;
    let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::UnsupportedPublicKey)?;
    let spki = spki.as_ref().to_vec();
    Ok((key, spki))
}

fn rsa_spki(n: &[u8], e: &[u8]) -> Result<Vec<u8>, KeyError> {
    let parsed = rsa::PublicKeyComponents { n, e }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .map_err(|_| KeyError::Jwk("n or e is not a positive integer without leading zeros"))?;
    Ok(parsed.as_ref().to_vec())
}

fn member(value: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = value.ok_or(KeyError::Jwk("a member of the key is missing"))?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| KeyError::Jwk("a member of the key is not base64url"))
}

fn coordinate(value: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let bytes = member(value)?;
    if bytes.len() == 32 {
        Ok(bytes)
    } else {
        Err(KeyError::Jwk("x and y must have 32 bytes"))
    }
}

fn read_pem(text: &str) -> Result<SubjectPublicKeyInfoDer<'static>, KeyError> {
    SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()).map_err(|error| match error {
        pem::Error::NoItemsFound => KeyError::NoPemSection("PUBLIC KEY"),
        _ => KeyError::DamagedPem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signing::testing::{self, b64, public, unb64};

    /// As `openssl pkey -pubin -outform DER | sha256sum` gives them.
    const FINGERPRINTS: [(&str, &str); 3] = [
        (
            testing::RFC7515_A2.0,
            "6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c",
        ),
        (
            testing::RFC7515_A3.0,
            "2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827",
        ),
        (
            testing::RFC8037_JWK,
            "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9",
        ),
    ];

    #[test]
    fn fingerprints_are_those_of_openssl() {
        for (jwk, fingerprint) in FINGERPRINTS {
            assert_eq!(public(jwk).sha256_fingerprint(), fingerprint);
        }
    }

    #[test]
    fn published_signatures_verify() {
        for (jwk, token) in [
            testing::RFC7515_A2,
            testing::RFC7515_A3,
            (testing::RFC8037_JWK, testing::RFC8037_TOKEN),
        ] {
            let (input, signature) = token.rsplit_once('.').unwrap();
            let signature = unb64(signature);
            assert!(public(jwk).verify(input.as_bytes(), &signature), "{jwk}");
            assert!(!public(jwk).verify(&input.as_bytes()[1..], &signature));
            assert!(!public(jwk).verify(input.as_bytes(), &signature[1..]));
        }
    }

    #[test]
    fn every_form_gives_the_same_key() {
        for (jwk, _) in FINGERPRINTS {
            let key = public(jwk);
            assert_eq!(key.kid(), key.jwk().thumbprint());
            assert_eq!(PublicKey::from_spki_der(key.spki_der()), Ok(key.clone()));
            assert_eq!(PublicKey::from_pem(&key.spki_pem()), Ok(key.clone()));
            assert_eq!(
                PublicKey::from_pem(&key.spki_pem().replace('\n', "\r\n")),
                Ok(key.clone())
            );
            assert_eq!(PublicKey::from_jwk(key.jwk()), Ok(key));
        }
    }

    #[test]
    fn pkcs1_public_keys_are_read() {
        let key = public(testing::RFC7515_A2.0);
        // The RSAPublicKey inside the SPKI of a 2048-bit key begins after 24 bytes.
        let body = STANDARD.encode(&key.spki_der()[24..]);
        let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----\n");
        assert_eq!(PublicKey::from_pem(&pem), Ok(key));
    }

    #[test]
    fn odd_der_is_refused() {
        for (jwk, _) in FINGERPRINTS {
            let spki = public(jwk).spki_der().to_vec();
            assert!(PublicKey::from_spki_der(&[&spki[..], &[0]].concat()).is_err());
            for length in 0..spki.len() {
                assert!(PublicKey::from_spki_der(&spki[..length]).is_err());
            }
        }
        let mut off_curve = public(testing::RFC7515_A3.0).spki_der().to_vec();
        *off_curve.last_mut().unwrap() ^= 1;
        assert_eq!(
            PublicKey::from_spki_der(&off_curve),
            Err(KeyError::UnsupportedPublicKey)
        );
        let pkcs1 = &public(testing::RFC7515_A2.0).spki_der()[24..].to_vec();
        assert_eq!(
            PublicKey::from_spki_der(pkcs1),
            Err(KeyError::UnsupportedPublicKey)
        );
    }

    #[test]
    fn odd_pem_is_refused() {
        let pem = public(testing::RFC7515_A3.0).spki_pem();
        let no_section = Err(KeyError::NoPemSection("PUBLIC KEY"));
        assert_eq!(PublicKey::from_pem(""), no_section);
        assert_eq!(PublicKey::from_pem(&pem.replace("PUBLIC", "PRIVATE")), no_section);
        assert_eq!(PublicKey::from_pem(&pem[..60]), Err(KeyError::DamagedPem));
        assert_eq!(
            PublicKey::from_pem(&pem.replace("MFkw", "M*kw")),
            Err(KeyError::DamagedPem)
        );
    }

    #[test]
    fn odd_jwks_are_refused() {
        type Edit = fn(&mut Jwk);
        let edits: [(&str, Edit); 13] = [
            (testing::RFC7515_A2.0, |jwk| jwk.usage = Some("enc".to_owned())),
            (testing::RFC7515_A2.0, |jwk| jwk.alg = Some("HS256".to_owned())),
            (testing::RFC7515_A2.0, |jwk| jwk.alg = Some("RS512".to_owned())),
            (testing::RFC7515_A2.0, |jwk| jwk.kty = "oct".to_owned()),
            (testing::RFC7515_A2.0, |jwk| jwk.e = None),
            (testing::RFC7515_A2.0, |jwk| jwk.e = Some("AQABAQABAQ".to_owned())),
            (testing::RFC7515_A2.0, |jwk| jwk.e = Some("Ag".to_owned())),
            (testing::RFC7515_A2.0, |jwk| {
                jwk.n = Some(format!("{}=", jwk.n.take().unwrap()));
            }),
            (testing::RFC7515_A2.0, |jwk| {
                jwk.n = Some(b64([&[0], &*unb64(jwk.n.as_deref().unwrap())].concat()));
            }),
            (testing::RFC7515_A3.0, |jwk| jwk.crv = Some("P-384".to_owned())),
            (testing::RFC7515_A3.0, |jwk| jwk.y = jwk.x.clone()),
            (testing::RFC7515_A3.0, |jwk| {
                // The same point, cut at another place.
                let (x, y) = (unb64(jwk.x.as_deref().unwrap()), unb64(jwk.y.as_deref().unwrap()));
                jwk.x = Some(b64(&x[..31]));
                jwk.y = Some(b64([&x[31..], &y].concat()));
            }),
            (testing::RFC8037_JWK, |jwk| jwk.x = Some(String::new())),
        ];
        for (jwk, edit) in edits {
            let mut jwk: Jwk = serde_json::from_str(jwk).unwrap();
            edit(&mut jwk);
            assert!(PublicKey::from_jwk(&jwk).is_err(), "{jwk:?}");
        }
    }

    #[test]
    fn small_rsa_keys_are_refused() {
        for (bytes, allowed) in [
            (64, false),
            (128, false),
            (255, false),
            (256, true),
            (1024, true),
            (1025, false),
        ] {
            let mut n = vec![0xff; bytes];
            n[0] = 0x80;
            let jwk = Jwk {
                n: Some(b64(n)),
                ..public(testing::RFC7515_A2.0).jwk().clone()
            };
            assert_eq!(PublicKey::from_jwk(&jwk).is_ok(), allowed, "{bytes}");
        }
    }

    #[test]
    fn the_kid_of_a_foreign_key_is_kept() {
        let key = public(testing::RFC7638_JWK);
        assert_eq!(key.kid(), "2011-04-29");
        assert_eq!(key.jwk().kid.as_deref(), Some("2011-04-29"));
    }
}
