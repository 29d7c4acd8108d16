//! Signing in at the identity provider of an organization.
//!
//! An account is found by the connection and the provider's own id for the person. By its address one is found only when
//! the organization has proven the domain of it: then it is linked, if its owner has proved to read the address here too;
//! and if nobody ever has, whatever was set up before goes first. Administrators of the platform are never linked that
//! way: no organization decides who they are.

use serde_json::json;

use super::redirection::Target;
use super::{Progress, claiming, proceed, record, sso_linking};
use crate::app::App;
use crate::authentication::{self, Evidence, Factors, Policy};
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::organizations::members;
use crate::outbox::{self, Kind};
use crate::roles::{Changed as MembersChanged, Role, SystemRole, Tenant, check};
use crate::sso::report::{self, SsoTestResult};
use crate::sso::{
    self, Answer, Begun, Connection, Finished, Identified, Kept, Purpose, Recognised, Wanted, provisioning,
};
use crate::users::{self, Changed, Email, NewUser, User, UserId, profile};

/// Sends somebody to the identity provider of their organization.
///
/// # Errors
/// As [`sso::find`] and [`sso::begin`]; `RATE_LIMITED`.
pub async fn leave(
    app: &App,
    client: &Client,
    wanted: &Wanted,
    target: Option<&str>,
    held: Option<&str>,
) -> Result<(Begun, Connection)> {
    limits::check_network(app, Limit::Sso, client).await?;
    sso::refuse_without_secret(app)?;
    let connection = sso::find(app, wanted).await?;
    let hint = match wanted {
        Wanted::Email(email) => Some(email.as_str()),
        _ => None,
    };
    let begun = sso::begin(app, &connection, &Purpose::SignIn, target, hint, held).await?;
    Ok((begun, connection))
}

/// Sends the holder of a ticket to try a connection.
///
/// # Errors
/// As [`sso::test_of_ticket`] and [`sso::begin`]; `RATE_LIMITED`.
pub async fn leave_for_test(
    app: &App,
    client: &Client,
    ticket: &str,
    held: Option<&str>,
) -> Result<(Begun, Connection)> {
    limits::check_network(app, Limit::Sso, client).await?;
    let connection = sso::test_of_ticket(app, ticket).await?;
    let begun = sso::begin(app, &connection, &Purpose::Test, None, None, held).await?;
    Ok((begun, connection))
}

/// Goes on with a way that has begun for this browser.
///
/// # Errors
/// As [`sso::resume`]; `RATE_LIMITED`.
pub async fn resume(
    app: &App,
    client: &Client,
    state: &str,
    held: Option<&str>,
) -> Result<(Begun, Connection)> {
    limits::check_network(app, Limit::Sso, client).await?;
    sso::resume(app, state, held).await
}

/// What came of a way to an identity provider.
#[derive(Debug)]
pub enum Arrived {
    /// Somebody signs in, and wants to go there.
    SigningIn(Box<Progress>, Option<String>),
    /// What they hold there was linked, and they want to go there.
    Linked(Option<String>),
    /// A connection was tried.
    Tested(Box<SsoTestResult>),
}

/// Takes somebody back from an identity provider. `here` is who is signed in in their browser.
///
/// # Errors
/// As [`sso::finish`] and [`sso_linking::link`]; `SSO_EMAIL_UNTRUSTED`, `SSO_NOT_PROVISIONED`, `SSO_LINK_REFUSED`,
/// `SSO_ALREADY_LINKED`, `ACCOUNT_SUSPENDED`, `RATE_LIMITED`.
pub async fn arrive(
    app: &App,
    client: &Client,
    answer: &Answer<'_>,
    held: Option<&str>,
    here: Option<&UserId>,
) -> Result<Arrived> {
    limits::check_network(app, Limit::Sso, client).await?;
    let finished = match sso::finish(app, answer, held).await {
        Ok(finished) => finished,
        Err(refused) => {
            app.metrics.sign_in("sso", Err(refused.code()));
            return Err(note(app, client, refused).await?);
        }
    };
    if let Purpose::Link(user, session) = &finished.purpose {
        sso_linking::link(app, client, (user, session), &finished, here).await?;
        return Ok(Arrived::Linked(finished.redirect_to));
    }
    conclude(app, client, finished).await
}

