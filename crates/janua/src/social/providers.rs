//! The providers that are known: how each of them is asked, and what each of them vouches for.

use super::Provider;
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
    },
    /// OAuth 2.0 with an API of the provider's own.
    Api(Api),
}

/// The APIs that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// GitHub, or an Enterprise Server of one's own.
    GitHub,
    /// Discord.
    Discord,
}

/// Where an API has what a sign-in needs.
#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) authorize: String,
    pub(super) token: String,
    pub(super) user: String,
    pub(super) emails: Option<String>,
    pub(super) scope: &'static str,
}

impl Api {
    pub(super) fn endpoints(self, base: &str) -> Endpoints {
        let base = base.trim_end_matches('/');
        match self {
            // An Enterprise Server has its API under a path, github.com under a name of its own.
            Self::GitHub => {
                let api = if base == "https://github.com" {
                    "https://api.github.com".to_owned()
                } else {
                    format!("{base}/api/v3")
                };
                Endpoints {
                    authorize: format!("{base}/login/oauth/authorize"),
                    token: format!("{base}/login/oauth/access_token"),
                    user: format!("{api}/user"),
                    emails: Some(format!("{api}/user/emails")),
                    scope: "read:user user:email",
                }
            }
            Self::Discord => Endpoints {
                authorize: format!("{base}/oauth2/authorize"),
                token: format!("{base}/api/oauth2/token"),
                user: format!("{base}/api/users/@me"),
                emails: None,
                scope: "identify email",
            },
        }
    }
}

impl Protocol {
    /// That of a provider; every other one is some issuer of OpenID Connect.
    pub(super) fn of(provider: &str) -> Self {
        match provider {
            "github" => Self::Api(Api::GitHub),
            "discord" => Self::Api(Api::Discord),
            _ => Self::OpenId {
                scope: "openid email profile",
            },
        }
    }
}

/// The providers that the operator has set up, in the order of their buttons.
pub fn all(app: &App) -> impl Iterator<Item = Provider> {
    let clients = app.config.social.clients.iter();
    clients.map(|it| Provider {
        id: it.provider,
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
