//! The breaker as calls meet it: shared, locked, and heard in the log when Redis goes and when it comes back.
//!
//! Every call holds a [`Pass`]; one that is dropped without a result, because its caller went away, counts neither
//! way and gives a probe back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::breaker::{Admission, Breaker, BreakerState, BreakerStats, Limits};

/// The way to one Redis, shared by all calls.
#[derive(Debug)]
pub(super) struct Gate {
    breaker: Mutex<Breaker>,
}

impl Gate {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            breaker: Mutex::new(Breaker::new(limits)),
        }
    }

    /// Permission for one call, or nothing when the caller must do without.
    pub(super) fn admit(&self, now_ms: i64) -> Option<Pass<'_>> {
        self.pass(now_ms, |breaker| breaker.admit(now_ms))
    }

    /// As [`Self::admit`], for health checks: goes through an open breaker, at most once a second.
    pub(super) fn admit_early(&self, now_ms: i64) -> Option<Pass<'_>> {
        self.pass(now_ms, |breaker| breaker.admit_early(now_ms))
    }

    /// As [`Self::admit`], for invalidations: goes through an open breaker whenever nobody else does.
    pub(super) fn admit_urgently(&self, now_ms: i64) -> Option<Pass<'_>> {
        self.pass(now_ms, |breaker| breaker.admit_urgently(now_ms))
    }

    fn pass(&self, now_ms: i64, ask: impl FnOnce(&mut Breaker) -> Option<Admission>) -> Option<Pass<'_>> {
        Some(Pass {
            gate: self,
            admission: self.change(ask)?,
            now_ms,
            settled: false,
        })
    }

    pub(super) fn stats(&self) -> BreakerStats {
        self.lock().stats.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The only place that logs about the cache: a call that fails is normal while Redis is away.
    fn change<T>(&self, f: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut breaker = self.lock();
        let from = breaker.stats.state;
        let result = f(&mut breaker);
        let to = breaker.stats.state;
        match (from, to) {
            (BreakerState::Closed, BreakerState::Open) => {
                let error = breaker.stats.last_error.as_deref();
                tracing::warn!(%from, %to, error, "cache: Redis is away, going on without it");
            }
            (BreakerState::HalfOpen, BreakerState::Closed) => {
                tracing::warn!(%from, %to, "cache: Redis is back");
            }
            // Probes come every minute, with health checks every second: noise during a long outage.
            _ if from != to => tracing::debug!(%from, %to, "cache: probing Redis"),
            _ => {}
        }
        result
    }
}

/// Permission for one call; dropping it without a result counts neither way.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    admission: Admission,
    now_ms: i64,
    settled: bool,
}

impl Pass<'_> {
    pub(super) fn succeed(mut self) {
        self.settled = true;
        self.gate
            .change(|breaker| breaker.succeed(self.admission, self.now_ms));
    }

    /// Whether the breaker stands open after this failure.
    pub(super) fn fail(mut self, error: String) -> bool {
        self.settled = true;
        self.gate.change(|breaker| {
            breaker.fail(self.admission, self.now_ms, error);
            breaker.stats.state == BreakerState::Open
        })
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.gate
                .change(|breaker| breaker.abandon(self.admission, self.now_ms));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_pass_gives_the_probe_back() {
        let gate = Gate::new(Limits {
            failures: 1,
            open_ms: 5_000,
            longest_open_ms: 60_000,
        });
        assert!(gate.admit(0).unwrap().fail("refused".into()));
        drop(gate.admit(5_000).unwrap());
        gate.admit(5_000).unwrap().succeed();
        assert_eq!(gate.stats().state, BreakerState::Closed);
    }
}
