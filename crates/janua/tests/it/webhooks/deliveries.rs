//! What is sent, when, how often, and what is kept of it.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Got, Manner, Receiver, WEBHOOKS, adds, deliver, log, patches, something_happens, with_admin};
use crate::process::eventually;
use crate::support::{hours, minutes, seconds};

#[tokio::test]
async fn an_event_arrives_once_with_what_happened() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    let id = adds(&janua, &root, &receiver.url, &["user.updated"])
        .await
        .str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    assert_eq!(deliver(&janua).await, 0);
    let [got] = &receiver.got()[..] else {
        panic!("one event")
    };
    let body = got.json();
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("x-janua-event-id"), body["id"].as_str().unwrap());
    assert!(got.header("x-janua-event-id").starts_with("evt_"));
    assert_eq!(got.kind(), "user.updated");
    assert_eq!(body["api_version"], "v1");
    assert_eq!(body["created_at"], "2026-01-11T10:30:00.000Z");
    assert_eq!(body["data"]["user_id"], root.answer.str("/user/id").as_str());
    assert_eq!(body["data"]["outcome"], "success");
    let [entry] = &log(&janua, &root, &id).await[..] else {
        panic!("one delivery")
    };
    assert_eq!(
        (&entry["state"], &entry["attempts"], &entry["status"]),
        (&json!("delivered"), &json!(1), &json!(200))
    );
    assert_eq!(entry["response"], "thanks");
}

#[tokio::test]
async fn what_fails_is_tried_again_on_the_ladder_and_keeps_its_id() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::that(Manner::Answers(500, b"not\x00 now\xff")).await;
    let id = adds(&janua, &root, &receiver.url, &["user.updated"])
        .await
        .str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    let pauses = [minutes(1), minutes(5), minutes(30), hours(2), hours(8), hours(24)];
    for pause in pauses {
        janua.advance(pause - seconds(1));
        assert_eq!(deliver(&janua).await, 0, "before {pause}");
        janua.advance(seconds(1));
        assert_eq!(deliver(&janua).await, 1, "after {pause}");
    }
    janua.advance(hours(48));
    assert_eq!(deliver(&janua).await, 0);
    let root = janua.person("root@example.com").signs_in().await;
    let got = receiver.got();
    assert_eq!(got.len(), 7);
    let distinct = |of: fn(&Got) -> String| got.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|it| it.header("x-janua-event-id")), 1);
    assert_eq!(distinct(|it| it.body.clone()), 1);
    assert_eq!(distinct(|it| it.header("x-janua-timestamp")), 7);
    let entry = log(&janua, &root, &id).await.remove(0);
    assert_eq!(
        (&entry["state"], &entry["attempts"], &entry["status"]),
        (&json!("failed"), &json!(7), &json!(500))
    );
    assert_eq!(entry["response"], "not\u{fffd} now\u{fffd}");

    // By hand it begins anew, and so it does when it was taken.
    receiver.turns(Manner::Answers(204, b""));
    for count in [8, 9] {
        let path = format!(
            "{WEBHOOKS}/{id}/deliveries/{}/retry",
            entry["id"].as_str().unwrap()
        );
        root.post(&janua, &path, json!({})).await.accepted();
        assert_eq!(deliver(&janua).await, 1);
        assert_eq!(receiver.got().len(), count);
    }
    assert_eq!(log(&janua, &root, &id).await[0]["state"], "delivered");
    let path = format!("{WEBHOOKS}/{id}/deliveries/{id}/retry");
    root.post(&janua, &path, json!({})).await.refused("NOT_FOUND");
}

