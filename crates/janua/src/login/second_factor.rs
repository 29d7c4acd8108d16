//! The second step of a sign-in, and proving once more who one is.

use super::{SignedIn, begin_in};
use crate::app::App;
use crate::authentication::{self, Factor, Factors, Pending, Second};
use crate::client::Client;
use crate::crypto::digits;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::sms::{self, Purpose};
use crate::users::{self, User, UserId};
use crate::{recovery_codes, totp};

/// A code that somebody typed, and which factor it is to be of.
#[derive(Debug)]
pub struct Typed {
    /// The code.
    pub code: SecretString,
    /// The factor; by the form of the code when it is not said.
    pub factor: Option<Factor>,
    /// Whether the browser is to be trusted from now on.
    pub remember: bool,
}

impl Typed {
    fn is_six_digits(&self) -> bool {
        digits::is_code(self.code.reveal())
    }

    /// What a refused code is called: six digits may be of an app or of a message.
    fn is_recovery_code(&self) -> bool {
        match self.factor {
            Some(factor) => factor == Factor::RecoveryCode,
            None => !self.is_six_digits(),
        }
    }

    fn label(&self) -> &'static str {
        let by_form = if self.is_six_digits() {
            Factor::Totp
        } else {
            Factor::RecoveryCode
        };
        self.factor.unwrap_or(by_form).name()
    }
}

/// What a code may be of. A try at a message stays counted, so this is made before the transaction that uses it up.
#[derive(Debug)]
pub enum Admitted {
    /// A code of the app.
    Totp,
    /// A code that was sent.
    Sms(sms::Counted),
    /// A recovery code.
    RecoveryCode,
}

/// Counts a try at a message where the code may be of one. Without a method six digits are of the message that is
/// awaited, else of the app.
///
/// # Errors
/// When the database fails.
pub async fn admit(app: &App, factors: &Factors, purpose: Purpose, typed: &Typed) -> Result<Vec<Admitted>> {
    let user = factors.user();
    Ok(match typed.factor {
        Some(Factor::Totp) => vec![Admitted::Totp],
        Some(Factor::RecoveryCode) => vec![Admitted::RecoveryCode],
        // Nobody can type one: see `passkey::complete`.
        Some(Factor::Passkey) => Vec::new(),
        Some(Factor::Sms) => vec![Admitted::Sms(sms::count_try(app, user, purpose).await?)],
        None if !typed.is_six_digits() => vec![Admitted::RecoveryCode],
        None => {
            let mut all = Vec::new();
            if factors.has(Factor::Sms) && sms::is_awaited(app, user, purpose).await? {
                all.push(Admitted::Sms(sms::count_try(app, user, purpose).await?));
            }
            if factors.has(Factor::Totp) || all.is_empty() {
                all.push(Admitted::Totp);
            }
            all
        }
    })
}

/// The second step as it was prepared.
#[derive(Debug)]
pub struct Challenged {
    /// The sign-in.
    pub pending: Pending,
    /// The code that is on its way, where one had to be sent.
    pub sent: Option<sms::Sent>,
}

/// Prepares the second step: sends a code where the factor is a telephone, and tells whether this factor can be shown.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `MFA_METHOD_UNAVAILABLE`, `SMS_RATE_LIMITED`, `SMS_BRAKED`, `SMS_DELIVERY_FAILED`.
pub async fn challenge(app: &App, client: &Client, token: &str, factor: Factor) -> Result<Challenged> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let pending = authentication::resume(app, token).await?;
    if !pending.factors().has(factor) {
        let refused = Error::new(Code::MfaMethodUnavailable);
        return Err(refused.of_user(pending.user().as_str()));
    }
    let sent = match factor {
        Factor::Sms => {
            let user = owner(app, pending.user()).await?;
            Some(sms::send(app, client, &user, Purpose::SignIn).await?)
        }
        Factor::Totp | Factor::Passkey | Factor::RecoveryCode => None,
    };
    Ok(Challenged { pending, sent })
}

