//! What an ID token proves, checked claim by claim (OpenID Connect Core §3.1.3.7).

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::crypto::signing::{Algorithm, Audience, ForeignKeys, JwsError, verify_foreign};

/// The longest subject (Core §2).
const LONGEST_SUBJECT: usize = 255;

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it. `{tenantid}` stands for the token's own `tid`, as directories with many tenants have it.
    pub issuer: &'a str,
    /// For whom: our id at the provider.
    pub client_id: &'a str,
    /// Which sign-in it answers.
    pub nonce: &'a str,
    /// How it may be signed.
    pub algorithms: &'a [Algorithm],
    /// What time it is.
    pub now: DateTime<Utc>,
    /// By how much the clocks of both sides may differ.
    pub skew: Duration,
}

/// Why a token was refused; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Its form, its key or its signature.
    #[error("{}", .0.reason())]
    Signature(#[from] JwsError),
    /// A claim.
    #[error("the claim {0} is not what it must be")]
    Claim(&'static str),
}

/// What a token says of a person. Providers differ in types: a truth may be a text.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    iss: String,
    /// The person, for this issuer.
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nonce: Option<String>,
    tid: Option<String>,
    /// The address.
    pub email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    #[serde(default)]
    xms_edov: Value,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The whole name.
    pub name: Option<String>,
}

/// What a provider tells besides, for the access token that came with an ID token (Core §5.3.2).
#[derive(Debug, Deserialize)]
pub struct UserInfo {
    sub: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    given_name: Option<String>,
    family_name: Option<String>,
    name: Option<String>,
}

impl Claims {
    /// Whether the provider says that the person owns the address. Only a plain yes is one (`true`, as JSON or, as some
    /// have it, as text); `xms_edov` is how Entra ID says it.
    pub fn vouches_for_email(&self) -> bool {
        let is_yes = |it: &Value| *it == Value::Bool(true) || *it == Value::String("true".into());
        self.email.is_some() && (is_yes(&self.email_verified) || is_yes(&self.xms_edov))
    }
}

/// A token that was verified. [`IdToken::verify`] alone makes one.
#[derive(Clone, Debug)]
pub struct IdToken {
    claims: Claims,
    all: Map<String, Value>,
}

impl IdToken {
    /// Checks signature, issuer, audience, times and nonce.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(token: &str, keys: &ForeignKeys, expected: &Expected<'_>) -> Result<Self, Rejected> {
        let payload = verify_foreign(token, keys, expected.algorithms)?;
        let claims: Claims = payload.claims()?;
        let issuer = match &claims.tid {
            Some(tid) if is_plain(tid) => expected.issuer.replace("{tenantid}", tid),
            _ => expected.issuer.to_owned(),
        };
        let now = expected.now.timestamp();
        let skew = i64::try_from(expected.skew.as_secs()).unwrap_or(0);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a time in seconds has far fewer than 52 bits"
        )]
        let (earliest, latest) = ((now - skew) as f64, (now + skew) as f64);
        let is_sole = claims.aud.is_one() || claims.azp.is_some();
        let rules = [
            ("iss", claims.iss == issuer),
            ("aud", claims.aud.contains(expected.client_id) && is_sole),
            (
                "azp",
                claims.azp.as_deref().is_none_or(|it| it == expected.client_id),
            ),
            ("exp", claims.exp > earliest),
            ("iat", claims.iat <= latest),
            ("nonce", claims.nonce.as_deref() == Some(expected.nonce)),
            (
                "sub",
                !claims.sub.is_empty() && claims.sub.len() <= LONGEST_SUBJECT,
            ),
        ];
        match rules.into_iter().find(|(_, holds)| !holds) {
            Some((claim, _)) => Err(Rejected::Claim(claim)),
            None => Ok(Self {
                all: payload.claims()?,
                claims,
            }),
        }
    }

    /// The same with what the provider told besides, where the token says nothing itself.
    ///
    /// # Errors
    /// When that is about somebody else (Core §5.3.4).
    pub fn completed_by(self, told: UserInfo) -> Result<Self, Rejected> {
        let Self { mut claims, all } = self;
        if told.sub != claims.sub {
            return Err(Rejected::Claim("sub"));
        }
        if claims.email.is_none() {
            claims.email = told.email;
            claims.email_verified = told.email_verified;
        }
        claims.given_name = claims.given_name.or(told.given_name);
        claims.family_name = claims.family_name.or(told.family_name);
        claims.name = claims.name.or(told.name);
        Ok(Self { claims, all })
    }

    /// What it says.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// All that it says, with what the provider told besides where the token says nothing itself.
    ///
    /// # Errors
    /// When that is about somebody else (Core §5.3.4).
    pub fn all_with(&self, told: Map<String, Value>) -> Result<Map<String, Value>, Rejected> {
        if told.get("sub").and_then(Value::as_str) != Some(&self.claims.sub) {
            return Err(Rejected::Claim("sub"));
        }
        let mut all = told;
        all.extend(self.all.clone());
        Ok(all)
    }

    /// All that it says.
    pub fn all(&self) -> &Map<String, Value> {
        &self.all
    }
}

