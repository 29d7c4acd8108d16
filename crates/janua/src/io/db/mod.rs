//! The database: PostgreSQL or SQLite behind one set of SQL.
//!
//! A query is a `&'static str` in the dialect both engines share, plus `params![…]`. [`Db`] is the pool, [`Tx`] a
//! transaction; both are a [`Querier`], so a store function written once works inside and outside a transaction.
//!
//! The shared dialect has no `ILIKE`, no arrays, no `now()`, no intervals and no `ALTER COLUMN`; JSON columns hold
//! objects and are not searched; a violated constraint is recognised by its kind, not by its name. Times come from
//! `App::clock`. Insert and read the violation; never check, then insert.
//!
//! On SQLite all writes pass through one connection, so they queue fairly instead of spinning on a lock; reads have
//! connections of their own that cannot write, so a write that forgot its transaction fails at once.
//!
//! Tables of tenants are read and written in a [`Scope`].
//!
//! Behind a pooler in transaction mode ([`pooler`]) no statement keeps a name, and each has a transaction around it.

mod connect;
mod error;
pub mod inspect;
mod later;
mod lease;
pub mod migrate;
pub mod moving;
mod pooler;
mod reading;
mod scope;
pub mod tables;
mod value;
mod watch;

use std::pin::pin;
use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{FromRow, PgPool, Sqlite, SqlitePool, Transaction};

use tokio::sync::Notify;

use crate::config::Database as Settings;
use crate::metrics::DatabaseWork;
pub use error::{DbError, Refusal, Result};
use later::Later;
use lease::Lease;
use pooler::Way;
pub use reading::Reading;
pub use scope::{Scope, Scoped};
pub use value::{Sql, Value, starting_with};
use watch::Watch;

/// Which database stands behind a [`Db`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL 14 or newer.
    Postgres,
    /// SQLite in WAL mode.
    Sqlite,
}

/// The connections to the database.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    watch: Arc<Watch>,
}

#[derive(Clone, Debug)]
enum Pools {
    /// A pool that reads and writes.
    Postgres(PgPool, Way),
    /// Connections that cannot write, and the single one that does.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
}

/// A write transaction; dropped without [`Tx::commit`] it changes nothing.
#[derive(Debug)]
pub struct Tx {
    on: On,
    watch: Arc<Watch>,
    later: Later,
    wake: Vec<Arc<Notify>>,
}

#[derive(Debug)]
enum On {
    /// `READ COMMITTED`.
    Postgres(Lease, Way),
    /// Begun as `IMMEDIATE`.
    Sqlite(Transaction<'static, Sqlite>),
}

/// A row of either engine.
#[derive(Debug)]
pub enum Row {
    /// A PostgreSQL row.
    Postgres(PgRow),
    /// A SQLite row.
    Sqlite(SqliteRow),
}

/// What can be read from a row of either engine: `#[derive(sqlx::FromRow)]` is enough.
pub trait Record: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}
impl<T> Record for T where T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}

impl Row {
    fn read<T: Record>(&self) -> Result<T> {
        Ok(match self {
            Self::Postgres(row) => T::from_row(row)?,
            Self::Sqlite(row) => T::from_row(row)?,
        })
    }
}

