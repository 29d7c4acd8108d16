//! What is looked for in the log, and where a page of it begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};

use super::Entry;

/// What entries must fit; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `area.action`, or `area.*` for all of an area.
    pub action: Option<String>,
    /// Who did it: a person, or an API key.
    pub actor_id: Option<String>,
    /// What it was done to, or to whose account.
    pub target_id: Option<String>,
    /// The organization that it concerns.
    pub organization_id: Option<String>,
    /// `success` or `failure`.
    pub outcome: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// Where a page ends: the next one begins behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) at: DateTime<Utc>,
    pub(super) id: String,
}

impl Cursor {
    /// The place of an entry.
    pub fn of(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            id: entry.id.clone(),
        }
    }

    /// Reads a cursor that [`Self::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (at, id) = text.split_once(' ')?;
        let is_plain = id.len() <= 64 && id.chars().all(|it| it.is_ascii_graphic());
        let at = DateTime::parse_from_rfc3339(at).ok()?.to_utc();
        is_plain.then(|| Self {
            at,
            id: id.to_owned(),
        })
    }

    /// The text of it, of which nobody need know what it says.
    pub fn text(&self) -> String {
        let at = self.at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        URL_SAFE_NO_PAD.encode(format!("{at} {}", self.id))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(nanos in 0_i64..4_000_000_000_000_000_000, id in "[0-9a-f-]{1,36}") {
            let cursor = Cursor { at: DateTime::from_timestamp_nanos(nanos), id };
            prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn what_is_no_cursor_is_none(text in "\\PC{0,80}") {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert!(cursor.id.len() <= 64);
            }
        }
    }
}
