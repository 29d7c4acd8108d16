//! What the cache promises, asked of each kind: memory always, Redis if `JANUA_TEST_REDIS_URL` names one.

use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;

pub(super) const NOW: i64 = 1_790_000_000_000;
pub(super) const RATE: Rate = Rate {
    burst: 5,
    period_ms: 60_000,
};

#[expect(
    clippy::disallowed_methods,
    reason = "the test run hands the address over in the environment"
)]
pub(super) fn redis_url() -> Option<String> {
    std::env::var("JANUA_TEST_REDIS_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// Options for a corner of the test Redis that nobody else uses, with a budget for slow test machines.
#[expect(clippy::disallowed_methods, reason = "test runs share one Redis")]
pub(super) fn options(url: &str) -> RedisOptions {
    RedisOptions {
        url: url.into(),
        key_prefix: format!("janua-test-{}:", Uuid::new_v4()),
        request_budget: Duration::from_secs(2),
        ..RedisOptions::default()
    }
}

fn redis() -> Option<(Cache, RedisOptions)> {
    let options = options(&redis_url()?);
    Some((Cache::redis(&options).unwrap(), options))
}

fn caches() -> Vec<Cache> {
    let memory = Cache::memory(DEFAULT_MEMORY_BYTES);
    [memory]
        .into_iter()
        .chain(redis().map(|(cache, _)| cache))
        .collect()
}

pub(super) fn entry<'a>(subject: Subject<'a>, name: &'a str) -> Entry<'a> {
    Entry {
        subject,
        name,
        ttl: Duration::from_mins(1),
    }
}

pub(super) fn profile(id: &str) -> Entry<'_> {
    entry(Subject::User(id), "profile")
}

pub(super) async fn load(cache: &Cache, entry: Entry<'_>, now_ms: i64, value: &str) -> String {
    let loaded = cache
        .get_or_load(entry, now_ms, || async { Ok::<_, ()>(Some(value.to_owned())) })
        .await;
    loaded.unwrap().unwrap()
}

async fn raw<T: ::redis::FromRedisValue>(options: &RedisOptions, command: &str, args: &[&str]) -> T {
    let client = ::redis::Client::open(options.url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    ::redis::cmd(command)
        .arg(args)
        .query_async(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_loaded_is_kept() {
    for cache in caches() {
        assert_eq!(load(&cache, profile("1"), NOW, "ada").await, "ada");
        assert_eq!(load(&cache, profile("1"), NOW, "eve").await, "ada");
        assert_eq!(
            load(&cache, entry(Subject::Org("1"), "profile"), NOW, "acme").await,
            "acme"
        );
        assert_eq!(
            load(&cache, entry(Subject::Settings, "profile"), NOW, "s").await,
            "s"
        );
        let stats = cache.stats();
        assert_eq!((stats.hits, stats.misses, stats.errors), (1, 3, 0));
    }
}

#[tokio::test]
async fn absence_and_failure_are_not_kept() {
    for cache in caches() {
        let none = cache
            .get_or_load(profile("1"), NOW, || async { Ok::<Option<u8>, &str>(None) })
            .await;
        assert_eq!(none, Ok(None));
        let failed = cache
            .get_or_load(profile("1"), NOW, || async { Err::<Option<u8>, _>("down") })
            .await;
        assert_eq!(failed, Err("down"));
        assert_eq!(load(&cache, profile("1"), NOW, "ada").await, "ada");
    }
}

#[tokio::test]
async fn a_copy_ends_with_its_ttl_by_the_callers_clock() {
    for cache in caches() {
        load(&cache, profile("1"), NOW, "old").await;
        assert_eq!(load(&cache, profile("1"), NOW + 59_999, "new").await, "old");
        assert_eq!(load(&cache, profile("1"), NOW + 60_000, "new").await, "new");
        assert_eq!(load(&cache, profile("1"), NOW + 119_999, "newest").await, "new");
    }
}

#[tokio::test]
async fn without_a_ttl_nothing_is_kept() {
    for cache in caches() {
        let fleeting = Entry {
            ttl: Duration::ZERO,
            ..profile("1")
        };
        assert_eq!(load(&cache, fleeting, NOW, "old").await, "old");
        assert_eq!(load(&cache, fleeting, NOW, "new").await, "new");
    }
}

#[tokio::test]
async fn a_copy_of_another_shape_is_a_miss_and_is_replaced() {
    for cache in caches() {
        load(&cache, profile("1"), NOW, "a string").await;
        let number = || async { Ok::<_, ()>(Some(7_u8)) };
        assert_eq!(cache.get_or_load(profile("1"), NOW, number).await, Ok(Some(7)));
        assert!(matches!(
            cache.lookup::<u8>(profile("1"), NOW).await,
            Lookup::Hit(7)
        ));
    }
}

#[tokio::test]
async fn an_invalidation_hides_what_was_there_and_what_arrives_late() {
    for cache in caches() {
        load(&cache, profile("1"), NOW, "old").await;
        let Lookup::Miss(late) = cache
            .lookup::<String>(entry(Subject::User("1"), "roles"), NOW)
            .await
        else {
            panic!("hit")
        };
        assert!(cache.invalidate(Subject::User("1"), NOW).await);
        cache.fill(late, &"read before", NOW).await;
        assert_eq!(
            load(&cache, entry(Subject::User("1"), "roles"), NOW, "new").await,
            "new"
        );
        assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
        assert_eq!(load(&cache, profile("1"), NOW, "newer").await, "new");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn readers_and_a_writer_never_see_the_past() {
    for cache in caches() {
        let truth = Arc::new(AtomicU64::new(0));
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let (cache, truth) = (cache.clone(), Arc::clone(&truth));
            tasks.spawn(async move {
                for _ in 0..300 {
                    let read = || async {
                        let value = truth.load(Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        Ok::<_, ()>(Some(value))
                    };
                    cache.get_or_load(profile("1"), NOW, read).await.unwrap();
                }
            });
        }
        for _ in 0..300 {
            let value = truth.fetch_add(1, Ordering::SeqCst) + 1;
            assert!(cache.invalidate(Subject::User("1"), NOW).await);
            if let Lookup::Hit(found) = cache.lookup::<u64>(profile("1"), NOW).await {
                assert_eq!(found, value);
            }
        }
        tasks.join_all().await;
    }
}

#[tokio::test]
async fn patterns_remove_what_they_name_and_say_how_much() {
    for cache in caches() {
        for id in ["1", "2", "3"] {
            load(&cache, profile(id), NOW, "x").await;
        }
        load(&cache, entry(Subject::Org("1"), "profile"), NOW, "x").await;
        cache.hit("login", "ada", &RATE, NOW).await;
        assert!(matches!(
            cache.invalidate_pattern("user:?", NOW).await,
            Err(CacheError::Pattern(_))
        ));
        assert_eq!(cache.invalidate_pattern("nothing:*", NOW).await.unwrap(), 0);
        for id in ["1", "2", "3"] {
            load(&cache, profile(id), NOW, "x").await;
        }
        assert_eq!(cache.invalidate_pattern("user:2:*", NOW).await.unwrap(), 1);
        assert_eq!(cache.invalidate_pattern("user:*", NOW).await.unwrap(), 2);
        assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
        assert_eq!(
            cache.clear_all(NOW).await.unwrap(),
            2,
            "the user again, and the organization"
        );
        assert_eq!(cache.clear_all(NOW).await.unwrap(), 0);
        assert_eq!(
            cache.peek("login", "ada", &RATE, NOW).await.remaining,
            4,
            "counters stay"
        );
    }
}

#[tokio::test]
async fn a_pattern_also_stops_what_arrives_late() {
    for (cache, pattern) in caches().into_iter().zip(["user:*", "user:1:*"]) {
        let Lookup::Miss(late) = cache.lookup::<String>(profile("1"), NOW).await else {
            panic!("hit")
        };
        cache.invalidate_pattern(pattern, NOW).await.unwrap();
        cache.fill(late, &"read before", NOW).await;
        assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
    }
}

#[tokio::test]
async fn rates_are_counted_the_same_everywhere() {
    let rates = [
        RATE,
        Rate {
            burst: 7,
            period_ms: 1_000,
        },
        Rate {
            burst: 1,
            period_ms: 333,
        },
    ];
    let (mut seed, mut now) = (3_u64, NOW);
    let caches: Vec<_> = [Cache::off()].into_iter().chain(caches()).collect();
    for _ in 0..2_000 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let dice = seed >> 33;
        now += i64::try_from(dice % 400).unwrap();
        let rate = &rates[usize::try_from(dice % 3).unwrap()];
        let name = rate.burst.to_string();
        let mut answers = Vec::new();
        for cache in &caches {
            answers.push(match dice % 50 {
                0 => {
                    cache.forget(&name, "ada", now).await;
                    cache.peek(&name, "ada", rate, now).await
                }
                1..5 => cache.peek(&name, "ada", rate, now).await,
                _ => cache.hit(&name, "ada", rate, now).await,
            });
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_crowd_gets_exactly_the_burst() {
    for cache in caches() {
        let mut crowd = JoinSet::new();
        for _ in 0..60 {
            let cache = cache.clone();
            crowd.spawn(async move { cache.hit("login", "ada", &RATE, NOW).await.allowed });
        }
        assert_eq!(
            crowd
                .join_all()
                .await
                .into_iter()
                .filter(|allowed| *allowed)
                .count(),
            5
        );
        assert!(cache.hit("login", "eve", &RATE, NOW).await.allowed);
    }
}

#[tokio::test]
async fn without_a_cache_everything_is_loaded() {
    let cache = Cache::off();
    assert_eq!(load(&cache, profile("1"), NOW, "ada").await, "ada");
    assert_eq!(load(&cache, profile("1"), NOW, "eve").await, "eve");
    assert!(cache.invalidate(Subject::Settings, NOW).await && cache.ping(NOW).await.is_ok());
    let stats = serde_json::to_value(cache.stats()).unwrap();
    assert_eq!((&stats["backend"], &stats["misses"]), (&"off".into(), &2.into()));
}

#[tokio::test]
async fn copies_can_be_switched_off_beside_shared_counters() {
    let Some((here, options)) = redis() else { return };
    let bare = Cache::redis(&options).unwrap().without_copies();
    assert_eq!(load(&bare, profile("1"), NOW, "ada").await, "ada");
    assert_eq!(
        load(&here, profile("1"), NOW, "eve").await,
        "eve",
        "it stored nothing"
    );
    assert_eq!(
        load(&bare, profile("1"), NOW, "ada").await,
        "ada",
        "it reads nothing"
    );
    assert!(bare.invalidate(Subject::User("1"), NOW).await);
    assert_eq!(
        load(&here, profile("1"), NOW, "new").await,
        "new",
        "but others hear from it"
    );
    bare.hit("login", "ada", &RATE, NOW).await;
    assert_eq!(here.hit("login", "ada", &RATE, NOW).await.remaining, 3);
    assert_eq!((bare.stats().backend, bare.stats().errors), ("redis", 0));
}

#[tokio::test]
async fn servers_share_copies_invalidations_and_counters() {
    let Some((here, options)) = redis() else { return };
    let there = Cache::redis(&options).unwrap();
    load(&here, profile("1"), NOW, "old").await;
    load(&here, profile("2"), NOW, "other").await;
    assert_eq!(load(&there, profile("1"), NOW, "?").await, "old");
    assert!(here.invalidate(Subject::User("1"), NOW).await);
    assert_eq!(load(&there, profile("1"), NOW, "new").await, "new");
    assert_eq!(
        load(&there, profile("2"), NOW, "?").await,
        "other",
        "one subject does not touch another"
    );
    for left in (0..5).rev() {
        let server = if left % 2 == 0 { &here } else { &there };
        assert_eq!(server.hit("login", "ada", &RATE, NOW).await.remaining, left);
    }
    assert!(!here.hit("login", "ada", &RATE, NOW).await.allowed);
    there.forget("login", "ada", NOW).await;
    assert!(here.hit("login", "ada", &RATE, NOW).await.allowed);
}

#[tokio::test]
async fn a_lost_epoch_revives_nothing() {
    let Some((cache, options)) = redis() else { return };
    for lost in ["epoch", "epoch:user:1"] {
        load(&cache, profile("1"), NOW, "old").await;
        let removed: u8 = raw(&options, "DEL", &[&format!("{}{lost}", options.key_prefix)]).await;
        assert_eq!(removed, 1);
        assert_eq!(load(&cache, profile("1"), NOW, lost).await, lost);
        assert!(cache.invalidate(Subject::User("1"), NOW).await);
    }
}

#[tokio::test]
async fn every_key_in_redis_has_the_prefix_and_a_ttl() {
    let Some((cache, options)) = redis() else { return };
    load(&cache, profile("1"), NOW, "x").await;
    load(
        &cache,
        Entry {
            ttl: Duration::from_hours(3),
            ..entry(Subject::Settings, "all")
        },
        NOW,
        "x",
    )
    .await;
    cache.hit("login", "ada", &RATE, NOW).await;
    let mut keys: Vec<String> = raw(&options, "KEYS", &[&format!("{}*", options.key_prefix)]).await;
    keys.sort();
    let names: Vec<_> = keys.iter().map(|key| &key[options.key_prefix.len()..]).collect();
    let expected = [
        "epoch",
        "epoch:settings",
        "epoch:user:1",
        "rate:login:ada",
        "settings:all",
        "user:1:profile",
    ];
    assert_eq!(names, expected);
    for (key, at_most) in keys
        .iter()
        .zip([86_400_000, 10_800_000, 3_600_000, 12_001, 10_800_000, 60_000])
    {
        let ttl: i64 = raw(&options, "PTTL", &[key]).await;
        assert!((at_most - 5_000..=at_most).contains(&ttl), "{key}: {ttl}");
    }
}

#[tokio::test]
async fn a_redis_that_forgot_the_script_learns_it_again() {
    let Some((cache, options)) = redis() else { return };
    assert!(cache.hit("login", "ada", &RATE, NOW).await.allowed);
    let _: () = raw(&options, "SCRIPT", &["FLUSH"]).await;
    assert_eq!(cache.hit("login", "ada", &RATE, NOW).await.remaining, 3);
    assert_eq!(cache.stats().errors, 0);
}

#[tokio::test]
async fn rubbish_under_our_keys_does_no_harm() {
    let Some((cache, options)) = redis() else { return };
    let key = |name: &str| format!("{}{name}", options.key_prefix);
    load(&cache, profile("1"), NOW, "x").await;
    for rubbish in ["", "x", "a b\n\"c\"", "\u{0}"] {
        let _: () = raw(&options, "SET", &[&key("user:1:profile"), rubbish, "EX", "60"]).await;
        assert_eq!(load(&cache, profile("1"), NOW, "new").await, "new");
    }
    let _: () = raw(&options, "SET", &[&key("rate:login:ada"), "rubbish", "EX", "60"]).await;
    assert_eq!(cache.hit("login", "ada", &RATE, NOW).await.remaining, 4);
}

#[tokio::test]
async fn health_has_figures() {
    let Some((cache, _)) = redis() else { return };
    assert!(cache.ping(NOW).await.unwrap() > Duration::ZERO);
    let info = cache.info(NOW).await.unwrap().unwrap();
    assert!(!info.version.is_empty() && !info.used_memory_human.is_empty() && info.connected_clients > 0);
    let stats = serde_json::to_value(cache.stats()).unwrap();
    assert_eq!(stats["backend"], "redis");
    assert_eq!(stats["breaker"]["state"], "closed");
}

#[tokio::test]
async fn a_wrong_password_is_an_outage_with_a_name() {
    let Some(url) = redis_url().filter(|url| !url.contains('@')) else {
        return;
    };
    let cache = Cache::redis(&RedisOptions {
        password: Some("wrong".into()),
        ..options(&url)
    })
    .unwrap();
    assert_eq!(load(&cache, profile("1"), NOW, "ada").await, "ada");
    let text = cache.ping(NOW).await.unwrap_err().to_string();
    assert!(
        text.contains("AUTH") || text.contains("WRONGPASS") || text.contains("assword"),
        "{text}"
    );
}
