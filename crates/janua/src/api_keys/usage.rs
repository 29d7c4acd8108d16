//! When and from where keys were last used, written in batches: a request waits for no write.

use chrono::{DateTime, Utc};

use super::{ApiKeyId, store};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;

pub(super) fn note(app: &App, id: &ApiKeyId, client: &Client, now: DateTime<Utc>) {
    app.key_uses.note(id.as_str(), now, &client.ip.to_string());
}

/// Writes what was noted since the last time; says how many keys that were.
///
/// # Errors
/// When the database fails; what was noted is then lost, as it is when the process dies.
pub async fn note_uses(app: &App) -> Result<usize> {
    let uses = app.key_uses.take();
    if uses.is_empty() {
        return Ok(0);
    }
    store::note_uses(&app.db, &uses).await?;
    Ok(uses.len())
}
