//! Deleting an account.

use super::{Changed, UserId, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};

/// Deletes an account with everything that belongs to it: sessions, tokens, devices, mails that wait. What stays is
/// the fact that it happened.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone already.
pub async fn delete(app: &App, client: &Client, id: &UserId) -> Result<()> {
    erase(app, Event::by(Name::UserDeleted, id, client), id).await?;
    Ok(())
}

/// Deletes an account and records it as this event; says whether all instances know.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone already.
pub async fn erase(app: &App, event: Event<'_>, id: &UserId) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    events::record(app, &mut tx, event).await?;
    if !store::delete(&mut tx, id).await? {
        return Err(Code::TokenRevoked.into());
    }
    tx.commit().await?;
    Ok(Changed::new(id).announce(app).await)
}
