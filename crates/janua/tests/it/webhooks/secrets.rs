//! Secrets: shown once, sealed, replaced with an overlap; and what they sign, checked by the program in the guide.

use std::io::Write;
use std::process::{Command, Stdio};

use janua::sealing;
use serde_json::json;

use super::{Got, Receiver, WEBHOOKS, adds, deliver, log, patches, something_happens, with_admin};
use crate::support::{hours, minutes};

/// Asks the program of the guide whether a delivery is Janua's, `late` seconds after it was signed.
fn is_from_janua(secret: &str, got: &Got, late: i64) -> bool {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/webhooks.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    let program = guide.split("```python\n").nth(1).expect("a program");
    let program = program.split("```").next().expect("its end");
    let asks = "import json, sys\nit = json.load(sys.stdin)\n\
                print(is_from_janua(it['secret'], it['headers'], it['body'].encode(), it['now']))\n";
    let timestamp = got.header("x-janua-timestamp");
    let now = timestamp.parse::<i64>().expect("seconds") + late;
    let asked = json!({
        "secret": secret, "body": got.body, "now": now,
        "headers": {"X-Janua-Timestamp": timestamp, "X-Janua-Signature": got.header("x-janua-signature")},
    });
    let mut python = Command::new("python3")
        .args(["-c", &format!("{program}\n{asks}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is there");
    let mut input = python.stdin.take().expect("an input");
    input.write_all(asked.to_string().as_bytes()).expect("it reads");
    drop(input);
    let said = python.wait_with_output().expect("an end");
    assert!(said.status.success());
    String::from_utf8(said.stdout).expect("text").trim() == "True"
}

#[tokio::test]
async fn the_program_in_the_guide_believes_what_is_ours_and_nothing_else() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    let made = adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    let secret = made.str("/secret");
    assert!(secret.starts_with("whsec_") && secret.len() == 6 + 43, "{secret}");
    something_happens(&janua, &root, "Zoë ✓").await;
    deliver(&janua).await;
    let got = receiver.got().remove(0);
    assert!(is_from_janua(&secret, &got, 0));
    assert!(!is_from_janua(&secret, &got, 301), "an old one was believed");
    assert!(!is_from_janua("whsec_another", &got, 0));
    let forged = Got {
        body: got.body.replace("success", "failure"),
        ..got
    };
    assert!(!is_from_janua(&secret, &forged, 0), "a changed one was believed");
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    let made = adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    let (id, first) = (made.str("/id"), made.str("/secret"));
    let path = format!("{WEBHOOKS}/{id}/rotate-secret");
    root.post(&janua, &path, json!({"overlap_hours": 169}))
        .await
        .refused("INVALID_FIELD");
    let rotated = root
        .post(&janua, &path, json!({"overlap_hours": 2}))
        .await
        .accepted();
    let second = rotated.str("/secret");
    assert_eq!(rotated.str("/previous_secret_until"), "2026-01-11T12:30:00.000Z");
    something_happens(&janua, &root, "Ada").await;
    deliver(&janua).await;
    let got = receiver.got().remove(0);
    assert_eq!(got.header("x-janua-signature").split(',').count(), 2);
    assert!(is_from_janua(&first, &got, 0) && is_from_janua(&second, &got, 0));

    janua.advance(hours(2));
    let root = janua.person("root@example.com").signs_in().await;
    something_happens(&janua, &root, "Bea").await;
    deliver(&janua).await;
    let got = receiver.got().remove(1);
    assert!(!is_from_janua(&first, &got, 0) && is_from_janua(&second, &got, 0));

    let third = root
        .post(&janua, &path, json!({"overlap_hours": 0}))
        .await
        .accepted()
        .str("/secret");
    something_happens(&janua, &root, "Cleo").await;
    deliver(&janua).await;
    let got = receiver.got().remove(2);
    assert!(!is_from_janua(&second, &got, 0) && is_from_janua(&third, &got, 0));
}

#[tokio::test]
async fn a_secret_is_shown_once_and_stands_nowhere_in_clear() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    let made = adds(&janua, &root, &receiver.url, &["*"]).await;
    let (id, secret) = (made.str("/id"), made.str("/secret"));
    let path = format!("{WEBHOOKS}/{id}");
    patches(&janua, &root, &path, json!({"description": "seen"}))
        .await
        .accepted();
    deliver(&janua).await;
    assert!(!log(&janua, &root, &id).await.is_empty());
    for path in [WEBHOOKS.to_owned(), path.clone(), format!("{path}/deliveries")] {
        let shown = root.get(&janua, &path).await.accepted();
        assert!(
            !shown.text.contains("whsec_") && !shown.text.contains(&secret),
            "{}",
            shown.text
        );
    }
    assert!(receiver.got().iter().all(|it| !it.body.contains("whsec_")));
    let sealed = janua
        .count("SELECT COUNT(*) FROM webhook_endpoints WHERE length(sealed) >= 65")
        .await;
    assert_eq!(sealed, 1);
}

#[tokio::test]
async fn secrets_go_on_under_another_master_key() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    let made = adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    let (id, first) = (made.str("/id"), made.str("/secret"));
    let rotated = root
        .post(&janua, &format!("{WEBHOOKS}/{id}/rotate-secret"), json!({}))
        .await
        .accepted();
    let key = janua
        .settings
        .iter()
        .find(|(name, _)| name == "JANUA_MASTER_KEY")
        .expect("a key")
        .1
        .clone();
    let anew = janua
        .second_instance_with(&[
            ("JANUA_MASTER_KEY", "another-master-key-of-more-than-32-bytes"),
            ("JANUA_MASTER_KEY_PREVIOUS", &key),
        ])
        .await;
    let done = sealing::reseal(&anew.app, None).await.expect("all can be sealed");
    let ours = done.iter().filter(|it| it.table == "webhook_endpoints");
    assert_eq!(
        ours.map(|it| (it.resealed, it.unreadable.len()))
            .collect::<Vec<_>>(),
        [(1, 0), (1, 0)]
    );
    something_happens(&janua, &root, "Ada").await;
    janua.advance(minutes(1));
    deliver(&anew).await;
    let got = receiver.got().remove(0);
    assert!(is_from_janua(&first, &got, 0) && is_from_janua(&rotated.str("/secret"), &got, 0));
}
