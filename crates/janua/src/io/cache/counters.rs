//! Rate counters in this process: the only ones without Redis, and the ones that hold while Redis is away.
//!
//! With Redis, each answer from there leaves a copy here. So when Redis goes away counting goes on from what was
//! last known instead of starting afresh, and what is counted meanwhile is owed to Redis when it returns.

use std::time::{Duration, Instant};

use moka::Expiry;
use moka::ops::compute::Op;
use moka::policy::EvictionPolicy;

use super::gcra::{self, Decision, Rate, Take};

const MOST: u64 = 200_000;

#[derive(Debug)]
pub(super) struct Counters {
    cells: moka::sync::Cache<String, Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    tat_us: i64,
    /// Counted here while Redis was away, and not there yet.
    owed: bool,
    keep: Duration,
}

impl Cell {
    fn new(tat_us: i64, now_ms: i64, owed: bool) -> Self {
        let ahead = gcra::millis_up(tat_us.saturating_sub(now_ms.saturating_mul(1_000)));
        Self {
            tat_us,
            owed,
            keep: Duration::from_millis(ahead + 1),
        }
    }
}

impl Counters {
    pub(super) fn new() -> Self {
        Self::holding(MOST)
    }

    fn holding(most: u64) -> Self {
        let cells = moka::sync::Cache::builder()
            .max_capacity(most)
            // The default policy may turn a newcomer away; a counter that is not kept would count nothing.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(WhenFull)
            .build();
        Self { cells }
    }

    /// Counts one request here. `owed` says that Redis should have counted it.
    pub(super) fn hit(&self, key: &str, rate: &Rate, now_ms: i64, owed: bool) -> Decision {
        // Refused, should nothing ever be counted.
        let mut verdict = gcra::decide(Some(i64::MAX), now_ms, rate, Take::Nothing).0;
        self.cells.entry_by_ref(key).and_compute_with(|cell| {
            let before = cell.map(moka::Entry::into_value);
            let (decision, tat) = gcra::decide(before.map(|cell| cell.tat_us), now_ms, rate, Take::One);
            verdict = decision;
            if decision.allowed {
                Op::Put(Cell::new(
                    tat,
                    now_ms,
                    owed || before.is_some_and(|cell| cell.owed),
                ))
            } else {
                Op::Nop
            }
        });
        verdict
    }

    pub(super) fn peek(&self, key: &str, rate: &Rate, now_ms: i64) -> Decision {
        gcra::decide(
            self.cells.get(key).map(|cell| cell.tat_us),
            now_ms,
            rate,
            Take::Nothing,
        )
        .0
    }

    /// What was counted here and not in Redis.
    pub(super) fn owed(&self, key: &str) -> Option<i64> {
        self.cells
            .get(key)
            .filter(|cell| cell.owed)
            .map(|cell| cell.tat_us)
    }

    /// Copies what Redis holds, unless more has been counted here in the meantime.
    pub(super) fn follow(&self, key: &str, tat_us: i64, now_ms: i64) {
        self.cells
            .entry_by_ref(key)
            .and_compute_with(|cell| match cell.map(moka::Entry::into_value) {
                Some(cell) if cell.owed && cell.tat_us > tat_us => Op::Nop,
                _ => Op::Put(Cell::new(tat_us, now_ms, false)),
            });
    }

    pub(super) fn forget(&self, key: &str) {
        self.cells.invalidate(key);
    }
}

/// A counter that is full again says as much as one that is not there.
#[derive(Debug)]
struct WhenFull;

impl Expiry<String, Cell> for WhenFull {
    fn expire_after_create(&self, _: &String, cell: &Cell, _: Instant) -> Option<Duration> {
        Some(cell.keep)
    }

    fn expire_after_update(
        &self,
        _: &String,
        cell: &Cell,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(cell.keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 5,
        period_ms: 60_000,
    };
    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn many_threads_get_exactly_the_burst() {
        let counters = Counters::new();
        let allowed = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..100)
                            .filter(|_| counters.hit("k", &RATE, NOW, false).allowed)
                            .count()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum::<usize>()
        });
        assert_eq!(allowed, 5);
        assert!(!counters.peek("k", &RATE, NOW).allowed);
        counters.forget("k");
        assert_eq!(counters.peek("k", &RATE, NOW).remaining, 5);
    }

    #[test]
    fn a_newcomer_is_counted_however_full_it_is() {
        let counters = Counters::holding(500);
        for n in 0..5_000 {
            counters.hit(&(n % 500).to_string(), &RATE, NOW, false);
        }
        for newcomer in ["ada", "eve"] {
            for left in (0..5).rev() {
                counters.cells.run_pending_tasks();
                assert_eq!(counters.hit(newcomer, &RATE, NOW, false).remaining, left);
            }
        }
        counters.cells.run_pending_tasks();
        assert!(counters.cells.entry_count() <= 500);
    }

    #[test]
    fn counting_goes_on_from_what_redis_said_and_is_owed_afterwards() {
        let counters = Counters::new();
        let four_taken = NOW * 1_000 + 4 * RATE.step_us();
        counters.follow("k", four_taken, NOW);
        assert_eq!(
            (counters.peek("k", &RATE, NOW).remaining, counters.owed("k")),
            (1, None)
        );
        assert!(counters.hit("k", &RATE, NOW, true).allowed);
        assert!(!counters.hit("k", &RATE, NOW, true).allowed);
        assert_eq!(counters.owed("k"), Some(four_taken + RATE.step_us()));
        counters.follow("k", four_taken, NOW);
        assert!(
            counters.owed("k").is_some(),
            "an answer from before the outage settles nothing"
        );
        counters.follow("k", four_taken + RATE.step_us(), NOW);
        assert_eq!(counters.owed("k"), None);
    }

    #[test]
    fn a_counter_is_kept_until_it_is_full_again() {
        let counters = Counters::new();
        let rate = Rate {
            burst: 2,
            period_ms: 600,
        };
        counters.hit("k", &rate, NOW, false);
        counters.hit("k", &rate, NOW, false);
        std::thread::sleep(Duration::from_millis(350));
        assert!(
            !counters.hit("k", &rate, NOW, false).allowed,
            "the second hit has extended it"
        );
        std::thread::sleep(Duration::from_millis(350));
        assert!(!counters.cells.contains_key("k"));
    }
}
