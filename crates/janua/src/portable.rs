//! What is kept of a person, as it is handed out to them: rows without secrets, page by page.
//!
//! Each feature says by a verb of this name what it keeps; the statement names each column, so that a new one is handed
//! out only when somebody has decided that.

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::io::db::{Querier, Record};
use crate::params;

/// Rows that are in memory at once.
pub const PAGE: i64 = 500;

/// A row that can be handed out.
#[derive(Debug)]
pub struct Portable {
    /// Where it stands: the next page begins behind it. Not handed out.
    pub key: String,
    /// What is handed out.
    pub data: Value,
}

#[derive(Debug, sqlx::FromRow)]
struct Keyed<T> {
    key: String,
    #[sqlx(flatten)]
    row: T,
}

/// The rows of somebody behind a key: `$1` is the person, `$2` the key, `$3` how many. The column `key` says where each
/// stands.
///
/// # Errors
/// When the database fails.
pub async fn page<T: Record + Serialize + Unpin>(
    mut db: impl Querier,
    sql: &'static str,
    user: &UserId,
    after: &str,
) -> Result<Vec<Portable>> {
    let rows: Vec<Keyed<T>> = db.fetch_all(sql, params![user, after, PAGE]).await?;
    let rows = rows.into_iter().map(|it| row(it.key, &it.row));
    rows.collect()
}

/// One row.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn row(key: String, data: &impl Serialize) -> Result<Portable> {
    Ok(Portable {
        key,
        data: serde_json::to_value(data).map_err(Error::internal)?,
    })
}
