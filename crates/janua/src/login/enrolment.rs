//! A sign-in that owes the set-up of a second factor: it is turned on here, and only then is there a session.

use serde_json::json;

use super::{SignedIn, begin};
use crate::app::App;
use crate::authentication::{self, Second};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::sessions::{self, Because};
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

/// Turns the app on with a first code of it, and signs in. Sessions from before the factor end.
///
/// # Errors
/// `MFA_TOKEN_INVALID`, `INVALID_MFA_CODE`, `MFA_NOT_ENABLED` when no secret waits for it, `RATE_LIMITED`.
pub async fn confirm_totp(
    app: &App,
    client: &Client,
    token: &str,
    code: &SecretString,
) -> Result<(SignedIn, Vec<SecretString>)> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let outcome = attempt(app, client, token, code).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("totp", told);
    outcome
}

async fn attempt(
    app: &App,
    client: &Client,
    token: &str,
    code: &SecretString,
) -> Result<(SignedIn, Vec<SecretString>)> {
    let enrolling = authentication::resume_enrolment(app, token).await?;
    let user = enrolling.user().clone();
    authentication::count_code_try(app, Some(enrolling.pending()), &user.id).await?;
    let mut tx = app.db.begin().await?;
    let Some(verified) = totp::confirm(app, &mut tx, &user.id, code.reveal()).await? else {
        return Err(Error::new(Code::InvalidMfaCode).with("field", "code"));
    };
    let codes = recovery_codes::replace(app, &mut tx, &user.id).await?;
    let proof = authentication::finish_enrolment(app, &mut tx, enrolling, &Second::Totp(verified)).await?;
    let event = Event::by(Name::MfaEnabled, &user.id, client);
    events::record(app, &mut tx, event.knowing(json!({"method": "totp"}))).await?;
    outbox::promise(app, &mut tx, Kind::MfaEnabled, &user, client).await?;
    let because = Because::SecondFactorChanged;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &user, None, because, client).await?;
    let signed_in = begin(app, tx, client, proof).await?;
    changed.announce(app).await;
    Ok((signed_in, codes))
}
