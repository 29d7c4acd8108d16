//! The check of a key that a request shows.

use super::{ApiKey, store, usage};
use crate::app::App;
use crate::client::Client;
use crate::config::Rate;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Error, Result, Truth};
use crate::limits::{self, Limit};
use crate::roles::{Grants, OrganizationId};
use crate::users::UserId;

/// A key that was shown and is good now. Only [`check`] makes one.
#[derive(Clone, Debug)]
pub struct Verified {
    key: ApiKey,
}

/// For whom a key acts.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A person, within the scopes.
    Person(&'a UserId),
    /// An organization; nobody's rights but the scopes.
    Organization(&'a OrganizationId),
}

impl Verified {
    /// The row.
    pub fn key(&self) -> &ApiKey {
        &self.key
    }

    /// For whom it acts.
    ///
    /// # Errors
    /// When the row belongs to nobody, which the database forbids.
    pub fn holder(&self) -> Result<Holder<'_>> {
        match (&self.key.user_id, &self.key.organization_id) {
            (Some(user), _) => Ok(Holder::Person(user)),
            (None, Some(organization)) => Ok(Holder::Organization(organization)),
            (None, None) => Err(Error::internal("an API key belongs to nobody")),
        }
    }

    /// What it may be used for.
    pub fn scopes(&self) -> Grants {
        self.key.scopes()
    }

    /// Refuses what the key was not made for.
    ///
    /// # Errors
    /// `SCOPE_MISSING` with the scope that would allow it.
    pub fn refuse_without(&self, scope: &'static str) -> Result<()> {
        if self.scopes().allows(scope) {
            return Ok(());
        }
        Err(Error::new(Code::ScopeMissing).with("scope", scope))
    }
}

/// Whether a text claims to be an API key.
pub fn is_key(text: &str) -> bool {
    text.starts_with(Kind::ApiKey.prefix())
}

/// Checks a key. It is read from the database each time: what ends it acts at once on every instance.
///
/// # Errors
/// `API_KEY_INVALID`, `API_KEY_REVOKED`, `API_KEY_EXPIRED`, `ACCOUNT_SUSPENDED`, `RATE_LIMITED`.
pub async fn check(app: &App, client: &Client, text: &str) -> Result<Verified> {
    let secret = OpaqueToken::parse(text, Kind::ApiKey)
        .map_err(|_| Code::ApiKeyInvalid.because(Truth::KeyMalformed))?;
    let mut found = None;
    // Under the earlier keys too: rotating the master key ends no API key.
    for keys in app.all_keys() {
        found = store::find_shown(&app.db, secret.hash(&keys.api_key).as_str()).await?;
        if found.is_some() {
            break;
        }
    }
    let shown = found.ok_or_else(|| Code::ApiKeyInvalid.because(Truth::KeyUnknown))?;
    let now = app.clock.now();
    let refused = |code| Error::new(code).given("api_key_id", shown.key.id.as_str());
    if shown.key.revoked_at.is_some() {
        return Err(refused(Code::ApiKeyRevoked));
    }
    let is_over = |end: Option<chrono::DateTime<chrono::Utc>>| end.is_some_and(|it| it <= now);
    if is_over(shown.key.expires_at) || is_over(shown.secret_expires_at) {
        return Err(refused(Code::ApiKeyExpired));
    }
    if shown.owner_suspended {
        return Err(refused(Code::AccountSuspended));
    }
    let id = shown.key.id.as_str();
    match shown.key.per_minute.and_then(|it| u32::try_from(it).ok()) {
        Some(most) => limits::check_at(app, Limit::ApiKey, client, id, Rate::per_minutes(most, 1)).await?,
        None => limits::check(app, Limit::ApiKey, client, id).await?,
    }
    usage::note(app, &shown.key.id, client, now);
    Ok(Verified { key: shown.key })
}
