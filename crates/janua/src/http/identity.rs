//! Who asks, where programs may ask as well: a person who is signed in, or an API key.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::caller::{InSession, bearer};
use crate::api_keys::{self, AccountScope, Holder, Verified};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::sessions::Session;
use crate::users::{UserId, profile};

/// Where a key may stand instead of `Authorization`.
const HEADER: &str = "x-api-key";

/// Whoever asks.
#[derive(Debug)]
pub enum Identity {
    /// Somebody with a live session, or an administrator who acts for them.
    Person(InSession),
    /// A program.
    Key(Box<Verified>),
}

impl Identity {
    /// The id of the person or of the key.
    pub fn id(&self) -> &str {
        match self {
            Self::Person(caller) => caller.user().as_str(),
            Self::Key(key) => key.key().id.as_str(),
        }
    }
}

impl FromRequestParts<App> for Identity {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match by_key(parts, app).await? {
            Some(key) => Ok(Self::Key(Box::new(key))),
            None => InSession::by_session(parts, app).await.map(Self::Person),
        }
    }
}

/// Whoever asks for themselves: a person, but nobody who acts for them, or a program.
#[derive(Debug)]
pub struct Principal(Identity);

impl Deref for Principal {
    type Target = Identity;
    fn deref(&self) -> &Identity {
        &self.0
    }
}

impl FromRequestParts<App> for Principal {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match Identity::from_request_parts(parts, app).await? {
            Identity::Person(caller) if caller.impersonator().is_some() => {
                Err(Code::ImpersonationForbidden.into())
            }
            identity => Ok(Self(identity)),
        }
    }
}

/// The API key that a request shows, checked; `None` when it shows none.
async fn by_key(parts: &mut Parts, app: &App) -> Result<Option<Verified>> {
    let Some(text) = shown_key(&parts.headers)?.map(str::to_owned) else {
        return Ok(None);
    };
    let client = Client::from_request_parts(parts, app).await?;
    let verified = api_keys::check(app, &client, &text).await?;
    let span = tracing::Span::current();
    span.record("api_key_id", verified.key().id.as_str());
    if let Holder::Person(user) = verified.holder()? {
        span.record("user_id", user.as_str());
    }
    Ok(Some(verified))
}

/// The API key of a request. One in each header, or a token beside it, is refused rather than guessed at.
pub(super) fn shown_key(headers: &HeaderMap) -> Result<Option<&str>> {
    let bearer = bearer(headers)?;
    let mut given = headers.get_all(HEADER).iter();
    let Some(value) = given.next() else {
        return Ok(bearer.filter(|it| api_keys::is_key(it)));
    };
    if bearer.is_some() || given.next().is_some() {
        return Err(Code::NotAuthenticated.because(Truth::ShownTwice));
    }
    value
        .to_str()
        .map(Some)
        .map_err(|_| Code::ApiKeyInvalid.because(Truth::KeyMalformed))
}

/// Why a key does not open what only people may do: it is no good, or it is one at all.
pub(super) async fn refuse_key(parts: &mut Parts, app: &App) -> Error {
    match by_key(parts, app).await {
        Ok(_) => Code::ApiKeyNotAllowed.into(),
        Err(error) => error,
    }
}

/// An account that may be used for `S`: its owner is signed in, or a key of theirs has this scope.
#[derive(Debug)]
pub struct Account<S> {
    by: By,
    scope: PhantomData<fn() -> S>,
}

#[derive(Debug)]
enum By {
    Person(InSession),
    KeyOf(UserId),
}

impl<S: AccountScope> Account<S> {
    /// Whose it is.
    pub fn user(&self) -> &UserId {
        match &self.by {
            By::Person(caller) => caller.user(),
            By::KeyOf(user) => user,
        }
    }

    /// The session that it is used by; `None` for a key.
    pub fn session(&self) -> Option<&Session> {
        match &self.by {
            By::Person(caller) => Some(caller.session()),
            By::KeyOf(_) => None,
        }
    }

    /// The profile of its owner as JSON, at most a minute old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn profile(&self, app: &App) -> Result<String> {
        match &self.by {
            By::Person(caller) => Ok(caller.profile().to_owned()),
            By::KeyOf(user) => profile::written(app, user).await,
        }
    }
}

impl<S: AccountScope> FromRequestParts<App> for Account<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let by = match Identity::from_request_parts(parts, app).await? {
            Identity::Person(caller) => By::Person(caller),
            Identity::Key(key) => {
                key.refuse_without(S::NAME)?;
                match key.holder()? {
                    Holder::Person(user) => By::KeyOf(user.clone()),
                    Holder::Organization(_) => return Err(Code::ApiKeyWithoutPerson.into()),
                }
            }
        };
        Ok(Self {
            by,
            scope: PhantomData,
        })
    }
}
