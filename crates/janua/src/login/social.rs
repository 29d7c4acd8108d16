//! Signing in with an account of another provider, and linking one.
//!
//! An account here is found by the provider's own id for the person. By its address one is found only when the provider
//! vouches for that address: then it is linked, if its owner has proved to read the address here too; and if nobody ever
//! has, whatever was set up before goes first. Everybody else signs in here first, and links.

use serde_json::json;

use super::ways_in::WaysIn;
use super::{Progress, claiming, proceed, record, sso};
use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Policy};
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::ids::SessionId;
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::sessions::{self, Because};
use crate::social::{self, Answer, Begun, Finished, Identified, Purpose, Recognised};
use crate::users::{self, Changed, Email, NewUser, User, UserId};

/// Sends somebody to a provider.
///
/// # Errors
/// As [`social::begin`]; `RATE_LIMITED`.
pub async fn leave(
    app: &App,
    client: &Client,
    provider: &str,
    (purpose, target): (&Purpose, Option<&str>),
    held: Option<&str>,
) -> Result<Begun> {
    limits::check_network(app, Limit::Social, client).await?;
    social::begin(app, provider, purpose, target, held).await
}

/// What came of a way to a provider.
#[derive(Debug)]
pub enum Arrived {
    /// Somebody signs in.
    SigningIn(Progress),
    /// An account was linked.
    Linked,
}

/// Takes somebody back from a provider: they sign in, or what they hold there is linked. Gives with it where they wanted
/// to go.
///
/// # Errors
/// As [`social::finish`]; `OAUTH_EMAIL_UNVERIFIED`, `OAUTH_SIGNUP_DISABLED`, `OAUTH_ALREADY_LINKED`, `ACCOUNT_SUSPENDED`;
/// `NOT_AUTHENTICATED` when the session that began to link is over.
pub async fn arrive(
    app: &App,
    client: &Client,
    provider: &str,
    answer: &Answer<'_>,
    held: Option<&str>,
) -> Result<(Arrived, Option<String>)> {
    limits::check_network(app, Limit::Social, client).await?;
    let finished = match social::finish(app, provider, answer, held).await {
        Ok(finished) => finished,
        Err(refused) => return Err(record(app, client, None, refused).await?),
    };
    let Finished {
        who,
        purpose,
        redirect_to,
    } = finished;
    let arrived = match purpose {
        Purpose::SignIn => Arrived::SigningIn(sign_in(app, client, &who).await?),
        Purpose::Link(user, session) => {
            link(app, client, (&user, &session), &who).await?;
            Arrived::Linked
        }
    };
    Ok((arrived, redirect_to))
}

async fn sign_in(app: &App, client: &Client, who: &Identified) -> Result<Progress> {
    let outcome = attempt(app, client, who).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("social", told);
    outcome
}

async fn attempt(app: &App, client: &Client, who: &Identified) -> Result<Progress> {
    let recognised = match owner(app, client, who).await {
        Ok(recognised) => recognised,
        Err(refused) => return Err(record(app, client, None, refused).await?),
    };
    if let Err(refused) = sso::refuse_if_enforced(app, recognised.owner()).await {
        return Err(record(app, client, Some(recognised.user()), refused).await?);
    }
    let user = recognised.user().clone();
    let evidence = Evidence::Social(recognised);
    // After the account was read: see `Factors::of`.
    let factors = Factors::of(&app.db, &user).await?;
    match authentication::conclude(evidence, factors, Policy::of(app), app.clock.now()) {
        Ok(outcome) => proceed(app, app.db.begin().await?, client, outcome).await,
        Err(refused) => Err(record(app, client, Some(&user), refused).await?),
    }
}

/// Whose account it opens, in one transaction with what that changes.
async fn owner(app: &App, client: &Client, who: &Identified) -> Result<Recognised> {
    let mut tx = app.db.begin().await?;
    let (recognised, changed) = match social::recognise(app, &mut tx, who).await? {
        Some(recognised) => (recognised, None),
        None => find_by_email(app, &mut tx, client, who).await?,
    };
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    Ok(recognised)
}

