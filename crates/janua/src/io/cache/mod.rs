//! The cache: copies of what the database says, and rate counters. It may vanish at any time.
//!
//! What always holds: nothing here is the only record of anything, so with Redis away the server is slower and never
//! wrong. Copies become misses, counters go on in memory, and a question waits for at most its budget, or not at all
//! once the breaker is open. A copy that was read from the database before an invalidation is never served after it
//! by the server that invalidated, whatever Redis does, and by no other server that shares a reachable Redis.
//!
//! Callers invalidate *after* their transaction has committed. A server that dies in between, or that cannot reach
//! Redis while others can, leaves those others with copies until their TTL ends: the TTL of an entry is how long
//! that may be. The memory cache belongs to one process; several servers need Redis.

mod breaker;
mod counters;
mod gate;
mod gcra;
mod keys;
mod link;
mod memory;
mod pending;
mod redis;
mod redis_copies;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::breaker::{BreakerState, BreakerStats};
use self::counters::Counters;
use self::gcra::Take;
pub use self::gcra::{Decision, Rate};
pub use self::keys::{Entry, Subject};
use self::keys::{Pattern, counter_key};
pub use self::link::RedisOptions;
use self::memory::Memory;
use self::redis::Redis;
pub use self::redis::RedisInfo;

/// How much memory copies take when nothing else is said.
pub const DEFAULT_MEMORY_BYTES: u64 = 32 << 20;

/// What an operator can be told; requests never see it.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Only `*` has a meaning in a pattern.
    #[error("not a key pattern: {0:?}; write key names with `*` for any text, such as `user:*`")]
    Pattern(String),
    /// The address of Redis cannot be understood.
    #[error("not an address of Redis: {0}")]
    Address(String),
    /// Redis did not do it.
    #[error("Redis: {0}")]
    Unavailable(String),
}

/// A handle to the cache; clones are cheap and share everything.
#[derive(Debug, Clone)]
pub struct Cache {
    inner: Arc<Inner>,
    copying: bool,
}

#[derive(Debug)]
struct Inner {
    copies: Copies,
    counters: Counters,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Debug)]
enum Copies {
    Memory(Memory),
    Redis(Box<Redis>),
    Off,
}

/// What [`Cache::lookup`] finds.
#[derive(Debug)]
pub enum Lookup<T> {
    /// A copy that counts.
    Hit(T),
    /// Nothing; what the caller reads from the database from now on may be stored with this.
    Miss(Ticket),
}

/// Leave to store one copy, bound to what was true of its subject before the database was read. It may be void:
/// then storing does nothing.
#[derive(Debug)]
pub struct Ticket(Claim);

#[derive(Debug)]
enum Claim {
    Memory(memory::Claim),
    Redis(redis_copies::Claim),
    Void,
}

/// How the cache is doing, without asking Redis anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CacheStats {
    /// `memory`, `redis` or `off`.
    pub backend: &'static str,
    /// Lookups that found a copy, in this process.
    pub hits: u64,
    /// Lookups that found none.
    pub misses: u64,
    /// How many copies are held, where that is known.
    pub entries: Option<u64>,
    /// Questions to Redis that failed.
    pub errors: u64,
    /// Subjects whose invalidation Redis still has to take.
    pub pending_invalidations: usize,
    /// The breaker in front of Redis.
    pub breaker: Option<BreakerStats>,
}

impl Cache {
    /// Copies in this process, in at most so many bytes.
    pub fn memory(max_bytes: u64) -> Self {
        Self::new(Copies::Memory(Memory::new(max_bytes)))
    }

    /// Copies in Redis. Connects on first use, so a Redis that is away stops nobody from starting.
    pub fn redis(options: &RedisOptions) -> Result<Self, CacheError> {
        Ok(Self::new(Copies::Redis(Box::new(Redis::new(options)?))))
    }

    /// No copies. Rates are counted all the same, in memory.
    pub fn off() -> Self {
        Self::new(Copies::Off)
    }

