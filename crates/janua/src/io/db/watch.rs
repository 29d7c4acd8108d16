//! The one place around every statement: figures, the statement log and slow statements.
//!
//! What is told is the text of the statement, which is ours, and never a value that was bound to it. Callers pin their
//! futures first: handed over as they are, each layer here would keep a copy of their kilobytes.
//!
//! A statement that PostgreSQL does not answer is given up: a host that vanishes without a word would else keep
//! connections, and so all who wait for one, until the kernel gives it up a quarter of an hour later.

use std::time::{Duration, Instant};

use sqlx::{PgPool, SqlStr};
use tracing::Instrument;

use super::lease::Lease;
use super::{DbError, Result, Row, Settings};
use crate::io::TRACE;
use crate::metrics::DatabaseWork;

/// What is told of statements, and to whom.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    echo: bool,
    slow: Duration,
    patience: Duration,
    work: DatabaseWork,
}

impl Watch {
    pub(super) fn new(settings: &Settings, work: DatabaseWork) -> Self {
        Self {
            echo: settings.echo,
            slow: settings.slow_query,
            patience: settings.statement_timeout,
            work,
        }
    }

    pub(super) fn measured(&self, work: DatabaseWork) -> Self {
        Self { work, ..self.clone() }
    }

    /// Waits for a connection, or for a transaction to begin.
    pub(super) async fn acquired<T>(&self, wait: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
        let started = Instant::now();
        let outcome = wait.await.map_err(DbError::from);
        self.work.acquired(started.elapsed());
        if let Err(error) = &outcome {
            self.work.failed(error.kind());
        }
        outcome
    }

    /// Takes a connection and begins a transaction there, with this statement or the usual one. The pool's own way to
    /// begin would wait for the answer for ever, and jobs have nobody else who gives up.
    pub(super) async fn begun(&self, pool: &PgPool, statement: Option<SqlStr>) -> Result<Lease> {
        let lease = Lease::of(self.acquired(Box::pin(pool.acquire())).await?);
        let begun = tokio::time::timeout(self.patience, lease.begin(statement)).await;
        let outcome = begun
            .map_err(|_| unanswered())
            .and_then(|it| it.map_err(DbError::from));
        if let Err(error) = &outcome {
            self.work.failed(error.kind());
        }
        outcome
    }

    /// Runs a query.
    pub(super) async fn rows(
        &self,
        sql: &str,
        run: impl Future<Output = Result<Vec<Row>>>,
    ) -> Result<Vec<Row>> {
        self.run(sql, run, |rows| rows.len() as u64).await
    }

    /// Runs a statement.
    pub(super) async fn changed(&self, sql: &str, run: impl Future<Output = Result<u64>>) -> Result<u64> {
        self.run(sql, run, |rows| *rows).await
    }

    async fn run<T>(
        &self,
        sql: &str,
        run: impl Future<Output = Result<T>>,
        count: impl FnOnce(&T) -> u64,
    ) -> Result<T> {
        let kind = kind(sql);
        let span =
            tracing::debug_span!(target: TRACE, "query", db.operation.name = kind, db.query.text = sql);
        let started = Instant::now();
        let outcome = tokio::time::timeout(self.patience, run.instrument(span)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(unanswered()));
        let took = started.elapsed();
        self.work.queried(kind, took);
        let error = outcome.as_ref().err().map(DbError::kind);
        if let Some(error) = error {
            self.work.failed(error);
        }
        if self.echo || took >= self.slow {
            self.tell(sql, took, outcome.as_ref().ok().map(count), error);
        }
        outcome
    }

    fn tell(&self, sql: &str, took: Duration, rows: Option<u64>, error: Option<&'static str>) {
        let statement = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let duration_ms = (took.as_secs_f64() * 10_000.0).round() / 10.0;
        if took >= self.slow {
            tracing::warn!(statement, duration_ms, rows, error, "a slow statement");
        } else {
            tracing::info!(statement, duration_ms, rows, error, "a statement");
        }
    }
}

fn unanswered() -> DbError {
    DbError::Unavailable(sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        "no answer within DATABASE_STATEMENT_TIMEOUT",
    )))
}

/// The first word of a statement: there are few. Only inserts that travel together begin in another way.
fn kind(sql: &str) -> &'static str {
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    let word = if word == "WITH" { "insert" } else { word };
    ["select", "insert", "update", "delete", "commit"]
        .into_iter()
        .find(|it| it.eq_ignore_ascii_case(word))
        .unwrap_or("other")
}
