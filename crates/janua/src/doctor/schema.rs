//! What stands in the database: revision, rights, indexes.

use super::{Diagnosis, Finding, database};
use crate::io::db::migrate::{self, Place};
use crate::io::db::{Db, DbError, inspect};

/// What is wrong with the schema, and whether a server could run on it.
pub(super) async fn examine(db: &Db) -> (Vec<Finding>, bool) {
    match judge(db).await {
        Ok(judged) => judged,
        // Its own words: rows too many, or a table that is not ours.
        Err(error @ DbError::Schema(_)) => (
            vec![Finding::new(Diagnosis::SchemaForeign, error.to_string())],
            false,
        ),
        Err(error) => (vec![database::refused(&error)], false),
    }
}

async fn judge(db: &Db) -> Result<(Vec<Finding>, bool), DbError> {
    let standing = migrate::standing(db).await?;
    let current = standing.revision().unwrap_or("nothing");
    let head = migrate::revisions().pop().unwrap_or_default();
    let mut found = match standing.place() {
        Place::Head => indexes(db).await?,
        Place::Newer => vec![Finding::new(
            Diagnosis::SchemaNewer,
            format!("the database stands at {current}, and this program ends at {head}"),
        )],
        Place::Behind => {
            let cause = format!("the database stands at {current}, and this program needs {head}");
            return Ok((vec![Finding::new(Diagnosis::MigrationsPending, cause)], false));
        }
        Place::Foreign(why) => return Ok((vec![Finding::new(Diagnosis::SchemaForeign, why)], false)),
    };
    let changed = standing.changed();
    if !changed.is_empty() {
        let cause = format!("{} was another text when it was applied", changed.join(", "));
        found.push(Finding::new(Diagnosis::MigrationChanged, cause));
    }
    let rights = inspect::rights(db).await?;
    let missing: Vec<String> = rights
        .into_iter()
        .filter(|it| !it.granted && !it.only_migrations)
        .map(|it| match it.mend {
            Some(mend) => format!("{}: {mend}", it.what),
            None => it.what,
        })
        .collect();
    let is_usable = missing.is_empty();
    if let Some(first) = missing.first() {
        let cause = match missing.len() {
            1 => first.clone(),
            more => format!("{more} rights are missing; the first is {first}"),
        };
        found.push(Finding::new(Diagnosis::RightsMissing, cause));
    }
    Ok((found, is_usable))
}

async fn indexes(db: &Db) -> Result<Vec<Finding>, DbError> {
    let there = inspect::indexes(db).await?;
    let mut found = Vec::new();
    for index in migrate::indexes() {
        match there.iter().find(|it| it.name == index.name) {
            None => found.push(Finding::new(Diagnosis::IndexMissing, index.sql)),
            Some(it) if !it.is_valid => {
                let cause = format!("{} is not valid: building it once failed", it.name);
                found.push(Finding::new(Diagnosis::IndexInvalid, cause));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}
