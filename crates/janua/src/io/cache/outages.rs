//! Redis goes away, hangs, and comes back: what requests see. A small proxy in front of the real one plays the
//! outages. Runs if `JANUA_TEST_REDIS_URL` names a Redis without TLS.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Instant;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::tests::{NOW, RATE, load, options, profile, redis_url};
use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    Fair,
    /// Connections break, new ones too.
    Cut,
    /// Nothing arrives any more, in either direction.
    Hung,
    /// As [`Self::Hung`] for the connections there are; new ones work.
    Vanished,
    /// New connections take 400 ms.
    Slow,
}

struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (weather, watch) = watch::channel(Weather::Fair);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (watch, upstream) = (watch.clone(), upstream.clone());
                tokio::spawn(async move { serve(client, upstream, watch).await });
            }
        });
        Self { address, weather }
    }

    fn turns(&self, weather: Weather) {
        self.weather.send(weather).unwrap();
    }
}

async fn serve(client: TcpStream, upstream: String, mut watch: watch::Receiver<Weather>) -> Option<()> {
    let now = *watch.borrow_and_update();
    match now {
        Weather::Cut => return None,
        Weather::Slow => tokio::time::sleep(Duration::from_millis(400)).await,
        _ => {}
    }
    let server = TcpStream::connect(upstream).await.ok()?;
    let (mut there, mut back) = ([0; 4_096], [0; 4_096]);
    loop {
        let flows = *watch.borrow() != Weather::Hung;
        tokio::select! {
            biased;
            changed = watch.changed() => {
                changed.ok()?;
                let now = *watch.borrow();
                match now {
                    Weather::Cut => return None,
                    Weather::Vanished => std::future::pending().await,
                    _ => {}
                }
            }
            n = receive(&client, &mut there), if flows => send(&server, &there[..n?]).await?,
            n = receive(&server, &mut back), if flows => send(&client, &back[..n?]).await?,
        }
    }
}

