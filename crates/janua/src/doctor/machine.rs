//! What the machine allows: memory and open files.

use super::{Diagnosis, Finding};
use crate::config::Config;

/// What a server needs beside its password hashes, in bytes.
const BESIDE_HASHES: u64 = 96 << 20;

/// Files beside those of connections.
const OTHER_FILES: u64 = 64;

/// What this process may take; `None` where there is no limit, or none that can be known.
#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    memory: Option<u64>,
    files: Option<u64>,
}

impl Limits {
    /// Of cgroups (version 2, else 1) and of the process, as Linux tells them.
    fn read() -> Self {
        let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        let cgroup = number("/sys/fs/cgroup/memory.max")
            .or_else(|| number("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
        let own = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let memory = [cgroup, soft(&own, "Max address space")];
        Self {
            memory: memory.into_iter().flatten().min(),
            files: soft(&own, "Max open files"),
        }
    }
}

/// The soft limit of this name (proc(5), /proc/pid/limits).
fn soft(limits: &str, name: &str) -> Option<u64> {
    let line = limits.lines().find_map(|it| it.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    judge(config, Limits::read())
}

fn judge(config: &Config, limits: Limits) -> Vec<Finding> {
    let mut found = Vec::new();
    let accounts = &config.accounts;
    let hashes = (u64::from(accounts.argon2_memory_kib) << 10) * accounts.hash_threads as u64;
    let needed = hashes + BESIDE_HASHES;
    if let Some(memory) = limits.memory.filter(|it| *it < needed) {
        let cause = format!(
            "the limit is {} MiB; {} password hashes at once take {} MiB, and the rest some {} MiB",
            memory >> 20,
            accounts.hash_threads,
            hashes >> 20,
            BESIDE_HASHES >> 20
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
    fn limits_are_read_as_linux_writes_them() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max open files            1024                 524288               files     \n\
                    Max address space         unlimited            unlimited            bytes     \n";
        assert_eq!(soft(text, "Max open files"), Some(1024));
        assert_eq!(soft(text, "Max address space"), None);
        assert_eq!(soft(text, "Max locked memory"), None);
    }

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
