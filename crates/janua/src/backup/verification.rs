//! Whether a backup can be restored: it is, into a database of its own that is gone afterwards.
//!
//! That database is an embedded one, whatever the backup is of. So nothing but the file, its manifest and the master key
//! is needed, and each constraint of the tables is tried on each row.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::archive::Archive;
use super::programs::Programs;
use super::{Manifest, count, manifest};
use crate::app::{App, World};
use crate::audit::{self, Report};
use crate::config::Config;
use crate::crypto::secret::SecretString;
use crate::io::db::migrate::{self, Target};
use crate::io::db::tables::{self, Compared, compare};
use crate::io::db::{Db, Engine, Querier};
use crate::params;
use crate::roots::Roots;
use crate::sealing;

/// What was found in a backup.
#[derive(Debug)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What it holds, beside what it should hold.
    pub tables: Vec<Compared>,
    /// Broken pages and lost references.
    pub damages: Vec<String>,
    /// Whether the key that is given here opens what is sealed, and what the audit log says.
    pub opened: Result<Report, String>,
}

impl Verified {
    /// Whether it can be restored, and all of it is there.
    pub fn is_good(&self) -> bool {
        let is_whole = self.damages.is_empty() && self.tables.iter().all(|it| it.same);
        is_whole && self.opened.as_ref().is_ok_and(Report::is_good)
    }
}

/// Restores a backup into a temporary database and looks at it.
///
/// # Errors
/// When that is not possible at all: the file is not what was written, or cannot be read.
pub async fn verify(config: &Config, world: World, file: &Path) -> Result<Verified> {
    let manifest = Manifest::of(file)?;
    ensure!(
        migrate::revisions().contains(&manifest.revision),
        "the backup stands at revision {}, which this version does not know; it was made by Janua {}",
        manifest.revision,
        manifest.janua
    );
    let folder = tempfile::tempdir().context("there is no place for a temporary database")?;
    let copy = folder.path().join("janua.db");
    let mut config = config.clone();
    config.database.url = SecretString::new(format!("sqlite:{}", copy.display()));
    config.database.auto_migrate = true;
    let damages = match manifest.engine {
        Engine::Sqlite => {
            std::io::copy(
                &mut std::fs::File::open(file)?,
                &mut manifest::create_private(&copy)?,
            )?;
            Vec::new()
        }
        Engine::Postgres => load(&config, &world, &manifest, file)
            .await
            .map_or_else(|error| vec![format!("{error:#}")], |()| Vec::new()),
    };
    let db = Db::look_at(&copy, &config.database);
    let damages = [damages, tables::damages(&db).await?].concat();
    let tables = compare(&manifest.tables, &count(&db).await?);
    db.close().await;
    let opened = open(config, world).await;
    Ok(Verified {
        manifest,
        tables,
        damages,
        opened,
    })
}

/// Brings the rows of an archive into an empty embedded database.
async fn load(config: &Config, world: &World, manifest: &Manifest, file: &Path) -> Result<()> {
    let db = Db::connect(&config.database).await?;
    migrate::up(
        &db,
        Target::Revision(manifest.revision.clone()),
        world.clock.now(),
    )
    .await?;
    let all = tables::tables(&db).await?;
    let mut tx = db.begin().await?;
    // They come in the order of the archive.
    (&mut tx)
        .rows("PRAGMA defer_foreign_keys = ON", params![])
        .await?;
    migrate::forget(&mut tx).await?;
    let mut archive = Archive::open(&Programs::without_database(), file, &all)?;
    while let Some((table, rows)) = archive.next()? {
        let inserted = tables::insert(&mut tx, table, rows).await;
        inserted.with_context(|| format!("a row of {} cannot be restored", table.name))?;
    }
    archive.ends()?;
    tx.commit()
        .await
        .context("a row refers to one that is not there")?;
    db.close().await;
    Ok(())
}

/// Looks at what needs the master key.
async fn open(config: Config, world: World) -> Result<Report, String> {
    if Roots::of_now(&config).is_none() {
        return Err(
            "not checked: no master key is given; set JANUA_MASTER_KEY to that of the installation"
                .to_owned(),
        );
    }
    let app = App::build(config, world).await?;
    let sealed = sealing::check(&app).await;
    let report = audit::verify(&app, None).await;
    app.db.close().await;
    sealed?;
    report.map_err(|error| error.to_string())
}
