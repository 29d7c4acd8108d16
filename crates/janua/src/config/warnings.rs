//! What is legal and probably not meant.

use super::{Config, Problem, SameSite, SmsProvider};

impl Config {
    /// Values that an operator should look at twice. The server starts with them all the same.
    pub fn warnings(&self) -> Vec<Problem> {
        let mut found = self.everywhere();
        if self.server.is_production() {
            found.extend(self.in_production());
        }
        let found = found.into_iter().filter(|(applies, ..)| *applies);
        found
            .map(|(_, name, text)| Problem {
                name: name.to_owned(),
                text: text.to_owned(),
            })
            .collect()
    }

    fn everywhere(&self) -> Vec<(bool, &'static str, &'static str)> {
        let server = &self.server;
        let local = ["://localhost", "://127.0.0.1", "://[::1]"];
        let public = !local.iter().any(|it| server.base_url.contains(it));
        let accounts = &self.accounts;
        vec![
            (
                server.base_url.starts_with("http://") && public,
                "APP_BASE_URL",
                "is an http:// address that others can see: passwords and tokens travel in clear",
            ),
            (
                self.cookies.same_site == SameSite::Strict && self.sso.relay_state_secret.is_none(),
                "SESSION_COOKIE_SAMESITE",
                "is strict: who comes back from a mail or another site's sign-in is not signed in; lax is meant for that",
            ),
            (
                self.cookies.same_site == SameSite::Strict && self.sso.relay_state_secret.is_some(),
                "SESSION_COOKIE_SAMESITE",
                "is strict while SSO_RELAY_STATE_SECRET is set: whoever comes back from the identity provider of their organization looks signed out and is sent there again; set lax",
            ),
            (
                !self.cookies.http_only,
                "SESSION_COOKIE_HTTPONLY",
                "is false: any script on the page can take the session",
            ),
            (
                !self.limits.enabled,
                "RATE_LIMIT_ENABLED",
                "is false: passwords can be guessed without end",
            ),
            (
                !self.tokens.rotation,
                "REFRESH_TOKEN_ROTATION",
                "is false: a stolen refresh token is not noticed",
            ),
            (
                self.tokens.access_lifetime.as_secs() > 3600,
                "ACCESS_TOKEN_EXPIRE_MINUTES",
                "is longer than an hour: who verifies tokens without asking us learns of a sign-out that late",
            ),
            (
                self.cookies.domain.is_some(),
                "SESSION_COOKIE_DOMAIN",
                "is set: every subdomain receives the session cookie",
            ),
            (
                self.sms.twilio_account.is_some() && self.sms.provider != SmsProvider::Twilio,
                "TWILIO_ACCOUNT_SID",
                "is set and not used: SMS_PROVIDER is not twilio",
            ),
            (
                accounts.password_min_length < 8,
                "PASSWORD_MIN_LENGTH",
                "is less than 8, the least that NIST SP 800-63B allows",
            ),
            (
                !(1..=100).contains(&accounts.lockout_threshold),
                "ACCOUNT_LOCKOUT_THRESHOLD",
                "locks at once or practically never; 5 is the default",
            ),
            (
                accounts.argon2_memory_kib < 19_456 && accounts.argon2_iterations < 3,
                "ARGON2_MEMORY_KIB",
                "is less than OWASP's 19456 with 2 passes: stolen hashes are cheap to guess",
            ),
        ]
    }

    fn in_production(&self) -> Vec<(bool, &'static str, &'static str)> {
        let level = self.logging.level.to_ascii_lowercase();
        vec![
            (
                self.server.debug,
                "DEBUG",
                "is true in production: the log grows fast and tells much",
            ),
            (
                level.starts_with("debug") || level.starts_with("trace"),
                "LOG_LEVEL",
                "is debug or trace in production: the log grows fast and tells much",
            ),
            (
                self.mail.host.is_none(),
                "SMTP_HOST",
                "is missing in production: nobody gets a verification or reset link; mails wait in the outbox",
            ),
            (
                !self.accounts.require_verification,
                "REQUIRE_EMAIL_VERIFICATION",
                "is false in production: anybody can sign up with anybody's address",
            ),
            (
                self.database.url.reveal().starts_with("sqlite:"),
                "DATABASE_URL",
                "is SQLite in production: right for one instance on a local disk, and only for that",
            ),
            (
                self.redis.url.is_none(),
                "REDIS_URL",
                "is memory: in production: limits and copies are each instance's own",
            ),
            (
                self.server.trusted_proxies.is_empty(),
                "TRUSTED_PROXIES",
                "is empty in production: behind a proxy every request seems to come from it, and shares its limits",
            ),
            (
                self.server
                    .cors_origins
                    .iter()
                    .any(|it| it.starts_with("http://")),
                "CORS_ORIGINS",
                "holds an http:// origin in production: who sits on its wire can use the API with its visitors' sessions",
            ),
        ]
    }
}
