//! The `settings` table.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Maintenance, Settings};
use crate::io::db::{Db, Querier, Result, Tx};
use crate::params;

/// Everything that is set. A key of a newer version is left to the instance that knows it.
pub(super) async fn read(mut db: &Db) -> Result<Settings> {
    let rows: Vec<(String, Value, DateTime<Utc>)> = db
        .fetch_all("SELECT key, value, changed_at FROM settings", params![])
        .await?;
    let mut settings = Settings::default();
    for (key, value, changed_at) in rows {
        match key.as_str() {
            super::maintenance::KEY => settings.maintenance = Maintenance::stored(&value, changed_at),
            super::log_level::KEY => settings.log_level = super::log_level::stored(&value),
            _ => {}
        }
    }
    Ok(settings)
}

pub(super) async fn write(
    mut tx: &mut Tx,
    key: &'static str,
    value: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (key, value, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = $2, changed_at = $3",
        params![key, value, now],
    )
    .await?;
    Ok(())
}
