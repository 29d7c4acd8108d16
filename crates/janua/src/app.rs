//! What every function of Janua may use, built once from the configuration.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use crate::config::Config;
use crate::crypto::password::Memory;
use crate::crypto::root::{Key32, Purpose, RootSecret};
use crate::crypto::sealed::Sealer;
use crate::error::causes;
use crate::ids::RequestNames;
use crate::io::cache::{Cache, RedisOptions};
use crate::io::clock::Clock;
use crate::io::db::migrate::{self, Place};
use crate::io::db::{Db, moving};
use crate::io::dns::Dns;
use crate::io::mail::{MailHealth, Mailer};
use crate::io::names::Names;
use crate::io::outbound::Outbound;
use crate::io::pool::{Niceness, Pool};
use crate::io::public::Public;
use crate::io::random::Random;
use crate::io::reach::Reach;
use crate::io::sightings::Sightings;
use crate::io::slots::Slots;
use crate::io::sms::{TextHealth, Texter};
use crate::listening::Listening;
use crate::logging::Levels;
use crate::metrics::Metrics;
use crate::openid;
use crate::refused;
use crate::rendering::Renderer;
use crate::roots::Roots;
use crate::settings::Known;
use crate::tokens::keys::{KeyRing, Means};
use crate::tokens::{self, VerifiedTokens};

/// Signatures that may wait for a thread: far more than a healthy server ever has.
const SIGNING_QUEUE: usize = 1024;

/// Messages of SAML that may wait for a thread: each may be 1 MiB large.
const SAML_QUEUE: usize = 64;

/// Whoever reads, writes or talks to the database goes first: a signature takes a quarter of a millisecond.
const SIGNING_YIELDS: Niceness = Niceness(4);

/// A password hash takes tens of milliseconds, so it yields to all others.
const HASHING_YIELDS: Niceness = Niceness(10);

/// Longest wait of a request for Redis, in milliseconds.
const REDIS_BUDGET_MS: u64 = 250;

/// A handle to everything; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// What the operator decided.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Copies and counters that may vanish at any time.
    pub cache: Cache,
    /// What time it is.
    pub clock: Clock,
    /// Where random bytes come from.
    pub random: Random,
    /// Where mails go.
    pub mailer: Mailer,
    /// Where text messages go.
    pub texter: Texter,
    /// The HTTP client.
    pub outbound: Outbound,
    /// The HTTP client for targets that somebody else names.
    pub public: Public,
    /// What identity providers say of themselves.
    pub openid: openid::Documents,
    /// What identity providers of organizations say of themselves.
    pub sso_documents: openid::Documents,
    /// Where records of the DNS come from.
    pub dns: Dns,
    /// Templates and languages.
    pub renderer: Renderer,
    /// Threads that hash passwords.
    pub hashing: Pool<Memory>,
    /// Threads that sign tokens: a lane of its own, so that refreshes do not wait behind sign-ins.
    pub signing: Pool<()>,
    /// Threads that read, check and write messages of SAML.
    pub saml: Pool<()>,
    /// Keys for what is hashed with a key.
    pub keys: Keys,
    /// The same under earlier master keys: they find what was hashed before, and hash nothing new.
    pub earlier_keys: Vec<Keys>,
    /// Keys that sign and verify tokens.
    pub ring: KeyRing,
    /// Access tokens whose signature need not be computed again.
    pub verified_tokens: VerifiedTokens,
    /// What administrators decide at run time.
    pub settings: Known,
    /// Seals what must be read again.
    pub sealer: Sealer,
    /// Wakes the worker that sends mails.
    pub mail_waits: Arc<Notify>,
    /// Whether anybody is to be told of events.
    pub listening: Listening,
    /// Wakes the worker that passes events on.
    pub events_wait: Arc<Notify>,
    /// What is counted and measured.
    pub metrics: Metrics,
    /// What is logged, changeable while the server runs.
    pub levels: Levels,
    /// Remembers for a moment whether mail could be sent.
    pub mail_health: MailHealth,
    /// Remembers for a moment whether text messages could be sent.
    pub text_health: TextHealth,
    /// When API keys were last used, until it is written.
    pub key_uses: Sightings,
    /// Requests that were refused, until it is written.
    pub refused: refused::Waiting,
    /// Requests that may be in work at once.
    pub slots: Slots,
    /// Names requests that bring no id of their own.
    pub request_names: RequestNames,
    /// A proxy of our own network that passed on a request without being trusted, if there was one.
    pub unknown_proxy: OnceLock<IpAddr>,
    /// Set when the server has been told to stop: it is no longer ready.
    pub draining: AtomicBool,
}

