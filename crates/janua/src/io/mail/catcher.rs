//! The mail catcher: keeps the last mails in memory, so that nothing leaves a development server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Message;

/// More mails than anyone reads; the oldest are forgotten.
const KEPT: usize = 500;

/// A mail that did not leave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Caught {
    /// Id of the mail.
    pub id: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text body.
    pub text: String,
    /// HTML body.
    pub html: String,
    /// Addresses in the text body.
    pub links: Vec<String>,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: DateTime<Utc>,
}

/// Mails in memory, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct Catcher(Arc<Mutex<VecDeque<Caught>>>);

impl Catcher {
    pub(super) fn keep(&self, message: &Message, now: DateTime<Utc>) {
        let links = message
            .text
            .split_whitespace()
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            .map(str::to_owned)
            .collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Caught {
            id: message.id.clone(),
            to: message.to.clone(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            html: message.html.clone(),
            links,
            sent_at: now,
        });
        kept.truncate(KEPT);
    }

    /// The mails to one address, or to all; newest first.
    pub fn messages(&self, to: Option<&str>) -> Vec<Caught> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .filter(|it| to.is_none_or(|to| it.to.eq_ignore_ascii_case(to)))
            .cloned()
            .collect()
    }

    /// One mail.
    pub fn find(&self, id: &str) -> Option<Caught> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|it| it.id == id).cloned()
    }
}
