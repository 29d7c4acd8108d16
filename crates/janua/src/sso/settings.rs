//! What is configured of a connection, as it is stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::saml::SamlSettings;
use crate::config::AttributeLists;
use crate::crypto::signing::Jwk;

/// What is configured of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Whether newcomers get an account and a membership, and those who come back their new names and roles.
    pub jit: bool,
    /// The role of newcomers.
    pub default_role: String,
    /// Roles by group; the first group that somebody has wins.
    #[serde(default)]
    pub group_roles: Vec<GroupRole>,
    /// Whether who signs out here goes on to sign out at the provider.
    #[serde(default)]
    pub single_logout: bool,
    /// Names of attributes that come before the usual ones.
    #[serde(default)]
    pub attributes: AttributeLists,
    /// For OpenID Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<OidcSettings>,
    /// For SAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saml: Option<SamlSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jit: true,
            default_role: "member".to_owned(),
            group_roles: Vec::new(),
            single_logout: false,
            attributes: AttributeLists::default(),
            oidc: None,
            saml: None,
        }
    }
}

/// A role for the people of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    /// The group, as the provider names it.
    #[schema(example = "janua-admins")]
    pub group: String,
    /// The role.
    #[schema(example = "admin")]
    pub role: String,
}

/// A provider that speaks OpenID Connect.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OidcSettings {
    /// Who it is.
    pub issuer: String,
    /// Our id there.
    pub client_id: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How we prove who we are.
    pub client_auth: ClientAuth,
    /// The public half of the key that we prove it with, if that is how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_key: Option<Jwk>,
    /// The certificate of that key in PEM, for providers that know keys by theirs; keys of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_certificate: Option<String>,
}

/// How we prove to a provider who we are (Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// With the secret in the `Authorization` header, or in the form where the provider knows only that.
    #[default]
    ClientSecretBasic,
    /// With the secret in the form.
    ClientSecretPost,
    /// With a key of our own, whose public half the provider finds at `/sso/connections/{id}/jwks`.
    PrivateKeyJwt,
    /// Not at all: PKCE alone protects the code.
    None,
}

impl ClientAuth {
    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "client_secret_basic" => Self::ClientSecretBasic,
            "client_secret_post" => Self::ClientSecretPost,
            "private_key_jwt" => Self::PrivateKeyJwt,
            "none" => Self::None,
            _ => return None,
        })
    }
}
