//! Codes of authenticator apps: six digits that change every thirty seconds (RFC 6238, SHA-1).
//!
//! What always holds: the secret is sealed at rest; a secret that was not confirmed by a code is no factor; a code is
//! accepted once, and no code from before it either, so what was seen over a shoulder is worth nothing.

mod store;

pub use store::SEALED;
use totp_rs::{Algorithm, Builder, Totp};

use crate::app::App;
use crate::crypto::digits;
use crate::crypto::sealed::Aad;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::io::db::{Querier, Tx};
use crate::portable::Portable;
use crate::users::{User, UserId};

/// Proof that somebody has this user's authenticator app at hand. Only this module makes one.
#[derive(Debug)]
pub struct Verified(UserId);

impl Verified {
    /// Whose app it is.
    pub fn user(&self) -> &UserId {
        &self.0
    }
}

/// A secret that an app is to take over.
pub struct Enrolment(Totp);

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(***)")
    }
}

impl Enrolment {
    /// The secret in base32 (RFC 4648 §6), for typing.
    pub fn secret(&self) -> SecretString {
        SecretString::new(self.0.secret().to_base32())
    }

    /// The secret as an app reads it.
    ///
    /// # Errors
    /// When the name of the application or the address cannot stand in it.
    pub fn provisioning_uri(&self) -> Result<SecretString> {
        Ok(SecretString::new(self.0.to_url().map_err(Error::internal)?))
    }

    /// The same as a picture: a PNG as a data URI.
    ///
    /// # Errors
    /// When the names in it are too long for a picture.
    pub fn qr_code(&self) -> Result<SecretString> {
        let picture = self.0.to_qr_base64().map_err(Error::internal)?;
        Ok(SecretString::new(format!("data:image/png;base64,{picture}")))
    }
}

/// Makes a secret for somebody. An earlier one that was never confirmed is replaced.
///
/// # Errors
/// `MFA_ALREADY_ENABLED` when a confirmed one is there.
pub async fn enrol(app: &App, tx: &mut Tx, user: &User) -> Result<Enrolment> {
    let secret: [u8; 20] = app.random.bytes();
    let sealed = app.sealer.seal(&secret, &place(&user.id), app.random.bytes());
    if !store::enrol(tx, &user.id, sealed, app.clock.now()).await? {
        return Err(Code::MfaAlreadyEnabled.into());
    }
    Ok(Enrolment(generator(app, &secret, &user.email)?))
}

/// The secret that waits for its first code, if there is one.
///
/// # Errors
/// When the database fails, or the secret cannot be opened.
pub async fn waiting(app: &App, user: &User) -> Result<Option<Enrolment>> {
    let row = store::find(&app.db, &user.id).await?;
    let Some(row) = row.filter(|it| it.confirmed_at.is_none()) else {
        return Ok(None);
    };
    let secret = open(app, &user.id, &row.sealed)?;
    Ok(Some(Enrolment(generator(app, &secret, &user.email)?)))
}

/// Makes a secret count, if the code is of it.
///
/// # Errors
/// `MFA_NOT_ENABLED` when there is no secret that waits.
pub async fn confirm(app: &App, tx: &mut Tx, user: &UserId, code: &str) -> Result<Option<Verified>> {
    let Some(row) = store::find(&mut *tx, user)
        .await?
        .filter(|it| it.confirmed_at.is_none())
    else {
        return Err(Code::MfaNotEnabled.into());
    };
    let Some(step) = step_of(app, user, &row.sealed, code)? else {
        return Ok(None);
    };
    let confirmed = store::confirm(tx, user, row.sealed, step, app.clock.now()).await?;
    Ok(confirmed.then(|| Verified(user.clone())))
}

/// Checks a code and uses it up: of fifty parallel tries one succeeds.
///
/// # Errors
/// When the database fails, or the secret cannot be opened.
pub async fn check(app: &App, tx: &mut Tx, user: &UserId, code: &str) -> Result<Option<Verified>> {
    let Some(row) = store::find(&mut *tx, user)
        .await?
        .filter(|it| it.confirmed_at.is_some())
    else {
        return Ok(None);
    };
    let Some(step) = step_of(app, user, &row.sealed, code)? else {
        return Ok(None);
    };
    let is_first = store::use_up(tx, user, step).await?;
    Ok(is_first.then(|| Verified(user.clone())))
}

/// Whether somebody's app is a factor of theirs.
///
/// # Errors
/// When the database fails.
pub async fn is_enabled(db: impl Querier, user: &UserId) -> Result<bool> {
    Ok(store::find(db, user)
        .await?
        .is_some_and(|it| it.confirmed_at.is_some()))
}

/// Forgets somebody's secret; says whether there was one that counted.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, user: &UserId) -> Result<bool> {
    let was_enabled = is_enabled(&mut *tx, user).await?;
    store::remove(tx, user).await?;
    Ok(was_enabled)
}

/// The code that somebody's app shows now, for an operator who helps them. The caller records that.
///
/// # Errors
/// When the database fails, or the secret cannot be opened.
pub async fn current_code(app: &App, user: &User) -> Result<Option<SecretString>> {
    let Some(row) = store::find(&app.db, &user.id).await? else {
        return Ok(None);
    };
    let secret = open(app, &user.id, &row.sealed)?;
    let code = generator(app, &secret, &user.email)?.generate(now(app));
    Ok(Some(SecretString::new(code.to_string())))
}

/// The step whose code this is. Only six plain digits are one.
fn step_of(app: &App, user: &UserId, sealed: &[u8], code: &str) -> Result<Option<i64>> {
    if !digits::is_code(code) {
        return Ok(None);
    }
    let secret = open(app, user, sealed)?;
    // Names do not matter for the check.
    let step = generator(app, &secret, "user")?.check(code, now(app));
    Ok(step.and_then(|it| i64::try_from(it).ok()))
}

fn now(app: &App) -> u64 {
    u64::try_from(app.clock.now().timestamp()).unwrap_or(0)
}

fn open(app: &App, user: &UserId, sealed: &[u8]) -> Result<Vec<u8>> {
    let opened = app.sealer.open(sealed, &place(user));
    Ok(opened.map_err(Error::internal)?.to_vec())
}

fn generator(app: &App, secret: &[u8], account: &str) -> Result<Totp> {
    let settings = &app.config.second_factors;
    // A colon separates the two in the address that apps read.
    let plain = |name: &str| name.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(settings.totp_window)
        .with_secret(secret.to_vec())
        .with_account_name(plain(account))
        .with_issuer(Some(plain(&settings.totp_issuer)))
        .build()
        .map_err(Error::internal)
}

fn place(user: &UserId) -> Aad<'_> {
    Aad {
        table: SEALED.table,
        row: user.as_str(),
        column: SEALED.column,
    }
}

/// Whether somebody has an authenticator app, and since when.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
