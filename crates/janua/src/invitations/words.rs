//! What an inviter writes, and how long an invitation lives.

use crate::error::{Code, Invalid};

/// The most characters of a message.
const LONGEST: usize = 500;

/// A few lines for the reader of an invitation. They stand in a mail to a stranger, so they lead nowhere: no addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// Reads a message; `None` for an empty one.
    ///
    /// # Errors
    /// `INVALID_FIELD` with the reason.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new(Code::InvalidField, reason));
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > LONGEST {
            return refuse("the message is longer than 500 characters");
        }
        if text.chars().any(|it| is_hidden(it) && it != '\n') {
            return refuse("the message holds characters that cannot be seen");
        }
        let lower = text.to_lowercase();
        if lower.contains("://") || lower.contains("www.") || lower.contains("mailto:") {
            return refuse("the message must not hold links");
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and those that turn a line around or take no room.
pub(crate) fn is_hidden(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// How many days an invitation lives: 1 to 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u32);

impl Days {
    /// Reads a number of days.
    ///
    /// # Errors
    /// `INVALID_FIELD` with the reason.
    pub fn parse(days: i64) -> Result<Self, Invalid> {
        let fits = u32::try_from(days).ok().filter(|it| (1..=30).contains(it));
        fits.map(Self)
            .ok_or_else(|| Invalid::new(Code::InvalidField, "an invitation lives from 1 to 30 days"))
    }

    /// The number.
    pub fn count(self) -> i64 {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_is_plain_words() {
        let text = |it: &str| Message::parse(it).unwrap().map(|it| it.0);
        assert_eq!(
            text("  Welcome!\r\nJoin us. ").as_deref(),
            Some("Welcome!\nJoin us.")
        );
        assert_eq!(text(" \n "), None);
        assert!(text(&"é".repeat(500)).is_some());
        for refused in [
            &"é".repeat(501),
            "see https://evil.example",
            "see HTTP://evil.example",
            "WWW.evil.example",
            "mailto:eve@example.com",
            "a\0b",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\rb",
        ] {
            assert!(Message::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn days_are_from_one_to_thirty() {
        assert!(Days::parse(1).is_ok() && Days::parse(30).is_ok());
        for days in [i64::MIN, -1, 0, 31, i64::from(u32::MAX) + 2, i64::MAX] {
            assert!(Days::parse(days).is_err(), "{days}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_and_hides_nothing(text in "(\\PC|[\\n\\r\\t:/w.]){0,520}") {
            if let Ok(Some(message)) = Message::parse(&text) {
                prop_assert_eq!(Message::parse(message.as_str()).unwrap(), Some(message.clone()));
                prop_assert!(!message.as_str().contains("://"));
                prop_assert!(message.as_str().chars().all(|it| it == '\n' || !it.is_control()));
            }
        }
    }
}
