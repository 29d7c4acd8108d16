//! Tokens: short-lived access tokens that anyone can verify, and refresh tokens that name one successor each.

mod access;
pub mod acting;
pub mod inspection;
pub mod keys;
mod refresh;
mod rotation;
mod store;
mod verified;

pub mod admin_routes;
pub mod routes;

pub use access::{access_token, verify};
pub use refresh::{Refreshed, first_refresh_token, refresh, session_of};
pub use verified::VerifiedTokens;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Result;

/// A pair of tokens, as a client receives it.
#[derive(Debug)]
pub struct Pair {
    /// JWT (RFC 9068).
    pub access_token: String,
    /// Opaque.
    pub refresh_token: String,
    /// Seconds that the access token lives.
    pub expires_in: i64,
}

/// Since when the stored key that signs has done so; `None` for a key of the operator's.
///
/// # Errors
/// When the database fails.
pub async fn key_since(app: &App) -> Result<Option<DateTime<Utc>>> {
    let signer = app.ring.active();
    let listed = keys::list(app)
        .await?
        .into_iter()
        .find(|it| it.kid == signer.kid());
    Ok(listed
        .filter(|it| it.state == "active")
        .and_then(|it| it.activates_at))
}

/// Forgets refresh tokens that cannot be used any more.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    // Kept for a week, so that a late refresh is told that its time is over and not that it is unknown.
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(7)).await?)
}