/// Where a query runs: a [`Db`], a [`Reading`] or a [`Tx`].
pub trait Querier: Send {
    /// The rows of a query.
    fn rows(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>>> + Send;
    /// The rows of a search put together at run time.
    fn rows_of(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<Row>>> + Send;
    /// Runs a statement; says how many rows it changed.
    fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> impl Future<Output = Result<u64>> + Send;

    /// All rows, read.
    fn fetch_all<T: Record>(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move { self.rows(sql, params).await?.iter().map(Row::read).collect() }
    }

    /// The first row, if there is one.
    fn fetch_optional<T: Record>(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        async move { self.rows(sql, params).await?.first().map(Row::read).transpose() }
    }

    /// All rows of a search put together at run time.
    fn search<T: Record>(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move { self.rows_of(sql).await?.iter().map(Row::read).collect() }
    }
}

/// The rows of a query on a connection, which may keep it prepared.
macro_rules! rows {
    ($wrap:expr, $sql:expr, $arguments:expr, $keeps:expr, $on:expr) => {
        Ok(sqlx::query_with($sql, $arguments?)
            .persistent($keeps)
            .fetch_all($on)
            .await?
            .into_iter()
            .map($wrap)
            .collect())
    };
}

use rows;

/// How many rows a statement changed.
macro_rules! changed {
    ($sql:expr, $arguments:expr, $keeps:expr, $on:expr) => {
        Ok(sqlx::query_with($sql, $arguments?)
            .persistent($keeps)
            .execute($on)
            .await?
            .rows_affected())
    };
}

impl<Q: Querier> Querier for &mut Q {
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        (**self).rows(sql, params).await
    }

    async fn rows_of(&mut self, sql: Sql) -> Result<Vec<Row>> {
        (**self).rows_of(sql).await
    }

    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        (**self).execute(sql, params).await
    }
}

impl Querier for &Db {
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        self.reading().await?.rows(sql, params).await
    }

    async fn rows_of(&mut self, sql: Sql) -> Result<Vec<Row>> {
        self.reading().await?.rows_of(sql).await
    }

    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        let watch = &self.watch;
        match &self.pools {
            Pools::Postgres(_, Way::Pooled) => {
                let mut tx = self.begin().await?;
                let changed = (&mut tx).execute(sql, params).await?;
                tx.commit().await.map(|()| changed)
            }
            Pools::Postgres(pool, Way::Direct) => {
                let mut on = Lease::of(watch.acquired(Box::pin(pool.acquire())).await?);
                let run = async { changed!(sql, value::postgres(params), true, &mut *on) };
                watch.changed(sql, pin!(run)).await
            }
            Pools::Sqlite { writer, .. } => {
                let mut on = watch.acquired(Box::pin(writer.acquire())).await?;
                let run = async { changed!(sql, value::sqlite(params), true, &mut *on) };
                watch.changed(sql, pin!(run)).await
            }
        }
    }
}

impl Querier for &mut Tx {
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        self.insert_what_waits().await?;
        let Tx { on, watch, .. } = &mut **self;
        let run = async {
            match on {
                On::Postgres(tx, way) => {
                    rows!(
                        Row::Postgres,
                        sql,
                        value::postgres(params),
                        way.keeps(),
                        &mut **tx
                    )
                }
                On::Sqlite(tx) => rows!(Row::Sqlite, sql, value::sqlite(params), true, &mut **tx),
            }
        };
        watch.rows(sql, pin!(run)).await
    }

    async fn rows_of(&mut self, sql: Sql) -> Result<Vec<Row>> {
        self.insert_what_waits().await?;
        let (text, params, shown) = sql.into_parts();
        let Tx { on, watch, .. } = &mut **self;
        let run = async {
            match on {
                On::Postgres(tx, way) => {
                    rows!(
                        Row::Postgres,
                        text,
                        value::postgres(params),
                        way.keeps(),
                        &mut **tx
                    )
                }
                On::Sqlite(tx) => rows!(Row::Sqlite, text, value::sqlite(params), true, &mut **tx),
            }
        };
        watch.rows(&shown, pin!(run)).await
    }

    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        self.insert_what_waits().await?;
        let Tx { on, watch, .. } = &mut **self;
        let run = async {
            match on {
                On::Postgres(tx, way) => changed!(sql, value::postgres(params), way.keeps(), &mut **tx),
                On::Sqlite(tx) => changed!(sql, value::sqlite(params), true, &mut **tx),
            }
        };
        watch.changed(sql, pin!(run)).await
    }
}

impl Db {
    /// Opens the database that the settings name; creates the file of an embedded one.
    ///
    /// # Errors
    /// When the address cannot be understood or the database cannot be reached.
    pub async fn connect(settings: &Settings) -> Result<Self> {
        let pools = if settings.url.reveal().starts_with("postgres") {
            connect::postgres(settings).await?
        } else {
            connect::sqlite(settings).await?
        };
        let watch = Watch::new(settings, DatabaseWork::default());
        Ok(Self {
            pools,
            watch: Arc::new(watch),
        })
    }

