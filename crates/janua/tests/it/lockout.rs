//! Failed sign-ins lock an account for a while, whoever it belongs to.

use futures_util::future::join_all;
use janua::error::Code;
use janua::lockout::{self, Subject};
use janua::users::{self, Email, Identifier};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestJanua, minutes, seconds};

const WRONG: &str = "wrong-velvet-canyon-73";
const LOGIN: &str = "/api/v1/auth/login";
/// Lets the lock be what is tested, and not the limits in front of it.
const MANY: [(&str, &str); 2] = [
    ("RATE_LIMIT_LOGIN", "1000/5m"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
];

/// Somebody without cookies fails to sign in, so many times.
async fn fail(janua: &TestJanua, email: &str, times: usize) {
    for _ in 0..times {
        janua
            .person(email)
            .login(WRONG)
            .await
            .refused("INVALID_CREDENTIALS");
    }
}

async fn locks(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM events WHERE name = 'sign_in.locked'")
        .await
}

async fn user(janua: &TestJanua, email: &str) -> users::User {
    let email = Email::parse(email).expect("an address");
    users::find_by_email(&janua.app.db, &email)
        .await
        .expect("a query")
        .expect("a user")
}

#[tokio::test]
async fn five_failures_lock_for_thirty_minutes_and_the_right_password_waits_too() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.signs_in().await;
    fail(&janua, &ada.email, 5).await;

    for password in [WRONG, PASSWORD] {
        let refused = ada.login(password).await.refused("ACCOUNT_LOCKED");
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let body = refused.json();
        assert_eq!(body["error"], "ACCOUNT_LOCKED");
        assert_eq!(body["details"]["locked_until"], "2026-01-11T11:00:00Z");
        assert_eq!(body["details"]["retry_after"], 1800);
        assert_eq!(refused.header("retry-after"), "1800");
        assert!(refused.cookies().is_empty());
    }
    janua.advance(minutes(29) + seconds(59));
    let refused = ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    assert_eq!(
        refused.header("retry-after"),
        "1",
        "tries while locked prolong nothing"
    );
    janua.advance(seconds(1));
    ada.signs_in().await;
    fail(&janua, &ada.email, 4).await;
    ada.signs_in().await;
    assert_eq!(locks(&janua).await, 1);
}

#[tokio::test]
async fn how_many_failures_lock_and_for_how_long_is_a_setting() {
    let own = [
        ("ACCOUNT_LOCKOUT_THRESHOLD", "2"),
        ("ACCOUNT_LOCKOUT_DURATION_MINUTES", "1"),
    ];
    let janua = TestJanua::with(&own).await;
    let ada = janua.person("ada@example.com").registered().await;
    fail(&janua, &ada.email, 2).await;
    let refused = ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    assert_eq!(refused.header("retry-after"), "60");
    let mails = janua.mails(&ada.email).await;
    let told = mails.iter().any(|it| it.text.contains("locked it for one"));
    assert!(told, "{mails:?}");
    janua.advance(minutes(1));
    ada.signs_in().await;
}

#[tokio::test]
async fn a_success_and_half_an_hour_forget_what_failed_before() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    for _ in 0..3 {
        fail(&janua, &ada.email, 4).await;
        ada.signs_in().await;
    }
    for _ in 0..3 {
        fail(&janua, &ada.email, 4).await;
        janua.advance(minutes(30));
    }
    fail(&janua, &ada.email, 5).await;
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
}

#[tokio::test]
async fn an_address_that_belongs_to_nobody_locks_just_the_same() {
    let janua = TestJanua::with(&MANY).await;
    let (nobody, spelled) = (
        janua.person("nobody@example.com"),
        janua.person("NoBody@Example.com"),
    );
    fail(&janua, &nobody.email, 3).await;
    fail(&janua, &spelled.email, 2).await;
    let refused = nobody.login(WRONG).await.refused("ACCOUNT_LOCKED");
    assert_eq!(refused.json()["details"]["locked_until"], "2026-01-11T11:00:00Z");
    janua.advance(minutes(30));
    fail(&janua, &nobody.email, 5).await;
    spelled.login(WRONG).await.refused("ACCOUNT_LOCKED");

    assert_eq!(
        janua.count("SELECT COUNT(*) FROM outbox").await,
        0,
        "nobody is told"
    );
    assert_eq!(locks(&janua).await, 0);
    let stored = janua
        .count("SELECT COUNT(*) FROM sign_in_failures WHERE subject LIKE '%nobody%'")
        .await;
    assert_eq!(stored, 0, "what strangers type is kept as a keyed hash");
}

