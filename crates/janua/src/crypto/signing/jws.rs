//! Compact JWS (RFC 7515 §7.1): signing, and verification that trusts nothing but the key set.
//!
//! What always holds: a payload is handed out only after its signature was verified by a key of ours,
//! with the algorithm of that key, for the type the caller asked for.

use std::fmt;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::header::Header;
use super::key_set::KeySet;
use super::private::{SigningFailed, SigningKey};

/// The longest token that is issued or read. Ours are under 2 KiB; a header line takes 8 KiB at most
/// proxies.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Why a token was refused. Answers to callers do not tell these apart; logs may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwsError {
    /// Longer than [`MAX_TOKEN_BYTES`].
    TooLarge,
    /// Not three parts of base64url without padding.
    Encoding,
    /// The header breaks the rule that is named.
    Header(&'static str),
    /// No key of ours has the token's `kid`.
    UnknownKey,
    /// The `alg` of the header is not the one of the key (RFC 8725 §3.1).
    Algorithm,
    /// The `typ` of the header is another (RFC 8725 §3.11).
    Type,
    /// The signature is wrong.
    Signature,
    /// The payload is not a JSON object with the wanted claims in the wanted types.
    Claims,
}

impl JwsError {
    /// The reason in words, without anything from the token.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "the token is longer than 8 KiB",
            Self::Encoding => "the token is not three parts of base64url",
            Self::Header(rule) => rule,
            Self::UnknownKey => "the token names a key that is not ours",
            Self::Algorithm => "the token names another algorithm than its key has",
            Self::Type => "the token is of another type",
            Self::Signature => "the signature is wrong",
            Self::Claims => "a claim is missing, repeated or of another JSON type",
        }
    }
}

impl fmt::Display for JwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for JwsError {}

/// Why a token could not be issued.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The claims do not serialise to a JSON object.
    #[error("the claims are not a JSON object")]
    Claims,
    /// The token would be longer than [`MAX_TOKEN_BYTES`], so nobody would accept it.
    #[error("the token would be longer than 8 KiB")]
    TooLarge,
    /// The library failed.
    #[error(transparent)]
    Key(#[from] SigningFailed),
}

#[derive(Serialize)]
struct IssuedHeader<'a> {
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5t: Option<String>,
    #[serde(rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    x5t_s256: Option<String>,
}

/// Signs claims; the header is exactly `alg`, `kid`, `typ`.
///
/// # Errors
/// [`SignError`].
pub fn sign_compact(key: &SigningKey, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
    sign_compact_as(key, key.kid(), typ, claims)
}

/// The same under the name that another server has given the key, by which it finds its half.
///
/// # Errors
/// [`SignError`].
pub fn sign_compact_as(
    key: &SigningKey,
    kid: &str,
    typ: &str,
    claims: &impl Serialize,
) -> Result<String, SignError> {
    sign_under(
        key,
        &IssuedHeader {
            alg: key.algorithm().name(),
            kid: Some(kid),
            typ,
            x5t: None,
            x5t_s256: None,
        },
        claims,
    )
}

/// The same for whoever finds its half by a certificate (RFC 7515 §4.1.7, §4.1.8), given as DER; and by a name besides, if
/// there is one.
///
/// # Errors
/// [`SignError`].
pub fn sign_compact_certified(
    key: &SigningKey,
    kid: Option<&str>,
    certificate: &[u8],
    claims: &impl Serialize,
) -> Result<String, SignError> {
    // SHA-1 names a certificate here and protects nothing.
    let [sha1, sha256] =
        [&SHA1_FOR_LEGACY_USE_ONLY, &SHA256].map(|it| Some(URL_SAFE_NO_PAD.encode(digest(it, certificate))));
    let header = IssuedHeader {
        alg: key.algorithm().name(),
        kid,
        typ: "JWT",
        x5t: sha1,
        x5t_s256: sha256,
    };
    sign_under(key, &header, claims)
}

fn sign_under(
    key: &SigningKey,
    header: &IssuedHeader<'_>,
    claims: &impl Serialize,
) -> Result<String, SignError> {
    let header = serde_json::to_vec(header).map_err(|_| SignError::Claims)?;
    let claims = serde_json::to_vec(claims).map_err(|_| SignError::Claims)?;
    if !claims.starts_with(b"{") {
        return Err(SignError::Claims);
    }
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    if token.len() > MAX_TOKEN_BYTES {
        return Err(SignError::TooLarge);
    }
    Ok(token)
}

