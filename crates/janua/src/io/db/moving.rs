//! An embedded database that moves to PostgreSQL, as both ends say it.
//!
//! A file beside the embedded one, `janua.db.promotion`, says that it moves or has moved. While it is there nothing is
//! committed: SQLite asks before each commit, under the lock of the writer, and whoever makes the file holds that lock.
//! So each write that was acknowledged was there before, and no write is acknowledged after. The database file itself is
//! not touched. PostgreSQL has a table `promotion` that says whether everything has arrived.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{Db, DbError, Engine, Querier, Result};
use crate::params;

/// How long a write that is under way may take to let go of the lock.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands beside the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Marker {
    /// Names the move at both ends.
    pub id: String,
    /// Where it goes, without a password.
    pub target: String,
    /// Since when nothing is written any more.
    pub began_at: DateTime<Utc>,
    /// When everything had arrived.
    pub completed_at: Option<DateTime<Utc>>,
}

impl Marker {
    /// Where it stands.
    pub fn path(database: &Path) -> PathBuf {
        let mut name = database.as_os_str().to_owned();
        name.push(".promotion");
        name.into()
    }

    /// The one beside this file, if it moves.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn of(database: &Path) -> std::io::Result<Option<Self>> {
        match std::fs::read(Self::path(database)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts it beside the file, all at once.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, database: &Path) -> std::io::Result<()> {
        let path = Self::path(database);
        let draft = path.with_extension("promotion.draft");
        std::fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        std::fs::File::open(&draft)?.sync_all()?;
        std::fs::rename(&draft, &path)?;
        // The name is on the disk when its folder is.
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Puts it beside the file while nobody writes.
    ///
    /// # Errors
    /// When the lock of the writer cannot be had, or what the file system says.
    pub async fn write_alone(&self, database: &Path) -> Result<()> {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        let held = connection.begin_with("BEGIN IMMEDIATE").await?;
        let written = self.write(database);
        held.rollback().await?;
        connection.close().await?;
        written.map_err(|error| sqlx::Error::Io(error).into())
    }

    fn told(&self, database: &Path) -> String {
        let (file, since) = (database.display(), self.began_at.to_rfc3339());
        let path = Self::path(database);
        if self.completed_at.is_some() {
            return format!(
                "{file} has moved to {}: set DATABASE_URL to it. To go back to what the file held on {since}, remove {}",
                self.target,
                path.display()
            );
        }
        format!(
            "{file} moves to {} since {since}: `janua promote {} --resume` goes on with it, `--abandon` gives it up",
            self.target, self.target
        )
    }
}

/// Refuses every commit while the file moves.
pub(super) async fn guard(connection: &mut SqliteConnection, database: &Path) -> sqlx::Result<()> {
    let marker = Marker::path(database);
    connection.lock_handle().await?.set_commit_hook(move || {
        let moves = marker.exists();
        if moves {
            tracing::warn!(marker = %marker.display(), "nothing is written: the database moves to PostgreSQL");
        }
        !moves
    });
    Ok(())
}

/// What PostgreSQL says of a move to it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Arrival {
    /// Names the move at both ends.
    pub id: String,
    /// When everything had arrived.
    pub completed_at: Option<DateTime<Utc>>,
}

/// The move to this database, if it was filled by one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn arrival(mut db: &Db) -> Result<Option<Arrival>> {
    if db.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let look = "SELECT count(*) FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_name = 'promotion'";
    let found: Option<(i64,)> = db.fetch_optional(look, params![]).await?;
    if found.is_none_or(|(count,)| count == 0) {
        return Ok(None);
    }
    db.fetch_optional("SELECT id, completed_at FROM promotion", params![])
        .await
}

/// Refuses to work on a database that moves, at either end.
///
/// # Errors
/// A text for the operator, or when the database cannot be asked.
pub async fn refuse_if_moving(db: &Db, file: Option<&Path>) -> Result<()> {
    let unreadable =
        |error: std::io::Error| DbError::Schema(format!("the marker of a move cannot be read: {error}"));
    if let Some(file) = file
        && let Some(marker) = Marker::of(file).map_err(unreadable)?
    {
        return Err(DbError::Schema(marker.told(file)));
    }
    if arrival(db).await?.is_some_and(|it| it.completed_at.is_none()) {
        return Err(DbError::Schema(
            "the database is being filled by `janua promote`, which has not ended: where it was begun, `--resume` goes \
             on with it and `--abandon` empties this database"
                .to_owned(),
        ));
    }
    Ok(())
}
