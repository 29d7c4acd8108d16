//! A connection is filled in by whoever runs the identity provider, who has no account here: by a link that a member made.
//!
//! What always holds: a link opens one connection, in the one browser that began with it, until its time is over, another
//! is made or it is withdrawn; it allows no more than the member who made it may at that moment, and never to enable the
//! connection: whoever runs the provider says who signs in, so that stays with the organization.

pub mod guides;
pub mod routes;
mod store;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::connections::{self, Changes};
use super::oidc_routes::SsoOidcRequest;
use super::report::{self, SsoCheck};
use super::saml::routes::SsoSamlRequest;
use super::{Connection, Kind, SsoConnectionId, lookup, store as connection_store};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::{self, OpaqueToken, SecretString};
use crate::error::{Code, Error, Fields, Result, Truth};
use crate::events::{self, Name};
use crate::limits::{self, Limit};
use crate::organizations;
use crate::roles::{Asker, Permitted, SsoManage, check};

/// The page that a link opens.
pub const PAGE: &str = "/auth/sso/set-up";

/// A link that was just made.
#[derive(Debug)]
pub struct Offered {
    /// Where it leads. The secret in it is shown once.
    pub url: SecretString,
    /// Until when it counts, and what is begun with it.
    pub expires_at: DateTime<Utc>,
}

/// Makes a link for a connection; the one before opens nothing any more.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`; `API_KEY_NOT_ALLOWED`; or as [`check::permit`].
pub async fn offer(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    id: &SsoConnectionId,
    days: u8,
) -> Result<Offered> {
    let user = permitted.user()?.clone();
    let (mut tx, _) = permitted.begin(app).await?;
    let found = connection_store::find(&mut tx, permitted.tenant(), id).await?;
    let connection = found.ok_or(Code::SsoConnectionNotFound)?;
    let secret = OpaqueToken::from_random(app.random.bytes(), secret::Kind::SsoSetup);
    let hash = secret.hash(&app.keys.one_time);
    let now = app.clock.now();
    let expires_at = now + TimeDelta::days(i64::from(days));
    store::offer(&mut tx, &connection.id, (&user, hash.as_str()), now, expires_at).await?;
    let event = permitted.event(Name::SsoSetupOffered, None, client);
    events::record(app, &mut tx, event.knowing(connections::facts(&connection))).await?;
    tx.commit().await?;
    let query = serde_urlencoded::to_string([("token", secret.reveal())]).map_err(Error::internal)?;
    Ok(Offered {
        url: SecretString::new(format!("{}{PAGE}?{query}", app.config.server.base_url)),
        expires_at,
    })
}

