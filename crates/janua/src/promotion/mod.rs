//! An embedded installation moves to PostgreSQL, while its server runs.
//!
//! The steps, each of which can be the last before the process is killed:
//!
//! 1. PostgreSQL notes that a move has begun: nobody serves it from here on.
//! 2. It gets its tables.
//! 3. The embedded file is closed for writing ([`Marker`]). What was acknowledged is in it, and stays as it is.
//! 4. Table by table the rows are copied; each batch commits together with the place where it ends.
//! 5. Counts and digests of all tables are compared, and the audit log is verified at its new place.
//! 6. PostgreSQL notes that everything has arrived, then the marker does.
//!
//! Going on looks at what both ends say and takes the first step that is missing. Giving up empties PostgreSQL, then
//! opens the file again.

mod store;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::app::{App, World};
use crate::audit;
use crate::config::{Config, Database};
use crate::crypto::secret::SecretString;
use crate::io::db::migrate::{self, Place as Stands, Target};
use crate::io::db::moving::{self, Arrival, Marker};
use crate::io::db::tables::{self, Compared, Table, compare};
use crate::io::db::{Db, Scope};
use crate::sealing;

/// Hears how far it is.
pub type Hears<'a> = &'a (dyn Fn(&str) + Sync);

/// A move between two places.
pub struct Promotion {
    config: Config,
    world: World,
    file: PathBuf,
    source: Db,
    target: Db,
    /// The address of the target, without its password.
    shown: String,
}

/// What was moved.
#[derive(Debug)]
pub struct Promoted {
    /// Both ends, table by table.
    pub tables: Vec<Compared>,
    /// Where everything is now, without a password.
    pub target: String,
    /// The file that stays as it was.
    pub file: PathBuf,
}

