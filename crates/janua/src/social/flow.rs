//! The way to a provider and back (RFC 6749 §4.1 with PKCE, RFC 7636; OpenID Connect Core §3.1).
//!
//! The state is the only secret that travels. Verifier and nonce are derived from it with a key of ours, so that nothing
//! has to be stored that would be of use to anybody who reads the database.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;

use super::identity::{self, Identified};
use super::providers::{self, Protocol};
use super::{Purpose, store};
use crate::app::{App, Keys};
use crate::config::SocialClient;
use crate::crypto::pkce;
use crate::crypto::secret::{Kind, OpaqueToken, SecretString};
use crate::error::{Code, Error, Result, Truth};

/// How long somebody may take at a provider.
const LIFETIME: Duration = Duration::from_secs(600);

/// Somebody is about to leave for a provider.
#[derive(Debug)]
pub struct Begun {
    /// Where they go.
    pub url: String,
    /// Stays in their browser: it binds what comes back to it.
    pub browser: OpaqueToken,
    /// How long they may take.
    pub lifetime: Duration,
}

/// What somebody brings back from a provider.
#[derive(Debug, Default)]
pub struct Answer<'a> {
    /// What we sent along.
    pub state: &'a str,
    /// What can be exchanged once.
    pub code: Option<&'a str>,
    /// Why there is no code (RFC 6749 §4.1.2.1).
    pub error: Option<&'a str>,
    /// Who answers (RFC 9207).
    pub issuer: Option<&'a str>,
    /// Given and family name as the browser brings them: nobody vouches for them.
    pub names: (Option<&'a str>, Option<&'a str>),
}

/// Somebody has come back, and the provider has told who they are.
#[derive(Debug)]
pub struct Finished {
    /// Who they are there.
    pub who: Identified,
    /// What they went for.
    pub purpose: Purpose,
    /// Where they want to go now.
    pub redirect_to: Option<String>,
}

/// What is derived from a state.
pub(super) struct Derived {
    /// Proves to the provider that the exchange belongs to the request (RFC 7636).
    pub(super) verifier: SecretString,
    /// Stands in the ID token.
    pub(super) nonce: String,
}

impl Derived {
    fn of(keys: &Keys, state: &OpaqueToken) -> Self {
        let state = state.reveal();
        let derive =
            |what: &[u8]| URL_SAFE_NO_PAD.encode(keys.one_time.mac(&[b"social", what, state.as_bytes()]));
        Self {
            verifier: SecretString::new(derive(b"verifier")),
            nonce: derive(b"nonce"),
        }
    }
}

/// Where a provider sends people back to.
pub(super) fn callback(app: &App, provider: &str) -> String {
    format!(
        "{}/api/v1/auth/oauth/{provider}/callback",
        app.config.server.base_url
    )
}

/// Begins a way. `held` is what the browser holds of an earlier one: several tabs may be on their way at once.
///
/// # Errors
/// `OAUTH_PROVIDER_UNKNOWN`; `EXTERNAL_SERVICE_ERROR` when the provider cannot be reached.
pub async fn begin(
    app: &App,
    provider: &str,
    purpose: &Purpose,
    redirect_to: Option<&str>,
    held: Option<&str>,
) -> Result<Begun> {
    let client = providers::client(app, provider)?;
    let state = OpaqueToken::from_random(app.random.bytes(), Kind::SocialState);
    let derived = Derived::of(&app.keys, &state);
    let url = authorization_url(app, client, &state, &derived).await?;
    let browser = held
        .and_then(|it| OpaqueToken::parse(it, Kind::SocialBrowser).ok())
        .unwrap_or_else(|| OpaqueToken::from_random(app.random.bytes(), Kind::SocialBrowser));
    let now = app.clock.now();
    let hashes = (state.hash(&app.keys.one_time), browser.hash(&app.keys.one_time));
    let new = store::NewFlow {
        state: hashes.0.as_str(),
        browser: hashes.1.as_str(),
        provider: &client.provider,
        redirect_to,
        who: match purpose {
            Purpose::SignIn => None,
            Purpose::Link(user, session) => Some((user, session)),
        },
        now,
        expires_at: now + LIFETIME,
    };
    store::begin(&app.db, new).await?;
    Ok(Begun {
        url,
        browser,
        lifetime: LIFETIME,
    })
}

