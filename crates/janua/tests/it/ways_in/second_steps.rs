//! Second steps: tokens that are over, used, made up, or of somebody else open nothing, and of a hundred tries one wins.

use futures_util::future::join_all;
use janua::crypto::secret::Kind;
use serde_json::json;

use super::{ENROLLED, SECOND, enrolling, turns_on};
use crate::mfa::protected;
use crate::support::{Answer, PASSWORD, TestJanua, made_up, minutes, seconds};

async fn shows(janua: &TestJanua, path: &str, token: &str, code: &str) -> Answer {
    janua.post(path, json!({"mfa_token": token, "code": code})).await
}

async fn live(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL")
        .await
}

async fn first(janua: &TestJanua, email: &str) -> String {
    janua
        .person(email)
        .login(PASSWORD)
        .await
        .accepted()
        .str("/mfa_token")
}

#[tokio::test]
async fn a_token_of_another_time_person_or_step_opens_nothing() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (_, phone, _) = protected(&janua, "ada@example.com").await;
    let (_, other, _) = protected(&janua, "bob@example.com").await;
    let before = live(&janua).await;
    let token = first(&janua, "ada@example.com").await;
    // Bob's code at Ada's sign-in.
    shows(&janua, SECOND, &token, &other.shows(&janua, 0))
        .await
        .refused("INVALID_MFA_CODE");
    for path in [SECOND, ENROLLED] {
        for kind in [Kind::Flow, Kind::MailFlow, Kind::Link, Kind::Refresh] {
            shows(&janua, path, &made_up(kind), &phone.shows(&janua, 0))
                .await
                .refused("MFA_TOKEN_INVALID");
        }
    }
    shows(&janua, ENROLLED, &token, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
    assert_eq!(live(&janua).await, before);
    shows(&janua, SECOND, &token, &phone.shows(&janua, 0))
        .await
        .accepted();
    janua.advance(seconds(30));
    shows(&janua, SECOND, &token, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
    let late = first(&janua, "ada@example.com").await;
    janua.advance(minutes(10));
    shows(&janua, SECOND, &late, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
}

#[tokio::test]
async fn an_enrolment_of_another_time_or_person_opens_nothing() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false"), ("MFA_REQUIRED", "everyone")]).await;
    for email in ["ada@example.com", "bob@example.com"] {
        janua.person(email).registered().await;
    }
    let (token, phone) = enrolling(&janua, "ada@example.com").await;
    let (_, other) = enrolling(&janua, "bob@example.com").await;
    shows(&janua, ENROLLED, &token, &other.shows(&janua, 0))
        .await
        .refused("INVALID_MFA_CODE");
    janua.advance(minutes(10));
    shows(&janua, ENROLLED, &token, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
    assert_eq!(live(&janua).await, 0);
    let (token, phone) = enrolling(&janua, "ada@example.com").await;
    shows(&janua, ENROLLED, &token, &phone.shows(&janua, 0))
        .await
        .accepted();
    janua.advance(seconds(30));
    shows(&janua, ENROLLED, &token, &phone.shows(&janua, 0))
        .await
        .refused("MFA_TOKEN_INVALID");
    assert_eq!(live(&janua).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tries_of_one_second_factor_at_once_one_succeeds() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let phone = turns_on(&janua, &ada).await;
    let codes = ada
        .post(&janua, "/api/v1/mfa/recovery-codes/regenerate", json!({}))
        .await
        .accepted()
        .json();
    for code in [
        phone.shows(&janua, 0),
        codes["recovery_codes"][0].as_str().expect("a code").to_owned(),
    ] {
        let before = live(&janua).await;
        // Each in a sign-in of its own, so that only the code decides.
        let tokens = join_all((0..100).map(|_| first(&janua, "ada@example.com"))).await;
        let answers = join_all(tokens.iter().map(|it| shows(&janua, SECOND, it, &code))).await;
        let won = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(won, 1, "{code}");
        assert_eq!(live(&janua).await, before + 1);
        janua.advance(minutes(120));
    }
}