async fn find_by_email(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    who: &Identified,
) -> Result<(Recognised, Option<Changed>)> {
    // The same answer whether or not the address has an account: nobody learns that by naming it elsewhere.
    let email = social::vouched_email(app, who).ok_or(Code::OauthEmailUnverified)?;
    let (user, changed) = match users::find_by_email(&mut *tx, &email).await? {
        Some(user) if user.email_verified_at.is_some() => (user, None),
        Some(user) => {
            let (owner, changed) = claiming::claim(app, tx, client, &user).await?;
            (owner, Some(changed))
        }
        None if app.config.social.signup => (welcome(app, tx, client, email, who).await?, None),
        None => return Err(Code::OauthSignupDisabled.into()),
    };
    let recognised = take(app, tx, client, who, user).await?;
    Ok((recognised, changed))
}

async fn welcome(app: &App, tx: &mut Tx, client: &Client, email: Email, who: &Identified) -> Result<User> {
    let (first_name, last_name) = who.names();
    let new = NewUser {
        email,
        username: None,
        first_name,
        last_name,
        locale: Some(client.locale.clone()),
        is_admin: false,
        email_verified_at: Some(app.clock.now()),
    };
    let user = users::insert(app, tx, &new).await?;
    events::record(app, tx, Event::by(Name::UserRegistered, &user.id, client)).await?;
    events::record(app, tx, Event::by(Name::EmailVerified, &user.id, client)).await?;
    outbox::promise(app, tx, Kind::Welcome, &user, client).await?;
    tracing::info!(user_id = %user.id, provider = who.provider(), "registered by another provider");
    Ok(user)
}

/// Links, records it, and tells the owner by mail.
async fn take(app: &App, tx: &mut Tx, client: &Client, who: &Identified, user: User) -> Result<Recognised> {
    let recognised = social::link(app, tx, who, user.clone()).await?;
    let event = Event::by(Name::SocialLinked, &user.id, client);
    events::record(app, tx, event.knowing(json!({"provider": who.provider()}))).await?;
    let facts = facts(app, client, who.provider());
    outbox::promise_with(app, tx, Kind::SocialLinked, &user, client, facts).await?;
    Ok(recognised)
}

fn facts(app: &App, client: &Client, provider: &str) -> serde_json::Value {
    let name = social::providers(app).find(|it| it.id == provider);
    let name = name.map_or_else(|| provider.to_owned(), |it| it.name);
    mailed(app, client, &name)
}

/// What the mail to the owner tells of a link, with the provider as people know it.
pub(super) fn mailed(app: &App, client: &Client, provider: &str) -> serde_json::Value {
    json!({"ip": client.ip.to_string(), "device": client.device_name(), "when": app.clock.now(),
        "provider": provider})
}

async fn link(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    who: &Identified,
) -> Result<()> {
    // Whoever was signed out meanwhile links nothing.
    sessions::live(app, user, session).await?;
    let mut tx = app.db.begin().await?;
    let user = users::find(&mut tx, user)
        .await?
        .ok_or_else(|| Code::NotAuthenticated.because(Truth::SessionEnded))?;
    take(app, &mut tx, client, who, user).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets an account of a provider open nothing any more. One's other sessions end: whoever held it may be signed in.
///
/// # Errors
/// `OAUTH_NOT_LINKED`; `LAST_WAY_IN` when nothing else would open the account.
pub async fn unlink(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    provider: &str,
) -> Result<()> {
    let ways_in = WaysIn::of(app, user).await?;
    let mut tx = app.db.begin().await?;
    // Locks the row of the user: of two at once the second sees what the first has left.
    let owner = users::advance_epoch(app, &mut tx, user).await?;
    let owner = owner.ok_or_else(|| Code::NotAuthenticated.because(Truth::SessionEnded))?;
    social::unlink(&mut tx, user, provider).await?;
    ways_in.refuse_if_none_is_left(&mut tx, user).await?;
    let event = Event::by(Name::SocialUnlinked, user, client);
    events::record(app, &mut tx, event.knowing(json!({"provider": provider}))).await?;
    let facts = facts(app, client, provider);
    outbox::promise_with(app, &mut tx, Kind::SocialUnlinked, &owner, client, facts).await?;
    let because = Because::SocialUnlinked;
    let (_, changed) = sessions::revoke_others(app, &mut tx, &owner, Some(session), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(())
}