#[tokio::test]
async fn address_and_username_of_one_account_share_the_lock() {
    let janua = TestJanua::with(&MANY).await;
    let asked = json!({"email": "ada@example.com", "password": PASSWORD, "username": "Ada"});
    janua.post("/api/v1/auth/register", asked).await.accepted();
    let by_name = async |password: &str| {
        janua
            .post(LOGIN, json!({"username": "Ada", "password": password}))
            .await
    };
    fail(&janua, "ada@example.com", 3).await;
    by_name(WRONG).await.refused("INVALID_CREDENTIALS");
    by_name(WRONG).await.refused("INVALID_CREDENTIALS");
    by_name(PASSWORD).await.refused("ACCOUNT_LOCKED");
    janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .refused("ACCOUNT_LOCKED");
}

#[tokio::test]
async fn a_stranger_cannot_lock_the_owner_out_of_a_device_that_is_known() {
    let janua = TestJanua::with(&MANY).await;
    let mut ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in_with_a_browser().await;
    fail(&janua, &ada.email, 5).await;
    janua
        .person(&ada.email)
        .login(PASSWORD)
        .await
        .refused("ACCOUNT_LOCKED");

    ada.signs_in().await;
    session.get(&janua, "/api/v1/users/me").await.accepted();
    session.refreshes(&janua).await.accepted();
    // What the device fails counts for the device: a stolen one is no way around the lock.
    for _ in 0..5 {
        ada.login(WRONG).await.refused("INVALID_CREDENTIALS");
    }
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
}

#[tokio::test]
async fn a_device_is_known_to_its_own_user_only() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    let mut eve = janua.person("eve@example.com").registered().await;
    eve.signs_in_with_a_browser().await;
    fail(&janua, &ada.email, 3).await;
    let body = json!({"email": ada.email, "password": WRONG});
    for code in ["INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "ACCOUNT_LOCKED"] {
        let request = janua
            .request(Method::POST, LOGIN)
            .header("cookie", &eve.cookies)
            .json(&body);
        janua.send(request).await.refused(code);
    }
    eve.signs_in().await;
}

#[tokio::test]
async fn a_reset_lifts_the_lock_of_strangers_and_of_devices() {
    let janua = TestJanua::with(&MANY).await;
    let mut ada = janua.person("ada@example.com").registered().await;
    ada.signs_in_with_a_browser().await;
    fail(&janua, &ada.email, 5).await;
    for _ in 0..5 {
        ada.login(WRONG).await.refused("INVALID_CREDENTIALS");
    }
    janua
        .person(&ada.email)
        .login(PASSWORD)
        .await
        .refused("ACCOUNT_LOCKED");
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");

    janua
        .post("/api/v1/auth/password/forgot", json!({"email": ada.email}))
        .await
        .accepted();
    let token = janua.secret(&ada.email, "reset-password").await;
    let new = "meadow-copper-lantern-58";
    let body = json!({"token": token, "new_password": new});
    janua.post("/api/v1/auth/password/reset", body).await.accepted();
    ada.login(new).await.accepted();
    janua.person(&ada.email).login(new).await.accepted();
}

#[tokio::test]
async fn an_operator_lifts_a_lock_before_its_time() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    fail(&janua, &ada.email, 5).await;
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    let id = user(&janua, &ada.email).await.id;
    let until = lockout::longest_lock(&janua.app, &id).await.expect("a query");
    assert_eq!(until, Some(janua.app.clock.now() + minutes(30)));

    let mut tx = janua.app.db.begin().await.expect("a transaction");
    assert_eq!(lockout::unlock(&mut tx, &id).await.expect("unlocked"), 1);
    tx.commit().await.expect("committed");
    assert_eq!(
        lockout::longest_lock(&janua.app, &id).await.expect("a query"),
        None
    );
    ada.signs_in().await;
}

#[tokio::test]
async fn of_fifty_parallel_guesses_five_are_judged() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    ada.signs_in().await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let guesses: Vec<_> = (0..50).map(|_| janua.person(email)).collect();
        let answers = join_all(guesses.iter().map(|it| it.login(WRONG))).await;
        let judged = answers
            .iter()
            .filter(|it| it.text.contains("INVALID_CREDENTIALS"))
            .count();
        assert_eq!(judged, 5, "{email}");
        for answer in answers
            .into_iter()
            .filter(|it| !it.text.contains("INVALID_CREDENTIALS"))
        {
            answer.refused("ACCOUNT_LOCKED");
        }
    }
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
    assert_eq!(locks(&janua).await, 1);
}

