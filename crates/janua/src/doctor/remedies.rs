//! What the doctor may do: only what loses nothing.

use chrono::{DateTime, Utc};

use super::{Diagnosis, Finding};
use crate::config::{Config, Env};
use crate::error::causes;
use crate::io::db::Db;
use crate::io::db::migrate::{self, Target};

/// Mends what can be mended, and tells what was done for each finding.
///
/// # Errors
/// Why it could not be mended.
pub async fn mend(env: &Env, found: &[Finding], now: DateTime<Utc>) -> Result<Vec<String>, String> {
    let fixable: Vec<Diagnosis> = found
        .iter()
        .filter(|it| it.fixable)
        .map(Finding::diagnosis)
        .collect();
    if fixable.is_empty() {
        return Ok(Vec::new());
    }
    let config = Config::read(env).map_err(|_| "the configuration has to be mended first".to_owned())?;
    let db = Db::connect(&config.database)
        .await
        .map_err(|error| causes(&error))?;
    let done = apply(&db, &fixable, now).await;
    db.close().await;
    done.map_err(|error| causes(&error))
}

async fn apply(db: &Db, fixable: &[Diagnosis], now: DateTime<Utc>) -> crate::io::db::Result<Vec<String>> {
    let mut done = Vec::new();
    if fixable.contains(&Diagnosis::MigrationsPending) {
        for revision in migrate::up(db, Target::Head, now).await? {
            done.push(format!("the migration {revision} was applied"));
        }
    }
    let indexes = [Diagnosis::IndexMissing, Diagnosis::IndexInvalid];
    if fixable.iter().any(|it| indexes.contains(it)) {
        let there = crate::io::db::inspect::indexes(db).await?;
        let is_sound = |name: &str| there.iter().any(|it| it.name == name && it.is_valid);
        for index in migrate::indexes().into_iter().filter(|it| !is_sound(it.name)) {
            migrate::mend_index(db, index).await?;
            done.push(format!("the index {} was made", index.name));
        }
    }
    Ok(done)
}
