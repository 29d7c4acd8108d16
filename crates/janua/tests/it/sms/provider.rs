//! Providers: what they are told, and what is told of them.

use janua::crypto::secret::SecretString;
use janua::crypto::signed_body;
use janua::io::sms::{PhoneNumber, Text};

use super::twilio::{Manner, TOKEN, Twilio};
use crate::support::TestJanua;
use crate::webhooks::{Manner as Answering, Receiver};

const NUMBER: &str = "+12025550123";

fn text(words: &str) -> Text {
    Text {
        id: "message-1".to_owned(),
        to: PhoneNumber::parse(NUMBER).expect("a number"),
        words: SecretString::new(words.to_owned()),
    }
}

#[tokio::test]
async fn twilio_is_spoken_to_in_its_own_words() {
    let twilio = Twilio::start().await;
    let janua = TestJanua::with(&twilio.settings()).await;
    let texter = &janua.app.texter;
    let now = janua.app.clock.now();
    let sid = texter
        .send(&text("123456 & more"), now)
        .await
        .expect("it is taken");
    assert!(sid.starts_with("SM"), "{sid}");
    let sent = twilio.messages().remove(0);
    assert_eq!(
        (sent["To"].as_str(), sent["From"].as_str()),
        (NUMBER, "+12025550100")
    );
    assert_eq!(sent["Body"], "123456 & more");
    assert_eq!(texter.check().await, Some(Ok(())));

    for (manner, code, is_general) in [
        (Manner::Refuses(400, 21211), "21211", false),
        (Manner::Refuses(429, 20429), "20429", true),
        (Manner::Breaks(503), "http 503", true),
        (Manner::Hangs, "timeout", true),
    ] {
        twilio.turns(manner);
        let refused = texter.send(&text("1"), now).await.expect_err("refused");
        assert_eq!(
            (refused.code.as_str(), refused.is_general),
            (code, is_general),
            "{manner:?}"
        );
        assert!(!refused.answer.contains("2025550123"), "{refused:?}");
    }
    assert!(!format!("{texter:?}").contains(TOKEN), "the token is printed");
}

#[tokio::test]
async fn a_wrong_token_shows_in_health_and_mends_nothing_else() {
    let twilio = Twilio::start().await;
    let mut settings = twilio.settings();
    settings[2].1 = "another-token";
    let janua = TestJanua::with(&settings).await;
    let health = janua.get("/health").await.accepted().json();
    assert_eq!(
        (&health["dependencies"]["sms"], &health["status"]),
        (&"unhealthy".into(), &"degraded".into())
    );
    let fine = TestJanua::with(&twilio.settings()).await;
    let health = fine.get("/health/detailed").await.accepted().json();
    assert_eq!(
        (&health["dependencies"]["sms"], &health["status"]),
        (&"healthy".into(), &"healthy".into())
    );
    let none = TestJanua::start().await.get("/health").await.accepted().json();
    assert!(none["dependencies"].get("sms").is_none(), "{none}");
}

#[tokio::test]
async fn an_address_of_the_operators_gets_signed_requests() {
    let receiver = Receiver::start().await;
    let secret = "a-secret-of-the-operators";
    let settings = [
        ("SMS_PROVIDER", "webhook"),
        ("SMS_WEBHOOK_URL", receiver.url.as_str()),
        ("SMS_WEBHOOK_SECRET", secret),
    ];
    let janua = TestJanua::with(&settings).await;
    let now = janua.app.clock.now();
    janua
        .app
        .texter
        .send(&text("654321"), now)
        .await
        .expect("it is taken");
    let got = receiver.got().remove(0);
    let body = got.json();
    assert_eq!((&body["to"], &body["text"]), (&NUMBER.into(), &"654321".into()));
    assert_eq!(body["id"], got.header("x-janua-message-id").as_str());
    let timestamp = got.header("x-janua-timestamp").parse().expect("seconds");
    assert_eq!(
        got.header("x-janua-signature"),
        signed_body::sign(secret, timestamp, &got.body)
    );

    receiver.turns(Answering::Answers(500, b"no"));
    let refused = janua.app.texter.send(&text("1"), now).await.expect_err("refused");
    assert_eq!((refused.code.as_str(), refused.is_general), ("http 500", true));
}
