//! The one sign-in flow, as a pure function: from what was proven to a person who may have a session.
//!
//! Every way in ends here. [`Evidence`] holds proofs that only their checks can make; [`conclude`] judges them by the
//! account's state and is the only maker of [`Authenticated`], without which no session can be started.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::passkeys::{self, Keeping};
use crate::passwords;
use crate::users::User;

/// What a person has shown.
#[derive(Debug)]
pub enum Evidence {
    /// They know the password.
    Password(passwords::Verified),
    /// They hold a passkey.
    Passkey(passkeys::Asserted),
}

/// How somebody proved who they are (RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// With a password.
    Password,
    /// With a key that cannot leave its device.
    HardwareKey,
    /// With a key that is copied between devices.
    SoftwareKey,
    /// By touching or confirming something.
    UserPresence,
    /// With two factors: a key, and what unlocks it.
    MultiFactor,
}

impl Method {
    /// The value in `amr`.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
            Self::UserPresence => "user",
            Self::MultiFactor => "mfa",
        }
    }
}

/// What an account must fulfil to be signed in to.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether the address must be verified.
    pub verified_email: bool,
    /// How long after registration it need not be.
    pub verification_grace: TimeDelta,
}

impl Policy {
    /// What the operator decided.
    pub fn of(app: &App) -> Self {
        let accounts = &app.config.accounts;
        Self {
            verified_email: accounts.require_verification,
            verification_grace: TimeDelta::from_std(accounts.verification_grace).unwrap_or(TimeDelta::MAX),
        }
    }
}

/// A person who has proved enough to be given a session.
#[derive(Debug)]
pub struct Authenticated {
    user: User,
    methods: Vec<Method>,
    at: DateTime<Utc>,
}

impl Authenticated {
    /// Who it is.
    pub fn user(&self) -> &User {
        &self.user
    }
    /// What they proved it with, as `amr`.
    pub fn amr(&self) -> Vec<&'static str> {
        self.methods.iter().map(|it| it.amr()).collect()
    }
    /// When they proved it.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

/// Judges what a person has shown.
///
/// # Errors
/// `ACCOUNT_SUSPENDED` or `EMAIL_NOT_VERIFIED`: told only to somebody who has proved who they are.
pub fn conclude(evidence: Evidence, policy: Policy, now: DateTime<Utc>) -> Result<Authenticated> {
    let (user, methods) = match evidence {
        Evidence::Password(verified) => (verified.into_user(), vec![Method::Password]),
        Evidence::Passkey(asserted) => {
            let methods = shown_by(&asserted);
            (asserted.into_user(), methods)
        }
    };
    if user.suspended_at.is_some() {
        return Err(Code::AccountSuspended.into());
    }
    // Without a grace there is none either for an account whose maker's clock was ahead of ours.
    let grace = policy.verification_grace;
    let in_grace = grace > TimeDelta::zero() && now < user.created_at + grace;
    if policy.verified_email && user.email_verified_at.is_none() && !in_grace {
        return Err(Error::new(Code::EmailNotVerified).with("field", "email"));
    }
    Ok(Authenticated {
        user,
        methods,
        at: now,
    })
}

/// A passkey that was unlocked by PIN, finger or face is two factors: the key, and what unlocked it.
fn shown_by(asserted: &passkeys::Asserted) -> Vec<Method> {
    let key = match asserted.keeping() {
        Keeping::OneDevice => Method::HardwareKey,
        Keeping::Synced => Method::SoftwareKey,
    };
    let mut methods = vec![key, Method::UserPresence];
    if asserted.user_verified() {
        methods.push(Method::MultiFactor);
    }
    methods
}
