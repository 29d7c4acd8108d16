//! What stops the sending: limits, the brake against pumping, and a provider that fails.

use serde_json::json;

use super::twilio::{Manner, Twilio};
use super::{ADA, CONFIRM, ENABLE, NUMBER, asks, code, first_step, received, with_phone};
use crate::support::{Answer, SignedIn, TestJanua, hours, minutes, seconds};

async fn wants(janua: &TestJanua, who: &SignedIn, number: &str) -> Answer {
    let body = json!({"phone_number": number});
    who.post(janua, ENABLE, body).await
}

#[tokio::test]
async fn a_number_gets_three_messages_and_then_waits() {
    let janua = TestJanua::start().await;
    with_phone(&janua, ADA, NUMBER).await;
    let token = first_step(&janua, ADA).await;
    for _ in 0..2 {
        asks(&janua, &token).await.accepted();
    }
    let refused = asks(&janua, &token).await.refused("SMS_RATE_LIMITED");
    assert_eq!(refused.status, 429);
    assert!(
        refused
            .header("retry-after")
            .parse::<u64>()
            .is_ok_and(|it| (1..=3600).contains(&it))
    );
    assert_eq!(received(&janua, NUMBER), 3);
    // The code that was sent counts on, and another number is another number.
    super::shows(&janua, &token, &code(&janua, NUMBER))
        .await
        .accepted();
    with_phone(&janua, "bob@example.com", "+12025550124").await;
}

#[tokio::test]
async fn an_account_cannot_write_to_one_number_after_the_other() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    for last in 0..6 {
        wants(&janua, &who, &format!("+1202555013{last}"))
            .await
            .accepted();
        if last == 2 {
            janua.advance(minutes(1));
        }
    }
    wants(&janua, &who, "+12025550139")
        .await
        .refused("SMS_RATE_LIMITED");
    assert_eq!(received(&janua, "+12025550139"), 0);
}

#[tokio::test]
async fn all_numbers_together_get_as_many_as_the_operator_allows() {
    let janua = TestJanua::with(&[("SMS_RATE_LIMIT_GLOBAL", "3")]).await;
    for (email, number) in [
        ("a@example.com", "+12025550131"),
        ("b@example.com", "+447400123456"),
        ("c@example.com", "+34612345678"),
    ] {
        with_phone(&janua, email, number).await;
    }
    let who = janua.person(ADA).registered().await.signs_in().await;
    wants(&janua, &who, NUMBER).await.refused("SMS_RATE_LIMITED");
    assert_eq!(received(&janua, NUMBER), 0);
    janua.advance(hours(1));
    let who = janua.person(ADA).signs_in().await;
    wants(&janua, &who, NUMBER).await.accepted();
}

#[tokio::test]
async fn numbers_whose_codes_nobody_shows_get_no_more() {
    let janua = TestJanua::with(&[("SMS_BRAKE_AFTER", "8"), ("SMS_RATE_LIMIT_PER_PHONE", "50")]).await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    // Five to one block, none of them answered.
    for last in 0..5 {
        wants(&janua, &who, &format!("+4474001234{last}0"))
            .await
            .accepted();
    }
    // They still have their time.
    wants(&janua, &who, "+447400123460").await.accepted();
    janua.advance(minutes(3));
    let refused = wants(&janua, &who, "+447400129999").await.refused("SMS_BRAKED");
    assert_eq!(refused.status, 429);
    assert_eq!(received(&janua, "+447400129999"), 0);
    let facts = janua.facts("sms.braked").await;
    assert_eq!(
        (&facts["prefix"], &facts["sent"], &facts["answered"]),
        (&json!("+44740012"), &json!(6), &json!(0))
    );
    // Another block of the country goes on until the whole country is bad, others are not touched.
    wants(&janua, &who, "+447500123456").await.accepted();
    wants(&janua, &who, "+447500123457").await.accepted();
    janua.advance(minutes(3));
    wants(&janua, &who, "+447800123456").await.refused("SMS_BRAKED");
    assert_eq!(janua.facts("sms.braked").await["prefix"], "GB");
    wants(&janua, &who, NUMBER).await.accepted();
    who.post(&janua, CONFIRM, json!({"code": code(&janua, NUMBER)}))
        .await
        .accepted();
    let told = janua
        .events()
        .await
        .iter()
        .filter(|it| *it == "sms.braked")
        .count();
    assert_eq!(told, 2, "each is told once");
    let figures = janua.get("/metrics").await.accepted().text;
    assert!(figures.contains("janua_sms_brakes_total 2"), "{figures}");
    assert!(
        figures.contains("janua_text_messages_total{outcome=\"refused\"}"),
        "{figures}"
    );
}

#[tokio::test]
async fn a_country_that_answers_is_not_braked() {
    let janua = TestJanua::with(&[("SMS_BRAKE_AFTER", "5")]).await;
    for number in 0..6 {
        with_phone(
            &janua,
            &format!("p{number}@example.com"),
            &format!("+1202555014{number}"),
        )
        .await;
    }
    janua.advance(minutes(3));
    with_phone(&janua, ADA, NUMBER).await;
}

#[tokio::test]
async fn a_provider_that_fails_is_told_of_and_shows() {
    let twilio = Twilio::start().await;
    let mut settings = twilio.settings();
    settings.push(("SMS_RATE_LIMIT_PER_PHONE", "50"));
    let janua = TestJanua::with(&settings).await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    for (manner, code) in [
        (Manner::Refuses(400, 21211), "21211"),
        (Manner::Breaks(500), "http 500"),
        (Manner::Hangs, "timeout"),
    ] {
        twilio.turns(manner);
        janua.advance(seconds(1));
        let refused = wants(&janua, &who, NUMBER).await.refused("SMS_DELIVERY_FAILED");
        assert_eq!(
            (
                refused.status.as_u16(),
                refused.str("/error"),
                refused.str("/message")
            ),
            (
                502,
                "EXTERNAL_SERVICE_ERROR".to_owned(),
                "SMS delivery failed".to_owned()
            )
        );
        assert!(!refused.text.contains(code), "{}", refused.text);
        assert_eq!(janua.facts("sms.failed").await["code"], code);
    }
    let failed = "SELECT COUNT(*) FROM sms_messages WHERE state = 'failed' AND failure IN ('21211', 'http 500', 'timeout')";
    assert_eq!(janua.count(failed).await, 3);
    let health = janua.get("/health").await.accepted().json();
    assert_eq!(
        (&health["status"], &health["dependencies"]["sms"]),
        (&json!("degraded"), &json!("unhealthy"))
    );
    twilio.turns(Manner::Takes);
    wants(&janua, &who, NUMBER).await.accepted();
    let health = janua.get("/health").await.accepted().json();
    assert_eq!(health["dependencies"]["sms"], "healthy");
    let body = twilio.messages().pop().expect("a message")["Body"].clone();
    let code = body.rsplit('#').next().expect("a code").to_owned();
    assert!(
        body.starts_with(&format!("{code} is your")) && body.is_ascii() && body.len() <= 160,
        "{body}"
    );
    who.post(&janua, CONFIRM, json!({"code": code})).await.accepted();
}
