//! Sign-in with accounts of other providers.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::Url;

use crate::config::reader::Reader;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::{Algorithm, SigningKey};

#[derive(Clone, Debug)]
pub struct Social {
    pub signup: bool,
    pub trusted_for_email: Vec<String>,
    pub clients: Vec<SocialClient>,
}

/// Us, as a provider knows us.
#[derive(Clone, Debug)]
pub struct SocialClient {
    /// `google`, `github`, …, or what the operator calls it.
    pub provider: String,
    /// What people read on the button.
    pub name: String,
    /// Where the provider is.
    pub base_url: String,
    /// Our id there.
    pub id: String,
    /// How we prove there that we are it.
    pub proof: ClientProof,
}

/// How a client proves to a provider who it is.
#[derive(Clone, Debug)]
pub enum ClientProof {
    /// It says a secret.
    Secret(SecretString),
    /// It signs a new one each time, as Apple has it.
    Signed {
        /// The team to which the client belongs.
        team: String,
        /// How the provider names the key.
        key_id: String,
        /// Ours alone.
        key: Arc<SigningKey>,
    },
}

/// A provider that is known, with the names of its settings.
struct Known {
    provider: &'static str,
    name: &'static str,
    id: (&'static str, &'static str),
    secret: (&'static str, &'static str),
    base_url: (&'static str, &'static str, &'static str),
}

const KNOWN: [Known; 9] = [
    Known {
        provider: "google",
        name: "Google",
        id: (
            "OAUTH_GOOGLE_CLIENT_ID",
            "Client id at Google; with its secret people may sign in with Google.",
        ),
        secret: ("OAUTH_GOOGLE_CLIENT_SECRET", "Client secret at Google."),
        base_url: (
            "OAUTH_GOOGLE_ISSUER",
            "https://accounts.google.com",
            "Where Google is.",
        ),
    },
    Known {
        provider: "microsoft",
        name: "Microsoft",
        id: (
            "OAUTH_MICROSOFT_CLIENT_ID",
            "Application id at Microsoft Entra; with its secret people may sign in with Microsoft.",
        ),
        secret: (
            "OAUTH_MICROSOFT_CLIENT_SECRET",
            "Client secret at Microsoft Entra.",
        ),
        base_url: (
            "OAUTH_MICROSOFT_ISSUER",
            "https://login.microsoftonline.com/common/v2.0",
            "Where the directory is; a tenant's id in place of common lets its people in alone.",
        ),
    },
    Known {
        provider: "apple",
        name: "Apple",
        id: (
            "OAUTH_APPLE_CLIENT_ID",
            "Services id at Apple; with team, key id and key people may sign in with Apple.",
        ),
        secret: (
            "OAUTH_APPLE_PRIVATE_KEY",
            "The private key from Apple (the text of its .p8 file), which signs a client secret for each sign-in.",
        ),
        base_url: (
            "OAUTH_APPLE_ISSUER",
            "https://appleid.apple.com",
            "Where Apple is.",
        ),
    },
    Known {
        provider: "github",
        name: "GitHub",
        id: (
            "OAUTH_GITHUB_CLIENT_ID",
            "Client id at GitHub; with its secret people may sign in with GitHub.",
        ),
        secret: ("OAUTH_GITHUB_CLIENT_SECRET", "Client secret at GitHub."),
        base_url: (
            "OAUTH_GITHUB_BASE_URL",
            "https://github.com",
            "Where GitHub is: an Enterprise Server of one's own, for example.",
        ),
    },
    Known {
        provider: "linkedin",
        name: "LinkedIn",
        id: (
            "OAUTH_LINKEDIN_CLIENT_ID",
            "Client id at LinkedIn; with its secret people may sign in with LinkedIn.",
        ),
        secret: ("OAUTH_LINKEDIN_CLIENT_SECRET", "Client secret at LinkedIn."),
        base_url: (
            "OAUTH_LINKEDIN_BASE_URL",
            "https://www.linkedin.com",
            "Where LinkedIn is.",
        ),
    },
    Known {
        provider: "slack",
        name: "Slack",
        id: (
            "OAUTH_SLACK_CLIENT_ID",
            "Client id at Slack; with its secret people may sign in with Slack.",
        ),
        secret: ("OAUTH_SLACK_CLIENT_SECRET", "Client secret at Slack."),
        base_url: ("OAUTH_SLACK_ISSUER", "https://slack.com", "Where Slack is."),
    },
    Known {
        provider: "discord",
        name: "Discord",
        id: (
            "OAUTH_DISCORD_CLIENT_ID",
            "Client id at Discord; with its secret people may sign in with Discord.",
        ),
        secret: ("OAUTH_DISCORD_CLIENT_SECRET", "Client secret at Discord."),
        base_url: (
            "OAUTH_DISCORD_BASE_URL",
            "https://discord.com",
            "Where Discord is.",
        ),
    },
    Known {
        provider: "x",
        name: "X",
        id: (
            "OAUTH_X_CLIENT_ID",
            "Client id at X; with its secret people may sign in with X.",
        ),
        secret: ("OAUTH_X_CLIENT_SECRET", "Client secret at X."),
        base_url: ("OAUTH_X_BASE_URL", "https://x.com", "Where X is."),
    },
    Known {
        provider: "oidc",
        name: "OpenID Connect",
        id: (
            "OAUTH_OIDC_CLIENT_ID",
            "Client id at another provider that speaks OpenID Connect, as Keycloak does.",
        ),
        secret: ("OAUTH_OIDC_CLIENT_SECRET", "Client secret there."),
        base_url: (
            "OAUTH_OIDC_ISSUER",
            "",
            "Its issuer: where /.well-known/openid-configuration is found.",
        ),
    },
];

impl Social {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let name: String = r.get(
            "OAUTH_OIDC_NAME",
            "OpenID Connect".to_owned(),
            "What people read on the button of the provider in OAUTH_OIDC_ISSUER.",
        );
        let mut asked: Vec<Asked> = KNOWN.iter().map(Asked::from).collect();
        if let Some(oidc) = asked.last_mut() {
            oidc.name = name;
        }
        asked.extend(read_issuers(r));
        let names: Vec<String> = asked.iter().map(|it| it.provider.clone()).collect();
        let clients = asked.into_iter().filter_map(|it| read_client(r, it)).collect();
        let trusted_for_email = r.get("OAUTH_TRUSTED_FOR_EMAIL", Vec::<String>::new(), "Providers (separated by commas) whose addresses are believed although they do not vouch for them: only where you decide who has which address, as in a directory of your own.");
        for provider in &trusted_for_email {
            if !names.contains(provider) {
                r.problem(
                    "OAUTH_TRUSTED_FOR_EMAIL",
                    &format!("must hold names among {}", names.join(", ")),
                );
            }
        }
        let social = Self {
            signup: r.get("OAUTH_SIGNUP", true, "Whoever signs in with another provider, with an address that it vouches for and that belongs to nobody, gets an account."),
            trusted_for_email,
            clients,
        };
        let is_common =
            |it: &SocialClient| it.provider == "microsoft" && it.base_url.ends_with("/common/v2.0");
        if social.trusted_for_email.iter().any(|it| it == "microsoft") && social.clients.iter().any(is_common)
        {
            r.problem("OAUTH_TRUSTED_FOR_EMAIL", "cannot hold microsoft with the common directory: everybody can make a tenant in it and give themselves any address; set OAUTH_MICROSOFT_ISSUER to that of your tenant");
        }
        social
    }
}