#[tokio::test]
async fn events_arrive_in_order_and_one_that_fails_is_overtaken() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    for number in 0..20 {
        something_happens(&janua, &root, &format!("Name {number}")).await;
        janua.advance(seconds(1));
    }
    deliver(&janua).await;
    let times =
        |got: &[Got]| -> Vec<String> { got.iter().map(|it| it.json()["created_at"].to_string()).collect() };
    let arrived = times(&receiver.got());
    assert_eq!(arrived.len(), 20);
    assert!(arrived.is_sorted(), "{arrived:?}");

    receiver.turns(Manner::Answers(503, b""));
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    receiver.turns(Manner::Answers(200, b""));
    janua.advance(seconds(2));
    something_happens(&janua, &root, "Bea").await;
    assert_eq!(deliver(&janua).await, 1);
    janua.advance(minutes(1));
    assert_eq!(deliver(&janua).await, 1);
    let last = times(&receiver.got()[20..]);
    assert_eq!(last[0], last[2]);
    assert!(last[1] > last[2], "{last:?}");
}

#[tokio::test]
async fn two_instances_send_each_event_once() {
    let (janua, root) = with_admin().await;
    let receivers = [
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    ];
    for receiver in &receivers {
        adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    }
    let other = janua.second_instance().await;
    for number in 0..25 {
        something_happens(&janua, &root, &format!("Name {number}")).await;
        something_happens(&other, &root, &format!("Other name {number}")).await;
    }
    let all = (0..8).map(|it| deliver(if it % 2 == 0 { &janua } else { &other }));
    futures_util::future::join_all(all).await;
    deliver(&janua).await;
    for receiver in &receivers {
        let ids: BTreeSet<String> = receiver
            .got()
            .iter()
            .map(|it| it.header("x-janua-event-id"))
            .collect();
        assert_eq!((ids.len(), receiver.got().len()), (50, 50));
    }
}

