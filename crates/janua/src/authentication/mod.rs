//! The one sign-in flow, as a pure state machine: from what was proven to a person who may have a session.
//!
//! ```text
//!   password ────┐               ┌─ no second factor, or two shown at once ──► Authenticated ──► session
//!   passkey ─────┤               │                                                  ▲
//!   (later ones) ┴─► conclude ───┤                                                  │ right code
//!                       │        └─ a second factor is owed ──► Owed ──► Pending ───┤
//!                       ▼                                        (row)      │       │ wrong code: stays,
//!            suspended, not verified                                        └───────┘ five times
//! ```
//!
//! Where the operator demands a second factor and the account has none, `conclude` gives `OwesEnrolment`: the row then
//! waits until one is turned on. A browser that its owner trusts is excused from showing the factor that is there.
//!
//! Every way in ends here. [`Evidence`] and [`Second`] hold proofs that only their checks can make. [`conclude`] and
//! [`finish`] are the only makers of [`Authenticated`], without which no session can be started: no route can leave a
//! step out. A flow that waits is a row; whatever changes the account ends it.

mod factors;
mod pending;
mod store;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::app::App;
use crate::config::MfaRequired;
use crate::error::{Code, Error, Result, Truth};
use crate::ids::SsoLoginId;
use crate::magic_links;
use crate::passkeys::{self, Keeping};
use crate::passwords;
use crate::recovery_codes;
use crate::sms;
use crate::social;
use crate::sso;
use crate::totp;
use crate::trusted_devices;
use crate::users::{User, UserId};

pub use factors::{Factor, Factors};
pub use pending::{
    Enrolling, Pending, count_code_try, finish, finish_enrolment, forget_code_tries, owe, owe_enrolment,
    resume, resume_enrolment, sweep,
};

/// What a person has shown first.
#[derive(Debug)]
pub enum Evidence {
    /// They know the password.
    Password(passwords::Verified),
    /// They hold a passkey.
    Passkey(passkeys::Asserted),
    /// They read the mails of their address.
    Mail(magic_links::Opened),
    /// They hold an account of another provider that opens theirs.
    Social(social::Recognised),
    /// The identity provider of an organization of theirs says who they are.
    Sso(sso::Recognised),
}

/// What a person has shown as a second factor.
#[derive(Debug)]
pub enum Second {
    /// They have their authenticator app at hand.
    Totp(totp::Verified),
    /// They have their telephone at hand.
    Sms(sms::Verified),
    /// They had one of their recovery codes.
    RecoveryCode(recovery_codes::Used),
    /// They hold a passkey.
    Passkey(Box<passkeys::Asserted>),
}

impl Second {
    fn user(&self) -> &UserId {
        match self {
            Self::Totp(it) => it.user(),
            Self::Sms(it) => it.user(),
            Self::RecoveryCode(it) => it.user(),
            Self::Passkey(it) => it.user(),
        }
    }

    fn method(&self) -> Method {
        match self {
            Self::Totp(_) => Method::OneTimePassword,
            Self::Sms(_) => Method::TextMessage,
            Self::RecoveryCode(_) => Method::RecoveryCode,
            Self::Passkey(it) => key(it),
        }
    }

    /// Whether it proves more than what was shown before: one key is one factor, however often it is shown.
    fn adds_to(&self, shown: &[Method]) -> bool {
        let is_key = |it: &Method| matches!(it, Method::HardwareKey | Method::SoftwareKey);
        match self {
            Self::Passkey(it) => it.user_verified() || !shown.iter().any(is_key),
            _ => true,
        }
    }
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
    /// With a code of an authenticator app.
    OneTimePassword,
    /// With a code that was sent by SMS.
    TextMessage,
    /// With a recovery code. RFC 8176 has no value for it: the name is ours.
    RecoveryCode,
    /// With a link or a code that was mailed. RFC 8176 has no value for it: the name is ours.
    Mail,
    /// In a browser that they had trusted, in place of a second factor. The name is ours.
    TrustedDevice,
    /// At another provider. RFC 8176 has no value for it: the name is ours.
    Federated,
    /// With two factors.
    MultiFactor,
}