/// The payload of a token whose signature was verified. Made by [`verify_compact`] and `verify_foreign` alone.
#[derive(Clone, Debug)]
pub struct VerifiedPayload {
    kid: String,
    payload: Vec<u8>,
}

impl VerifiedPayload {
    /// For what verifies besides [`verify_compact`].
    pub(super) fn of(kid: String, payload: Vec<u8>) -> Self {
        Self { kid, payload }
    }

    /// The id of the key that signed.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The payload as it was signed.
    pub fn bytes(&self) -> &[u8] {
        &self.payload
    }

    /// Reads the payload as claims. Types derived by serde refuse repeated claims.
    ///
    /// # Errors
    /// [`JwsError::Claims`] unless it is one JSON object that fits `T`.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, JwsError> {
        let text = std::str::from_utf8(&self.payload).map_err(|_| JwsError::Claims)?;
        // serde would read a struct from an array too, by position.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(JwsError::Claims);
        }
        serde_json::from_str(text).map_err(|_| JwsError::Claims)
    }
}

/// Verifies a compact JWS: the `kid` chooses the key, the key dictates the algorithm, and the type must
/// be `expected_typ` (without regard to case, with or without `application/`, RFC 7515 §4.1.9).
///
/// # Errors
/// [`JwsError`], for the first rule that is broken.
pub fn verify_compact(token: &str, keys: &KeySet, expected_typ: &str) -> Result<VerifiedPayload, JwsError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JwsError::TooLarge);
    }
    let (input, signature) = token.rsplit_once('.').ok_or(JwsError::Encoding)?;
    // A further dot (a JWE has five parts) ends up in `payload`, where base64url does not allow it.
    let (header, payload) = input.split_once('.').ok_or(JwsError::Encoding)?;
    let [header_json, payload, signature] = [decode(header)?, decode(payload)?, decode(signature)?];

    let header = Header::parse(&header_json)?;
    let key = keys.find(&header.kid).ok_or(JwsError::UnknownKey)?;
    if header.alg != key.algorithm().name() {
        return Err(JwsError::Algorithm);
    }
    if !same_type(&header.typ, expected_typ) {
        return Err(JwsError::Type);
    }
    if !key.verify(input.as_bytes(), &signature) {
        return Err(JwsError::Signature);
    }
    Ok(VerifiedPayload {
        kid: header.kid,
        payload,
    })
}

fn decode(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Encoding)
}

