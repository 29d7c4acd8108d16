//! Sign-in with a password.

use super::{Progress, proceed, record, sso};
use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Policy};
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::limits::{self, Limit};
use crate::lockout::{self, Subject};
use crate::users::{self, Identifier};
use crate::{passwords, sessions};

/// Signs a person in with an address or a username, and a password.
///
/// An unknown address, a wrong password, a user without a password and a locked account give answers of one status in
/// one time: a hash is computed in every case.
///
/// # Errors
/// `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `RATE_LIMITED`; after the right password `EMAIL_NOT_VERIFIED` or
/// `ACCOUNT_SUSPENDED`.
pub async fn sign_in(
    app: &App,
    client: &Client,
    identifier: &Identifier,
    password: SecretString,
) -> Result<Progress> {
    let outcome = attempt(app, client, identifier, password).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("password", told);
    outcome
}

async fn attempt(
    app: &App,
    client: &Client,
    identifier: &Identifier,
    password: SecretString,
) -> Result<Progress> {
    limits::check_network(app, Limit::LoginAddress, client).await?;
    let place = app.hashing.reserve()?;
    let mut db = app.db.reading().await?;
    let user = users::find_by_identifier(&mut db, identifier).await?;
    let known_device = match &user {
        Some(user) => sessions::known_device(app, &mut db, &user.id, client).await?,
        None => None,
    };
    let subject = Subject::of(app, identifier, user.as_ref(), known_device.as_deref());
    let locked = lockout::locked_until(app, &mut db, &subject).await?;
    let is_known = user.is_some();
    let kept = passwords::kept(&mut db, user).await?;
    let truth = match (is_known, kept.has_one()) {
        (false, _) => Truth::NoAccount,
        (true, false) => Truth::NoPassword,
        (true, true) => Truth::WrongPassword,
    };
    // Nobody holds a connection while they wait for a hash.
    drop(db);
    // By the address alone, so that nothing tells whether it has an account.
    let enforcing = match identifier {
        Identifier::Email(email) => crate::sso::enforcing(app, email.as_str()).await?,
        Identifier::Username(_) => None,
    };
    let allowed = limits::check(app, Limit::Login, client, subject.key()).await;
    allowed.map_err(|refused| subject.named(refused))?;
    let verified = passwords::check(app, place, kept, password).await?;
    if let Some(until) = locked {
        return Err(subject.refusal(app, until));
    }
    let Some(verified) = verified else {
        let failed = lockout::count_failure(app, client, &subject, truth).await?;
        return Err(enforcing.map_or(failed, |it| {
            subject.named(sso::required(&it).because(Truth::SsoOtherPassword))
        }));
    };
    if let Err(refused) = sso::refuse_if_enforced(app, verified.user()).await {
        let refused = match refused.code() {
            Code::SsoRequired => refused.because(Truth::SsoRightPassword),
            _ => refused,
        };
        return Err(record(app, client, Some(&verified.user().id), refused).await?);
    }
    let user = verified.user().id.clone();
    let mut tx = app.db.begin().await?;
    // After the account was read: see `Factors::of`.
    let factors = Factors::of(&mut tx, &user).await?;
    let evidence = Evidence::Password(verified);
    match authentication::conclude(evidence, factors, Policy::of(app), app.clock.now()) {
        Ok(outcome) => {
            lockout::pass(app, &mut tx, &subject).await?;
            proceed(app, tx, client, outcome).await
        }
        Err(refused) => {
            let event = Event::about(Name::SignInFailed, Some(&user)).from(client);
            events::record(app, &mut tx, event.failed(refused.code().name())).await?;
            tx.commit().await?;
            Err(refused)
        }
    }
}
