//! Text messages: the provider, the limits.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use super::Server;
use crate::config::reader::Reader;
use crate::config::value::{Rate, Region, choices};
use crate::crypto::secret::SecretString;

#[derive(Clone, Debug)]
pub struct Sms {
    pub provider: SmsProvider,
    pub default_region: Option<Region>,
    pub per_phone: Rate,
    pub global: Rate,
    pub brake_after: u32,
    pub brake_below_percent: u32,
    pub twilio_account: Option<String>,
    pub twilio_token: Option<SecretString>,
    pub twilio_from: Option<String>,
    pub twilio_service: Option<String>,
    pub twilio_base_url: String,
    pub webhook_url: Option<String>,
    pub webhook_secret: Option<SecretString>,
}

choices! {
    /// Who delivers text messages.
    SmsProvider {
        /// Twilio.
        Twilio = "twilio",
        /// An address of the operator's.
        Webhook = "webhook",
        /// Nobody: they are kept for a developer to read.
        Catcher = "catcher",
        /// Nobody: there are none.
        Off = "off",
    }
}

impl Sms {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let usual = if server.is_production() {
            SmsProvider::Off
        } else {
            SmsProvider::Catcher
        };
        let sms = Self {
            provider: r.get("SMS_PROVIDER", usual, "Who delivers codes by SMS: twilio, webhook, catcher (kept at /dev/mail, for development) or off. In production off by default: then SMS is no second factor."),
            default_region: r.optional("SMS_DEFAULT_REGION", "Country of telephone numbers that are written without country code, as in US or ES; without it they are refused."),
            per_phone: Rate::per_hour(r.positive("SMS_RATE_LIMIT_PER_PHONE", 3, "Text messages per number and hour; twice as many for an account.")),
            global: Rate::per_hour(r.positive("SMS_RATE_LIMIT_GLOBAL", 100, "Text messages per hour in all.")),
            brake_after: r.get("SMS_BRAKE_AFTER", 20, "Text messages to one country in a day from which on it is looked at how many were answered with their code; a quarter of it, at least 5, for numbers that differ in the last four digits only. 0 never stops any."),
            brake_below_percent: r.positive("SMS_BRAKE_BELOW_PERCENT", 20, "Share of answered codes, in percent, below which such numbers get no more for a day."),
            twilio_account: r.optional("TWILIO_ACCOUNT_SID", "Account at Twilio, beginning with AC."),
            twilio_token: r.secret("TWILIO_AUTH_TOKEN", "Token of the account at Twilio."),
            twilio_from: r.optional("TWILIO_FROM_NUMBER", "Number in E.164, or name, that messages by Twilio come from."),
            twilio_service: r.optional("TWILIO_MESSAGING_SERVICE_SID", "Messaging service at Twilio that chooses the sender, beginning with MG; in place of TWILIO_FROM_NUMBER."),
            twilio_base_url: r.get("TWILIO_BASE_URL", "https://api.twilio.com".to_owned(), "Where the API of Twilio is."),
            webhook_url: r.optional("SMS_WEBHOOK_URL", "Where SMS_PROVIDER=webhook hands messages over, as signed JSON with id, to and text."),
            webhook_secret: r.secret("SMS_WEBHOOK_SECRET", "What signs them: the key of X-Janua-Signature, at least 16 characters."),
        };
        match sms.provider {
            SmsProvider::Twilio => sms.check_twilio(r),
            SmsProvider::Webhook => sms.check_webhook(r),
            SmsProvider::Catcher if server.is_production() => r.problem(
                "SMS_PROVIDER",
                "cannot be catcher in production: nobody would get a code; choose twilio, webhook or off",
            ),
            SmsProvider::Catcher | SmsProvider::Off => {}
        }
        if sms.brake_below_percent > 100 {
            r.problem("SMS_BRAKE_BELOW_PERCENT", "must be at most 100");
        }
        sms
    }

    fn check_twilio(&self, r: &mut Reader<'_>) {
        let needs = "is missing: SMS_PROVIDER=twilio needs it";
        match &self.twilio_account {
            None => r.problem("TWILIO_ACCOUNT_SID", needs),
            Some(sid) if !is_sid(sid, "AC") => {
                r.problem(
                    "TWILIO_ACCOUNT_SID",
                    "must be AC and 32 hexadecimal digits, as the console of Twilio shows it",
                );
            }
            Some(_) => {}
        }
        if self.twilio_token.is_none() && !r.is_set("TWILIO_AUTH_TOKEN") {
            r.problem("TWILIO_AUTH_TOKEN", needs);
        }
        match (&self.twilio_from, &self.twilio_service) {
            (None, None) => r.problem(
                "TWILIO_FROM_NUMBER",
                "is missing: SMS_PROVIDER=twilio needs it, or TWILIO_MESSAGING_SERVICE_SID",
            ),
            (Some(_), Some(_)) => r.problem(
                "TWILIO_FROM_NUMBER",
                "and TWILIO_MESSAGING_SERVICE_SID are both set; keep one of them",
            ),
            (Some(from), None) if !is_sender(from) => r.problem(
                "TWILIO_FROM_NUMBER",
                "must be a number in E.164 as in +12025550123, a short code, or a name of at most 11 letters and digits",
            ),
            (None, Some(sid)) if !is_sid(sid, "MG") => {
                r.problem("TWILIO_MESSAGING_SERVICE_SID", "must be MG and 32 hexadecimal digits");
            }
            _ => {}
        }
        check_url(r, "TWILIO_BASE_URL", &self.twilio_base_url);
    }

    fn check_webhook(&self, r: &mut Reader<'_>) {
        let needs = "is missing: SMS_PROVIDER=webhook needs it";
        match &self.webhook_url {
            None => r.problem("SMS_WEBHOOK_URL", needs),
            Some(url) => check_url(r, "SMS_WEBHOOK_URL", url),
        }
        match &self.webhook_secret {
            Some(secret) if secret.len() < 16 => {
                r.problem("SMS_WEBHOOK_SECRET", "must have at least 16 characters");
            }
            None if !r.is_set("SMS_WEBHOOK_SECRET") => r.problem("SMS_WEBHOOK_SECRET", needs),
            _ => {}
        }
    }
}

fn is_sid(text: &str, kind: &str) -> bool {
    let digits = text.strip_prefix(kind);
    digits.is_some_and(|it| it.len() == 32 && it.bytes().all(|it| it.is_ascii_hexdigit()))
}

fn is_sender(text: &str) -> bool {
    let digits = text.strip_prefix('+');
    let is_number =
        digits.is_some_and(|it| (8..=15).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()));
    let is_name =
        (3..=11).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b' ');
    is_number || is_name
}

/// Codes travel there, and Twilio's token: nobody on the way may read them.
fn check_url(r: &mut Reader<'_>, name: &str, url: &str) {
    let host = url.split_once("://").map_or("", |(_, it)| it);
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|it| {
        host.strip_prefix(it)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    if !(url.starts_with("https://") && !host.is_empty() || url.starts_with("http://") && is_local) {
        r.problem(name, "must be an https:// address; http:// only on this machine");
    }
}
