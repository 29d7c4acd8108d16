//! How full the database is, and who holds its connections.

use serde::Serialize;

use super::nothing;
use crate::io::db::{Db, Engine, Querier, Result};
use crate::params;

/// The state of the database as a whole.
#[derive(Debug, Serialize)]
#[serde(tag = "engine", rename_all = "lowercase")]
pub enum Stats {
    /// Of PostgreSQL.
    Postgres {
        /// What it calls itself.
        version: String,
        /// Name of the database.
        database: String,
        /// Bytes on disk.
        size_bytes: i64,
        /// Connections to the whole server, those of other databases included.
        connections: i64,
        /// More than that it refuses.
        max_connections: i64,
        /// Of which only a superuser gets the last few.
        reserved_connections: i64,
        /// Connections to this database, by the name that a program gave itself.
        applications: Vec<Application>,
    },
    /// Of SQLite.
    Sqlite {
        /// Version of the library.
        version: String,
        /// Path of the file.
        file: String,
        /// Bytes of the file.
        size_bytes: u64,
        /// Bytes of the write-ahead log beside it.
        wal_bytes: u64,
        /// Pages of the file.
        pages: i64,
        /// Pages that hold nothing.
        free_pages: i64,
        /// Bytes of a page.
        page_bytes: i64,
        /// `wal`, unless somebody changed it.
        journal_mode: String,
    },
}

/// The connections of one program.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Application {
    /// As it calls itself; Janua is `janua-api`.
    pub name: String,
    /// `active`, `idle`, `idle in transaction` …
    pub state: String,
    /// How many.
    pub connections: i64,
}

/// A table with what belongs to it.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct TableSize {
    /// Its name.
    pub name: String,
    /// Bytes of its rows.
    pub table_bytes: i64,
    /// Bytes of its indexes.
    pub index_bytes: i64,
    /// Bytes in all.
    pub total_bytes: i64,
}

/// A table with rows that were deleted or replaced and still take room (PostgreSQL).
#[derive(Debug, sqlx::FromRow)]
pub struct DeadRows {
    /// The table.
    pub name: String,
    /// Rows that count, as PostgreSQL estimates.
    pub live: i64,
    /// Rows that do not, as it estimates.
    pub dead: i64,
}

#[derive(sqlx::FromRow)]
struct Server {
    version: String,
    database: String,
    size_bytes: i64,
    connections: i64,
    max_connections: i64,
    reserved_connections: i64,
}

/// The state of the database as a whole.
///
/// # Errors
/// When the database cannot be asked.
pub async fn stats(db: &Db) -> Result<Stats> {
    match db.engine() {
        Engine::Postgres => postgres(db).await,
        Engine::Sqlite => sqlite(db).await,
    }
}

async fn postgres(mut db: &Db) -> Result<Stats> {
    let server: Option<Server> = db
        .fetch_optional(
            "SELECT version() AS version, current_database()::TEXT AS database,
                    pg_database_size(current_database()) AS size_bytes,
                    (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
                    current_setting('max_connections')::BIGINT AS max_connections,
                    current_setting('superuser_reserved_connections')::BIGINT AS reserved_connections",
            params![],
        )
        .await?;
    let server = server.ok_or_else(nothing)?;
    let applications = db
        .fetch_all(
            "SELECT COALESCE(NULLIF(application_name, ''), '-') AS name, COALESCE(state, '-') AS state,
                    COUNT(*) AS connections
             FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
            params![],
        )
        .await?;
    Ok(Stats::Postgres {
        version: server.version,
        database: server.database,
        size_bytes: server.size_bytes,
        connections: server.connections,
        max_connections: server.max_connections,
        reserved_connections: server.reserved_connections,
        applications,
    })
}

async fn sqlite(mut db: &Db) -> Result<Stats> {
    let version: Option<(String,)> = db.fetch_optional("SELECT sqlite_version()", params![]).await?;
    let file: Option<(String,)> = db
        .fetch_optional(
            "SELECT file FROM pragma_database_list WHERE name = 'main'",
            params![],
        )
        .await?;
    let mode: Option<(String,)> = db.fetch_optional("PRAGMA journal_mode", params![]).await?;
    let pages: Option<(i64,)> = db.fetch_optional("PRAGMA page_count", params![]).await?;
    let free: Option<(i64,)> = db.fetch_optional("PRAGMA freelist_count", params![]).await?;
    let page: Option<(i64,)> = db.fetch_optional("PRAGMA page_size", params![]).await?;
    let file = file.ok_or_else(nothing)?.0;
    let bytes = |path: &str| std::fs::metadata(path).map_or(0, |it| it.len());
    Ok(Stats::Sqlite {
        version: version.ok_or_else(nothing)?.0,
        size_bytes: bytes(&file),
        wal_bytes: bytes(&format!("{file}-wal")),
        file,
        pages: pages.ok_or_else(nothing)?.0,
        free_pages: free.ok_or_else(nothing)?.0,
        page_bytes: page.ok_or_else(nothing)?.0,
        journal_mode: mode.ok_or_else(nothing)?.0,
    })
}

/// Every table, the largest first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn sizes(mut db: &Db) -> Result<Vec<TableSize>> {
    let sql = match db.engine() {
        Engine::Postgres => {
            "SELECT c.relname::TEXT AS name, pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes,
                    pg_total_relation_size(c.oid) AS total_bytes
             FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY 4 DESC, 1"
        }
        Engine::Sqlite => {
            "SELECT m.tbl_name AS name,
                    CAST(SUM(CASE WHEN m.type = 'table' THEN s.pgsize ELSE 0 END) AS INTEGER) AS table_bytes,
                    CAST(SUM(CASE WHEN m.type = 'index' THEN s.pgsize ELSE 0 END) AS INTEGER) AS index_bytes,
                    CAST(SUM(s.pgsize) AS INTEGER) AS total_bytes
             FROM sqlite_master AS m JOIN dbstat AS s ON s.name = m.name AND s.aggregate = TRUE
             GROUP BY m.tbl_name ORDER BY 4 DESC, 1"
        }
    };
    db.fetch_all(sql, params![]).await
}

/// The table of PostgreSQL that has the most dead rows.
///
/// # Errors
/// When the database cannot be asked.
pub async fn most_dead_rows(mut db: &Db) -> Result<Option<DeadRows>> {
    if db.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT relname::TEXT AS name, n_live_tup AS live, n_dead_tup AS dead FROM pg_stat_user_tables
               WHERE schemaname = current_schema() ORDER BY n_dead_tup DESC LIMIT 1";
    db.fetch_optional(sql, params![]).await
}