/// Lets the link of a connection, and whoever began with it, go no further.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`; or as [`check::permit`].
pub async fn withdraw(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    id: &SsoConnectionId,
) -> Result<()> {
    let (mut tx, _) = permitted.begin(app).await?;
    let found = connection_store::find(&mut tx, permitted.tenant(), id).await?;
    let connection = found.ok_or(Code::SsoConnectionNotFound)?;
    if store::withdraw(&mut tx, &connection.id).await? {
        let event = permitted.event(Name::SsoSetupWithdrawn, None, client);
        events::record(app, &mut tx, event.knowing(connections::facts(&connection))).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A connection that somebody sets up who has no account here.
#[derive(Debug)]
pub struct Setup {
    permitted: Permitted<SsoManage>,
    /// The connection, as it is now.
    pub connection: Connection,
    /// Whose it is.
    pub organization: String,
    /// Until when it can be set up.
    pub expires_at: DateTime<Utc>,
}

impl Setup {
    /// What the member may do now who made the link: one who may no more has made a link that opens nothing.
    async fn of(app: &App, row: store::Row) -> Result<Self> {
        let gone = |error: Error| match error.code().status() {
            500.. => error,
            _ => Code::LinkInvalid.because(Truth::SetupMaker),
        };
        let owner = lookup::owner_of(app, &row.connection_id).await.map_err(gone)?;
        let asker = Asker::SetUp(row.user_id);
        let permitted = check::permit(app, asker, &owner).await.map_err(gone)?;
        let connection = connections::read(app, &permitted, &row.connection_id).await;
        let name = organizations::name(app, permitted.tenant()).await?;
        Ok(Self {
            connection: connection.map_err(gone)?,
            permitted,
            organization: name.ok_or_else(|| Code::LinkInvalid.because(Truth::SetupMaker))?,
            expires_at: row.expires_at,
        })
    }
}

fn parse(text: &str) -> Result<OpaqueToken> {
    let read = OpaqueToken::parse(text, secret::Kind::SsoSetup);
    read.map_err(|_| Code::LinkInvalid.because(Truth::LinkMalformed))
}

/// What a link opens; looking uses nothing up.
///
/// # Errors
/// `LINK_INVALID`, `LINK_EXPIRED`, `RATE_LIMITED`.
pub async fn preview(app: &App, client: &Client, text: &str) -> Result<Setup> {
    limits::check_network(app, Limit::Sso, client).await?;
    let secret = parse(text)?;
    for keys in app.all_keys() {
        let hash = secret.hash(&keys.one_time);
        if let Some(row) = store::find_unused(&app.db, hash.as_str()).await? {
            if row.expires_at <= app.clock.now() {
                return Err(Code::LinkExpired.into());
            }
            return Setup::of(app, row).await;
        }
    }
    Err(Code::LinkInvalid.because(Truth::LinkUnknown))
}

/// A set-up that a browser has begun.
#[derive(Debug)]
pub struct Begun {
    /// What the browser holds from now on.
    pub browser: OpaqueToken,
    /// For how long.
    pub lifetime: Duration,
}

/// Uses a link up, and binds what it opens to this browser.
///
/// # Errors
/// As [`preview`].
pub async fn begin(app: &App, client: &Client, text: &str) -> Result<Begun> {
    let setup = preview(app, client, text).await?;
    let secret = parse(text)?;
    let browser = OpaqueToken::from_random(app.random.bytes(), secret::Kind::SsoSetupBrowser);
    let own = browser.hash(&app.keys.one_time);
    let now = app.clock.now();
    let mut tx = setup.permitted.tenant().begin(app).await?;
    for keys in app.all_keys() {
        let hash = secret.hash(&keys.one_time);
        if store::begin(&mut tx, hash.as_str(), own.as_str(), now).await? {
            let event = setup.permitted.event(Name::SsoSetupBegun, None, client);
            events::record(app, &mut tx, event.knowing(connections::facts(&setup.connection))).await?;
            tx.commit().await?;
            let lifetime = (setup.expires_at - now).to_std().unwrap_or_default();
            return Ok(Begun { browser, lifetime });
        }
    }
    Err(Code::LinkInvalid.because(Truth::LinkUsed))
}

/// What the browser that has begun may set up.
///
/// # Errors
/// `LINK_INVALID`, `RATE_LIMITED`.
pub async fn current(app: &App, client: &Client, held: Option<&str>) -> Result<Setup> {
    limits::check_network(app, Limit::Sso, client).await?;
    let held = held.and_then(|it| OpaqueToken::parse(it, secret::Kind::SsoSetupBrowser).ok());
    let held = held.ok_or_else(|| Code::LinkInvalid.because(Truth::SetupNotBegun))?;
    for keys in app.all_keys() {
        let hash = held.hash(&keys.one_time);
        if let Some(row) = store::find_begun(&app.db, hash.as_str(), app.clock.now()).await? {
            return Setup::of(app, row).await;
        }
    }
    Err(Code::LinkInvalid.because(Truth::SetupNotBegun))
}

/// What whoever runs the provider says of it.
#[derive(Debug)]
pub struct Told {
    /// SAML: where its metadata is found.
    pub metadata_url: String,
    /// SAML: its metadata.
    pub metadata: String,
    /// OpenID Connect: who it is.
    pub issuer: String,
    /// OpenID Connect: our id there.
    pub client_id: String,
    /// OpenID Connect: our secret there; an empty one leaves what is kept.
    pub client_secret: SecretString,
}

/// The fields that [`save`] may refuse.
pub const FIELDS: [&str; 5] = [
    "saml.idp_metadata_url",
    "saml.idp_metadata",
    "oidc.issuer",
    "oidc.client_id",
    "oidc.client_secret",
];

/// Fills in a connection.
///
/// # Errors
/// `INVALID_FIELD`; `LINK_INVALID` when the link was withdrawn in the meantime; `RATE_LIMITED`, `OVERLOADED`.
pub async fn save(app: &App, client: &Client, setup: &Setup, told: Told) -> Result<Connection> {
    let (connection, permitted) = (&setup.connection, &setup.permitted);
    limits::check(app, Limit::WebhookTest, client, connection.id.as_str()).await?;
    let mut fields = Fields::new();
    let changes = match connection.kind {
        Kind::Saml => {
            let kept = connection.settings.saml.as_ref();
            let signer = kept.map_or("", |it| it.metadata_certificate.as_str());
            let asked = SsoSamlRequest::of_metadata(told.metadata_url, told.metadata);
            Changes {
                saml: Some(asked.read(app, signer, &mut fields).await?),
                ..Changes::default()
            }
        }
        Kind::Oidc => {
            let asked = SsoOidcRequest::of_client(told.issuer, told.client_id, told.client_secret);
            Changes {
                oidc: Some(asked.read(app, &mut fields).await?),
                ..Changes::default()
            }
        }
    };
    fields.done()?;
    connections::update(app, client, permitted, &connection.id, changes).await
}

/// Looks at everything that a sign-in needs, and gives an address where one can be tried.
///
/// # Errors
/// `RATE_LIMITED`, or when the database fails.
pub async fn test(app: &App, client: &Client, setup: &Setup) -> Result<(Vec<SsoCheck>, Option<String>)> {
    let connection = &setup.connection;
    limits::check(app, Limit::WebhookTest, client, connection.id.as_str()).await?;
    let checks = report::checks(app, connection).await?;
    Ok((checks, report::test_url(app, connection).ok()))
}

/// Ends a set-up: the link and the browser open nothing any more.
///
/// # Errors
/// As [`withdraw`].
pub async fn end(app: &App, client: &Client, setup: &Setup) -> Result<()> {
    withdraw(app, client, &setup.permitted, &setup.connection.id).await
}

/// Forgets links whose time is over.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now()).await?)
}
