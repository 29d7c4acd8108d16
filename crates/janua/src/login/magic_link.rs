//! Sign-in by mail: with a link in the browser that asked, or with six digits.

use serde_json::json;

use super::{Progress, claiming, proceed, record, sso};
use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Policy};
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::magic_links::{self, Asked, Opened, Shown, Used, Waiting};
use crate::outbox::{self, Kind};
use crate::users::{self, Changed, Email, NewUser, User, UserId};

pub use super::redirection::Target;

/// Promises a mail with a link and a code, if the address belongs to somebody. The answer and its time are the same for
/// every address: whom it belongs to is looked up when the mail is written.
///
/// # Errors
/// `MAGIC_LINKS_DISABLED`; `RATE_LIMITED` or `EMAIL_RATE_LIMITED`, the same for known and unknown addresses.
pub async fn ask(app: &App, client: &Client, email: &Email, target: Option<&Target>) -> Result<Asked> {
    refuse_if_disabled(app)?;
    limits::check_network(app, Limit::EmailRequest, client).await?;
    limits::check(app, Limit::EmailPerUser, client, email.as_str()).await?;
    let mut tx = app.db.begin().await?;
    let asked = magic_links::ask(app, &mut tx, email, target.map(Target::as_str)).await?;
    let facts = json!({"locale": client.locale, "sign_in": magic_links::reference(app, &asked)});
    outbox::promise_to_address_with(app, &mut tx, Kind::MagicLink, email.as_str(), client, facts).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Looks at a link and changes nothing.
///
/// # Errors
/// `MAGIC_LINKS_DISABLED`, `LINK_EXPIRED`, `LINK_INVALID`, `RATE_LIMITED`.
pub async fn look(app: &App, client: &Client, token: &str, flow: Option<&str>) -> Result<Waiting> {
    refuse_if_disabled(app)?;
    limits::check_network(app, Limit::Link, client).await?;
    magic_links::look(app, token, flow).await
}

/// Signs in whoever shows a link or a code. Gives with it where they wanted to go.
///
/// # Errors
/// As [`magic_links::admit`] and [`magic_links::consume`]; after the right one `ACCOUNT_SUSPENDED`.
pub async fn sign_in(app: &App, client: &Client, shown: &Shown<'_>) -> Result<(Progress, Option<String>)> {
    refuse_if_disabled(app)?;
    let outcome = attempt(app, client, shown).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("email", told);
    outcome
}

async fn attempt(app: &App, client: &Client, shown: &Shown<'_>) -> Result<(Progress, Option<String>)> {
    limits::check_network(app, Limit::Link, client).await?;
    let (opened, target) = match open(app, client, shown).await {
        Ok(opened) => opened,
        Err(refused) => return Err(record(app, client, None, refused).await?),
    };
    let evidence = Evidence::Mail(opened.0);
    // After the account was read: see `Factors::of`.
    let factors = Factors::of(&app.db, &opened.1).await?;
    match authentication::conclude(evidence, factors, Policy::of(app), app.clock.now()) {
        Ok(outcome) => {
            let progress = proceed(app, app.db.begin().await?, client, outcome).await?;
            Ok((progress, target))
        }
        Err(refused) => Err(record(app, client, Some(&opened.1), refused).await?),
    }
}

/// Uses it up and finds out whose it is, in one transaction with what that changes of the account.
async fn open(app: &App, client: &Client, shown: &Shown<'_>) -> Result<((Opened, UserId), Option<String>)> {
    let admitted = magic_links::admit(app, shown).await?;
    let mut tx = app.db.begin().await?;
    let spent = magic_links::consume(app, &mut tx, &admitted).await?;
    let (user, changed) = owner(app, &mut tx, client, &spent).await?;
    sso::refuse_if_enforced(app, &user).await?;
    let target = spent.redirect_to().map(str::to_owned);
    let id = user.id.clone();
    let opened = spent.opens(user)?;
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    Ok(((opened, id), target))
}

/// Whose address it is: somebody's, a newcomer's, or that of an account that nobody has proved to own so far.
async fn owner(app: &App, tx: &mut Tx, client: &Client, spent: &Used) -> Result<(User, Option<Changed>)> {
    let email = spent.email()?;
    let user = users::find_by_email(&mut *tx, &email).await?;
    spent.refuse_unless_of(user.as_ref())?;
    match user {
        Some(user) if user.email_verified_at.is_some() => Ok((user, None)),
        Some(user) => {
            let (owner, changed) = claiming::claim(app, tx, client, &user).await?;
            Ok((owner, Some(changed)))
        }
        None if app.config.accounts.magic_link_signup => Ok((welcome(app, tx, client, email).await?, None)),
        None => Err(Code::LinkInvalid.because(Truth::LinkNobody)),
    }
}

async fn welcome(app: &App, tx: &mut Tx, client: &Client, email: Email) -> Result<User> {
    let new = NewUser {
        email,
        username: None,
        first_name: None,
        last_name: None,
        locale: Some(client.locale.clone()),
        is_admin: false,
        email_verified_at: Some(app.clock.now()),
    };
    // Taken in this moment: the link was not for that account.
    let user = users::insert(app, tx, &new)
        .await
        .map_err(|error| match error.code() {
            Code::EmailAlreadyExists => Code::LinkInvalid.because(Truth::LinkOutdated),
            _ => error,
        })?;
    events::record(app, tx, Event::by(Name::UserRegistered, &user.id, client)).await?;
    events::record(app, tx, Event::by(Name::EmailVerified, &user.id, client)).await?;
    outbox::promise(app, tx, Kind::Welcome, &user, client).await?;
    tracing::info!(user_id = %user.id, "registered by mail");
    Ok(user)
}

fn refuse_if_disabled(app: &App) -> Result<()> {
    let enabled = app.config.accounts.magic_links;
    enabled
        .then_some(())
        .ok_or_else(|| Code::MagicLinksDisabled.into())
}
