//! The circuit breaker in front of Redis: while Redis is away, nobody waits for it.
//!
//! What always holds: when the state is `open`, nothing passes; in `half-open` exactly one call (the probe) is
//! under way; a result reported by a call that was admitted before the last change of state is counted, but
//! moves nothing. Pure: the time is an argument. [`super::gate`] adds the lock and the log.

use std::fmt;

use serde::Serialize;

/// Health checks may look behind an open breaker, but not more often than this.
const EARLY_PROBE_EVERY_MS: i64 = 1_000;

/// Where a breaker stands; spelled `closed`, `open`, `half-open` everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Calls are refused without touching the network.
    Open,
    /// One call is under way to find out whether the other side is back.
    HalfOpen,
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
        })
    }
}

/// What a breaker has seen since the process started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakerStats {
    /// Where it stands now.
    pub state: BreakerState,
    /// When it last opened or closed, in Unix milliseconds; absent if it never opened. Probes do not change it.
    pub since_ms: Option<i64>,
    /// Calls that succeeded.
    pub successes: u64,
    /// Calls that failed.
    pub failures: u64,
    /// Failures since the last success.
    pub consecutive_failures: u32,
    /// How often it went from `closed` to `open`.
    pub opened_total: u64,
    /// When the next probe is let through, in Unix milliseconds; only while `open`.
    pub retry_at_ms: Option<i64>,
    /// The text of the latest failure.
    pub last_error: Option<String>,
}

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// This many failures in a row open it.
    pub(super) failures: u32,
    /// How long it stays open at first; doubles with each failed probe.
    pub(super) open_ms: i64,
    /// The longest it stays open without probing.
    pub(super) longest_open_ms: i64,
}

/// Permission for one call. The serial number tells late results from current ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admission {
    serial: u64,
}

/// The breaker without lock, log or clock.
#[derive(Debug)]
pub(super) struct Breaker {
    limits: Limits,
    pub(super) stats: BreakerStats,
    /// Grows with every change of state.
    serial: u64,
    open_for_ms: i64,
    open_until_ms: i64,
    /// The probe under way was let through before its time: its failure does not lengthen the wait.
    early: bool,
    last_early_ms: Option<i64>,
}

impl Breaker {
    pub(super) fn new(limits: Limits) -> Self {
        let stats = BreakerStats {
            state: BreakerState::Closed,
            since_ms: None,
            successes: 0,
            failures: 0,
            consecutive_failures: 0,
            opened_total: 0,
            retry_at_ms: None,
            last_error: None,
        };
        let open_for_ms = limits.open_ms;
        Self {
            limits,
            stats,
            serial: 0,
            open_for_ms,
            open_until_ms: 0,
            early: false,
            last_early_ms: None,
        }
    }

    pub(super) fn admit(&mut self, now_ms: i64) -> Option<Admission> {
        match self.stats.state {
            BreakerState::Closed => {}
            BreakerState::HalfOpen => return None,
            BreakerState::Open => {
                // A clock set back must not keep us away from Redis for longer than intended.
                self.open_until_ms = self.open_until_ms.min(now_ms.saturating_add(self.open_for_ms));
                if now_ms < self.open_until_ms {
                    return None;
                }
                self.early = false;
                self.go(BreakerState::HalfOpen, now_ms);
            }
        }
        Some(Admission { serial: self.serial })
    }

    /// As [`Self::admit`], but also lets a probe through before its time, once a second.
    pub(super) fn admit_early(&mut self, now_ms: i64) -> Option<Admission> {
        if let Some(admission) = self.admit(now_ms) {
            return Some(admission);
        }
        let rested = self
            .last_early_ms
            .is_none_or(|last| (now_ms - last).abs() >= EARLY_PROBE_EVERY_MS);
        if self.stats.state != BreakerState::Open || !rested {
            return None;
        }
        self.last_early_ms = Some(now_ms);
        self.early = true;
        self.go(BreakerState::HalfOpen, now_ms);
        Some(Admission { serial: self.serial })
    }

    /// As [`Self::admit_early`], as often as it is asked: for what must not wait for the other side to be found again.
    pub(super) fn admit_urgently(&mut self, now_ms: i64) -> Option<Admission> {
        self.last_early_ms = None;
        self.admit_early(now_ms)
    }

    pub(super) fn succeed(&mut self, admission: Admission, now_ms: i64) {
        self.stats.successes += 1;
        if admission.serial != self.serial {
            return;
        }
        self.stats.consecutive_failures = 0;
        if self.stats.state == BreakerState::HalfOpen {
            self.open_for_ms = self.limits.open_ms;
            self.go(BreakerState::Closed, now_ms);
        }
    }

