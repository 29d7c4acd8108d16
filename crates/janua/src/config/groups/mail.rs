//! Mail: the server, the links, the limits.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::hours;
use crate::config::reader::Reader;
use crate::config::value::Rate;
use crate::crypto::secret::SecretString;

#[derive(Clone, Debug)]
pub struct Mail {
    pub host: Option<String>,
    pub port: u16,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    pub from: Option<String>,
    pub tls: bool,
    pub implicit_tls: bool,
    pub ca_file: Option<String>,
    pub dkim_selector: Option<String>,
    pub per_user: Rate,
    pub global: Rate,
    pub verification_lifetime: Duration,
    pub reset_lifetime: Duration,
    pub templates_dir: Option<String>,
    pub default_locale: String,
}

impl Mail {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        let port = r.get(
            "SMTP_PORT",
            587,
            "Port of the mail server: 587 for STARTTLS, 465 for TLS from the first byte.",
        );
        let mail = Self {
            host: r.optional("SMTP_HOST", "Mail server; without it, and outside production, mails are kept in the mail catcher at /dev/mail."),
            port,
            user: r.optional("SMTP_USER", "User name at the mail server."),
            password: r.secret("SMTP_PASSWORD", "Password at the mail server."),
            from: r.optional("SMTP_FROM", "Sender of every mail."),
            tls: r.get("SMTP_TLS", true, "STARTTLS, or TLS from the first byte; `false` only for a mail server on this machine."),
            implicit_tls: r.get("SMTP_IMPLICIT_TLS", port == 465, "TLS from the first byte instead of STARTTLS; by default on port 465 only."),
            ca_file: r.optional("SMTP_CA_FILE", "PEM file with a certificate to trust besides those of the system."),
            dkim_selector: r.optional("SMTP_DKIM_SELECTOR", "Name under which the mail provider publishes its DKIM key for the domain of SMTP_FROM; the doctor then looks for it."),
            per_user: Rate::per_hour(r.positive("EMAIL_RATE_LIMIT_PER_USER", 5, "Mails that a person can ask for, per address and hour.")),
            global: Rate::per_hour(r.positive("EMAIL_RATE_LIMIT_GLOBAL", 1000, "Mails per hour in all; more wait in the outbox.")),
            verification_lifetime: hours(r.positive("EMAIL_VERIFICATION_EXPIRE_HOURS", 24, "Hours that a verification link lives.")),
            reset_lifetime: hours(r.positive("PASSWORD_RESET_EXPIRE_HOURS", 1, "Hours that a password reset link lives.")),
            templates_dir: r.optional("TEMPLATES_DIR", "Folder whose files replace built-in templates and locales, file by file."),
            default_locale: r.get("DEFAULT_LOCALE", "en".to_owned(), "Language for people who chose none: en or es."),
        };
        if mail.host.is_some() && mail.from.is_none() {
            r.problem(
                "SMTP_FROM",
                "is missing: SMTP_HOST is set, and every mail needs a sender",
            );
        }
        if mail.user.is_some() != mail.password.is_some() {
            r.problem("SMTP_USER", "and SMTP_PASSWORD are needed together");
        }
        mail
    }

    /// Whether the mail server runs on this machine.
    pub fn is_local(&self) -> bool {
        self.host
            .as_deref()
            .is_some_and(|it| matches!(it, "localhost" | "127.0.0.1" | "::1"))
    }
}
