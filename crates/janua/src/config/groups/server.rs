//! Address, public name and limits of the HTTP server.
#![expect(
    missing_docs,
    reason = "each field is described where it is read, and that text is what an operator sees"
)]

use std::time::Duration;

use ipnet::IpNet;

use super::cores;
use crate::config::reader::Reader;
use crate::config::value::{ClockReference, Environment, Nameserver, is_origin};

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
    pub dns_resolvers: Vec<Nameserver>,
    pub clock_reference: Option<ClockReference>,
    pub request_timeout: Duration,
    pub limit_concurrency: usize,
    pub workers: usize,
    pub shutdown_delay: Duration,
    pub shutdown_grace: Duration,
    pub data_dir: String,
    pub debug: bool,
}

impl Server {
    pub(in crate::config) fn read(r: &mut Reader<'_>) -> Self {
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
        let cors_origins: Vec<String> = r.get("CORS_ORIGINS", Vec::new(), "Origins (scheme://host:port, separated by commas) whose pages may call the API with credentials.");
        if let Some(wrong) = cors_origins
            .iter()
            .find(|it| !is_origin(it.trim_end_matches('/')))
        {
            r.problem(
                "CORS_ORIGINS",
                &format!("holds {wrong:?}, but must hold origins such as https://app.example.com: scheme, host, a port only where it is not the usual one, and nothing after it"),
            );
        }
        Self {
            environment,
            host,
            port,
            base_url,
            app_name: r.get("APP_NAME", "Janua".to_owned(), "Name that people see in mails and on pages."),
            trusted_proxies: r.get("TRUSTED_PROXIES", Vec::new(), "Networks (CIDR, separated by commas) whose X-Forwarded-For, Forwarded and CF-Connecting-IP count."),
            cors_origins,
            dns_resolvers: r.get("DNS_RESOLVERS", Vec::new(), "Resolvers that are asked for the records of domains, as in 1.1.1.1,10.0.0.2:5353; without it those of the system."),
            clock_reference: r.optional("CLOCK_REFERENCE", "Whose time the doctor compares the clock of this machine with: ntp://ntp.example.com, or an https:// address for the Date of its answers. Without it PostgreSQL's alone."),
            request_timeout: Duration::from_secs(r.positive("REQUEST_TIMEOUT_SECONDS", 10, "Seconds after which a request is given up with 503.")),
            limit_concurrency: r.positive("LIMIT_CONCURRENCY", 1024, "Requests in work at once; more are shed with 503. Health checks are always answered, and an eighth more slots are kept for refreshes, sign-outs, /users/me, sessions and keys."),
            workers: r.positive("WORKERS", cores(), "Threads that serve requests; by default one per core."),
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
