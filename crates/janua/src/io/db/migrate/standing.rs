//! Where a database stands, seen from this binary. Asking writes nothing and takes no lock.
//!
//! Two versions run side by side during an upgrade: a schema expands first, and contracts only when no program is left
//! that needs what goes. So a schema that is newer than the binary is served, unless one of the migrations that the
//! binary does not know says in `compatibility` that it is too old.

use chrono::{DateTime, Utc};

use super::{Step, position, revision, revisions, several_rows, ups};
use crate::io::db::{Db, DbError, Engine, Querier, Record, Result};
use crate::params;

/// What the database says of its schema.
#[derive(Debug)]
pub struct Standing {
    revision: Option<String>,
    noted: Vec<Noted>,
    bounds: Vec<Bound>,
}

#[derive(Debug, sqlx::FromRow)]
struct Noted {
    revision: String,
    checksum: String,
    applied_at: DateTime<Utc>,
}

/// A migration after which programs older than a revision cannot run.
#[derive(Debug, sqlx::FromRow)]
struct Bound {
    revision: String,
    oldest_program: String,
}

/// The schema beside what this binary knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Migrations of this binary are missing.
    Behind,
    /// It is what this binary makes.
    Head,
    /// A newer binary has added to it, and this one can go on.
    Newer,
    /// This binary cannot run on it; the text says why and what to do.
    Foreign(String),
}

/// Asks the database where it stands.
///
/// # Errors
/// When it cannot be asked, or `alembic_version` holds several rows.
pub async fn standing(db: &Db) -> Result<Standing> {
    // Read before the rest: whoever moves it on has written the rest in the same transaction.
    let sql = "SELECT version_num FROM alembic_version";
    let versions: Vec<(String,)> = all_of(db, "alembic_version", sql).await?;
    let sql = "SELECT revision, checksum, applied_at FROM migrations ORDER BY revision";
    let noted = all_of(db, "migrations", sql).await?;
    let sql = "SELECT revision, oldest_program FROM compatibility ORDER BY revision";
    let bounds = all_of(db, "compatibility", sql).await?;
    let mut versions = versions.into_iter().map(|(version,)| version);
    match (versions.next(), versions.next()) {
        (_, Some(_)) => Err(several_rows()),
        (revision, None) => Ok(Standing {
            revision,
            noted,
            bounds,
        }),
    }
}

/// What a table holds; nothing when there is no such table.
async fn all_of<T: Record>(mut db: &Db, table: &'static str, sql: &'static str) -> Result<Vec<T>> {
    let look = match db.engine() {
        Engine::Sqlite => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        Engine::Postgres => {
            "SELECT count(*) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = $1"
        }
    };
    let found: Option<(i64,)> = db.fetch_optional(look, params![table]).await?;
    if found.is_some_and(|(count,)| count > 0) {
        return db.fetch_all(sql, params![]).await;
    }
    Ok(Vec::new())
}

impl Standing {
    /// A database that does not exist yet.
    pub fn nowhere() -> Self {
        Self {
            revision: None,
            noted: Vec::new(),
            bounds: Vec::new(),
        }
    }

    /// The revision, as `alembic_version` holds it.
    pub fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    /// What this binary can do with it.
    pub fn place(&self) -> Place {
        let error = match position(self.revision()) {
            Ok(at) if at == revisions().len() => return Place::Head,
            Ok(_) => return Place::Behind,
            Err(error) => error,
        };
        let head = revisions().pop().unwrap_or_default();
        // Set by hand, or by a program that keeps no such notes: nobody vouches for it.
        if !self.is_noted() || number(self.revision.as_deref().unwrap_or_default()) <= number(&head) {
            return Place::Foreign(error.to_string());
        }
        let mine = number(&head);
        let too_new = self
            .bounds
            .iter()
            .find(|it| mine.is_none() || number(&it.oldest_program) > mine);
        too_new.map_or(Place::Newer, |bound| {
            Place::Foreign(format!(
                "the database stands at revision {}, and since {} a program must know {} to run on it; this binary \
                 ends at {head}: run a newer version",
                self.revision().unwrap_or("nothing"),
                bound.revision,
                bound.oldest_program,
            ))
        })
    }

    /// Migrations that are not in this binary what they were when they were applied.
    pub fn changed(&self) -> Vec<String> {
        let differs = |name: &str, checksum: &[u8]| {
            let noted = self.noted.iter().find(|it| it.revision == name);
            noted.is_some_and(|it| it.checksum != hex::encode(checksum))
        };
        ups()
            .map(|it| (revision(it), &it.checksum))
            .filter(|(name, checksum)| differs(name, checksum))
            .map(|(name, _)| name)
            .collect()
    }

    /// The whole timeline: what this binary knows, and what a newer one has added.
    ///
    /// # Errors
    /// When the database stands where nobody vouches for it.
    pub fn history(&self) -> Result<Vec<Step>> {
        let known = revisions();
        let position = match self.place() {
            Place::Newer => known.len(),
            Place::Behind | Place::Head => position(self.revision())?,
            Place::Foreign(_) if self.is_noted() => known.len(),
            Place::Foreign(why) => return Err(DbError::Schema(why)),
        };
        let changed = self.changed();
        let when = |name: &str| {
            self.noted
                .iter()
                .find(|it| it.revision == name)
                .map(|it| it.applied_at)
        };
        let steps = known.iter().enumerate().map(|(index, revision)| Step {
            applied_at: when(revision),
            applied: index < position,
            changed: changed.contains(revision),
            known: true,
            revision: revision.clone(),
        });
        let newer = self
            .noted
            .iter()
            .filter(|it| !known.contains(&it.revision))
            .map(|it| Step {
                applied_at: Some(it.applied_at),
                applied: true,
                changed: false,
                known: false,
                revision: it.revision.clone(),
            });
        Ok(steps.chain(newer).collect())
    }

    fn is_noted(&self) -> bool {
        self.noted
            .iter()
            .any(|it| Some(&it.revision) == self.revision.as_ref())
    }
}

/// The number a revision begins with.
fn number(revision: &str) -> Option<u32> {
    revision.split('_').next()?.parse().ok()
}
