//! Rules for accounts and passwords, the first administrator, and rate limits.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::{Cache, cores, hours, minutes};
use crate::config::machine;
use crate::config::reader::Reader;
use crate::config::value::Rate;
use crate::crypto::secret::SecretString;

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Accounts {
    pub require_verification: bool,
    pub verification_grace: Duration,
    pub magic_links: bool,
    pub magic_link_signup: bool,
    pub magic_link_lifetime: Duration,
    pub lockout_threshold: u32,
    pub lockout_duration: Duration,
    pub password_min_length: usize,
    pub password_min_strength: u8,
    pub breach_check: bool,
    pub breach_url: String,
    pub argon2_memory_kib: u32,
    pub argon2_iterations: u32,
    pub argon2_parallelism: u32,
    pub hash_threads: usize,
    pub hash_queue: usize,
}

impl Accounts {
    pub(in crate::config) fn read(r: &mut Reader<'_>, cache: &Cache) -> Self {
        let argon2_memory_kib = r.get(
            "ARGON2_MEMORY_KIB",
            19_456,
            "Memory of one password hash, in KiB.",
        );
        let memory = machine::Limits::read().memory;
        let at_once = machine::hashes_at_once(
            cores(),
            u64::from(argon2_memory_kib) << 10,
            cache.memory_bytes,
            memory,
        );
        Self {
            require_verification: r.get("REQUIRE_EMAIL_VERIFICATION", true, "Nobody signs in before the address is verified."),
            verification_grace: hours(r.get("EMAIL_VERIFICATION_GRACE_PERIOD_HOURS", 0, "Hours after registration in which sign-in works without a verified address.")),
            magic_links: r.get("MAGIC_LINK_ENABLED", true, "People may sign in with a link or a code that is mailed to them."),
            magic_link_signup: r.get("MAGIC_LINK_SIGNUP", false, "Whoever opens a link for an address that belongs to nobody gets an account."),
            magic_link_lifetime: minutes(r.positive("MAGIC_LINK_EXPIRE_MINUTES", 15, "Minutes that a link or a code for a sign-in lives.")),
            lockout_threshold: r.positive("ACCOUNT_LOCKOUT_THRESHOLD", 5, "Failed sign-ins that lock an account."),
            lockout_duration: minutes(r.positive("ACCOUNT_LOCKOUT_DURATION_MINUTES", 30, "Minutes that a lock lasts.")),
            password_min_length: r.positive("PASSWORD_MIN_LENGTH", 10, "Fewest characters of a password."),
            password_min_strength: r.get("PASSWORD_MIN_STRENGTH", 3, "Least estimated strength of a password, 0 to 4 (zxcvbn)."),
            breach_check: r.get("PASSWORD_BREACH_CHECK", false, "Asks by k-anonymity whether a new password is known from a breach; never waits long for the answer."),
            breach_url: r.get("PASSWORD_BREACH_URL", "https://api.pwnedpasswords.com/range/".to_owned(), "Where the breach check asks; five characters of a SHA-1 are appended."),
            argon2_memory_kib,
            argon2_iterations: r.positive("ARGON2_ITERATIONS", 2, "Passes of one password hash."),
            argon2_parallelism: r.positive("ARGON2_PARALLELISM", 1, "Lanes of one password hash."),
            hash_threads: r.positive("HASH_THREADS", at_once, "Threads that hash passwords; by default one per core, fewer where their memory would not fit into the limit of the container."),
            hash_queue: r.positive("HASH_QUEUE", 64, "Sign-ins that wait for a thread; more are shed with 503."),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Bootstrap {
    pub email: Option<String>,
    pub password: Option<SecretString>,
}

impl Bootstrap {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            email: r.optional(
                "ADMIN_BOOTSTRAP_EMAIL",
                "Address of the first administrator, made when there is none.",
            ),
            password: r.secret("ADMIN_BOOTSTRAP_PASSWORD", "Password of the first administrator."),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Operator {
    pub admin_token: Option<SecretString>,
}

impl Operator {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            admin_token: r.secret(
                "JANUA_ADMIN_TOKEN",
                "Access token of an administrator, for orders on the command line that ask a running server; the \
                 server itself does not use it.",
            ),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Limits {
    pub enabled: bool,
    pub login: Rate,
    pub login_address: Rate,
    pub register: Rate,
    pub refresh: Rate,
    pub mail_request: Rate,
    pub link: Rate,
    pub password_change: Rate,
    pub passkey: Rate,
    pub api_key: Rate,
    pub organization_create: Rate,
    pub invitation: Rate,
    pub invitation_address: Rate,
    pub domain: Rate,
    pub webhook_test: Rate,
    pub social: Rate,
    pub sso: Rate,
    pub audit_export: Rate,
    pub export: Rate,
}

impl Limits {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            enabled: r.get(
                "RATE_LIMIT_ENABLED",
                true,
                "`false` lifts every limit on requests; refused in production.",
            ),
            login: r.get(
                "RATE_LIMIT_LOGIN",
                Rate::per_minutes(10, 5),
                "Sign-ins per account.",
            ),
            login_address: r.get(
                "RATE_LIMIT_LOGIN_ADDRESS",
                Rate::per_minutes(30, 5),
                "Sign-ins per network address.",
            ),
            register: r.get(
                "RATE_LIMIT_REGISTER",
                Rate::per_minutes(30, 60),
                "Registrations per network address.",
            ),
            refresh: r.get(
                "RATE_LIMIT_REFRESH",
                Rate::per_minutes(300, 5),
                "Refreshes per network address.",
            ),
            mail_request: r.get(
                "RATE_LIMIT_EMAIL_REQUEST",
                Rate::per_minutes(30, 60),
                "Requests for a mail (reset, verification) per network address.",
            ),
            link: r.get(
                "RATE_LIMIT_LINK",
                Rate::per_minutes(60, 5),
                "Tries of a link or code per network address.",
            ),
            password_change: r.get(
                "RATE_LIMIT_PASSWORD_CHANGE",
                Rate::per_minutes(10, 5),
                "Tries of the current password per user.",
            ),
            passkey: r.get(
                "RATE_LIMIT_PASSKEY",
                Rate::per_minutes(120, 5),
                "Questions to passkeys and their answers per network address; a sign-in takes two.",
            ),
            api_key: r.get(
                "RATE_LIMIT_API_KEY",
                Rate::per_minutes(600, 1),
                "Requests of one API key, unless it has a limit of its own.",
            ),
            organization_create: r.get(
                "RATE_LIMIT_ORGANIZATION_CREATE",
                Rate::per_minutes(20, 60),
                "Organizations that one user makes.",
            ),
            invitation: r.get(
                "RATE_LIMIT_INVITATION",
                Rate::per_minutes(200, 60),
                "Invitations that one organization, and one person in all organizations, sends.",
            ),
            invitation_address: r.get(
                "RATE_LIMIT_INVITATION_ADDRESS",
                Rate::per_minutes(5, 60),
                "Invitations to one address, from all organizations together.",
            ),
            domain: r.get(
                "RATE_LIMIT_DOMAIN",
                Rate::per_minutes(30, 10),
                "Domains that one organization claims, and looks into the DNS for, together.",
            ),
            webhook_test: r.get(
                "RATE_LIMIT_WEBHOOK_TEST",
                Rate::per_minutes(10, 1),
                "Test events that one user has sent.",
            ),
            social: r.get(
                "RATE_LIMIT_SOCIAL",
                Rate::per_minutes(60, 5),
                "Departures to other providers and returns from them, per network.",
            ),
            sso: r.get(
                "RATE_LIMIT_SSO",
                Rate::per_minutes(600, 5),
                "Departures to identity providers of organizations and returns from them, per network.",
            ),
            audit_export: r.get(
                "RATE_LIMIT_AUDIT_EXPORT",
                Rate::per_minutes(20, 60),
                "Exports of the audit log by one person or API key.",
            ),
            export: r.get(
                "RATE_LIMIT_EXPORT",
                Rate::per_minutes(10, 60),
                "Exports of what is kept of people, per who asks.",
            ),
        }
    }
}
