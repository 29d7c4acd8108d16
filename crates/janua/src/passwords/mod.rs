//! Passwords: checked, judged and kept. A [`Verified`] user is one whose password was just shown to be right.

mod breach;
mod store;
mod strength;

pub use strength::NewPassword;

use crate::app::App;
use crate::crypto::password::{Cost, Memory, PasswordHash};
use crate::crypto::secret::SecretString;
use crate::error::{Code, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::io::db::{Querier, Tx};
use crate::io::pool::Place;
use crate::portable::Portable;
use crate::users::{User, UserId};

/// Longer texts are refused before any hash is computed.
pub const LONGEST: usize = 256;

/// Proof that somebody knows this user's password. Only this module makes one.
#[derive(Debug)]
pub struct Verified(User);

impl Verified {
    /// Whose password it was.
    pub fn user(&self) -> &User {
        &self.0
    }
    /// Whose password it was.
    pub fn into_user(self) -> User {
        self.0
    }
}

/// A hash that is ready to be stored.
#[derive(Debug)]
pub struct Prepared(PasswordHash);

impl Prepared {
    /// A hash that another system made.
    pub fn imported(hash: PasswordHash) -> Self {
        Self(hash)
    }
}

/// Refuses a text that is too long to be anybody's password.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn refuse_if_too_long(password: &SecretString) -> Result<(), Invalid> {
    if password.reveal().chars().take(LONGEST + 1).count() > LONGEST {
        return Err(Invalid::new(
            Code::InvalidField,
            format!("the password is longer than {LONGEST} characters"),
        ));
    }
    Ok(())
}

/// A user, if there is one, with the hash that is kept for them.
#[derive(Debug)]
pub struct Kept {
    user: Option<User>,
    hash: Option<PasswordHash>,
}

impl Kept {
    /// Whether there is a password at all.
    pub fn has_one(&self) -> bool {
        self.hash.is_some()
    }
}

/// Reads what is kept for a user.
///
/// # Errors
/// When the database fails.
pub async fn kept(db: impl Querier, user: Option<User>) -> Result<Kept> {
    let hash = match &user {
        Some(user) => store::find(db, &user.id).await?,
        None => None,
    };
    Ok(Kept { user, hash })
}

/// Checks a password. Nobody, a user without a password and a wrong password take the same time: a hash is computed
/// in every case. A foreign or outdated hash that matches is replaced. The place was taken before the database was
/// asked for what is kept: see [`Pool::reserve`](crate::io::pool::Pool::reserve).
///
/// # Errors
/// When the database fails.
pub async fn check(
    app: &App,
    place: Place<Memory>,
    kept: Kept,
    password: SecretString,
) -> Result<Option<Verified>> {
    let Kept { user, hash: stored } = kept;
    let cost = cost(app);
    let (dummy, salt) = (app.random.bytes(), app.random.bytes());
    let known = stored.is_some();
    let hash = stored.clone().unwrap_or_else(|| PasswordHash::dummy(cost, dummy));
    let (matches, renewed) = place
        .run(move |memory: &mut Memory| {
            let matches = hash.matches(&password, memory) && known;
            let renewed = (matches && !hash.is_current(cost))
                .then(|| PasswordHash::make(&password, cost, salt, memory));
            (matches, renewed)
        })
        .await?;
    let Some(user) = user.filter(|_| matches) else {
        return Ok(None);
    };
    if let (Some(old), Some(new)) = (stored, renewed) {
        renew(app, &user.id, &old, &new).await?;
    }
    Ok(Some(Verified(user)))
}

async fn renew(app: &App, user: &UserId, old: &PasswordHash, new: &PasswordHash) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if store::replace(&mut tx, user, old, new, app.clock.now()).await? {
        events::record(app, &mut tx, Event::about(Name::PasswordRehashed, Some(user))).await?;
        tx.commit().await?;
        tracing::info!(user_id = %user, "a password hash was renewed");
    }
    Ok(())
}

/// Hashes a password that was judged good enough. Done before a transaction begins.
///
/// # Errors
/// `OVERLOADED` when too many hashes wait.
pub async fn prepare(app: &App, password: NewPassword) -> Result<Prepared> {
    let (cost, salt) = (cost(app), app.random.bytes());
    let secret = password.into_secret();
    let hash = app
        .hashing
        .run(move |memory: &mut Memory| PasswordHash::make(&secret, cost, salt, memory))
        .await?;
    Ok(Prepared(hash))
}

/// Gives a user a password; who has just set it has also proved to know it.
///
/// # Errors
/// When the database fails.
pub async fn set(app: &App, tx: &mut Tx, user: &User, prepared: &Prepared) -> Result<Verified> {
    store::upsert(tx, &user.id, &prepared.0, app.clock.now()).await?;
    Ok(Verified(user.clone()))
}

/// Takes a user's password away, whoever set it.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(store::remove(tx, user).await?)
}

/// Whether this user has a password at all.
///
/// # Errors
/// When the database fails.
pub async fn has_one(app: &App, user: &UserId) -> Result<bool> {
    Ok(store::find(&app.db, user).await?.is_some())
}

fn cost(app: &App) -> Cost {
    let accounts = &app.config.accounts;
    Cost {
        memory_kib: accounts.argon2_memory_kib,
        iterations: accounts.argon2_iterations,
        parallelism: accounts.argon2_parallelism,
    }
}

/// What is kept of somebody's password, but for the hash: since when there is one.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
