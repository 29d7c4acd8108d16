//! Names of cached things: whose they are, what they are called, and which patterns may be asked for.
//!
//! Three families that never mix: copies (`user:{id}:{name}`, `org:{id}:{name}`, `settings:{name}`), the epochs
//! that make copies count (`epoch`, `epoch:user:{id}` …) and counters (`rate:{name}:{key}`). Patterns reach copies
//! only, so clearing the cache never hands anyone fresh attempts. In Redis each name carries the configured prefix.

use std::time::Duration;

use super::CacheError;

/// Whose data a copy is, and thereby what invalidates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A user, by id.
    User(&'a str),
    /// An organization, by id.
    Org(&'a str),
    /// The instance's settings.
    Settings,
}

impl Subject<'_> {
    pub(super) fn key(&self) -> String {
        match self {
            Self::User(id) => ["user:", id].concat(),
            Self::Org(id) => ["org:", id].concat(),
            Self::Settings => "settings".into(),
        }
    }
}

/// One cached thing: whose, which, and for how long at most.
///
/// A copy is read back as whatever type the caller asks for: when a type changes its meaning but not its shape,
/// give the entry another name, for two versions of the server may share one Redis. Ids have no `:`.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Whose data it is.
    pub subject: Subject<'a>,
    /// What it is called, such as `permissions`.
    pub name: &'a str,
    /// How long a copy may be used, in Redis at most a day; also the bound of staleness where an invalidation
    /// cannot reach. Zero stores nothing.
    pub ttl: Duration,
}

impl Entry<'_> {
    pub(super) fn key(&self) -> String {
        [&self.subject.key(), ":", self.name].concat()
    }
}

/// Longer counter keys are cut: callers pass what users typed. Those that then collide share one counter.
const LONGEST_COUNTER_KEY: usize = 300;

pub(super) fn counter_key(name: &str, key: &str) -> String {
    format!(
        "rate:{name}:{}",
        &key[..key.floor_char_boundary(LONGEST_COUNTER_KEY)]
    )
}

/// A glob over the names of copies in which only `*` has a meaning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern<'a>(&'a str);

impl<'a> Pattern<'a> {
    /// Refuses what other globs give a meaning to, rather than matching something else than was meant.
    pub(super) fn parse(text: &'a str) -> Result<Self, CacheError> {
        let odd = |c: char| c.is_control() || c.is_whitespace() || r"?[]{}\".contains(c);
        if text.is_empty() || text.len() > 200 || text.contains(odd) {
            return Err(CacheError::Pattern(text.chars().take(200).collect()));
        }
        Ok(Self(text))
    }

    /// The pattern for `SCAN`. What comes back still has to pass [`Self::matches`].
    pub(super) fn for_scan(&self, prefix: &str) -> String {
        let mut glob = String::with_capacity(prefix.len() + self.0.len());
        for c in prefix.chars() {
            if r"*?[]^\".contains(c) {
                glob.push('\\');
            }
            glob.push(c);
        }
        glob + self.0
    }

    /// Whether it names this copy; the name comes without the prefix.
    pub(super) fn matches(&self, name: &str) -> bool {
        ["user:", "org:", "settings:"]
            .iter()
            .any(|family| name.starts_with(family))
            && glob(self.0, name)
    }

    /// The only subject whose copies it can match, as [`Subject::key`] writes it.
    pub(super) fn subject(&self) -> Option<&'a str> {
        let fixed = &self.0[..self.0.find('*').unwrap_or(self.0.len())];
        if fixed.starts_with("settings:") {
            return Some("settings");
        }
        let id = fixed
            .strip_prefix("user:")
            .or_else(|| fixed.strip_prefix("org:"))?;
        let end = fixed.len() - id.len() + id.find(':')?;
        Some(&fixed[..end])
    }
}

fn glob(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(head) else {
        return false;
    };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut name) = name.strip_suffix(tail) else {
        return false;
    };
    // The leftmost place for each piece leaves the most room for the next.
    middle.split('*').all(|piece| match name.find(piece) {
        Some(at) => {
            name = &name[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(name)
    }

    #[test]
    fn names_are_those_of_the_guide() {
        let entry = |subject| {
            Entry {
                subject,
                name: "profile",
                ttl: Duration::from_secs(1),
            }
            .key()
        };
        assert_eq!(entry(Subject::User("1")), "user:1:profile");
        assert_eq!(entry(Subject::Org("2")), "org:2:profile");
        assert_eq!(entry(Subject::Settings), "settings:profile");
        assert_eq!(
            counter_key("login", "ada@example.com"),
            "rate:login:ada@example.com"
        );
        assert_eq!(
            counter_key("login", &"ü".repeat(1_000)).len(),
            "rate:login:".len() + 300
        );
    }

    #[test]
    fn a_star_stands_for_anything() {
        for pattern in [
            "user:*",
            "*",
            "user:7:*",
            "*:profile",
            "u*r:*:pro*le",
            "user:7:profile",
            "us**file",
            "user:7:profile*",
        ] {
            assert!(matches(pattern, "user:7:profile"), "{pattern}");
        }
        for pattern in [
            "org:*",
            "user:",
            "user",
            "user:77:*",
            "*:profil",
            "user:7:profile*e",
            "user:*:*:*",
            "rofile",
        ] {
            assert!(!matches(pattern, "user:7:profile"), "{pattern}");
        }
        assert!(!matches("a*a", "a") && matches("user:*a*a", "user:aa") && !matches("user:*a*a", "user:a"));
    }

    #[test]
    fn patterns_reach_copies_only() {
        for name in ["rate:login:ada", "epoch", "epoch:user:7", "user", "other"] {
            assert!(!matches("*", name), "{name}");
        }
    }

    #[test]
    fn other_globs_are_refused() {
        for text in [
            "",
            "user:?",
            "user:[ab]",
            "user:{a,b}",
            r"user:\*",
            "user:\n",
            "user: *",
            &"x".repeat(201),
        ] {
            assert!(
                matches!(Pattern::parse(text), Err(CacheError::Pattern(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn the_subject_of_a_pattern_is_known_only_if_it_is_written_out() {
        for (pattern, subject) in [
            ("user:7:*", Some("user:7")),
            ("user:7:profile", Some("user:7")),
            ("org:7:p*", Some("org:7")),
            ("settings:*", Some("settings")),
            ("user:*", None),
            ("user:7*", None),
            ("user:7*:x", None),
            ("*:7:x", None),
            ("*", None),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().subject(), subject, "{pattern}");
        }
    }

    #[test]
    fn the_prefix_is_taken_literally_by_scan() {
        assert_eq!(
            Pattern::parse("user:*").unwrap().for_scan("ja*nu[a]:"),
            r"ja\*nu\[a\]:user:*"
        );
    }
}
