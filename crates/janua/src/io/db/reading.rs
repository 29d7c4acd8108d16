//! Several reads in a row on one connection.

use std::pin::pin;

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use super::lease::Lease;
use super::{Db, Pools, Querier, Result, Row, Sql, Tx, Value, Way, rows, value};

/// A connection that is kept for a few reads: taking one for each and giving it back costs as much as the reads. To be
/// dropped before anything is waited for that is not the database.
#[derive(Debug)]
pub struct Reading<'a> {
    db: &'a Db,
    on: On,
}

#[derive(Debug)]
enum On {
    Postgres(Lease),
    /// Behind a pooler only a transaction holds on to a connection.
    Pooled(Tx),
    /// Cannot write.
    Sqlite(PoolConnection<Sqlite>),
}

impl Db {
    /// Takes a connection for several reads.
    ///
    /// # Errors
    /// When none is free in time.
    pub async fn reading(&self) -> Result<Reading<'_>> {
        let on = match &self.pools {
            Pools::Postgres(_, Way::Pooled) => On::Pooled(self.begin().await?),
            Pools::Postgres(pool, Way::Direct) => {
                On::Postgres(Lease::of(self.watch.acquired(Box::pin(pool.acquire())).await?))
            }
            Pools::Sqlite { readers, .. } => {
                On::Sqlite(self.watch.acquired(Box::pin(readers.acquire())).await?)
            }
        };
        Ok(Reading { db: self, on })
    }
}

impl Querier for Reading<'_> {
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        let watch = &self.db.watch;
        match &mut self.on {
            On::Postgres(on) => {
                let run = async { rows!(Row::Postgres, sql, value::postgres(params), true, &mut **on) };
                watch.rows(sql, pin!(run)).await
            }
            On::Sqlite(on) => {
                let run = async { rows!(Row::Sqlite, sql, value::sqlite(params), true, &mut **on) };
                watch.rows(sql, pin!(run)).await
            }
            On::Pooled(tx) => (&mut *tx).rows(sql, params).await,
        }
    }

    async fn rows_of(&mut self, sql: Sql) -> Result<Vec<Row>> {
        let watch = &self.db.watch;
        match &mut self.on {
            On::Postgres(on) => {
                let (text, params, shown) = sql.into_parts();
                let run = async { rows!(Row::Postgres, text, value::postgres(params), true, &mut **on) };
                watch.rows(&shown, pin!(run)).await
            }
            On::Sqlite(on) => {
                let (text, params, shown) = sql.into_parts();
                let run = async { rows!(Row::Sqlite, text, value::sqlite(params), true, &mut **on) };
                watch.rows(&shown, pin!(run)).await
            }
            On::Pooled(tx) => (&mut *tx).rows_of(sql).await,
        }
    }

    async fn execute(&mut self, _: &'static str, _: Vec<Value>) -> Result<u64> {
        Err(sqlx::Error::Protocol("a write needs a transaction".to_owned()).into())
    }
}
