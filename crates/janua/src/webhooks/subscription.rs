//! Which events an endpoint is told of: `area.action`, `area.*` or `*`.

use crate::error::{Code, Invalid};
use crate::events::Name;

/// The most patterns of one endpoint.
const MOST: usize = 100;

/// What is sent on request only, to try an endpoint out.
pub const TEST: &str = "webhook.test";

/// A set of patterns that are known to match something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription(Vec<String>);

impl Subscription {
    /// Reads what somebody wants to be told of.
    ///
    /// # Errors
    /// `UNKNOWN_EVENT_TYPE` for what matches no event, `INVALID_FIELD` for none or too many.
    pub fn parse(patterns: &[String]) -> Result<Self, Invalid> {
        if patterns.is_empty() || patterns.len() > MOST {
            let text = format!("name from 1 to {MOST} events; * stands for all");
            return Err(Invalid::new(Code::InvalidField, text));
        }
        for pattern in patterns {
            let is_plain = pattern
                .chars()
                .all(|it| it.is_ascii_lowercase() || "._*".contains(it));
            if !is_plain || !Name::ALL.iter().any(|(name, _)| matches(pattern, name)) {
                let text =
                    format!("there is no event {pattern:?}; GET /api/v1/webhooks/events/types lists them");
                return Err(Invalid::new(Code::UnknownEventType, text));
            }
        }
        let mut patterns = patterns.to_vec();
        patterns.sort();
        patterns.dedup();
        Ok(Self(patterns))
    }

    /// Reads a set as it is stored, separated by spaces.
    pub fn of_text(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        self.0.join(" ")
    }

    /// The patterns.
    pub fn patterns(&self) -> &[String] {
        &self.0
    }

    /// Whether an event of this name is wanted.
    pub fn wants(&self, name: &str) -> bool {
        self.0.iter().any(|it| matches(it, name))
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern == "*"
        || pattern == name
        || pattern
            .strip_suffix(".*")
            .is_some_and(|area| name.split_once('.').is_some_and(|(it, _)| it == area))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pattern: &str) -> Result<Subscription, Invalid> {
        Subscription::parse(&[pattern.to_owned()])
    }

    #[test]
    fn a_pattern_stands_for_its_own_area_only() {
        assert!(parse("*").unwrap().wants("user.deleted"));
        let users = parse("user.*").unwrap();
        assert!(users.wants("user.deleted") && !users.wants("username.deleted") && !users.wants("user"));
        let one = parse("user.deleted").unwrap();
        assert!(one.wants("user.deleted") && !one.wants("user.registered"));
    }

    #[test]
    fn what_matches_nothing_is_refused() {
        for text in [
            "",
            "user",
            "user.",
            "user.delet",
            "users.*",
            "*.deleted",
            "user.**",
            "**",
            "user.* x",
            TEST,
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(Subscription::parse(&[]).is_err());
        assert!(Subscription::parse(&vec!["*".to_owned(); MOST + 1]).is_err());
    }
}
