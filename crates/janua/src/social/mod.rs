//! Accounts at other providers that open an account here.
//!
//! What always holds: whoever comes back brings a state that we made, once, in the browser that left with it; what a
//! provider says of a person is believed only from an [`Identified`], which an exchange with that provider makes; an
//! account of a provider opens one account here, found by the provider's own id for the person, never by an address. What
//! a provider lets us do besides is not kept: its tokens are forgotten as soon as they told who it is.

mod apis;
mod flow;
mod identity;
mod providers;
mod store;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::{Code, Result};
use crate::ids::SessionId;
use crate::io::db::{Querier, Tx};
use crate::portable::Portable;
use crate::users::{Email, User, UserId};

pub use flow::{Answer, Begun, Finished, begin, finish};
pub use identity::Identified;
pub use providers::{all as providers, refuse_unknown};

/// A provider that people may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// As in paths: `google`.
    pub id: String,
    /// As people know it: `Google`.
    pub name: String,
}

/// What somebody goes to a provider for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in, or to sign up.
    SignIn,
    /// To link an account of theirs there; they are signed in here, by this session.
    Link(UserId, SessionId),
}

/// An account at a provider that opens an account here.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SocialAccount {
    /// The provider.
    pub provider: String,
    /// The address there, when it was linked or last used.
    pub email: Option<String>,
    /// The name there.
    pub name: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Proof that somebody holds an account at a provider that opens this user's account. Only this module makes one.
#[derive(Debug)]
pub struct Recognised(User);

impl Recognised {
    /// Whose account it opens.
    pub fn user(&self) -> &UserId {
        &self.0.id
    }

    /// Whose account it opens, with all that is known of them.
    pub fn owner(&self) -> &User {
        &self.0
    }
    /// Whose account it opens.
    pub fn into_user(self) -> User {
        self.0
    }
}

/// Finds whose account is opened by this one, and remembers that it was used.
///
/// # Errors
/// When the database fails.
pub async fn recognise(app: &App, tx: &mut Tx, who: &Identified) -> Result<Option<Recognised>> {
    let Some(id) = store::touch(tx, who, app.clock.now()).await? else {
        return Ok(None);
    };
    Ok(crate::users::find(tx, &id).await?.map(Recognised))
}

/// Lets an account of a provider open this user's account.
///
/// # Errors
/// `OAUTH_ALREADY_LINKED` when it opens another one, or the user has another one of this provider.
pub async fn link(app: &App, tx: &mut Tx, who: &Identified, user: User) -> Result<Recognised> {
    let now = app.clock.now();
    let id = app.random.id(now).to_string();
    if store::insert(tx, &id, who, &user.id, now).await? {
        return Ok(Recognised(user));
    }
    match store::touch(tx, who, app.clock.now()).await? {
        Some(owner) if owner == user.id => Ok(Recognised(user)),
        _ => Err(Code::OauthAlreadyLinked.into()),
    }
}

/// The accounts of somebody.
///
/// # Errors
/// When the database fails.
pub async fn list(db: impl Querier, user: &UserId) -> Result<Vec<SocialAccount>> {
    Ok(store::list(db, user).await?)
}

/// Lets an account of a provider open nothing any more.
///
/// # Errors
/// `OAUTH_NOT_LINKED`.
pub async fn unlink(tx: &mut Tx, user: &UserId, provider: &str) -> Result<()> {
    let removed = store::remove(tx, user, provider).await?;
    removed.then_some(()).ok_or_else(|| Code::OauthNotLinked.into())
}

/// Unlinks everything of somebody.
///
/// # Errors
/// When the database fails.
pub async fn remove_all(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(store::remove_all(tx, user).await?)
}

/// The accounts at other providers that open somebody's.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}

/// Forgets people who never came back.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now()).await?)
}

/// The address of somebody, if the provider vouches for it, or the operator does in its place.
pub fn vouched_email(app: &App, who: &Identified) -> Option<Email> {
    let trusted = &app.config.social.trusted_for_email;
    let is_vouched = who.vouches_for_email() || trusted.iter().any(|it| it == who.provider());
    who.email().filter(|_| is_vouched).cloned()
}
