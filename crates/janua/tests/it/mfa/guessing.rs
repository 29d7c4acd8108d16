//! Guessing codes, over many sign-ins, sessions and places.

use serde_json::json;

use super::{AGAIN, first_step, protected, second_step};
use crate::support::{TestJanua, minutes};

/// Limits in front of it out of the way: it is the account that has to notice.
const WIDE: [(&str, &str); 4] = [
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
    ("RATE_LIMIT_LOGIN", "1000/5m"),
    ("RATE_LIMIT_LOGIN_ADDRESS", "1000/5m"),
    ("TRUSTED_PROXIES", "127.0.0.0/8"),
];

#[tokio::test]
async fn fewer_than_ten_codes_an_hour_are_looked_at_whatever_is_tried() {
    let janua = TestJanua::with(&WIDE).await;
    let (who, phone, codes) = protected(&janua, "ada@example.com").await;
    let mut looked_at = 0;
    for minute in 0..60 {
        let token = first_step(&janua, "ada@example.com").await;
        let wrong = phone.shows(&janua, 500);
        let answer = match minute % 3 {
            0 => second_step(&janua, &token, &wrong).await,
            1 => second_step(&janua, &token, "aaaaa-aaaaa").await,
            _ => who.post(&janua, AGAIN, json!({"code": wrong})).await,
        };
        let code = answer.str("/code");
        assert!(
            [
                "INVALID_MFA_CODE",
                "INVALID_RECOVERY_CODE",
                "WRONG_MFA_CODE",
                "RATE_LIMITED"
            ]
            .contains(&code.as_str()),
            "{code}"
        );
        if code == "RATE_LIMITED" {
            assert_eq!(answer.status, 429);
            assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|it| it > 0));
        } else {
            looked_at += 1;
        }
        janua.advance(minutes(1));
    }
    assert!((4..10).contains(&looked_at), "{looked_at}");

    // The right one waits, too; then it works, and the next one at once.
    let token = first_step(&janua, "ada@example.com").await;
    while second_step(&janua, &token, "000000").await.status != 429 {}
    let token = first_step(&janua, "ada@example.com").await;
    second_step(&janua, &token, &phone.shows(&janua, 0))
        .await
        .refused("RATE_LIMITED");
    janua.advance(minutes(60));
    for code in [
        phone.shows(&janua, 0),
        codes[0].clone(),
        codes[1].clone(),
        codes[2].clone(),
        codes[3].clone(),
    ] {
        let token = first_step(&janua, "ada@example.com").await;
        second_step(&janua, &token, &code).await.accepted();
    }
}

#[tokio::test]
async fn the_right_password_gives_nobody_fresh_tries() {
    let janua = TestJanua::with(&WIDE).await;
    protected(&janua, "ada@example.com").await;
    for _ in 0..4 {
        let token = first_step(&janua, "ada@example.com").await;
        second_step(&janua, &token, "000000")
            .await
            .refused("INVALID_MFA_CODE");
    }
    let token = first_step(&janua, "ada@example.com").await;
    second_step(&janua, &token, "000000")
        .await
        .refused("RATE_LIMITED");
}
