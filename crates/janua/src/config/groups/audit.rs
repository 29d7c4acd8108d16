//! The audit log.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::days;
use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct Audit {
    /// `None` is for ever.
    pub retention: Option<Duration>,
}

impl Audit {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let kept: u32 = r.get(
            "AUDIT_RETENTION_DAYS",
            365,
            "Days that the audit log is kept; 0 keeps it for ever.",
        );
        Self {
            retention: (kept > 0).then(|| days(kept)),
        }
    }
}
