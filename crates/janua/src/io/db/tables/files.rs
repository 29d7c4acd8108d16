//! The file of an embedded database as a whole.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection};

use crate::config::Database as Settings;
use crate::io::db::{Db, DbError, Pools, Result, Watch};
use crate::metrics::DatabaseWork;

/// Why a file stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum Stays {
    /// Somebody has it open: a server, or an order.
    #[error("{} is in use by another process: stop the server first", .0.display())]
    InUse(PathBuf),
    /// It is no database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What the file system says.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Db {
    /// The file of an embedded database; `None` on PostgreSQL.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn file(settings: &Settings) -> Result<Option<PathBuf>> {
        if settings.url.reveal().starts_with("postgres") {
            return Ok(None);
        }
        let options: SqliteConnectOptions = settings.url.reveal().parse()?;
        Ok(Some(options.get_filename().to_owned()))
    }

    /// Opens a file for reading only: nothing in it changes.
    pub fn look_at(file: &Path, settings: &Settings) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .read_only(true)
            .disable_statement_logging()
            .busy_timeout(Duration::from_secs(5));
        let pool = || {
            SqlitePoolOptions::new()
                .max_connections(2)
                .connect_lazy_with(options.clone())
        };
        Self {
            pools: Pools::Sqlite {
                readers: pool(),
                writer: pool(),
            },
            watch: Watch::new(settings, DatabaseWork::default()).into(),
        }
    }

    /// Copies an embedded database, as it stands at this moment, into a file that is empty.
    ///
    /// # Errors
    /// When the database cannot be read or the file cannot be written.
    pub async fn copy_into(&self, file: &Path) -> Result<()> {
        let Pools::Sqlite { readers, .. } = &self.pools else {
            return Err(DbError::Schema(
                "PostgreSQL is copied by its own programs".to_owned(),
            ));
        };
        // Not through the watch: a large file takes longer than a statement may.
        sqlx::query("VACUUM INTO $1")
            .bind(file.to_string_lossy())
            .execute(readers)
            .await?;
        Ok(())
    }
}

/// What SQLite finds wrong in a file that is opened for reading: broken pages and indexes, rows that refer to nothing.
///
/// # Errors
/// When the file is no database.
pub async fn damages(db: &Db) -> Result<Vec<String>> {
    let Pools::Sqlite { readers, .. } = &db.pools else {
        return Ok(Vec::new());
    };
    let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
        .fetch_all(readers)
        .await?;
    found.retain(|it| it != "ok");
    let lost: Vec<(String, String)> =
        sqlx::query_as("SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 10")
            .fetch_all(readers)
            .await?;
    found.extend(
        lost.iter()
            .map(|(table, parent)| format!("a row of {table} refers to nothing in {parent}")),
    );
    Ok(found)
}

/// Renames a database file that nobody has open, with all that stands in its log.
///
/// # Errors
/// When it stays where it is.
pub async fn set_aside(file: &Path, name: &Path) -> std::result::Result<(), Stays> {
    // To leave the WAL mode one must be alone; what stands in the log is in the file then, and the log is gone.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(Duration::from_millis(100))
        .journal_mode(SqliteJournalMode::Delete)
        .disable_statement_logging();
    match options.connect().await.map_err(DbError::from) {
        Ok(connection) => connection.close().await.map_err(DbError::from)?,
        Err(error) if error.is_unavailable() => return Err(Stays::InUse(file.to_owned())),
        Err(error) => return Err(error.into()),
    }
    Ok(std::fs::rename(file, name)?)
}