#[tokio::test]
async fn one_that_hangs_holds_up_neither_other_receivers_nor_people() {
    let (janua, root) = with_admin().await;
    let (slow, quick) = (Receiver::that(Manner::Hangs).await, Receiver::start().await);
    for url in [&slow.url, &quick.url] {
        adds(&janua, &root, url, &["user.updated"]).await;
    }
    something_happens(&janua, &root, "Ada").await;
    let app = janua.app.clone();
    let sending = tokio::spawn(async move { janua::webhooks::deliver_due(&app).await });
    eventually("the slow one is asked", async || slow.got().pop()).await;
    eventually("the quick one is served", async || quick.got().pop()).await;
    // While it hangs, nobody sends it anything else, and people are served.
    something_happens(&janua, &root, "Bea").await;
    let instance = janua.second_instance().await;
    deliver(&instance).await;
    assert_eq!((slow.got().len(), quick.got().len()), (1, 2));
    assert!(!sending.is_finished(), "nothing hung");
    sending.abort();
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up() {
    let janua =
        crate::support::TestJanua::with(&[super::NEAR[0], super::NEAR[1], ("WEBHOOK_TIMEOUT_SECONDS", "1")])
            .await;
    let root = super::admin(&janua).await;
    let slow = Receiver::that(Manner::Hangs).await;
    let id = adds(&janua, &root, &slow.url, &["user.updated"]).await.str("/id");
    something_happens(&janua, &root, "Ada").await;
    assert_eq!(deliver(&janua).await, 1);
    let entry = log(&janua, &root, &id).await.remove(0);
    assert_eq!(
        (&entry["state"], &entry["status"]),
        (&json!("queued"), &json!(null))
    );
    assert_eq!(entry["failure"], "there was no answer in time");
}

#[tokio::test]
async fn after_days_of_failure_it_is_turned_off_and_somebody_is_told() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::that(Manner::Answers(500, b"broken")).await;
    let id = adds(&janua, &root, &receiver.url, &["user.updated"])
        .await
        .str("/id");
    let path = format!("{WEBHOOKS}/{id}");
    something_happens(&janua, &root, "Ada").await;
    deliver(&janua).await;
    janua.advance(hours(5 * 24 - 1));
    deliver(&janua).await;
    let root = janua.person("root@example.com").signs_in().await;
    let shown = root.get(&janua, &path).await.accepted();
    assert_eq!(
        (&shown.json()["enabled"], &shown.json()["failures"]),
        (&json!(true), &json!(2))
    );
    janua.advance(hours(1));
    deliver(&janua).await;
    let root = janua.person("root@example.com").signs_in().await;
    let shown = root.get(&janua, &path).await.accepted();
    assert_eq!(shown.json()["enabled"], false);
    assert_eq!(shown.str("/disabled_because"), "failing");
    assert!(janua.events().await.contains(&"webhook.disabled".to_owned()));
    let mails = janua.mails("root@example.com").await;
    let mail = mails
        .iter()
        .find(|it| it.subject.contains("webhook"))
        .expect("a mail");
    assert!(
        mail.text.contains(&receiver.url) && mail.text.contains("answered 500"),
        "{}",
        mail.text
    );

    // What happens while it is off is not sent; what waited is, when it is on again.
    receiver.turns(Manner::Answers(200, b""));
    let before = receiver.got().len();
    something_happens(&janua, &root, "Bea").await;
    janua.advance(hours(1));
    assert_eq!(deliver(&janua).await, 0);
    let root = janua.person("root@example.com").signs_in().await;
    let shown = patches(&janua, &root, &path, json!({"enabled": true}))
        .await
        .accepted();
    assert_eq!(
        (&shown.json()["enabled"], &shown.json()["failures"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(deliver(&janua).await, 1);
    assert_eq!(receiver.got().len(), before + 1);
    let shown = patches(&janua, &root, &path, json!({"enabled": false}))
        .await
        .accepted();
    assert_eq!(shown.str("/disabled_because"), "manual");
}

#[tokio::test]
async fn a_test_event_tells_what_the_receiver_said() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::that(Manner::Answers(418, b"short and stout")).await;
    let id = adds(&janua, &root, &receiver.url, &["user.deleted"])
        .await
        .str("/id");
    let path = format!("{WEBHOOKS}/{id}/test");
    let said = root.post(&janua, &path, json!({})).await.accepted().json();
    assert_eq!(
        (&said["delivered"], &said["status"], &said["response"]),
        (&json!(false), &json!(418), &json!("short and stout"))
    );
    receiver.turns(Manner::Answers(200, b""));
    let said = root.post(&janua, &path, json!({})).await.accepted().json();
    assert_eq!(said["delivered"], true);
    assert_eq!(receiver.kinds(), ["webhook.test", "webhook.test"]);
    assert_eq!(deliver(&janua).await, 0);
    let states: Vec<String> = log(&janua, &root, &id)
        .await
        .iter()
        .map(|it| it["state"].to_string())
        .collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&"\"failed\"".to_owned()) && states.contains(&"\"delivered\"".to_owned()));
    for _ in 2..10 {
        root.post(&janua, &path, json!({})).await.accepted();
    }
    root.post(&janua, &path, json!({})).await.refused("RATE_LIMITED");
}

#[tokio::test]
async fn old_deliveries_are_forgotten_and_figures_are_told() {
    let (janua, root) = with_admin().await;
    let receiver = Receiver::start().await;
    adds(&janua, &root, &receiver.url, &["user.updated"]).await;
    something_happens(&janua, &root, "Ada").await;
    deliver(&janua).await;
    let figures = janua.get("/metrics").await.accepted().text;
    assert!(
        figures.contains("janua_webhook_deliveries_total{outcome=\"delivered\"} 1"),
        "{figures}"
    );
    assert!(
        figures.contains("janua_webhook_queue{state=\"waiting\"} 0"),
        "{figures}"
    );
    let kept = || janua.count("SELECT COUNT(*) FROM webhook_deliveries");
    janua.advance(hours(30 * 24 - 1));
    janua::worker::forget(&janua.app).await;
    assert_eq!(kept().await, 1);
    janua.advance(hours(2));
    janua::worker::forget(&janua.app).await;
    assert_eq!(kept().await, 0);
}
