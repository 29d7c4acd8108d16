//! Rate counting by GCRA: one timestamp per counter says everything, so a counter is one atomic update anywhere.
//!
//! A counter holds its "theoretical arrival time" (TAT): the moment at which it is full again. Each hit moves it
//! one step into the future, and a hit is refused if that would put it more than one window ahead. [`decide`] and
//! [`SCRIPT`] are the same integer arithmetic in Rust and in Lua; all numbers stay below 2^53, where Lua counts
//! exactly. Microseconds, because a window of 1000 ms for 3 requests has no whole step in milliseconds.

/// How many requests may come in which time: `burst` at once, then one each `period_ms / burst`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per period, and how many may come at once. Zero refuses everything.
    pub burst: u32,
    /// The time in which `burst` requests grow back.
    pub period_ms: u64,
}

/// What a counter says about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether the request may go on.
    pub allowed: bool,
    /// Requests per period.
    pub limit: u32,
    /// How many more requests would be allowed right now.
    pub remaining: u32,
    /// When the counter is full again, from now.
    pub reset_after_ms: u64,
    /// When to try again, from now; zero if a request may come at once.
    pub retry_after_ms: u64,
}

/// Whether a question takes something from the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Counts one request, if it is allowed.
    One,
    /// Only looks.
    Nothing,
}

/// The longest period: keeps every number exact in Lua and every Redis expiry valid.
const LONGEST_PERIOD_MS: u64 = 366 * 24 * 3_600 * 1_000;

impl Rate {
    /// One request's share of the window, in microseconds.
    pub(super) fn step_us(&self) -> i64 {
        let period_us =
            i64::try_from(self.period_ms.min(LONGEST_PERIOD_MS)).unwrap_or(i64::MAX / 1_000) * 1_000;
        (period_us / i64::from(self.burst.max(1))).max(1)
    }

    /// How far ahead a counter may be. A whole number of steps, so that exactly `burst` requests fit.
    pub(super) fn window_us(&self) -> i64 {
        self.step_us() * i64::from(self.burst.max(1))
    }
}

/// The verdict on one request now, and what the counter holds afterwards.
///
/// `tat_us` is what the counter held; a value further ahead than one window (the clock was set back, the rate was
/// tightened) is cut to one window, so nobody is locked out for longer than a period.
pub(super) fn decide(tat_us: Option<i64>, now_ms: i64, rate: &Rate, take: Take) -> (Decision, i64) {
    let (step, window) = (rate.step_us(), rate.window_us());
    let now = now_ms.saturating_mul(1_000);
    let held = tat_us.unwrap_or(now).clamp(now, now.saturating_add(window));
    let room = window - (held - now);
    let allowed = rate.burst > 0 && room >= step;
    let tat = if allowed && take == Take::One {
        held + step
    } else {
        held
    };
    let left = if rate.burst == 0 {
        0
    } else {
        (window - (tat - now)) / step
    };
    let decision = Decision {
        allowed,
        limit: rate.burst,
        remaining: u32::try_from(left).unwrap_or(u32::MAX),
        reset_after_ms: millis_up(tat - now),
        retry_after_ms: match (allowed, rate.burst) {
            (true, _) => 0,
            (false, 0) => rate.period_ms.max(1),
            (false, _) => millis_up(step - room),
        },
    };
    (decision, tat)
}

/// Rounded up: a client that waits this long is never early.
pub(super) fn millis_up(us: i64) -> u64 {
    u64::try_from(us).unwrap_or(0).div_ceil(1_000)
}

/// The same step inside Redis, atomically. Returns what the counter held, for [`decide`] to judge.
///
/// `KEYS[1]` the counter; `ARGV`: now, step, window, and what was counted elsewhere while Redis was away (0 if
/// nothing was), all in microseconds. `%.0f` because `tostring` would round to 14 digits.
pub(super) const SCRIPT: &str = r"
local now, step, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local stored = tonumber(redis.call('GET', KEYS[1]) or '') or 0
local held = math.min(math.max(stored, tonumber(ARGV[4]), now), now + window)
local tat = held
if held + step <= now + window then tat = held + step end
if tat ~= stored then
  redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', string.format('%.0f', math.ceil((tat - now) / 1000) + 1))
