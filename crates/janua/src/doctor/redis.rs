//! Redis, where it is used.

use chrono::{DateTime, Utc};

use super::{Diagnosis, Finding};
use crate::app::{self, App};
use crate::config::Config;
use crate::io::cache::{BreakerState, Cache, CacheError, RedisInfo};

/// In percent of its limit, from where on Redis has little memory left.
const NEARLY_FULL: u64 = 90;

/// Asks Redis over a connection of its own.
pub(super) async fn examine(config: &Config, now: DateTime<Utc>) -> Vec<Finding> {
    if config.redis.url.is_none() {
        return Vec::new();
    }
    let cache = match app::cache(config) {
        Ok(cache) => cache,
        Err(why) => return vec![Finding::new(Diagnosis::RedisSetting, why)],
    };
    ask(&cache, now).await
}

/// The same over the connections of a server, and how its breaker stands.
pub(super) async fn examine_running(app: &App) -> Vec<Finding> {
    if app.config.redis.url.is_none() {
        return Vec::new();
    }
    let mut found = ask(&app.cache, app.clock.now()).await;
    let breaker = app.cache.stats().breaker;
    // Behind an open breaker Redis is not asked: that is the finding then.
    if let Some(breaker) = breaker.filter(|it| it.state != BreakerState::Closed) {
        let why = breaker.last_error.unwrap_or_default();
        found.push(Finding::new(
            Diagnosis::BreakerOpen,
            format!("it is {}: {why}", breaker.state),
        ));
    }
    found
}

async fn ask(cache: &Cache, now: DateTime<Utc>) -> Vec<Finding> {
    match cache.info(now.timestamp_millis()).await {
        Ok(info) => info.map(|it| of_figures(&it)).unwrap_or_default(),
        Err(error) => vec![refused(&error)],
    }
}

fn refused(error: &CacheError) -> Finding {
    let text = error.to_string();
    let is_login = [
        "NOAUTH",
        "WRONGPASS",
        "NOPERM",
        "AuthenticationFailed",
        "invalid password",
    ];
    let diagnosis =
        if is_login.iter().any(|it| text.contains(it)) || text.to_lowercase().contains("authentication") {
            Diagnosis::RedisLogin
        } else {
            Diagnosis::RedisAway
        };
    Finding::new(diagnosis, text)
}

fn of_figures(info: &RedisInfo) -> Vec<Finding> {
    let mut found = Vec::new();
    let (used, most) = (info.used_memory, info.max_memory);
    if most > 0 && used * 100 >= most * NEARLY_FULL {
        let cause = format!("it uses {used} of {most} bytes");
        found.push(Finding::new(Diagnosis::RedisFull, cause));
    }
    if info.evicted_keys > 0 {
        let cause = format!("it has dropped {} keys for lack of memory", info.evicted_keys);
        found.push(Finding::new(Diagnosis::RedisEvicts, cause));
    }
    found
}
