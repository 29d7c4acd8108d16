//! Providers with an API of their own in place of OpenID Connect, or beside one that does not hold what it promises.

use serde::Deserialize;
use serde_json::Value;

use super::identity::{Identified, ask, person_name, shown, strange};
use crate::app::App;
use crate::config::SocialClient;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::users::Email;

/// The APIs that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// GitHub, or an Enterprise Server of one's own.
    GitHub,
    /// Discord.
    Discord,
    /// LinkedIn: its ID tokens leave the nonce out, so its userinfo is asked.
    LinkedIn,
    /// X, once Twitter.
    X,
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
        // Some have their API under a name of its own; a server of one's own, or of a test, has all under one.
        let api = |public: &str, name: &str, path: &str| {
            if base == public {
                name.to_owned()
            } else {
                format!("{base}{path}")
            }
        };
        match self {
            Self::GitHub => {
                let api = api("https://github.com", "https://api.github.com", "/api/v3");
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
            Self::LinkedIn => {
                let api = api("https://www.linkedin.com", "https://api.linkedin.com", "");
                Endpoints {
                    authorize: format!("{base}/oauth/v2/authorization"),
                    token: format!("{base}/oauth/v2/accessToken"),
                    user: format!("{api}/v2/userinfo"),
                    emails: None,
                    scope: "openid profile email",
                }
            }
            Self::X => {
                let api = api("https://x.com", "https://api.x.com", "");
                Endpoints {
                    authorize: format!("{base}/i/oauth2/authorize"),
                    token: format!("{api}/2/oauth2/token"),
                    user: format!("{api}/2/users/me?user.fields=confirmed_email"),
                    emails: None,
                    // Without the first its other scopes tell nothing.
                    scope: "tweet.read users.read users.email",
                }
            }
        }
    }

    /// Whether our secret goes in the `Authorization` header, and in no other place.
    pub(super) fn takes_basic(self) -> bool {
        self == Self::X
    }

    /// Whether an exchange may prove that it belongs to the request (RFC 7636). LinkedIn refuses a client with a secret
    /// that tries.
    pub(super) fn knows_pkce(self) -> bool {
        self != Self::LinkedIn
    }
}

/// What an API tells of a person. Ids are numbers at some providers and texts at others.
#[derive(Deserialize)]
struct ApiUser {
    #[serde(alias = "sub")]
    id: Value,
    login: Option<String>,
    username: Option<String>,
    name: Option<String>,
    global_name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    /// X tells an address only when it is confirmed.
    confirmed_email: Option<String>,
    /// At Discord about the address; at X about the person, who paid for it.
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    email_verified: Value,
}

/// X puts the person into an envelope.
#[derive(Deserialize)]
struct Enveloped {
    data: ApiUser,
}

/// One of the addresses of somebody at GitHub.
#[derive(Deserialize)]
struct ApiEmail {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

/// Asks who holds an access token.
pub(super) async fn learn(
    app: &App,
    client: &SocialClient,
    api: Api,
    endpoints: &Endpoints,
    token: &SecretString,
) -> Result<Identified> {
    let text = ask(app, client, &endpoints.user, token).await?;
    let user: ApiUser = match api {
        Api::X => serde_json::from_str(&text).map(|Enveloped { data }| data),
        _ => serde_json::from_str(&text),
    }
    .map_err(|error| strange(client, error))?;
    let subject = match &user.id {
        Value::Number(id) if id.is_u64() => id.to_string(),
        Value::String(id) if !id.is_empty() && id.len() <= 255 => id.clone(),
        _ => return Err(strange(client, "the person has no id")),
    };
    let (email, verified) = match (api, &endpoints.emails) {
        (_, Some(emails)) => {
            // The address of the profile is what the person shows, which need not be theirs.
            let text = ask(app, client, emails, token).await?;
            let all: Vec<ApiEmail> = serde_json::from_str(&text).map_err(|error| strange(client, error))?;
            let primary = all.into_iter().find(|it| it.primary);
            primary.map_or((None, false), |it| (Some(it.email), it.verified))
        }
        (Api::X, None) => (user.confirmed_email, true),
        (Api::LinkedIn, None) => (user.email, user.email_verified == true),
        (Api::Discord | Api::GitHub, None) => (user.email, user.verified),
    };
    let name = user.name.or(user.global_name);
    Ok(Identified {
        provider: client.provider.clone(),
        subject,
        email: email.as_deref().and_then(|it| Email::parse(it).ok()),
        vouches_for_email: verified,
        first_name: person_name(user.given_name.as_deref().or(name.as_deref())),
        last_name: person_name(user.family_name.as_deref()),
        name: shown(name.or(user.login).or(user.username).as_deref()),
    })
}