async fn receive(from: &TcpStream, buffer: &mut [u8]) -> Option<usize> {
    loop {
        from.readable().await.ok()?;
        match from.try_read(buffer) {
            Ok(0) => return None,
            Ok(n) => return Some(n),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
}

async fn send(to: &TcpStream, mut bytes: &[u8]) -> Option<()> {
    while !bytes.is_empty() {
        to.writable().await.ok()?;
        match to.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
    Some(())
}

/// A cache behind the proxy, and another server of the same installation with a direct line.
async fn two_servers(budget_ms: u64) -> Option<(Proxy, Cache, Cache)> {
    two_servers_with(budget_ms, RedisOptions::default().max_connections).await
}

async fn two_servers_with(budget_ms: u64, max_connections: usize) -> Option<(Proxy, Cache, Cache)> {
    let url = redis_url()?;
    let upstream = url
        .strip_prefix("redis://")?
        .split('/')
        .next()?
        .rsplit('@')
        .next()?
        .to_owned();
    let proxy = Proxy::start(upstream.clone()).await;
    let there = options(&url);
    let here = RedisOptions {
        url: url.replace(&upstream, &proxy.address.to_string()),
        request_budget: Duration::from_millis(budget_ms),
        max_connections,
        ..there.clone()
    };
    Some((proxy, Cache::redis(&here).unwrap(), Cache::redis(&there).unwrap()))
}

fn state(cache: &Cache) -> BreakerState {
    cache.stats().breaker.unwrap().state
}

#[tokio::test]
async fn a_redis_that_was_never_there_costs_nothing_but_misses() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let cache = Cache::redis(&options(&format!("redis://{closed}"))).unwrap();
    for n in 0..20 {
        assert_eq!(
            load(&cache, profile("1"), NOW, &n.to_string()).await,
            n.to_string()
        );
    }
    let breaker = cache.stats().breaker.unwrap();
    assert_eq!(
        (breaker.state, breaker.failures, breaker.opened_total),
        (BreakerState::Open, 5, 1)
    );
    assert!(!cache.invalidate(Subject::User("1"), NOW).await);
    assert!(cache.invalidate_pattern("user:*", NOW).await.is_err());
    let mut allowed = 0;
    for _ in 0..20 {
        allowed += u32::from(cache.hit("login", "ada", &RATE, NOW).await.allowed);
    }
    assert_eq!(allowed, 5, "limits hold in memory");
    let text = cache.ping(NOW).await.unwrap_err().to_string();
    assert!(text.contains("refused"), "{text}");
    assert!(
        cache
            .ping(NOW + 999)
            .await
            .unwrap_err()
            .to_string()
            .contains("not asked")
    );
}

#[tokio::test]
async fn a_redis_that_hangs_is_waited_for_five_times_and_then_not_at_all() {
    let Some((proxy, cache, _)) = two_servers(50).await else {
        return;
    };
    load(&cache, profile("1"), NOW, "old").await;
    proxy.turns(Weather::Hung);
    for n in 0..5 {
        let started = Instant::now();
        assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
        assert!(started.elapsed() < Duration::from_secs(1), "question {n}");
    }
    assert_eq!(state(&cache), BreakerState::Open);
    for _ in 0..100 {
        load(&cache, profile("1"), NOW + 4_900, "new").await;
        cache.hit("login", "ada", &RATE, NOW + 4_900).await;
    }
    assert_eq!(cache.stats().errors, 5, "nobody asked it");
    proxy.turns(Weather::Fair);
    load(&cache, profile("1"), NOW + 5_000, "new").await;
    assert_eq!(state(&cache), BreakerState::Closed);
}

#[tokio::test]
async fn a_cut_in_the_middle_of_everything_fails_no_request() {
    let Some((proxy, cache, _)) = two_servers(500).await else {
        return;
    };
    let mut requests = JoinSet::new();
    for n in 0..50_i64 {
        let cache = cache.clone();
        requests.spawn(async move {
            for turn in 0..40 {
                load(&cache, profile(&n.to_string()), NOW + turn * 1_000, "x").await;
                cache
                    .hit("login", &n.to_string(), &RATE, NOW + turn * 1_000)
                    .await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
    }
    for weather in [Weather::Cut, Weather::Fair, Weather::Cut, Weather::Fair] {
        tokio::time::sleep(Duration::from_millis(25)).await;
        proxy.turns(weather);
    }
    assert_eq!(requests.join_all().await.len(), 50);
    cache.ping(NOW + 100_000).await.unwrap();
    assert_eq!(state(&cache), BreakerState::Closed);
}

#[tokio::test]
async fn what_could_not_be_invalidated_is_not_served() {
    let Some((proxy, here, there)) = two_servers(100).await else {
        return;
    };
    load(&here, profile("1"), NOW, "old").await;
    load(&here, profile("2"), NOW, "other").await;
    proxy.turns(Weather::Hung);
    assert!(!here.invalidate(Subject::User("1"), NOW).await);
    assert_eq!(here.stats().pending_invalidations, 1);
    assert_eq!(load(&here, profile("1"), NOW, "new").await, "new");
    assert_eq!(
        load(&there, profile("1"), NOW, "?").await,
        "old",
        "until the TTL, or we are back"
    );
    proxy.turns(Weather::Fair);
    assert_eq!(load(&here, profile("1"), NOW, "newer").await, "newer");
    assert_eq!(here.stats().pending_invalidations, 0);
    assert_eq!(load(&there, profile("1"), NOW, "?").await, "newer");
    assert_eq!(load(&here, profile("2"), NOW, "?").await, "other");
}

#[tokio::test]
async fn the_probe_settles_what_is_owed_before_anything_is_served() {
    let Some((proxy, here, there)) = two_servers(100).await else {
        return;
    };
    load(&here, profile("1"), NOW, "old").await;
    load(&here, profile("2"), NOW, "old").await;
    proxy.turns(Weather::Cut);
    for _ in 0..6 {
        here.invalidate(Subject::User("1"), NOW).await;
    }
    assert_eq!(state(&here), BreakerState::Open);
    proxy.turns(Weather::Fair);
    assert_eq!(load(&here, profile("1"), NOW, "new").await, "new");
    assert_eq!(load(&there, profile("1"), NOW, "?").await, "old");
    here.hit("login", "ada", &RATE, NOW + 5_000).await;
    assert_eq!(state(&here), BreakerState::Closed, "any question is a probe");
    assert_eq!(load(&there, profile("1"), NOW, "new").await, "new");
    assert_eq!(load(&here, profile("2"), NOW, "?").await, "old");
}

#[tokio::test]
async fn more_than_can_be_remembered_invalidates_everything() {
    let Some((proxy, here, there)) = two_servers(2_000).await else {
        return;
    };
    load(&here, profile("1"), NOW, "old").await;
    proxy.turns(Weather::Cut);
    for n in 0..10_050 {
        here.invalidate(Subject::Org(&n.to_string()), NOW).await;
    }
    proxy.turns(Weather::Fair);
    assert_eq!(load(&here, profile("1"), NOW + 5_000, "new").await, "new");
    assert_eq!(load(&there, profile("1"), NOW + 5_000, "?").await, "new");
    assert_eq!(here.stats().pending_invalidations, 0);
    proxy.turns(Weather::Cut);
    for n in 0..9_000 {
        here.invalidate(Subject::Org(&n.to_string()), NOW + 5_000).await;
    }
    proxy.turns(Weather::Fair);
    assert_eq!(
        load(&here, profile("1"), NOW + 20_000, "?").await,
        "new",
        "one long question, others stay"
    );
    assert_eq!(here.stats().pending_invalidations, 0);
}

#[tokio::test]
async fn a_caller_who_leaves_half_way_has_invalidated_all_the_same() {
    let Some((proxy, cache, _)) = two_servers_with(2_000, 1).await else {
        return;
    };
    load(&cache, profile("1"), NOW, "old").await;
    proxy.turns(Weather::Hung);
    let question = tokio::spawn({
        let cache = cache.clone();
        async move { matches!(cache.lookup::<String>(profile("1"), NOW).await, Lookup::Hit(_)) }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let leaving = tokio::time::timeout(
        Duration::from_millis(20),
        cache.invalidate(Subject::User("1"), NOW),
    );
    assert!(leaving.await.is_err());
    proxy.turns(Weather::Fair);
    assert!(
        !question.await.unwrap(),
        "the answer on its way is too old by now"
    );
    assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
}

#[tokio::test]
async fn an_outage_hands_out_no_fresh_attempts() {
    let Some((proxy, here, there)) = two_servers(200).await else {
        return;
    };
    for _ in 0..3 {
        assert!(here.hit("login", "ada", &RATE, NOW).await.allowed);
    }
    proxy.turns(Weather::Cut);
    assert_eq!(here.hit("login", "ada", &RATE, NOW).await.remaining, 1);
    assert_eq!(here.hit("login", "ada", &RATE, NOW).await.remaining, 0);
    assert!(!here.hit("login", "ada", &RATE, NOW).await.allowed);
    proxy.turns(Weather::Fair);
    assert!(!here.peek("login", "ada", &RATE, NOW).await.allowed);
    assert!(!here.hit("login", "ada", &RATE, NOW).await.allowed);
    assert!(
        !there.hit("login", "ada", &RATE, NOW).await.allowed,
        "Redis knows by now"
    );
    assert!(here.hit("login", "ada", &RATE, NOW + 12_000).await.allowed);
}

#[tokio::test]
async fn a_handshake_longer_than_the_budget_still_leads_to_a_connection() {
    let Some((proxy, cache, _)) = two_servers(100).await else {
        return;
    };
    proxy.turns(Weather::Slow);
    for n in 0..5 {
        assert_eq!(
            load(&cache, profile("1"), NOW, &n.to_string()).await,
            n.to_string()
        );
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    load(&cache, profile("1"), NOW + 5_000, "x").await;
    assert_eq!(state(&cache), BreakerState::Closed);
}

#[tokio::test]
async fn connections_that_lead_nowhere_are_replaced() {
    let Some((proxy, cache, _)) = two_servers(100).await else {
        return;
    };
    for _ in 0..8 {
        load(&cache, profile("1"), NOW, "x").await;
    }
    proxy.turns(Weather::Vanished);
    for _ in 0..5 {
        load(&cache, profile("1"), NOW, "x").await;
    }
    assert_eq!(state(&cache), BreakerState::Open);
    load(&cache, profile("1"), NOW + 5_000, "x").await;
    assert_eq!(state(&cache), BreakerState::Closed);
}

#[tokio::test]
async fn a_health_check_notices_first_that_redis_is_back() {
    let Some((proxy, cache, _)) = two_servers(100).await else {
        return;
    };
    proxy.turns(Weather::Cut);
    for _ in 0..5 {
        load(&cache, profile("1"), NOW, "x").await;
    }
    assert!(cache.ping(NOW + 100).await.is_err());
    proxy.turns(Weather::Fair);
    assert!(cache.ping(NOW + 200).await.is_err(), "at most once a second");
    assert!(cache.ping(NOW + 1_100).await.is_ok());
    assert_eq!(state(&cache), BreakerState::Closed);
}

#[tokio::test]
async fn waiting_in_our_own_queue_is_not_held_against_redis() {
    let Some((proxy, cache, _)) = two_servers_with(100, 1).await else {
        return;
    };
    load(&cache, profile("1"), NOW, "x").await;
    proxy.turns(Weather::Hung);
    let mut crowd = JoinSet::new();
    for _ in 0..50 {
        let cache = cache.clone();
        crowd.spawn(async move { load(&cache, profile("1"), NOW, "x").await });
    }
    crowd.join_all().await;
    assert!(cache.stats().errors <= 2, "only those who got through");
    assert_eq!(state(&cache), BreakerState::Closed);
    proxy.turns(Weather::Fair);
    assert_eq!(load(&cache, profile("1"), NOW, "?").await, "x");
}

/// The promise itself, in all weathers: after an invalidation this server never serves what was before it, and the
/// other one neither if Redis took it.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn no_weather_brings_back_the_past() {
    let Some((proxy, here, there)) = two_servers(20).await else {
        return;
    };
    let started = Instant::now();
    // Fast enough that the breaker probes again within the test.
    let now = move || NOW + i64::try_from(started.elapsed().as_millis()).unwrap() * 100;
    let truth = Arc::new(AtomicU64::new(0));
    let entry = || Entry {
        ttl: Duration::from_hours(1),
        ..profile("1")
    };
    let mut readers = JoinSet::new();
    for (n, cache) in [&here, &there, &here, &there].into_iter().cloned().enumerate() {
        let truth = Arc::clone(&truth);
        readers.spawn(async move {
            loop {
                let read = || async {
                    let value = truth.load(Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_micros(300 * n as u64)).await;
                    Ok::<_, ()>(Some(value))
                };
                cache.get_or_load(entry(), now(), read).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    let (mut hits, mut refused, mut step) = (0, 0, 0);
    let weathers = [
        Weather::Fair,
        Weather::Hung,
        Weather::Fair,
        Weather::Cut,
        Weather::Fair,
        Weather::Vanished,
    ];
    while started.elapsed() < Duration::from_secs(3) {
        let due = usize::try_from(started.elapsed().as_millis() / 70).unwrap();
        if due > step {
            step = due;
            proxy.turns(weathers[step % weathers.len()]);
        }
        let value = truth.fetch_add(1, Ordering::SeqCst) + 1;
        let taken = here.invalidate(Subject::User("1"), now()).await;
        refused += u32::from(!taken);
        for (cache, knows) in [(&here, true), (&there, taken)] {
            if let Lookup::Hit(found) = cache.lookup::<u64>(entry(), now()).await
                && knows
            {
                hits += 1;
                assert_eq!(found, value);
            }
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    assert!(
        hits > 0 && refused > 0,
        "{hits} hits, {refused} refused: the weather was too fair or too foul"
    );
}