    fn new(copies: Copies) -> Self {
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        let inner = Inner {
            copies,
            counters: Counters::new(),
            hits,
            misses,
        };
        Self {
            inner: Arc::new(inner),
            copying: true,
        }
    }

    /// The same, but neither reads nor stores copies: counters stay shared, and others still hear of invalidations.
    #[must_use]
    pub fn without_copies(self) -> Self {
        Self {
            copying: false,
            ..self
        }
    }

    /// The copy if there is one, else what `load` reads, which is then stored. `None` is not stored.
    pub async fn get_or_load<T, E, F, L>(
        &self,
        entry: Entry<'_>,
        now_ms: i64,
        load: L,
    ) -> Result<Option<T>, E>
    where
        T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Option<T>, E>>,
        L: FnOnce() -> F,
    {
        match self.lookup(entry, now_ms).await {
            Lookup::Hit(value) => Ok(Some(value)),
            Lookup::Miss(ticket) => {
                let loaded = Box::pin(load()).await?;
                if let Some(value) = &loaded {
                    Box::pin(self.fill(ticket, value, now_ms)).await;
                }
                Ok(loaded)
            }
        }
    }

    /// The copy if there is one. A copy that cannot be read as a `T` is none.
    pub async fn lookup<T>(&self, entry: Entry<'_>, now_ms: i64) -> Lookup<T>
    where
        T: DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let (value, claim) = self.find(entry, now_ms).await;
        if let Some(value) = value {
            self.inner.hits.fetch_add(1, Ordering::Relaxed);
            return Lookup::Hit(value);
        }
        self.inner.misses.fetch_add(1, Ordering::Relaxed);
        Lookup::Miss(Ticket(claim))
    }

