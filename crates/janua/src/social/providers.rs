//! The providers that are known: how each of them is asked, and what each of them vouches for.

use super::Provider;
use super::apis::Api;
use crate::app::App;
use crate::config::SocialClient;
use crate::error::{Code, Error, Result};

/// How a provider is asked who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// OpenID Connect: an ID token tells it.
    OpenId {
        /// What is asked for.
        scope: &'static str,
        /// Whether the answer comes as a form: Apple tells names and addresses in no other way.
        by_form: bool,
    },
    /// OAuth 2.0 with an API of the provider's own.
    Api(Api),
}

impl Protocol {
    /// That of a provider; every other one is some issuer of OpenID Connect.
    pub(super) fn of(provider: &str) -> Self {
        match provider {
            "github" => Self::Api(Api::GitHub),
            "discord" => Self::Api(Api::Discord),
            "linkedin" => Self::Api(Api::LinkedIn),
            "x" => Self::Api(Api::X),
            "apple" => Self::OpenId {
                scope: "openid email name",
                by_form: true,
            },
            _ => Self::OpenId {
                scope: "openid email profile",
                by_form: false,
            },
        }
    }

    /// Whether an exchange may prove that it belongs to the request (RFC 7636).
    pub(super) fn knows_pkce(self) -> bool {
        match self {
            Self::OpenId { .. } => true,
            Self::Api(api) => api.knows_pkce(),
        }
    }
}

/// The providers that the operator has set up, in the order of their buttons.
pub fn all(app: &App) -> impl Iterator<Item = Provider> {
    let clients = app.config.social.clients.iter();
    clients.map(|it| Provider {
        id: it.provider.clone(),
        name: it.name.clone(),
    })
}

/// Refuses a provider that is not set up here.
///
/// # Errors
/// `OAUTH_PROVIDER_UNKNOWN`.
pub fn refuse_unknown(app: &App, provider: &str) -> Result<()> {
    client(app, provider).map(drop)
}

/// One that is set up.
///
/// # Errors
/// `OAUTH_PROVIDER_UNKNOWN`.
pub(super) fn client<'a>(app: &'a App, provider: &str) -> Result<&'a SocialClient> {
    let mut clients = app.config.social.clients.iter();
    clients
        .find(|it| it.provider == provider)
        .ok_or_else(|| Error::new(Code::OauthProviderUnknown))
}
