//! What an operator does to somebody's account, from the command line or elsewhere.
//!
//! A change of rights or credentials ends every session and every sign-in under way in its own transaction, is
//! recorded without an actor (the account's owner did not do it), and is announced to all instances.

use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::lockout;
use crate::one_time::{self, Purpose};
use crate::outbox::{self, Kind};
use crate::passwords::{self, Prepared};
use crate::sessions::{self, Because};
use crate::users::{self, User};

/// What a change did besides itself.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Done {
    /// Whether anything was changed: it may have been so already.
    pub changed: bool,
    /// Sessions that were ended.
    pub ended_sessions: u64,
    /// Whether other instances know already; if not, they notice when their copies run out.
    pub announced: bool,
}

impl Done {
    const NOTHING: Self = Self {
        changed: false,
        ended_sessions: 0,
        announced: true,
    };
}

/// Gives somebody a new password, with all that a reset does: locks are lifted, open reset links are void, sessions
/// end, and a mail tells the owner.
///
/// # Errors
/// When the database fails.
pub async fn set_password(app: &App, client: &Client, user: &User, password: &Prepared) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    passwords::set(app, &mut tx, user, password).await?;
    lockout::unlock(&mut tx, &user.id).await?;
    one_time::void(app, &mut tx, &user.id, Purpose::PasswordReset).await?;
    users::advance_epoch(app, &mut tx, &user.id).await?;
    record(app, &mut tx, client, user, Name::PasswordSet).await?;
    outbox::promise(app, &mut tx, Kind::PasswordChanged, user, client).await?;
    end_sessions(app, tx, client, user, Because::PasswordSet).await
}

/// Promises somebody a mail with a reset link; a running server sends it.
///
/// # Errors
/// When the database fails.
pub async fn send_password_reset(app: &App, client: &Client, user: &User) -> Result<()> {
    let mut tx = app.db.begin().await?;
    outbox::promise_to_address(app, &mut tx, Kind::PasswordReset, &user.email, client).await?;
    record(app, &mut tx, client, user, Name::PasswordResetSent).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes somebody an administrator of the platform, or an ordinary user again. They sign in anew.
///
/// # Errors
/// When the database fails.
pub async fn set_admin(app: &App, client: &Client, user: &User, is_admin: bool) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !users::admin::set_admin(app, &mut tx, &user.id, is_admin).await? {
        return Ok(Done::NOTHING);
    }
    let name = if is_admin {
        Name::UserPromoted
    } else {
        Name::UserDemoted
    };
    record(app, &mut tx, client, user, name).await?;
    end_sessions(app, tx, client, user, Because::RightsChanged).await
}

/// Keeps somebody out until they are reactivated.
///
/// # Errors
/// When the database fails.
pub async fn suspend(app: &App, client: &Client, user: &User) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !users::admin::set_suspended(app, &mut tx, &user.id, true).await? {
        return Ok(Done::NOTHING);
    }
    record(app, &mut tx, client, user, Name::UserSuspended).await?;
    end_sessions(app, tx, client, user, Because::Suspended).await
}

/// Lets somebody in again who was suspended.
///
/// # Errors
/// When the database fails.
pub async fn reactivate(app: &App, client: &Client, user: &User) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !users::admin::set_suspended(app, &mut tx, &user.id, false).await? {
        return Ok(Done::NOTHING);
    }
    record(app, &mut tx, client, user, Name::UserReactivated).await?;
    tx.commit().await?;
    let announced = users::Changed::new(&user.id).announce(app).await;
    Ok(Done {
        changed: true,
        ended_sessions: 0,
        announced,
    })
}

/// Ends every session of somebody, and every sign-in under way.
///
/// # Errors
/// When the database fails.
pub async fn revoke_sessions(app: &App, client: &Client, user: &User) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    users::advance_epoch(app, &mut tx, &user.id).await?;
    end_sessions(app, tx, client, user, Because::RevokedByOperator).await
}

/// Deletes an account with everything that belongs to it.
///
/// # Errors
/// When the database fails.
pub async fn delete(app: &App, client: &Client, user: &User) -> Result<Done> {
    let ended_sessions = sessions::list(app, &user.id).await?.len() as u64;
    let event = Event::about(Name::UserDeleted, Some(&user.id)).from(client);
    let announced = users::deletion::erase(app, event, &user.id).await?;
    Ok(Done {
        changed: true,
        ended_sessions,
        announced,
    })
}

async fn record(app: &App, tx: &mut Tx, client: &Client, user: &User, name: Name) -> Result<()> {
    let event = Event::about(name, Some(&user.id)).from(client);
    events::record(app, tx, event.knowing(json!({"by": "operator"}))).await
}

async fn end_sessions(app: &App, mut tx: Tx, client: &Client, user: &User, because: Because) -> Result<Done> {
    let (ended_sessions, changed) =
        sessions::revoke_others(app, &mut tx, user, None, because, client).await?;
    tx.commit().await?;
    Ok(Done {
        changed: true,
        ended_sessions,
        announced: changed.announce(app).await,
    })
}
