//! The outbox: each mail once, none lost, whoever carries them.

use std::collections::HashSet;

use futures_util::future::join_all;
use janua::io::db::{Db, Querier};
use janua::{emails, outbox, params, worker};
use serde_json::json;

use super::{deliver, kept, the_mail};
use crate::process::eventually;
use crate::support::{TestJanua, hours, minutes, seconds};

async fn sign_up(janua: &TestJanua, count: usize) {
    let people = (0..count).map(|number| async move {
        janua
            .person(&format!("person-{number}@example.com"))
            .signs_up()
            .await
            .accepted();
    });
    join_all(people).await;
}

fn caught(janua: &TestJanua) -> Vec<(String, String)> {
    let mails = janua
        .app
        .mailer
        .catcher()
        .expect("mails are caught")
        .messages(None);
    mails.into_iter().map(|it| (it.id, it.to)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_workers_of_two_instances_send_each_mail_once() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let other = janua.second_instance().await;
    sign_up(&janua, 40).await;
    assert_eq!(
        janua.get("/health/detailed").await.accepted().json()["queues"]["outbox"],
        40
    );
    let workers = (0..8).map(|number| if number % 2 == 0 { &janua } else { &other });
    let tried: usize = join_all(workers.map(deliver)).await.into_iter().sum();
    let mails = [caught(&janua), caught(&other)].concat();
    assert_eq!((tried, mails.len()), (40, 40));
    assert_eq!(mails.iter().map(|(id, _)| id).collect::<HashSet<_>>().len(), 40);
    assert_eq!(mails.iter().map(|(_, to)| to).collect::<HashSet<_>>().len(), 40);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND attempts = 1")
            .await,
        40
    );
}

#[tokio::test]
async fn the_worker_sends_what_is_promised_without_being_asked() {
    let janua = TestJanua::start().await;
    let _jobs = worker::start(&janua.app);
    for name in ["ada", "eve"] {
        let email = format!("{name}@example.com");
        janua.person(&email).signs_up().await.accepted();
        let arrived = async || caught(&janua).iter().any(|(_, to)| *to == email).then_some(());
        eventually("the mail arrives", arrived).await;
    }
    assert_eq!(caught(&janua).len(), 2);
}

