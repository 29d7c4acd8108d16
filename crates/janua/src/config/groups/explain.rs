//! What `janua explain` remembers.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use chrono::TimeDelta;

use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct Explain {
    /// `None` keeps nothing.
    pub retention: Option<TimeDelta>,
    pub most_rows: u32,
}

impl Explain {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let kept: u32 = r.get(
            "EXPLAIN_RETENTION_DAYS",
            7,
            "Days that refused requests are kept for `janua explain`; 0 keeps none.",
        );
        let most_rows = r.get(
            "EXPLAIN_MAX_ROWS",
            100_000,
            "The most refused requests that are kept; the oldest go first.",
        );
        if most_rows == 0 {
            r.problem(
                "EXPLAIN_MAX_ROWS",
                "must be at least 1; EXPLAIN_RETENTION_DAYS=0 keeps none",
            );
        }
        Self {
            retention: (kept > 0).then(|| TimeDelta::days(i64::from(kept))),
            most_rows,
        }
    }
}
