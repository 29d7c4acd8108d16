//! One reversible timeline of migrations for both engines.
//!
//! `alembic_version` holds the applied revision: an operator reads it, and may set it by hand, as the guide shows;
//! `migrations` keeps who was applied when, with a checksum. Each step takes the lock, reads the revision again,
//! applies one file and notes it, all in one transaction: several instances that start at once wait for each other,
//! and a process killed half-way leaves nothing behind.

mod standing;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use sqlx::migrate::{MigrationType, Migrator};

use super::{Db, DbError, Engine, On, Querier, Result, Tx};
use crate::params;
pub use standing::{Place, Standing, standing};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Any number will do, as long as every instance takes the same one.
const LOCK: i64 = 0x006a_616e_7561;

/// One step of the timeline.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Step {
    /// The revision, as `alembic_version` holds it: number and name.
    pub revision: String,
    /// When it was applied, if it was.
    pub applied_at: Option<DateTime<Utc>>,
    /// Whether the database stands at or past it.
    pub applied: bool,
    /// Whether it was another text when it was applied.
    pub changed: bool,
    /// Whether this binary has it; if not, a newer one applied it.
    pub known: bool,
}

/// Where a run should end.
#[derive(Clone, Debug)]
pub enum Target {
    /// The newest revision.
    Head,
    /// A number of steps from here.
    Steps(usize),
    /// This revision.
    Revision(String),
}

/// Every revision in order, oldest first.
pub fn revisions() -> Vec<String> {
    ups().map(revision).collect()
}

fn ups() -> impl Iterator<Item = &'static sqlx::migrate::Migration> {
    MIGRATIONS
        .iter()
        .filter(|it| it.migration_type != MigrationType::ReversibleDown)
}

fn revision(migration: &sqlx::migrate::Migration) -> String {
    format!(
        "{:04}_{}",
        migration.version,
        migration.description.replace(' ', "_")
    )
}

/// An index that the migrations make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: &'static str,
    /// What makes it.
    pub sql: &'static str,
}

/// Every table that the migrations make, and their own two, in an order in which whoever is referred to comes first.
pub fn tables() -> Vec<&'static str> {
    let mut names = vec!["alembic_version", "migrations"];
    for line in ups().flat_map(|it| it.sql.as_str().lines()) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            names.extend(rest.split_whitespace().next());
        } else if let Some(rest) = line.strip_prefix("DROP TABLE ") {
            names.retain(|it| rest.trim_end_matches(';') != *it);
        }
    }
    names
}

/// Every index that is there when all migrations are applied.
pub fn indexes() -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for sql in ups().flat_map(|it| it.sql.as_str().split(';')) {
        let begin = ["CREATE INDEX ", "CREATE UNIQUE INDEX ", "DROP INDEX "];
        // Comments come before the statement.
        let found = begin.iter().find_map(|it| Some((*it, sql.find(it)?)));
        let Some((kind, at)) = found else { continue };
        let sql = &sql[at..];
        let name = sql[kind.len()..].split_whitespace().next().unwrap_or_default();
        wanted.retain(|it| it.name != name);
        if kind != "DROP INDEX " {
            wanted.push(Wanted { name, sql });
        }
    }
    wanted
}

/// Makes an index that is missing, or makes it anew.
///
/// # Errors
/// When the database refuses.
pub async fn mend_index(db: &Db, index: Wanted) -> Result<()> {
    let mut tx = db.begin().await?;
    let script = format!(
        "DROP INDEX IF EXISTS {}; {}",
        index.name,
        index.sql.replace(ONLY_POSTGRES, "")
    );
    match &mut tx.on {
        On::Postgres(tx, _) => {
            sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut **tx).await?;
        }
        On::Sqlite(tx) => {
            sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut **tx).await?;
        }
    }
    tx.commit().await
}

/// The revision the database stands at; `None` before the first one. Writes nothing.
///
/// # Errors
/// When the database cannot be asked.
pub async fn current(db: &Db) -> Result<Option<String>> {
    Ok(standing(db).await?.revision().map(str::to_owned))
}

/// The whole timeline, with what is applied. Writes nothing.
///
/// # Errors
/// When the database cannot be asked, or stands at a revision that this binary does not know and no other noted.
pub async fn history(db: &Db) -> Result<Vec<Step>> {
    standing(db).await?.history()
}