#[tokio::test]
async fn a_worker_finds_mails_of_before_its_start() {
    let janua = TestJanua::start().await;
    sign_up(&janua, 3).await;
    let _jobs = worker::start(&janua.app);
    eventually("the mails arrive", async || {
        (caught(&janua).len() == 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_worker_died_is_sent_by_another() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let held = outbox::claim(&janua.app, None)
        .await
        .expect("the outbox can be read")
        .expect("a mail");
    assert_eq!(held.recipient, "ada@example.com");
    assert!(
        outbox::claim(&janua.app, None)
            .await
            .expect("the outbox can be read")
            .is_none()
    );
    assert_eq!(deliver(&janua).await, 0);
    janua.advance(minutes(2));
    assert_eq!(deliver(&janua).await, 1);
    assert_eq!(the_mail(&janua, "ada@example.com").await.state, "sent");
}

#[tokio::test]
async fn past_the_hourly_limit_mails_wait_and_none_is_lost() {
    let janua = TestJanua::with(&[("EMAIL_RATE_LIMIT_GLOBAL", "3")]).await;
    sign_up(&janua, 7).await;
    assert_eq!(deliver(&janua).await, 7);
    assert_eq!(caught(&janua).len(), 3);
    let mut db: &Db = &janua.app.db;
    let sql = "SELECT provider_answer, attempts FROM outbox WHERE state = 'queued'";
    let waiting: Vec<(String, i64)> = db
        .fetch_all(sql, params![])
        .await
        .expect("the outbox can be read");
    assert_eq!(
        waiting,
        vec![("waits for EMAIL_RATE_LIMIT_GLOBAL".to_owned(), 0); 4]
    );
    assert_eq!(deliver(&janua).await, 0);

    for _ in 0..4 {
        janua.advance(hours(1));
        deliver(&janua).await;
    }
    let mails = caught(&janua);
    assert_eq!((mails.len(), mails.iter().collect::<HashSet<_>>().len()), (7, 7));
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND attempts = 1")
            .await,
        7
    );
}

#[tokio::test]
async fn what_is_not_committed_is_not_sent() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let before = caught(&janua).len();
    // The address is taken: the registration is undone, and its mail with it.
    janua
        .person("ada@example.com")
        .signs_up()
        .await
        .refused("EMAIL_ALREADY_EXISTS");
    deliver(&janua).await;
    let kinds: Vec<String> = kept(&janua, "ada@example.com")
        .await
        .into_iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(
        kinds.iter().filter(|it| *it == "verification").count(),
        1,
        "{kinds:?}"
    );
    assert_eq!(caught(&janua).len(), before + usize::from(kinds.len() > before));
}

#[tokio::test]
async fn a_mail_to_somebody_who_is_gone_is_dropped() {
    let janua = TestJanua::with(&[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let session = ada.signs_in().await;
    janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "ada@example.com"}),
        )
        .await
        .accepted();
    session.delete(&janua, "/api/v1/users/me").await.accepted();
    deliver(&janua).await;
    assert_eq!(caught(&janua), []);
    let rows = kept(&janua, "ada@example.com").await;
    assert!(rows.iter().all(|it| it.state == "dropped"), "{rows:?}");
    assert!(rows.iter().any(|it| it.kind == "password_reset"), "{rows:?}");

    // Nobody is written to who never was here, and the row looks the same.
    janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "eve@example.com"}),
        )
        .await
        .accepted();
    deliver(&janua).await;
    assert_eq!(caught(&janua), []);
    assert_eq!(the_mail(&janua, "eve@example.com").await.state, "dropped");
}

#[tokio::test]
async fn a_mail_to_somebody_suspended_is_dropped() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let mut db: &Db = &janua.app.db;
    db.execute(
        "UPDATE users SET suspended_at = $1",
        params![janua.app.clock.now()],
    )
    .await
    .expect("suspended");
    deliver(&janua).await;
    assert_eq!(caught(&janua), []);
    assert_eq!(the_mail(&janua, "ada@example.com").await.state, "dropped");
}

#[tokio::test]
async fn the_outbox_holds_no_secret() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    let mut db: &Db = &janua.app.db;
    let sql = "SELECT CAST(facts AS TEXT), COALESCE(provider_answer, '') FROM outbox";
    let rows: Vec<(String, String)> = db
        .fetch_all(sql, params![])
        .await
        .expect("the outbox can be read");
    assert!(!rows.is_empty());
    for (facts, answer) in rows {
        assert!(
            !facts.contains("token") && !facts.contains(&secret) && !answer.contains(&secret),
            "{facts} {answer}"
        );
    }
    let sql = "SELECT hash FROM one_time_secrets";
    let hashes: Vec<(String,)> = db
        .fetch_all(sql, params![])
        .await
        .expect("the secrets can be read");
    assert!(!hashes.is_empty() && hashes.iter().all(|(hash,)| !secret.contains(hash.as_str())));
}

#[tokio::test]
async fn settled_mails_are_forgotten_after_a_month() {
    let janua = TestJanua::start().await;
    sign_up(&janua, 2).await;
    deliver(&janua).await;
    janua.advance(hours(24 * 31));
    janua.person("late@example.com").signs_up().await.accepted();
    worker::forget(&janua.app).await;
    assert_eq!(janua.count("SELECT COUNT(*) FROM outbox").await, 1);
    assert_eq!(the_mail(&janua, "late@example.com").await.state, "queued");
    janua.advance(seconds(1));
    emails::deliver_due(&janua.app)
        .await
        .expect("the outbox can be read");
}
