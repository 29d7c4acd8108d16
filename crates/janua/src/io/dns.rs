//! What the DNS says of a name: asked of resolvers, or told by a test.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

/// How long one question may take, whatever happens.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long one resolver has for an answer.
const PATIENCE_WITH_ONE: Duration = Duration::from_secs(2);

/// What a test says of each name.
type Answers = BTreeMap<String, Result<Vec<String>, Unanswered>>;

/// Where records come from.
#[derive(Clone, Debug)]
pub enum Dns {
    /// Resolvers on the network.
    Resolvers(Box<TokioResolver>),
    /// There is none that could be asked, for this reason.
    Nobody(String),
    /// Answers that tests put here; a name without one does not exist.
    Told(Arc<Mutex<Answers>>),
}

/// Nobody can say whether there is a record: not the same as that there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the DNS gave no answer: {0}")]
pub struct Unanswered(pub String);

impl Dns {
    /// Asks these resolvers; those of the system when none is named. Nothing is sent yet.
    pub fn of(nameservers: &[SocketAddr]) -> Self {
        let config = if nameservers.is_empty() {
            match hickory_resolver::system_conf::read_system_conf() {
                Ok((config, _)) => config,
                Err(error) => return Self::Nobody(format!("the system names no resolver: {error}")),
            }
        } else {
            ResolverConfig::from_name_servers(nameservers.iter().map(server).collect())
        };
        let provider = TokioRuntimeProvider::default();
        let resolver = TokioResolver::builder_with_config(config, provider)
            .with_options(options())
            .build();
        match resolver {
            Ok(it) => Self::Resolvers(Box::new(it)),
            Err(error) => Self::Nobody(error.to_string()),
        }
    }

    /// A DNS that knows nothing yet.
    pub fn told() -> Self {
        Self::Told(Arc::default())
    }

    /// Sets what is answered for a name. Resolvers on the network cannot be told anything.
    pub fn tell(&self, name: &str, answer: Result<&[&str], Unanswered>) {
        if let Self::Told(answers) = self {
            let answer = answer.map(|it| it.iter().map(|text| (*text).to_owned()).collect());
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.insert(name.to_owned(), answer);
        }
    }

    /// The texts of all TXT records that stand at a name itself; none when there is no such record or name. What an
    /// alias leads to does not count: it is written by whoever owns the other name.
    ///
    /// # Errors
    /// When nobody can say.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Unanswered> {
        self.ask(name, |it, asked| it == asked).await
    }

    /// The same with what an alias leads to: as whoever receives a mail asks for its sender.
    ///
    /// # Errors
    /// When nobody can say.
    pub async fn texts_behind(&self, name: &str) -> Result<Vec<String>, Unanswered> {
        self.ask(name, |_, _| true).await
    }

    async fn ask(&self, name: &str, counts: fn(&Name, &Name) -> bool) -> Result<Vec<String>, Unanswered> {
        let resolver = match self {
            Self::Resolvers(it) => it,
            Self::Nobody(why) => return Err(Unanswered(why.clone())),
            Self::Told(answers) => {
                let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                return answers.get(name).cloned().unwrap_or_else(|| Ok(Vec::new()));
            }
        };
        let mut asked = Name::from_ascii(name).map_err(|error| Unanswered(error.to_string()))?;
        // Otherwise the search domains of the system would be tried too.
        asked.set_fqdn(true);
        let found = tokio::time::timeout(PATIENCE, resolver.lookup(asked.clone(), RecordType::TXT)).await;
        match found {
            Ok(Ok(found)) => Ok(found
                .answers()
                .iter()
                .filter(|it| counts(&it.name, &asked))
                .filter_map(|it| text(&it.data))
                .collect()),
            Ok(Err(error)) if is_absence(&error) => Ok(Vec::new()),
            Ok(Err(error)) => Err(Unanswered(error.to_string())),
            Err(_) => Err(Unanswered("it took longer than 5 seconds".to_owned())),
        }
    }
}

fn server(at: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut it| {
        it.port = at.port();
        it
    });
    NameServerConfig::new(at.ip(), true, connections.into())
}

fn options() -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE_WITH_ONE;
    options.attempts = 1;
    // Who has just added a record does not want to hear what was true a minute ago.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options
}

fn text(data: &RData) -> Option<String> {
    let RData::TXT(it) = data else { return None };
    Some(String::from_utf8_lossy(&it.txt_data.concat()).into_owned())
}

/// Whether it was said that there is no record. A resolver that fails says nothing of the kind.
fn is_absence(error: &NetError) -> bool {
    let NetError::Dns(DnsError::NoRecordsFound(it)) = error else {
        return false;
    };
    matches!(it.response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}
