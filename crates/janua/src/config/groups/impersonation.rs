//! Administrators who act for somebody else.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use crate::config::reader::Reader;

/// The longest that such a session may live, in seconds.
const LONGEST: u32 = 900;

#[derive(Clone, Debug)]
pub struct Impersonation {
    pub enabled: bool,
    pub lifetime: Duration,
    pub notify: bool,
}

impl Impersonation {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let seconds = r.positive(
            "IMPERSONATION_TTL",
            900,
            "Seconds that support access lasts; at most 900. It cannot be prolonged.",
        );
        if seconds > LONGEST {
            r.problem("IMPERSONATION_TTL", "is 900 at most");
        }
        Self {
            enabled: r.get(
                "IMPERSONATION_ENABLED",
                false,
                "Administrators of the platform may act for users who are no administrators, for minutes and with a reason.",
            ),
            lifetime: Duration::from_secs(seconds.into()),
            notify: r.get(
                "IMPERSONATION_NOTIFY",
                true,
                "Whoever is acted for gets a mail that says who, when and why.",
            ),
        }
    }
}
