//! What an operator asks about users.

use super::{User, store};
use crate::app::App;
use crate::error::Result;

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
