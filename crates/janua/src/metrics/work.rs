//! Figures that the lower layers keep while they work: they hold these handles and know nothing of the registry.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::Durations;
use super::labels::{Kind, Pool};

/// Bounds from a copied answer to a request that was given up.
pub(super) fn seconds() -> Histogram {
    Histogram::new([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ])
}

/// How a pool of threads does.
#[derive(Clone, Debug)]
pub struct PoolWork {
    waited: Histogram,
    ran: Histogram,
    refused: Counter,
}

impl Default for PoolWork {
    fn default() -> Self {
        Self {
            waited: seconds(),
            ran: seconds(),
            refused: Counter::default(),
        }
    }
}

impl PoolWork {
    pub(super) fn of(
        pool: &'static str,
        waits: &Durations<Pool>,
        runs: &Durations<Pool>,
        refused: &Family<Pool, Counter>,
    ) -> Self {
        let label = Pool { pool };
        Self {
            waited: waits.get_or_create_owned(&label),
            ran: runs.get_or_create_owned(&label),
            refused: refused.get_or_create_owned(&label),
        }
    }

    /// A job found a thread.
    pub fn waited(&self, time: Duration) {
        self.waited.observe(time.as_secs_f64());
    }

    /// A job is done.
    pub fn ran(&self, time: Duration) {
        self.ran.observe(time.as_secs_f64());
    }

    /// A job was refused.
    pub fn refused(&self) {
        self.refused.inc();
    }
}

/// How the database does.
#[derive(Clone, Debug)]
pub struct DatabaseWork {
    acquired: Histogram,
    queries: Durations<Kind>,
    errors: Family<Kind, Counter>,
}

impl Default for DatabaseWork {
    fn default() -> Self {
        Self {
            acquired: seconds(),
            queries: Durations::new_with_constructor(seconds),
            errors: Family::default(),
        }
    }
}

impl DatabaseWork {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let it = Self::default();
        registry.register(
            "db_acquire_seconds",
            "Time that work waited for a connection; for a transaction until it had begun",
            it.acquired.clone(),
        );
        registry.register(
            "db_query_seconds",
            "Time that statements took, by their first word",
            it.queries.clone(),
        );
        registry.register(
            "db_errors",
            "Failed statements by what became of them",
            it.errors.clone(),
        );
        it
    }

    /// A connection was given.
    pub fn acquired(&self, time: Duration) {
        self.acquired.observe(time.as_secs_f64());
    }

    /// A statement has ended.
    pub fn queried(&self, kind: &'static str, time: Duration) {
        self.queries
            .get_or_create(&Kind { kind })
            .observe(time.as_secs_f64());
    }

    /// A statement has failed.
    pub fn failed(&self, kind: &'static str) {
        self.errors.get_or_create(&Kind { kind }).inc();
    }
}