/// Takes a response that came with a form. `None` when the browser has to come again, with its cookies.
///
/// # Errors
/// As [`sso::keep`], [`sso::unsolicited`] and [`arrive`].
pub async fn take_form(
    app: &App,
    client: &Client,
    response: &str,
    relay_state: &str,
) -> Result<Option<Arrived>> {
    limits::check_network(app, Limit::Sso, client).await?;
    let taken = async {
        match sso::keep(app, response, relay_state).await? {
            Kept::Waiting => Ok(None),
            Kept::Unasked => {
                // What the provider names is followed like what anybody names: to known places only.
                let to = Target::parse(app, relay_state).ok();
                let to = to.map(|it| it.as_str().to_owned());
                sso::unsolicited(app, response, to).await.map(Some)
            }
        }
    };
    match taken.await {
        Ok(Some(finished)) => conclude(app, client, finished).await.map(Some),
        Ok(None) => Ok(None),
        Err(refused) => {
            app.metrics.sign_in("sso", Err(refused.code()));
            Err(note(app, client, refused).await?)
        }
    }
}

async fn conclude(app: &App, client: &Client, finished: Finished) -> Result<Arrived> {
    if finished.purpose == Purpose::Test {
        return Ok(Arrived::Tested(Box::new(report::result(app, &finished).await?)));
    }
    let outcome = attempt(app, client, &finished).await;
    let told = outcome.as_ref().map(|_| ()).map_err(Error::code);
    app.metrics.sign_in("sso", told);
    let progress = outcome?;
    sso::succeed(app, &finished).await?;
    Ok(Arrived::SigningIn(Box::new(progress), finished.redirect_to))
}

/// Records a refusal, whatever its class: who looks after a connection looks for it.
async fn note(app: &App, client: &Client, refused: Error) -> Result<Error> {
    let mut tx = app.db.begin().await?;
    let event = Event::about(Name::SignInFailed, None).from(client);
    events::record(app, &mut tx, event.failed(refused.code().name())).await?;
    tx.commit().await?;
    Ok(refused)
}

async fn attempt(app: &App, client: &Client, finished: &Finished) -> Result<Progress> {
    let recognised = match owner(app, client, &finished.connection, &finished.who).await {
        Ok(recognised) => recognised,
        Err(refused) => return Err(note(app, client, refused).await?),
    };
    let user = recognised.user().clone();
    let evidence = Evidence::Sso(recognised);
    // After the account was read: see `Factors::of`.
    let factors = Factors::of(&app.db, &user).await?;
    match authentication::conclude(evidence, factors, Policy::of(app), app.clock.now()) {
        Ok(outcome) => proceed(app, app.db.begin().await?, client, outcome).await,
        Err(refused) => Err(record(app, client, Some(&user), refused).await?),
    }
}

/// Whose account it opens, in one transaction with what that changes of the account and the membership.
async fn owner(app: &App, client: &Client, connection: &Connection, who: &Identified) -> Result<Recognised> {
    let trusted = match who.email() {
        Some(email) if report::is_trusted(app, connection, email.as_str()).await? => Some(email),
        _ => None,
    };
    let mut tx = app.db.begin().await?;
    let (recognised, changed) = match sso::recognise(app, &mut tx, who).await? {
        Some(recognised) => follow(app, &mut tx, connection, who, recognised).await?,
        None => find_by_email(app, &mut tx, client, connection, who, trusted).await?,
    };
    let joined = belong(app, &mut tx, client, connection, who, recognised.user()).await?;
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    if joined {
        MembersChanged::new(&connection.organization_id)
            .announce(app)
            .await;
    }
    Ok(recognised)
}

/// Somebody comes back: what they are called now takes the place of what they were called before.
async fn follow(
    app: &App,
    tx: &mut Tx,
    connection: &Connection,
    who: &Identified,
    recognised: Recognised,
) -> Result<(Recognised, Option<Changed>)> {
    if !connection.settings.jit {
        return Ok((recognised, None));
    }
    let mapped = who.mapped();
    let names = (mapped.first_name.clone(), mapped.last_name.clone());
    let changed = profile::follow_provider(app, tx, recognised.user(), names).await?;
    Ok((recognised, changed))
}

