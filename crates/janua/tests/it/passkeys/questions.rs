//! Questions to passkeys: each is answered once, in time, where it was asked, and only if it is ours.

use futures_util::future::join_all;
use serde_json::json;

use super::authenticator::{Authenticator, Told};
use super::{ADD, asks, asks_for_one, shows, signs_in, tries, with_a_passkey};
use crate::support::{TestJanua, minutes, seconds};

#[tokio::test]
async fn of_fifty_answers_to_one_question_one_signs_in() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let options = asks(&janua, None).await;
    let credential = key.signs(&options, &Told::default());
    let answers = join_all((0..50).map(|_| shows(&janua, &options, credential.clone()))).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|it| it.status.is_success());
    assert_eq!(good.len(), 1);
    for answer in bad {
        answer.refused("PASSKEY_CHALLENGE_USED");
    }

    let options = asks_for_one(&janua, &who).await;
    let credential = Authenticator::new().creates(&options, &Told::default());
    let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
    let answers = join_all((0..50).map(|_| who.post(&janua, ADD, body.clone()))).await;
    assert_eq!(answers.iter().filter(|it| it.status.is_success()).count(), 1);
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 2);
}

#[tokio::test]
async fn a_question_is_answered_in_time_and_where_it_was_asked() {
    let janua = TestJanua::start().await;
    let (ada, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let honest = Told::default();

    // Used.
    let options = asks(&janua, None).await;
    tries(&janua, &mut key, &options, &honest).await.accepted();
    tries(&janua, &mut key, &options, &honest)
        .await
        .refused("PASSKEY_CHALLENGE_USED");
    // A refusal uses it up as well.
    let options = asks(&janua, None).await;
    let lie = Told {
        origin: "https://evil.example".to_owned(),
        ..Told::default()
    };
    tries(&janua, &mut key, &options, &lie)
        .await
        .refused("PASSKEY_WRONG_ORIGIN");
    tries(&janua, &mut key, &options, &honest)
        .await
        .refused("PASSKEY_CHALLENGE_USED");
    // Signed for another question.
    let (mine, other) = (asks(&janua, None).await, asks(&janua, None).await);
    let credential = key.signs(&other, &honest);
    shows(&janua, &mine, credential)
        .await
        .refused("PASSKEY_CHALLENGE_INVALID");
    // Changed on its way, or made by somebody else.
    let options = asks(&janua, None).await;
    let question = options["challenge_id"].as_str().expect("a question").to_owned();
    let end = question.len() - 1;
    let forged = [
        question.replacen("sign_in", "registration", 1),
        question.replacen('A', "B", 1),
        question.replacen("jpc_", "jpc_A", 1),
        format!(
            "{}{}",
            &question[..end],
            if question.ends_with('A') { 'Q' } else { 'A' }
        ),
        question[..end].to_owned(),
        question.split_once('.').expect("a tag").0.to_owned(),
        question.replace("jpc_", ""),
    ];
    for text in forged.into_iter().filter(|it| *it != question) {
        let credential = key.signs(&options, &honest);
        shows(&janua, &json!({"challenge_id": text}), credential)
            .await
            .refused("PASSKEY_CHALLENGE_INVALID");
    }
    // Of another purpose, of another person, of another session of the same person.
    let options = asks_for_one(&janua, &ada).await;
    tries(&janua, &mut key, &options, &honest)
        .await
        .refused("PASSKEY_CHALLENGE_INVALID");
    let again = signs_in(&janua, &mut key).await;
    for thief in [&eve, &again] {
        let credential = Authenticator::new().creates(&options, &honest);
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        thief
            .post(&janua, ADD, body)
            .await
            .refused("PASSKEY_CHALLENGE_INVALID");
    }
    // Too late.
    let late = asks(&janua, None).await;
    janua.advance(minutes(5) - seconds(1));
    let in_time = asks(&janua, None).await;
    janua.advance(seconds(1));
    tries(&janua, &mut key, &late, &honest)
        .await
        .refused("PASSKEY_CHALLENGE_EXPIRED");
    tries(&janua, &mut key, &in_time, &honest).await.accepted();
    let credential = Authenticator::new().creates(&options, &honest);
    let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
    ada.post(&janua, ADD, body)
        .await
        .refused("PASSKEY_CHALLENGE_EXPIRED");
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 1);
}