    pub(super) fn fail(&mut self, admission: Admission, now_ms: i64, error: String) {
        self.stats.failures += 1;
        self.stats.last_error = Some(error);
        if admission.serial != self.serial {
            return;
        }
        self.stats.consecutive_failures = self.stats.consecutive_failures.saturating_add(1);
        match self.stats.state {
            BreakerState::Closed if self.stats.consecutive_failures < self.limits.failures => {}
            BreakerState::Closed => {
                self.stats.opened_total += 1;
                self.open(now_ms);
            }
            BreakerState::HalfOpen if self.early => self.go(BreakerState::Open, now_ms),
            BreakerState::HalfOpen => {
                self.open_for_ms = self
                    .open_for_ms
                    .saturating_mul(2)
                    .min(self.limits.longest_open_ms);
                self.open(now_ms);
            }
            // Cannot be: no admission carries the serial number of an open breaker.
            BreakerState::Open => {}
        }
    }

    /// A call that ended without a result. An abandoned probe is as if it had never been let through.
    pub(super) fn abandon(&mut self, admission: Admission, now_ms: i64) {
        if admission.serial == self.serial && self.stats.state == BreakerState::HalfOpen {
            self.go(BreakerState::Open, now_ms);
        }
    }

    fn open(&mut self, now_ms: i64) {
        self.open_until_ms = now_ms.saturating_add(self.open_for_ms);
        self.go(BreakerState::Open, now_ms);
    }

