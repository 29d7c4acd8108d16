//! Copies in Redis, shared by all servers of an installation.
//!
//! A copy is stored with the epochs that were current before it was read from the database: one of its subject,
//! one of the whole cache, both random. It counts only while both are still the same. Invalidating deletes an
//! epoch, so it never comes back: a copy that was read before the invalidation and arrives after it, or outlives a
//! lost epoch, is dead. What Redis did not take is owed ([`super::pending`]), and this server serves no copy of that
//! subject before it is settled. What remains: while this server cannot reach Redis and another one can, the other
//! may serve a copy until its TTL ends; the same after Redis was restored from an older snapshot.

use std::sync::Arc;

use redis::{RedisResult, cmd, from_redis_value};
use uuid::Uuid;

use super::keys::{Entry, Pattern};
use super::pending::Attempt;
use super::redis::Redis;

/// Larger values are not worth the wait of those behind them.
const LARGEST_COPY: usize = 1 << 20;
/// Epochs live on with each fill; losing one costs misses, nothing else.
const SUBJECT_EPOCH_MS: u64 = 3_600_000;
const CACHE_EPOCH_MS: u64 = 24 * SUBJECT_EPOCH_MS;
const SCAN_BATCH: u32 = 500;

/// The epochs that were current before the caller reads from the database.
#[derive(Debug)]
pub(super) struct Claim {
    key: String,
    subject: String,
    epoch: String,
    expires_at_ms: i64,
    ttl_ms: u64,
}

impl Redis {
    /// The copy if there is one, and what a fill needs. Nothing when Redis is away or owes us an invalidation.
    pub(super) async fn lookup(&self, entry: &Entry<'_>, now_ms: i64) -> Option<(Option<Arc<str>>, Claim)> {
        let (subject, key) = (entry.subject.key(), self.key(entry.key()));
        let question = cmd("MGET").arg(&self.epochs(&subject)).arg(&key).take();
        let answer = self.request(now_ms, &question).await.ok()?;
        let (all, own, stored): (Option<String>, Option<String>, Option<Vec<u8>>) =
            from_redis_value(answer).ok()?;
        // Only after the answer: an invalidation may have failed while it was on its way.
        if self.pending.blocks(&subject) {
            return None;
        }
        let epoch = match (all, own) {
            (Some(all), Some(own)) => format!("{all}.{own}"),
            (all, own) => {
                self.begin_epochs(&subject, all.is_none(), own.is_none(), now_ms)
                    .await?
            }
        };
        let text = stored.and_then(|stored| unwrap(stored, &epoch, now_ms));
        let ttl_ms = u64::try_from(entry.ttl.as_millis())
            .unwrap_or(u64::MAX)
            .min(CACHE_EPOCH_MS);
        let expires_at_ms = now_ms.saturating_add_unsigned(ttl_ms);
        Some((
            text,
            Claim {
                key,
                subject,
                epoch,
                expires_at_ms,
                ttl_ms,
            },
        ))
    }

    /// Sets the epochs that are missing and reads both: another server may have been faster.
    async fn begin_epochs(&self, subject: &str, all: bool, own: bool, now_ms: i64) -> Option<String> {
        let keys = self.epochs(subject);
        let mut pipeline = redis::pipe();
        for (key, missing, life) in [(&keys[0], all, CACHE_EPOCH_MS), (&keys[1], own, SUBJECT_EPOCH_MS)] {
            if missing {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "seeded epochs would repeat those that are gone"
                )]
                let epoch = Uuid::new_v4().simple().to_string();
                pipeline
                    .cmd("SET")
                    .arg(key)
                    .arg(epoch)
                    .arg("NX")
                    .arg("PX")
                    .arg(life)
                    .ignore();
            }
        }
        pipeline.cmd("MGET").arg(&keys);
        let answer = self.request_all(now_ms, &pipeline).await.ok()?;
        let ((all, own),): ((String, String),) = from_redis_value(answer).ok()?;
        Some(format!("{all}.{own}"))
    }

    pub(super) async fn fill(&self, claim: Claim, text: &str, now_ms: i64) {
        let Claim {
            key,
            subject,
            epoch,
            expires_at_ms,
            ttl_ms,
        } = claim;
        if ttl_ms == 0 || text.len() > LARGEST_COPY || self.pending.blocks(&subject) {
            return;
        }
        let [all, own] = self.epochs(&subject);
        let mut pipeline = redis::pipe();
        pipeline
            .cmd("SET")
            .arg(key)
            .arg(format!("{epoch} {expires_at_ms}\n{text}"))
            .arg("PX")
            .arg(ttl_ms);
        pipeline.cmd("PEXPIRE").arg(own).arg(SUBJECT_EPOCH_MS.max(ttl_ms));
        pipeline.cmd("PEXPIRE").arg(all).arg(CACHE_EPOCH_MS);
        let _ = self.request_all(now_ms, &pipeline).await;
    }

    /// Makes the copies of a subject, or with `None` all copies, count no more. An error means: not everywhere.
    pub(super) async fn invalidate(&self, subject: Option<&str>, now_ms: i64) -> RedisResult<()> {
        let attempt = Attempt::new(&self.pending, subject);
        let question = cmd("UNLINK").arg(self.epoch(subject)).take();
        self.urgently(now_ms, &question).await?;
        attempt.done();
        Ok(())
    }

    /// The copies are dead after the first step; the rest frees their memory and counts them.
    pub(super) async fn invalidate_pattern(&self, pattern: &Pattern<'_>, now_ms: i64) -> RedisResult<u64> {
        self.invalidate(pattern.subject(), now_ms).await?;
        let glob = pattern.for_scan(&self.prefix);
        let (mut cursor, mut removed) = (String::from("0"), 0);
        loop {
            let question = cmd("SCAN")
                .arg(&cursor)
                .arg("MATCH")
                .arg(&glob)
                .arg("COUNT")
                .arg(SCAN_BATCH)
                .take();
            let (next, keys): (String, Vec<Vec<u8>>) =
                from_redis_value(self.patiently(now_ms, &question).await?)?;
            let named = |key: &Vec<u8>| {
                let name = std::str::from_utf8(key)
                    .ok()
                    .and_then(|key| key.strip_prefix(&self.prefix));
                name.is_some_and(|name| pattern.matches(name))
            };
            let keys: Vec<_> = keys.into_iter().filter(named).collect();
            if !keys.is_empty() {
                let question = cmd("UNLINK").arg(keys).take();
                removed += from_redis_value::<u64>(self.patiently(now_ms, &question).await?)?;
            }
            if next == "0" {
                return Ok(removed);
            }
            cursor = next;
        }
    }

    /// The key that makes the copies of a subject count; with `None` all copies.
    pub(super) fn epoch(&self, subject: Option<&str>) -> String {
        subject.map_or_else(
            || self.key("epoch"),
            |subject| self.key(format!("epoch:{subject}")),
        )
    }

    fn epochs(&self, subject: &str) -> [String; 2] {
        [self.epoch(None), self.epoch(Some(subject))]
    }
}

/// The copy inside a stored value, if it belongs to these epochs and has not expired.
fn unwrap(stored: Vec<u8>, epoch: &str, now_ms: i64) -> Option<Arc<str>> {
    let stored = String::from_utf8(stored).ok()?;
    let (head, text) = stored.split_once('\n')?;
    let (stored_epoch, expires_at_ms) = head.split_once(' ')?;
    (stored_epoch == epoch && now_ms < expires_at_ms.parse().ok()?).then(|| text.into())
}
