//! Organizations.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::days;
use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct Organizations {
    pub deletion_grace: Duration,
}

impl Organizations {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            deletion_grace: days(r.get(
                "ORGANIZATION_DELETION_GRACE_DAYS",
                30,
                "Days in which a deleted organization can be restored.",
            )),
        }
    }
}
