//! Access tokens: issued from claims, and the proof that one was verified.
//!
//! What always holds: a [`VerifiedAccess`] comes from [`verify_access`] alone, so whoever holds one knows
//! that signature, type, issuer, audience and times were checked. Whether the session still lives is for
//! the store to say.

use serde::Deserialize;

use super::claims::AccessClaims;
use super::jws::{JwsError, SignError, sign_compact, verify_compact};
use super::key_set::KeySet;
use super::private::SigningKey;

/// The `typ` of an access token (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The most that clocks may differ.
pub const MAX_LEEWAY_SECONDS: i64 = 30;

/// What the verifier expects of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer, to the letter.
    pub issuer: &'a str,
    /// The audience that must be among those of the token.
    pub audience: &'a str,
    /// The time, in Unix seconds.
    pub now_unix: i64,
    /// By how much clocks may differ; brought into 0 to [`MAX_LEEWAY_SECONDS`].
    pub leeway_seconds: i64,
}

/// Why an access token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// It is ours and was good, but its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It names a key that is not ours, or not yet.
    #[error("the access token names a key that is not ours")]
    UnknownKey,
    /// Anything else. The reason is for the log and has nothing of the token in it.
    #[error("the access token is invalid: {0}")]
    Invalid(&'static str),
}

impl From<JwsError> for AccessError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::UnknownKey => Self::UnknownKey,
            other => Self::Invalid(other.reason()),
        }
    }
}

/// The claims of an access token that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAccess {
    claims: AccessClaims,
}

impl VerifiedAccess {
    /// `sub`: whom the token speaks for.
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// `sid`: the session.
    pub fn session(&self) -> &str {
        &self.claims.sid
    }

    /// `jti`: the token's own id.
    pub fn token_id(&self) -> &str {
        &self.claims.jti
    }

    /// `iat`, in Unix seconds.
    pub fn issued_at(&self) -> i64 {
        self.claims.iat
    }

    /// `exp`, in Unix seconds.
    pub fn expires_at(&self) -> i64 {
        self.claims.exp
    }

    /// `auth_time`, in Unix seconds.
    pub fn auth_time(&self) -> i64 {
        self.claims.auth_time
    }

    /// `amr`: how the person authenticated.
    pub fn amr(&self) -> &[String] {
        &self.claims.amr
    }

    /// The single scopes of `scope`.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.claims
            .scope
            .as_deref()
            .unwrap_or_default()
            .split_ascii_whitespace()
    }

    /// `org`: the organization that the session acts in.
    pub fn organization(&self) -> Option<&str> {
        self.claims.org.as_deref()
    }

    /// `act.sub`: who acts for the subject.
    pub fn actor(&self) -> Option<&str> {
        self.claims.act.as_ref().map(|it| it.sub.as_str())
    }

    /// `roles` within that organization.
    pub fn roles(&self) -> &[String] {
        self.claims.roles.as_deref().unwrap_or_default()
    }

    /// Judges the token's times once more, at another moment than that of its verification.
    ///
    /// # Errors
    /// [`AccessError::Expired`], or [`AccessError::Invalid`] when the clock was set back behind its issue.
    pub fn is_in_time(&self, expected: &Expected<'_>) -> Result<(), AccessError> {
        let leeway = expected.leeway_seconds.clamp(0, MAX_LEEWAY_SECONDS);
        let latest = expected.now_unix.saturating_add(leeway);
        refuse(self.claims.iat > latest, "iat is in the future")?;
        if expected.now_unix >= self.claims.exp.saturating_add(leeway) {
            return Err(AccessError::Expired);
        }
        Ok(())
    }

    /// All claims.
    pub fn claims(&self) -> &AccessClaims {
        &self.claims
    }
}

/// Issues an access token.
///
/// # Errors
/// [`SignError`].
pub fn sign_access(key: &SigningKey, claims: &AccessClaims) -> Result<String, SignError> {
    sign_compact(key, ACCESS_TOKEN_TYPE, claims)
}

