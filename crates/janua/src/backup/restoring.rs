//! A backup becomes the database again.
//!
//! What always holds: nobody uses the database meanwhile, it is empty before or was to be replaced, and afterwards it
//! has the rows that the backup has, or what it had before. An embedded database that is replaced stays beside.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::manifest::{self, Manifest};
use super::programs::Programs;
use super::{Draft, count, differences, schema, store};
use crate::config::{Config, Database};
use crate::io::clock::Clock;
use crate::io::db::tables::{self, compare};
use crate::io::db::{Db, Engine};

/// How often one looks whether the sessions of our own that have ended are gone.
const LOOKS: u32 = 20;

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Where the database is now that stood there before.
    pub set_aside: Option<PathBuf>,
}

/// Restores a backup into the database of the settings.
///
/// # Errors
/// What is wrong, for the operator; the database is then what it was.
pub async fn restore(config: &Config, clock: &Clock, file: &Path, replace: bool) -> Result<Restored> {
    let manifest = Manifest::of(file)?;
    let target = Db::file(&config.database)?;
    let set_aside = match (&target, manifest.engine) {
        (Some(target), Engine::Sqlite) => {
            into_sqlite(&config.database, clock, &manifest, file, target, replace).await?
        }
        (None, Engine::Postgres) => {
            into_postgres(&config.database, &manifest, file, replace).await?;
            None
        }
        (Some(_), Engine::Postgres) => {
            bail!("this is a backup of PostgreSQL, and DATABASE_URL names an SQLite file")
        }
        (None, Engine::Sqlite) => bail!(
            "this is a backup of SQLite, and DATABASE_URL names PostgreSQL; restore it into a file first (DATABASE_URL=sqlite:…)"
        ),
    };
    Ok(Restored { manifest, set_aside })
}

async fn into_sqlite(
    settings: &Database,
    clock: &Clock,
    manifest: &Manifest,
    file: &Path,
    target: &Path,
    replace: bool,
) -> Result<Option<PathBuf>> {
    let is_there = target.exists();
    ensure!(
        replace || !is_there,
        "{} is there already; with --replace the backup takes its place, and it is kept beside",
        target.display()
    );
    let log = PathBuf::from(format!("{}-wal", target.display()));
    ensure!(
        is_there || !log.exists(),
        "{} is there without its database; it would spoil the restored one: move it away",
        log.display()
    );
    if let Some(folder) = target.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let draft = Draft::beside(target)?;
    std::fs::copy(file, &draft.0)?;
    manifest::keep_private(&draft.0)?;
    let copy = Db::look_at(&draft.0, settings);
    let lost = differences(&compare(&manifest.tables, &count(&copy).await?));
    copy.close().await;
    ensure!(lost.is_empty(), "the backup does not hold what it says: {lost}");
    let mut aside = None;
    if is_there {
        let name = format!(
            "{}.before-restore-{}",
            target.display(),
            clock.now().format("%Y%m%dT%H%M%S%3fZ")
        );
        tables::set_aside(target, Path::new(&name)).await?;
        aside = Some(PathBuf::from(name));
    }
    if let Err(error) = draft.becomes(target) {
        if let Some(name) = &aside {
            std::fs::rename(name, target)?;
        }
        return Err(error);
    }
    Ok(aside)
}

async fn into_postgres(settings: &Database, manifest: &Manifest, file: &Path, replace: bool) -> Result<()> {
    let mut only = settings.clone();
    (only.pool_size, only.pool_overflow) = (1, 0);
    let db = Db::connect(&only).await?;
    let (here, there) = (schema(&db).await?, manifest.schema.clone().unwrap_or_default());
    ensure!(
        here == there,
        "the backup is of the schema {there}, and DATABASE_URL leads to {here}; make search_path the same"
    );
    refuse_if_used(&db).await?;
    let standing = tables::tables(&db).await?;
    ensure!(
        replace || standing.is_empty(),
        "the database has tables of Janua already; with --replace the backup takes their place, and what is there \
         is lost: make a backup first"
    );
    let is_held = |name: &str| manifest.tables.iter().any(|it| it.table == name);
    if let Some(newer) = standing.iter().find(|it| !is_held(it.name)) {
        bail!(
            "the database has a newer schema than the backup: there is {}; take it back first with `janua migrate \
             down {} --yes`, by the version that runs on it now",
            newer.name,
            manifest.revision
        );
    }
    Programs::of(settings)?
        .restore(file, replace && !standing.is_empty())?
        .ends()?;
    let lost = differences(&compare(&manifest.tables, &count(&db).await?));
    db.close().await;
    ensure!(
        lost.is_empty(),
        "the database does not hold what the backup says: {lost}"
    );
    Ok(())
}

/// Refuses while another Janua is connected. A session of our own that has just ended may still be listed.
async fn refuse_if_used(db: &Db) -> Result<()> {
    let mut others = Vec::new();
    for _ in 0..LOOKS {
        others = store::others(db).await?;
        if others.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!(
        "Janua runs on this database, from {}: stop it first",
        others.join(", ")
    )
}
