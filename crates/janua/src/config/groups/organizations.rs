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
    pub domain_lapse: Duration,
    pub invitation_days: i64,
}

impl Organizations {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let invitation_days: u32 = r.get(
            "INVITATION_LIFETIME_DAYS",
            7,
            "Days in which an invitation can be accepted, unless it says otherwise; 1 to 30.",
        );
        if !(1..=30).contains(&invitation_days) {
            r.problem("INVITATION_LIFETIME_DAYS", "must be from 1 to 30");
        }
        Self {
            domain_lapse: days(r.positive(
                "DOMAIN_LAPSE_DAYS",
                7,
                "Days after which a verified domain lapses whose DNS record is gone.",
            )),
            invitation_days: invitation_days.into(),
            deletion_grace: days(r.get(
                "ORGANIZATION_DELETION_GRACE_DAYS",
                30,
                "Days in which a deleted organization can be restored.",
            )),
        }
    }
}
