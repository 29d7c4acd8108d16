//! What is asked of PostgreSQL before it is copied or filled.

use crate::io::db::{Db, Querier, Result};
use crate::params;

/// The schema that our tables stand in, if `search_path` names one that exists.
pub(super) async fn schema(mut db: &Db) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db
        .fetch_optional("SELECT current_schema()::text", params![])
        .await?;
    Ok(row.and_then(|it| it.0))
}

/// From where, and since when, others of us are connected: some of them.
pub(super) async fn others(mut db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db
        .fetch_all(
            "SELECT coalesce(host(client_addr), 'this machine') || ' since '
                    || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
             FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'janua-api' AND pid <> pg_backend_pid()
             LIMIT 3",
            params![],
        )
        .await?;
    Ok(rows.into_iter().map(|(it,)| it).collect())
}