/// Keys derived from the root secret, one for each purpose.
#[derive(Debug)]
pub struct Keys {
    /// Hashes refresh tokens.
    pub refresh: Key32,
    /// Names their successors.
    pub successor: Key32,
    /// Hashes one-time secrets.
    pub one_time: Key32,
    /// Hashes session cookies.
    pub cookie: Key32,
    /// Hashes device cookies.
    pub device: Key32,
    /// Makes CSRF tokens.
    pub csrf: Key32,
    /// Makes up passkeys for addresses that have none.
    pub decoy: Key32,
    /// Hides whose failed sign-ins a row counts.
    pub lockout: Key32,
    /// Hashes API keys.
    pub api_key: Key32,
    /// Proves that what stands in the audit log is ours.
    pub audit: Key32,
}

impl Keys {
    fn of(root: &RootSecret) -> Self {
        Self {
            refresh: root.derive(Purpose::RefreshToken),
            successor: root.derive(Purpose::RefreshSuccessor),
            one_time: root.derive(Purpose::OneTimeSecret),
            cookie: root.derive(Purpose::SessionCookie),
            device: root.derive(Purpose::Device),
            csrf: root.derive(Purpose::Csrf),
            decoy: root.derive(Purpose::PasskeyDecoy),
            lockout: root.derive(Purpose::LockoutSubject),
            api_key: root.derive(Purpose::ApiKey),
            audit: root.derive(Purpose::Audit),
        }
    }
}

impl Parts {
    /// The keys that may have hashed what is stored: the current ones first.
    pub fn all_keys(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.keys).chain(&self.earlier_keys)
    }
}

/// What tests put in place of the world.
#[derive(Clone, Debug)]
pub struct World {
    /// The clock.
    pub clock: Clock,
    /// The randomness.
    pub random: Random,
    /// Which addresses names have.
    pub names: Names,
    /// Which records the DNS has; `None` asks the resolvers of the settings.
    pub dns: Option<Dns>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            clock: Clock::System,
            random: Random::System,
            names: Names::System,
            dns: None,
        }
    }
}

impl App {
    /// Connects to everything and prepares it: the only place that chooses between the sides of a seam.
    ///
    /// # Errors
    /// A text for the operator that says what is wrong and what to do.
    pub async fn build(config: Config, world: World) -> Result<Self, String> {
        // A database that was never served is not made before there is a key for it.
        Roots::read(&config, &world.random)?;
        let db = Box::pin(connect(&config, &world.clock)).await?;
        Box::pin(Self::on(config, world, db)).await
    }

    /// The same on a database that is connected, whose schema is up to date.
    ///
    /// # Errors
    /// A text for the operator that says what is wrong and what to do.
    pub async fn on(config: Config, world: World, db: Db) -> Result<Self, String> {
        let World {
            clock,
            random,
            names,
            dns,
        } = world;
        let roots = Roots::read(&config, &random)?;
        let metrics = Metrics::default();
        let db = db.measured(metrics.database.clone());
        let sealer = roots.sealer()?;
        let signing = Pool::start_yielding("sign", config.server.workers, SIGNING_QUEUE, SIGNING_YIELDS)
            .map(|it| it.measured(metrics.signing.clone()))
            .map_err(|error| format!("no threads for signatures: {error}"))?;
        let keys = Keys::of(&roots.current);
        let means = Means {
            audit: &keys.audit,
            tokens: &config.tokens,
            db: &db,
            sealer: &sealer,
            random: &random,
            clock: &clock,
            pool: &signing,
        };
        let ring = tokens::keys::load(means)
            .await
            .map_err(|error| roots.explain(error, &config))?;
        let settings = Known::load(&db).await.map_err(|error| error.to_string())?;
        let outbound = Outbound::new().map_err(|error| error.to_string())?;
        let parts = Parts {
            cache: cache(&config)?,
            mailer: Mailer::new(&config)?,
            texter: Texter::new(&config, &outbound)?,
            openid: openid::Documents::default(),
            sso_documents: openid::Documents::guarded(),
            outbound,
            public: public(&config, names)?,
            dns: dns.unwrap_or_else(|| resolvers(&config)),
            renderer: Renderer::new(config.mail.templates_dir.as_deref(), &config.mail.default_locale)?,
            hashing: Pool::start_yielding(
                "hash",
                config.accounts.hash_threads,
                config.accounts.hash_queue,
                HASHING_YIELDS,
            )
            .map(|it| it.measured(metrics.hashing.clone()))
            .map_err(|error| format!("no threads for password hashes: {error}"))?,
            signing,
            saml: Pool::start_yielding("saml", config.server.workers, SAML_QUEUE, SIGNING_YIELDS)
                .map(|it| it.measured(metrics.saml.clone()))
                .map_err(|error| format!("no threads for SAML: {error}"))?,
            keys,
            earlier_keys: roots.previous.iter().map(Keys::of).collect(),
            metrics,
            levels: Levels::default(),
            mail_health: MailHealth::default(),
            text_health: TextHealth::default(),
            key_uses: Sightings::default(),
            refused: refused::Waiting::default(),
            slots: Slots::new(config.server.limit_concurrency),
            config,
            db,
            clock,
            random,
            ring,
            verified_tokens: VerifiedTokens::default(),
            settings,
            sealer,
            mail_waits: Arc::default(),
            listening: Listening::default(),
            events_wait: Arc::default(),
            request_names: RequestNames::default(),
            unknown_proxy: OnceLock::new(),
            draining: AtomicBool::new(false),
        };
        Ok(Self(Arc::new(parts)))
    }

