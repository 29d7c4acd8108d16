//! The claims of an access token (RFC 9068 §2.2, RFC 7519 §4.1).

use serde::{Deserialize, Serialize};

/// What an access token says. Times are whole Unix seconds; optional claims are left out when absent.
///
/// Reading refuses repeated claims and other JSON types, and ignores claims that it does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who issued the token: the public address of this installation.
    pub iss: String,
    /// For whom the token is meant.
    pub aud: Audience,
    /// Whom the token speaks for.
    pub sub: String,
    /// The session it belongs to; ending that session ends the token.
    pub sid: String,
    /// The token's own id.
    pub jti: String,
    /// When it was issued.
    pub iat: i64,
    /// From when on it is no longer accepted.
    pub exp: i64,
    /// The granted scopes, separated by spaces (RFC 6749 §3.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The organization that the session acts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// The roles within that organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Who acts for the person, when it is not themselves (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActingParty>,
    /// How the person authenticated (RFC 8176).
    pub amr: Vec<String>,
    /// When the person last authenticated.
    pub auth_time: i64,
}

/// Who acts for the subject of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActingParty {
    /// Their id.
    pub sub: String,
}

/// For whom a token is meant: one name, or several (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// Written as a JSON string.
    One(String),
    /// Written as a JSON array.
    Many(Vec<String>),
}

impl Audience {
    /// Whether it is one name, in either form.
    pub fn is_one(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Many(many) => many.len() == 1,
        }
    }

    /// Whether `name` is among them, to the letter.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

impl From<&str> for Audience {
    fn from(name: &str) -> Self {
        Self::One(name.to_owned())
    }
}

impl From<String> for Audience {
    fn from(name: String) -> Self {
        Self::One(name)
    }
}
