//! Mailed codes, and guessing them.

use futures_util::future::join_all;

use super::{Mailed, asks, wrong};
use crate::support::{SignedIn, TestJanua, minutes};

/// So that only the counters of codes decide.
const WIDE: [(&str, &str); 4] = [
    ("RATE_LIMIT_EMAIL_REQUEST", "10000/1h"),
    ("EMAIL_RATE_LIMIT_PER_USER", "1000"),
    ("EMAIL_RATE_LIMIT_GLOBAL", "10000"),
    ("RATE_LIMIT_LINK", "10000/5m"),
];

#[tokio::test]
async fn a_code_signs_in_who_asked_and_nobody_else() {
    let janua = TestJanua::start().await;
    for email in ["ada@example.com", "eve@example.com"] {
        janua.person(email).registered().await;
    }
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let stranger = Mailed {
        flow: asks(&janua, "eve@example.com").await,
        link: String::new(),
        code: String::new(),
    };
    // Overheard, it is worth nothing without what the browser holds.
    stranger
        .types(&janua, &mail.code)
        .await
        .refused("INVALID_EMAIL_CODE");
    for other in [
        &wrong(&mail.code),
        "",
        "12345",
        &format!(" {}", mail.code),
        "１２３４５６",
    ] {
        if other.is_empty() {
            continue;
        }
        mail.types(&janua, other).await.refused("INVALID_EMAIL_CODE");
    }
    SignedIn::of(mail.types(&janua, &mail.code).await.accepted());
    mail.types(&janua, &mail.code).await.refused("LINK_INVALID");
    mail.opens(&janua).await.refused("LINK_INVALID");
}

#[tokio::test]
async fn after_five_wrong_codes_the_right_one_is_dead_and_the_link_still_works() {
    let janua = TestJanua::with(&WIDE).await;
    janua.person("ada@example.com").registered().await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    for _ in 0..5 {
        mail.types(&janua, &wrong(&mail.code))
            .await
            .refused("INVALID_EMAIL_CODE");
    }
    mail.types(&janua, &mail.code).await.refused("LINK_INVALID");
    // Guessing by others does not keep the owner out.
    mail.opens(&janua).await.accepted();
}

#[tokio::test]
async fn asking_again_gives_nobody_fresh_tries() {
    let janua = TestJanua::with(&WIDE).await;
    janua.person("ada@example.com").registered().await;
    let mut looked_at = 0;
    for _ in 0..60 {
        for email in ["ada@example.com", "nobody@example.com"] {
            let flow = asks(&janua, email).await;
            let guess = Mailed {
                flow,
                link: String::new(),
                code: String::new(),
            };
            let answer = guess.types(&janua, "000000").await;
            match answer.str("/code").as_str() {
                "INVALID_EMAIL_CODE" => looked_at += 1,
                "RATE_LIMITED" => assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|it| it > 0)),
                other => panic!("{other}"),
            }
        }
        janua.advance(minutes(1));
    }
    // The same for the address of nobody.
    assert!(looked_at % 2 == 0 && (10..20).contains(&looked_at), "{looked_at}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_tries_of_one_code_at_once_one_succeeds() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    janua.person("ada@example.com").registered().await;
    let mail = Mailed::to(&janua, "ada@example.com").await;
    let answers = join_all((0..100).map(|_| mail.types(&janua, &mail.code))).await;
    let won = answers.iter().filter(|it| it.status.is_success()).count();
    assert_eq!(won, 1);
    for answer in answers.into_iter().filter(|it| !it.status.is_success()) {
        let code = answer.str("/code");
        assert!(
            ["INVALID_EMAIL_CODE", "LINK_INVALID", "RATE_LIMITED"].contains(&code.as_str()),
            "{code}"
        );
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 1);
}
