//! Second factors.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::{Server, days, minutes};
use crate::config::reader::Reader;
use crate::config::value::choices;

#[derive(Clone, Debug)]
pub struct SecondFactors {
    pub totp_window: u16,
    pub totp_issuer: String,
    pub reauthentication: Duration,
    pub required: MfaRequired,
    pub trusted_devices: bool,
    pub trusted_device_lifetime: Duration,
}

choices! {
    /// Who has to have a second factor.
    MfaRequired {
        /// Nobody.
        Off = "off",
        /// Administrators of the platform.
        Admins = "admins",
        /// All people.
        Everyone = "everyone",
    }
}

impl SecondFactors {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let factors = Self {
            totp_window: r.get("TOTP_VALID_WINDOW", 1, "Codes of an authenticator app that are accepted before and after the current one: 1 is thirty seconds either way. At most 2."),
            totp_issuer: r.get("TOTP_ISSUER", server.app_name.clone(), "Name under which an authenticator app lists the account. By default APP_NAME."),
            reauthentication: minutes(r.positive("REAUTHENTICATION_MINUTES", 10, "Minutes after a sign-in in which changes that could cost somebody their account need no new proof.")),
            required: r.get("MFA_REQUIRED", MfaRequired::Off, "Who has to have a second factor: off, admins or everyone. Who owes one sets it up at the next sign-in, before they get a session."),
            trusted_devices: r.get("MFA_TRUSTED_DEVICES", false, "People may choose not to be asked for the second factor again in the browser they use."),
            trusted_device_lifetime: days(r.positive("MFA_TRUSTED_DEVICE_DAYS", 30, "Days that such a browser is trusted.")),
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
