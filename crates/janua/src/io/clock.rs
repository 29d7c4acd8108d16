//! What time it is. Everything that depends on time takes it from here, so that tests can hold it still.
//!
//! Times are cut to milliseconds: both databases give back exactly what was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

/// The system's clock, or one that only moves when told.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The time of the machine.
    System,
    /// A time in milliseconds since 1970 that tests move.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at the given time until it is moved.
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.timestamp_millis())))
    }

    /// The current time, cut to milliseconds.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now_millis()).unwrap_or_default()
    }

    /// The current time in milliseconds since 1970.
    pub fn now_millis(&self) -> i64 {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the machine's clock"
            )]
            Self::System => Utc::now().timestamp_millis(),
            Self::Manual(millis) => millis.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock; the system's clock cannot be moved and stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}