async fn find_by_email(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    connection: &Connection,
    who: &Identified,
    trusted: Option<&Email>,
) -> Result<(Recognised, Option<Changed>)> {
    // The same answer whether or not the address has an account.
    let email = trusted.ok_or(Code::SsoEmailUntrusted)?;
    let found = users::find_by_email(&mut *tx, email).await?;
    if found.as_ref().is_some_and(|it| it.is_admin) {
        return Err(Code::SsoLinkRefused.into());
    }
    let (user, changed) = match found {
        Some(user) if user.email_verified_at.is_some() => (user, None),
        Some(user) => {
            let (owner, changed) = claiming::claim(app, tx, client, &user).await?;
            (owner, Some(changed))
        }
        None if connection.settings.jit => {
            let user = welcome(app, tx, client, email.clone(), who).await?;
            return Ok((sso::link(app, tx, who, user).await?, None));
        }
        None => return Err(Code::SsoNotProvisioned.into()),
    };
    let recognised = sso::link(app, tx, who, user.clone()).await?;
    sso_linking::tell(app, tx, client, connection, &user).await?;
    Ok((recognised, changed))
}

async fn welcome(app: &App, tx: &mut Tx, client: &Client, email: Email, who: &Identified) -> Result<User> {
    let mapped = who.mapped();
    let new = NewUser {
        email,
        username: None,
        first_name: mapped.first_name.clone(),
        last_name: mapped.last_name.clone(),
        locale: Some(client.locale.clone()),
        is_admin: false,
        email_verified_at: Some(app.clock.now()),
    };
    let user = users::insert(app, tx, &new).await?;
    events::record(app, tx, Event::by(Name::UserRegistered, &user.id, client)).await?;
    events::record(app, tx, Event::by(Name::EmailVerified, &user.id, client)).await?;
    outbox::promise(app, tx, Kind::Welcome, &user, client).await?;
    tracing::info!(user_id = %user.id, connection_id = %who.connection(), "registered by an identity provider");
    Ok(user)
}

/// Makes a newcomer a member, and gives who comes back the role of their groups. `true` when anything changed.
async fn belong(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    connection: &Connection,
    who: &Identified,
    user: &UserId,
) -> Result<bool> {
    let tenant = connection.tenant();
    tenant.enter(tx).await?;
    let jit = connection.settings.jit;
    let rights = check::rights_now(tx, &tenant, user).await?;
    match (rights, jit) {
        (None, false) => Err(Code::SsoNotProvisioned.into()),
        (None, true) => {
            let role = role(tx, &tenant, provisioning::role_of_newcomer(connection, who)).await?;
            let added = members::add(app, tx, &tenant, user, &role).await?;
            if added {
                let facts = json!({"organization_id": tenant.id(), "user_id": user, "role": role.name(),
                    "connection_id": connection.id});
                let event = Event::by(Name::MemberAdded, user, client);
                events::record(app, tx, event.knowing(facts)).await?;
            }
            Ok(added)
        }
        (Some(_), true) => match provisioning::role_of_groups(connection, who) {
            Some(name) => {
                let role = role(tx, &tenant, name).await?;
                let event = Event::by(Name::MemberRoleChanged, user, client);
                members::follow_provider(app, tx, &tenant, user, &role, event).await
            }
            None => Ok(false),
        },
        (Some(_), false) => Ok(false),
    }
}

/// A role that was deleted since gives the least that a member can have.
async fn role(tx: &mut Tx, tenant: &Tenant, name: &str) -> Result<Role> {
    let found = Role::find(tx, tenant, name).await?;
    Ok(found.unwrap_or(Role::System(SystemRole::Viewer)))
}

/// Refuses another way in to whoever must sign in at their organization. Owners of it and administrators of the platform
/// may always get in: somebody has to mend the connection.
///
/// # Errors
/// `SSO_REQUIRED`.
pub async fn refuse_if_enforced(app: &App, user: &User) -> Result<()> {
    match owed_to(app, user).await? {
        Some(connection) => Err(required(&connection).of_user(user.id.as_str())),
        None => Ok(()),
    }
}

/// The connection that somebody must sign in through.
pub(super) async fn owed_to(app: &App, user: &User) -> Result<Option<Connection>> {
    let Some(connection) = sso::enforcing(app, &user.email).await? else {
        return Ok(None);
    };
    if user.is_admin {
        return Ok(None);
    }
    let rights = check::rights(app, &user.id, &connection.organization_id).await?;
    let owns = rights.is_some_and(|it| it.role() == SystemRole::Owner.name());
    Ok(Some(connection).filter(|_| !owns))
}

/// Tells where somebody has to sign in.
pub(super) fn required(connection: &Connection) -> Error {
    Code::SsoRequired
        .because(Truth::SsoOtherWay)
        .with("connection_id", connection.id.as_str())
        .with("initiate", "/api/v1/sso/initiate")
}
