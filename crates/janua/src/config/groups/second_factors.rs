//! Second factors.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::{Server, minutes};
use crate::config::reader::Reader;

#[derive(Clone, Debug)]
pub struct SecondFactors {
    pub totp_window: u16,
    pub totp_issuer: String,
    pub reauthentication: Duration,
}

impl SecondFactors {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let factors = Self {
            totp_window: r.get("TOTP_VALID_WINDOW", 1, "Codes of an authenticator app that are accepted before and after the current one: 1 is thirty seconds either way. At most 2."),
            totp_issuer: r.get("TOTP_ISSUER", server.app_name.clone(), "Name under which an authenticator app lists the account. By default APP_NAME."),
            reauthentication: minutes(r.positive("REAUTHENTICATION_MINUTES", 10, "Minutes after a sign-in in which changes that could cost somebody their account need no new proof.")),
        };
        if factors.totp_window > 2 {
            r.problem(
                "TOTP_VALID_WINDOW",
                "is 2 at most: each step more makes codes easier to guess",
            );
        }
        factors
    }
}
