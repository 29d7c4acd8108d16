//! Single sign-on: people of an organization sign in at its identity provider.
//!
//! What always holds: whoever comes back brings a state that we signed, once, in the browser that left with it, and for
//! the connection that it left for; what a provider says of a person is believed only from an [`Identified`]; an account
//! of a provider opens one account here, found by the connection and the provider's own id for the person, never by an
//! address; an address counts only where the organization has proven its domain.

mod account_store;
pub mod client_key;
pub mod connections;
mod flow;
mod login_store;
pub mod logins;
mod lookup;
pub mod mapping;
mod oidc;
pub mod provisioning;
mod relay_state;
pub mod report;
pub mod saml;
mod settings;
pub mod setup;
mod store;

pub mod oidc_routes;
pub mod routes;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::crypto::sealed::Aad;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
pub use crate::ids::{SsoConnectionId, SsoLoginId};
use crate::io::db::{Querier, Tx};
use crate::portable::Portable;
use crate::roles::OrganizationId;
use crate::users::{User, UserId};

pub use flow::{
    Answer, Begun, Departure, Finished, Kept, Purpose, begin, finish, keep, resume, succeed, sweep,
    test_of_ticket, unsolicited,
};
pub use login_store::SEALED as SEALED_LOGINS;
pub use lookup::{
    Link, Wanted, enabled, enforcing, find, linkable, links, list_all, of_domain, reach, usable,
};
pub use mapping::Identified;
pub use settings::{ClientAuth, GroupRole, OidcSettings, Settings};
pub use store::SEALED;

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    Oidc,
}

impl Kind {
    /// As it is stored and told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saml => "saml",
            Self::Oidc => "oidc",
        }
    }

    /// The kind with this name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Saml, Self::Oidc].into_iter().find(|it| it.name() == name)
    }
}

/// Whether people sign in through a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being set up.
    Draft,
    /// They do.
    Enabled,
    /// They do not any more.
    Disabled,
}

impl State {
    /// As it is stored and told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// The state with this name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Draft, Self::Enabled, Self::Disabled]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// A connection of an organization to its identity provider.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Never changes.
    pub id: SsoConnectionId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What it speaks.
    pub kind: Kind,
    /// What people read.
    pub name: String,
    /// Whether people sign in through it.
    pub state: State,
    /// Whether people of the organization's domains must.
    pub enforced: bool,
    /// What was configured.
    pub settings: Settings,
    sealed: Option<Vec<u8>>,
    metadata_check_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When anything here changed.
    pub updated_at: DateTime<Utc>,
}

impl Connection {
    /// Whether we share a secret with the provider.
    pub fn has_secret(&self) -> bool {
        self.sealed.is_some()
    }

    /// Who is believed, as far as SAML names it.
    fn idp_entity_id(&self) -> Option<&str> {
        let saml = self.settings.saml.as_ref()?;
        Some(saml.idp_entity_id.as_str()).filter(|it| !it.is_empty())
    }

    /// Until when the last certificate of a provider that speaks SAML says that it counts.
    pub fn certificates_end_at(&self) -> Option<DateTime<Utc>> {
        self.settings.saml.as_ref()?.certificates_end_at()
    }

    fn place(&self) -> Aad<'_> {
        Aad {
            table: SEALED.table,
            row: self.id.as_str(),
            column: SEALED.column,
        }
    }

    fn seal(&mut self, app: &App, secret: &SecretString) {
        let plain = secret.reveal().as_bytes();
        self.sealed = Some(app.sealer.seal(plain, &self.place(), app.random.bytes()));
    }

    fn secret(&self, app: &App) -> Result<Option<SecretString>> {
        let Some(sealed) = &self.sealed else {
            return Ok(None);
        };
        let plain = app.sealer.open(sealed, &self.place()).map_err(Error::internal)?;
        let text = String::from_utf8(plain.to_vec()).map_err(Error::internal)?;
        Ok(Some(SecretString::new(text)))
    }

    /// What has to be filled in before it can be enabled.
    pub fn missing(&self) -> Vec<&'static str> {
        let Some(oidc) = &self.settings.oidc else {
            return self
                .settings
                .saml
                .as_ref()
                .map_or_else(|| vec![self.kind.name()], missing_of_saml);
        };
        let needs_secret = oidc.client_auth != ClientAuth::None && !self.has_secret();
        let fields = [
            ("oidc.issuer", oidc.issuer.is_empty()),
            ("oidc.client_id", oidc.client_id.is_empty()),
            ("oidc.client_secret", needs_secret),
        ];
        let missing = fields.into_iter().filter(|(_, is_missing)| *is_missing);
        missing.map(|(name, _)| name).collect()
    }

    /// Refuses one that people cannot sign in through now.
    ///
    /// # Errors
    /// `SSO_CONNECTION_DISABLED`.
    pub fn refuse_unless_enabled(&self) -> Result<()> {
        (self.state == State::Enabled)
            .then_some(())
            .ok_or_else(|| Code::SsoConnectionOff.into())
    }
}

