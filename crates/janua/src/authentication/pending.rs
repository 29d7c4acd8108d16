//! Sign-ins that owe a second factor: rows that a token names, and the count of codes that were tried.

use std::time::Duration;

use super::{Authenticated, Factors, Method, Owed, OwesEnrolment, Policy, Second, store};
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Error, Result, Truth};
use crate::ids::SsoLoginId;
use crate::io::db::Tx;
use crate::users::{self, User, UserId};

/// How long a second factor may take.
const LIFETIME: Duration = Duration::from_secs(600);

/// How many codes one sign-in may try.
const TRIES: i64 = 5;

/// How many codes may be tried at once for an account, over all sign-ins, sessions and places, and how long it takes
/// until one more may be, in milliseconds. In any hour these are nine at most.
const CODES_AT_ONCE: i64 = 4;
const CODE_EVERY_MS: i64 = 12 * 60 * 1000;

/// A sign-in that was found by its token.
#[derive(Debug)]
pub struct Pending {
    hash: String,
    user: User,
    methods: Vec<Method>,
    factors: Factors,
    sso_login: Option<SsoLoginId>,
}

impl Pending {
    /// Who signs in.
    pub fn user(&self) -> &UserId {
        &self.user.id
    }
    /// Their address.
    pub fn email(&self) -> &str {
        &self.user.email
    }
    /// What may be shown now.
    pub fn factors(&self) -> &Factors {
        &self.factors
    }
}

/// What the row of a sign-in says that owes a factor to be set up.
const ENROLMENT: &str = "enrolment";

/// A sign-in that was found by its token and waits until a second factor is set up.
#[derive(Debug)]
pub struct Enrolling(Pending);

impl Enrolling {
    /// Who signs in.
    pub fn user(&self) -> &User {
        &self.0.user
    }
    /// For counting tries.
    pub fn pending(&self) -> &Pending {
        &self.0
    }
}

/// Keeps a sign-in until its second factor is shown; gives the token that names it.
///
/// # Errors
/// When the database fails.
pub async fn owe(app: &App, tx: &mut Tx, owed: &Owed) -> Result<OpaqueToken> {
    keep(
        app,
        tx,
        (&owed.user, &owed.methods),
        owed.sso_login.as_ref(),
        None,
    )
    .await
}

/// Keeps a sign-in until a second factor is set up; gives the token that names it.
///
/// # Errors
/// When the database fails.
pub async fn owe_enrolment(app: &App, tx: &mut Tx, owes: &OwesEnrolment) -> Result<OpaqueToken> {
    keep(
        app,
        tx,
        (&owes.user, &owes.methods),
        owes.sso_login.as_ref(),
        Some(ENROLMENT),
    )
    .await
}

async fn keep(
    app: &App,
    tx: &mut Tx,
    (user, methods): (&User, &[Method]),
    sso_login: Option<&SsoLoginId>,
    owes: Option<&'static str>,
) -> Result<OpaqueToken> {
    let token = OpaqueToken::from_random(app.random.bytes(), Kind::Flow);
    let proven: Vec<&str> = methods.iter().map(|it| it.amr()).collect();
    let now = app.clock.now();
    let hash = token.hash(&app.keys.one_time);
    let flow = store::NewFlow {
        hash: hash.as_str(),
        user: &user.id,
        proven: &proven.join(" "),
        epoch: user.epoch,
        owes,
        sso_login,
    };
    store::insert(tx, flow, now, now + LIFETIME).await?;
    Ok(token)
}

/// Finds a sign-in that waits for a second factor which the account has.
///
/// # Errors
/// `MFA_TOKEN_INVALID` when it is over, was used up, or the account was changed in the meantime.
pub async fn resume(app: &App, token: &str) -> Result<Pending> {
    find(app, token, None).await
}

/// Finds a sign-in that waits until a second factor is set up. One that owes a factor which is there is none: else
/// whoever knows the password would bring a factor of their own.
///
/// # Errors
/// As [`resume`].
pub async fn resume_enrolment(app: &App, token: &str) -> Result<Enrolling> {
    let pending = find(app, token, Some(ENROLMENT)).await?;
    if pending.factors.is_any() {
        let refused = Code::MfaTokenInvalid.because(Truth::FlowOther);
        return Err(refused.of_user(pending.user.id.as_str()));
    }
    Ok(Enrolling(pending))
}

