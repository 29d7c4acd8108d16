//! The one error of Janua: a code from one table, and what is known about this case.
//!
//! Rules write `Err(Code::AccountLocked.into())` or `.with("field", "email")`. A failure of a lower level becomes
//! `INTERNAL_ERROR` (or the code that fits) and keeps its source and birthplace for the log, never for the client.
//! `http::render` is the only place that turns an [`Error`] into an answer.

mod codes;
mod fields;
mod truth;

use std::borrow::Cow;
use std::panic::Location;

pub use codes::{Class, Code};
pub use fields::{Fields, Invalid};
use serde_json::{Map, Value};
pub use truth::Truth;

/// What every function of Janua may fail with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A refusal or a failure, with what the client may know and what only the log may.
#[derive(Debug, Clone)]
pub struct Error(std::sync::Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    code: Code,
    message: Cow<'static, str>,
    details: Map<String, Value>,
    retry_after_seconds: Option<u64>,
    in_session: bool,
    source: Option<std::sync::Arc<Source>>,
    at: &'static Location<'static>,
    inside: Option<Box<Inside>>,
}

/// What only whoever looks after the server may know; never a secret, and no address of anybody.
#[derive(Debug, Clone, Default)]
pub struct Inside {
    /// What was true where the person is told less.
    pub truth: Option<Truth>,
    /// What the rule went by.
    pub inputs: Map<String, Value>,
    /// Whose account it concerns.
    pub user: Option<String>,
    /// A keyed hash of the address that was tried, where nobody has it.
    pub subject: Option<String>,
}

impl Error {
    /// An error of this code with its message from the table.
    #[track_caller]
    pub fn new(code: Code) -> Self {
        let at = Location::caller();
        Self(std::sync::Arc::new(Inner {
            code,
            message: Cow::Borrowed(code.message()),
            details: Map::new(),
            retry_after_seconds: None,
            in_session: false,
            source: None,
            at,
            inside: None,
        }))
    }

    /// An unexpected failure: the client sees `INTERNAL_ERROR`, the log sees the source.
    #[track_caller]
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::new(Code::Internal).caused_by(source)
    }

    /// Replaces the message of the table by a more precise one.
    #[must_use]
    pub fn says(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.inner().message = message.into();
        self
    }

    /// Adds one member to `details`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.inner().details.insert(name.to_owned(), value.into());
        self
    }

    /// Tells the client when to come back, in the header and in `details`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.inner().retry_after_seconds = Some(seconds);
        self.with("retry_after", seconds)
    }

    /// Told to somebody who is signed in: their session is fine, so what would be 401 is 422. Clients that refresh and
    /// try again at 401 would do so for ever.
    #[must_use]
    pub fn within_session(mut self) -> Self {
        self.inner().in_session = true;
        self
    }

    /// The class, which stands in `error`.
    pub fn class(&self) -> Class {
        if self.is_refused_within_session() {
            Class::Validation
        } else {
            self.code().class()
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        if self.is_refused_within_session() {
            422
        } else {
            self.code().status()
        }
    }

    fn is_refused_within_session(&self) -> bool {
        self.0.in_session && self.code().class() == Class::Authentication
    }

    /// Keeps what caused it, for the log only.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Source>) -> Self {
        self.inner().source = Some(std::sync::Arc::new(source.into()));
        self
    }

    /// Keeps the true reason, for whoever looks after the server only.
    #[must_use]
    pub fn because(mut self, truth: Truth) -> Self {
        self.noting().truth = Some(truth);
        self
    }

    /// Keeps what the rule went by, for whoever looks after the server only; never a secret.
    #[must_use]
    pub fn given(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.noting().inputs.insert(name.to_owned(), value.into());
        self
    }

    /// Keeps whose account it concerns, for whoever looks after the server only.
    #[must_use]
    pub fn of_user(mut self, user: &str) -> Self {
        self.noting().user = Some(user.to_owned());
        self
    }

    /// Keeps the keyed hash of an address that nobody has, for whoever looks after the server only.
    #[must_use]
    pub fn of_subject(mut self, subject: &str) -> Self {
        self.noting().subject = Some(subject.to_owned());
        self
    }

    /// What only whoever looks after the server may know.
    pub fn inside(&self) -> Option<&Inside> {
        self.0.inside.as_deref()
    }

    fn noting(&mut self) -> &mut Inside {
        self.inner().inside.get_or_insert_default()
    }

    /// The most specific reason.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for a person.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the client may know beyond the message.
    pub fn details(&self) -> &Map<String, Value> {
        &self.0.details
    }

    /// Seconds after which another try makes sense.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after_seconds
    }

    /// The chain of causes in one line, for the log only.
    pub fn cause(&self) -> Option<String> {
        Some(causes(&***self.0.source.as_ref()?))
    }

    /// Where in our code it was born.
    pub fn birthplace(&self) -> &'static Location<'static> {
        self.0.at
    }

    fn inner(&mut self) -> &mut Inner {
        std::sync::Arc::make_mut(&mut self.0)
    }
}

/// An error with all its causes in one line, each text once: the last one is what helps.
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut texts: Vec<String> = std::iter::successors(Some(error), |it| it.source())
        .map(ToString::to_string)
        .collect();
    texts.dedup();
    texts.join(": ")
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message(), self.code().name())?;
        if let Some(cause) = self.cause() {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl Code {
    /// An error of this code, with the true reason for whoever looks after the server.
    #[track_caller]
    pub fn because(self, truth: Truth) -> Error {
        Error::new(self).because(truth)
    }
}

impl From<Code> for Error {
    #[track_caller]
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
