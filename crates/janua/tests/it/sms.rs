//! Codes by SMS: what is sent and to whom, what a code opens, and what stops the sending.

mod enrolment;
mod factor;
mod hostile;
mod limits;
mod pages;
mod provider;
pub(crate) mod twilio;

use serde_json::json;

use crate::support::{Answer, PASSWORD, SignedIn, TestJanua};

pub(crate) const ENABLE: &str = "/api/v1/mfa/sms/enable";
pub(crate) const CONFIRM: &str = "/api/v1/mfa/sms/verify";
const DISABLE: &str = "/api/v1/mfa/sms/disable";
const AGAIN: &str = "/api/v1/mfa/sms/challenge";
const CHALLENGE: &str = "/api/v1/mfa/challenge";
const SECOND: &str = "/api/v1/mfa/challenge/verify";
const STATUS: &str = "/api/v1/mfa/status";
pub(crate) const NUMBER: &str = "+12025550123";
const ADA: &str = "ada@example.com";

/// The code of the newest message to a number.
#[track_caller]
pub(crate) fn code(janua: &TestJanua, number: &str) -> String {
    let texts = janua
        .app
        .texter
        .catcher()
        .expect("messages are caught")
        .messages(Some(number));
    let text = &texts.first().expect("a message").text;
    text.rsplit('#').next().expect("a code").to_owned()
}

/// How many messages a number got.
fn received(janua: &TestJanua, number: &str) -> usize {
    janua
        .app
        .texter
        .catcher()
        .expect("messages are caught")
        .messages(Some(number))
        .len()
}

/// Somebody turns codes by SMS on; gives their recovery codes.
pub(crate) async fn adds_phone(janua: &TestJanua, who: &SignedIn, number: &str) -> Vec<String> {
    let body = json!({"phone_number": number, "password": PASSWORD});
    who.post(janua, ENABLE, body).await.accepted();
    let body = json!({"code": code(janua, number)});
    let codes = who.post(janua, CONFIRM, body).await.accepted().json();
    serde_json::from_value(codes["recovery_codes"].clone()).expect("codes")
}

/// Somebody whose only second factor is a telephone.
pub(crate) async fn with_phone(janua: &TestJanua, email: &str, number: &str) -> (SignedIn, Vec<String>) {
    let who = janua.person(email).registered().await.signs_in().await;
    let codes = adds_phone(janua, &who, number).await;
    (who, codes)
}

/// The first step of a sign-in; gives the token for the second.
async fn first_step(janua: &TestJanua, email: &str) -> String {
    let answer = janua.person(email).login(PASSWORD).await.accepted();
    assert_eq!(answer.json()["mfa_required"], true, "{}", answer.text);
    answer.str("/mfa_token")
}

async fn asks(janua: &TestJanua, token: &str) -> Answer {
    janua
        .post(CHALLENGE, json!({"mfa_token": token, "method": "sms"}))
        .await
}

async fn shows(janua: &TestJanua, token: &str, code: &str) -> Answer {
    janua
        .post(SECOND, json!({"mfa_token": token, "code": code, "method": "sms"}))
        .await
}

/// Another code than this one.
pub(crate) fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}
