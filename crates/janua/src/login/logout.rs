//! Signing out.

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::sessions::{self, Because, SessionId};
use crate::users::UserId;

/// Ends a session: its tokens and cookies count no more from the next request on.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, client: &Client, user: &UserId, session: &SessionId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let changed = sessions::revoke(app, &mut tx, user, session, Because::SignedOut, client).await?;
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    Ok(())
}
