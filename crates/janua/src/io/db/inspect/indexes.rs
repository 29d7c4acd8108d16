//! Which indexes there are, and whether anybody uses them.

use serde::Serialize;

use crate::io::db::{Db, Engine, Querier, Result};
use crate::params;

/// Those without which signing in becomes slow.
pub const EXPECTED: [&str; 2] = ["idx_users_email", "idx_sessions_user_id"];

/// An index.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Index {
    /// Its table.
    pub table_name: String,
    /// Its name.
    pub name: String,
    /// Whether it also guards uniqueness: then it is needed even if no search uses it.
    pub is_unique: bool,
    /// Whether searches may use it: one that was built CONCURRENTLY and failed is not valid.
    pub is_valid: bool,
    /// Searches since the statistics were reset; SQLite does not count.
    pub scans: Option<i64>,
    /// Bytes.
    pub bytes: Option<i64>,
}

impl Index {
    /// Whether it only costs: no search used it, and it guards nothing.
    pub fn is_unused(&self) -> bool {
        self.scans == Some(0) && !self.is_unique
    }
}

/// Every index, the least used first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn indexes(mut db: &Db) -> Result<Vec<Index>> {
    let sql = match db.engine() {
        Engine::Postgres => {
            "SELECT s.relname::TEXT AS table_name, s.indexrelname::TEXT AS name, i.indisunique AS is_unique,
                    i.indisvalid AND i.indisready AS is_valid, s.idx_scan AS scans,
                    pg_relation_size(s.indexrelid) AS bytes
             FROM pg_stat_user_indexes AS s JOIN pg_index AS i ON i.indexrelid = s.indexrelid
             WHERE s.schemaname = current_schema() ORDER BY s.idx_scan, 1, 2"
        }
        Engine::Sqlite => {
            "SELECT m.tbl_name AS table_name, m.name AS name, l.\"unique\" = 1 AS is_unique, TRUE AS is_valid,
                    CAST(NULL AS INTEGER) AS scans, CAST(s.pgsize AS INTEGER) AS bytes
             FROM sqlite_master AS m JOIN pragma_index_list(m.tbl_name) AS l ON l.name = m.name
             LEFT JOIN dbstat AS s ON s.name = m.name AND s.aggregate = TRUE
             WHERE m.type = 'index' ORDER BY 1, 2"
        }
    };
    db.fetch_all(sql, params![]).await
}
