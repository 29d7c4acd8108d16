//! What the machine allows, memory and open files, and whether its clock is right.

use chrono::TimeDelta;

use super::{Diagnosis, Finding};
use crate::app::App;
use crate::config::Config;
use crate::config::machine::{BESIDE_HASHES_AND_COPIES, Limits};
use crate::io::clock::Clock;
use crate::io::reference_clock;

/// By so much the clock may differ from one that tells whole seconds from afar.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(15);

/// Files beside those of connections.
const OTHER_FILES: u64 = 64;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    judge(config, Limits::read())
}

/// Compares the clock with the one that is taken to be right.
pub(super) async fn clock(config: &Config, clock: &Clock) -> Option<Finding> {
    let reference = config.server.clock_reference.as_ref()?;
    match reference_clock::behind(reference, clock).await {
        Ok(behind) => (behind.abs() > CLOCK_TOLERANCE).then(|| {
            let seconds = behind.abs().num_seconds();
            let which = if behind > TimeDelta::zero() {
                "behind"
            } else {
                "ahead of"
            };
            let cause = format!("the clock of this machine is {seconds} s {which} {reference}");
            Finding::new(Diagnosis::ClockOff, cause)
        }),
        Err(why) => Some(Finding::new(
            Diagnosis::ReferenceClockSilent,
            format!("{reference}: {why}"),
        )),
    }
}

/// Who stands before the server and is not believed.
pub(super) fn proxy(app: &App) -> Option<Finding> {
    let proxy = app.unknown_proxy.get()?;
    let cause = format!("{proxy} passes on requests of others, and TRUSTED_PROXIES does not name it");
    Some(Finding::new(Diagnosis::NoTrustedProxies, cause))
}

fn judge(config: &Config, limits: Limits) -> Vec<Finding> {
    let mut found = Vec::new();
    let accounts = &config.accounts;
    let hashes = (u64::from(accounts.argon2_memory_kib) << 10) * accounts.hash_threads as u64;
    let beside = BESIDE_HASHES_AND_COPIES.saturating_add(config.cache.memory_bytes);
    let needed = hashes.saturating_add(beside);
    if let Some(memory) = limits.memory.filter(|it| *it < needed) {
        let cause = format!(
            "the limit is {} MiB; {} password hashes at once take {} MiB, and the rest some {} MiB",
            memory >> 20,
            accounts.hash_threads,
            hashes >> 20,
            beside >> 20
        );
        found.push(Finding::new(Diagnosis::LittleMemory, cause));
    }
    let database = config.database.pool_size + config.database.pool_overflow;
    let needed = u64::from(database) + config.redis.max_connections as u64 + OTHER_FILES;
    if let Some(files) = limits.files.filter(|it| *it < needed) {
        let cause =
            format!("{files} files may be open, and connections to the stores alone may take {needed}");
        found.push(Finding::new(Diagnosis::FewFiles, cause));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Env;

    #[test]
    fn a_limit_is_compared_with_what_the_settings_take() {
        let config = Config::read(&Env::default()).expect("the defaults are right");
        let codes = |limits| {
            let found = judge(&config, limits);
            found.iter().map(Finding::diagnosis).collect::<Vec<_>>()
        };
        assert_eq!(codes(Limits::default()), []);
        let small = Limits {
            memory: Some(64 << 20),
            files: Some(32),
        };
        assert_eq!(codes(small), [Diagnosis::LittleMemory, Diagnosis::FewFiles]);
        let enough = Limits {
            memory: Some(16 << 30),
            files: Some(1024),
        };
        assert_eq!(codes(enough), []);
    }
}
