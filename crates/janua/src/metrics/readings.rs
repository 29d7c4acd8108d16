//! Figures that somebody else keeps and that are read when an operator looks.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::labels::{Pool, State};

/// A gauge that holds fractions.
type Fraction = Gauge<f64, AtomicU64>;

/// The figures that are read.
#[derive(Debug, Default)]
pub struct Readings {
    pools: Family<Pool, Gauge>,
    connections: Family<State, Gauge>,
    outbox: Family<State, Gauge>,
    webhooks: Family<State, Gauge>,
    sessions: Family<State, Gauge>,
    breaker: Family<State, Gauge>,
    cache: Family<State, Counter>,
    cache_entries: Gauge,
    key_age: Family<State, Fraction>,
    certificate_left: Family<State, Fraction>,
    counted_at: AtomicI64,
}

/// How long a figure holds that is dear to count, in milliseconds.
const COUNT_HOLDS: i64 = 60_000;

impl Readings {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let it = Self::default();
        registry.register("pool_waiting", "Work that waits for a thread", it.pools.clone());
        registry.register(
            "db_connections",
            "Connections: open, idle, and the most there may be",
            it.connections.clone(),
        );
        registry.register(
            "outbox_mails",
            "Mails that wait, and mails that were given up",
            it.outbox.clone(),
        );
        registry.register(
            "webhook_queue",
            "Deliveries to webhooks that wait, counted at most once a minute",
            it.webhooks.clone(),
        );
        registry.register(
            "sessions",
            "Live sessions, counted at most once a minute",
            it.sessions.clone(),
        );
        registry.register(
            "redis_breaker",
            "1 for the state of the breaker in front of Redis",
            it.breaker.clone(),
        );
        registry.register(
            "cache_events",
            "Lookups that hit and missed, and questions to Redis that failed",
            it.cache.clone(),
        );
        registry.register(
            "cache_entries",
            "Copies in the memory of this process",
            it.cache_entries.clone(),
        );
        registry.register(
            "sso_certificate_seconds_left",
            "Time until the first enabled connection of SAML has no certificate left that says it counts",
            it.certificate_left.clone(),
        );
        registry.register(
            "signing_key_age_seconds",
            "Age of the key that signs",
            it.key_age.clone(),
        );
        it
    }

    /// Whether what is dear to count is to be counted now. Says so to one caller only.
    pub fn are_due(&self, now_ms: i64) -> bool {
        let last = self.counted_at.load(Ordering::Relaxed);
        let due = now_ms >= last.saturating_add(COUNT_HOLDS) || now_ms < last;
        due && self
            .counted_at
            .compare_exchange(last, now_ms, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// Jobs that wait in a pool of threads.
    pub fn waiting(&self, pool: &'static str, jobs: usize) {
        self.pools.get_or_create(&Pool { pool }).set(whole(jobs));
    }

    /// Connections to the database.
    pub fn connections(&self, open: u32, idle: usize, max: u32) {
        for (state, count) in [("open", whole(open)), ("idle", whole(idle)), ("max", whole(max))] {
            self.connections.get_or_create(&State { state }).set(count);
        }
    }

    /// Mails in the outbox.
    pub fn outbox(&self, state: &'static str, mails: i64) {
        self.outbox.get_or_create(&State { state }).set(mails);
    }

    /// Deliveries to webhooks that wait.
    pub fn webhooks(&self, waiting: i64) {
        self.webhooks
            .get_or_create(&State { state: "waiting" })
            .set(waiting);
    }

    /// Live sessions.
    pub fn sessions(&self, live: i64) {
        self.sessions.get_or_create(&State { state: "live" }).set(live);
    }

    /// The age of the active key.
    pub fn key_age(&self, seconds: f64) {
        self.key_age
            .get_or_create(&State { state: "active" })
            .set(seconds);
    }

    /// The time that the first certificate of identity providers has left.
    pub fn certificate_left(&self, seconds: f64) {
        self.certificate_left
            .get_or_create(&State { state: "enabled" })
            .set(seconds);
    }

    /// What the cache has counted since the process began.
    pub fn cache(&self, hits: u64, misses: u64, errors: u64, entries: Option<u64>) {
        for (state, count) in [("hit", hits), ("miss", misses), ("error", errors)] {
            let counter = self.cache.get_or_create(&State { state });
            counter.inner().store(count, Ordering::Relaxed);
        }
        self.cache_entries.set(entries.map_or(0, whole));
    }

    /// The state of the breaker, one of `all`.
    pub fn breaker(&self, all: &[&'static str], now: &str) {
        for state in all {
            self.breaker
                .get_or_create(&State { state })
                .set(i64::from(*state == now));
        }
    }
}

fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