impl Method {
    const ALL: [Self; 11] = [
        Self::Password,
        Self::HardwareKey,
        Self::SoftwareKey,
        Self::UserPresence,
        Self::OneTimePassword,
        Self::TextMessage,
        Self::RecoveryCode,
        Self::Mail,
        Self::TrustedDevice,
        Self::Federated,
        Self::MultiFactor,
    ];

    /// The value in `amr`.
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
            Self::UserPresence => "user",
            Self::OneTimePassword => "otp",
            Self::TextMessage => "sms",
            Self::RecoveryCode => "recovery",
            Self::Mail => "email",
            Self::TrustedDevice => "trusted_device",
            Self::Federated => "federated",
            Self::MultiFactor => "mfa",
        }
    }

    fn of(amr: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.amr() == amr)
    }
}

/// What an account must fulfil to be signed in to.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether the address must be verified.
    pub verified_email: bool,
    /// How long after registration it need not be.
    pub verification_grace: TimeDelta,
    /// Who has to have a second factor.
    pub mfa_required: MfaRequired,
}

impl Policy {
    /// What the operator decided.
    pub fn of(app: &App) -> Self {
        let accounts = &app.config.accounts;
        Self {
            verified_email: accounts.require_verification,
            verification_grace: TimeDelta::from_std(accounts.verification_grace).unwrap_or(TimeDelta::MAX),
            mfa_required: app.config.second_factors.required,
        }
    }

    /// Whether somebody has to have a second factor.
    pub fn demands_factor(self, is_admin: bool) -> bool {
        match self.mfa_required {
            MfaRequired::Off => false,
            MfaRequired::Admins => is_admin,
            MfaRequired::Everyone => true,
        }
    }

    fn judge(self, user: &User, now: DateTime<Utc>) -> Result<()> {
        let id = user.id.as_str();
        if let Some(since) = user.suspended_at {
            let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
            let refused = Code::AccountSuspended.because(Truth::Suspended);
            return Err(refused.given("since", since).of_user(id));
        }
        // Without a grace there is none either for an account whose maker's clock was ahead of ours.
        let grace = self.verification_grace;
        let in_grace = grace > TimeDelta::zero() && now < user.created_at + grace;
        if self.verified_email && user.email_verified_at.is_none() && !in_grace {
            let refused = Code::EmailNotVerified.because(Truth::Unverified);
            return Err(refused.with("field", "email").of_user(id));
        }
        Ok(())
    }
}