async fn authorization_url(
    app: &App,
    client: &SocialClient,
    state: &OpaqueToken,
    derived: &Derived,
) -> Result<String> {
    let protocol = Protocol::of(&client.provider);
    let (endpoint, scope) = match protocol {
        Protocol::OpenId { scope, .. } => {
            let metadata = identity::metadata(app, client).await?;
            (metadata.authorization_endpoint, scope)
        }
        Protocol::Api(api) => {
            let endpoints = api.endpoints(&client.base_url);
            (endpoints.authorize, endpoints.scope)
        }
    };
    let mut url =
        Url::parse(&endpoint).map_err(|error| Error::new(Code::ExternalService).caused_by(error))?;
    let challenge = pkce::challenge(derived.verifier.reveal());
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.id)
        .append_pair("redirect_uri", &callback(app, &client.provider))
        .append_pair("scope", scope)
        .append_pair("state", &state.reveal());
    if protocol.knows_pkce() {
        query
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
    }
    if let Protocol::OpenId { by_form, .. } = protocol {
        query.append_pair("nonce", &derived.nonce);
        if by_form {
            query.append_pair("response_mode", "form_post");
        }
    }
    drop(query);
    Ok(url.into())
}

/// Takes somebody back, and learns from the provider who they are. A state counts once, whatever comes of it.
///
/// # Errors
/// `OAUTH_PROVIDER_UNKNOWN`; `OAUTH_STATE_INVALID` for a state that is not ours, was used, is too old or belongs to
/// another browser; `OAUTH_DENIED` when the person said no there; `EXTERNAL_SERVICE_ERROR` when the provider fails.
pub async fn finish(app: &App, provider: &str, answer: &Answer<'_>, held: Option<&str>) -> Result<Finished> {
    let client = providers::client(app, provider)?;
    let invalid = |truth| Code::OauthStateInvalid.because(truth);
    let state =
        OpaqueToken::parse(answer.state, Kind::SocialState).map_err(|_| invalid(Truth::StateMalformed))?;
    let browser = held.and_then(|it| OpaqueToken::parse(it, Kind::SocialBrowser).ok());
    let browser = browser.ok_or_else(|| invalid(Truth::StateNoCookie))?;
    let mut found = None;
    let mut tx = app.db.begin().await?;
    for keys in app.all_keys() {
        let (state_hash, browser_hash) = (state.hash(&keys.one_time), browser.hash(&keys.one_time));
        let now = app.clock.now();
        let taken = store::take(
            &mut tx,
            state_hash.as_str(),
            browser_hash.as_str(),
            &client.provider,
            now,
        )
        .await?;
        if let Some(row) = taken {
            found = Some((row, Derived::of(keys, &state)));
            break;
        }
    }
    tx.commit().await?;
    let (row, derived) = found.ok_or_else(|| invalid(Truth::StateUnknown))?;
    if let Some(error) = answer.error {
        // What a provider sends stands in the log, shortened; people are told that it did not work out.
        let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
        // The names of RFC 6749 are of these letters.
        let name: String = error
            .chars()
            .filter(|it| it.is_ascii_lowercase() || *it == '_')
            .collect();
        let refused = Code::OauthDenied.because(Truth::ProviderRefused);
        let refused = refused.given("provider_error", name);
        return Err(refused.caused_by(format!("{provider}: {error}")));
    }
    let code = answer.code.filter(|it| !it.is_empty() && it.len() <= 4096);
    let code = code.ok_or_else(|| {
        let refused = Code::OauthDenied.because(Truth::ProviderRefused);
        let reason = "neither a code nor an error";
        refused.given("provider_error", reason).caused_by(reason)
    })?;
    let who = identity::learn(app, client, code, &derived, answer.issuer).await?;
    let who = who.called(answer.names);
    let purpose = match (row.user_id, row.session_id) {
        (Some(user), Some(session)) => Purpose::Link(user, session),
        _ => Purpose::SignIn,
    };
    Ok(Finished {
        who,
        purpose,
        redirect_to: row.redirect_to,
    })
}
