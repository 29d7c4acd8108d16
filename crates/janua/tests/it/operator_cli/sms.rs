//! The SMS provider, tried out.

use serde_json::{Value, json};

use super::Operator;
use crate::sms::twilio::{Manner, Twilio};

#[test]
fn without_a_provider_there_is_nothing_to_try() {
    let done = Operator::new(&[]).does("sms test --to +12025550123");
    assert_eq!(done.code, 1);
    assert!(done.err.contains("SMS_PROVIDER is catcher"), "{}", done.err);
    let done = Operator::new(&[("SMS_PROVIDER", "off")]).does("sms test --to +12025550123");
    assert!(
        done.code == 1 && done.err.contains("SMS_PROVIDER is off"),
        "{}",
        done.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_of_a_message_is_told_step_by_step() {
    let twilio = Twilio::start().await;
    let operator = Operator::new(&twilio.settings());
    let tries = |order: &str| tokio::task::block_in_place(|| operator.does(order));
    let done = tries("sms test --to +12025550123 --json").ok();
    assert_eq!(
        (&done.json()["succeeded"], &done.json()["steps"][2]["outcome"]),
        (&json!(true), &json!("ok"))
    );
    assert_eq!(twilio.messages()[0]["To"], "+12025550123");
    tries("sms test --to +12025550123 --no-send").ok();
    assert_eq!(twilio.messages().len(), 1);

    let failing = |done: &Value| {
        let steps = done["steps"].as_array().and_then(|it| it.last()).cloned();
        steps.expect("a step")
    };
    let done = tries("sms test --to 2025550123 --json");
    let last = failing(&done.json());
    assert_eq!(
        (done.code, &last["name"], &last["outcome"]),
        (1, &json!("number"), &json!("failed"))
    );
    twilio.turns(Manner::Refuses(400, 21608));
    let done = tries("sms test --to +12025550123 --json");
    let last = failing(&done.json());
    assert_eq!((done.code, &last["name"]), (1, &json!("send")));
    assert!(
        last["detail"].as_str().is_some_and(|it| it.starts_with("21608")),
        "{last}"
    );
}
