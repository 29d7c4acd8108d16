//! The JOSE header of a compact JWS (RFC 7515 §4), read strictly.
//!
//! What always holds: no member occurs twice; `alg`, `kid` and `typ` are there and are strings; a header
//! that brings its own key, a place to fetch one, or an extension that changes the rules is refused
//! (RFC 8725 §3.10), whatever its value. Other members are ignored, as RFC 7515 §4 asks.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::jws::JwsError;

/// More members than any honest header has; bounds the search for duplicates.
const MAX_MEMBERS: usize = 16;

/// Members that would let the token choose its key or change how it is read.
const FORBIDDEN: [&str; 7] = ["crit", "jku", "x5u", "jwk", "x5c", "b64", "zip"];

/// The three members that matter.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) kid: String,
    pub(super) typ: String,
}

/// The same of a token that another server has signed: of its members only `alg` has to be there.
#[derive(Debug)]
pub(super) struct ForeignHeader {
    pub(super) alg: String,
    pub(super) kid: Option<String>,
    pub(super) typ: Option<String>,
}

/// The members of a header, unless one of them would let the token choose its key.
fn members(json: &[u8]) -> Result<Vec<(String, Value)>, JwsError> {
    let text = std::str::from_utf8(json).map_err(|_| JwsError::Header("the header is not UTF-8"))?;
    let Members(members) = serde_json::from_str(text)
        .map_err(|_| JwsError::Header("the header is not a JSON object of distinct members"))?;
    if members.iter().any(|(name, _)| FORBIDDEN.contains(&name.as_str())) {
        return Err(JwsError::Header("the header has a member that is not allowed"));
    }
    Ok(members)
}

/// Takes a member that is a text.
fn text_of(members: &mut Vec<(String, Value)>, wanted: &str) -> Option<String> {
    let at = members.iter().position(|(name, _)| name == wanted)?;
    match members.swap_remove(at).1 {
        Value::String(text) => Some(text),
        _ => None,
    }
}

impl Header {
    /// Reads the decoded header.
    ///
    /// # Errors
    /// [`JwsError::Header`] with the rule that is broken.
    pub(super) fn parse(json: &[u8]) -> Result<Self, JwsError> {
        let mut members = members(json)?;
        let mut text_of = |wanted| text_of(&mut members, wanted);
        Ok(Self {
            alg: text_of("alg").ok_or(JwsError::Header("the header has no text alg"))?,
            kid: text_of("kid").ok_or(JwsError::Header("the header has no text kid"))?,
            typ: text_of("typ").ok_or(JwsError::Header("the header has no text typ"))?,
        })
    }
}

impl ForeignHeader {
    /// Reads the decoded header.
    ///
    /// # Errors
    /// [`JwsError::Header`] with the rule that is broken.
    pub(super) fn parse(json: &[u8]) -> Result<Self, JwsError> {
        let mut members = members(json)?;
        Ok(Self {
            alg: text_of(&mut members, "alg").ok_or(JwsError::Header("the header has no text alg"))?,
            kid: text_of(&mut members, "kid"),
            typ: text_of(&mut members, "typ"),
        })
    }
}

/// The members of a JSON object in order, of which no two have the same name.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.len() == MAX_MEMBERS || members.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom("too many or repeated members"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_headers_are_read() {
        let header =
            Header::parse(br#" {"typ":"at+jwt","kid":"k\u0031","alg":"RS256","x5t":"ignored"} "#).unwrap();
        assert_eq!(
            (&*header.alg, &*header.kid, &*header.typ),
            ("RS256", "k1", "at+jwt")
        );
    }

    #[test]
    fn odd_headers_are_refused() {
        let plain = r#""alg":"RS256","kid":"k","typ":"at+jwt""#;
        let mut hostile: Vec<String> = FORBIDDEN
            .iter()
            .flat_map(|name| {
                ["null", "true", "[]", "\"x\"", "{}"].map(|value| format!("{{{plain},\"{name}\":{value}}}"))
            })
            .collect();
        hostile.extend(
            [
                // Repeated, also in another spelling of the same name.
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt","alg":"none"}"#,
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt","al\u0067":"none"}"#,
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt","x":1,"x":2}"#,
                // Missing.
                r#"{"kid":"k","typ":"at+jwt"}"#,
                r#"{"alg":"RS256","typ":"at+jwt"}"#,
                r#"{"alg":"RS256","kid":"k"}"#,
                // Of another type.
                r#"{"alg":null,"kid":"k","typ":"at+jwt"}"#,
                r#"{"alg":["RS256"],"kid":"k","typ":"at+jwt"}"#,
                r#"{"alg":"RS256","kid":0,"typ":"at+jwt"}"#,
                r#"{"alg":"RS256","kid":"k","typ":{"a":1}}"#,
                // Not an object, or more than one.
                r#"["RS256","k","at+jwt"]"#,
                r#""RS256""#,
                "null",
                "",
                "{",
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt"}{}"#,
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt",}"#,
                r#"{"alg":"RS256","kid":"k","typ":"at+jwt","n":1e400}"#,
            ]
            .map(str::to_owned),
        );
        let many: Vec<_> = (0..MAX_MEMBERS).map(|i| format!(",\"m{i}\":0")).collect();
        hostile.push(format!("{{{plain}{}}}", many.concat()));
        for header in hostile {
            assert!(
                matches!(Header::parse(header.as_bytes()), Err(JwsError::Header(_))),
                "{header}"
            );
        }
        assert!(Header::parse(b"{\"alg\":\"RS256\",\"kid\":\"\xff\",\"typ\":\"at+jwt\"}").is_err());
    }
}
