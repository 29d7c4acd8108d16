//! Usernames and the names of people.

use unicode_normalization::UnicodeNormalization;

use crate::error::{Code, Invalid};

/// A username: case-sensitive, and never to be mistaken for an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username(String);

impl Username {
    /// Reads a username. Without `@` it cannot be somebody's address (Keycloak CVE-2021-3754).
    ///
    /// # Errors
    /// `INVALID_USERNAME`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (3..=32).contains(&text.len())
            && text.starts_with(|it: char| it.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || "._-".contains(it));
        fits.then(|| Self(text.to_owned()))
            .ok_or_else(|| Invalid::new(Code::InvalidUsername, Code::InvalidUsername.advice()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A given or family name, as people write it, without what hides or turns text around.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name; `None` for an empty one.
    ///
    /// # Errors
    /// `INVALID_FIELD` with the reason.
    pub fn parse(text: &str) -> Result<Option<Self>, Invalid> {
        let text = text.trim().nfc().collect::<String>();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > 100 {
            return Err(Invalid::new(
                Code::InvalidField,
                "the name is longer than 100 characters",
            ));
        }
        if text.chars().any(|it| it.is_control() || hides_text(it)) {
            return Err(Invalid::new(
                Code::InvalidField,
                "the name holds invisible or control characters",
            ));
        }
        if leads_away(&text) {
            return Err(Invalid::new(Code::InvalidField, "the name must not hold a link"));
        }
        Ok(Some(Self(text)))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text holds a link. Names and messages stand in mails to strangers, under our name.
pub fn leads_away(text: &str) -> bool {
    let text = text.to_lowercase();
    ["://", "www.", "mailto:"].iter().any(|it| text.contains(it))
}

/// A name for a mail: readers of mail make links of what looks like a domain, and this one they leave alone.
pub fn unlinked(name: &str) -> String {
    name.replace('.', ".\u{2060}")
}

/// Zero-width characters, marks of direction, line separators and the byte order mark.
fn hides_text(it: char) -> bool {
    matches!(it, '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_keep_their_case_and_never_look_like_addresses() {
        assert_eq!(Username::parse("Ada_Lovelace").unwrap().as_str(), "Ada_Lovelace");
        for text in [
            "",
            "ab",
            "_ada",
            "ada@example.com",
            "ada lovelace",
            "ádá",
            &"a".repeat(33),
            "ada\0",
        ] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_are_kept_as_people_write_them() {
        assert_eq!(
            PersonName::parse(" José María ").unwrap().unwrap().as_str(),
            "José María"
        );
        assert_eq!(PersonName::parse("  ").unwrap(), None);
        for text in [
            "a\u{202e}b",
            "a\u{200b}b",
            "a\r\nBcc: b",
            "a\0",
            &"x".repeat(101),
            "see http://evil.example",
            "WWW.evil.example",
        ] {
            assert!(PersonName::parse(text).is_err(), "{text:?}");
        }
    }
}
