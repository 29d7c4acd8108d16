//! Why a message does not count, in words for the person, the administrator and the log.

use std::fmt;

/// The longest value of others that is repeated.
const LONGEST: usize = 300;

/// What is wrong with a message, in one of a few sentences that people search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It is no well-formed message of its kind, is not for this place, or tells of a failure.
    InvalidResponse,
    /// It is well-formed, but its assertion is not one that signs somebody in here and now.
    AssertionNotValid,
    /// It counts from a time on that has not come.
    NotYetValid,
    /// It is for another service.
    InvalidAudience,
    /// It is not signed, or not by whom it should be, or not in a way that counts.
    SignatureFailed,
    /// Its time is over.
    Expired,
    /// It is no metadata of an identity provider.
    InvalidMetadata,
    /// It is no certificate or no key, or one that cannot be used.
    InvalidKey,
}

impl Kind {
    /// What people are told.
    pub fn message(self) -> &'static str {
        match self {
            Self::InvalidResponse => "Invalid SAML response",
            Self::AssertionNotValid => "Assertion not valid",
            Self::NotYetValid => "NotBefore condition not met",
            Self::InvalidAudience => "Invalid audience",
            Self::SignatureFailed => "Signature verification failed",
            Self::Expired => "Response expired",
            Self::InvalidMetadata => "Invalid identity provider metadata",
            Self::InvalidKey => "Invalid certificate or key",
        }
    }
}

/// A message that does not count. Nothing in it is secret: no name of a person, no attribute, no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// What is wrong, roughly.
    pub kind: Kind,
    /// What should have been there.
    pub expected: Option<String>,
    /// What was there.
    pub seen: Option<String>,
    /// What is wrong, exactly.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            expected: None,
            seen: None,
            detail: printable(&detail.into()),
        }
    }

    /// It is no well-formed message.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Kind::InvalidResponse, detail)
    }

    pub(crate) fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.expected = Some(printable(&expected.to_string()));
        self
    }

    pub(crate) fn seen(mut self, seen: impl fmt::Display) -> Self {
        self.seen = Some(printable(&seen.to_string()));
        self
    }

    /// The same, where another kind of document is read by the same rules.
    pub(crate) fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// What people are told.
    pub fn message(&self) -> &'static str {
        self.kind.message()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.message(), self.detail)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        if let Some(seen) = &self.seen {
            write!(f, "; seen {seen}")?;
        }
        Ok(())
    }
}

/// Values of others, so that they neither flood a log nor draw on a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut short: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
