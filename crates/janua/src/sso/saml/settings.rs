//! What is configured of a provider that speaks SAML, as it is stored.

use chrono::{DateTime, Utc};
use janua_saml::Certificate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A provider that speaks SAML 2.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and all go together"
)]
#[serde(default)]
pub struct SamlSettings {
    /// Who it is.
    pub idp_entity_id: String,
    /// Where people sign in.
    pub sign_in: SamlEndpoint,
    /// Where people sign out; empty where that is not known.
    pub sign_out: SamlEndpoint,
    /// What it signs with, in PEM: any of them counts, and nothing else.
    pub certificates: Vec<String>,
    /// Where its metadata is found; empty where it was pasted or typed.
    pub metadata_url: String,
    /// What its metadata has to be signed with, in PEM; empty where whoever hands it over vouches for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metadata_certificate: String,
    /// When it was last read there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_read_at: Option<DateTime<Utc>>,
    /// Why it could not be taken the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_trouble: Option<String>,
    /// The kind of name that people are to be told by.
    pub name_id_format: NameIdFormat,
    /// Whether it may begin a sign-in that nobody here has asked for.
    pub allow_idp_initiated: bool,
    /// Whether assertions have to be encrypted.
    pub wants_encryption: bool,
    /// Whether SHA-1 is put up with.
    pub allow_sha1: bool,
    /// Our own certificates in PEM, the one in use first; the keys to them are sealed.
    pub own_certificates: Vec<String>,
    /// Whether the second of them is the one to come; else it is the one before.
    pub next_is_announced: bool,
}

impl SamlSettings {
    /// Until when the last of its certificates says that it counts.
    pub(in crate::sso) fn certificates_end_at(&self) -> Option<DateTime<Utc>> {
        let all = self.certificates.iter();
        let read = all.filter_map(|it| Certificate::from_pem(it).ok());
        read.map(|it| it.not_after()).max()
    }
}

/// Where messages go, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamlEndpoint {
    /// Where.
    pub url: String,
    /// How.
    pub binding: SamlBinding,
    /// Where answers go, if that is another place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
}

/// How a message travels (Bindings §3.4 and §3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamlBinding {
    /// In the address of a redirect.
    #[default]
    Redirect,
    /// In a form that sends itself.
    Post,
}

impl SamlBinding {
    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "redirect" => Self::Redirect,
            "post" => Self::Post,
            _ => return None,
        })
    }
}

/// The kind of name that people are told by (Core §8.3). One that changes with every session names nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameIdFormat {
    /// Whatever the provider likes.
    #[default]
    Unspecified,
    /// A pseudonym that stays the same.
    Persistent,
    /// An address.
    Email,
}

impl NameIdFormat {
    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "unspecified" => Self::Unspecified,
            "persistent" => Self::Persistent,
            "email" => Self::Email,
            _ => return None,
        })
    }

    /// The name of the standard; nothing is asked for where anything is fine.
    pub(super) const fn urn(self) -> Option<&'static str> {
        match self {
            Self::Unspecified => None,
            Self::Persistent => Some(janua_saml::name_id::PERSISTENT),
            Self::Email => Some(janua_saml::name_id::EMAIL_ADDRESS),
        }
    }
}
