//! A sign-in that owes the set-up of a second factor: it is turned on here, and only then is there a session.

use serde_json::json;

use super::{SignedIn, begin};
use crate::app::App;
use crate::authentication::{self, Factor, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::sms::PhoneNumber;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::sessions::{self, Because};
use crate::sms::{self, Purpose, Sent};
use crate::totp::Enrolment;
use crate::{recovery_codes, totp};

/// Makes a secret for an authenticator app, for somebody who has to have one.
///
/// # Errors
/// `MFA_TOKEN_INVALID` when the sign-in is over, or owes a factor that is there; `RATE_LIMITED`.
pub async fn enable_totp(app: &App, client: &Client, token: &str) -> Result<Enrolment> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let enrolling = authentication::resume_enrolment(app, token).await?;
    let mut tx = app.db.begin().await?;
    let enrolment = totp::enrol(app, &mut tx, enrolling.user()).await?;
    tx.commit().await?;
    Ok(enrolment)
}

/// What such an account may set up.
pub fn methods(app: &App) -> Vec<Factor> {
    let mut methods = vec![Factor::Totp];
    if app.texter.is_on() {
        methods.push(Factor::Sms);
    }
    methods
}

/// Sends a code to a number, for somebody who has to have a second factor.
///
/// # Errors
/// As [`enable_totp`], and as [`sms::enrol`].
pub async fn enable_sms(app: &App, client: &Client, token: &str, number: &PhoneNumber) -> Result<Sent> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let enrolling = authentication::resume_enrolment(app, token).await?;
    sms::enrol(app, client, enrolling.user(), number).await
}

/// Turns an app or a telephone on with a first code of it, and signs in. Sessions from before the factor end.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `INVALID_MFA_CODE`, `MFA_NOT_ENABLED` when nothing waits for it, `RATE_LIMITED`.
pub async fn confirm(
    app: &App,
    client: &Client,
    token: &str,
    shown: (Factor, &SecretString),
) -> Result<(SignedIn, Vec<SecretString>)> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let outcome = attempt(app, client, token, shown).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in(shown.0.name(), told);
    outcome
}

async fn attempt(
    app: &App,
    client: &Client,
    token: &str,
    (factor, code): (Factor, &SecretString),
) -> Result<(SignedIn, Vec<SecretString>)> {
    let enrolling = authentication::resume_enrolment(app, token).await?;
    let user = enrolling.user().clone();
    authentication::count_code_try(app, Some(enrolling.pending()), &user.id).await?;
    let counted = match factor {
        Factor::Sms => Some(sms::count_try(app, &user.id, Purpose::Enrolment).await?),
        Factor::Totp | Factor::Passkey | Factor::RecoveryCode => None,
    };
    let mut tx = app.db.begin().await?;
    let second = match &counted {
        Some(counted) => sms::confirm(app, &mut tx, counted, code.reveal())
            .await?
            .map(Second::Sms),
        None => totp::confirm(app, &mut tx, &user.id, code.reveal())
            .await?
            .map(Second::Totp),
    };
    let Some(second) = second else {
        let refused = Code::InvalidMfaCode.because(Truth::WrongCode);
        return Err(refused.with("field", "code").of_user(user.id.as_str()));
    };
    let codes = recovery_codes::replace(app, &mut tx, &user.id).await?;
    let proof = authentication::finish_enrolment(app, &mut tx, enrolling, &second).await?;
    let event = Event::by(Name::MfaEnabled, &user.id, client);
    events::record(app, &mut tx, event.knowing(json!({"method": factor.name()}))).await?;
    let facts = json!({
        "ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(), "method": factor.name(),
    });
    outbox::promise_with(app, &mut tx, Kind::MfaEnabled, &user, client, facts).await?;
    let because = Because::SecondFactorChanged;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &user, None, because, client).await?;
    let signed_in = begin(app, tx, client, proof).await?;
    changed.announce(app).await;
    Ok((signed_in, codes))
}
