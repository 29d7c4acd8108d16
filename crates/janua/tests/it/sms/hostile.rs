//! Codes that are guessed, shared, late or not for this.

use futures_util::future::join_all;
use serde_json::json;

use super::{
    ADA, AGAIN, CONFIRM, ENABLE, NUMBER, adds_phone, asks, code, first_step, shows, with_phone, wrong,
};
use crate::mfa::protected;
use crate::support::{PASSWORD, TestJanua, minutes, seconds};

async fn live(janua: &TestJanua) -> i64 {
    janua
        .count("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL")
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tries_of_one_code_at_once_one_succeeds() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    with_phone(&janua, ADA, NUMBER).await;
    let before = live(&janua).await;
    let tokens = join_all((0..100).map(|_| first_step(&janua, ADA))).await;
    asks(&janua, &tokens[0]).await.accepted();
    let code = code(&janua, NUMBER);
    let answers = join_all(tokens.iter().map(|it| shows(&janua, it, &code))).await;
    let won = answers.iter().filter(|it| it.status.is_success()).count();
    assert_eq!((won, live(&janua).await), (1, before + 1));
}

#[tokio::test]
async fn five_wrong_tries_kill_a_code() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (who, app, _) = protected(&janua, ADA).await;
    adds_phone(&janua, &who, NUMBER).await;
    let token = first_step(&janua, ADA).await;
    asks(&janua, &token).await.accepted();
    let right = code(&janua, NUMBER);
    for _ in 0..3 {
        shows(&janua, &token, &wrong(&right))
            .await
            .refused("INVALID_MFA_CODE");
    }
    // A right code of the app forgets what was tried for the account, but not what was tried of the message.
    let other = first_step(&janua, ADA).await;
    let body = json!({"mfa_token": other, "code": app.shows(&janua, 0), "method": "totp"});
    janua.post(super::SECOND, body).await.accepted();
    let token = first_step(&janua, ADA).await;
    for _ in 0..2 {
        shows(&janua, &token, &wrong(&right))
            .await
            .refused("INVALID_MFA_CODE");
    }
    shows(&janua, &token, &right).await.refused("INVALID_MFA_CODE");
    // Another one lives, and the first is dead for good.
    asks(&janua, &token).await.accepted();
    assert_eq!(shows(&janua, &token, &code(&janua, NUMBER)).await.status, 200);
}

#[tokio::test]
async fn a_code_lives_ten_minutes_and_until_the_next_one() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    with_phone(&janua, ADA, NUMBER).await;
    let token = first_step(&janua, ADA).await;
    asks(&janua, &token).await.accepted();
    let first = code(&janua, NUMBER);
    asks(&janua, &token).await.accepted();
    let second = code(&janua, NUMBER);
    if first != second {
        shows(&janua, &token, &first).await.refused("INVALID_MFA_CODE");
    }
    janua.advance(minutes(10) - seconds(1));
    let later = first_step(&janua, ADA).await;
    janua.advance(seconds(1));
    shows(&janua, &later, &second).await.refused("INVALID_MFA_CODE");
    asks(&janua, &later).await.accepted();
    let third = code(&janua, NUMBER);
    shows(&janua, &later, &third).await.accepted();
    let again = first_step(&janua, ADA).await;
    shows(&janua, &again, &third).await.refused("INVALID_MFA_CODE");
}

#[tokio::test]
async fn a_code_of_somebody_else_or_for_something_else_opens_nothing() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (ada, _) = with_phone(&janua, ADA, NUMBER).await;
    // Bob has the same telephone: what was sent for him is still not for Ada.
    let (bob, _) = with_phone(&janua, "bob@example.com", NUMBER).await;
    let before = live(&janua).await;
    let (adas, bobs) = (
        first_step(&janua, ADA).await,
        first_step(&janua, "bob@example.com").await,
    );
    asks(&janua, &adas).await.accepted();
    let for_ada = code(&janua, NUMBER);
    asks(&janua, &bobs).await.accepted();
    let for_bob = code(&janua, NUMBER);
    if for_ada != for_bob {
        shows(&janua, &adas, &for_bob).await.refused("INVALID_MFA_CODE");
    }
    ada.post(&janua, AGAIN, json!({})).await.accepted();
    let for_change = code(&janua, NUMBER);
    if for_ada != for_change {
        shows(&janua, &adas, &for_change)
            .await
            .refused("INVALID_MFA_CODE");
        let again = json!({"code": for_ada, "method": "sms"});
        ada.post(&janua, "/api/v1/auth/reauthenticate", again)
            .await
            .refused("WRONG_MFA_CODE");
    }
    assert_eq!(live(&janua).await, before);
    bob.post(&janua, CONFIRM, json!({"code": for_bob}))
        .await
        .refused("MFA_NOT_ENABLED");
}

#[tokio::test]
async fn a_code_is_for_the_number_that_it_was_sent_to() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let asks = async |number: &str| {
        let body = json!({"phone_number": number, "password": PASSWORD});
        who.post(&janua, ENABLE, body).await.accepted();
        code(&janua, number)
    };
    let mine = asks(NUMBER).await;
    let others = asks("+12025550199").await;
    if mine != others {
        who.post(&janua, CONFIRM, json!({"code": mine}))
            .await
            .refused("WRONG_MFA_CODE");
    }
    who.post(&janua, CONFIRM, json!({"code": others}))
        .await
        .accepted();
    assert_eq!(
        who.get(&janua, super::STATUS).await.json()["phone_number"],
        "+•••••••••99"
    );
}

#[tokio::test]
async fn malformed_numbers_are_refused_with_the_field() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let long = "9".repeat(100_000);
    for odd in [
        "",
        " ",
        "1234567890",
        "+1234567890",
        "+",
        "+1202555",
        "abc",
        "+1 202 555 012x",
        "+19005550123",
        long.as_str(),
    ] {
        let body = json!({"phone_number": odd, "password": PASSWORD});
        let refused = who.post(&janua, ENABLE, body).await.refused("INVALID_PHONE");
        assert_eq!(
            (refused.status.as_u16(), refused.str("/details/field")),
            (422, "phone_number".to_owned()),
            "{odd:.20}"
        );
        assert!(!refused.str("/details/reason").is_empty());
    }
    for odd in [json!(null), json!(12_025_550_123_i64), json!([]), json!({})] {
        let body = json!({"phone_number": odd, "password": PASSWORD});
        let status = who.post(&janua, ENABLE, body).await.status.as_u16();
        assert!([400, 422].contains(&status), "{odd}: {status}");
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sms_messages").await, 0);
    // With a region the national form is enough.
    let british = janua.second_instance_with(&[("SMS_DEFAULT_REGION", "GB")]).await;
    let body = json!({"phone_number": "07400 123456", "password": PASSWORD});
    who.post(&british, ENABLE, body).await.accepted();
    assert_eq!(super::received(&british, "+447400123456"), 1);
}
