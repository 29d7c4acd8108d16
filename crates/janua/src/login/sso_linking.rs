//! Accounts at the identity providers of one's organizations that open one's own, linked by who is signed in.
//!
//! The domain of an address counts for nothing here: who links has proved on both sides who they are. What always holds: the
//! person is a member when they leave and when they come back, by the session that left, and nobody else is signed in in
//! the browser by then; nobody unlinks their last way in, nor what their organization wants them to sign in through.

use serde_json::json;

use super::social::mailed;
use super::sso::owed_to;
use super::ways_in::WaysIn;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result, Truth};
use crate::events::{self, Event, Name};
use crate::ids::SessionId;
use crate::io::db::Tx;
use crate::limits::{self, Limit};
use crate::outbox::{self, Kind};
use crate::roles::check;
use crate::sessions::{self, Because};
use crate::sso::{self, Begun, Connection, Finished, Link, Purpose, SsoConnectionId, logins};
use crate::users::{self, Changed, User, UserId};

/// What is linked, and what may be linked besides.
#[derive(Debug)]
pub struct Links {
    /// Linked, the oldest first.
    pub linked: Vec<Link>,
    /// Connections of one's organizations that are not.
    pub available: Vec<Link>,
    /// The one that the organization wants its person to sign in through.
    pub required: Option<SsoConnectionId>,
}

/// The links of somebody.
///
/// # Errors
/// `NOT_AUTHENTICATED` when the account is gone.
pub async fn list(app: &App, user: &UserId) -> Result<Links> {
    let owner = find(app, user).await?;
    Ok(Links {
        linked: sso::links(app, user).await?,
        // No organization decides who administers the platform.
        available: if owner.is_admin {
            Vec::new()
        } else {
            sso::linkable(app, user).await?
        },
        required: owed_to(app, &owner).await?.map(|it| it.id),
    })
}

async fn find(app: &App, user: &UserId) -> Result<User> {
    let found = users::find(&app.db, user).await?;
    found.ok_or_else(|| Code::NotAuthenticated.because(Truth::SessionEnded))
}

/// Sends somebody who is signed in to the identity provider of their organization, to link what they hold there.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND` for who does not belong to its organization, `SSO_CONNECTION_DISABLED`, `SSO_LINK_REFUSED` for
/// administrators of the platform; as [`sso::begin`]; `RATE_LIMITED`.
pub async fn leave(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    id: &str,
    (target, held): (Option<&str>, Option<&str>),
) -> Result<(Begun, Connection)> {
    limits::check_network(app, Limit::Sso, client).await?;
    let id = SsoConnectionId::parse(id).ok_or(Code::SsoConnectionNotFound)?;
    let connection = sso::usable(app, &id).await?;
    // To everybody else it does not exist.
    check::rights(app, user, &connection.organization_id)
        .await?
        .ok_or(Code::SsoConnectionNotFound)?;
    connection.refuse_unless_enabled()?;
    refuse_admin(&find(app, user).await?)?;
    let purpose = Purpose::Link(user.clone(), session.clone());
    let begun = sso::begin(app, &connection, &purpose, target, None, held).await?;
    Ok((begun, connection))
}

/// No organization decides who they are: its provider could sign in as them.
fn refuse_admin(user: &User) -> Result<()> {
    if user.is_admin {
        return Err(Code::SsoLinkRefused.into());
    }
    Ok(())
}

/// Links what somebody has proved to hold at a provider. `here` is who is signed in in their browser.
///
/// # Errors
/// `SSO_STATE_INVALID` when somebody else is by now, `TOKEN_REVOKED` or `SESSION_EXPIRED` when the session that left is
/// over; `SSO_NOT_PROVISIONED` for who does not belong to the organization any more; as [`sso::attach`].
pub(super) async fn link(
    app: &App,
    client: &Client,
    (user, session): (&UserId, &SessionId),
    finished: &Finished,
    here: Option<&UserId>,
) -> Result<()> {
    // Who has signed in meanwhile in the same browser does not mean that account.
    if here.is_some_and(|it| it != user) {
        let refused = Code::SsoStateInvalid.because(Truth::StateOtherPerson);
        return Err(refused.of_user(user.as_str()));
    }
    // Whoever was signed out meanwhile links nothing.
    sessions::live(app, user, session).await?;
    let connection = &finished.connection;
    let mut tx = app.db.begin().await?;
    let owner = users::find(&mut tx, user).await?;
    let owner = owner.ok_or_else(|| Code::NotAuthenticated.because(Truth::SessionEnded))?;
    refuse_admin(&owner)?;
    let tenant = connection.tenant();
    tenant.enter(&mut tx).await?;
    check::rights_now(&mut tx, &tenant, user)
        .await?
        .ok_or(Code::SsoNotProvisioned)?;
    sso::attach(app, &mut tx, &finished.who, user).await?;
    tell(app, &mut tx, client, connection, &owner).await?;
    tx.commit().await?;
    Ok(())
}

/// Records that an account is linked from now on, and tells its owner by mail.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    connection: &Connection,
    owner: &User,
) -> Result<()> {
    let event = Event::by(Name::SsoLinked, &owner.id, client);
    let named = json!({"connection_id": connection.id, "organization_id": connection.organization_id});
    events::record(app, tx, event.knowing(named)).await?;
    let facts = mailed(app, client, &connection.name);
    outbox::promise_with(app, tx, Kind::SocialLinked, owner, client, facts).await
}

/// Lets an account at an identity provider open nothing any more. The sessions that began there end, the one that asks
/// too if it is one of them: whoever looks after the provider may be in them.
///
/// # Errors
/// `SSO_NOT_LINKED`; `SSO_UNLINK_REFUSED` for what the organization wants its person to sign in through; `LAST_WAY_IN`
/// when nothing else would open the account.
pub async fn unlink(app: &App, client: &Client, user: &UserId, id: &str) -> Result<()> {
    let ways_in = WaysIn::of(app, user).await?;
    let link = ways_in.links().iter().find(|it| it.connection_id.as_str() == id);
    let link = link.ok_or(Code::SsoNotLinked)?;
    let id = &link.connection_id;
    let owner = find(app, user).await?;
    if owed_to(app, &owner).await?.is_some_and(|it| it.id == *id) {
        return Err(Code::SsoUnlinkRefused.into());
    }
    let mut tx = app.db.begin().await?;
    // Locks the row of the user: of two at once the second sees what the first has left; and no sign-in that is under way
    // gets in.
    let owner = users::advance_epoch(app, &mut tx, user).await?;
    let owner = owner.ok_or_else(|| Code::NotAuthenticated.because(Truth::SessionEnded))?;
    sso::detach(&mut tx, user, id).await?;
    ways_in.refuse_if_none_is_left(&mut tx, user).await?;
    let event = Event::by(Name::SsoUnlinked, user, client);
    let named = json!({"connection_id": id, "organization_id": link.organization_id});
    events::record(app, &mut tx, event.knowing(named)).await?;
    let facts = mailed(app, client, &link.connection_name);
    outbox::promise_with(app, &mut tx, Kind::SocialUnlinked, &owner, client, facts).await?;
    for login in logins::end_of_user(app, &mut tx, id, user).await? {
        let what = (user, &login, Because::SsoUnlinked);
        sessions::revoke_of_login(app, &mut tx, what, client).await?;
    }
    tx.commit().await?;
    Changed::new(user).announce(app).await;
    Ok(())
}
