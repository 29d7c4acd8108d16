//! Requests that were refused, until a worker writes them down: what a refusal costs is a place in memory.
//!
//! The memory is bounded, and so is what is written in a second. What comes in storms takes half of the places at most,
//! so that the one refusal that somebody asks about has its place beside them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use tokio::sync::{self, Notify};

use crate::client::Client;
use crate::error::{Class, Code, Error, Truth};

/// As many wait at most.
const MOST: usize = 1024;

/// The longest text of an input that is kept.
const LONGEST: usize = 200;

/// What the client was told that is kept too: none of it is what somebody sent.
const KEPT_DETAILS: [&str; 10] = [
    "retry_after",
    "locked_until",
    "connection_id",
    "scope",
    "permission",
    "methods",
    "missing",
    "expected",
    "seen",
    "limit",
];

/// A request that was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    /// When.
    pub at: DateTime<Utc>,
    /// Its id.
    pub request_id: String,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The template of its path.
    pub route: String,
    /// What the person was told.
    pub code: Code,
    /// The status of the answer.
    pub status: u16,
    /// What was true, where that is more.
    pub truth: Option<Truth>,
    /// What the rule went by.
    pub inputs: Map<String, Value>,
    /// Whose account it concerns.
    pub user: Option<String>,
    /// In which session.
    pub session: Option<String>,
    /// A keyed hash of the address that was tried, where nobody has it.
    pub subject: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// By which browser or program.
    pub user_agent: Option<String>,
}

impl Refused {
    /// A refusal of a request.
    pub fn of(error: &Error, client: &Client, (method, route): (&str, &str), now: DateTime<Utc>) -> Self {
        let inside = error.inside().cloned().unwrap_or_default();
        let mut inputs = inside.inputs;
        for (name, value) in error.details() {
            if KEPT_DETAILS.contains(&name.as_str()) {
                inputs.entry(name.as_str()).or_insert_with(|| shortened(value));
            }
        }
        let is_said_wrong = error.code() == Code::SsoRefused;
        if is_said_wrong {
            let reason = error.details().get("reason").and_then(Value::as_str);
            let reason = reason.unwrap_or(error.message());
            inputs.insert("reason".to_owned(), shortened(&reason.into()));
        }
        let is_fault = matches!(
            error.code().class(),
            Class::Internal | Class::ExternalService | Class::Unavailable
        );
        let truth = inside.truth.or_else(|| match error.code().class() {
            Class::Internal => Some(Truth::Fault),
            Class::ExternalService => Some(Truth::ProviderFailed),
            Class::Sso if is_said_wrong => Some(Truth::ProviderSaid),
            _ => None,
        });
        if is_fault && error.birthplace().file().starts_with("crates/") {
            inputs.insert("at".to_owned(), error.birthplace().to_string().into());
        }
        let (user, session) = client.person().unzip();
        Self {
            at: now,
            request_id: client.request_id.clone(),
            method: method.to_owned(),
            route: route.to_owned(),
            code: error.code(),
            status: error.status(),
            truth,
            inputs,
            user: inside.user.or_else(|| user.map(ToString::to_string)),
            session: session.map(ToString::to_string),
            subject: inside.subject,
            ip: Some(client.ip.to_string()),
            user_agent: Some(client.user_agent.clone()),
        }
    }

    /// Forgets who it was: their account is gone.
    pub fn forget_person(&mut self) {
        (self.user, self.session, self.ip, self.user_agent) = (None, None, None, None);
        self.inputs.remove("session_id");
    }

    /// Whether such refusals come by the thousand when they come.
    fn is_of_a_storm(&self) -> bool {
        matches!(self.code.class(), Class::RateLimit | Class::Unavailable)
    }
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => text.chars().take(LONGEST).collect::<String>().into(),
        other => other.clone(),
    }
}

/// Refusals that wait to be written.
#[derive(Debug, Default)]
pub struct Waiting {
    rows: Mutex<VecDeque<Refused>>,
    /// Wakes whoever writes them.
    pub wakes: Notify,
    /// Held by whoever writes.
    pub turn: sync::Mutex<()>,
    written: AtomicUsize,
}

impl Waiting {
    /// Takes a refusal; `false` when there was no place for it.
    pub fn note(&self, refused: Refused) -> bool {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let most = if refused.is_of_a_storm() { MOST / 2 } else { MOST };
        if rows.len() >= most {
            return false;
        }
        rows.push_back(refused);
        let is_first = rows.len() == 1;
        drop(rows);
        if is_first {
            self.wakes.notify_one();
        }
        true
    }

