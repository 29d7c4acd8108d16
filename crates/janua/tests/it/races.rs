//! Races: what happens at once happens one after the other.

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, Person, SignedIn, TestJanua, minutes, refresh};

const ME: &str = "/api/v1/users/me";
const CHANGE: &str = "/api/v1/auth/password/change";

/// Ada, who has just signed in.
async fn ada(janua: &TestJanua) -> SignedIn {
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await
}

/// A server that counts no tries, so that only the race decides.
async fn unlimited() -> TestJanua {
    TestJanua::with(&[
        ("RATE_LIMIT_ENABLED", "false"),
        ("ACCOUNT_LOCKOUT_THRESHOLD", "1000"),
    ])
    .await
}

/// Whether it was accepted; if not, it was refused with one of these codes.
#[track_caller]
fn won(answer: &Answer, codes: &[&str]) -> bool {
    if !answer.status.is_success() {
        let code = answer.str("/code");
        assert!(codes.contains(&code.as_str()), "{}", answer.text);
        answer.clone().refused(&code);
    }
    answer.status.is_success()
}

/// Each was accepted, or refused with one of these codes.
#[track_caller]
fn expected(answers: &[Answer], codes: &[&str]) {
    for answer in answers {
        won(answer, codes);
    }
}

/// Shows one token so often at once.
async fn refreshes(janua: &TestJanua, token: &str, times: usize) -> Vec<Answer> {
    join_all((0..times).map(|_| refresh(janua, token, ""))).await
}

/// So many sign-ins at once.
async fn logins(person: &Person<'_>, password: &str, times: usize) -> Vec<Answer> {
    join_all((0..times).map(|_| person.login(password))).await
}

/// Nothing of these pairs opens anything.
async fn are_dead(janua: &TestJanua, pairs: &[SignedIn], revoked: &str) {
    for pair in pairs {
        pair.get(janua, ME).await.refused(revoked);
        pair.refreshes(janua).await.refused("REFRESH_TOKEN_INVALID");
    }
}

