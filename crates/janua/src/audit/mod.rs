//! The audit log: who did what, read, exported, and proven to be what was written.
//!
//! Rows are made by [`crate::events`], which also chains them. Here the chain is signed from time to time, checked, and
//! shortened at its beginning; and what it holds is shown to whoever may see it.

mod checkpoints;
mod export;
mod filter;
pub mod portable;
mod reach;
mod retention;
mod store;
mod verification;

pub mod organization_routes;
pub mod routes;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use checkpoints::Checkpoint;
pub use export::{Format, Line, Lines};
pub use filter::{Cursor, Filter};
pub use reach::Reach;
pub use retention::sweep;
pub use verification::{Problem, Report, verify};

use crate::app::App;
use crate::error::Result;
use crate::events::{self, Event, chain};
use crate::ids::UserId;

/// One fact of the log.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// The row.
    pub id: String,
    /// What happened, `area.action`.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `user`, `admin`, `api_key`, `operator`, `anonymous` or `system`.
    pub actor_kind: Option<String>,
    /// The person who did it, or for whom a program did.
    pub actor_id: Option<String>,
    /// The program that did it.
    pub api_key_id: Option<String>,
    /// To whose account.
    pub user_id: Option<String>,
    /// In which session.
    pub session_id: Option<String>,
    /// Which organization it concerns.
    pub organization_id: Option<String>,
    /// What kind of thing it was done to.
    pub target_kind: Option<String>,
    /// To which one.
    pub target_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// By which browser or program.
    pub user_agent: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// `success` or `failure`.
    pub outcome: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What else is known.
    pub facts: Value,
    /// Whether address and browser were erased.
    pub is_erased: bool,
}

/// The newest entries that fit, and where the next page begins.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    reach: &Reach,
    filter: &Filter,
    after: Option<&Cursor>,
    most: u32,
) -> Result<(Vec<Entry>, Option<Cursor>)> {
    // One more tells whether there are more.
    let mut page = store::page(
        app,
        reach,
        filter,
        after,
        i64::from(most) + 1,
        store::Order::NewestFirst,
    )
    .await?;
    let is_more = page.len() > most as usize;
    page.truncate(most as usize);
    let next = page.last().filter(|_| is_more).map(Cursor::of);
    Ok((page, next))
}

/// Makes the chain longer by what has happened, and signs it when that is due.
///
/// # Errors
/// When the database fails, or the chain was tampered with.
pub async fn keep(app: &App) -> Result<u64> {
    let rows = chain::extend(app).await?;
    checkpoints::make_if_due(app).await?;
    Ok(rows)
}

/// Brings what stands under an earlier master key under the current one; says how many rows there were.
///
/// # Errors
/// When the database fails; what was done stays done.
pub async fn renew(app: &App) -> Result<u64> {
    if !app.earlier_keys.is_empty() {
        checkpoints::renew(app).await?;
    }
    chain::renew(app).await
}

/// Erases address and browser from all that somebody did; says from how many entries.
///
/// # Errors
/// When the database fails.
pub async fn erase(app: &App, user: &UserId, event: Event<'_>) -> Result<u64> {
    let mut tx = Reach::Everything.begin(app).await?;
    let rows = chain::erase(app, &mut tx, user).await?;
    events::record(
        app,
        &mut tx,
        event.knowing(serde_json::json!({"by": "operator", "rows": rows})),
    )
    .await?;
    tx.commit().await?;
    Ok(rows)
}
