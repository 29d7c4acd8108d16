//! A connection of the pool to PostgreSQL, with the transaction on it if there is one.
//!
//! The pool asks each connection that comes back whether it still answers, and would wait for that for ever: one that
//! vanished in this very moment would take its place in the pool away until the process ends. Here giving back has an end.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, Postgres, SqlStr};
use tokio::runtime::Handle;

/// How long a connection may take to end its transaction and say that it is ready for the next one.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// A connection that is given back when it is dropped. What was begun and not committed is rolled back first.
#[derive(Debug)]
pub(super) struct Lease {
    /// Taken when it is given back.
    connection: Option<PoolConnection<Postgres>>,
    in_transaction: bool,
}

impl Lease {
    pub(super) fn of(connection: PoolConnection<Postgres>) -> Self {
        Self {
            connection: Some(connection),
            in_transaction: false,
        }
    }

    /// Begins a transaction, with this statement or the usual one.
    pub(super) async fn begin(mut self, statement: Option<SqlStr>) -> sqlx::Result<Self> {
        // Before it is sent: nobody knows how far a statement comes whose answer is lost.
        self.in_transaction = true;
        match statement {
            Some(statement) => sqlx::raw_sql(statement).execute(&mut *self).await?,
            None => self.execute("BEGIN").await?,
        };
        Ok(self)
    }

    pub(super) async fn commit(mut self) -> sqlx::Result<()> {
        self.execute("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }
}

impl Deref for Lease {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let Ok(runtime) = Handle::try_current() else {
            // The program ends, and nobody asks for it again.
            drop(connection.leak());
            return;
        };
        let in_transaction = self.in_transaction;
        runtime.spawn(async move {
            let back = async {
                if in_transaction {
                    connection.execute("ROLLBACK").await?;
                }
                connection.return_to_pool().await;
                Ok::<_, sqlx::Error>(())
            };
            if !matches!(tokio::time::timeout(LAST_ANSWER, back).await, Ok(Ok(()))) {
                connection.close_on_drop();
            }
        });
    }
}