/// Verifies an access token (RFC 9068 §4).
///
/// # Errors
/// [`AccessError::Expired`] when nothing but its age is wrong, [`AccessError::UnknownKey`] when none of the keys is the
/// one that it names, [`AccessError::Invalid`] otherwise.
pub fn verify_access(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<VerifiedAccess, AccessError> {
    let payload = verify_compact(token, keys, ACCESS_TOKEN_TYPE)?;
    let claims: AccessClaims = payload.claims()?;
    let NotBefore { nbf } = payload.claims()?;
    let leeway = expected.leeway_seconds.clamp(0, MAX_LEEWAY_SECONDS);
    let latest = expected.now_unix.saturating_add(leeway);

    refuse(claims.iss != expected.issuer, "iss is another issuer")?;
    refuse(!claims.aud.contains(expected.audience), "aud does not name us")?;
    refuse(claims.sub.is_empty(), "sub is empty")?;
    refuse(
        claims.iat < 0 || claims.auth_time < 0 || claims.exp < 0,
        "a time is negative",
    )?;
    refuse(claims.exp <= claims.iat, "exp is not after iat")?;
    refuse(nbf.is_some_and(|nbf| nbf > latest), "nbf is in the future")?;
    let verified = VerifiedAccess { claims };
    verified.is_in_time(expected)?;
    Ok(verified)
}

/// Our tokens do not carry `nbf`; one that does is held to it (RFC 7519 §4.1.5).
#[derive(Deserialize)]
struct NotBefore {
    #[serde(default)]
    nbf: Option<i64>,
}

fn refuse(broken: bool, reason: &'static str) -> Result<(), AccessError> {
    if broken {
        Err(AccessError::Invalid(reason))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::crypto::signing::testing::{forge, header, key, key_set};
    use crate::crypto::signing::{Algorithm, Audience};

    const NOW: i64 = 1_800_000_000;
    const EXPECTED: Expected<'static> = Expected {
        issuer: "https://auth.example",
        audience: "janua",
        now_unix: NOW,
        leeway_seconds: 5,
    };

    fn claims() -> AccessClaims {
        AccessClaims {
            iss: "https://auth.example".to_owned(),
            aud: "janua".into(),
            sub: "user".to_owned(),
            sid: "session".to_owned(),
            jti: "token".to_owned(),
            iat: NOW - 60,
            exp: NOW + 840,
            scope: Some("openid profile".to_owned()),
            org: Some("acme".to_owned()),
            roles: Some(vec!["admin".to_owned()]),
            act: None,
            amr: vec!["pwd".to_owned(), "otp".to_owned()],
            auth_time: NOW - 3600,
        }
    }

    fn verify(token: &str, now_unix: i64) -> Result<VerifiedAccess, AccessError> {
        verify_access(token, &key_set(), &Expected { now_unix, ..EXPECTED })
    }

    /// The verdict on a correctly signed token whose payload is this text.
    fn verdict(payload: &str) -> Result<(), AccessError> {
        let key = key(Algorithm::EdDsa);
        verify(&forge(key, &header("EdDSA", key.kid()), payload), NOW).map(|_| ())
    }

    /// The verdict on honest claims but for one.
    fn with(name: &str, value: Value) -> Result<(), AccessError> {
        let mut claims = serde_json::to_value(claims()).unwrap();
        claims[name] = value;
        verdict(&claims.to_string())
    }

    #[test]
    fn honest_tokens_give_their_claims() {
        for algorithm in Algorithm::ALL {
            let token = sign_access(key(algorithm), &claims()).unwrap();
            let access = verify(&token, NOW).unwrap();
            assert_eq!(access.claims(), &claims());
            assert_eq!(
                (access.subject(), access.session(), access.token_id()),
                ("user", "session", "token")
            );
            assert_eq!((access.issued_at(), access.expires_at()), (NOW - 60, NOW + 840));
            assert_eq!(access.auth_time(), NOW - 3600);
            assert_eq!(access.scopes().collect::<Vec<_>>(), ["openid", "profile"]);
            assert_eq!(
                (access.organization(), access.roles()),
                (Some("acme"), &["admin".to_owned()][..])
            );
            assert_eq!(access.amr(), ["pwd", "otp"]);
        }
    }

    #[test]
    fn absent_claims_are_left_out() {
        let bare = AccessClaims {
            scope: None,
            org: None,
            roles: None,
            ..claims()
        };
        let json = serde_json::to_value(&bare).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "amr",
                "aud",
                "auth_time",
                "exp",
                "iat",
                "iss",
                "jti",
                "sid",
                "sub"
            ]
        );
        assert_eq!(json["aud"], "janua");
        let access = verify(&sign_access(key(Algorithm::EdDsa), &bare).unwrap(), NOW).unwrap();
        assert_eq!(
            (
                access.organization(),
                access.roles().len(),
                access.scopes().count()
            ),
            (None, 0, 0)
        );
    }

    #[test]
    fn age_is_told_apart_from_all_else() {
        let token = sign_access(key(Algorithm::EdDsa), &claims()).unwrap();
        assert!(verify(&token, NOW + 844).is_ok());
        for now in [NOW + 845, NOW + 1_000_000, i64::MAX] {
            assert_eq!(verify(&token, now).unwrap_err(), AccessError::Expired);
        }
        // A bad token is invalid, however old.
        let (input, _) = token.rsplit_once('.').unwrap();
        assert!(matches!(verify(input, NOW + 845), Err(AccessError::Invalid(_))));
        let elsewhere = AccessClaims {
            iss: "https://other.example".to_owned(),
            ..claims()
        };
        let token = sign_access(key(Algorithm::EdDsa), &elsewhere).unwrap();
        assert!(matches!(verify(&token, NOW + 845), Err(AccessError::Invalid(_))));
    }

    #[test]
    fn leeway_is_bounded() {
        let token = sign_access(key(Algorithm::EdDsa), &claims()).unwrap();
        let at = |now_unix, leeway_seconds| {
            verify_access(
                &token,
                &key_set(),
                &Expected {
                    now_unix,
                    leeway_seconds,
                    ..EXPECTED
                },
            )
            .map(|_| ())
        };
        assert_eq!(at(NOW + 869, 3600), Ok(()));
        assert_eq!(at(NOW + 870, 3600), Err(AccessError::Expired));
        assert_eq!(at(NOW + 839, -3600), Ok(()));
        assert_eq!(at(NOW + 840, -3600), Err(AccessError::Expired));
        assert_eq!(at(NOW - 90, i64::MAX), Ok(()));
        assert!(matches!(at(NOW - 91, i64::MAX), Err(AccessError::Invalid(_))));
    }

    #[test]
    fn issuer_and_audience_are_ours() {
        for iss in [
            json!("https://auth.example/"),
            json!("HTTPS://auth.example"),
            json!(""),
            json!(null),
            json!(["https://auth.example"]),
        ] {
            assert!(matches!(with("iss", iss), Err(AccessError::Invalid(_))));
        }
        assert_eq!(with("aud", json!(["other", "janua"])), Ok(()));
        assert_eq!(
            serde_json::to_value(Audience::Many(vec!["a".to_owned()])).unwrap(),
            json!(["a"])
        );
        for aud in [
            json!("other"),
            json!("janua "),
            json!([]),
            json!(["other"]),
            json!(null),
            json!({}),
            json!([["janua"]]),
            json!(["janua", 1]),
        ] {
            assert!(matches!(with("aud", aud), Err(AccessError::Invalid(_))));
        }
    }

    #[test]
    fn times_are_whole_numbers_in_order() {
        let odd = [
            json!("1900000000"),
            json!(1_900_000_000.5),
            json!(1.9e9),
            json!(null),
            json!([]),
            json!({}),
            json!(true),
            json!(-1),
            json!(u64::MAX),
        ];
        for name in ["exp", "iat", "auth_time"] {
            for value in &odd {
                assert!(
                    matches!(with(name, value.clone()), Err(AccessError::Invalid(_))),
                    "{name}: {value}"
                );
            }
            let mut claims = serde_json::to_value(claims()).unwrap();
            claims.as_object_mut().unwrap().remove(name);
            assert!(matches!(
                verdict(&claims.to_string()),
                Err(AccessError::Invalid(_))
            ));
        }
        let text = serde_json::to_string(&claims()).unwrap();
        let exp = format!("\"exp\":{}", NOW + 840);
        assert!(text.contains(&exp));
        for edited in [
            "\"exp\":1e400",
            "\"exp\":1e10",
            "\"exp\":01",
            "\"exp\":NaN",
            "\"exp\":99999999999999999999",
        ] {
            assert!(matches!(
                verdict(&text.replace(&exp, edited)),
                Err(AccessError::Invalid(_))
            ));
        }
        let twice = format!("{exp},\"exp\":9000000000");
        assert!(matches!(
            verdict(&text.replace(&exp, &twice)),
            Err(AccessError::Invalid(_))
        ));
        assert!(matches!(
            with("exp", json!(NOW - 60)),
            Err(AccessError::Invalid(_))
        ));
        assert_eq!(with("exp", json!(NOW - 59)), Err(AccessError::Expired));
        assert_eq!(with("exp", json!(i64::MAX)), Ok(()));
    }

    #[test]
    fn tokens_of_the_future_are_refused() {
        for name in ["iat", "nbf"] {
            assert_eq!(with(name, json!(NOW + 5)), Ok(()));
            assert!(
                matches!(with(name, json!(NOW + 6)), Err(AccessError::Invalid(_))),
                "{name}"
            );
        }
        for nbf in [json!("0"), json!(0.5), json!([])] {
            assert!(matches!(with("nbf", nbf), Err(AccessError::Invalid(_))));
        }
    }

    #[test]
    fn other_claims_keep_their_types() {
        for (name, value) in [
            ("sub", json!(1)),
            ("sub", json!("")),
            ("sid", json!(null)),
            ("jti", json!([])),
            ("scope", json!(["openid"])),
            ("org", json!(1)),
            ("roles", json!("admin")),
            ("amr", json!("pwd")),
        ] {
            assert!(
                matches!(with(name, value), Err(AccessError::Invalid(_))),
                "{name}"
            );
        }
        assert_eq!(with("unknown", json!({ "exp": 0 })), Ok(()));
    }

    #[test]
    fn other_types_of_token_are_refused() {
        for typ in ["JWT", "refresh+jwt", "logout+jwt", ""] {
            let token = sign_compact(key(Algorithm::EdDsa), typ, &claims()).unwrap();
            let expected = AccessError::Invalid(JwsError::Type.reason());
            assert_eq!(verify(&token, NOW).unwrap_err(), expected, "{typ}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(token in r"\PC*", now: i64) {
            prop_assert!(verify(&token, now).is_err());
        }

        #[test]
        fn arbitrary_times_never_panic(iat: i64, exp: i64, auth_time: i64, now: i64, leeway: i64) {
            let claims = AccessClaims { iat, exp, auth_time, ..claims() };
            let token = sign_access(key(Algorithm::EdDsa), &claims).unwrap();
            let expected = Expected { now_unix: now, leeway_seconds: leeway, ..EXPECTED };
            if verify_access(&token, &key_set(), &expected).is_ok() {
                prop_assert!(iat <= now.saturating_add(30) && now < exp.saturating_add(30));
            }
        }
    }
}
