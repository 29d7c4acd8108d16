//! What the signature counter of an authenticator tells (WebAuthn level 3, §6.1.1).
//!
//! A counter that does not grow means that two copies of a key are in use. Many authenticators do not count at all and
//! say 0 for ever; keys that are synced are copied on purpose, so their counters prove nothing.

use super::Keeping;

/// How a counter moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// As it should.
    Fine,
    /// It stood still or went back: there may be a copy.
    Backwards,
}

/// Judges the counter that was shown by the one that was seen last.
pub(super) fn judge(seen: i64, shown: u32, keeping: Keeping) -> Moved {
    let shown = i64::from(shown);
    match keeping {
        Keeping::Synced => Moved::Fine,
        Keeping::OneDevice if shown > seen || shown == 0 && seen == 0 => Moved::Fine,
        Keeping::OneDevice => Moved::Backwards,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_key_that_counts_can_count_backwards() {
        let device = |seen, shown| judge(seen, shown, Keeping::OneDevice);
        for (seen, shown) in [(0, 0), (0, 1), (1, 2), (7, u32::MAX)] {
            assert_eq!(device(seen, shown), Moved::Fine, "{seen} {shown}");
        }
        for (seen, shown) in [(1, 0), (1, 1), (7, 6), (i64::from(u32::MAX), 0)] {
            assert_eq!(device(seen, shown), Moved::Backwards, "{seen} {shown}");
        }
        assert_eq!(judge(7, 0, Keeping::Synced), Moved::Fine);
    }
}
