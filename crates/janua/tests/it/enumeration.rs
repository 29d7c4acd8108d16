//! Nobody learns from the outside whether an account exists.

use std::time::{Duration, Instant};

use janua::crypto::secret::SecretString;
use janua::io::db::{Db, Querier};
use janua::params;
use janua::passwords::{self, NewPassword, Prepared};
use janua::registration::bootstrap;
use janua::users::{Email, NewUser};
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, TestJanua};

const WRONG: &str = "wrong-velvet-canyon-73";
const LOGIN: &str = "/api/v1/auth/login";
const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESEND: &str = "/api/v1/auth/email/resend";
/// So wide that no limit is met, and so long that Redis, whose counters end by its own clock, forgets none of them.
const MANY: [(&str, &str); 3] = [
    ("RATE_LIMIT_LOGIN", "1000/30d"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "100000/30d"),
    ("RATE_LIMIT_EMAIL_REQUEST", "100000/30d"),
];

/// All that an answer shows, without what differs between any two requests.
fn shown(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body = answer.json();
    for name in ["request_id", "timestamp"] {
        if let Some(it) = body.get_mut(name) {
            *it = Value::Null;
        }
    }
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let hidden = ["x-request-id", "date", "server-timing"];
    let headers = headers.map(|(name, value)| {
        if hidden.contains(&&*name) {
            (name, String::new())
        } else {
            (name, value)
        }
    });
    (answer.status.as_u16(), body, headers.collect())
}

async fn make(janua: &TestJanua, email: &str, password: Option<&Prepared>) {
    let new = NewUser {
        email: Email::parse(email).expect("an address"),
        username: None,
        first_name: None,
        last_name: None,
        locale: None,
        is_admin: false,
        email_verified_at: Some(janua.app.clock.now()),
    };
    bootstrap::create(&janua.app, &new, password)
        .await
        .expect("a user");
}

async fn prepared(janua: &TestJanua) -> Prepared {
    let password = SecretString::new(PASSWORD.to_owned());
    let judged = NewPassword::judge(&janua.app, password, &[])
        .await
        .expect("judged")
        .expect("good enough");
    passwords::prepare(&janua.app, judged).await.expect("a hash")
}

async fn suspend(janua: &TestJanua, email: &str) {
    let (mut db, now): (&Db, _) = (&janua.app.db, janua.app.clock.now());
    let sql = "UPDATE users SET suspended_at = $2 WHERE email = $1";
    assert_eq!(db.execute(sql, params![email, now]).await.expect("suspended"), 1);
}

#[tokio::test]
async fn a_refused_sign_in_tells_nothing_about_the_account() {
    let janua = TestJanua::with(&MANY).await;
    // Tries show in X-RateLimit-Remaining, so the control is somebody who is not compared.
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    janua.person("verified@example.com").registered().await;
    janua.person("unverified@example.com").signs_up().await.accepted();
    make(&janua, "passwordless@example.com", None).await;
    make(&janua, "suspended@example.com", Some(&prepared(&janua).await)).await;
    suspend(&janua, "suspended@example.com").await;

    // The lock after the fifth is part of the comparison.
    for round in 1..=8 {
        let unknown = shown(&janua.person("unknown@example.com").login(WRONG).await);
        let code = if round <= 5 {
            "INVALID_CREDENTIALS"
        } else {
            "ACCOUNT_LOCKED"
        };
        assert_eq!(
            (unknown.0, &unknown.1["code"]),
            (401, &json!(code)),
            "round {round}"
        );
        for name in ["verified", "unverified", "passwordless", "suspended"] {
            let answer = janua
                .person(&format!("{name}@example.com"))
                .login(WRONG)
                .await
                .refused(code);
            assert_eq!(shown(&answer), unknown, "{name} in round {round}");
        }
    }
    let unknown = shown(&janua.person("unknown@example.com").login(PASSWORD).await);
    for name in ["verified", "unverified", "passwordless", "suspended"] {
        let answer = janua
            .person(&format!("{name}@example.com"))
            .login(PASSWORD)
            .await
            .refused("ACCOUNT_LOCKED");
        assert_eq!(shown(&answer), unknown, "{name} with the right password");
    }
}

#[tokio::test]
async fn a_username_tells_no_more_than_an_address() {
    let janua = TestJanua::with(&MANY).await;
    let asked = json!({"email": "ada@example.com", "password": PASSWORD, "username": "Ada"});
    janua.post("/api/v1/auth/register", asked).await.accepted();
    let by_name = async |name: &str| {
        janua
            .post(LOGIN, json!({"username": name, "password": WRONG}))
            .await
    };
    for round in 1..=7 {
        let code = if round <= 5 {
            "INVALID_CREDENTIALS"
        } else {
            "ACCOUNT_LOCKED"
        };
        let (known, unknown) = (
            by_name("Ada").await.refused(code),
            by_name("Nobody").await.refused(code),
        );
        assert_eq!(shown(&known), shown(&unknown), "round {round}");
    }
}

/// How often each kind of sign-in is measured in a series.
const ROUNDS: usize = 15;

/// The lower quartile: what else the machine does only ever adds, so it says more than the median.
fn typical(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    took[took.len() / 4].as_secs_f64()
}

/// Whether two times are the same to somebody who measures from outside.
fn alike(one: f64, other: f64) -> bool {
    one.max(other) <= one.min(other) * 1.35
}