    fn go(&mut self, state: BreakerState, now_ms: i64) {
        self.serial += 1;
        if BreakerState::Closed == state || BreakerState::Closed == self.stats.state {
            self.stats.since_ms = Some(now_ms);
        }
        self.stats.state = state;
        self.stats.retry_at_ms = (state == BreakerState::Open).then_some(self.open_until_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        failures: 5,
        open_ms: 5_000,
        longest_open_ms: 60_000,
    };

    fn closed() -> Breaker {
        Breaker::new(LIMITS)
    }

    fn fail(breaker: &mut Breaker, now_ms: i64) {
        let admission = breaker.admit(now_ms).expect("admitted");
        breaker.fail(admission, now_ms, "refused".into());
    }

    fn opened(now_ms: i64) -> Breaker {
        let mut breaker = closed();
        (0..5).for_each(|_| fail(&mut breaker, now_ms));
        assert_eq!(breaker.stats.state, BreakerState::Open);
        breaker
    }

    #[test]
    fn states_are_spelled_as_the_guide_spells_them() {
        for (state, name) in [
            (BreakerState::Closed, "closed"),
            (BreakerState::Open, "open"),
            (BreakerState::HalfOpen, "half-open"),
        ] {
            assert_eq!(state.to_string(), name);
            assert_eq!(serde_json::to_value(state).unwrap(), name);
        }
    }

    #[test]
    fn opens_after_five_failures_in_a_row_and_not_before() {
        let mut m = closed();
        (0..4).for_each(|_| fail(&mut m, 0));
        let admission = m.admit(0).unwrap();
        m.succeed(admission, 0);
        assert_eq!(m.stats.consecutive_failures, 0);
        (0..4).for_each(|_| fail(&mut m, 0));
        assert_eq!((m.stats.state, m.stats.since_ms), (BreakerState::Closed, None));
        fail(&mut m, 7);
        assert_eq!((m.stats.state, m.stats.since_ms), (BreakerState::Open, Some(7)));
        assert_eq!(
            (m.stats.failures, m.stats.successes, m.stats.opened_total),
            (9, 1, 1)
        );
        assert_eq!(m.stats.retry_at_ms, Some(5_007));
        assert_eq!(m.stats.last_error.as_deref(), Some("refused"));
    }

    #[test]
    fn nothing_passes_while_open_and_exactly_one_call_after() {
        let mut m = opened(0);
        assert!((0..5_000).all(|now| m.admit(now).is_none()));
        assert!(m.admit(5_000).is_some());
        assert_eq!(
            (m.stats.state, m.stats.retry_at_ms),
            (BreakerState::HalfOpen, None)
        );
        assert!((5_000..90_000).all(|now| m.admit(now).is_none()));
    }

    #[test]
    fn a_successful_probe_closes_and_forgets_the_long_wait() {
        let mut m = opened(0);
        fail(&mut m, 5_000);
        let probe = m.admit(15_000).unwrap();
        m.succeed(probe, 15_001);
        assert_eq!(
            (m.stats.state, m.stats.consecutive_failures),
            (BreakerState::Closed, 0)
        );
        (0..5).for_each(|_| fail(&mut m, 20_000));
        assert_eq!((m.stats.retry_at_ms, m.stats.opened_total), (Some(25_000), 2));
    }

    #[test]
    fn each_failed_probe_doubles_the_wait_up_to_a_minute() {
        let mut m = opened(0);
        let mut now = 0;
        for wait in [5_000, 10_000, 20_000, 40_000, 60_000, 60_000] {
            assert!(m.admit(now + wait - 1).is_none());
            now += wait;
            fail(&mut m, now);
        }
        assert_eq!(m.stats.opened_total, 1, "a failed probe is not another outage");
    }

    #[test]
    fn an_abandoned_probe_leaves_room_for_the_next_at_once() {
        let mut m = opened(0);
        let probe = m.admit(5_000).unwrap();
        m.abandon(probe, 5_100);
        assert_eq!(m.stats.state, BreakerState::Open);
        let next = m.admit(5_100).unwrap();
        m.abandon(probe, 5_100);
        m.succeed(next, 5_200);
        assert_eq!(m.stats.state, BreakerState::Closed);
    }

    #[test]
    fn late_results_are_counted_but_move_nothing() {
        let mut m = closed();
        let early: Vec<_> = (0..20).map(|_| m.admit(0).unwrap()).collect();
        for admission in &early[..10] {
            m.fail(*admission, 0, "timeout".into());
        }
        assert_eq!(
            (m.stats.state, m.stats.retry_at_ms),
            (BreakerState::Open, Some(5_000))
        );
        m.succeed(early[10], 1);
        assert_eq!(m.stats.state, BreakerState::Open);
        let probe = m.admit(5_000).unwrap();
        m.succeed(early[11], 5_001);
        m.fail(early[12], 5_002, "timeout".into());
        m.abandon(early[13], 5_003);
        assert_eq!(m.stats.state, BreakerState::HalfOpen);
        m.succeed(probe, 5_004);
        m.fail(early[14], 5_005, "timeout".into());
        assert_eq!(
            (m.stats.state, m.stats.consecutive_failures),
            (BreakerState::Closed, 0)
        );
        assert_eq!((m.stats.failures, m.stats.successes), (12, 3));
    }

    #[test]
    fn health_checks_look_behind_an_open_breaker_once_a_second() {
        let mut m = opened(0);
        let probe = m.admit_early(100).unwrap();
        assert!(m.admit_early(100).is_none(), "one probe at a time");
        m.fail(probe, 150, "refused".into());
        assert_eq!(
            m.stats.retry_at_ms,
            Some(5_000),
            "an early probe does not move the regular one"
        );
        assert_eq!(m.stats.since_ms, Some(0));
        assert!(m.admit_early(1_099).is_none());
        let probe = m.admit_early(1_100).unwrap();
        m.succeed(probe, 1_150);
        assert_eq!(m.stats.state, BreakerState::Closed);
    }

    #[test]
    fn what_is_urgent_passes_whenever_nothing_else_does() {
        let mut m = opened(0);
        for _ in 0..3 {
            let probe = m.admit_urgently(100).unwrap();
            assert!(m.admit_urgently(100).is_none(), "one probe at a time");
            m.fail(probe, 100, "refused".into());
        }
        assert_eq!(m.stats.retry_at_ms, Some(5_000));
        let probe = m.admit_urgently(100).unwrap();
        m.succeed(probe, 100);
        assert_eq!(m.stats.state, BreakerState::Closed);
    }

    #[test]
    fn an_early_probe_that_fails_does_not_lengthen_the_wait() {
        let mut m = opened(0);
        for second in 0..4 {
            let probe = m.admit_early(second * 1_000).unwrap();
            m.fail(probe, second * 1_000, "refused".into());
        }
        fail(&mut m, 5_000);
        assert_eq!(m.stats.retry_at_ms, Some(15_000));
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_the_wait() {
        let mut m = opened(1_000_000);
        assert!(m.admit(0).is_none());
        assert!(m.admit(5_000).is_some());
    }

    #[test]
    fn no_order_of_events_breaks_the_rules() {
        let mut m = closed();
        let mut pending: Vec<Admission> = Vec::new();
        let (mut seed, mut now) = (1_u64, 0_i64);
        for _ in 0..200_000 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let dice = seed >> 33;
            now += i64::try_from(dice % 700).unwrap();
            let before = m.stats.state;
            match dice % 5 {
                0 | 1 => {
                    let admitted = if dice % 2 == 0 {
                        m.admit(now)
                    } else {
                        m.admit_early(now)
                    };
                    assert!(admitted.is_none() || before != BreakerState::HalfOpen);
                    pending.extend(admitted);
                }
                kind if !pending.is_empty() => {
                    let admission = pending.swap_remove(usize::try_from(dice).unwrap() % pending.len());
                    match kind {
                        2 => m.succeed(admission, now),
                        3 => m.fail(admission, now, String::new()),
                        _ => m.abandon(admission, now),
                    }
                }
                _ => {}
            }
            let probes = pending.iter().filter(|a| a.serial == m.serial).count();
            match m.stats.state {
                BreakerState::HalfOpen => assert_eq!(probes, 1),
                BreakerState::Open => assert_eq!(probes, 0),
                BreakerState::Closed => assert!(m.stats.consecutive_failures < 5),
            }
            assert!(m.open_for_ms <= 60_000);
        }
        assert!(m.stats.opened_total > 10);
    }
}
