//! The way to an identity provider and back.
//!
//! What is signed in the state is the only secret that travels. Verifier, nonce and the ids of requests are derived from
//! it with a key of ours, so that nothing is stored that would be of use to anybody who reads the database.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use janua_saml::{Outgoing, PostForm};

use super::relay_state::{self, Nonce};
use super::{Connection, Identified, Kind, account_store, lookup, oidc, refuse_without_secret, saml};
use crate::app::{App, Keys};
use crate::crypto::secret::{self, OpaqueToken, SecretString};
use crate::error::{Code, Error, Result, Truth};
use crate::ids::SessionId;
use crate::io::db::Tx;
use crate::users::UserId;

/// How long somebody may take at a provider.
const LIFETIME: Duration = Duration::from_secs(600);

/// Within how long many ways that succeed are a loop.
const LOOP: TimeDelta = TimeDelta::minutes(1);

/// So many ways of one browser may succeed within [`LOOP`].
const ROUNDS: i64 = 2;

/// What somebody goes to a provider for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link the account of theirs there; they are signed in here, by this session.
    Link(UserId, SessionId),
    /// To see what the provider says of them; nobody is signed in.
    Test,
}

impl Purpose {
    /// As it is stored; what is linked is used like what people sign in with, and known by who began.
    const fn name(&self) -> &'static str {
        match self {
            Self::SignIn | Self::Link(..) => "sign_in",
            Self::Test => "test",
        }
    }

    fn of(row: &account_store::FlowRow) -> Self {
        match (&row.user_id, &row.session_id) {
            (Some(user), Some(session)) => Self::Link(user.clone(), session.clone()),
            _ if row.purpose == Self::Test.name() => Self::Test,
            _ => Self::SignIn,
        }
    }
}

/// How somebody leaves for a provider.
#[derive(Debug)]
pub enum Departure {
    /// By an address.
    Url(String),
    /// By a form that sends itself.
    Form(PostForm),
}

/// Somebody is about to leave for a provider.
#[derive(Debug)]
pub struct Begun {
    /// How they go.
    pub departure: Departure,
    /// Names the way, in this browser.
    pub state: String,
    /// Stays in their browser: it binds what comes back to it.
    pub browser: OpaqueToken,
    /// How long they may take.
    pub lifetime: Duration,
}

/// What somebody brings back from a provider.
#[derive(Debug)]
pub enum Answer<'a> {
    /// One of OpenID Connect.
    OpenId {
        /// What we sent along.
        state: &'a str,
        /// What can be exchanged once.
        code: Option<&'a str>,
        /// Why there is no code (RFC 6749 §4.1.2.1).
        error: Option<&'a str>,
        /// Who answers (RFC 9207).
        issuer: Option<&'a str>,
    },
}

impl Answer<'_> {
    fn state(&self) -> &str {
        match self {
            Self::OpenId { state, .. } => state,
        }
    }
}

/// Somebody has come back, and the provider has told who they are.
#[derive(Debug)]
pub struct Finished {
    /// Through which connection.
    pub connection: Connection,
    /// Who they are there.
    pub who: Identified,
    /// What they went for.
    pub purpose: Purpose,
    /// Where they want to go now.
    pub redirect_to: Option<String>,
    /// Absent where the provider began.
    state: Option<String>,
}

/// What is derived from a state.
#[derive(Debug)]
pub(super) struct Derived {
    /// What travels.
    pub(super) state: String,
    /// Proves to the provider that the exchange belongs to the request (RFC 7636).
    pub(super) verifier: SecretString,
    /// Stands in the ID token.
    pub(super) nonce: String,
    /// Names a request of SAML.
    pub(super) request: String,
}

impl Derived {
    fn of(keys: &Keys, state: String, nonce: &Nonce) -> Self {
        let derive = |what: &[u8]| URL_SAFE_NO_PAD.encode(keys.one_time.mac(&[b"sso", what, &nonce.0]));
        Self {
            state,
            verifier: SecretString::new(derive(b"verifier")),
            nonce: derive(b"nonce"),
            request: request_id(keys, nonce),
        }
    }
}

