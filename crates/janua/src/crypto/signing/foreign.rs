//! Tokens that other servers sign: ID tokens of identity providers (OpenID Connect Core §3.1.3.7).
//!
//! What always holds: only keys that were read from the provider's own key set verify, each with its one algorithm, and
//! only algorithms that the caller allows; a payload is handed out only after that.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::header::ForeignHeader;
use super::jws::{JwsError, VerifiedPayload};
use super::{Algorithm, Jwks, PublicKey};

/// The longest ID token that is read, in bytes: those of big directories name all groups of a person.
const LONGEST: usize = 64 * 1024;

/// The signing keys of another server.
#[derive(Clone, Debug, Default)]
pub struct ForeignKeys(Vec<(Option<String>, PublicKey)>);

impl ForeignKeys {
    /// Takes the keys of a set that can verify signatures here; others, as for encryption, are left out.
    pub fn read(set: &Jwks) -> Self {
        let keys = set.keys.iter().filter_map(|jwk| {
            let key = PublicKey::from_jwk(jwk).ok()?;
            Some((jwk.kid.clone(), key))
        });
        Self(keys.collect())
    }

    /// Whether no key can verify anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that a token names; the only one, when it names none.
    fn find(&self, kid: Option<&str>) -> Option<&PublicKey> {
        match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys
                .iter()
                .find(|(own, _)| own.as_deref() == Some(kid))
                .map(|(_, key)| key),
            (None, [(_, key)]) => Some(key),
            (None, _) => None,
        }
    }
}

/// Verifies a compact JWS of another server. HMAC is never allowed: what we share with a provider signs nothing.
///
/// # Errors
/// [`JwsError`], for the first rule that is broken; `UnknownKey` may mean that the provider has newer keys.
pub fn verify_foreign(
    token: &str,
    keys: &ForeignKeys,
    allowed: &[Algorithm],
) -> Result<VerifiedPayload, JwsError> {
    if token.len() > LONGEST {
        return Err(JwsError::TooLarge);
    }
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Encoding);
    let (input, signature) = token.rsplit_once('.').ok_or(JwsError::Encoding)?;
    let (header, payload) = input.split_once('.').ok_or(JwsError::Encoding)?;
    let [header, payload, signature] = [decode(header)?, decode(payload)?, decode(signature)?];
    let header = ForeignHeader::parse(&header)?;
    if header.typ.is_some_and(|it| !it.eq_ignore_ascii_case("JWT")) {
        return Err(JwsError::Type);
    }
    let key = keys.find(header.kid.as_deref()).ok_or(JwsError::UnknownKey)?;
    let algorithm = key.algorithm();
    let is_allowed = allowed.contains(&algorithm) && algorithm != Algorithm::Hs256;
    if header.alg != algorithm.name() || !is_allowed {
        return Err(JwsError::Algorithm);
    }
    if !key.verify(input.as_bytes(), &signature) {
        return Err(JwsError::Signature);
    }
    Ok(VerifiedPayload::of(header.kid.unwrap_or_default(), payload))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::crypto::signing::testing::{b64, forge, key};

    const ALL: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

    fn keys(algorithms: &[Algorithm]) -> ForeignKeys {
        let keys = algorithms
            .iter()
            .map(|it| key(*it).public().unwrap().jwk().clone());
        ForeignKeys::read(&Jwks { keys: keys.collect() })
    }

    fn signed(algorithm: Algorithm, header: Value) -> String {
        forge(key(algorithm), &header.to_string(), r#"{"sub":"1"}"#)
    }

    #[test]
    fn a_key_is_named_or_the_only_one_and_dictates_the_algorithm() {
        for algorithm in ALL {
            let (name, kid) = (algorithm.name(), key(algorithm).kid());
            let named = signed(algorithm, json!({"alg": name, "kid": kid, "typ": "JWT"}));
            let nameless = signed(algorithm, json!({"alg": name}));
            assert!(verify_foreign(&named, &keys(&ALL), &ALL).is_ok());
            assert!(verify_foreign(&nameless, &keys(&[algorithm]), &ALL).is_ok());
            assert_eq!(
                verify_foreign(&nameless, &keys(&ALL), &ALL).unwrap_err(),
                JwsError::UnknownKey
            );
            let others: Vec<_> = ALL.into_iter().filter(|it| *it != algorithm).collect();
            assert_eq!(
                verify_foreign(&named, &keys(&ALL), &others).unwrap_err(),
                JwsError::Algorithm
            );
            for (alg, refused) in [("none", JwsError::Algorithm), ("HS256", JwsError::Algorithm)] {
                let lying = signed(algorithm, json!({"alg": alg, "kid": kid}));
                assert_eq!(verify_foreign(&lying, &keys(&ALL), &ALL).unwrap_err(), refused);
            }
            let other_type = signed(algorithm, json!({"alg": name, "kid": kid, "typ": "at+jwt"}));
            assert_eq!(
                verify_foreign(&other_type, &keys(&ALL), &ALL).unwrap_err(),
                JwsError::Type
            );
        }
    }

    #[test]
    fn what_was_changed_or_brings_its_own_key_is_refused() {
        let algorithm = Algorithm::Es256;
        let kid = key(algorithm).kid();
        let good = signed(algorithm, json!({"alg": "ES256", "kid": kid}));
        let (input, signature) = good.rsplit_once('.').unwrap();
        let (header, _) = input.split_once('.').unwrap();
        let changed = format!("{header}.{}.{signature}", b64(r#"{"sub":"2"}"#));
        assert_eq!(
            verify_foreign(&changed, &keys(&ALL), &ALL).unwrap_err(),
            JwsError::Signature
        );
        let jwk = key(algorithm).public().unwrap().jwk();
        for member in ["jwk", "jku", "x5c", "crit"] {
            let own = signed(algorithm, json!({"alg": "ES256", "kid": kid, member: jwk}));
            assert!(matches!(
                verify_foreign(&own, &keys(&ALL), &ALL),
                Err(JwsError::Header(_))
            ));
        }
        for text in ["", "a", "a.b", "a.b.c", "..", &"a".repeat(LONGEST + 1)] {
            assert!(verify_foreign(text, &keys(&ALL), &ALL).is_err(), "{text:.20}");
        }
    }

    #[test]
    fn keys_for_encryption_and_of_unknown_kinds_verify_nothing() {
        let mut jwk = key(Algorithm::Rs256).public().unwrap().jwk().clone();
        jwk.usage = Some("enc".into());
        let odd = crate::crypto::signing::Jwk {
            kty: "oct".into(),
            ..Default::default()
        };
        assert!(ForeignKeys::read(&Jwks { keys: vec![jwk, odd] }).is_empty());
    }
}
