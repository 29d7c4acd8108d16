//! Configuration: read once, typed once, every mistake told at once.
//!
//! Names are the guide's. A value comes from the environment, else from `NAME_FILE`, else from `.env`, else from
//! `janua.toml`, else it is the default. `docs/reference/configuration.md` is generated from the doc lines here.

mod env;
mod groups;
pub mod machine;
mod reader;
mod value;
mod warnings;

pub use env::Env;
pub use groups::{
    Accounts, ApiKeys, AttributeLists, Audit, Bootstrap, Cache, ClientProof, Cookies, Database, Explain,
    Impersonation, Limits, Logging, Mail, Metrics, MfaRequired, Operator, Organizations, Pages, Passkeys,
    Redis, SameSite, SecondFactors, Server, Sms, SmsProvider, Social, SocialClient, Sso, Tokens, Traces,
    UserVerification, Webhooks,
};
pub use reader::{Described, Effective, Problem};
pub use value::{ClockReference, Environment, LogFormat, Nameserver, Rate, Region, Sampler};

use crate::crypto::secret::SecretString;
use reader::Reader;

/// Everything that an operator can decide.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address, public name and limits of the HTTP server.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// What is cached, and for how long.
    pub cache: Cache,
    /// Signing, sealing and lifetimes of tokens.
    pub tokens: Tokens,
    /// Cookies of the browser.
    pub cookies: Cookies,
    /// Rules for accounts and passwords.
    pub accounts: Accounts,
    /// Passkeys.
    pub passkeys: Passkeys,
    /// The first administrator.
    pub bootstrap: Bootstrap,
    /// Second factors.
    pub second_factors: SecondFactors,
    /// Administrators who act for somebody else.
    pub impersonation: Impersonation,
    /// Organizations.
    pub organizations: Organizations,
    /// API keys.
    pub api_keys: ApiKeys,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// The audit log.
    pub audit: Audit,
    /// What `janua explain` remembers.
    pub explain: Explain,
    /// What orders on the command line prove themselves with.
    pub operator: Operator,
    /// Mail.
    pub mail: Mail,
    /// Text messages.
    pub sms: Sms,
    /// Sign-in with accounts of other providers.
    pub social: Social,
    /// Single sign-on of organizations.
    pub sso: Sso,
    /// How pages look, and where they send people.
    pub pages: Pages,
    /// Rate limits.
    pub limits: Limits,
    /// Logs.
    pub logging: Logging,
    /// Metrics.
    pub metrics: Metrics,
    /// Traces.
    pub traces: Traces,
}

impl Config {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// Every problem there is, not only the first.
    pub fn read(env: &Env) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(env);
        let config = Self::from_reader(&mut reader);
        config.check(&mut reader);
        let problems = reader.finish();
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(problems)
        }
    }

    /// Every setting there is, for the reference page and for suggestions.
    pub fn described() -> Vec<Described> {
        let env = Env::default();
        let mut reader = Reader::new(&env);
        Self::from_reader(&mut reader);
        reader.into_described()
    }

    /// Every setting as it is in force, with its origin, however wrong others are.
    pub fn effective(env: &Env) -> Vec<Effective> {
        let mut reader = Reader::new(env);
        Self::from_reader(&mut reader);
        reader.into_effective()
    }

    /// Every secret that was given, however wrong other settings are, and the passwords inside of addresses: whoever writes
    /// a text for strangers takes them out.
    pub fn secrets(env: &Env) -> Vec<SecretString> {
        let mut reader = Reader::new(env);
        Self::from_reader(&mut reader);
        let mut secrets = reader.into_secrets();
        let inside = secrets.iter().filter_map(|it| password_of(it.reveal()));
        let inside: Vec<String> = inside.collect();
        secrets.extend(inside.into_iter().map(SecretString::new));
        secrets
    }

    fn from_reader(reader: &mut Reader<'_>) -> Self {
        let server = Server::read(reader);
        let database = Database::read(reader, &server);
        let redis = Redis::read(reader, &server);
        let cache = Cache::read(reader);
        Self {
            database,
            redis,
            tokens: Tokens::read(reader, &server),
            cookies: Cookies::read(reader, &server),
            accounts: Accounts::read(reader, &cache),
            cache,
            passkeys: Passkeys::read(reader, &server),
            bootstrap: Bootstrap::read(reader),
            second_factors: SecondFactors::read(reader, &server),
            impersonation: Impersonation::read(reader),
            organizations: Organizations::read(reader),
            api_keys: ApiKeys::read(reader),
            webhooks: Webhooks::read(reader),
            audit: Audit::read(reader),
            explain: Explain::read(reader),
            operator: Operator::read(reader),
            mail: Mail::read(reader),
            sms: Sms::read(reader, &server),
            social: Social::read(reader),
            sso: Sso::read(reader, &server),
            pages: Pages::read(reader),
            limits: Limits::read(reader),
            logging: Logging::read(reader),
            metrics: Metrics::read(reader, &server),
            traces: Traces::read(reader),
            server,
        }
    }

    /// Rules that bind several settings together.
    fn check(&self, reader: &mut Reader<'_>) {
        if self.cookies.same_site == SameSite::None && !self.cookies.secure {
            reader.problem(
                "SESSION_COOKIE_SAMESITE",
                "`none` needs SESSION_COOKIE_SECURE=true: browsers drop it otherwise",
            );
        }
        if self.server.environment == Environment::Production {
            if !self.limits.enabled {
                reader.problem("RATE_LIMIT_ENABLED", "cannot be false in production");
            }
            if !self.cookies.secure {
                reader.problem("SESSION_COOKIE_SECURE", "cannot be false in production");
            }
            if !self.server.base_url.starts_with("https://") {
                reader.problem(
                    "APP_BASE_URL",
                    "must be set to an https:// address in production: it stands in links and in the issuer",
                );
            }
        }
        if self.mail.host.is_some() && self.mail.password.is_some() && !self.mail.tls && !self.mail.is_local()
        {
            reader.problem("SMTP_TLS", "cannot be false with SMTP_PASSWORD and a remote SMTP_HOST: the password would travel in clear");
        }
        if self.bootstrap.email.is_some() != self.bootstrap.password.is_some() {
            reader.problem(
                "ADMIN_BOOTSTRAP_EMAIL",
                "and ADMIN_BOOTSTRAP_PASSWORD are needed together",
            );
        }
    }
}

/// What stands between user and host of an address (RFC 3986 §3.2.1).
fn password_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (user, _) = rest.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests;
