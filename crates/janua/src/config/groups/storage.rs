//! The database, Redis, and what is cached.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use super::Server;
use crate::config::reader::Reader;
use crate::crypto::secret::SecretString;

#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Clone, Debug)]
pub struct Database {
    /// A PostgreSQL or SQLite URL; it may hold a password.
    pub url: SecretString,
    pub embedded: bool,
    pub pool_size: u32,
    pub pool_overflow: u32,
    pub pool_timeout: Duration,
    pub pool_recycle: Duration,
    pub statement_timeout: Duration,
    pub pooler: bool,
    pub auto_migrate: bool,
    pub echo: bool,
    pub slow_query: Duration,
}

impl Database {
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
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
            pool_size: r.positive("DATABASE_POOL_SIZE", 20, "Connections that are kept."),
            pool_overflow: r.get("DATABASE_POOL_OVERFLOW", 10, "Further connections under load."),
            // Who waits longer than the request lives is never told why.
            pool_timeout: Duration::from_secs(r.positive(
                "DATABASE_POOL_TIMEOUT",
                30,
                "Seconds to wait for a connection; at most a second less than REQUEST_TIMEOUT_SECONDS.",
            ))
            .min(server.request_timeout.saturating_sub(Duration::from_secs(1)))
            .max(Duration::from_millis(500)),
            pool_recycle: Duration::from_secs(r.positive(
                "DATABASE_POOL_RECYCLE",
                1800,
                "Seconds after which a connection is replaced.",
            )),
            statement_timeout: Duration::from_secs(r.positive(
                "DATABASE_STATEMENT_TIMEOUT",
                60,
                "Seconds after which a statement that the database has not answered is given up; migrations take their time.",
            )),
            pooler: r.get(
                "DATABASE_POOLER",
                false,
                "A pooler in transaction mode stands before PostgreSQL. pgbouncer is recognised without it.",
            ),
            auto_migrate: r.get(
                "DATABASE_AUTO_MIGRATE",
                true,
                "Applies missing migrations at start-up, under a lock.",
            ),
            echo: r.get_also(
                "SQL_ECHO",
                "SQLALCHEMY_ECHO",
                false,
                "Logs every statement with its duration and its rows, on the lines of its request; never the values bound to it.",
            ),
            slow_query: Duration::from_millis(r.get(
                "SLOW_QUERY_THRESHOLD",
                100,
                "Milliseconds from which a statement is logged as a warning.",
            )),
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
    pub(in crate::config) fn read(r: &mut Reader<'_>, server: &Server) -> Self {
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
            max_connections: r.positive("REDIS_MAX_CONNECTIONS", 100, "Commands to Redis under way at once."),
            socket_timeout: Duration::from_secs(r.positive("REDIS_SOCKET_TIMEOUT", 5, "Seconds to wait for Redis to connect or answer; a request never waits longer than a quarter of a second.")),
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
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
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