/// A person who has proved enough to be given a session.
#[derive(Debug)]
pub struct Authenticated {
    user: User,
    methods: Vec<Method>,
    at: DateTime<Utc>,
    sso_login: Option<SsoLoginId>,
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
    /// The sign-in at an identity provider that it began with.
    pub fn sso_login(&self) -> Option<&SsoLoginId> {
        self.sso_login.as_ref()
    }
    /// When they proved it.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

/// A person who has proved something and owes a second factor.
#[derive(Debug)]
pub struct Owed {
    user: User,
    methods: Vec<Method>,
    factors: Factors,
    sso_login: Option<SsoLoginId>,
}

impl Owed {
    /// What may be shown now.
    pub fn factors(&self) -> &Factors {
        &self.factors
    }
    /// Who it is.
    pub fn user(&self) -> &User {
        &self.user
    }
}

/// A person who has proved something and has to set up a second factor before they get a session.
#[derive(Debug)]
pub struct OwesEnrolment {
    user: User,
    methods: Vec<Method>,
    sso_login: Option<SsoLoginId>,
}

/// Where a sign-in stands.
#[derive(Debug)]
pub enum Outcome {
    /// It is complete.
    Authenticated(Authenticated),
    /// A second factor is missing.
    Owed(Owed),
    /// The account has none and has to get one.
    OwesEnrolment(OwesEnrolment),
}

/// Judges what a person has shown first, by the state of their account and the second factors that it has.
///
/// # Errors
/// `ACCOUNT_SUSPENDED` or `EMAIL_NOT_VERIFIED`: told only to somebody who has proved who they are.
pub fn conclude(evidence: Evidence, factors: Factors, policy: Policy, now: DateTime<Utc>) -> Result<Outcome> {
    let sso_login = match &evidence {
        Evidence::Sso(recognised) => Some(recognised.login().clone()),
        _ => None,
    };
    let (user, methods) = match evidence {
        Evidence::Password(verified) => (verified.into_user(), vec![Method::Password]),
        Evidence::Passkey(asserted) => {
            let methods = shown_by(&asserted);
            (asserted.into_user(), methods)
        }
        Evidence::Mail(opened) => (opened.into_user(), vec![Method::Mail]),
        Evidence::Social(recognised) => (recognised.into_user(), vec![Method::Federated]),
        Evidence::Sso(recognised) => (recognised.into_user(), vec![Method::Federated]),
    };
    policy.judge(&user, now)?;
    if factors.user() != &user.id {
        return Err(Error::internal("the factors are those of somebody else"));
    }
    let is_strong = methods.contains(&Method::MultiFactor);
    if !is_strong && !factors.is_any() && policy.demands_factor(user.is_admin) {
        return Ok(Outcome::OwesEnrolment(OwesEnrolment {
            user,
            methods,
            sso_login,
        }));
    }
    Ok(if is_strong || !factors.is_any() {
        Outcome::Authenticated(Authenticated {
            user,
            methods,
            at: now,
            sso_login,
        })
    } else {
        Outcome::Owed(Owed {
            user,
            methods,
            factors,
            sso_login,
        })
    })
}

/// Excuses somebody from the second factor, in a browser that they trust. It does not count as two factors: changes that
/// ask for both ask here, too.
///
/// # Errors
/// When the browser is that of somebody else.
pub fn excuse(
    owed: Owed,
    recognised: &trusted_devices::Recognised,
    now: DateTime<Utc>,
) -> Result<Authenticated> {
    if recognised.user() != &owed.user.id {
        return Err(Error::internal("the browser is that of somebody else"));
    }
    let mut methods = owed.methods;
    methods.push(Method::TrustedDevice);
    Ok(Authenticated {
        user: owed.user,
        methods,
        at: now,
        sso_login: owed.sso_login,
    })
}

/// What a session may call itself after its owner has proved once more who they are: what it could before, and this.
pub fn strengthened(amr: &str, second: Option<&Second>) -> String {
    let mut methods: Vec<Method> = amr.split(' ').filter_map(Method::of).collect();
    if let Some(second) = second {
        let is_strong = methods.contains(&Method::MultiFactor) || second.adds_to(&methods);
        methods.retain(|it| *it != Method::MultiFactor);
        if !methods.contains(&second.method()) {
            methods.push(second.method());
        }
        if is_strong {
            methods.push(Method::MultiFactor);
        }
    }
    let amr: Vec<&str> = methods.into_iter().map(Method::amr).collect();
    amr.join(" ")
}

/// Whether a session was begun, or strengthened since, with two factors.
pub fn has_two_factors(amr: &str) -> bool {
    amr.split(' ').any(|it| it == Method::MultiFactor.amr())
}

/// Whether a session was begun as it must be where a second factor is demanded.
pub fn has_met_demand(amr: &str) -> bool {
    has_two_factors(amr) || amr.split(' ').any(|it| it == Method::TrustedDevice.amr())
}

/// A passkey that was unlocked by PIN, finger or face is two factors: the key, and what unlocked it.
fn shown_by(asserted: &passkeys::Asserted) -> Vec<Method> {
    let mut methods = vec![key(asserted), Method::UserPresence];
    if asserted.user_verified() {
        methods.push(Method::MultiFactor);
    }
    methods
}

fn key(asserted: &passkeys::Asserted) -> Method {
    match asserted.keeping() {
        Keeping::OneDevice => Method::HardwareKey,
        Keeping::Synced => Method::SoftwareKey,
    }
}