/// A tenant's id is put into an address.
fn is_plain(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::crypto::signing::{Jwks, SigningKey, sign_compact};

    fn key() -> SigningKey {
        SigningKey::generate(Algorithm::Es256).unwrap().0
    }

    fn judged(changes: Value) -> Result<IdToken, Rejected> {
        let key = key();
        let keys = ForeignKeys::read(&Jwks {
            keys: vec![key.public().unwrap().jwk().clone()],
        });
        let now = DateTime::from_timestamp(1_768_127_400, 0).unwrap();
        let mut claims = json!({
            "iss": "https://id.example", "sub": "1", "aud": "janua", "exp": now.timestamp() + 300,
            "iat": now.timestamp(), "nonce": "n", "email": "ada@example.com", "email_verified": true,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let token = sign_compact(&key, "JWT", &claims).unwrap();
        IdToken::verify(
            &token,
            &keys,
            &Expected {
                issuer: "https://id.example",
                client_id: "janua",
                nonce: "n",
                algorithms: &[Algorithm::Es256],
                now,
                skew: super::super::SKEW,
            },
        )
    }

    #[test]
    fn each_claim_is_checked() {
        assert!(judged(json!({})).is_ok());
        assert!(judged(json!({"aud": ["janua", "other"], "azp": "janua"})).is_ok());
        assert!(judged(json!({"aud": ["janua"]})).is_ok());
        for (changes, claim) in [
            (json!({"iss": "https://id.example/"}), "iss"),
            (json!({"iss": "https://evil.example"}), "iss"),
            (json!({"aud": "other"}), "aud"),
            (json!({"aud": ["janua", "other"]}), "aud"),
            (json!({"aud": []}), "aud"),
            (json!({"azp": "other"}), "azp"),
            (json!({"exp": 1_768_127_340}), "exp"),
            (json!({"iat": 1_768_127_461}), "iat"),
            (json!({"nonce": "m"}), "nonce"),
            (json!({"nonce": null}), "nonce"),
            (json!({"sub": ""}), "sub"),
            (json!({"sub": "x".repeat(256)}), "sub"),
        ] {
            assert_eq!(
                judged(changes.clone()).unwrap_err(),
                Rejected::Claim(claim),
                "{changes}"
            );
        }
        for changes in [json!({"sub": 1}), json!({"exp": "soon"}), json!({"aud": null})] {
            assert!(judged(changes).is_err());
        }
    }

    #[test]
    fn only_a_plain_yes_vouches_for_an_address() {
        let vouches = |changes: Value| judged(changes).unwrap().claims().vouches_for_email();
        assert!(vouches(json!({})));
        assert!(vouches(json!({"email_verified": "true"})));
        assert!(vouches(json!({"email_verified": null, "xms_edov": true})));
        for no in [
            json!(false),
            json!(null),
            json!("false"),
            json!(1),
            json!("yes"),
            json!([true]),
        ] {
            assert!(!vouches(json!({"email_verified": no})));
        }
        assert!(!vouches(json!({"email": null})));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_judged(text in "[A-Za-z0-9_.-]{0,200}") {
            let expected = Expected { issuer: "i", client_id: "c", nonce: "n", algorithms: &[Algorithm::Rs256], now: DateTime::UNIX_EPOCH, skew: super::super::SKEW };
            prop_assert!(IdToken::verify(&text, &ForeignKeys::default(), &expected).is_err());
        }
    }
}