    async fn find<T>(&self, entry: Entry<'_>, now_ms: i64) -> (Option<T>, Claim)
    where
        T: DeserializeOwned + Clone + Send + Sync + 'static,
    {
        match &self.inner.copies {
            _ if !self.copying => (None, Claim::Void),
            Copies::Memory(memory) => {
                let (copy, claim) = memory.lookup(&entry, now_ms);
                (copy.and_then(|it| it.read()), Claim::Memory(claim))
            }
            Copies::Redis(redis) => match Box::pin(redis.lookup(&entry, now_ms)).await {
                Some((text, claim)) => {
                    let value = text.and_then(|text| serde_json::from_str(&text).ok());
                    (value, Claim::Redis(claim))
                }
                None => (None, Claim::Void),
            },
            Copies::Off => (None, Claim::Void),
        }
    }

    /// Stores what was read from the database after the ticket was handed out.
    pub async fn fill<T: Serialize>(&self, ticket: Ticket, value: &T, now_ms: i64) {
        if !matches!(ticket.0, Claim::Void)
            && let Ok(text) = serde_json::to_string(value)
        {
            self.fill_text(ticket.0, text, now_ms).await;
        }
    }

    async fn fill_text(&self, claim: Claim, text: String, now_ms: i64) {
        match (&self.inner.copies, claim) {
            (Copies::Memory(memory), Claim::Memory(claim)) => memory.fill(claim, text),
            (Copies::Redis(redis), Claim::Redis(claim)) => redis.fill(claim, &text, now_ms).await,
            _ => {}
        }
    }

    /// Makes every copy about this subject count no more; call it after the commit. Whether other servers know:
    /// if not, this server remembers, and tells Redis as soon as it can.
    pub async fn invalidate(&self, subject: Subject<'_>, now_ms: i64) -> bool {
        match &self.inner.copies {
            Copies::Memory(memory) => memory.invalidate(&subject.key()),
            Copies::Redis(redis) => return redis.invalidate(Some(&subject.key()), now_ms).await.is_ok(),
            Copies::Off => {}
        }
        true
    }

    /// Removes the copies whose names match, such as `user:*`, and says how many there were. Other copies may
    /// become misses along with them; counters do not.
    pub async fn invalidate_pattern(&self, pattern: &str, now_ms: i64) -> Result<u64, CacheError> {
        let pattern = Pattern::parse(pattern)?;
        match &self.inner.copies {
            Copies::Memory(memory) => Ok(memory.invalidate_pattern(&pattern)),
            Copies::Redis(redis) => redis
                .invalidate_pattern(&pattern, now_ms)
                .await
                .map_err(unavailable),
            Copies::Off => Ok(0),
        }
    }

    /// Removes every copy, and says how many there were.
    pub async fn clear_all(&self, now_ms: i64) -> Result<u64, CacheError> {
        self.invalidate_pattern("*", now_ms).await
    }

    /// Counts one request against the rate `name` for `key`: in Redis, or in this process while Redis is away.
    pub async fn hit(&self, name: &str, key: &str, rate: &Rate, now_ms: i64) -> Decision {
        let counter = counter_key(name, key);
        let counters = &self.inner.counters;
        let Copies::Redis(redis) = &self.inner.copies else {
            return counters.hit(&counter, rate, now_ms, false);
        };
        let owed = counters.owed(&counter).unwrap_or(0);
        match redis.count(&counter, rate, owed, now_ms).await {
            Some(held) => {
                let (decision, tat) = gcra::decide(Some(held), now_ms, rate, Take::One);
                counters.follow(&counter, tat, now_ms);
                decision
            }
            None => counters.hit(&counter, rate, now_ms, true),
        }
    }

    /// What [`Self::hit`] would say, without counting.
    pub async fn peek(&self, name: &str, key: &str, rate: &Rate, now_ms: i64) -> Decision {
        let counter = counter_key(name, key);
        let counters = &self.inner.counters;
        if let Copies::Redis(redis) = &self.inner.copies
            && let Some(held) = redis.counted(&counter, now_ms).await
        {
            return gcra::decide(held.max(counters.owed(&counter)), now_ms, rate, Take::Nothing).0;
        }
        counters.peek(&counter, rate, now_ms)
    }

    /// Makes a counter full again. If Redis does not hear of it, the counter just fills up in its own time.
    pub async fn forget(&self, name: &str, key: &str, now_ms: i64) {
        let counter = counter_key(name, key);
        self.inner.counters.forget(&counter);
        if let Copies::Redis(redis) = &self.inner.copies {
            redis.forget(&counter, now_ms).await;
        }
    }

    /// Figures for health and administration.
    pub fn stats(&self) -> CacheStats {
        let (backend, entries, breaker, pending_invalidations) = match &self.inner.copies {
            Copies::Memory(memory) => ("memory", Some(memory.entries()), None, 0),
            Copies::Redis(redis) => ("redis", None, Some(redis.breaker()), redis.pending()),
            Copies::Off => ("off", None, None, 0),
        };
        CacheStats {
            backend,
            hits: self.inner.hits.load(Ordering::Relaxed),
            misses: self.inner.misses.load(Ordering::Relaxed),
            entries,
            errors: breaker.as_ref().map_or(0, |breaker| breaker.failures),
            pending_invalidations,
            breaker,
        }
    }

    /// How long the cache takes to answer. Asks Redis even while the breaker is open, but then at most once a
    /// second, and closes it if Redis is back. Waits for a second at most. Worth calling at start-up, so that the first
    /// request finds a connection, and every few seconds, so that no request has to be the probe.
    pub async fn ping(&self, now_ms: i64) -> Result<Duration, CacheError> {
        match &self.inner.copies {
            Copies::Redis(redis) => redis.ping(now_ms).await.map_err(unavailable),
            Copies::Memory(_) | Copies::Off => Ok(Duration::ZERO),
        }
    }

    /// Redis's own figures; `None` where there is no Redis.
    pub async fn info(&self, now_ms: i64) -> Result<Option<RedisInfo>, CacheError> {
        match &self.inner.copies {
            Copies::Redis(redis) => redis.info(now_ms).await.map(Some).map_err(unavailable),
            Copies::Memory(_) | Copies::Off => Ok(None),
        }
    }
}

fn unavailable(error: ::redis::RedisError) -> CacheError {
    CacheError::Unavailable(error.to_string())
}

#[cfg(test)]
mod outages;
#[cfg(test)]
mod tests;
