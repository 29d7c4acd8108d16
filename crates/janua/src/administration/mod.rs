//! What administrators of the platform do to other people's accounts. Each change commits together with what follows
//! from it: ended sessions, the mail, and the fact with who did it.

mod creation;
mod statistics;
mod store;

pub mod cache_routes;
pub mod routes;

pub use creation::{Form, create};
pub use statistics::{Statistics, statistics};

use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::lockout;
use crate::outbox::{self, Kind};
use crate::sessions::{self, Because};
use crate::users::admin::Changes;
use crate::users::{self, Changed, User, UserId, admin, deletion};

/// The administrator who does it, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    admin: &'a UserId,
    client: &'a Client,
}

impl<'a> Actor<'a> {
    /// Who, and from where.
    pub fn new(admin: &'a UserId, client: &'a Client) -> Self {
        Self { admin, client }
    }

    /// Records what this administrator did to an account, or to the platform.
    ///
    /// # Errors
    /// When the database fails.
    async fn record(
        self,
        app: &App,
        tx: &mut Tx,
        name: Name,
        user: Option<&UserId>,
        facts: serde_json::Value,
    ) -> Result<()> {
        let event = Event::of_admin(name, self.admin, user, self.client).knowing(facts);
        events::record(app, tx, event).await
    }
}

/// Changes names, rights and the state of the address.
///
/// # Errors
/// `NOT_FOUND`, `USERNAME_TAKEN`, or `LAST_ADMIN`.
pub async fn update(app: &App, actor: Actor<'_>, id: &UserId, changes: Changes) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let admin::Difference { before, after } = admin::change(app, &mut tx, id, changes).await?;
    let facts = json!({"changed": differences(&before, &after)});
    actor
        .record(app, &mut tx, Name::UserUpdated, Some(id), facts)
        .await?;
    if before.is_admin != after.is_admin {
        let name = if after.is_admin {
            Name::UserPromoted
        } else {
            Name::UserDemoted
        };
        actor.record(app, &mut tx, name, Some(id), json!({})).await?;
    }
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// The names of what differs; the values are in the row.
fn differences(before: &User, after: &User) -> Vec<&'static str> {
    let fields = [
        ("username", before.username != after.username),
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("locale", before.locale != after.locale),
        ("is_admin", before.is_admin != after.is_admin),
        (
            "email_verified",
            before.email_verified_at != after.email_verified_at,
        ),
    ];
    fields
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
        .collect()
}

/// Suspends an account and ends its sessions.
///
/// # Errors
/// `NOT_FOUND` or `LAST_ADMIN`.
pub async fn suspend(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    admin::suspend(app, &mut tx, id).await?;
    sessions::revoke_all(app, &mut tx, id, Because::Suspended, actor.admin, actor.client).await?;
    actor
        .record(app, &mut tx, Name::UserSuspended, Some(id), json!({}))
        .await?;
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// Lets a suspended account sign in again.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn reactivate(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    admin::reactivate(app, &mut tx, id).await?;
    actor
        .record(app, &mut tx, Name::UserReactivated, Some(id), json!({}))
        .await?;
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// Lifts every lock of an account.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn unlock(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    users::find(&mut tx, id).await?.ok_or(Code::NotFound)?;
    let lifted = lockout::unlock(&mut tx, id).await?;
    actor
        .record(
            app,
            &mut tx,
            Name::UserUnlocked,
            Some(id),
            json!({"lifted": lifted}),
        )
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes an account with everything that belongs to it.
///
/// # Errors
/// `NOT_FOUND` or `LAST_ADMIN`.
pub async fn delete(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let event = Event::of_admin(Name::UserDeleted, actor.admin, Some(id), actor.client);
    if !deletion::remove(app, &mut tx, id, event).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// Ends all sessions of an account, and every sign-in under way.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn end_sessions(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    users::advance_epoch(app, &mut tx, id)
        .await?
        .ok_or(Code::NotFound)?;
    sessions::revoke_all(
        app,
        &mut tx,
        id,
        Because::RevokedByAdmin,
        actor.admin,
        actor.client,
    )
    .await?;
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// Promises a mail with a link for a new password.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn send_reset(app: &App, actor: Actor<'_>, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let user = users::find(&mut tx, id).await?.ok_or(Code::NotFound)?;
    outbox::promise(app, &mut tx, Kind::PasswordReset, &user, actor.client).await?;
    actor
        .record(app, &mut tx, Name::PasswordResetSent, Some(id), json!({}))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Records that copies were dropped: what changed is the cache, which may forget at any time.
///
/// # Errors
/// When the database fails.
pub async fn record_invalidation(app: &App, actor: Actor<'_>, pattern: &str, dropped: u64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let facts = json!({"pattern": pattern, "dropped": dropped});
    actor
        .record(app, &mut tx, Name::CacheInvalidated, None, facts)
        .await?;
    tx.commit().await?;
    Ok(())
}
