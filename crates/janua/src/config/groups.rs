//! The settings, group by group. The text of each call is its line in the reference page.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use ipnet::IpNet;

use super::reader::Reader;
use super::value::{Environment, LogFormat, Rate, choices};
use crate::crypto::secret::SecretString;
use crate::crypto::signing::Algorithm;

#[derive(Clone, Debug)]
pub struct Server {
    pub environment: Environment,
    pub host: String,
    pub port: u16,
    /// Without a trailing slash.
    pub base_url: String,
    pub app_name: String,
    pub trusted_proxies: Vec<IpNet>,
    pub cors_origins: Vec<String>,
    pub request_timeout: Duration,
    pub limit_concurrency: usize,
    pub workers: usize,
    pub shutdown_delay: Duration,
    pub shutdown_grace: Duration,
    pub data_dir: String,
    pub debug: bool,
}

impl Server {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let environment = r.get("ENVIRONMENT", Environment::Development, "`production` assumes nothing: it wants DATABASE_URL, REDIS_URL and a signing secret, https and secure cookies. `development` brings an embedded default for everything.");
        let production = environment == Environment::Production;
        let host = if production { "0.0.0.0" } else { "127.0.0.1" };
        let host = r.get(
            "HOST",
            host.to_owned(),
            "Address to listen on; in production the default is 0.0.0.0.",
        );
        let port = r.get("PORT", 4100, "TCP port to listen on; 0 takes a free one.");
        let base_url = r.get("APP_BASE_URL", format!("http://localhost:{port}"), "Public address: base of every link in a mail and, unless JWT_ISSUER says otherwise, the issuer of tokens. Never taken from a request.");
        let base_url = base_url.trim_end_matches('/').to_owned();
        if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
            r.problem("APP_BASE_URL", "must start with https:// or http://");
        }
        Self {
            environment,
            host,
            port,
            base_url,
            app_name: r.get("APP_NAME", "Janua".to_owned(), "Name that people see in mails and on pages."),
            trusted_proxies: r.get("TRUSTED_PROXIES", Vec::new(), "Networks (CIDR, separated by commas) whose X-Forwarded-For, Forwarded and CF-Connecting-IP count."),
            cors_origins: r.get("CORS_ORIGINS", Vec::new(), "Origins (scheme://host:port, separated by commas) whose pages may call the API with credentials."),
            request_timeout: Duration::from_secs(r.get("REQUEST_TIMEOUT_SECONDS", 10, "Seconds after which a request is given up with 503.")),
            limit_concurrency: r.get("LIMIT_CONCURRENCY", 1024, "Requests in work at once; more are shed with 503. Health checks are always answered."),
            workers: r.get("WORKERS", cores(), "Threads that serve requests; by default one per core."),
            shutdown_delay: Duration::from_secs(r.get("SHUTDOWN_DELAY_SECONDS", 1, "Seconds after SIGTERM in which requests are still taken while /ready already says no.")),
            shutdown_grace: Duration::from_secs(r.get("SHUTDOWN_GRACE_SECONDS", 25, "Seconds that running requests get to end after SIGTERM.")),
            data_dir: r.get("JANUA_DATA_DIR", "./data".to_owned(), "Folder of the embedded database and of generated keys."),
            debug: r.get("DEBUG", false, "Logs at debug level unless LOG_LEVEL says otherwise."),
        }
    }

    /// Whether nothing may be assumed.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

#[derive(Clone, Debug)]
pub struct Database {
    /// A PostgreSQL or SQLite URL; it may hold a password.
    pub url: SecretString,
    pub embedded: bool,
    pub pool_size: u32,
    pub pool_overflow: u32,
    pub pool_timeout: Duration,
    pub pool_recycle: Duration,
    pub auto_migrate: bool,
}

