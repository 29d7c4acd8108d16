//! What the machine allows this process: memory and open files.

use std::path::Path;

/// What a server needs beside its password hashes and its copies, in bytes.
pub const BESIDE_HASHES_AND_COPIES: u64 = 32 << 20;

/// What this process may take; `None` where there is no limit, or none that can be known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Bytes.
    pub memory: Option<u64>,
    /// Open files, sockets among them.
    pub files: Option<u64>,
}

impl Limits {
    /// Of cgroups (version 2, else 1) and of the process, as Linux tells them.
    pub fn read() -> Self {
        let own = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let memory = [of_groups(), soft(&own, "Max address space")];
        Self {
            memory: memory.into_iter().flatten().min(),
            files: soft(&own, "Max open files"),
        }
    }
}

/// The least that the control groups of this process leave it: its own, and those around it (cgroups(7), both versions).
#[cfg(target_os = "linux")]
fn of_groups() -> Option<u64> {
    let groups = procfs::process::Process::myself().ok()?.cgroups().ok()?;
    let limits = groups.into_iter().filter_map(|group| {
        let (root, file) = if group.hierarchy == 0 {
            ("/sys/fs/cgroup", "memory.max")
        } else if group.controllers.iter().any(|it| it == "memory") {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            return None;
        };
        let limit_of = |folder: &Path| {
            let text = std::fs::read_to_string(Path::new(root).join(folder).join(file));
            text.ok()?.trim().parse::<u64>().ok()
        };
        let own = Path::new(group.pathname.trim_start_matches('/'));
        own.ancestors().filter_map(limit_of).min()
    });
    limits.min()
}

#[cfg(not(target_os = "linux"))]
fn of_groups() -> Option<u64> {
    None
}

/// The soft limit of this name (proc(5), /proc/pid/limits).
fn soft(limits: &str, name: &str) -> Option<u64> {
    let line = limits.lines().find_map(|it| it.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// How many password hashes of so many bytes are made at once: one per core, as far as they fit beside copies of so many
/// bytes and all the rest. One always is, though it may not fit.
pub(super) fn hashes_at_once(cores: usize, each: u64, copies: u64, limit: Option<u64>) -> usize {
    let Some(limit) = limit else {
        return cores;
    };
    let room = limit.saturating_sub(BESIDE_HASHES_AND_COPIES.saturating_add(copies));
    let fit = room / each.max(1);
    usize::try_from(fit).unwrap_or(cores).clamp(1, cores.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

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
    fn so_many_hashes_are_made_at_once_as_fit_into_the_memory() {
        let hashes = |cores, limit| hashes_at_once(cores, 19 * MIB, 32 * MIB, limit);
        assert_eq!(hashes(8, None), 8);
        assert_eq!(hashes(8, Some(1024 * MIB)), 8);
        assert_eq!(hashes(8, Some(128 * MIB)), 3);
        assert_eq!(hashes(8, Some(64 * MIB)), 1, "none fits, and one there must be");
        assert_eq!(hashes(1, Some(u64::MAX)), 1);
        assert_eq!(hashes_at_once(4, 0, u64::MAX, Some(0)), 1);
    }
}
