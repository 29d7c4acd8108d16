//! One-time secrets: what stands in a mailed link.
//!
//! Only a keyed hash is stored, bound to a purpose, a person and the address it was sent to. It is consumed by one
//! conditional UPDATE: of fifty parallel tries one succeeds. Using one voids all others of the same purpose.

mod store;

use std::time::Duration;

use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken, TokenHash};
use crate::error::{Code, Result, Truth};
use crate::io::db::Tx;
use crate::users::{User, UserId};

/// What a secret opens. Each purpose is a namespace of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Proves that an address is read by the account's owner.
    EmailVerification,
    /// Allows one new password.
    PasswordReset,
}

impl Purpose {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EmailVerification => "email_verification",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// A secret that was shown and is used up: whose it was, and where it had been sent.
#[derive(Debug)]
pub struct Consumed {
    user_id: UserId,
    sent_to: String,
}

impl Consumed {
    /// Whose it was.
    pub fn user_id(&self) -> &UserId {
        &self.user_id
    }
    /// The address that proved to be read by them.
    pub fn sent_to(&self) -> &str {
        &self.sent_to
    }
}

/// Makes a secret for a person; the caller mails it and forgets it.
///
/// # Errors
/// When the database fails.
pub async fn mint(app: &App, purpose: Purpose, user: &User, lifetime: Duration) -> Result<OpaqueToken> {
    let secret = OpaqueToken::from_random(app.random.bytes(), Kind::Link);
    let hash = secret.hash(&app.keys.one_time);
    let now = app.clock.now();
    store::insert(&app.db, hash.as_str(), purpose, user, now, now + lifetime).await?;
    Ok(secret)
}

/// Whose a secret is that could be used now, without using it up.
///
/// # Errors
/// When the database fails.
pub async fn owner(app: &App, purpose: Purpose, text: &str) -> Result<Option<UserId>> {
    let Ok(secret) = OpaqueToken::parse(text, Kind::Link) else {
        return Ok(None);
    };
    for keys in app.all_keys() {
        let hash = secret.hash(&keys.one_time);
        let owner = store::find_owner(&app.db, hash.as_str(), purpose, app.clock.now()).await?;
        if owner.is_some() {
            return Ok(owner);
        }
    }
    Ok(None)
}

/// Uses a secret up, in the transaction of what it allows.
///
/// # Errors
/// `LINK_EXPIRED` when it was real and too old, `LINK_INVALID` in every other case.
pub async fn consume(app: &App, tx: &mut Tx, purpose: Purpose, text: &str) -> Result<Consumed> {
    let secret =
        OpaqueToken::parse(text, Kind::Link).map_err(|_| Code::LinkInvalid.because(Truth::LinkMalformed))?;
    let now = app.clock.now();
    // Under the earlier keys too: a link that was mailed before the master key was rotated stays good.
    let hashes: Vec<TokenHash> = app.all_keys().map(|keys| secret.hash(&keys.one_time)).collect();
    for hash in &hashes {
        if let Some((user_id, sent_to)) = store::consume(tx, hash.as_str(), purpose, now).await? {
            store::void(tx, &user_id, purpose, now).await?;
            return Ok(Consumed { user_id, sent_to });
        }
    }
    for hash in &hashes {
        if store::is_expired(tx, hash.as_str(), purpose, now).await? {
            return Err(Code::LinkExpired.into());
        }
    }
    for hash in &hashes {
        if store::is_used(tx, hash.as_str(), purpose).await? {
            return Err(Code::LinkInvalid.because(Truth::LinkUsed));
        }
    }
    Err(Code::LinkInvalid.because(Truth::LinkUnknown))
}

/// Voids every open secret of a purpose, for instance after the password was changed another way.
///
/// # Errors
/// When the database fails.
pub async fn void(app: &App, tx: &mut Tx, user_id: &UserId, purpose: Purpose) -> Result<()> {
    Ok(store::void(tx, user_id, purpose, app.clock.now()).await?)
}

/// Forgets secrets that nobody can use and nobody needs an explanation for.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(7)).await?)
}
