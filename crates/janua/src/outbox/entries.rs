//! Mails as administrators see them: listed, looked for, tried again.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::store;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::users::UserId;

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailState {
    /// To be sent.
    Queued,
    /// The provider has taken it.
    Sent,
    /// Refused for good, or given up.
    Failed,
    /// Nobody was to get it.
    Dropped,
}

impl MailState {
    const fn text(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// A mail as administrators see it.
#[derive(Debug, sqlx::FromRow)]
pub struct Entry {
    /// The row.
    pub id: String,
    /// What it is about.
    pub kind: String,
    /// The address.
    pub recipient: String,
    /// Where it stands.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What the mail provider said last.
    pub provider_answer: Option<String>,
    /// When it is tried next, or was to be.
    pub due_at: DateTime<Utc>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it was sent, given up or dropped.
    pub settled_at: Option<DateTime<Utc>>,
    /// The request that caused it.
    pub request_id: Option<String>,
}

/// A page of mails, the newest first, with the count of all.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, state: Option<MailState>, limit: i64, offset: i64) -> Result<(Vec<Entry>, i64)> {
    let state = state.map(MailState::text);
    let entries = store::list(&app.db, state, limit, offset).await?;
    Ok((entries, store::count(&app.db, state).await?))
}

/// What was mailed because of a request.
///
/// # Errors
/// When the database fails.
pub async fn of_request(app: &App, request_id: &str) -> Result<Vec<Entry>> {
    Ok(store::of_request(&app.db, request_id).await?)
}

/// The last mails to an address that have not arrived, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn unsettled_of(app: &App, recipient: &str, most: u32) -> Result<Vec<Entry>> {
    Ok(store::unsettled_of(&app.db, recipient, i64::from(most)).await?)
}

/// Has a mail tried again at once, on behalf of an administrator. One that was given up starts anew.
///
/// # Errors
/// `NOT_FOUND`, or `MAIL_ALREADY_SENT`.
pub async fn retry(app: &App, client: &Client, admin: &UserId, id: &str) -> Result<Entry> {
    let mut tx = app.db.begin().await?;
    let Some(entry) = store::retry(&mut tx, id, app.clock.now()).await? else {
        let known = store::find(&mut tx, id).await?.is_some();
        return Err(if known {
            Code::MailAlreadySent
        } else {
            Code::NotFound
        }
        .into());
    };
    let event = Event::of_admin(Name::MailRetried, admin, None, client);
    let facts = json!({"mail": entry.id, "kind": entry.kind});
    events::record(app, &mut tx, event.knowing(facts)).await?;
    tx.wake_after_commit(&app.mail_waits);
    tx.commit().await?;
    Ok(entry)
}
