//! What the stories are told with.

mod answer;
mod backends;
pub(crate) mod dns;
mod explained;
mod janua;
mod person;
mod proxy;

pub(crate) use answer::Answer;
pub(crate) use backends::Backend;
pub(crate) use janua::{TestJanua, store};
pub(crate) use person::{PASSWORD, Person, SignedIn, made_up, refresh};
pub(crate) use proxy::{Proxy, Wire};

use chrono::TimeDelta;

/// Seconds, as in `janua.advance(seconds(61))`.
pub(crate) fn seconds(count: i64) -> TimeDelta {
    TimeDelta::seconds(count)
}

/// Minutes.
pub(crate) fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

/// Hours.
pub(crate) fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

/// Days.
pub(crate) fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

/// A variable that the test run hands over, when it does.
#[expect(
    clippy::disallowed_methods,
    reason = "the test run hands addresses over in the environment"
)]
pub(crate) fn handed_over(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}