fn missing_of_saml(saml: &saml::SamlSettings) -> Vec<&'static str> {
    let fields = [
        ("saml.idp_entity_id", saml.idp_entity_id.is_empty()),
        ("saml.idp_sso_url", saml.sign_in.url.is_empty()),
        ("saml.idp_certificates", saml.certificates.is_empty()),
    ];
    let missing = fields.into_iter().filter(|(_, is_missing)| *is_missing);
    missing.map(|(name, _)| name).collect()
}

/// Refuses to begin without the secret that signs what people carry.
///
/// # Errors
/// `SSO_RELAY_STATE_SECRET_MISSING`.
pub fn refuse_without_secret(app: &App) -> Result<()> {
    let secret = app.config.sso.relay_state_secret.as_ref();
    secret.map(drop).ok_or_else(|| {
        let text = "SSO_RELAY_STATE_SECRET must be set before a connection can be enabled or used";
        Error::new(Code::SsoSecretMissing).says(text)
    })
}

/// Proof that somebody holds an account at an identity provider that opens this user's account. Only this module makes
/// one.
#[derive(Debug)]
pub struct Recognised(User, SsoLoginId);

impl Recognised {
    /// Whose account it opens.
    pub fn user(&self) -> &UserId {
        &self.0.id
    }
    /// Whose account it opens.
    pub fn into_user(self) -> User {
        self.0
    }
    /// The sign-in at the provider.
    pub fn login(&self) -> &SsoLoginId {
        &self.1
    }
}

/// Finds whose account is opened by this one, and remembers that it was used. An assertion that told of it is used up:
/// first, and in the transaction of all that follows from it.
///
/// # Errors
/// `SSO_AUTHENTICATION_ERROR` for an assertion that was used before.
pub async fn recognise(app: &App, tx: &mut Tx, who: &Identified) -> Result<Option<Recognised>> {
    flow::use_up(tx, who).await?;
    let Some(id) = account_store::touch(tx, who, app.clock.now()).await? else {
        return Ok(None);
    };
    let Some(user) = crate::users::find(&mut *tx, &id).await? else {
        return Ok(None);
    };
    let login = logins::note(app, tx, who, &user.id).await?;
    Ok(Some(Recognised(user, login)))
}

/// Lets an account of a provider open this user's account.
///
/// # Errors
/// `SSO_ALREADY_LINKED` when it opens another one, or the user has another one of this connection.
pub async fn link(app: &App, tx: &mut Tx, who: &Identified, user: User) -> Result<Recognised> {
    match insert(app, tx, who, &user.id).await? {
        Inserted::Now | Inserted::Before => {}
        Inserted::OpensAnother | Inserted::HasAnother => return Err(Code::SsoAlreadyLinked.into()),
    }
    let login = logins::note(app, tx, who, &user.id).await?;
    Ok(Recognised(user, login))
}

/// What became of a link.
enum Inserted {
    Now,
    /// It was there.
    Before,
    /// What the person holds there opens another account.
    OpensAnother,
    /// The account is opened by somebody else there.
    HasAnother,
}

async fn insert(app: &App, tx: &mut Tx, who: &Identified, user: &UserId) -> Result<Inserted> {
    let now = app.clock.now();
    let id = app.random.id(now).to_string();
    if account_store::insert(tx, &id, who, user, now).await? {
        return Ok(Inserted::Now);
    }
    Ok(match account_store::touch(tx, who, now).await? {
        Some(owner) if owner == *user => Inserted::Before,
        Some(_) => Inserted::OpensAnother,
        None => Inserted::HasAnother,
    })
}

/// Unlinks everything of somebody.
///
/// # Errors
/// When the database fails.
pub async fn remove_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(account_store::remove_all(tx, user).await?)
}

/// The connections whose accounts open somebody's.
///
/// # Errors
/// When the database fails.
pub async fn connections_of(db: impl Querier, user: &UserId) -> Result<Vec<SsoConnectionId>> {
    Ok(account_store::connections_of(db, user).await?)
}

/// Lets an account of a provider open this user's account, who is signed in. An assertion that told of it is used up.
///
/// # Errors
/// `SSO_LINKED_ELSEWHERE` when it opens another one, `SSO_ALREADY_LINKED` when the user has another one of this connection,
/// `SSO_AUTHENTICATION_ERROR` for an assertion that was used before.
pub async fn attach(app: &App, tx: &mut Tx, who: &Identified, user: &UserId) -> Result<()> {
    flow::use_up(tx, who).await?;
    match insert(app, tx, who, user).await? {
        Inserted::Now | Inserted::Before => Ok(()),
        Inserted::OpensAnother => Err(Code::SsoLinkedElsewhere.into()),
        Inserted::HasAnother => Err(Code::SsoAlreadyLinked.into()),
    }
}

/// Lets an account of a provider open nothing any more.
///
/// # Errors
/// `SSO_NOT_LINKED`.
pub async fn detach(tx: &mut Tx, user: &UserId, connection: &SsoConnectionId) -> Result<()> {
    let removed = account_store::remove(tx, user, connection).await?;
    removed.then_some(()).ok_or_else(|| Code::SsoNotLinked.into())
}

/// The accounts at identity providers that open somebody's.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    account_store::portable(&app.db, user, after).await
}