/// Applies what is missing, up to the target; says what was applied. On a newer schema that this binary can run on,
/// nothing is missing.
///
/// # Errors
/// When a step fails (nothing of that step remains), or the database is so new that this binary cannot run on it.
pub async fn up(db: &Db, target: Target, now: DateTime<Utc>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    loop {
        let mut tx = locked(db).await?;
        let found = read_version(&mut tx).await?;
        let at = match position(found.as_deref()) {
            Ok(at) => at,
            Err(unknown) => {
                drop(tx);
                return match standing(db).await?.place() {
                    Place::Newer if matches!(target, Target::Head) => Ok(done),
                    Place::Foreign(why) => Err(DbError::Schema(why)),
                    _ => Err(unknown),
                };
            }
        };
        let goal = goal(&target, at, done.len(), true)?;
        let Some(next) = ups().nth(at).filter(|_| at < goal) else {
            tx.commit().await?;
            return Ok(done);
        };
        let name = revision(next);
        run_script(&mut tx, next.sql.as_str(), &name).await?;
        write_version(&mut tx, Some(&name)).await?;
        (&mut tx)
            .execute(
                "INSERT INTO migrations (revision, checksum, applied_at) VALUES ($1, $2, $3)
                 ON CONFLICT (revision) DO UPDATE SET checksum = $2, applied_at = $3",
                params![&name, hex::encode(&next.checksum), now],
            )
            .await?;
        tx.commit().await?;
        done.push(name);
    }
}

/// Takes steps back, down to the target; says what was undone.
///
/// # Errors
/// When a step fails (nothing of that step remains), or the revision is not known.
pub async fn down(db: &Db, target: Target) -> Result<Vec<String>> {
    let mut done = Vec::new();
    loop {
        let mut tx = locked(db).await?;
        let at = position(read_version(&mut tx).await?.as_deref())?;
        let goal = goal(&target, at, done.len(), false)?;
        let Some(last) = at
            .checked_sub(1)
            .and_then(|index| ups().nth(index))
            .filter(|_| at > goal)
        else {
            tx.commit().await?;
            return Ok(done);
        };
        let name = revision(last);
        let script = MIGRATIONS
            .iter()
            .find(|it| it.version == last.version && it.migration_type == MigrationType::ReversibleDown)
            .ok_or_else(|| DbError::Schema(format!("{name} has no way back")))?;
        run_script(&mut tx, script.sql.as_str(), &name).await?;
        let before = at.checked_sub(2).and_then(|index| ups().nth(index)).map(revision);
        write_version(&mut tx, before.as_deref()).await?;
        (&mut tx)
            .execute("DELETE FROM migrations WHERE revision = $1", params![&name])
            .await?;
        tx.commit().await?;
        done.push(name);
    }
}

/// The newest revisions of the timeline: exactly one, unless two migrations were given the same number.
pub fn heads() -> Vec<String> {
    let newest = ups().map(|it| it.version).max();
    ups()
        .filter(|it| Some(it.version) == newest)
        .map(revision)
        .collect()
}

/// Says that the database stands at a revision (`base` and `head` count) without running anything. What stood there
/// before may be anything: this is the way out of a version table that nobody understands any more.
///
/// # Errors
/// When the revision is not known, or the database cannot be asked.
pub async fn stamp(db: &Db, name: &str, now: DateTime<Utc>) -> Result<Option<String>> {
    let known = revisions();
    let goal = match name {
        "base" => 0,
        "head" => known.len(),
        _ => known
            .iter()
            .position(|it| it == name)
            .map(|index| index + 1)
            .ok_or_else(|| {
                DbError::Schema(format!(
                    "{name:?} is not a revision of this binary; choose base, head or one of: {}",
                    known.join(", ")
                ))
            })?,
    };
    let mut tx = locked(db).await?;
    let at = goal.checked_sub(1).and_then(|index| known.get(index));
    write_version(&mut tx, at.map(String::as_str)).await?;
    let noted: Vec<(String,)> = (&mut tx)
        .fetch_all("SELECT revision FROM migrations", params![])
        .await?;
    for (revision,) in noted.iter().filter(|(it,)| !known[..goal].contains(it)) {
        (&mut tx)
            .execute("DELETE FROM migrations WHERE revision = $1", params![revision])
            .await?;
    }
    for migration in ups().take(goal) {
        (&mut tx)
            .execute(
                "INSERT INTO migrations (revision, checksum, applied_at) VALUES ($1, $2, $3)
                 ON CONFLICT (revision) DO NOTHING",
                params![revision(migration), hex::encode(&migration.checksum), now],
            )
            .await?;
    }
    tx.commit().await?;
    Ok(at.cloned())
}

