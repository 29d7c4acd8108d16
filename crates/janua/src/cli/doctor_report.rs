//! `janua doctor report`: what a person who helps needs to know, in one file, without secrets.

use std::path::Path;

use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::app;
use crate::config::{Config, Env};
use crate::crypto::secret::SecretString;
use crate::doctor;
use crate::io::clock::Clock;
use crate::io::db::migrate::Place;
use crate::io::db::{Db, DbError, inspect, migrate};
use crate::logging::redaction;

/// So many of the last lines of the log are taken.
const LINES: usize = 100;

pub(super) async fn run(out: &Path, log: Option<&Path>, output: Output) -> Result<(), Failure> {
    let (env, now) = (Env::of_process(), Clock::System.now());
    let secrets = Config::secrets(&env);
    let lines = match log {
        Some(path) => last_lines(path)?,
        None => Vec::new(),
    };
    let config = Config::read(&env).ok();
    let report = json!({
        "janua": env!("CARGO_PKG_VERSION"),
        "made_at": now,
        "system": system(),
        "configuration": Config::effective(&env),
        "findings": Box::pin(doctor::examine(&env, &Clock::System)).await,
        "database": match &config {
            Some(config) => database(config).await.unwrap_or_else(|error| json!({"error": error.to_string()})),
            None => Value::Null,
        },
        "redis": match &config {
            Some(config) => redis(config, now.timestamp_millis()).await,
            None => Value::Null,
        },
        "log": lines.iter().map(|it| redaction::line(it)).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&report)?;
    // Whatever else told them: a log of another program, an error text of a driver.
    for secret in secrets
        .iter()
        .map(SecretString::reveal)
        .filter(|it| it.len() >= 6)
    {
        text = text.replace(secret.as_str(), "***");
    }
    std::fs::write(out, text + "\n")
        .map_err(|error| Failure::Wrong(format!("{} cannot be written: {error}", out.display())))?;
    output.show(&json!({"written": out}), || {
        format!(
            "{} was written. Read it before you send it: it names hosts and settings, and no secret.",
            out.display()
        )
    });
    Ok(())
}

fn last_lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read(path)
        .map_err(|error| Failure::Wrong(format!("{} cannot be read: {error}", path.display())))?;
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text.lines().collect();
    Ok(all[all.len().saturating_sub(LINES)..]
        .iter()
        .map(|it| (*it).to_owned())
        .collect())
}

/// What `uname -a` would say, and what there is to work with.
fn system() -> Value {
    let line = |path: &str| std::fs::read_to_string(path).map(|it| it.trim().to_owned()).ok();
    let cores = std::thread::available_parallelism().map(usize::from).ok();
    json!({
        "system": line("/proc/sys/kernel/ostype").unwrap_or_else(|| std::env::consts::OS.to_owned()),
        "release": line("/proc/sys/kernel/osrelease"),
        "architecture": std::env::consts::ARCH,
        "cores": cores,
        "memory_limit": line("/sys/fs/cgroup/memory.max"),
    })
}

async fn database(config: &Config) -> Result<Value, DbError> {
    if !Db::is_there(&config.database)? {
        return Ok(json!({"there": false}));
    }
    let db = Db::connect(&config.database).await?;
    let asked = async {
        let standing = migrate::standing(&db).await?;
        let place = match standing.place() {
            Place::Head => "head".to_owned(),
            Place::Behind => "behind".to_owned(),
            Place::Newer => "newer".to_owned(),
            Place::Foreign(why) => why,
        };
        Ok(json!({
            "revision": standing.revision(), "place": place, "changed": standing.changed(),
            "figures": inspect::stats(&db).await?, "locks": inspect::locks(&db).await?.map(|it| it.len()),
        }))
    };
    let told = asked.await;
    db.close().await;
    told
}

async fn redis(config: &Config, now_ms: i64) -> Value {
    if config.redis.url.is_none() {
        return Value::Null;
    }
    let asked = match app::cache(config) {
        Ok(cache) => cache.info(now_ms).await.map_err(|error| error.to_string()),
        Err(why) => Err(why),
    };
    match asked {
        Ok(info) => json!(info),
        Err(error) => json!({"error": error}),
    }
}
