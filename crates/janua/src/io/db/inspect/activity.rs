//! What the connections of this database are doing, and who waits for whom.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::io::db::{Db, Engine, Querier, Result};
use crate::params;

/// One connection to this database.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Backend {
    /// Process id; `SELECT pg_cancel_backend(pid)` ends its query.
    pub pid: i64,
    /// The role.
    pub role: String,
    /// The program, as it calls itself.
    pub application: String,
    /// From where; `local` over a Unix socket.
    pub client: String,
    /// `active`, `idle`, `idle in transaction` …
    pub state: String,
    /// What it waits for.
    pub waits_for: Option<String>,
    /// Since when the state lasts.
    pub since: Option<DateTime<Utc>>,
    /// Seconds that the state lasts.
    pub seconds: Option<i64>,
    /// The query, or the last one.
    pub query: String,
}

/// A query that waits for another connection to let go of a lock.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Waiting {
    /// Process id of the one that waits.
    pub blocked_pid: i64,
    /// What it wants to do.
    pub blocked_query: String,
    /// Seconds that it waits.
    pub blocked_seconds: Option<i64>,
    /// Process id of the one that holds the lock.
    pub blocking_pid: i64,
    /// Its program.
    pub blocking_application: String,
    /// Its state: `idle in transaction` is somebody who forgot to commit.
    pub blocking_state: String,
    /// What it does, or did last.
    pub blocking_query: String,
}

/// All connections to this database but our own; `None` on SQLite, whose connections are known to nobody.
///
/// # Errors
/// When the database cannot be asked.
pub async fn activity(mut db: &Db) -> Result<Option<Vec<Backend>>> {
    if db.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let found = db
        .fetch_all(
            "SELECT pid::BIGINT AS pid, COALESCE(usename::TEXT, '-') AS role, application_name AS application,
                    COALESCE(host(client_addr), 'local') AS client, COALESCE(state, backend_type, '-') AS state,
                    wait_event_type || ': ' || wait_event AS waits_for, state_change AS since,
                    EXTRACT(EPOCH FROM clock_timestamp() - state_change)::BIGINT AS seconds,
                    left(query, 400) AS query
             FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
             ORDER BY (state = 'idle'), state_change",
            params![],
        )
        .await?;
    Ok(Some(found))
}

/// Who waits for whom; `None` on SQLite, where writers queue.
///
/// # Errors
/// When the database cannot be asked.
pub async fn locks(mut db: &Db) -> Result<Option<Vec<Waiting>>> {
    if db.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let found = db
        .fetch_all(
            "SELECT blocked.pid::BIGINT AS blocked_pid, left(blocked.query, 400) AS blocked_query,
                    EXTRACT(EPOCH FROM clock_timestamp() - blocked.state_change)::BIGINT AS blocked_seconds,
                    blocking.pid::BIGINT AS blocking_pid, blocking.application_name AS blocking_application,
                    COALESCE(blocking.state, '-') AS blocking_state, left(blocking.query, 400) AS blocking_query
             FROM pg_stat_activity AS blocked
             CROSS JOIN LATERAL unnest(pg_blocking_pids(blocked.pid)) AS holder (pid)
             JOIN pg_stat_activity AS blocking ON blocking.pid = holder.pid
             WHERE blocked.datname = current_database() ORDER BY blocked.state_change, 1, 4",
            params![],
        )
        .await?;
    Ok(Some(found))
}