end
return string.format('%.0f', held)
";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    fn hit(tat: &mut Option<i64>, now_ms: i64, rate: &Rate) -> Decision {
        let (decision, held) = decide(*tat, now_ms, rate, Take::One);
        *tat = Some(held);
        decision
    }

    #[test]
    fn a_burst_passes_then_one_each_step() {
        let rate = Rate {
            burst: 5,
            period_ms: 60_000,
        };
        let mut tat = None;
        for left in (0..5).rev() {
            let decision = hit(&mut tat, NOW, &rate);
            assert_eq!(
                (decision.allowed, decision.limit, decision.remaining),
                (true, 5, left)
            );
            assert_eq!(decision.retry_after_ms, 0);
        }
        let refused = hit(&mut tat, NOW, &rate);
        assert_eq!(
            refused,
            Decision {
                allowed: false,
                limit: 5,
                remaining: 0,
                reset_after_ms: 60_000,
                retry_after_ms: 12_000
            }
        );
        assert!(!hit(&mut tat, NOW + 11_999, &rate).allowed);
        assert!(hit(&mut tat, NOW + 12_000, &rate).allowed);
        assert!(!hit(&mut tat, NOW + 12_000, &rate).allowed);
    }

    #[test]
    fn a_refused_request_costs_nothing() {
        let rate = Rate {
            burst: 1,
            period_ms: 1_000,
        };
        let mut tat = None;
        assert!(hit(&mut tat, NOW, &rate).allowed);
        for ms in 1..1_000 {
            let refused = hit(&mut tat, NOW + ms, &rate);
            assert_eq!(
                (refused.allowed, refused.retry_after_ms),
                (false, u64::try_from(1_000 - ms).unwrap())
            );
        }
        assert!(hit(&mut tat, NOW + 1_000, &rate).allowed);
    }

    #[test]
    fn looking_takes_nothing() {
        let rate = Rate {
            burst: 2,
            period_ms: 1_000,
        };
        let mut tat = None;
        hit(&mut tat, NOW, &rate);
        let (first, after) = decide(tat, NOW, &rate, Take::Nothing);
        assert_eq!((first.allowed, first.remaining, Some(after)), (true, 1, tat));
        hit(&mut tat, NOW, &rate);
        let (full, after) = decide(tat, NOW, &rate, Take::Nothing);
        assert_eq!(
            (full.allowed, full.remaining, full.retry_after_ms, Some(after)),
            (false, 0, 500, tat)
        );
    }

    #[test]
    fn exactly_the_burst_fits_whatever_the_rounding() {
        for burst in [1, 2, 3, 7, 9, 60, 97, 100, 999, 1_000] {
            for period_ms in [1_000, 1_001, 60_000, 86_400_000] {
                let rate = Rate { burst, period_ms };
                let mut tat = None;
                let allowed = (0..burst + 5)
                    .filter(|_| hit(&mut tat, NOW, &rate).allowed)
                    .count();
                assert_eq!(allowed, burst as usize, "{rate:?}");
                let refused = hit(&mut tat, NOW, &rate);
                let again = NOW + i64::try_from(refused.retry_after_ms).unwrap();
                assert!(hit(&mut tat, again, &rate).allowed, "{rate:?}");
            }
        }
    }

    #[test]
    fn a_patient_caller_never_exceeds_the_rate() {
        let rate = Rate {
            burst: 10,
            period_ms: 10_000,
        };
        let mut tat = None;
        let allowed = (0..100_000)
            .filter(|ms| hit(&mut tat, NOW + ms, &rate).allowed)
            .count();
        assert_eq!(allowed, 10 + 99, "the burst, then one a second");
    }

    #[test]
    fn nobody_is_locked_out_for_longer_than_a_period() {
        let rate = Rate {
            burst: 5,
            period_ms: 60_000,
        };
        let far_ahead = (NOW + 30 * 24 * 3_600_000) * 1_000;
        let (refused, tat) = decide(Some(far_ahead), NOW, &rate, Take::One);
        assert_eq!(
            (refused.allowed, refused.reset_after_ms, refused.retry_after_ms),
            (false, 60_000, 12_000)
        );
        assert!(decide(Some(tat), NOW + 12_000, &rate, Take::One).0.allowed);
    }

    #[test]
    fn odd_rates_stay_sane() {
        let nothing = decide(
            None,
            NOW,
            &Rate {
                burst: 0,
                period_ms: 1_000,
            },
            Take::One,
        )
        .0;
        assert_eq!(
            (nothing.allowed, nothing.remaining, nothing.retry_after_ms),
            (false, 0, 1_000)
        );
        for rate in [
            Rate {
                burst: 1,
                period_ms: 0,
            },
            Rate {
                burst: u32::MAX,
                period_ms: 1,
            },
            Rate {
                burst: 1,
                period_ms: u64::MAX,
            },
            Rate {
                burst: u32::MAX,
                period_ms: u64::MAX,
            },
        ] {
            let (decision, tat) = decide(None, NOW, &rate, Take::One);
            assert!(decision.allowed, "{rate:?}");
            assert!(tat < 1 << 53, "{rate:?} stays exact in Lua");
        }
    }
}
