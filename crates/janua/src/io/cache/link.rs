//! Connections to Redis: made on first use, shared by all callers, replaced when they are no good.
//!
//! The crate's `ConnectionManager` is not used: after an outage it answers the first call with the error of its
//! last attempt, which would fail each probe of the breaker, and it keeps a connection that only times out (a host
//! that vanished without a word) until the kernel gives up on it, a quarter of an hour later. Here a connection is
//! made outside of the request that needs it, so that a short request budget never cuts off a slow handshake.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, Cmd, IntoConnectionInfo, Pipeline, RedisError, RedisResult, Value,
};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// One connection carries any number of commands at once; a few keep a large answer from delaying all others.
const MOST_CONNECTIONS: usize = 4;

/// How to reach Redis, and how long to wait for it.
#[derive(Clone)]
pub struct RedisOptions {
    /// `redis://…`, `rediss://…` (TLS) or `redis+unix://…`.
    pub url: String,
    /// Used when the address holds none.
    pub password: Option<String>,
    /// The longest time for making a connection and for any one reply.
    pub socket_timeout: Duration,
    /// The longest time one question of a request may take; after that the request goes on without the cache.
    pub request_budget: Duration,
    /// Stands before every key, so that several programs can share one Redis.
    pub key_prefix: String,
    /// How many commands may be under way at once.
    pub max_connections: usize,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            url: "redis://127.0.0.1:6379".into(),
            password: None,
            socket_timeout: Duration::from_secs(5),
            request_budget: Duration::from_millis(250),
            key_prefix: "janua:".into(),
            max_connections: 100,
        }
    }
}

impl fmt::Debug for RedisOptions {
    /// Without the address and the password: both can hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("socket_timeout", &self.socket_timeout)
            .field("request_budget", &self.request_budget)
            .field("key_prefix", &self.key_prefix)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// A command or several; one type, so that nothing above is generic over it.
#[derive(Clone, Copy)]
pub(super) enum Ask<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline),
}

impl Ask<'_> {
    pub(super) async fn put_to(self, connection: &mut MultiplexedConnection) -> RedisResult<Value> {
        match self {
            Self::One(cmd) => cmd.query_async(connection).await,
            Self::Many(pipeline) => pipeline.query_async(connection).await,
        }
    }
}

/// A connection, and the era it was made in.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) era: u64,
    pub(super) connection: MultiplexedConnection,
}

pub(super) struct Link {
    client: Client,
    config: AsyncConnectionConfig,
    slots: Vec<Arc<Mutex<Option<Live>>>>,
    turn: AtomicUsize,
    /// Connections of an earlier era are not used any more.
    era: AtomicU64,
    under_way: Semaphore,
}

impl Link {
    /// Fails on an address that cannot be understood; connects to nothing.
    pub(super) fn new(options: &RedisOptions) -> RedisResult<Self> {
        let info = options.url.as_str().into_connection_info()?;
        // Off by default, and then each small command may wait for the acknowledgement of the one before.
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let mut settings = info
            .redis_settings()
            .clone()
            .set_lib_name("janua", env!("CARGO_PKG_VERSION"));
        if let Some(password) = options
            .password
            .as_deref()
            .filter(|password| !password.is_empty())
            && settings.password().is_none()
        {
            settings = settings.set_password(password);
        }
        let commands = options.max_connections.max(1);
        Ok(Self {
            client: Client::open(info.set_redis_settings(settings))?,
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(options.socket_timeout))
                .set_response_timeout(Some(options.socket_timeout)),
            slots: (0..commands.min(MOST_CONNECTIONS))
                .map(|_| Arc::default())
                .collect(),
            turn: AtomicUsize::new(0),
            era: AtomicU64::new(0),
            under_way: Semaphore::new(commands.min(Semaphore::MAX_PERMITS)),
        })
    }

    /// Leave to put one question, unless too many are under way for this long.
    pub(super) async fn permit(&self, patience: Duration) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.under_way.try_acquire() {
            return Some(permit);
        }
        timeout(patience, self.under_way.acquire()).await.ok()?.ok()
    }

    fn era(&self) -> u64 {
        self.era.load(Ordering::Acquire)
    }

    /// Stops using the connections of this era, all of them: they lead to the same server. Those of a newer one
    /// stay in use.
    pub(super) fn discard(&self, era: u64) {
        let _ = self
            .era
            .compare_exchange(era, era + 1, Ordering::AcqRel, Ordering::Acquire);
    }

    pub(super) async fn connection(&self) -> RedisResult<Live> {
        let slot = &self.slots[self.turn.fetch_add(1, Ordering::Relaxed) % self.slots.len()];
        if let Some(live) = self.usable(slot.lock().await.as_ref()) {
            return Ok(live);
        }
        let mut slot = Arc::clone(slot).lock_owned().await;
        if let Some(live) = self.usable(slot.as_ref()) {
            return Ok(live);
        }
        let (client, config, era) = (self.client.clone(), self.config.clone(), self.era());
        let making = tokio::spawn(async move {
            *slot = None;
            let connection = client
                .get_multiplexed_async_connection_with_config(&config)
                .await?;
            Ok(slot.insert(Live { era, connection }).clone())
        });
        making
            .await
            .map_err(|error| RedisError::from(std::io::Error::other(error)))?
    }

    fn usable(&self, live: Option<&Live>) -> Option<Live> {
        live.filter(|live| live.era == self.era()).cloned()
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("era", &self.era())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_do_not_print_secrets() {
        let options = RedisOptions {
            url: "redis://:hunter2@127.0.0.1".into(),
            password: Some("hunter3".into()),
            ..RedisOptions::default()
        };
        assert!(!format!("{options:?} {:?}", Link::new(&options).unwrap()).contains("hunter"));
    }

    #[test]
    fn a_bad_address_is_refused_without_connecting() {
        let open = |url: &str| {
            Link::new(&RedisOptions {
                url: url.into(),
                ..RedisOptions::default()
            })
        };
        assert!(open("redis://127.0.0.1:1/3").is_ok() && open("rediss://cache.example").is_ok());
        assert!(open("http://127.0.0.1").is_err() && open("").is_err());
    }

    #[tokio::test]
    async fn permits_are_bounded_and_waiting_for_one_too() {
        let link = Link::new(&RedisOptions {
            max_connections: 2,
            ..RedisOptions::default()
        })
        .unwrap();
        let held = [
            link.permit(Duration::ZERO).await,
            link.permit(Duration::ZERO).await,
        ];
        assert!(held.iter().all(Option::is_some));
        assert!(link.permit(Duration::from_millis(5)).await.is_none());
        drop(held);
        assert!(link.permit(Duration::ZERO).await.is_some());
    }

    #[test]
    fn an_era_ends_once() {
        let link = Link::new(&RedisOptions::default()).unwrap();
        link.discard(0);
        link.discard(0);
        assert_eq!(link.era(), 1);
    }
}