    /// Counts rows that were written; `true` when these are more than `most` since this last said so.
    pub fn has_written(&self, rows: usize, most: usize) -> bool {
        let is_due = self.written.fetch_add(rows, Ordering::Relaxed) + rows > most;
        if is_due {
            self.written.store(0, Ordering::Relaxed);
        }
        is_due
    }

    /// The oldest of those that wait, few of those that come in storms: the rest of them wait on.
    pub fn take(&self, most: usize, most_of_storms: usize) -> Vec<Refused> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, mut left, mut of_storms) = (Vec::new(), VecDeque::new(), 0);
        for row in rows.drain(..) {
            let is_of_a_storm = row.is_of_a_storm();
            if taken.len() == most || (is_of_a_storm && of_storms == most_of_storms) {
                left.push_back(row);
            } else {
                of_storms += usize::from(is_of_a_storm);
                taken.push(row);
            }
        }
        *rows = left;
        taken
    }

    /// Lets rows that were taken wait on, before all others; gives how many have no place any more.
    pub fn put_back(&self, taken: Vec<Refused>) -> usize {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = (taken.len() + rows.len()).saturating_sub(MOST);
        for row in taken.into_iter().skip(lost).rev() {
            rows.push_front(row);
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn refused(error: &Error) -> Refused {
        let client = Client::new(
            Ipv4Addr::LOCALHOST.into(),
            String::new(),
            "req_1".to_owned(),
            None,
            "en".to_owned(),
        );
        Refused::of(error, &client, ("POST", "/x"), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn memory_is_bounded_and_a_storm_leaves_room_for_the_rest() {
        let waiting = Waiting::default();
        let (storm, other) = (Error::new(Code::Overloaded), Error::new(Code::InvalidCredentials));
        for _ in 0..MOST / 2 {
            assert!(waiting.note(refused(&storm)));
        }
        assert!(!waiting.note(refused(&storm)));
        for _ in 0..MOST / 2 {
            assert!(waiting.note(refused(&other)));
        }
        assert!(!waiting.note(refused(&other)));
        assert_eq!(waiting.take(10, 10).len(), 10);
        assert!(waiting.note(refused(&other)));
        assert_eq!(waiting.take(usize::MAX, usize::MAX).len(), MOST - 9);
    }

    #[test]
    fn what_comes_in_storms_leaves_the_queue_slowly_and_lets_others_pass() {
        let waiting = Waiting::default();
        let (storm, other) = (Error::new(Code::Overloaded), Error::new(Code::InvalidCredentials));
        for _ in 0..40 {
            assert!(waiting.note(refused(&storm)));
        }
        assert!(waiting.note(refused(&other)));
        let of_storms = |taken: Vec<Refused>| {
            let storms = taken.iter().filter(|it| it.is_of_a_storm()).count();
            (storms, taken.len() - storms)
        };
        assert_eq!(of_storms(waiting.take(64, 16)), (16, 1));
        assert_eq!(of_storms(waiting.take(64, 16)), (16, 0));
        assert_eq!(of_storms(waiting.take(64, 16)), (8, 0));
        assert!(waiting.take(64, 16).is_empty());
    }

    #[test]
    fn what_somebody_sent_is_not_kept() {
        let error = Error::new(Code::UnknownField)
            .with("field", "hunter2")
            .with("reason", "The field hunter2 is not known here")
            .with("retry_after", 3)
            .with("seen", "x".repeat(1000));
        let inputs = refused(&error).inputs;
        assert_eq!(inputs.keys().collect::<Vec<_>>(), ["retry_after", "seen"]);
        assert_eq!(inputs["seen"].as_str().map(str::len), Some(LONGEST));
    }

    #[test]
    fn what_could_not_be_written_waits_on_in_its_place() {
        let waiting = Waiting::default();
        let error = Error::new(Code::InvalidCredentials);
        let named = |number: usize| Refused {
            request_id: number.to_string(),
            ..refused(&error)
        };
        for number in 0..MOST {
            assert!(waiting.note(named(number)));
        }
        let taken = waiting.take(64, 16);
        // Meanwhile others come.
        for number in MOST..MOST + 4 {
            assert!(waiting.note(named(number)));
        }
        assert_eq!(waiting.put_back(taken), 4, "the oldest");
        let ids: Vec<String> = waiting
            .take(MOST, MOST)
            .into_iter()
            .map(|it| it.request_id)
            .collect();
        let expected: Vec<String> = (4..MOST + 4).map(|it| it.to_string()).collect();
        assert_eq!(ids, expected);
    }
}
