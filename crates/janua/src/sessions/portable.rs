//! What is kept of somebody's sessions and devices, for them to take along.

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::portable::Portable;
use crate::users::UserId;

/// Sessions, alive or not, until they are forgotten.
///
/// # Errors
/// When the database fails.
pub async fn sessions(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}

/// Browsers and apps that they have signed in from.
///
/// # Errors
/// When the database fails.
pub async fn devices(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable_devices(&app.db, user, after).await
}
