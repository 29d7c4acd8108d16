//! Events for whoever passes them on.
//!
//! An event enters the feed in its own transaction and leaves it in the transaction of whoever takes it, so none is lost
//! and none is passed on twice, whatever dies in between.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::io::db::Tx;

/// An event as it was recorded.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Fact {
    /// The row.
    pub id: String,
    /// What happened, `area.action`.
    pub name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor_id: Option<String>,
    /// To whose account.
    pub user_id: Option<String>,
    /// In which session.
    pub session_id: Option<String>,
    organization_id: Option<String>,
    /// `success` or `failure`.
    pub outcome: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What else is known.
    pub facts: Value,
}

impl Fact {
    /// The organization that it concerns.
    pub fn organization(&self) -> Option<OrganizationId> {
        OrganizationId::parse(self.organization_id.as_deref()?)
    }
}

/// Whether there is anything to take.
///
/// # Errors
/// When the database fails.
pub async fn is_fed(app: &App) -> Result<bool> {
    Ok(store::is_fed(&app.db).await?)
}

/// Takes the oldest events; they are gone from the feed when the transaction commits.
///
/// # Errors
/// When the database fails.
pub async fn take(app: &App, tx: &mut Tx, most: i64) -> Result<Vec<Fact>> {
    let taker = app.random.id(app.clock.now()).to_string();
    Ok(store::take(tx, app.db.engine(), &taker, most).await?)
}