/// Empties what migrations have noted of themselves, before the notes of another database take their place.
///
/// # Errors
/// When the database cannot be asked.
pub async fn forget(mut tx: &mut Tx) -> Result<()> {
    for notes in [
        "DELETE FROM alembic_version",
        "DELETE FROM migrations",
        "DELETE FROM compatibility",
    ] {
        tx.execute(notes, params![]).await?;
    }
    Ok(())
}

/// How many steps the target stands above the start of the timeline.
fn goal(target: &Target, at: usize, done: usize, upwards: bool) -> Result<usize> {
    let length = ups().count();
    Ok(match target {
        Target::Head => length,
        Target::Steps(steps) if upwards => (at + steps.saturating_sub(done)).min(length),
        Target::Steps(steps) => at.saturating_sub(steps.saturating_sub(done)),
        Target::Revision(name) if name == "base" => 0,
        Target::Revision(name) => position(Some(name))?,
    })
}

/// How many steps are applied when the database stands at this revision.
fn position(current: Option<&str>) -> Result<usize> {
    let Some(current) = current else { return Ok(0) };
    let known = revisions();
    known.iter().position(|it| it == current).map(|index| index + 1).ok_or_else(|| {
        DbError::Schema(format!(
            "the database stands at revision {current:?}, which this binary does not know; run the version that \
             wrote it, or set alembic_version to one of: {}",
            known.join(", ")
        ))
    })
}

/// A transaction that holds the migration lock until it ends.
async fn locked(db: &Db) -> Result<Tx> {
    let mut tx = db.begin().await?;
    if db.engine() == Engine::Postgres {
        (&mut tx)
            .rows("SELECT pg_advisory_xact_lock($1)", params![LOCK])
            .await?;
    }
    (&mut tx)
        .execute(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(64) NOT NULL)",
            params![],
        )
        .await?;
    (&mut tx)
        .execute(
            "CREATE TABLE IF NOT EXISTS migrations (
                revision TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)",
            params![],
        )
        .await?;
    Ok(tx)
}

async fn read_version(mut tx: &mut Tx) -> Result<Option<String>> {
    let rows: Vec<(String,)> = tx
        .fetch_all("SELECT version_num FROM alembic_version", params![])
        .await?;
    match rows.as_slice() {
        [] => Ok(None),
        [(one,)] => Ok(Some(one.clone())),
        _ => Err(several_rows()),
    }
}

fn several_rows() -> DbError {
    DbError::Schema("alembic_version holds several rows; leave only the known good one".to_owned())
}

async fn write_version(mut tx: &mut Tx, revision: Option<&str>) -> Result<()> {
    tx.execute("DELETE FROM alembic_version", params![]).await?;
    if let Some(revision) = revision {
        tx.execute(
            "INSERT INTO alembic_version (version_num) VALUES ($1)",
            params![revision],
        )
        .await?;
    }
    Ok(())
}

/// Stands before what PostgreSQL alone understands; to SQLite such a line is a comment.
const ONLY_POSTGRES: &str = "--postgres:";

async fn run_script(tx: &mut Tx, script: &'static str, name: &str) -> Result<()> {
    let ran = match &mut tx.on {
        On::Postgres(tx, _) => {
            let script = AssertSqlSafe(script.replace(ONLY_POSTGRES, ""));
            sqlx::raw_sql(script).execute(&mut **tx).await.map(|_| ())
        }
        On::Sqlite(tx) => sqlx::raw_sql(script).execute(&mut **tx).await.map(|_| ()),
    };
    ran.map_err(|error| match DbError::from(error) {
        DbError::Other(cause) => {
            DbError::Schema(format!("migration {name} failed and was rolled back: {cause}"))
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stand_behind_those_that_they_refer_to() {
        let names = tables();
        let place = |name: &str| names.iter().position(|it| *it == name).expect(name);
        let mut inside = "";
        for line in ups().flat_map(|it| it.sql.as_str().lines()) {
            let begins = line
                .strip_prefix("CREATE TABLE ")
                .or_else(|| line.strip_prefix("ALTER TABLE "));
            if let Some(rest) = begins {
                inside = rest.split_whitespace().next().unwrap();
            }
            if let Some((_, rest)) = line.split_once(" REFERENCES ") {
                let referred = rest.split_whitespace().next().unwrap();
                let is_of_table = begins.is_some() || line.starts_with(' ');
                assert!(is_of_table && place(referred) < place(inside), "{line}");
            }
        }
    }
}
