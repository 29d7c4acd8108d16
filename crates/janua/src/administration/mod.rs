//! What administrators of the platform and operators at the command line do to other people's accounts.
//!
//! Each change commits together with what follows from it: ended sessions, the mail, and the fact with who did it. An
//! operator has no account: what they do is recorded as an operator's, without an id.

mod creation;
pub mod impersonation;
mod statistics;
mod store;

pub mod cache_routes;
pub mod impersonation_routes;
pub mod organizations;
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
use crate::one_time::{self, Purpose};
use crate::organizations::departure;
use crate::outbox::{self, Kind};
use crate::passkeys::{self, PasskeyId};
use crate::passwords::{self, Prepared};
use crate::sessions::{self, Because};
use crate::users::admin::Changes;
use crate::users::{self, Changed, User, UserId, admin};

/// Who does it, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    admin: Option<&'a UserId>,
    client: &'a Client,
}

impl<'a> Actor<'a> {
    /// An administrator, signed in from there.
    pub fn new(admin: &'a UserId, client: &'a Client) -> Self {
        Self {
            admin: Some(admin),
            client,
        }
    }

    /// An operator at the command line.
    pub fn operator(client: &'a Client) -> Self {
        Self { admin: None, client }
    }

    /// Something that this actor did to an account, or to the platform.
    fn event(self, name: Name, user: Option<&'a UserId>) -> Event<'a> {
        match self.admin {
            Some(admin) => Event::of_admin(name, admin, user, self.client),
            None => Event::by_operator(name, user, self.client),
        }
    }

    /// Records what this actor did.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record(
        self,
        app: &App,
        tx: &mut Tx,
        name: Name,
        user: Option<&UserId>,
        mut facts: serde_json::Value,
    ) -> Result<()> {
        if self.admin.is_none() {
            facts["by"] = "operator".into();
        }
        let event = self.event(name, user).knowing(facts);
        events::record(app, tx, event).await
    }

    /// Ends all sessions of an account, commits, and tells all instances.
    pub(crate) async fn finish(self, app: &App, mut tx: Tx, id: &UserId, because: Because) -> Result<Done> {
        let event = self.event(Name::SessionRevoked, Some(id));
        let ended_sessions = sessions::revoke_all(app, &mut tx, id, because, event).await?;
        tx.commit().await?;
        Ok(Done {
            changed: true,
            ended_sessions,
            announced: Changed::new(id).announce(app).await,
        })
    }
}

/// What a change did besides itself.
#[derive(Clone, Copy, Debug)]
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

/// Changes names, rights and the state of the address. Who gains or loses rights signs in anew.
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
        let name = right(after.is_admin);
        actor.record(app, &mut tx, name, Some(id), json!({})).await?;
        actor.finish(app, tx, id, Because::RightsChanged).await?;
        return Ok(());
    }
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

const fn right(is_admin: bool) -> Name {
    if is_admin {
        Name::UserPromoted
    } else {
        Name::UserDemoted
    }
}

/// Makes somebody an administrator of the platform, or an ordinary user again. They sign in anew.
///
/// # Errors
/// `NOT_FOUND` or `LAST_ADMIN`.
pub async fn set_admin(app: &App, actor: Actor<'_>, id: &UserId, is_admin: bool) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !admin::set_admin(app, &mut tx, id, is_admin).await? {
        return Ok(Done::NOTHING);
    }
    actor
        .record(app, &mut tx, right(is_admin), Some(id), json!({}))
        .await?;
    actor.finish(app, tx, id, Because::RightsChanged).await
}

/// Gives somebody a new password, with all that a reset does: locks are lifted, open reset links are void, sessions
/// end, and a mail tells the owner.
///
/// # Errors
/// When the database fails.
pub async fn set_password(app: &App, actor: Actor<'_>, user: &User, password: &Prepared) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    passwords::set(app, &mut tx, user, password).await?;
    lockout::unlock(&mut tx, &user.id).await?;
    one_time::void(app, &mut tx, &user.id, Purpose::PasswordReset).await?;
    users::advance_epoch(app, &mut tx, &user.id).await?;
    actor
        .record(app, &mut tx, Name::PasswordSet, Some(&user.id), json!({}))
        .await?;
    outbox::promise(app, &mut tx, Kind::PasswordChanged, user, actor.client).await?;
    actor.finish(app, tx, &user.id, Because::PasswordSet).await
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
pub async fn suspend(app: &App, actor: Actor<'_>, id: &UserId) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !admin::set_suspended(app, &mut tx, id, true).await? {
        return Ok(Done::NOTHING);
    }
    actor
        .record(app, &mut tx, Name::UserSuspended, Some(id), json!({}))
        .await?;
    actor.finish(app, tx, id, Because::Suspended).await
}

/// Lets a suspended account sign in again.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn reactivate(app: &App, actor: Actor<'_>, id: &UserId) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    if !admin::set_suspended(app, &mut tx, id, false).await? {
        return Ok(Done::NOTHING);
    }
    actor
        .record(app, &mut tx, Name::UserReactivated, Some(id), json!({}))
        .await?;
    tx.commit().await?;
    Ok(Done {
        changed: true,
        ended_sessions: 0,
        announced: Changed::new(id).announce(app).await,
    })
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
/// `NOT_FOUND`, `LAST_ADMIN`, or `LAST_OWNER` with the organization.
pub async fn delete(app: &App, actor: Actor<'_>, id: &UserId) -> Result<Done> {
    let ended_sessions = sessions::list(app, id).await?.len() as u64;
    let mut tx = app.db.begin().await?;
    let event = actor.event(Name::UserDeleted, Some(id));
    let left = departure::remove_account(app, &mut tx, actor.client, id, event).await?;
    let left = left.ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(Done {
        changed: true,
        ended_sessions,
        announced: Changed::new(id).announce(app).await & left.announce(app).await,
    })
}

/// Ends all sessions of an account, and every sign-in under way.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn end_sessions(app: &App, actor: Actor<'_>, id: &UserId) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    users::advance_epoch(app, &mut tx, id)
        .await?
        .ok_or(Code::NotFound)?;
    let because = match actor.admin {
        Some(_) => Because::RevokedByAdmin,
        None => Because::RevokedByOperator,
    };
    actor.finish(app, tx, id, because).await
}

/// Removes somebody's passkey, also the last way in: they can still reset their password. Every session ends.
///
/// # Errors
/// `PASSKEY_NOT_FOUND`.
pub async fn remove_passkey(app: &App, actor: Actor<'_>, id: &UserId, passkey: &PasskeyId) -> Result<Done> {
    let mut tx = app.db.begin().await?;
    let event = actor.event(Name::PasskeyRemoved, Some(id));
    passkeys::remove(app, &mut tx, id, passkey, actor.client, event).await?;
    actor.finish(app, tx, id, Because::PasskeyRemoved).await
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
