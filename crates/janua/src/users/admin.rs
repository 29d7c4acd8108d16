//! What an operator asks about users.

use super::{User, UserId, store};
use crate::app::App;
use crate::error::Result;
use crate::io::db::Tx;

/// Whether anybody administers the platform.
///
/// # Errors
/// When the database fails.
pub async fn exists(app: &App) -> Result<bool> {
    Ok(store::has_admin(&app.db).await?)
}

/// A page of users, newest first, with the count of all; `search` is the start of an address or username.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, search: Option<&str>, limit: u32, offset: u32) -> Result<(Vec<User>, i64)> {
    let users = store::list(&app.db, search, i64::from(limit), i64::from(offset)).await?;
    Ok((users, store::count(&app.db, search).await?))
}

/// Makes somebody an administrator or an ordinary user, and every proof under way count no more. `false` when they are
/// that already.
///
/// # Errors
/// When the database fails.
pub async fn set_admin(app: &App, tx: &mut Tx, id: &UserId, is_admin: bool) -> Result<bool> {
    Ok(store::set_admin(tx, id, is_admin, app.clock.now()).await?)
}

/// Suspends somebody or lets them in again, and makes every proof under way count no more. `false` when it is so already.
///
/// # Errors
/// When the database fails.
pub async fn set_suspended(app: &App, tx: &mut Tx, id: &UserId, suspended: bool) -> Result<bool> {
    let now = app.clock.now();
    Ok(store::set_suspended(tx, id, suspended.then_some(now), now).await?)
}
