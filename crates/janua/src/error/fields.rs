//! All that is wrong with the values of a request, told at once.

use serde_json::json;

use super::{Code, Error, Result};

/// Why one value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The most specific reason.
    pub code: Code,
    /// What is wrong, for a person.
    pub reason: String,
}

impl Invalid {
    /// A refusal with its reason.
    pub fn new(code: Code, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }
}

/// Collects the refusals of several fields, so that a person mends them in one go.
#[derive(Debug, Default)]
pub struct Fields {
    refused: Vec<(&'static str, Invalid)>,
}

impl Fields {
    /// Starts with nothing refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the value, or the reason why this field has none.
    pub fn take<T>(&mut self, field: &'static str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.refused.push((field, invalid))).ok()
    }

    /// Refuses a field for a reason found elsewhere.
    pub fn refuse(&mut self, field: &'static str, invalid: Invalid) {
        self.refused.push((field, invalid));
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// One error that names every refused field; its code is the first one's.
    #[track_caller]
    pub fn done(self) -> Result<()> {
        let Some((field, first)) = self.refused.first() else {
            return Ok(());
        };
        let all: Vec<_> = self
            .refused
            .iter()
            .map(|(field, it)| json!({"field": field, "code": it.code.name(), "reason": it.reason}))
            .collect();
        let message = match self.refused.len() {
            1 => first.reason.clone(),
            n => format!("{} (and {} more)", first.reason, n - 1),
        };
        let error = Error::new(first.code)
            .says(message)
            .with("field", *field)
            .with("reason", first.reason.clone());
        Err(if all.len() > 1 {
            error.with("errors", all)
        } else {
            error
        })
    }
}
