//! Sign-in with a passkey, and what removing one does to the sessions of its owner.

use super::ways_in::WaysIn;
use super::{Progress, SignedIn, begin_in, proceed};
use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Pending, Policy, Second};
use crate::client::Client;
use crate::error::{Class, Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::passkeys::{self, Passkey, PasskeyAnswer, PasskeyId, Question};
use crate::sessions::{self, Because, SessionId};
use crate::users::{Email, UserId};

/// Signs in whoever holds the passkey that answered. Locks do not matter: a signature cannot be guessed.
///
/// # Errors
/// As [`passkeys::authentication::finish`]; after the right answer `EMAIL_NOT_VERIFIED` or `ACCOUNT_SUSPENDED`.
pub async fn sign_in(
    app: &App,
    client: &Client,
    challenge_id: &str,
    answer: webauthn_rs_core::proto::PublicKeyCredential,
) -> Result<Progress> {
    let outcome = attempt(app, client, challenge_id, answer).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("passkey", told);
    outcome
}

async fn attempt(
    app: &App,
    client: &Client,
    challenge_id: &str,
    answer: webauthn_rs_core::proto::PublicKeyCredential,
) -> Result<Progress> {
    let (asserted, mut tx) = match passkeys::authentication::finish(app, client, challenge_id, answer).await {
        Ok(asserted) => asserted,
        Err(refused) => return Err(record(app, client, None, refused).await?),
    };
    let user = asserted.user().clone();
    let factors = Factors::of(&mut tx, &user).await?;
    match authentication::conclude(
        Evidence::Passkey(asserted),
        factors,
        Policy::of(app),
        app.clock.now(),
    ) {
        Ok(outcome) => proceed(app, tx, client, outcome).await,
        Err(refused) => {
            // The passkey was used, whatever its owner may do.
            tx.commit().await?;
            Err(record(app, client, Some(&user), refused).await?)
        }
    }
}

/// Asks for a passkey of whoever owes a second factor.
///
/// # Errors
/// `RATE_LIMITED`.
pub async fn ask(app: &App, client: &Client, pending: &Pending) -> Result<Question> {
    let email = Email::parse(pending.email()).map_err(|_| Code::InvalidEmail)?;
    passkeys::authentication::begin(app, client, Some(&email)).await
}

/// Completes a sign-in with a passkey, as its second factor.
///
/// # Errors
/// `MFA_TOKEN_INVALID`; as [`passkeys::authentication::finish`]; `MFA_METHOD_UNAVAILABLE` when the same key was the first
/// factor and asked for neither PIN, finger nor face.
pub async fn complete(
    app: &App,
    client: &Client,
    token: &str,
    answer: PasskeyAnswer,
    remember: bool,
) -> Result<SignedIn> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let outcome = take_second_step(app, client, token, answer, remember).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("passkey", told);
    outcome
}

async fn take_second_step(
    app: &App,
    client: &Client,
    token: &str,
    answer: PasskeyAnswer,
    remember: bool,
) -> Result<SignedIn> {
    let pending = authentication::resume(app, token).await?;
    let user = pending.user().clone();
    let (second, mut tx) = match prove(app, client, &user, answer).await {
        Ok(proved) => proved,
        Err(refused) => return Err(record(app, client, Some(&user), refused).await?),
    };
    let proof = authentication::finish(app, &mut tx, pending, &second).await?;
    begin_in(app, tx, client, proof, remember).await
}

/// Checks that a passkey of this very person has answered; what it proves counts with the transaction given along.
///
/// # Errors
/// As [`passkeys::authentication::finish`]; `CREDENTIAL_NOT_RECOGNIZED` for that of somebody else.
pub async fn prove(app: &App, client: &Client, user: &UserId, answer: PasskeyAnswer) -> Result<(Second, Tx)> {
    let PasskeyAnswer {
        challenge_id,
        credential,
    } = answer;
    let (asserted, tx) = passkeys::authentication::finish(app, client, &challenge_id, credential).await?;
    if asserted.user() != user {
        tx.commit().await?;
        let refused = Code::CredentialNotRecognized.because(Truth::PasskeyOther);
        return Err(refused.of_user(user.as_str()));
    }
    Ok((Second::Passkey(Box::new(asserted)), tx))
}

/// Records a refusal that tells of somebody who may not get in; what could not be read tells of nobody.
async fn record(app: &App, client: &Client, user: Option<&UserId>, refused: Error) -> Result<Error> {
    let refused = match user {
        Some(user) => refused.of_user(user.as_str()),
        None => refused,
    };
    if matches!(
        refused.code().class(),
        Class::Authentication | Class::EmailNotVerified
    ) {
        let mut tx = app.db.begin().await?;
        let event = Event::about(Name::SignInFailed, user).from(client);
        events::record(app, &mut tx, event.failed(refused.code().name())).await?;
        tx.commit().await?;
    }
    Ok(refused)
}

/// Removes a passkey of somebody who has proved lately who they are. Their other sessions end: passkeys are removed
/// when a device is lost, and whoever found it may be signed in.
///
/// # Errors
/// `PASSKEY_NOT_FOUND`, also for somebody else's; `LAST_WAY_IN`.
pub async fn remove(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    id: &PasskeyId,
) -> Result<Passkey> {
    let ways_in = WaysIn::of(app, user).await?;
    let mut tx = app.db.begin().await?;
    let event = Event::by(Name::PasskeyRemoved, user, client);
    let (owner, removed) = passkeys::remove(app, &mut tx, user, id, client, event).await?;
    ways_in.refuse_if_none_is_left(&mut tx, user).await?;
    let because = Because::PasskeyRemoved;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &owner, Some(session), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(removed)
}