fn same_type(typ: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => typ,
    };
    bare.eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken as oracle;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::crypto::signing::Algorithm;
    use crate::crypto::signing::testing::{self, b64, forge, key, key_set, unb64};

    fn oracle_algorithm(algorithm: Algorithm) -> oracle::Algorithm {
        algorithm.name().parse().unwrap()
    }

    #[test]
    fn what_we_sign_the_oracle_verifies() {
        for algorithm in Algorithm::ALL {
            let token = sign_compact(key(algorithm), "at+jwt", &json!({ "sub": "zoë" })).unwrap();
            let decoding = match key(algorithm).public() {
                Some(public) => {
                    let jwk = serde_json::to_value(public.jwk()).unwrap();
                    oracle::DecodingKey::from_jwk(&serde_json::from_value(jwk).unwrap()).unwrap()
                }
                None => oracle::DecodingKey::from_secret(testing::SECRET),
            };
            let mut validation = oracle::Validation::new(oracle_algorithm(algorithm));
            validation.validate_exp = false;
            validation.required_spec_claims.clear();
            let decoded = oracle::decode::<Value>(&token, &decoding, &validation).unwrap();
            assert_eq!(decoded.claims, json!({ "sub": "zoë" }));
            assert_eq!(decoded.header.kid.as_deref(), Some(key(algorithm).kid()));
            assert_eq!(decoded.header.typ.as_deref(), Some("at+jwt"));
        }
    }

    #[test]
    fn what_the_oracle_signs_we_verify() {
        for algorithm in Algorithm::ALL {
            let encoding = match algorithm {
                // The PKCS#1 key inside the PKCS#8 one: all that is before it has the same length in each.
                Algorithm::Rs256 => oracle::EncodingKey::from_rsa_der(&testing::pkcs8(algorithm)[26..]),
                Algorithm::Es256 => oracle::EncodingKey::from_ec_der(testing::pkcs8(algorithm)),
                Algorithm::EdDsa => oracle::EncodingKey::from_ed_der(testing::pkcs8(algorithm)),
                Algorithm::Hs256 => oracle::EncodingKey::from_secret(testing::SECRET),
            };
            let mut header = oracle::Header::new(oracle_algorithm(algorithm));
            header.kid = Some(key(algorithm).kid().to_owned());
            header.typ = Some("at+jwt".to_owned());
            let token = oracle::encode(&header, &json!({ "sub": "zoë" }), &encoding).unwrap();
            let payload = verify_compact(&token, &key_set(), "at+jwt").unwrap();
            assert_eq!(payload.claims::<Value>().unwrap(), json!({ "sub": "zoë" }));
            assert_eq!(payload.kid(), key(algorithm).kid());
        }
    }

    #[test]
    fn the_header_is_exact() {
        let key = key(Algorithm::Es256);
        let token = sign_compact(key, "at+jwt", &json!({})).unwrap();
        let header = String::from_utf8(unb64(token.split('.').next().unwrap())).unwrap();
        assert_eq!(
            header,
            format!(r#"{{"alg":"ES256","kid":"{}","typ":"at+jwt"}}"#, key.kid())
        );
    }

    #[test]
    fn what_nobody_would_accept_is_not_issued() {
        let key = key(Algorithm::EdDsa);
        assert!(matches!(
            sign_compact(key, "at+jwt", &["list"]),
            Err(SignError::Claims)
        ));
        let long = json!({ "roles": "x".repeat(MAX_TOKEN_BYTES) });
        assert!(matches!(
            sign_compact(key, "at+jwt", &long),
            Err(SignError::TooLarge)
        ));
    }

    #[test]
    fn types_are_compared_as_media_types() {
        let key = key(Algorithm::EdDsa);
        let accepts = |typ: &str| {
            let token = sign_compact(key, typ, &json!({})).unwrap();
            verify_compact(&token, &key_set(), "at+jwt").map(|_| ())
        };
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+JWT"] {
            assert_eq!(accepts(typ), Ok(()), "{typ}");
        }
        for typ in [
            "",
            "JWT",
            "jwt",
            "logout+jwt",
            "at+jwt ",
            "at",
            "application/",
            "text/at+jwt",
            "äpplicätion/at+jwt",
        ] {
            assert_eq!(accepts(typ), Err(JwsError::Type), "{typ}");
        }
        assert_eq!(accepts("application/application/at+jwt"), Err(JwsError::Type));
    }

    #[test]
    fn claims_are_one_object_without_repetition() {
        #[derive(Debug, serde::Deserialize)]
        struct Sub {
            #[expect(dead_code, reason = "only its type matters")]
            sub: String,
        }
        let key = key(Algorithm::EdDsa);
        let header = testing::header("EdDSA", key.kid());
        let read = |payload: &str| {
            verify_compact(&forge(key, &header, payload), &key_set(), "at+jwt")
                .unwrap()
                .claims::<Sub>()
        };
        assert!(read(r#" {"other":[{"sub":1}],"sub":"a"} "#).is_ok());
        let hostile = [
            r#"["a"]"#,
            "",
            "null",
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"sub":"a"}{}"#,
            r#"{"sub":1}"#,
            "{}",
            "\u{feff}{}",
        ];
        for payload in hostile {
            assert_eq!(read(payload).unwrap_err(), JwsError::Claims, "{payload}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(token in r"\PC*|([\w-]{0,40}\.?){0,6}") {
            prop_assert!(verify_compact(&token, &key_set(), "at+jwt").is_err());
        }

        #[test]
        fn arbitrary_parts_never_panic(header: Vec<u8>, payload: Vec<u8>, signature: Vec<u8>) {
            let token = format!("{}.{}.{}", b64(header), b64(payload), b64(signature));
            prop_assert!(verify_compact(&token, &key_set(), "at+jwt").is_err());
        }

        #[test]
        fn arbitrary_signed_payloads_never_panic(payload in r#"\{?("\w*":"?\w*"?,?)*\}?|\PC*"#) {
            let key = key(Algorithm::EdDsa);
            let token = forge(key, &testing::header("EdDSA", key.kid()), &payload);
            let verified = verify_compact(&token, &key_set(), "at+jwt").unwrap();
            let _ = verified.claims::<crate::crypto::signing::AccessClaims>();
            prop_assert_eq!(verified.bytes(), payload.as_bytes());
        }
    }
}
