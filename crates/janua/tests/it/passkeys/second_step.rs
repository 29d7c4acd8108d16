//! A passkey in place of a code: as the second factor of a sign-in, and to prove once more who one is.

use reqwest::Method;
use serde_json::{Value, json};

use super::authenticator::Told;
use super::{ADD, Key, NEW, amr, asks};
use crate::mfa::protected;
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes};

const CHALLENGE: &str = "/api/v1/mfa/challenge";
const SECOND: &str = "/api/v1/mfa/challenge/verify";
const AGAIN: &str = "/api/v1/auth/reauthenticate";
const ADA: &str = "ada@example.com";

/// What a key answers to a question.
fn answers(key: &mut Key, question: &Value) -> Value {
    json!({"challenge_id": question["challenge_id"], "credential": key.0.signs(question, &Told::default())})
}

/// The first step with the password, and the question to a passkey for the second.
async fn owes(janua: &TestJanua, email: &str) -> (String, Value) {
    let first = janua.person(email).login(PASSWORD).await.accepted();
    assert_eq!(
        first.json()["methods"],
        json!(["totp", "passkey", "recovery_code"])
    );
    let token = first.str("/mfa_token");
    let body = json!({"mfa_token": token, "method": "passkey"});
    let asked = janua.post(CHALLENGE, body).await.accepted().json();
    (token, asked["passkey"].clone())
}

async fn shows(janua: &TestJanua, token: &str, answer: &Value) -> Answer {
    janua
        .post(SECOND, json!({"mfa_token": token, "passkey": answer}))
        .await
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_where_there_is_one() {
    let janua = TestJanua::start().await;
    let (who, _, _) = protected(&janua, ADA).await;
    let mut key = Key::added(&janua, &who, false).await;
    let (token, question) = owes(&janua, ADA).await;
    assert_eq!(
        question["public_key"]["allowCredentials"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let answer = answers(&mut key, &question);
    let signed_in = SignedIn::of(shows(&janua, &token, &answer).await.accepted());
    assert_eq!(amr(&janua, &signed_in).await, json!(["pwd", "hwk", "mfa"]));
    // Each question and each flow work once.
    shows(&janua, &token, &answer).await.refused("MFA_TOKEN_INVALID");
    let (token, _) = owes(&janua, ADA).await;
    shows(&janua, &token, &answer)
        .await
        .refused("PASSKEY_CHALLENGE_USED");

    // Without another factor it is none: the account opens with the password, as before.
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    Key::added(&janua, &eve, true).await;
    janua.person("eve@example.com").signs_in().await;
}

#[tokio::test]
async fn nobody_gets_past_the_second_step_with_another_key() {
    let janua = TestJanua::start().await;
    let (ada, _, _) = protected(&janua, ADA).await;
    let mut hers = Key::added(&janua, &ada, false).await;
    let (eve, _, _) = protected(&janua, "eve@example.com").await;
    let mut stranger = Key::added(&janua, &eve, true).await;

    // A key of somebody else, with a question for anybody and with the one for her.
    let (token, question) = owes(&janua, ADA).await;
    for question in [asks(&janua, None).await, question] {
        let answer = answers(&mut stranger, &question);
        shows(&janua, &token, &answer)
            .await
            .refused("CREDENTIAL_NOT_RECOGNIZED");
    }

    // The key that came first is not a second factor of its own.
    let first = hers.comes(&janua, "").await.accepted();
    assert_eq!(first.json()["mfa_required"], true, "{}", first.text);
    let token = first.str("/mfa_token");
    let answer = answers(&mut hers, &asks(&janua, None).await);
    shows(&janua, &token, &answer)
        .await
        .refused("MFA_METHOD_UNAVAILABLE");

    // Both at once, or nothing.
    let body = json!({"mfa_token": token, "passkey": answer, "code": "123456"});
    janua.post(SECOND, body).await.refused("INVALID_FIELD");
    janua
        .post(SECOND, json!({"mfa_token": token}))
        .await
        .refused("MISSING_FIELD");
}

#[tokio::test]
async fn fifty_answers_at_once_open_one_session() {
    let janua = TestJanua::start().await;
    let (who, _, _) = protected(&janua, ADA).await;
    let mut key = Key::added(&janua, &who, false).await;
    let (token, question) = owes(&janua, ADA).await;
    let answer = answers(&mut key, &question);
    let all = futures_util::future::join_all((0..50).map(|_| shows(&janua, &token, &answer))).await;
    assert_eq!(all.iter().filter(|it| it.status == 200).count(), 1);
}

#[tokio::test]
async fn a_passkey_proves_once_more_who_one_is() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let mut key = Key::added(&janua, &who, true).await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let mut stranger = Key::added(&janua, &eve, true).await;
    janua.advance(minutes(11));
    who.post(&janua, NEW, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");

    // Whoever is signed in stays so, whatever is wrong: clients must not refresh and try again for ever.
    let wrong = answers(&mut stranger, &asks(&janua, None).await);
    let refused = who.post(&janua, AGAIN, json!({"passkey": wrong})).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    refused.refused("CREDENTIAL_NOT_RECOGNIZED");
    who.post(&janua, NEW, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");

    let answer = answers(&mut key, &asks(&janua, Some(ADA)).await);
    let body = json!({"passkey": answer, "password": PASSWORD});
    who.post(&janua, AGAIN, body).await.refused("INVALID_FIELD");
    who.post(&janua, AGAIN, json!({"passkey": answer}))
        .await
        .accepted();
    assert_eq!(amr(&janua, &who).await, json!(["pwd", "hwk", "mfa"]));
    who.post(&janua, NEW, json!({})).await.accepted();
}

#[tokio::test]
async fn one_key_shown_twice_is_one_factor() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let mut key = Key::added(&janua, &who, false).await;
    let first = SignedIn::of(key.comes(&janua, "").await.accepted());
    assert_eq!(amr(&janua, &first).await, json!(["hwk", "user"]));
    let answer = answers(&mut key, &asks(&janua, None).await);
    first
        .post(&janua, AGAIN, json!({"passkey": answer}))
        .await
        .accepted();
    assert_eq!(amr(&janua, &first).await, json!(["hwk", "user"]));
}

#[tokio::test]
async fn a_key_that_is_refused_while_it_is_added_ends_no_session() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let told = Told {
        origin: "https://evil.example".to_owned(),
        ..Told::default()
    };
    let options = who.post(&janua, NEW, json!({})).await.accepted().json();
    let credential = super::Authenticator::new().creates(&options, &told);
    let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
    for code in ["PASSKEY_WRONG_ORIGIN", "PASSKEY_CHALLENGE_USED"] {
        let request = who.request(&janua, Method::POST, ADD).json(&body);
        let refused = janua.send(request).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.str("/error"), "VALIDATION_ERROR");
        assert_eq!(refused.str("/code"), code);
    }
}