async fn find(app: &App, token: &str, owes: Option<&str>) -> Result<Pending> {
    let token = OpaqueToken::parse(token, Kind::Flow)
        .map_err(|_| Code::MfaTokenInvalid.because(Truth::FlowMalformed))?;
    for keys in app.all_keys() {
        let hash = token.hash(&keys.one_time);
        let Some(flow) = store::find(&app.db, hash.as_str(), app.clock.now()).await? else {
            continue;
        };
        let refused = |truth| {
            let refused = Code::MfaTokenInvalid.because(truth);
            refused.of_user(flow.user_id.as_str())
        };
        if flow.owes.as_deref() != owes {
            return Err(refused(Truth::FlowOther));
        }
        let user = users::find(&app.db, &flow.user_id).await?;
        let user = user
            .filter(|it| it.epoch == flow.epoch)
            .ok_or_else(|| refused(Truth::FlowOutdated))?;
        return Ok(Pending {
            hash: hash.as_str().to_owned(),
            factors: Factors::of(&app.db, &user.id).await?,
            sso_login: flow.sso_login_id,
            methods: flow.proven.split(' ').filter_map(Method::of).collect(),
            user,
        });
    }
    Err(Code::MfaTokenInvalid.because(Truth::FlowUnknown))
}

/// Counts a try before its code is looked at, for the sign-in and for the account.
///
/// # Errors
/// `MFA_TOKEN_INVALID` after the fifth, `RATE_LIMITED` when too many codes were tried for the account: wrong ones here
/// or elsewhere. The right password does not reset that.
pub async fn count_code_try(app: &App, pending: Option<&Pending>, user: &UserId) -> Result<()> {
    let now_ms = app.clock.now_millis();
    let mut tx = app.db.begin().await?;
    if let Some(pending) = pending
        && !store::count_try(&mut tx, &pending.hash, TRIES, app.clock.now()).await?
    {
        let refused = Code::MfaTokenInvalid.because(Truth::FlowTries);
        return Err(refused.of_user(user.as_str()));
    }
    let room_ms = (CODES_AT_ONCE - 1) * CODE_EVERY_MS;
    let counted = store::count_code(&mut tx, user, now_ms, CODE_EVERY_MS, room_ms).await?;
    if !counted {
        let full_at = store::full_at(&mut tx, user).await?.unwrap_or(now_ms);
        tx.commit().await?;
        tracing::warn!(user_id = %user, "too many codes were tried");
        let wait = u64::try_from((full_at - room_ms - now_ms).max(0) / 1000).unwrap_or(0) + 1;
        let refused = Code::RateLimited.because(Truth::CodeLimit);
        return Err(refused.of_user(user.as_str()).retry_after(wait));
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets what was tried, in the transaction of a right code.
///
/// # Errors
/// When the database fails.
pub async fn forget_code_tries(tx: &mut Tx, user: &UserId) -> Result<()> {
    Ok(store::forget_codes(tx, user).await?)
}

/// Completes a sign-in with its second factor, in the transaction that starts the session.
///
/// # Errors
/// `MFA_TOKEN_INVALID` when somebody else completed it, `ACCOUNT_SUSPENDED` or `EMAIL_NOT_VERIFIED`.
pub async fn finish(app: &App, tx: &mut Tx, pending: Pending, second: &Second) -> Result<Authenticated> {
    let now = app.clock.now();
    if second.user() != &pending.user.id {
        return Err(Error::internal("the second factor is that of somebody else"));
    }
    if !second.adds_to(&pending.methods) {
        return Err(Error::new(Code::MfaMethodUnavailable).of_user(pending.user.id.as_str()));
    }
    if !store::finish(tx, &pending.hash, now).await? {
        let refused = Code::MfaTokenInvalid.because(Truth::FlowDone);
        return Err(refused.of_user(pending.user.id.as_str()));
    }
    Policy::of(app).judge(&pending.user, now)?;
    forget_code_tries(tx, &pending.user.id).await?;
    let mut methods = pending.methods;
    methods.extend([second.method(), Method::MultiFactor]);
    Ok(Authenticated {
        user: pending.user,
        methods,
        at: now,
        sso_login: pending.sso_login,
    })
}

/// Completes a sign-in whose second factor was just set up, in the transaction that starts the session. Every other
/// sign-in of the account that is under way ends.
///
/// # Errors
/// `MFA_TOKEN_INVALID` when somebody else completed it or the account was changed, `ACCOUNT_SUSPENDED` or
/// `EMAIL_NOT_VERIFIED`.
pub async fn finish_enrolment(
    app: &App,
    tx: &mut Tx,
    enrolling: Enrolling,
    second: &Second,
) -> Result<Authenticated> {
    let before = enrolling.0.user.epoch;
    // Locks the row: of two that enrol at once the second finds another epoch.
    let user = users::advance_epoch(app, tx, &enrolling.0.user.id).await?;
    let user = user
        .filter(|it| it.epoch == before + 1)
        .ok_or_else(|| Code::MfaTokenInvalid.because(Truth::FlowOutdated))?;
    let mut proof = finish(app, tx, enrolling.0, second).await?;
    proof.user = user;
    Ok(proof)
}

/// Forgets sign-ins that were never completed.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(1)).await?)
}