#[tokio::test]
async fn a_refused_sign_in_takes_as_long_for_a_stranger_as_for_an_owner() {
    let costs = [("ARGON2_MEMORY_KIB", "19456"), ("ARGON2_ITERATIONS", "2")];
    let janua = TestJanua::with(&[&MANY[..], &costs].concat()).await;
    let prepared = prepared(&janua).await;
    make(&janua, "locked@example.com", Some(&prepared)).await;
    for email in ["locked@example.com", "shut@example.com"] {
        for _ in 0..5 {
            janua
                .person(email)
                .login(WRONG)
                .await
                .refused("INVALID_CREDENTIALS");
        }
    }
    let bare_hash = async || {
        let password = SecretString::new(WRONG.to_owned());
        let nobody = passwords::kept(&janua.app.db, None).await.expect("read");
        let place = janua.app.hashing.reserve().expect("room in the queue");
        let checked = passwords::check(&janua.app, place, nobody, password).await;
        assert!(checked.expect("judged").is_none());
    };
    let (mut held, mut seen) = ([false; 3], Vec::new());
    // Each claim must hold in one series of four: load comes and goes, a leak stays.
    for series in 0..4 {
        let mut took: [Vec<Duration>; 5] = Default::default();
        // Each try has an account of its own, so that none of them is the fifth.
        for round in 0..ROUNDS {
            make(
                &janua,
                &format!("ada{series}.{round}@example.com"),
                Some(&prepared),
            )
            .await;
        }
        for round in 0..ROUNDS {
            // Each kind has each place in turn: what went before must not favour one of them.
            for kind in (0..5).map(|it| (it + round) % 5) {
                let (name, code) = match kind {
                    0 => (format!("ada{series}.{round}"), "INVALID_CREDENTIALS"),
                    1 => (format!("eve{series}.{round}"), "INVALID_CREDENTIALS"),
                    2 => ("locked".to_owned(), "ACCOUNT_LOCKED"),
                    3 => ("shut".to_owned(), "ACCOUNT_LOCKED"),
                    _ => (String::new(), ""),
                };
                let person = janua.person(&format!("{name}@example.com"));
                let started = Instant::now();
                if name.is_empty() {
                    bare_hash().await;
                    took[kind].push(started.elapsed());
                    continue;
                }
                let answer = person.login(WRONG).await;
                took[kind].push(started.elapsed());
                answer.refused(code);
            }
        }
        let times @ [known, unknown, locked, shut, hash] = took.map(typical);
        held[0] |= alike(known, unknown);
        held[1] |= alike(locked, shut);
        // Whether it is locked is told by the answer; that a hash was computed then too is not.
        held[2] |= times.iter().all(|it| *it >= hash * 0.7);
        if held == [true; 3] {
            return;
        }
        seen.push(times);
    }
    panic!("{held:?}: known, unknown, locked, locked and unknown, bare hash: {seen:?}");
}

/// Rows in everything that a request for a mail could write to.
async fn rows(janua: &TestJanua) -> i64 {
    let sql = "SELECT (SELECT COUNT(*) FROM outbox) + (SELECT COUNT(*) FROM events)
                    + (SELECT COUNT(*) FROM one_time_secrets) + (SELECT COUNT(*) FROM sign_in_failures)
                    + (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM sessions)";
    janua.count(sql).await
}

#[tokio::test]
async fn a_request_for_a_mail_looks_and_writes_the_same_for_every_address() {
    let janua = TestJanua::with(&MANY).await;
    janua.person("verified@example.com").registered().await;
    janua.person("unverified@example.com").signs_up().await.accepted();
    make(&janua, "suspended@example.com", None).await;
    suspend(&janua, "suspended@example.com").await;
    let names = ["unknown", "verified", "unverified", "suspended"];
    let mut caught = Vec::new();
    for name in names {
        caught.push(janua.mails(&format!("{name}@example.com")).await.len());
    }
    for path in [FORGOT, RESEND] {
        let mut seen = Vec::new();
        for name in names {
            let before = rows(&janua).await;
            let answer = janua
                .post(path, json!({"email": format!("{name}@example.com")}))
                .await;
            assert_eq!(answer.status, 202);
            assert!(
                answer
                    .json()
                    .as_object()
                    .is_some_and(|it| it.keys().eq(["message"])),
                "{}",
                answer.text
            );
            seen.push((shown(&answer), rows(&janua).await - before));
        }
        assert!(seen.iter().all(|it| *it == seen[0]), "{path}: {seen:?}");
        assert_eq!(seen[0].1, 1, "one promise");
    }
    // A reset for who is known and not suspended, a verification for who waits for it.
    for ((name, before), expected) in names.into_iter().zip(caught).zip([0, 1, 2, 0]) {
        assert_eq!(
            janua.mails(&format!("{name}@example.com")).await.len(),
            before + expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_link_tells_nothing_about_whose_it_might_be() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    janua.post(FORGOT, json!({"email": ada.email})).await.accepted();
    let used = janua.secret(&ada.email, "reset-password").await;
    let reset = async |token: &str| {
        let body = json!({"token": token, "new_password": "meadow-copper-lantern-58"});
        janua.post("/api/v1/auth/password/reset", body).await
    };
    reset(&used).await.accepted();
    let made_up = crate::support::made_up(janua::crypto::secret::Kind::Link);
    let (used, made_up) = (
        reset(&used).await.refused("LINK_INVALID"),
        reset(&made_up).await.refused("LINK_INVALID"),
    );
    let without_quota = |answer: &Answer| {
        let (status, body, headers) = shown(answer);
        let headers = headers
            .into_iter()
            .filter(|(name, _)| !name.starts_with("x-ratelimit-"));
        (status, body, headers.collect::<Vec<_>>())
    };
    assert_eq!(without_quota(&used), without_quota(&made_up));
}
