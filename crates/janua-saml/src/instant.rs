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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    use super::{is_ahead, is_over, read, write};

    #[test]
    fn a_time_without_a_zone_is_none() {
        for (text, right) in [
            ("2030-01-01T00:00:00Z", true),
            ("2030-01-01T00:00:00.123456789Z", true),
            ("2030-01-01T01:00:00+01:00", true),
            (" 2030-01-01T00:00:00Z ", true),
            ("2030-01-01T00:00:00", false),
            ("2030-01-01 00:00:00Z", false),
            ("2030-01-01", false),
            ("2030-13-01T00:00:00Z", false),
            ("now", false),
            ("", false),
            ("ééééééééé", false),
        ] {
            assert_eq!(read(text).is_some(), right, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let skew = Duration::MAX;
        assert!(!is_ahead(
            DateTime::<Utc>::MAX_UTC,
            DateTime::<Utc>::MIN_UTC,
            skew
        ));
        assert!(!is_over(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, skew));
        assert!(is_over(
            DateTime::<Utc>::MIN_UTC,
            DateTime::<Utc>::MAX_UTC,
            Duration::ZERO
        ));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(millis in 0_i64..253_402_300_800_000) {
            let at = DateTime::<Utc>::from_timestamp_millis(millis).expect("before the year 10000");
            prop_assert_eq!(read(&write(at)), Some(at));
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let _ = read(&text);
        }
    }
}
