//! The way to Redis: one question at a time, each with a deadline, none while the breaker is open.
//!
//! Invalidations that Redis has not taken are settled before anything else is asked, so no answer can be older than
//! what this server knows. Counters are here; copies are in [`super::redis_copies`]. Every key has a TTL, and no
//! error leaves these two files except to an operator who asked.

use std::fmt::Display;
use std::time::Duration;

use redis::{
    Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value, cmd, from_redis_value,
};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::CacheError;
use super::breaker::{BreakerStats, Limits};
use super::gate::{Gate, Pass};
use super::gcra::{self, Rate};
use super::link::{Ask, Link, RedisOptions};
use super::pending::{Flush, Pending};

const BREAKER: Limits = Limits {
    failures: 5,
    open_ms: 5_000,
    longest_open_ms: 60_000,
};
/// How long a health check waits for its answer.
const PING_PATIENCE: Duration = Duration::from_secs(1);
/// How soon to look again whether a probe has ended.
const PROBE_PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(super) struct Redis {
    link: Link,
    gate: Gate,
    pub(super) pending: Pending,
    pub(super) prefix: String,
    budget: Duration,
    patience: Duration,
    script: redis::Script,
}

/// A few figures about a Redis server, as it tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedisInfo {
    /// Its version.
    pub version: String,
    /// The memory it uses, such as `1.05M`.
    pub used_memory_human: String,
    /// The same in bytes.
    pub used_memory: u64,
    /// The most that it may use, in bytes; 0 is without limit.
    pub max_memory: u64,
    /// Connections it serves.
    pub connected_clients: u64,
    /// Keys it has dropped for lack of memory.
    pub evicted_keys: u64,
}

impl Redis {
    pub(super) fn new(options: &RedisOptions) -> Result<Self, CacheError> {
        Ok(Self {
            link: Link::new(options).map_err(|error| CacheError::Address(error.to_string()))?,
            gate: Gate::new(BREAKER),
            pending: Pending::default(),
            prefix: options.key_prefix.clone(),
            budget: options.request_budget,
            patience: options.socket_timeout,
            script: redis::Script::new(gcra::SCRIPT),
        })
    }

    /// Counts one request and says what the counter held before it; nothing when Redis is away.
    pub(super) async fn count(&self, counter: &str, rate: &Rate, owed_us: i64, now_ms: i64) -> Option<i64> {
        let run = |command: &str, script: &str| {
            let mut question = cmd(command);
            question
                .arg(script)
                .arg(1)
                .arg(self.key(counter))
                .arg(now_ms.saturating_mul(1_000));
            question
                .arg(rate.step_us())
                .arg(rate.window_us())
                .arg(owed_us)
                .take()
        };
        let mut answer = self
            .request(now_ms, &run("EVALSHA", self.script.get_hash()))
            .await;
        if answer.as_ref().is_err_and(lacks_script) {
            answer = self.request(now_ms, &run("EVAL", gcra::SCRIPT)).await;
        }
        from_redis_value(answer.ok()?).ok()
    }

    /// What a counter holds; the outer nothing when Redis is away.
    pub(super) async fn counted(&self, counter: &str, now_ms: i64) -> Option<Option<i64>> {
        let answer = self
            .request(now_ms, &cmd("GET").arg(self.key(counter)).take())
            .await;
        from_redis_value(answer.ok()?).ok()
    }

    pub(super) async fn forget(&self, counter: &str, now_ms: i64) {
        let _ = self
            .request(now_ms, &cmd("UNLINK").arg(self.key(counter)).take())
            .await;
    }

    /// How long Redis takes to answer. Looks behind an open breaker once a second, and may thereby close it.
    pub(super) async fn ping(&self, now_ms: i64) -> RedisResult<Duration> {
        let pass = self.gate.admit_early(now_ms).ok_or_else(|| self.open())?;
        let started = Instant::now();
        self.ask(pass, PING_PATIENCE.min(self.patience), Ask::One(&cmd("PING")))
            .await?;
        Ok(started.elapsed())
    }