impl Database {
    pub(super) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let given = r.secret("DATABASE_URL", "postgres://user:password@host:5432/janua or sqlite:path. Outside production the default is sqlite:./data/janua.db.");
        if given.is_none() && server.is_production() && !r.is_set("DATABASE_URL") {
            r.problem(
                "DATABASE_URL",
                "is missing: production wants postgres://… (or, on purpose, sqlite:…)",
            );
        }
        if let Some(url) = &given
            && !["postgres://", "postgresql://", "sqlite:"]
                .iter()
                .any(|it| url.reveal().starts_with(it))
        {
            r.problem(
                "DATABASE_URL",
                "must start with postgres://, postgresql:// or sqlite:",
            );
        }
        let embedded = given.is_none();
        let url = given.unwrap_or_else(|| SecretString::new(format!("sqlite:{}/janua.db", server.data_dir)));
        Self {
            url,
            embedded,
            pool_size: r.get("DATABASE_POOL_SIZE", 20, "Connections that are kept."),
            pool_overflow: r.get("DATABASE_POOL_OVERFLOW", 10, "Further connections under load."),
            pool_timeout: Duration::from_secs(r.get(
                "DATABASE_POOL_TIMEOUT",
                30,
                "Seconds to wait for a connection.",
            )),
            pool_recycle: Duration::from_secs(r.get(
                "DATABASE_POOL_RECYCLE",
                1800,
                "Seconds after which a connection is replaced.",
            )),
            auto_migrate: r.get(
                "DATABASE_AUTO_MIGRATE",
                true,
                "Applies missing migrations at start-up, under a lock.",
            ),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Redis {
    /// `None`: cache and counters live in this process.
    pub url: Option<SecretString>,
    pub password: Option<SecretString>,
    pub max_connections: usize,
    pub socket_timeout: Duration,
    pub key_prefix: String,
}

impl Redis {
    pub(super) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let url = r.secret("REDIS_URL", "redis://host:6379 or rediss://…; `memory:` keeps cache and counters in this process, on purpose.");
        let host: Option<String> = r.optional("REDIS_HOST", "Host of Redis, when REDIS_URL is not set.");
        // Kubernetes sets REDIS_PORT=tcp://… in every pod beside a service named redis: not ours then.
        let port: String = r.get(
            "REDIS_PORT",
            "6379".to_owned(),
            "Port of Redis, when REDIS_URL is not set.",
        );
        let port = match port.parse::<u16>() {
            Ok(port) => port,
            Err(_) if port.starts_with("tcp://") => 6379,
            Err(_) => {
                r.problem("REDIS_PORT", "must be a port number");
                6379
            }
        };
        let given = r.is_set("REDIS_URL") || host.is_some();
        if server.is_production() && !given {
            r.problem(
                "REDIS_URL",
                "is missing: production wants redis://… (or, on purpose, memory:)",
            );
        }
        let url = url.or_else(|| host.map(|host| SecretString::new(format!("redis://{host}:{port}"))));
        if let Some(url) = &url
            && !["redis://", "rediss://", "memory:"]
                .iter()
                .any(|it| url.reveal().starts_with(it))
        {
            r.problem("REDIS_URL", "must start with redis://, rediss:// or memory:");
        }
        Self {
            url: url.filter(|url| !url.reveal().starts_with("memory:")),
            password: r.secret("REDIS_PASSWORD", "Password of Redis, when the URL holds none."),
            max_connections: r.get("REDIS_MAX_CONNECTIONS", 100, "Commands to Redis under way at once."),
            socket_timeout: Duration::from_secs(r.get("REDIS_SOCKET_TIMEOUT", 5, "Seconds to wait for Redis to connect or answer; a request never waits longer than a quarter of a second.")),
            key_prefix: r.get("REDIS_KEY_PREFIX", "janua:".to_owned(), "Put before every key, so that several installations share one Redis."),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Cache {
    pub enabled: bool,
    pub default_ttl: Duration,
    pub user_profile: Duration,
    pub session_validation: Duration,
    pub organization: Duration,
    pub permissions: Duration,
    pub settings: Duration,
    pub memory_bytes: u64,
}

impl Cache {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let mut ttl = |name, seconds, doc| Duration::from_secs(r.get(name, seconds, doc));
        let default_ttl = ttl(
            "CACHE_DEFAULT_TTL",
            300,
            "Seconds that a copy without a lifetime of its own is kept.",
        );
        let user_profile = ttl(
            "CACHE_TTL_USER_PROFILE",
            300,
            "Seconds that a user's profile is kept.",
        );
        let session_validation = ttl(
            "CACHE_TTL_SESSION_VALIDATION",
            60,
            "Seconds that the check of a session is kept; a revocation ends it at once.",
        );
        let organization = ttl(
            "CACHE_TTL_ORGANIZATION",
            600,
            "Seconds that an organization is kept.",
        );
        let permissions = ttl("CACHE_TTL_PERMISSIONS", 300, "Seconds that permissions are kept.");
        let settings = ttl("CACHE_TTL_SETTINGS", 1800, "Seconds that settings are kept.");
        Self {
            enabled: r.get(
                "CACHE_ENABLED",
                true,
                "`false` reads everything from the database; rate limits go on.",
            ),
            default_ttl,
            user_profile,
            session_validation,
            organization,
            permissions,
            settings,
            memory_bytes: r.get(
                "CACHE_MEMORY_BYTES",
                32 * 1024 * 1024,
                "Most memory that the in-process cache takes, in bytes.",
            ),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Tokens {
    pub algorithm: Algorithm,
    pub private_key_path: Option<String>,
    pub public_key_path: Option<String>,
    pub secret_key: Option<SecretString>,
    pub master_key: Option<SecretString>,
    pub issuer: String,
    pub audience: String,
    pub leeway_seconds: u8,
    pub access_lifetime: Duration,
    pub refresh_lifetime: Duration,
    pub session_lifetime: Duration,
    pub rotation: bool,
    pub reuse_grace: Duration,
}

/// Secrets that stand in examples all over the world.
const KNOWN_SAMPLES: &[&str] = &[
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "example",
    "password",
    "insert",
];

impl Tokens {
    pub(super) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let tokens = Self {
            algorithm: r.get("JWT_ALGORITHM", Algorithm::Rs256, "How access tokens are signed: RS256, ES256, EdDSA, or HS256 with JWT_SECRET_KEY."),
            private_key_path: r.optional("JWT_PRIVATE_KEY_PATH", "PEM file with the private key; without it a key is generated and kept sealed in the database."),
            public_key_path: r.optional("JWT_PUBLIC_KEY_PATH", "PEM file with the public key that belongs to JWT_PRIVATE_KEY_PATH; compared at start-up."),
            secret_key: r.secret("JWT_SECRET_KEY", "At least 32 bytes. Signs tokens with HS256, and seals what is stored unless JANUA_MASTER_KEY is set."),
            master_key: r.secret("JANUA_MASTER_KEY", "At least 32 bytes: the root of everything that is sealed or hashed with a key."),
            issuer: r.get("JWT_ISSUER", server.base_url.clone(), "`iss` of access tokens."),
            audience: r.get("JWT_AUDIENCE", "janua".to_owned(), "`aud` of access tokens."),
            leeway_seconds: r.get("JWT_LEEWAY_SECONDS", 30u8, "Difference between clocks that is forgiven, at most 30 seconds."),
            access_lifetime: minutes(r.get("ACCESS_TOKEN_EXPIRE_MINUTES", 15, "Minutes that an access token lives.")),
            refresh_lifetime: days(r.get_also("REFRESH_TOKEN_EXPIRE_DAYS", "JWT_REFRESH_TOKEN_EXPIRE_DAYS", 7, "Days that a refresh token lives; each use begins anew.")),
            session_lifetime: days(r.get("SESSION_MAX_DAYS", 30, "Days after which a session ends however often it was refreshed.")),
            rotation: r.get("REFRESH_TOKEN_ROTATION", true, "Each refresh names a successor, and a token used twice ends the session. `false` keeps the same token."),
            reuse_grace: Duration::from_secs(r.get("REFRESH_TOKEN_REUSE_SECONDS", 60, "Seconds in which a refresh token shown again gets the same successor, for parallel tabs and lost answers.")),
        };
        tokens.check(r, server);
        tokens
    }

    fn check(&self, r: &mut Reader<'_>, server: &Server) {
        for (name, secret) in [
            ("JWT_SECRET_KEY", &self.secret_key),
            ("JANUA_MASTER_KEY", &self.master_key),
        ] {
            let Some(secret) = secret.as_ref().map(SecretString::reveal) else {
                continue;
            };
            let lower = secret.to_lowercase();
            let repeats = secret.bytes().collect::<std::collections::HashSet<_>>().len() < 8;
            if secret.len() < 32 {
                r.problem(
                    name,
                    "is too short: it must have at least 32 bytes, as `openssl rand -base64 48` prints",
                );
            } else if repeats || KNOWN_SAMPLES.iter().any(|sample| lower.contains(sample)) {
                r.problem(
                    name,
                    "looks like a sample: generate one with `openssl rand -base64 48`",
                );
            }
        }
        if self.leeway_seconds > 30 {
            r.problem("JWT_LEEWAY_SECONDS", "must be at most 30");
        }
        let hs256 = self.algorithm == Algorithm::Hs256;
        if hs256 && self.secret_key.is_none() && !r.is_set("JWT_SECRET_KEY") {
            r.problem("JWT_SECRET_KEY", "is missing: JWT_ALGORITHM=HS256 signs with it");
        }
        if hs256 && self.private_key_path.is_some() {
            r.problem(
                "JWT_PRIVATE_KEY_PATH",
                "has no use with JWT_ALGORITHM=HS256; leave out one of them",
            );
        }
        if self.private_key_path.is_some() != self.public_key_path.is_some() {
            let (missing, given) = match self.private_key_path {
                Some(_) => ("JWT_PUBLIC_KEY_PATH", "JWT_PRIVATE_KEY_PATH"),
                None => ("JWT_PRIVATE_KEY_PATH", "JWT_PUBLIC_KEY_PATH"),
            };
            r.problem(
                missing,
                &format!("is missing: {given} is set, and both are needed"),
            );
        }
        let rooted =
            r.is_set("JWT_SECRET_KEY") || r.is_set("JANUA_MASTER_KEY") || self.private_key_path.is_some();
        if server.is_production() && !rooted {
            r.problem(
                "JWT_SECRET_KEY",
                "is missing: production wants JWT_SECRET_KEY, JWT_PRIVATE_KEY_PATH or JANUA_MASTER_KEY",
            );
        }
    }
}

const fn minutes(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 60)
}

const fn hours(count: u32) -> Duration {
    minutes(count.saturating_mul(60))
}

const fn days(count: u32) -> Duration {
    Duration::from_secs(count as u64 * 86_400)
}

choices! {
    /// When a browser sends a cookie along from another site.
    SameSite {
        /// Never.
        Strict = "strict",
        /// When a person follows a link.
        Lax = "lax",
        /// Always; only with `Secure`.
        None = "none",
    }
}

#[derive(Clone, Debug)]
pub struct Cookies {
    pub secure: bool,
    pub same_site: SameSite,
    pub http_only: bool,
    pub domain: Option<String>,
}

impl Cookies {
    pub(super) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
        let secure = server.is_production() || server.base_url.starts_with("https://");
        Self {
            secure: r.get("SESSION_COOKIE_SECURE", secure, "Cookies travel over https only; by default when APP_BASE_URL is https, and always in production."),
            same_site: r.get("SESSION_COOKIE_SAMESITE", SameSite::Lax, "`strict`, `lax` or `none`; `strict` breaks sign-in through another site."),
            http_only: r.get("SESSION_COOKIE_HTTPONLY", true, "Scripts cannot read the session cookie."),
            domain: r.optional("SESSION_COOKIE_DOMAIN", "Shares cookies with subdomains; without it their names carry the __Host- prefix."),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Accounts {
    pub require_verification: bool,
    pub verification_grace: Duration,
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
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            require_verification: r.get("REQUIRE_EMAIL_VERIFICATION", true, "Nobody signs in before the address is verified."),
            verification_grace: hours(r.get("EMAIL_VERIFICATION_GRACE_PERIOD_HOURS", 0, "Hours after registration in which sign-in works without a verified address.")),
            lockout_threshold: r.get("ACCOUNT_LOCKOUT_THRESHOLD", 5, "Failed sign-ins that lock an account."),
            lockout_duration: minutes(r.get("ACCOUNT_LOCKOUT_DURATION_MINUTES", 30, "Minutes that a lock lasts.")),
            password_min_length: r.get("PASSWORD_MIN_LENGTH", 10, "Fewest characters of a password."),
            password_min_strength: r.get("PASSWORD_MIN_STRENGTH", 3, "Least estimated strength of a password, 0 to 4 (zxcvbn)."),
            breach_check: r.get("PASSWORD_BREACH_CHECK", false, "Asks by k-anonymity whether a new password is known from a breach; never waits long for the answer."),
            breach_url: r.get("PASSWORD_BREACH_URL", "https://api.pwnedpasswords.com/range/".to_owned(), "Where the breach check asks; five characters of a SHA-1 are appended."),
            argon2_memory_kib: r.get("ARGON2_MEMORY_KIB", 19_456, "Memory of one password hash, in KiB."),
            argon2_iterations: r.get("ARGON2_ITERATIONS", 2, "Passes of one password hash."),
            argon2_parallelism: r.get("ARGON2_PARALLELISM", 1, "Lanes of one password hash."),
            hash_threads: r.get("HASH_THREADS", cores(), "Threads that hash passwords; by default one per core."),
            hash_queue: r.get("HASH_QUEUE", 64, "Sign-ins that wait for a thread; more are shed with 503."),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Bootstrap {
    pub email: Option<String>,
    pub password: Option<SecretString>,
}

impl Bootstrap {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
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
pub struct Mail {
    pub host: Option<String>,
    pub port: u16,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    pub from: Option<String>,
    pub tls: bool,
    pub ca_file: Option<String>,
    pub per_user: Rate,
    pub global: Rate,
    pub verification_lifetime: Duration,
    pub reset_lifetime: Duration,
    pub templates_dir: Option<String>,
    pub default_locale: String,
}

impl Mail {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let mail = Self {
            host: r.optional("SMTP_HOST", "Mail server; without it, and outside production, mails are kept in the mail catcher at /dev/mail."),
            port: r.get("SMTP_PORT", 587, "Port of the mail server; 465 means TLS from the first byte."),
            user: r.optional("SMTP_USER", "User name at the mail server."),
            password: r.secret("SMTP_PASSWORD", "Password at the mail server."),
            from: r.optional("SMTP_FROM", "Sender of every mail."),
            tls: r.get("SMTP_TLS", true, "STARTTLS (or TLS on port 465); `false` only for a mail server on this machine."),
            ca_file: r.optional("SMTP_CA_FILE", "PEM file with a certificate to trust besides those of the system."),
            per_user: Rate::per_hour(r.get("EMAIL_RATE_LIMIT_PER_USER", 5, "Mails that a person can ask for, per address and hour.")),
            global: Rate::per_hour(r.get("EMAIL_RATE_LIMIT_GLOBAL", 1000, "Mails per hour in all; more wait in the outbox.")),
            verification_lifetime: hours(r.get("EMAIL_VERIFICATION_EXPIRE_HOURS", 24, "Hours that a verification link lives.")),
            reset_lifetime: hours(r.get("PASSWORD_RESET_EXPIRE_HOURS", 1, "Hours that a password reset link lives.")),
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
}

impl Limits {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
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
        }
    }
}

#[derive(Clone, Debug)]
pub struct Logging {
    pub level: String,
    pub format: LogFormat,
}

impl Logging {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            level: r.get(
                "LOG_LEVEL",
                "info".to_owned(),
                "error, warn, info, debug or trace, in any case; per target as in `info,sqlx=warn`.",
            ),
            format: r.get(
                "LOG_FORMAT",
                LogFormat::Json,
                "`json`: one object per line; `text`: for people.",
            ),
        }
    }
}