    /// Whether there is something to connect to. Connecting would make the file of an embedded database.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn is_there(settings: &Settings) -> Result<bool> {
        if settings.url.reveal().starts_with("postgres") {
            return Ok(true);
        }
        let options: SqliteConnectOptions = settings.url.reveal().parse()?;
        Ok(options.get_filename().exists())
    }

    /// The same, telling these figures how it does.
    #[must_use]
    pub fn measured(self, work: DatabaseWork) -> Self {
        let watch = self.watch.measured(work);
        Self {
            watch: Arc::new(watch),
            ..self
        }
    }

    /// Starts a write transaction. SQLite takes its write lock now, so that it cannot fail to upgrade later.
    pub async fn begin(&self) -> Result<Tx> {
        let watch = self.watch.clone();
        let on = match &self.pools {
            Pools::Postgres(pool, way) => On::Postgres(watch.begun(pool, None).await?, *way),
            Pools::Sqlite { writer, .. } => On::Sqlite(
                watch
                    .acquired(Box::pin(writer.begin_with("BEGIN IMMEDIATE")))
                    .await?,
            ),
        };
        Ok(Tx::begun(on, watch))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Postgres(..) => Engine::Postgres,
            Pools::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<()> {
        let mut db = self;
        db.rows("SELECT 1", Vec::new()).await.map(|_| ())
    }

    /// Connections in the pool, and how many of them are idle.
    pub fn connections(&self) -> (u32, usize) {
        match &self.pools {
            Pools::Postgres(pool, _) => (pool.size(), pool.num_idle()),
            Pools::Sqlite { readers, writer } => (
                readers.size() + writer.size(),
                readers.num_idle() + writer.num_idle(),
            ),
        }
    }

    /// Closes every connection, after the queries that run.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Postgres(pool, _) => pool.close().await,
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

impl Tx {
    fn begun(on: On, watch: Arc<Watch>) -> Self {
        Self {
            on,
            watch,
            later: Later::default(),
            wake: Vec::new(),
        }
    }

    /// Inserts a row that nothing in this transaction asks about: together with others, before the next statement or
    /// the commit. That is what fails if the row cannot be inserted.
    pub async fn insert_later(&mut self, insert: &'static str, params: Vec<Value>) -> Result<()> {
        self.later.push(insert, params);
        if self.later.len() == later::MOST {
            self.insert_what_waits().await?;
        }
        Ok(())
    }

    async fn insert_what_waits(&mut self) -> Result<()> {
        let engine = match self.on {
            On::Postgres(..) => Engine::Postgres,
            On::Sqlite(_) => Engine::Sqlite,
        };
        let Some(inserts) = self.later.take(engine) else {
            return Ok(());
        };
        let (text, params, shown) = inserts.into_parts();
        let Self { on, watch, .. } = self;
        let run = async {
            match on {
                On::Postgres(tx, way) => changed!(text, value::postgres(params), way.keeps(), &mut **tx),
                On::Sqlite(tx) => changed!(text, value::sqlite(params), true, &mut **tx),
            }
        };
        watch.changed(&shown, pin!(run)).await.map(drop)
    }

    /// Makes all that happened in the transaction durable.
    pub async fn commit(mut self) -> Result<()> {
        self.insert_what_waits().await?;
        let Self { on, watch, wake, .. } = self;
        let run = async {
            match on {
                On::Postgres(tx, _) => tx.commit().await?,
                On::Sqlite(tx) => tx.commit().await?,
            }
            Ok(0)
        };
        watch.changed("COMMIT", pin!(run)).await?;
        for worker in wake {
            worker.notify_one();
        }
        Ok(())
    }

    /// Wakes a worker once what it will look for is committed.
    pub fn wake_after_commit(&mut self, worker: &Arc<Notify>) {
        if !self.wake.iter().any(|it| Arc::ptr_eq(it, worker)) {
            self.wake.push(worker.clone());
        }
    }
}