impl Promotion {
    /// Connects to both ends, and changes neither.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub async fn between(config: &Config, world: World, url: &str) -> Result<Self> {
        let file = Db::file(&config.database)?
            .context("DATABASE_URL names PostgreSQL already; an embedded database is what can be moved")?;
        ensure!(
            file.exists(),
            "there is no {}: there is nothing to move",
            file.display()
        );
        let is_postgres = ["postgres://", "postgresql://"]
            .iter()
            .any(|it| url.starts_with(it));
        ensure!(
            is_postgres,
            "the new place must start with postgres:// or postgresql://"
        );
        let mut config = config.clone();
        let source = Db::look_at(&file, &config.database);
        config.database = Database {
            url: SecretString::new(url.to_owned()),
            embedded: false,
            auto_migrate: false,
            ..config.database
        };
        let target = Db::connect(&config.database).await?;
        Ok(Self {
            shown: shown(url)?,
            config,
            world,
            file,
            source,
            target,
        })
    }

    /// Moves everything, from the beginning or from where an earlier try ended.
    ///
    /// # Errors
    /// What is wrong, for the operator; it can then be gone on with or given up.
    pub async fn run(&self, resume: bool, hears: Hears<'_>) -> Result<Promoted> {
        let standing = migrate::standing(&self.source).await?;
        ensure!(
            standing.place() == Stands::Head,
            "the embedded database stands at {} and this version at {}; start the server of this version on it first",
            standing.revision().unwrap_or("nothing"),
            migrate::revisions().pop().unwrap_or_default()
        );
        let (marker, arrival) = (Marker::of(&self.file)?, moving::arrival(&self.target).await?);
        let is_new = marker.is_none() && arrival.is_none();
        ensure!(
            resume || is_new,
            "a move has begun already: --resume goes on with it, --abandon gives it up"
        );
        let id = match (&marker, &arrival) {
            (None, None) => {
                ensure!(
                    tables::tables(&self.target).await?.is_empty(),
                    "{} is not empty: it has tables of Janua; name a database of its own",
                    self.shown
                );
                let id = hex::encode(self.world.random.bytes::<16>());
                store::begin(&self.target, &id, self.world.clock.now()).await?;
                id
            }
            (
                None,
                Some(Arrival {
                    completed_at: Some(_),
                    ..
                }),
            ) => {
                bail!("{} was filled by another move, which is complete", self.shown)
            }
            (None, Some(arrival)) => {
                ensure!(
                    store::is_untouched(&self.target).await?,
                    "{} is half filled, and {} is open for writing since: --abandon, then begin anew",
                    self.shown,
                    self.file.display()
                );
                arrival.id.clone()
            }
            (Some(marker), arrival) => {
                ensure!(
                    arrival.as_ref().is_some_and(|it| it.id == marker.id),
                    "{} moves to {}, and that is another database than {}",
                    self.file.display(),
                    marker.target,
                    self.shown
                );
                marker.id.clone()
            }
        };
        let is_complete = arrival.is_some_and(|it| it.completed_at.is_some());
        let compared = if is_complete {
            Vec::new()
        } else {
            self.fill(&id, marker.is_some(), hears).await?
        };
        let now = self.world.clock.now();
        let marker = Marker::of(&self.file)?.context("the marker is gone")?;
        Marker {
            completed_at: marker.completed_at.or(Some(now)),
            ..marker
        }
        .write(&self.file)?;
        Ok(Promoted {
            tables: compared,
            target: self.shown.clone(),
            file: self.file.clone(),
        })
    }

    async fn fill(&self, id: &str, is_closed: bool, hears: Hears<'_>) -> Result<Vec<Compared>> {
        migrate::up(&self.target, Target::Head, self.world.clock.now()).await?;
        hears("PostgreSQL has its tables");
        if !is_closed {
            let marker = Marker {
                id: id.to_owned(),
                target: self.shown.clone(),
                began_at: self.world.clock.now(),
                completed_at: None,
            };
            marker
                .write_alone(&self.file)
                .await
                .context("the embedded database cannot be closed for writing")?;
        }
        hears("nothing is written to the embedded database any more");
        let all = self.tables().await?;
        for table in all.iter().filter(|it| !it.is_of_schema()) {
            self.copy(table, hears)
                .await
                .with_context(|| format!("{} cannot be copied", table.name))?;
        }
        // When each migration was applied is another time here.
        let all: Vec<Table> = all.into_iter().filter(|it| it.name != "migrations").collect();
        let here = self.source.snapshot().await?.count(&all).await?;
        let there = self.target.snapshot().await?.count(&all).await?;
        let compared = compare(&here, &there);
        if let Some(other) = compared.iter().find(|it| !it.same) {
            bail!("{} is not the same in PostgreSQL: {}", other.table, other.told());
        }
        hears("counts and digests of all tables are the same");
        self.verify_audit_log().await?;
        hears("the audit log is whole");
        store::complete(&self.target, self.world.clock.now()).await?;
        Ok(compared)
    }

    /// The tables, which must be the same at both ends.
    async fn tables(&self) -> Result<Vec<Table>> {
        let (here, there) = (
            tables::tables(&self.source).await?,
            tables::tables(&self.target).await?,
        );
        ensure!(here == there, "the tables of both ends are not the same");
        Ok(here)
    }

    async fn copy(&self, table: &Table, hears: Hears<'_>) -> Result<()> {
        let Some(place) = store::place(&self.target, table).await? else {
            return Ok(());
        };
        let mut snapshot = self.source.snapshot().await?;
        let mut pages = snapshot.read(table, place);
        while let Some(rows) = pages.next().await? {
            let count = rows.len();
            let mut tx = self.target.begin_within(&Scope::Platform).await?;
            tables::insert(&mut tx, table, rows).await?;
            store::reached(&mut tx, table, pages.place(), false).await?;
            tx.commit().await?;
            hears(&format!("{}: {count} rows", table.name));
        }
        let last = pages.place();
        let mut tx = self.target.begin().await?;
        store::reached(&mut tx, table, last, true).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn verify_audit_log(&self) -> Result<()> {
        let app = App::on(self.config.clone(), self.world.clone(), self.target.clone()).await;
        let app = app.map_err(anyhow::Error::msg)?;
        sealing::check(&app).await.map_err(anyhow::Error::msg)?;
        let report = audit::verify(&app, None).await?;
        ensure!(
            report.is_good(),
            "the audit log is not what was written, {} problems; `janua audit verify` on the embedded database tells \
             them: give up with --abandon first",
            report.count
        );
        Ok(())
    }

    /// Gives the move up: PostgreSQL is empty again, and the file is open.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub async fn abandon(&self) -> Result<()> {
        let (marker, arrival) = (Marker::of(&self.file)?, moving::arrival(&self.target).await?);
        if let (Some(marker), Some(arrival)) = (&marker, &arrival) {
            ensure!(
                marker.id == arrival.id,
                "{} moves to {}, not to {}",
                self.file.display(),
                marker.target,
                self.shown
            );
        }
        match &arrival {
            Some(it) if it.completed_at.is_some() => bail!(
                "the move is complete. To go back to the embedded database, stop the server, remove {}, and start it \
                 with the old DATABASE_URL; what was written to PostgreSQL since is not in it",
                Marker::path(&self.file).display()
            ),
            Some(_) => store::undo(&self.target).await?,
            None => ensure!(marker.is_some(), "no move has begun"),
        }
        if marker.is_some() {
            std::fs::remove_file(Marker::path(&self.file))?;
        }
        Ok(())
    }

    /// Closes the connections.
    pub async fn close(self) {
        self.source.close().await;
        self.target.close().await;
    }
}

/// An address without its password.
fn shown(url: &str) -> Result<String> {
    let mut parsed = reqwest::Url::parse(url).context("the address of PostgreSQL cannot be understood")?;
    if parsed.password().is_some() {
        let _ = parsed.set_password(Some("***"));
    }
    if parsed.query_pairs().any(|(name, _)| name == "password") {
        parsed.set_query(None);
    }
    Ok(parsed.to_string())
}