    pub(super) async fn info(&self, now_ms: i64) -> RedisResult<RedisInfo> {
        let pass = self.gate.admit(now_ms).ok_or_else(|| self.open())?;
        let text = self
            .ask(pass, PING_PATIENCE.min(self.patience), Ask::One(&cmd("INFO")))
            .await?;
        let text: String = from_redis_value(text)?;
        let figure = |name: &str| {
            let mut pairs = text.lines().filter_map(|line| line.trim_end().split_once(':'));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default()
        };
        Ok(RedisInfo {
            version: figure("redis_version"),
            used_memory_human: figure("used_memory_human"),
            used_memory: figure("used_memory").parse().unwrap_or(0),
            max_memory: figure("maxmemory").parse().unwrap_or(0),
            connected_clients: figure("connected_clients").parse().unwrap_or(0),
            evicted_keys: figure("evicted_keys").parse().unwrap_or(0),
        })
    }

    pub(super) fn breaker(&self) -> BreakerStats {
        self.gate.stats()
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// One question on behalf of a request that must not wait.
    pub(super) async fn request(&self, now_ms: i64, question: &Cmd) -> RedisResult<Value> {
        let pass = self.gate.admit(now_ms).ok_or_else(|| self.open())?;
        self.ask(pass, self.budget, Ask::One(question)).await
    }

    /// One order that must not wait until Redis is found again: other servers may reach it, and serve what this one
    /// knows to be over. So it knocks at an open breaker, after the probe that is under way.
    pub(super) async fn urgently(&self, now_ms: i64, order: &Cmd) -> RedisResult<Value> {
        let deadline = Instant::now() + self.budget;
        loop {
            if let Some(pass) = self.gate.admit_urgently(now_ms) {
                return self.ask(pass, self.budget, Ask::One(order)).await;
            }
            if Instant::now() >= deadline {
                return Err(self.open());
            }
            tokio::time::sleep(PROBE_PAUSE).await;
        }
    }

    /// Several questions in one go, on behalf of a request that must not wait.
    pub(super) async fn request_all(&self, now_ms: i64, questions: &Pipeline) -> RedisResult<Value> {
        let pass = self.gate.admit(now_ms).ok_or_else(|| self.open())?;
        self.ask(pass, self.budget, Ask::Many(questions)).await
    }

    /// One question on behalf of an operator who can wait.
    pub(super) async fn patiently(&self, now_ms: i64, question: &Cmd) -> RedisResult<Value> {
        let pass = self.gate.admit(now_ms).ok_or_else(|| self.open())?;
        self.ask(pass, self.patience, Ask::One(question)).await
    }

    /// The only way to Redis: within a deadline, after what is owed, and with the breaker told how it went.
    async fn ask(&self, pass: Pass<'_>, patience: Duration, question: Ask<'_>) -> RedisResult<Value> {
        let deadline = Instant::now() + patience;
        // At most half the time for the queue, so that a late answer is Redis's fault and not ours.
        let Some(_permit) = self.link.permit(patience / 2).await else {
            return Err(away("too many commands under way"));
        };
        let mut era = None;
        let answer = timeout_at(deadline, async {
            let mut live = self.link.connection().await?;
            era = Some(live.era);
            if let Some(flush) = self.pending.flush() {
                Ask::One(&self.deletion(&flush))
                    .put_to(&mut live.connection)
                    .await?;
                self.pending.flushed(&flush);
            }
            question.put_to(&mut live.connection).await
        });
        let answer = answer
            .await
            .unwrap_or_else(|_| Err(away(format!("no answer within {patience:?}"))));
        match &answer {
            Err(error) if !lacks_script(error) => {
                let opened = pass.fail(error.to_string());
                if let Some(era) = era
                    && (opened || error.is_unrecoverable_error())
                {
                    self.link.discard(era);
                }
            }
            _ => pass.succeed(),
        }
        answer
    }

    fn deletion(&self, flush: &Flush) -> Cmd {
        let keys = match &flush.subjects {
            Some(subjects) => subjects.iter().map(|subject| self.epoch(Some(subject))).collect(),
            None => vec![self.epoch(None)],
        };
        cmd("UNLINK").arg(keys).take()
    }

    pub(super) fn key(&self, name: impl Display) -> String {
        format!("{}{name}", self.prefix)
    }

    fn open(&self) -> RedisError {
        let last = self.gate.stats().last_error.unwrap_or_default();
        away(format!("not asked after repeated failures; the last: {last}"))
    }
}

fn away(text: impl Into<String>) -> RedisError {
    std::io::Error::other(text.into()).into()
}

/// Redis forgets scripts when it restarts; it answered all the same.
fn lacks_script(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
