//! Copies in this process: the cache of a single server, and of every test.
//!
//! Each copy carries the generation its subject had before it was read from the database; an invalidation moves
//! the subject on, and a copy of another generation is never served. Generations live in a fixed array by hash of
//! the subject, so none can be evicted; subjects that share a place only cost each other a miss.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use moka::Expiry;
use serde::de::DeserializeOwned;

use super::keys::{Entry, Pattern};

const PLACES: usize = 1_024;
/// What an entry costs beside its key and its text.
const OVERHEAD: usize = 200;

#[derive(Debug)]
pub(super) struct Memory {
    copies: moka::sync::Cache<String, Held>,
    generations: Box<[AtomicU64]>,
    hasher: RandomState,
}

#[derive(Debug, Clone)]
struct Held {
    generation: u64,
    /// By the caller's clock, which decides; moka's own clock only frees the memory.
    expires_at_ms: i64,
    ttl: Duration,
    copy: Arc<Copy>,
}

/// A copy, and what was read from it the first time: later readers of the same type only clone that.
#[derive(Debug)]
pub(super) struct Copy {
    text: Box<str>,
    value: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Copy {
    /// `None` when the text is not a `T`.
    pub(super) fn read<T: DeserializeOwned + Clone + Send + Sync + 'static>(&self) -> Option<T> {
        if let Some(value) = self.value.get().and_then(|it| it.downcast_ref::<T>()) {
            return Some(value.clone());
        }
        let value: T = serde_json::from_str(&self.text).ok()?;
        // Whoever was quicker read the same.
        let _ = self.value.set(Box::new(value.clone()));
        Some(value)
    }
}

/// What was true of the subject before the caller reads it from the database.
#[derive(Debug)]
pub(super) struct Claim {
    key: String,
    generation: u64,
    expires_at_ms: i64,
    ttl: Duration,
}

impl Memory {
    pub(super) fn new(max_bytes: u64) -> Self {
        let copies = moka::sync::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &String, held: &Held| {
                // The value takes about as much as its text.
                u32::try_from(key.len() + 2 * held.copy.text.len() + OVERHEAD).unwrap_or(u32::MAX)
            })
            .expire_after(OwnTtl)
            .build();
        let generations = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self {
            copies,
            generations,
            hasher: RandomState::new(),
        }
    }

    /// The copy if there is one, and what a fill needs.
    pub(super) fn lookup(&self, entry: &Entry<'_>, now_ms: i64) -> (Option<Arc<Copy>>, Claim) {
        let (key, ttl) = (entry.key(), entry.ttl);
        let generation = self.generation(&entry.subject.key()).load(Ordering::Acquire);
        let counts = |held: &Held| held.generation == generation && now_ms < held.expires_at_ms;
        let copy = self.copies.get(&key).filter(counts).map(|held| held.copy);
        let expires_at_ms = now_ms.saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX));
        (
            copy,
            Claim {
                key,
                generation,
                expires_at_ms,
                ttl,
            },
        )
    }

    /// A copy that an invalidation has overtaken is stored all the same: its generation makes it invisible.
    pub(super) fn fill(&self, claim: Claim, text: String) {
        let Claim {
            key,
            generation,
            expires_at_ms,
            ttl,
        } = claim;
        self.copies.insert(
            key,
            Held {
                generation,
                expires_at_ms,
                ttl,
                copy: Arc::new(Copy {
                    text: text.into(),
                    value: OnceLock::new(),
                }),
            },
        );
    }

    pub(super) fn invalidate(&self, subject: &str) {
        self.generation(subject).fetch_add(1, Ordering::AcqRel);
    }

    /// Removes the copies a pattern names, and makes sure that none of them comes back.
    pub(super) fn invalidate_pattern(&self, pattern: &Pattern<'_>) -> u64 {
        match pattern.subject() {
            Some(subject) => self.invalidate(subject),
            None => self.generations.iter().for_each(|place| {
                place.fetch_add(1, Ordering::AcqRel);
            }),
        }
        let named = self.copies.iter().filter(|(key, _)| pattern.matches(key));
        named
            .map(|(key, _)| u64::from(self.copies.remove(key.as_str()).is_some()))
            .sum()
    }

    pub(super) fn entries(&self) -> u64 {
        self.copies.run_pending_tasks();
        self.copies.entry_count()
    }

    fn generation(&self, subject: &str) -> &AtomicU64 {
        let hash = usize::try_from(self.hasher.hash_one(subject) % PLACES as u64).unwrap_or(0);
        &self.generations[hash]
    }
}

#[derive(Debug)]
struct OwnTtl;

impl Expiry<String, Held> for OwnTtl {
    fn expire_after_create(&self, _: &String, held: &Held, _: Instant) -> Option<Duration> {
        Some(held.ttl)
    }

    fn expire_after_update(
        &self,
        _: &String,
        held: &Held,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(held.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Subject;
    use super::*;

    fn profile(id: &str) -> Entry<'_> {
        Entry {
            subject: Subject::User(id),
            name: "profile",
            ttl: Duration::from_mins(1),
        }
    }

    fn fill(memory: &Memory, entry: &Entry<'_>, now_ms: i64, text: &str) {
        memory.fill(memory.lookup(entry, now_ms).1, text.into());
    }

    #[test]
    fn memory_stays_within_its_weight() {
        let memory = Memory::new(100_000);
        for n in 0..2_000 {
            fill(&memory, &profile(&n.to_string()), 0, &"x".repeat(1_000));
        }
        let entries = memory.entries();
        assert!((10..=100).contains(&entries), "{entries}");
        assert!(memory.copies.weighted_size() <= 100_000);
    }

    #[test]
    fn the_real_clock_frees_what_the_callers_clock_never_reaches() {
        let memory = Memory::new(100_000);
        let short = Entry {
            ttl: Duration::from_millis(250),
            ..profile("1")
        };
        fill(&memory, &short, 0, "x");
        assert!(memory.lookup(&short, 0).0.is_some());
        std::thread::sleep(Duration::from_millis(350));
        assert!(memory.lookup(&short, 0).0.is_none());
    }

    #[test]
    fn a_late_fill_never_hides_a_newer_one_for_long() {
        let memory = Memory::new(100_000);
        let (_, stale) = memory.lookup(&profile("1"), 0);
        memory.invalidate("user:1");
        fill(&memory, &profile("1"), 0, "new");
        memory.fill(stale, "old".into());
        let (copy, missed) = memory.lookup(&profile("1"), 0);
        assert!(copy.is_none());
        memory.fill(missed, "new".into());
        assert_eq!(memory.lookup(&profile("1"), 0).0.unwrap().text.as_ref(), "new");
    }

    #[test]
    fn an_invalidation_under_load_is_never_followed_by_an_older_copy() {
        let memory = Memory::new(1_000_000);
        let truth = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..30_000 {
                        let at_least = truth.load(Ordering::SeqCst);
                        match memory.lookup(&profile("1"), 0) {
                            // The writer commits first and invalidates after: one step behind is allowed.
                            (Some(copy), _) => assert!(copy.text.parse::<u64>().unwrap() + 1 >= at_least),
                            (None, claim) => {
                                let read = truth.load(Ordering::SeqCst).to_string();
                                std::thread::yield_now();
                                memory.fill(claim, read);
                            }
                        }
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..30_000 {
                    truth.fetch_add(1, Ordering::SeqCst);
                    memory.invalidate("user:1");
                    if let (Some(copy), _) = memory.lookup(&profile("1"), 0) {
                        assert_eq!(copy.text.parse::<u64>().unwrap(), truth.load(Ordering::SeqCst));
                    }
                }
            });
        });
    }
}