    /// Changes what is logged from now on, in the words of `LOG_LEVEL`.
    ///
    /// # Errors
    /// A text for the operator.
    pub fn set_log_level(&self, level: &str) -> Result<(), String> {
        self.levels.set(level)?;
        tracing::info!(filter = level, "the log level was changed");
        Ok(())
    }

    /// What is logged, in the words of `LOG_LEVEL`.
    pub fn log_level(&self) -> String {
        self.levels
            .get()
            .unwrap_or_else(|| self.config.logging.level.clone())
    }
}

/// Connects and, unless the operator does that, brings the schema up to date. A schema that a newer version has added to
/// is fine, so that two versions can run side by side.
///
/// # Errors
/// A text for the operator.
pub async fn connect(config: &Config, clock: &Clock) -> Result<Db, String> {
    let told = |what: &str, error: &dyn std::error::Error| format!("{what}: {}", causes(error));
    let db = Db::connect(&config.database)
        .await
        .map_err(|error| told("DATABASE_URL", &error))?;
    let file = Db::file(&config.database).map_err(|error| told("DATABASE_URL", &error))?;
    moving::refuse_if_moving(&db, file.as_deref())
        .await
        .map_err(|error| told("DATABASE_URL", &error))?;
    if config.database.auto_migrate {
        let done = migrate::up(&db, migrate::Target::Head, clock.now()).await;
        for revision in done.map_err(|error| told("migrations", &error))? {
            tracing::info!(revision, "a migration was applied");
        }
    }
    let standing = migrate::standing(&db)
        .await
        .map_err(|error| told("migrations", &error))?;
    let current = standing.revision().unwrap_or("nothing");
    match standing.place() {
        Place::Head => {}
        Place::Newer => tracing::warn!(
            revision = current,
            "a newer version has added to the schema; this one goes on with it"
        ),
        Place::Behind => {
            let head = migrate::revisions().pop().unwrap_or_default();
            return Err(format!(
                "migrations: the database stands at {current} and this binary needs {head}; run `janua migrate up`"
            ));
        }
        Place::Foreign(why) => return Err(format!("migrations: {why}")),
    }
    for revision in standing.changed() {
        tracing::warn!(
            revision,
            "this migration was another text when it was applied; see `janua migrate history`"
        );
    }
    Ok(db)
}

/// The resolvers that the operator named, or those of the system.
pub fn resolvers(config: &Config) -> Dns {
    let named = config.server.dns_resolvers.iter();
    Dns::of(&named.map(|it| it.address()).collect::<Vec<_>>())
}

fn public(config: &Config, names: Names) -> Result<Public, String> {
    let reach = Reach {
        networks: config.webhooks.allowed_networks.clone(),
        http: config.webhooks.allow_http,
    };
    Public::new(reach, names, config.webhooks.timeout).map_err(|error| error.to_string())
}

/// The cache that the operator chose; nobody is connected to yet.
///
/// # Errors
/// A text for the operator.
pub fn cache(config: &Config) -> Result<Cache, String> {
    let copies = config.cache.enabled;
    let Some(url) = &config.redis.url else {
        return Ok(if copies {
            Cache::memory(config.cache.memory_bytes)
        } else {
            Cache::off()
        });
    };
    let options = RedisOptions {
        url: url.reveal().clone(),
        password: config.redis.password.as_ref().map(|it| it.reveal().clone()),
        socket_timeout: config.redis.socket_timeout,
        request_budget: std::time::Duration::from_millis(REDIS_BUDGET_MS),
        key_prefix: config.redis.key_prefix.clone(),
        max_connections: config.redis.max_connections,
    };
    let cache = Cache::redis(&options).map_err(|error| format!("REDIS_URL: {error}"))?;
    Ok(if copies { cache } else { cache.without_copies() })
}
