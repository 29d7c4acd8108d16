//! How connections are made, and which of them are given out again.
//!
//! Each question to a connection is a round trip to PostgreSQL, or a hand-over to SQLite's thread and back: it costs as
//! much as a statement. So a connection that has just answered is not asked again whether it still does.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection, SqliteConnection};

use super::{Pools, Result, Settings, moving, pooler};

/// How long a connection that is given out may take to say that it is ready; how one is given back, a lease knows.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// A connection that answered this recently is given out unasked.
const FRESH: Duration = Duration::from_secs(1);

pub(super) async fn postgres(settings: &Settings) -> Result<Pools> {
    let options: PgConnectOptions = settings.url.reveal().parse()?;
    let options = options.application_name("janua-api").disable_statement_logging();
    // The pool would try again until its time is over and then tell only that; one try tells why.
    let (options, way) = pooler::find_way(options, settings.pooler, settings.statement_timeout).await?;
    let pool = PgPoolOptions::new()
        .max_connections(settings.pool_size + settings.pool_overflow)
        .acquire_timeout(settings.pool_timeout)
        .max_lifetime(settings.pool_recycle)
        .idle_timeout(Duration::from_secs(300))
        .test_before_acquire(false) // Ours does not wait for ever.
        .before_acquire(|it, since| Box::pin(async move { Ok(since.idle_for < FRESH || answers(it).await?) }))
        .connect_lazy_with(options);
    Ok(Pools::Postgres(pool, way))
}

pub(super) async fn sqlite(settings: &Settings) -> Result<Pools> {
    let options: SqliteConnectOptions = settings.url.reveal().parse()?;
    create_private(options.get_filename()).map_err(sqlx::Error::Io)?;
    let options = options
        .create_if_missing(true)
        .disable_statement_logging()
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A revocation must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5));
    // A thread of our own does not vanish: it need not be asked.
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(settings.pool_timeout)
            .test_before_acquire(false)
    };
    let file = options.get_filename().to_owned();
    let writer = pool()
        .max_connections(1)
        .after_connect(move |it, _| {
            let file = file.clone();
            Box::pin(async move { moving::guard(it, &file).await })
        })
        .after_release(|it, _| Box::pin(is_outside_of_transactions(it)));
    let writer = writer.connect_with(options.clone()).await?;
    let readers = pool()
        .max_connections(settings.pool_size.clamp(1, 8))
        .connect_lazy_with(options.read_only(true).create_if_missing(false));
    Ok(Pools::Sqlite { readers, writer })
}

/// A connection that says nothing, or whose last answer never came, is given to nobody.
async fn answers(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let answer = tokio::time::timeout(LAST_ANSWER, connection.ping()).await;
    answer
        .unwrap_or_else(|late| Err(std::io::Error::from(late).into()))
        .map(|()| true)
}

/// Whether the next transaction can begin here. A full disk makes SQLite roll back by itself, and a connection that does
/// not know would refuse every further transaction. The ping waits for the rollback that is under way.
async fn is_outside_of_transactions(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Creates the file of an embedded database for its owner only: it holds password hashes. What stands beside it (WAL)
/// takes its mode from it.
fn create_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if file.exists() || file.to_string_lossy().starts_with(':') {
        return Ok(());
    }
    if let Some(folder) = file.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
        .map(drop)
}
