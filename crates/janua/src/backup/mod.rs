//! Copies of the whole database that prove themselves.
//!
//! A backup is what the engine's own means make: a SQLite file, or an archive of `pg_dump`. Beside it stands a manifest
//! with the count and the digest of every table. A backup that was made is read back before anybody is told of it, for
//! row-level security lets a dump lose rows without a word. No secret is in either that is not in the database; what is
//! sealed there opens only with the master key, which is kept apart.

mod archive;
mod manifest;
mod programs;
mod restoring;
mod store;
mod verification;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::config::{Config, Database};
use crate::io::clock::Clock;
use crate::io::db::migrate::{self, Place, Standing};
use crate::io::db::tables::{self, Compared, Counted, Table};
use crate::io::db::{Db, Engine};
use crate::roots::Roots;
use archive::Archive;
pub use manifest::Manifest;
use manifest::{Contents, MasterKey};
use programs::Programs;
pub use restoring::{Restored, restore};
pub use verification::{Verified, verify};

/// Makes a backup while the server runs.
///
/// # Errors
/// What is wrong, for the operator. Nothing is left behind then.
pub async fn make(config: &Config, clock: &Clock, file: &Path) -> Result<Manifest> {
    for it in [file, &manifest::beside(file)] {
        ensure!(
            !it.exists(),
            "{} is there already; a backup replaces nothing",
            it.display()
        );
    }
    ensure!(
        Db::is_there(&config.database)?,
        "there is no database yet; the first `janua serve` or `janua migrate up` makes it"
    );
    let draft = Draft::beside(file)?;
    let made = match Db::file(&config.database)? {
        Some(source) => of_sqlite(&config.database, &source, &draft.0).await?,
        None => of_postgres(&config.database, &draft.0).await?,
    };
    let manifest = Manifest {
        format: manifest::FORMAT,
        janua: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: clock.now(),
        engine: made.engine,
        schema: made.schema,
        revision: made.revision,
        master_key: MasterKey::of(config),
        file: Contents::of(&draft.0)?,
        tables: made.tables,
    };
    manifest.write(file)?;
    if let Err(error) = draft.becomes(file) {
        std::fs::remove_file(manifest::beside(file))?;
        return Err(error);
    }
    Ok(manifest)
}

/// What was put into the file.
struct Made {
    engine: Engine,
    schema: Option<String>,
    revision: String,
    tables: Vec<Counted>,
}

async fn of_sqlite(settings: &Database, source: &Path, draft: &Path) -> Result<Made> {
    let db = Db::look_at(source, settings);
    copyable(&migrate::standing(&db).await?)?;
    db.copy_into(draft)
        .await
        .context("the database cannot be copied")?;
    db.close().await;
    let copy = Db::look_at(draft, settings);
    let damages = tables::damages(&copy).await?;
    ensure!(
        damages.is_empty(),
        "the database is damaged, and so is its copy: {}",
        damages.join("; ")
    );
    let made = Made {
        engine: Engine::Sqlite,
        schema: None,
        revision: copyable(&migrate::standing(&copy).await?)?,
        tables: count(&copy).await?,
    };
    copy.close().await;
    Ok(made)
}

async fn of_postgres(settings: &Database, draft: &Path) -> Result<Made> {
    let db = Db::connect(settings).await?;
    let revision = copyable(&migrate::standing(&db).await?)?;
    let schema = schema(&db).await?;
    let all = tables::tables(&db).await?;
    let mut snapshot = db.snapshot().await?;
    let name = snapshot.exported().await?;
    let programs = Programs::of(settings)?;
    let dumping = programs.dump(draft, &schema, &all, &name)?;
    // The dump holds on to the snapshot from its first moment on; both look at the same rows.
    let counted = snapshot.count(&all).await;
    dumping.ends()?;
    let counted = counted?;
    drop(snapshot);
    db.close().await;
    let held = Archive::open(&programs, draft, &all)?.count()?;
    let lost = differences(&tables::compare(&counted, &held));
    ensure!(
        lost.is_empty(),
        "pg_dump did not write every row, so the backup was thrown away: {lost}"
    );
    Ok(Made {
        engine: Engine::Postgres,
        schema: Some(schema),
        revision,
        tables: counted,
    })
}

/// The revision, if this program knows every table that stands there.
fn copyable(standing: &Standing) -> Result<String> {
    match standing.place() {
        Place::Head | Place::Behind => {}
        Place::Newer => bail!("a newer version has added to the database; make the backup with that version"),
        Place::Foreign(why) => bail!("{why}"),
    }
    let revision = standing.revision().map(str::to_owned);
    revision.context("the database is empty; the first `janua serve` or `janua migrate up` fills it")
}

async fn count(db: &Db) -> Result<Vec<Counted>> {
    let all: Vec<Table> = tables::tables(db).await?;
    Ok(db.snapshot().await?.count(&all).await?)
}

async fn schema(db: &Db) -> Result<String> {
    let found = store::schema(db).await?;
    found.context("the schema of search_path does not exist")
}

/// The tables that are not the same, in words.
fn differences(all: &[Compared]) -> String {
    let told: Vec<String> = all
        .iter()
        .filter(|it| !it.same)
        .map(|it| format!("{}: {}", it.table, it.told()))
        .collect();
    told.join("; ")
}

/// A file for its owner only, which is gone unless it becomes what it was made for.
struct Draft(PathBuf);

impl Draft {
    fn beside(file: &Path) -> Result<Self> {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}.draft", std::process::id()));
        let draft = Self(name.into());
        manifest::create_private(&draft.0)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(draft)
    }

    /// Takes the place of the file, if nothing stands there.
    fn becomes(self, file: &Path) -> Result<()> {
        std::fs::File::open(&self.0)?.sync_all()?;
        ensure!(!file.exists(), "{} has appeared meanwhile", file.display());
        // Not by a second name: not every file system has them.
        std::fs::rename(&self.0, file).with_context(|| format!("{} cannot be written", file.display()))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl MasterKey {
    /// The key that is given here; `None` without one.
    fn of(config: &Config) -> Option<Self> {
        let (place, id) = Roots::of_now(config)?;
        Some(Self { place, id })
    }
}
