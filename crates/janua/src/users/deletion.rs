//! Deleting an account.

use super::{UserId, admin, store};
use crate::app::App;
use crate::error::Result;
use crate::events::{self, Event};
use crate::io::db::Tx;

/// Deletes an account inside a transaction; `false` when there is none. What others lose by it is settled before.
///
/// # Errors
/// `LAST_ADMIN`.
pub async fn remove(app: &App, tx: &mut Tx, id: &UserId, event: Event<'_>) -> Result<bool> {
    admin::refuse_if_last(app, tx, id).await?;
    events::record(app, tx, event).await?;
    events::chain::erase(app, tx, id).await?;
    Ok(store::delete(tx, id).await?)
}
