//! Where random bytes come from: the operating system through aws-lc-rs, or a seeded stream that a test can repeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::{digest, rand};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A source of random bytes.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's generator.
    System,
    /// SHA-256 of a seed and a counter: only for tests.
    Seeded(u64, Arc<AtomicU64>),
}

impl Random {
    /// A stream that gives the same bytes each time.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(seed, Arc::new(AtomicU64::new(0)))
    }

    /// Random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match self {
            Self::System => rand::fill(&mut out).expect("the operating system gives random bytes"),
            Self::Seeded(seed, counter) => {
                for chunk in out.chunks_mut(32) {
                    let mut input = seed.to_be_bytes().to_vec();
                    input.extend(counter.fetch_add(1, Ordering::SeqCst).to_be_bytes());
                    let block = digest::digest(&digest::SHA256, &input);
                    chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
                }
            }
        }
        out
    }

    /// A UUIDv7 (RFC 9562 §5.7): sorts by the given time.
    pub fn id(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_ids_sort_by_time() {
        assert_eq!(Random::seeded(7).bytes::<40>(), Random::seeded(7).bytes::<40>());
        assert_ne!(Random::seeded(7).bytes::<40>(), Random::seeded(8).bytes::<40>());
        let random = Random::System;
        let early = random.id(DateTime::from_timestamp_millis(1_000).unwrap());
        let late = random.id(DateTime::from_timestamp_millis(1_001).unwrap());
        assert!(early.to_string() < late.to_string());
    }
}