/// Completes a sign-in with a code.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `INVALID_MFA_CODE`, `INVALID_RECOVERY_CODE`, `RATE_LIMITED`; nothing tells whether an earlier
/// code was nearly right.
pub async fn sign_in(app: &App, client: &Client, token: &str, typed: Typed) -> Result<SignedIn> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let outcome = attempt(app, client, token, &typed).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in(typed.label(), told);
    outcome
}

async fn attempt(app: &App, client: &Client, token: &str, typed: &Typed) -> Result<SignedIn> {
    let pending = authentication::resume(app, token).await?;
    let user = pending.user().clone();
    authentication::count_code_try(app, Some(&pending), &user).await?;
    let admitted = admit(app, pending.factors(), Purpose::SignIn, typed).await?;
    let mut tx = app.db.begin().await?;
    let Some(second) = prove(app, &mut tx, client, &user, (&admitted, typed)).await? else {
        drop(tx);
        return Err(refuse(app, client, &user, typed).await?);
    };
    let proof = authentication::finish(app, &mut tx, pending, &second).await?;
    begin_in(app, tx, client, proof, typed.remember).await
}

/// Checks a code and uses it up, in the transaction of what it allows. A used recovery code is told to its owner.
async fn prove(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    user: &UserId,
    (admitted, typed): (&[Admitted], &Typed),
) -> Result<Option<Second>> {
    let code = typed.code.reveal();
    for kind in admitted {
        let second = match kind {
            Admitted::Totp => totp::check(app, tx, user, code).await?.map(Second::Totp),
            Admitted::Sms(counted) => sms::check(app, tx, counted, code).await?.map(Second::Sms),
            // Without a factor that they stand in for they open nothing.
            Admitted::RecoveryCode if !Factors::of(&mut *tx, user).await?.is_any() => None,
            Admitted::RecoveryCode => match recovery_codes::consume(app, tx, user, code).await? {
                Some(proof) => {
                    tell_of_use(app, tx, client, user).await?;
                    Some(Second::RecoveryCode(proof))
                }
                None => None,
            },
        };
        if second.is_some() {
            return Ok(second);
        }
    }
    Ok(None)
}

async fn tell_of_use(app: &App, tx: &mut Tx, client: &Client, user: &UserId) -> Result<()> {
    let remaining = recovery_codes::remaining(&mut *tx, user).await?;
    let event = Event::by(Name::RecoveryCodeUsed, user, client);
    events::record(
        app,
        tx,
        event.knowing(serde_json::json!({"remaining": remaining})),
    )
    .await?;
    let owner = users::find(&mut *tx, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let facts = serde_json::json!({
        "ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(), "remaining": remaining,
    });
    outbox::promise_with(app, tx, Kind::RecoveryCodeUsed, &owner, client, facts).await
}

async fn refuse(app: &App, client: &Client, user: &UserId, typed: &Typed) -> Result<Error> {
    let (code, truth) = if typed.is_recovery_code() {
        (Code::InvalidRecoveryCode, Truth::WrongRecoveryCode)
    } else {
        (Code::InvalidMfaCode, Truth::WrongCode)
    };
    let mut tx = app.db.begin().await?;
    let event = Event::about(Name::SignInFailed, Some(user)).from(client);
    events::record(app, &mut tx, event.failed(code.name())).await?;
    tx.commit().await?;
    Ok(code.because(truth).of_user(user.as_str()))
}

/// Checks a code of somebody who is signed in and uses it up, in the transaction of what it allows.
///
/// # Errors
/// `WRONG_MFA_CODE` (422: the session is fine).
pub async fn confirm(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    user: &UserId,
    shown: (&[Admitted], &Typed),
) -> Result<Second> {
    match prove(app, tx, client, user, shown).await? {
        Some(second) => {
            authentication::forget_code_tries(tx, user).await?;
            Ok(second)
        }
        None => Err(Error::new(Code::WrongMfaCode).with("field", "code")),
    }
}

/// What would be enough.
pub fn methods(factors: &Factors) -> Vec<&'static str> {
    if factors.is_any() {
        factors.names()
    } else {
        vec!["password"]
    }
}

/// Somebody's account, for changes of their second factors.
///
/// # Errors
/// `TOKEN_REVOKED` when it is gone.
pub async fn owner(app: &App, user: &UserId) -> Result<User> {
    users::find(&app.db, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))
}
