//! Single sign-on of organizations.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::Server;
use crate::config::reader::Reader;
use crate::crypto::secret::SecretString;

/// The shortest secret that is taken, in bytes.
const SHORTEST: usize = 16;

/// The largest difference of clocks that is excused.
const LARGEST_SKEW: u32 = 180;

#[derive(Clone, Debug)]
pub struct Sso {
    pub relay_state_secret: Option<SecretString>,
    pub callback_url: String,
    pub attributes: AttributeLists,
    pub skew: Duration,
}

/// Under which names a provider may tell something of a person; the first that holds a value wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeLists {
    /// The address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email: Vec<String>,
    /// The given name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_name: Vec<String>,
    /// The family name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub last_name: Vec<String>,
    /// The groups that somebody belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

impl AttributeLists {
    /// Names that Entra ID, Okta, Google, ADFS, Keycloak and OpenID Connect use, the usual ones first.
    fn usual() -> Self {
        Self {
            email: names(&[
                "email",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                "mail",
                "urn:oid:0.9.2342.19200300.100.1.3",
                "urn:oid:1.2.840.113549.1.9.1",
                "NameID",
            ]),
            first_name: names(&[
                "firstName",
                "givenName",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
                "given_name",
                "first_name",
                "urn:oid:2.5.4.42",
            ]),
            last_name: names(&[
                "lastName",
                "surname",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
                "family_name",
                "last_name",
                "sn",
                "urn:oid:2.5.4.4",
            ]),
            groups: names(&[
                "groups",
                "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
                "http://schemas.xmlsoap.org/claims/Group",
                "memberOf",
                "Role",
            ]),
        }
    }

    /// These lists, and those of another one where these are empty.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let either = |own: Vec<String>, other: &Vec<String>| if own.is_empty() { other.clone() } else { own };
        Self {
            email: either(self.email, &other.email),
            first_name: either(self.first_name, &other.first_name),
            last_name: either(self.last_name, &other.last_name),
            groups: either(self.groups, &other.groups),
        }
    }
}

impl Sso {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let relay_state_secret = r.secret(
            "SSO_RELAY_STATE_SECRET",
            "Signs what people carry to the identity provider of their organization and back; needed before a connection can be enabled. At least 16 characters, the same on all instances.",
        );
        if relay_state_secret
            .as_ref()
            .is_some_and(|it| it.reveal().len() < SHORTEST)
        {
            r.problem(
                "SSO_RELAY_STATE_SECRET",
                "is too short: use at least 16 characters, such as the output of `openssl rand -base64 32`",
            );
        }
        let usual = format!("{}/api/v1/sso/callback", server.base_url);
        let callback_url = r
            .optional::<String>(
                "SSO_CALLBACK_URL",
                "Where identity providers send people back to, exactly as it is registered there; it must lead to /api/v1/sso/callback of this server. Without it that path under APP_BASE_URL.",
            )
            .unwrap_or(usual);
        let is_fit = Url::parse(&callback_url)
            .is_ok_and(|it| matches!(it.scheme(), "http" | "https") && it.query().is_none());
        // Of what is derived, APP_BASE_URL tells.
        if !is_fit && r.is_set("SSO_CALLBACK_URL") {
            r.problem(
                "SSO_CALLBACK_URL",
                "must be a web address without a query, such as https://your-app.com/api/v1/sso/callback",
            );
        }
        let skew: u32 = r.get(
            "SSO_CLOCK_SKEW_SECONDS",
            60,
            "Seconds by which the clock of an identity provider may differ from ours; at most 180.",
        );
        if skew > LARGEST_SKEW {
            r.problem("SSO_CLOCK_SKEW_SECONDS", "must be at most 180");
        }
        let given: Option<String> = r.optional(
            "SSO_ATTRIBUTE_MAPPING",
            "JSON that says under which names identity providers tell `email`, `first_name`, `last_name` and `groups` of a person, as in {\"email\":[\"email\",\"mail\"]}; the first that holds a value wins. Lists that are left out keep the usual names.",
        );
        let own = given.map(|it| serde_json::from_str::<AttributeLists>(&it));
        let own = match own {
            Some(Err(error)) => {
                r.problem(
                    "SSO_ATTRIBUTE_MAPPING",
                    &format!("is no JSON object of lists of names: {error}"),
                );
                None
            }
            Some(Ok(own)) => Some(own),
            None => None,
        };
        Self {
            relay_state_secret,
            callback_url,
            attributes: own.unwrap_or_default().or(&AttributeLists::usual()),
            skew: Duration::from_secs(skew.into()),
        }
    }
}