#[tokio::test]
async fn a_right_password_in_a_storm_of_wrong_ones_lifts_no_lock() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    let tries: Vec<_> = (0..60)
        .map(|n| if n % 6 == 3 { PASSWORD } else { WRONG })
        .collect();
    let answers = join_all(tries.iter().map(|it| ada.login(it))).await;
    let with = |code: &str| answers.iter().filter(|it| it.text.contains(code)).count();
    let (won, judged) = (
        answers.iter().filter(|it| it.status == StatusCode::OK).count(),
        with("INVALID_CREDENTIALS"),
    );
    assert_eq!(won + judged + with("ACCOUNT_LOCKED"), 60);
    assert!(
        judged <= 5 + 4 * won,
        "{judged} guesses were judged and {won} times the owner was quicker"
    );
    // Once locked it stays so: a second lock would mean that somebody lifted the first.
    assert_eq!(locks(&janua).await, 1);
    ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
}

#[tokio::test]
async fn a_password_that_was_checked_before_the_lock_does_not_win_after_it() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    let (app, owner) = (&janua.app, user(&janua, &ada.email).await);
    let identifier = Identifier::Email(Email::parse(&ada.email).expect("an address"));
    let subject = Subject::of(app, &identifier, Some(&owner), None);
    let passes = async || {
        let mut tx = app.db.begin().await.expect("a transaction");
        lockout::pass(app, &mut tx, &subject).await
    };
    fail(&janua, &ada.email, 4).await;
    passes().await.expect("not locked yet");
    fail(&janua, &ada.email, 1).await;
    let refused = passes().await.expect_err("locked in the meantime");
    assert_eq!(refused.code(), Code::AccountLocked);
}

#[tokio::test]
async fn the_owner_is_told_once_that_the_account_is_locked() {
    let janua = TestJanua::with(&MANY).await;
    let ada = janua.person("ada@example.com").registered().await;
    let told = async || {
        let mails = janua.mails("ada@example.com").await;
        mails
            .into_iter()
            .filter(|it| it.subject.contains("locked"))
            .collect::<Vec<_>>()
    };
    fail(&janua, &ada.email, 5).await;
    for _ in 0..10 {
        ada.login(WRONG).await.refused("ACCOUNT_LOCKED");
    }
    let mails = told().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("30 minutes"), "{}", mails[0].text);
    assert!(mails[0].text.contains("2026-01-11 11:00 UTC") && mails[0].text.contains("127.0.0.1"));

    janua.advance(minutes(30));
    fail(&janua, &ada.email, 5).await;
    assert_eq!(told().await.len(), 2, "a new lock is news");
}

#[tokio::test]
async fn guesses_are_limited_before_and_after_the_lock() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    fail(&janua, &ada.email, 5).await;
    for _ in 0..5 {
        ada.login(WRONG).await.refused("ACCOUNT_LOCKED");
    }
    for password in [WRONG, WRONG, PASSWORD] {
        let refused = ada.login(password).await.refused("RATE_LIMITED");
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("retry-after"), "30");
    }
}

#[tokio::test]
async fn one_guess_for_each_of_many_accounts_is_stopped_by_the_origin() {
    let janua = TestJanua::with(&[("TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let ada = janua.person("ada@example.com").registered().await;
    let from = async |origin: &str, email: &str, password: &str| -> Answer {
        let body = json!({"email": email, "password": password});
        janua
            .send(
                janua
                    .request(Method::POST, LOGIN)
                    .header("x-forwarded-for", origin)
                    .json(&body),
            )
            .await
    };
    for n in 0..30 {
        from("198.51.100.7", &format!("user{n}@example.com"), WRONG)
            .await
            .refused("INVALID_CREDENTIALS");
    }
    for n in 30..40 {
        let refused = from("198.51.100.7", &format!("user{n}@example.com"), WRONG)
            .await
            .refused("RATE_LIMITED");
        assert_eq!(refused.json()["error"], "RATE_LIMIT_ERROR");
        assert_eq!(refused.header("retry-after"), "10");
    }
    from("198.51.100.7", &ada.email, PASSWORD)
        .await
        .refused("RATE_LIMITED");
    from("203.0.113.9", &ada.email, PASSWORD).await.accepted();
    janua.advance(seconds(10));
    from("198.51.100.7", &ada.email, PASSWORD).await.accepted();
    from("198.51.100.7", &ada.email, PASSWORD)
        .await
        .refused("RATE_LIMITED");
}