/// The id of a request of SAML: an answer that names it was made for whoever began this way.
fn request_id(keys: &Keys, nonce: &Nonce) -> String {
    let mut id = [0; 16];
    id.copy_from_slice(&keys.one_time.mac(&[b"sso", b"request", &nonce.0])[..16]);
    janua_saml::message_id(id)
}

fn hash(keys: &Keys, nonce: &Nonce) -> String {
    URL_SAFE_NO_PAD.encode(keys.one_time.mac(&[b"sso", b"state", &nonce.0]))
}

fn read_browser(held: Option<&str>) -> Option<OpaqueToken> {
    held.and_then(|it| OpaqueToken::parse(it, secret::Kind::SsoBrowser).ok())
}

/// Begins a way. `held` is what the browser holds of an earlier one: several tabs may be on their way at once.
///
/// # Errors
/// `SSO_RELAY_STATE_SECRET_MISSING`, `SSO_CONNECTION_INCOMPLETE`; `SSO_REDIRECT_LOOP` for who has just succeeded twice;
/// `EXTERNAL_SERVICE_ERROR` when the provider cannot be reached.
pub async fn begin(
    app: &App,
    connection: &Connection,
    purpose: &Purpose,
    redirect_to: Option<&str>,
    hint: Option<&str>,
    held: Option<&str>,
) -> Result<Begun> {
    refuse_without_secret(app)?;
    refuse_incomplete(connection)?;
    let now = app.clock.now();
    let browser = read_browser(held);
    if let Some(browser) = &browser
        && *purpose == Purpose::SignIn
    {
        let hash = browser.hash(&app.keys.one_time);
        if account_store::rounds(&app.db, hash.as_str(), now - LOOP).await? >= ROUNDS {
            return Err(Error::new(Code::SsoLoop).with("setting", "SESSION_COOKIE_SAMESITE"));
        }
    }
    let browser =
        browser.unwrap_or_else(|| OpaqueToken::from_random(app.random.bytes(), secret::Kind::SsoBrowser));
    let nonce = Nonce(app.random.bytes());
    let derived = Derived::of(&app.keys, relay_state::write(app, &nonce, &browser)?, &nonce);
    let departure = depart(app, connection, &derived, hint).await?;
    let (state, held) = (hash(&app.keys, &nonce), browser.hash(&app.keys.one_time));
    let new = account_store::NewFlow {
        state: &state,
        browser: held.as_str(),
        connection: &connection.id,
        purpose: purpose.name(),
        redirect_to,
        who: match purpose {
            Purpose::Link(user, session) => Some((user, session)),
            Purpose::SignIn | Purpose::Test => None,
        },
        now,
        expires_at: now + LIFETIME,
    };
    account_store::begin(&app.db, new).await?;
    Ok(Begun {
        departure,
        state: derived.state,
        browser,
        lifetime: LIFETIME,
    })
}

async fn depart(
    app: &App,
    connection: &Connection,
    derived: &Derived,
    hint: Option<&str>,
) -> Result<Departure> {
    Ok(match connection.kind {
        Kind::Oidc => Departure::Url(oidc::authorization_url(app, connection, derived, hint).await?),
        Kind::Saml => match saml::ask(app, connection, &derived.request, &derived.state).await? {
            Outgoing::Redirect(url) => Departure::Url(url.into()),
            Outgoing::Post(form) => Departure::Form(form),
        },
    })
}

/// Goes on with a way that has begun elsewhere for this browser, where an address alone did not lead to the provider.
///
/// # Errors
/// `SSO_STATE_INVALID` for a way that is not ours, was gone, is too old or belongs to another browser.
pub async fn resume(app: &App, state: &str, held: Option<&str>) -> Result<(Begun, Connection)> {
    let invalid = |truth| Code::SsoStateInvalid.because(truth);
    let browser = read_browser(held).ok_or_else(|| invalid(Truth::StateNoCookie))?;
    let nonce = relay_state::read(app, state, &browser)?.ok_or_else(|| invalid(Truth::StateMalformed))?;
    for keys in app.all_keys() {
        let waiting = account_store::waiting(&app.db, &hash(keys, &nonce), app.clock.now()).await?;
        if let Some(row) = waiting {
            let connection = lookup::usable(app, &row.connection_id).await?;
            let derived = Derived::of(keys, state.to_owned(), &nonce);
            let begun = Begun {
                departure: depart(app, &connection, &derived, None).await?,
                state: derived.state,
                browser,
                lifetime: LIFETIME,
            };
            return Ok((begun, connection));
        }
    }
    Err(invalid(Truth::StateUnknown))
}