/// A provider that may be set up, with the names of its settings.
struct Asked {
    provider: String,
    name: String,
    id: (Cow<'static, str>, Cow<'static, str>),
    secret: (Cow<'static, str>, Cow<'static, str>),
    base_url: (Cow<'static, str>, &'static str, Cow<'static, str>),
}

impl From<&Known> for Asked {
    fn from(it: &Known) -> Self {
        let (base, usual, doc) = it.base_url;
        Self {
            provider: it.provider.to_owned(),
            name: it.name.to_owned(),
            id: (it.id.0.into(), it.id.1.into()),
            secret: (it.secret.0.into(), it.secret.1.into()),
            base_url: (base.into(), usual, doc.into()),
        }
    }
}

const ISSUERS: &str = "OAUTH_OIDC_PROVIDERS";

/// The longest name of an issuer of one's own.
const LONGEST_NAME: usize = 20;

/// More issuers of OpenID Connect, under names that the operator chooses.
fn read_issuers(r: &mut Reader<'_>) -> Vec<Asked> {
    let names = r.get(ISSUERS, Vec::<String>::new(), "Names (separated by commas, of small letters and digits) of more providers that speak OpenID Connect. Each is set up by settings that hold its name in capitals: OAUTH_OIDC_KEYCLOAK_ISSUER for keycloak. The name stands in paths, and links of accounts are kept under it: it stays with its issuer.");
    r.tell_of_each(
        "OAUTH_OIDC_{NAME}_CLIENT_ID",
        None,
        false,
        "Client id at that provider.",
    );
    r.tell_of_each(
        "OAUTH_OIDC_{NAME}_CLIENT_SECRET",
        None,
        true,
        "Client secret there.",
    );
    r.tell_of_each(
        "OAUTH_OIDC_{NAME}_ISSUER",
        None,
        false,
        "Its issuer: where /.well-known/openid-configuration is found.",
    );
    r.tell_of_each(
        "OAUTH_OIDC_{NAME}_NAME",
        Some("the name"),
        false,
        "What people read on its button.",
    );
    let mut all: Vec<Asked> = Vec::new();
    for provider in names {
        let is_fit = provider.starts_with(|it: char| it.is_ascii_lowercase())
            && provider
                .chars()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
            && provider.len() <= LONGEST_NAME;
        let is_taken =
            KNOWN.iter().any(|it| it.provider == provider) || all.iter().any(|it| it.provider == provider);
        if !is_fit || is_taken {
            let text = format!(
                "cannot hold {provider:?}: names are of small letters and digits, {LONGEST_NAME} at most, begin with a letter, stand there once, and are none of the providers that are known"
            );
            r.problem(ISSUERS, &text);
            continue;
        }
        let of = |what: &str| format!("OAUTH_OIDC_{}_{what}", provider.to_ascii_uppercase());
        let name = r.get(of("NAME"), provider.clone(), "What people read on its button.");
        let it = Asked {
            name,
            id: (of("CLIENT_ID").into(), "Client id at that provider.".into()),
            secret: (of("CLIENT_SECRET").into(), "Client secret there.".into()),
            base_url: (of("ISSUER").into(), "", "Its issuer.".into()),
            provider,
        };
        if !r.is_set(&it.id.0) {
            r.problem(&it.id.0, &format!("is missing: {ISSUERS} names {}", it.provider));
        }
        all.push(it);
    }
    all
}

fn read_client(r: &mut Reader<'_>, known: Asked) -> Option<SocialClient> {
    let (id_name, doc) = known.id;
    let id: Option<String> = r.optional(id_name.clone(), doc);
    let (secret_name, doc) = known.secret;
    let secret = r.secret(secret_name.clone(), doc);
    let (base, usual, doc) = known.base_url;
    let base_url: String = r.get(base.clone(), usual.to_owned(), doc);
    match (&id, r.is_set(&secret_name)) {
        (Some(_), false) => r.problem(&secret_name, &format!("is missing: {id_name} needs it")),
        (None, true) => r.problem(&id_name, &format!("is missing: {secret_name} needs it")),
        _ => {}
    }
    let signer = if known.provider == "apple" {
        let team: Option<String> = r.optional(
            "OAUTH_APPLE_TEAM_ID",
            "The team at Apple to which the services id belongs.",
        );
        let key_id: Option<String> = r.optional("OAUTH_APPLE_KEY_ID", "How Apple names the private key.");
        for (name, value) in [("OAUTH_APPLE_TEAM_ID", &team), ("OAUTH_APPLE_KEY_ID", &key_id)] {
            if id.is_some() && value.is_none() {
                r.problem(name, "is missing: OAUTH_APPLE_CLIENT_ID needs it");
            }
        }
        Some((team, key_id))
    } else {
        None
    };
    let (id, secret) = (id?, secret?);
    let is_local = |it: &Url| matches!(it.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_fit = Url::parse(&base_url)
        .is_ok_and(|it| it.scheme() == "https" || (it.scheme() == "http" && is_local(&it)));
    if !is_fit {
        r.problem(&base, "must be an https:// address; http:// only on this machine");
    }
    let proof = match signer {
        None => ClientProof::Secret(secret),
        Some((team, key_id)) => {
            let key = SigningKey::from_pem(Algorithm::Es256, secret.reveal());
            if let Err(error) = &key {
                r.problem(&secret_name, &format!("is no key for ES256: {error}"));
            }
            ClientProof::Signed {
                team: team?,
                key_id: key_id?,
                key: Arc::new(key.ok()?),
            }
        }
    };
    Some(SocialClient {
        provider: known.provider,
        name: known.name,
        base_url,
        id,
        proof,
    })
}
