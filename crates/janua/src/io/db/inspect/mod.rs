//! What an operator asks the database about itself: how full, how busy, who waits for whom, what is missing.
//!
//! The catalogues of the two engines have nothing in common, so here, and only here, each question has one SQL for
//! each of them. A question that has no meaning on an engine is answered with the reason.

mod activity;
mod indexes;
mod rights;
mod stats;

pub use activity::{Backend, Waiting, activity, locks};
pub use indexes::{EXPECTED, Index, indexes};
pub use rights::{Right, rights};
pub use stats::{Application, DeadRows, Stats, TableSize, most_dead_rows, sizes, stats};

use chrono::{DateTime, Utc};

use super::{Db, DbError, Engine, Querier, Result};
use crate::params;

/// What time the database thinks it is. SQLite has no clock but this machine's.
///
/// # Errors
/// When the database cannot be asked.
pub async fn clock(mut db: &Db) -> Result<DateTime<Utc>> {
    let sql = match db.engine() {
        Engine::Postgres => "SELECT clock_timestamp()",
        Engine::Sqlite => "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    };
    let row: Option<(DateTime<Utc>,)> = db.fetch_optional(sql, params![]).await?;
    Ok(row.ok_or_else(nothing)?.0)
}

/// A question that always has a row, and had none.
fn nothing() -> DbError {
    DbError::Schema("the database answered without a row".to_owned())
}