/// Refuses what cannot work.
///
/// # Errors
/// `SSO_CONNECTION_INCOMPLETE`.
pub(super) fn refuse_incomplete(connection: &Connection) -> Result<()> {
    let missing = connection.missing();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(Code::SsoIncomplete).with("missing", missing))
}

/// Takes somebody back, and learns who they are. A state counts once, whatever comes of it.
///
/// # Errors
/// `SSO_STATE_INVALID` for a state that is not ours, was used, is too old or belongs to another browser;
/// `SSO_CONNECTION_DISABLED`; `SSO_AUTHENTICATION_ERROR` for what the provider must not say; `EXTERNAL_SERVICE_ERROR` when
/// it fails.
pub async fn finish(app: &App, answer: &Answer<'_>, held: Option<&str>) -> Result<Finished> {
    let invalid = |truth| Code::SsoStateInvalid.because(truth);
    let browser = read_browser(held).ok_or_else(|| invalid(Truth::StateNoCookie))?;
    let nonce =
        relay_state::read(app, answer.state(), &browser)?.ok_or_else(|| invalid(Truth::StateMalformed))?;
    let mut found = None;
    for keys in app.all_keys() {
        let state = hash(keys, &nonce);
        let hash = browser.hash(&keys.one_time);
        let taken = account_store::take(&app.db, &state, hash.as_str(), app.clock.now()).await?;
        if let Some(row) = taken {
            let derived = Derived::of(keys, answer.state().to_owned(), &nonce);
            found = Some((row, derived, state));
            break;
        }
    }
    let (row, derived, state) = found.ok_or_else(|| invalid(Truth::StateUnknown))?;
    let purpose = Purpose::of(&row);
    let connection = lookup::usable(app, &row.connection_id).await?;
    if purpose != Purpose::Test {
        connection.refuse_unless_enabled()?;
    }
    let who = match (connection.kind, answer) {
        (
            Kind::Oidc,
            Answer::OpenId {
                code, error, issuer, ..
            },
        ) => oidc::learn(app, &connection, &derived, (*code, *error, *issuer)).await?,
        // It came with a form and was kept; now the browser is known, too.
        (Kind::Saml, Answer::OpenId { .. }) => {
            let response = row
                .response
                .as_deref()
                .ok_or_else(|| invalid(Truth::StateUnknown))?;
            saml::learn(app, &connection, response, Some(&derived.request)).await?
        }
    };
    if purpose == Purpose::Test {
        let mut tx = app.db.begin().await?;
        use_up(&mut tx, &who).await?;
        tx.commit().await?;
    }
    Ok(Finished {
        connection,
        who,
        purpose,
        redirect_to: row.redirect_to,
        state: Some(state),
    })
}

/// Uses up the assertion that told who somebody is.
pub(super) async fn use_up(tx: &mut Tx, who: &Identified) -> Result<()> {
    let Some(assertion) = who.carried() else {
        return Ok(());
    };
    let connection = who.connection();
    let facts = format!("{connection}\n{}", assertion.id);
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, facts.as_bytes()));
    if account_store::use_up(tx, &hash, connection, assertion.until).await? {
        return Ok(());
    }
    let reason = "the assertion was used before: each counts once";
    tracing::debug!(target: "saml2", connection_id = %connection, assertion = assertion.id, reason);
    Err(Error::new(Code::SsoRefused)
        .says("Assertion not valid")
        .with("connection_id", connection.as_str())
        .with("reason", reason)
        .caused_by(format!("{connection}: {reason}: {}", assertion.id)))
}

