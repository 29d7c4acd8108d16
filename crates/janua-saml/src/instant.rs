//! Times as SAML writes them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::Refusal;
use crate::xml::Node;

/// As it stands in messages.
pub(crate) fn write(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a time; one without a zone is none, because nobody knows when it is.
pub(crate) fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    // RFC 3339 is what remains of xs:dateTime, which writes a `T`, when a zone is required.
    (text.as_bytes().get(10) == Some(&b'T'))
        .then(|| DateTime::parse_from_rfc3339(text).ok())
        .flatten()
        .map(|it| it.with_timezone(&Utc))
}

/// The time in an attribute, if there is one.
pub(crate) fn of(node: Node<'_, '_>, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    node.attribute(name)
        .map(|text| {
            read(text).ok_or_else(|| {
                Refusal::malformed(format!("{name} of {} is no time in UTC", node.name())).seen(text)
            })
        })
        .transpose()
}

/// What clocks may differ by.
pub(crate) fn tolerance(skew: Duration) -> TimeDelta {
    TimeDelta::from_std(skew).unwrap_or(TimeDelta::MAX)
}

/// Whether a time from which on something counts has not come, by a clock that may be behind.
pub(crate) fn is_ahead(not_before: DateTime<Utc>, now: DateTime<Utc>, skew: Duration) -> bool {
    now.checked_add_signed(tolerance(skew))
        .is_some_and(|latest| latest < not_before)
}

/// Whether a time at which something stops to count has come, by a clock that may be ahead.
pub(crate) fn is_over(not_on_or_after: DateTime<Utc>, now: DateTime<Utc>, skew: Duration) -> bool {
    not_on_or_after
        .checked_add_signed(tolerance(skew))
        .is_some_and(|last| last <= now)
}
