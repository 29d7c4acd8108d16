//! What an operator asks about users, and how their rights and states change. Whoever calls this ends the sessions
//! and records the fact in the same transaction.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Email, User, UserId, profile, store};
use crate::app::App;
use crate::error::{Code, Result};
use crate::io::db::{Querier, Tx};

/// A state by which accounts are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Neither suspended nor locked, and verified.
    Active,
    /// Suspended by an administrator.
    Suspended,
    /// Locked by failed sign-ins.
    Locked,
    /// The address is not verified yet.
    Unverified,
}

/// Which accounts are meant; nothing means all.
#[derive(Debug, Default)]
pub struct Filter {
    /// The one with this address.
    pub email: Option<Email>,
    /// Those whose address, username or name starts with this.
    pub search: Option<String>,
    /// Those in this state.
    pub status: Option<Status>,
}

/// An account as administrators see it.
#[derive(Debug, sqlx::FromRow)]
pub struct Account {
    /// The person.
    #[sqlx(flatten)]
    pub user: User,
    /// Until when failed sign-ins lock it.
    pub locked_until: Option<DateTime<Utc>>,
    /// Live sessions.
    pub sessions: i64,
}

/// Whether anybody administers the platform.
///
/// # Errors
/// When the database fails.
pub async fn exists(app: &App) -> Result<bool> {
    Ok(store::has_admin(&app.db).await?)
}

/// Who can act as an administrator of the platform.
///
/// # Errors
/// When the database fails.
pub async fn active(db: impl Querier) -> Result<Vec<User>> {
    Ok(store::active_admins(db).await?)
}

/// A page of users, newest first, with the count of all; `search` is the start of an address or username.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, search: Option<&str>, limit: u32, offset: u32) -> Result<(Vec<User>, i64)> {
    let filter = Filter {
        search: search.map(str::to_owned),
        ..Filter::default()
    };
    let (accounts, total) = page(app, &filter, limit.into(), offset.into()).await?;
    Ok((accounts.into_iter().map(|it| it.user).collect(), total))
}

/// A page of the accounts that are meant, newest first, with the count of all.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, filter: &Filter, limit: i64, offset: i64) -> Result<(Vec<Account>, i64)> {
    let now = app.clock.now();
    let accounts = store::accounts(&app.db, filter, now, limit, offset).await?;
    Ok((accounts, store::count(&app.db, filter, now).await?))
}

/// One account.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn get(app: &App, id: &UserId) -> Result<Account> {
    let found = store::account(&app.db, id, app.clock.now()).await?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// Refuses to take away the last administrator who can act. Locks all of them until the transaction ends: of two
/// demotions at once, the second sees the first.
///
/// # Errors
/// `LAST_ADMIN`.
pub async fn refuse_if_last(app: &App, tx: &mut Tx, id: &UserId) -> Result<()> {
    match store::lock_admins(tx, app.db.engine()).await?.as_slice() {
        [last] if last == id => Err(Code::LastAdmin.into()),
        _ => Ok(()),
    }
}

/// What an administrator changes; what is `None` stays as it is.
#[derive(Debug, Default)]
pub struct Changes {
    /// What the owner could change as well.
    pub profile: profile::Changes,
    /// Whether they administer the platform.
    pub is_admin: Option<bool>,
    /// Whether the address counts as verified.
    pub email_verified: Option<bool>,
}

/// The account before a change and after it.
#[derive(Debug)]
pub struct Difference {
    /// Before.
    pub before: User,
    /// After.
    pub after: User,
}

/// Changes an account. Who gains or loses rights has their epoch advanced.
///
/// # Errors
/// `NOT_FOUND`, `USERNAME_TAKEN`, or `LAST_ADMIN`.
pub async fn change(app: &App, tx: &mut Tx, id: &UserId, changes: Changes) -> Result<Difference> {
    if changes.is_admin == Some(false) {
        refuse_if_last(app, tx, id).await?;
    }
    let now = app.clock.now();
    let before = store::lock(tx, id).await?.ok_or(Code::NotFound)?;
    let mut wanted = before.clone();
    wanted.is_admin = changes.is_admin.unwrap_or(before.is_admin);
    wanted.email_verified_at = match changes.email_verified {
        Some(true) => before.email_verified_at.or(Some(now)),
        Some(false) => None,
        None => before.email_verified_at,
    };
    if wanted.is_admin != before.is_admin {
        wanted.epoch += 1;
    }
    store::set_rights(tx, &wanted, now).await?;
    let after = profile::apply(app, tx, wanted, changes.profile).await?;
    Ok(Difference { before, after })
}

/// Makes somebody an administrator or an ordinary user, and every proof under way count no more. `false` when they are
/// that already.
///
/// # Errors
/// `NOT_FOUND` or `LAST_ADMIN`.
pub async fn set_admin(app: &App, tx: &mut Tx, id: &UserId, is_admin: bool) -> Result<bool> {
    if !is_admin {
        refuse_if_last(app, tx, id).await?;
    }
    let done = store::set_admin(tx, id, is_admin, app.clock.now()).await?;
    changed(tx, id, done).await
}

/// Suspends somebody or lets them in again, and makes every proof under way count no more. `false` when it is so already.
///
/// # Errors
/// `NOT_FOUND` or `LAST_ADMIN`.
pub async fn set_suspended(app: &App, tx: &mut Tx, id: &UserId, suspended: bool) -> Result<bool> {
    if suspended {
        refuse_if_last(app, tx, id).await?;
    }
    let now = app.clock.now();
    let done = store::set_suspended(tx, id, suspended.then_some(now), now).await?;
    changed(tx, id, done).await
}

/// What was not changed may not exist.
async fn changed(tx: &mut Tx, id: &UserId, done: bool) -> Result<bool> {
    if !done && store::find(tx, id).await?.is_none() {
        return Err(Code::NotFound.into());
    }
    Ok(done)
}
