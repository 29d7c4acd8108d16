//! Keeps the last text messages in memory, so that nothing leaves a development server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Text;

/// More than anyone reads; the oldest are forgotten.
const KEPT: usize = 500;

/// A text message that did not leave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaughtText {
    /// Id of the message.
    pub id: String,
    /// Recipient, in E.164.
    pub to: String,
    /// The words.
    pub text: String,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: DateTime<Utc>,
}

/// Text messages in memory, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct TextCatcher(Arc<Mutex<VecDeque<CaughtText>>>);

impl TextCatcher {
    pub(super) fn keep(&self, text: &Text, now: DateTime<Utc>) {
        tracing::info!(to = text.to.masked(), "a text message stands at /dev/mail");
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(CaughtText {
            id: text.id.clone(),
            to: text.to.e164().to_owned(),
            text: text.words.reveal().to_owned(),
            sent_at: now,
        });
        kept.truncate(KEPT);
    }

    /// Whether none were sent yet.
    pub fn is_empty(&self) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_empty()
    }

    /// The messages to one number, or to all; newest first.
    pub fn messages(&self, to: Option<&str>) -> Vec<CaughtText> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .filter(|it| to.is_none_or(|to| it.to == to))
            .cloned()
            .collect()
    }
}
