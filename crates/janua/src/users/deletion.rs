//! Deleting an account.

use super::{Changed, UserId, admin, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;

/// Deletes one's own account with everything that belongs to it: sessions, tokens, devices, mails that wait. What
/// stays is the fact that it happened.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone already, `LAST_ADMIN` when nobody would administer the platform.
pub async fn delete(app: &App, client: &Client, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let event = Event::by(Name::UserDeleted, id, client);
    if !remove(app, &mut tx, id, event).await? {
        return Err(Code::TokenRevoked.into());
    }
    tx.commit().await?;
    Changed::new(id).announce(app).await;
    Ok(())
}

/// Deletes an account inside a transaction; `false` when there is none.
///
/// # Errors
/// `LAST_ADMIN`.
pub async fn remove(app: &App, tx: &mut Tx, id: &UserId, event: Event<'_>) -> Result<bool> {
    admin::refuse_if_last(app, tx, id).await?;
    events::record(app, tx, event).await?;
    Ok(store::delete(tx, id).await?)
}