/// What became of a response that came with a form of another site, and so without the cookies of its browser.
#[derive(Debug)]
pub enum Kept {
    /// It answers somebody who left from here: it waits for their browser to come again.
    Waiting,
    /// It answers nobody who is on their way.
    Unasked,
}

/// Takes a response of SAML as it comes with a form, and keeps it until the browser comes again with its cookies. It is
/// checked now, so that nobody fills the store with nonsense, and again when it is used. A way counts once, whatever comes
/// of it.
///
/// # Errors
/// `SSO_AUTHENTICATION_ERROR` for what the provider must not say; `SSO_STATE_INVALID` when an answer is kept already;
/// `OVERLOADED`.
pub async fn keep(app: &App, response: &str, relay_state: &str) -> Result<Kept> {
    refuse_without_secret(app)?;
    let Some(nonce) = relay_state::peek(relay_state) else {
        return Ok(Kept::Unasked);
    };
    let now = app.clock.now();
    for keys in app.all_keys() {
        let state = hash(keys, &nonce);
        let Some(row) = account_store::waiting(&app.db, &state, now).await? else {
            continue;
        };
        let connection = lookup::usable(app, &row.connection_id).await?;
        let learnt = saml::learn(app, &connection, response, Some(&request_id(keys, &nonce))).await;
        if let Err(refused) = learnt {
            account_store::spoil(&app.db, &state, now).await?;
            return Err(refused);
        }
        if !account_store::keep(&app.db, &state, response, now).await? {
            return Err(Code::SsoStateInvalid.because(Truth::StateUnknown));
        }
        return Ok(Kept::Waiting);
    }
    Ok(Kept::Unasked)
}

/// Takes somebody whom a provider sends here unasked, where a connection allows that.
///
/// # Errors
/// `SSO_STATE_INVALID` for what answers somebody, but nobody who is on their way; `SSO_AUTHENTICATION_ERROR` for what the
/// provider must not say, or where it may not begin.
pub async fn unsolicited(app: &App, response: &str, redirect_to: Option<String>) -> Result<Finished> {
    let seen = saml::peek(app, response).await?;
    if seen.in_response_to.is_some() {
        return Err(Code::SsoStateInvalid.because(Truth::StateUnknown));
    }
    let all = lookup::of_idp(app, seen.issuer.as_deref().unwrap_or_default()).await?;
    let meant = |it: &&Connection| {
        let audience = seen.audience.as_deref();
        audience.is_none_or(|audience| audience == saml::entity_id(app, it))
    };
    let mut refusal = Error::new(Code::SsoRefused).says("Assertion not valid").with(
        "reason",
        "no enabled connection is for this identity provider and audience",
    );
    for connection in all.iter().filter(meant) {
        if !saml::settings(connection)?.allow_idp_initiated {
            let reason =
                "the identity provider began, and the connection does not allow that (allow_idp_initiated)";
            refusal = saml::not_valid(connection, reason);
            continue;
        }
        match saml::learn(app, connection, response, None).await {
            Ok(who) => {
                return Ok(Finished {
                    connection: connection.clone(),
                    who,
                    purpose: Purpose::SignIn,
                    redirect_to,
                    state: None,
                });
            }
            Err(refused) => refusal = refused,
        }
    }
    Err(refusal)
}

/// Notes that a way ended in a session, so that a loop is noticed.
///
/// # Errors
/// When the database fails.
pub async fn succeed(app: &App, finished: &Finished) -> Result<()> {
    match &finished.state {
        Some(state) => Ok(account_store::succeed(&app.db, state).await?),
        None => Ok(()),
    }
}

/// The connection that the holder of a ticket may try.
///
/// # Errors
/// `SSO_STATE_INVALID` for a ticket that is not ours, or too old.
pub async fn test_of_ticket(app: &App, ticket: &str) -> Result<Connection> {
    let id = relay_state::of_ticket(app, ticket)?;
    let id = id.ok_or_else(|| Code::SsoStateInvalid.because(Truth::StateMalformed))?;
    lookup::usable(app, &id).await
}

/// Forgets people who never came back.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(account_store::sweep(&app.db, app.clock.now()).await?)
}