/// The pairs that were given out, at the top of the body or under `tokens`.
fn pairs(answers: Vec<Answer>) -> Vec<SignedIn> {
    let accepted = answers.into_iter().filter(|it| it.status.is_success());
    let pair = |answer: Answer| {
        let at = if answer.json()["tokens"].is_object() {
            "/tokens"
        } else {
            ""
        };
        let token = |name: &str| answer.str(&format!("{at}/{name}"));
        SignedIn {
            access: token("access_token"),
            refresh: token("refresh_token"),
            answer,
        }
    };
    accepted.map(pair).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_parallel_refreshes_of_one_token_get_one_successor() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    let answers = refreshes(&janua, &session.refresh, 50).await;
    assert!(answers.iter().all(|it| won(it, &[])));
    let pairs = pairs(answers);
    assert!(
        pairs.iter().all(|it| it.refresh == pairs[0].refresh),
        "more than one successor"
    );
    assert_eq!(janua.count("SELECT count(*) FROM refresh_tokens").await, 2);
    for pair in &pairs {
        pair.get(&janua, ME).await.accepted();
    }
    pairs[0].refreshes(&janua).await.accepted();
    assert!(!janua.events().await.contains(&"token.reused".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_theft_that_is_tried_fifty_times_at_once_is_one_theft() {
    let janua = TestJanua::start().await;
    let session = ada(&janua).await;
    session.refreshes(&janua).await.accepted();
    janua.advance(minutes(2));
    let answers = refreshes(&janua, &session.refresh, 50).await;
    let codes: Vec<_> = answers.iter().map(|it| it.str("/code")).collect();
    assert_eq!(
        codes.iter().filter(|it| *it == "REFRESH_TOKEN_REUSED").count(),
        1,
        "{codes:?}"
    );
    assert_eq!(
        codes.iter().filter(|it| *it == "REFRESH_TOKEN_INVALID").count(),
        49,
        "{codes:?}"
    );
    assert_eq!(
        janua
            .count("SELECT count(*) FROM events WHERE name = 'token.reused'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT count(*) FROM outbox WHERE kind = 'session_theft'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_logout_that_races_twenty_refreshes_nothing_is_alive() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let other = ada.signs_in().await;
    for _ in 0..3 {
        let session = ada.signs_in().await;
        let logout = session.post(&janua, "/api/v1/auth/logout", json!({}));
        let (answers, out) = join(refreshes(&janua, &session.refresh, 20), logout).await;
        out.accepted();
        expected(&answers, &["REFRESH_TOKEN_INVALID"]);
        are_dead(&janua, &[pairs(answers), vec![session]].concat(), "TOKEN_REVOKED").await;
    }
    other.get(&janua, ME).await.accepted();
    assert_eq!(
        janua
            .count("SELECT count(*) FROM sessions WHERE revoked_at IS NULL")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_deletion_that_races_sign_ins_nobody_is_signed_in() {
    let janua = unlimited().await;
    for password in [PASSWORD, "wrong-password-73"] {
        let ada = janua.person("ada@example.com").registered().await;
        let session = ada.signs_in().await;
        let deletion = session.delete(&janua, ME);
        let (answers, deleted) = join(logins(&ada, password, 20), deletion).await;
        deleted.accepted();
        expected(&answers, &["INVALID_CREDENTIALS"]);
        are_dead(&janua, &[pairs(answers), vec![session]].concat(), "TOKEN_REVOKED").await;
        ada.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
        for left in [
            "SELECT count(*) FROM users",
            "SELECT count(*) FROM sessions",
            "SELECT count(*) FROM devices",
        ] {
            assert_eq!(janua.count(left).await, 0, "{left}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deletion_that_races_refreshes_and_a_password_change_leaves_nothing() {
    let janua = unlimited().await;
    for _ in 0..5 {
        let ada = janua.person("ada@example.com").registered().await;
        let sessions = [ada.signs_in().await, ada.signs_in().await, ada.signs_in().await];
        let body = json!({"current_password": PASSWORD, "new_password": "granite-otter-lantern-58"});
        let change = sessions[1].post(&janua, CHANGE, body);
        let all = join_all(sessions.iter().map(|it| refreshes(&janua, &it.refresh, 10)));
        let (deleted, (changed, answers)) = join(sessions[0].delete(&janua, ME), join(change, all)).await;
        won(&changed, &["TOKEN_REVOKED", "WRONG_PASSWORD"]);
        // The change ends the session that deletes, so only one of the two may have been first.
        if !won(&deleted, &["TOKEN_REVOKED"]) {
            sessions[1].delete(&janua, ME).await.accepted();
        }
        let answers: Vec<_> = answers.concat();
        expected(&answers, &["REFRESH_TOKEN_INVALID"]);
        are_dead(
            &janua,
            &[pairs(answers), sessions.into()].concat(),
            "TOKEN_REVOKED",
        )
        .await;
        assert_eq!(janua.count("SELECT count(*) FROM refresh_tokens").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_change_outlives_every_sign_in_with_the_old_password() {
    let janua = unlimited().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    let passwords = [
        PASSWORD,
        "granite-otter-lantern-58",
        "velvet-harbor-quartz-19",
        "maple-rocket-tundra-46",
    ];
    for (old, new) in passwords.iter().zip(&passwords[1..]) {
        let body = json!({"current_password": old, "new_password": new});
        let change = session.post(&janua, CHANGE, body);
        let (changed, answers) = join(change, logins(&ada, old, 20)).await;
        changed.accepted();
        expected(&answers, &["INVALID_CREDENTIALS"]);
        are_dead(&janua, &pairs(answers), "TOKEN_REVOKED").await;
        let list = session.get(&janua, "/api/v1/sessions").await.accepted();
        assert_eq!(
            list.json()["total"],
            1,
            "a session begun with the old password is alive"
        );
        ada.login(old).await.refused("INVALID_CREDENTIALS");
        let fresh = SignedIn::of(ada.login(new).await.accepted());
        fresh
            .post(&janua, "/api/v1/auth/logout", json!({}))
            .await
            .accepted();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_that_is_opened_fifty_times_at_once_works_once() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    let body = json!({"token": secret});
    let posts = (0..50).map(|_| janua.post("/api/v1/auth/email/verify", body.clone()));
    let answers = join_all(posts).await;
    assert_eq!(answers.iter().filter(|it| won(it, &["LINK_INVALID"])).count(), 1);
    assert_eq!(
        janua
            .count("SELECT count(*) FROM events WHERE name = 'email.verified'")
            .await,
        1
    );
    assert_eq!(
        janua
            .count("SELECT count(*) FROM outbox WHERE kind = 'welcome'")
            .await,
        1
    );
    ada.signs_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_that_end_each_other_at_once_end_and_never_fail() {
    let janua = unlimited().await;
    let ada = janua.person("ada@example.com").registered().await;
    let sessions = pairs(logins(&ada, PASSWORD, 12).await);
    assert_eq!(sessions.len(), 12);
    // The first device is no news; each of the others is, however close they came.
    assert_eq!(
        janua
            .count("SELECT count(*) FROM outbox WHERE kind = 'new_sign_in'")
            .await,
        11
    );
    let orders = sessions.iter().map(|it| it.delete(&janua, "/api/v1/sessions"));
    let answers = join_all(orders).await;
    let accepted = answers.iter().filter(|it| won(it, &["TOKEN_REVOKED"])).count();
    assert!(accepted >= 1);
    let alive = join_all(sessions.iter().map(|it| it.get(&janua, ME))).await;
    let alive = alive.iter().filter(|it| won(it, &["TOKEN_REVOKED"])).count();
    assert!(alive <= 1, "{alive} sessions live on");
    assert_eq!(
        janua.send(janua.request(Method::GET, "/health")).await.status,
        200
    );
}
