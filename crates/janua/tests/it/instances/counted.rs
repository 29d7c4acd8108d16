//! What several instances count and hand out together, with a shared cache and without one.

use futures_util::future::join_all;
use janua::emails;
use serde_json::json;

use super::sharing;
use crate::support::{PASSWORD, TestJanua};

const VERIFY: &str = "/api/v1/auth/email/verify";

/// Two instances on one store: as the test run has it, and with a cache of their own each.
async fn pairs(own: &[(&str, &str)]) -> Vec<(TestJanua, TestJanua)> {
    let mut pairs = Vec::new();
    for alone in [false, true] {
        let mut settings = own.to_vec();
        if alone {
            settings.push(("REDIS_URL", "memory:"));
        }
        let here = TestJanua::with(&settings).await;
        let there = here.second_instance().await;
        pairs.push((here, there));
    }
    pairs
}

#[tokio::test]
async fn failures_at_all_instances_lock_together() {
    for (here, there) in pairs(&[("RATE_LIMIT_ENABLED", "false")]).await {
        here.person("ada@example.com").registered().await;
        for turn in 0..5 {
            let janua = if turn % 2 == 0 { &here } else { &there };
            let ada = janua.person("ada@example.com");
            ada.login("wrong").await.refused("INVALID_CREDENTIALS");
        }
        for janua in [&here, &there] {
            let ada = janua.person("ada@example.com");
            ada.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
        }
    }
}

#[tokio::test]
async fn a_limit_is_counted_together_where_the_cache_is_shared() {
    let pairs = pairs(&[("RATE_LIMIT_LOGIN", "2/10m")]).await;
    for ((here, there), shared) in pairs.iter().zip([sharing(), false]) {
        for janua in [here, there] {
            let nobody = janua.person("nobody@example.com");
            nobody.login("wrong").await.refused("INVALID_CREDENTIALS");
        }
        // Without a shared one each instance has counted its own.
        let more = i32::from(!shared);
        for janua in [here, there] {
            let nobody = janua.person("nobody@example.com");
            for _ in 0..more {
                nobody.login("wrong").await.refused("INVALID_CREDENTIALS");
            }
            nobody.login("wrong").await.refused("RATE_LIMITED");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_tries_of_a_link_at_all_instances_succeed_once() {
    for (here, there) in pairs(&[("RATE_LIMIT_ENABLED", "false")]).await {
        here.person("ada@example.com").signs_up().await.accepted();
        let body = json!({"token": here.secret("ada@example.com", "verify-email").await});
        let tries =
            (0..50).map(|turn| (if turn % 2 == 0 { &here } else { &there }).post(VERIFY, body.clone()));
        let answers = join_all(tries).await;
        let accepted = answers.iter().filter(|it| it.status.is_success()).count();
        assert_eq!(accepted, 1);
        for refused in answers.into_iter().filter(|it| !it.status.is_success()) {
            refused.refused("LINK_INVALID");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_of_all_instances_send_each_mail_once() {
    for (here, there) in pairs(&[("RATE_LIMIT_ENABLED", "false")]).await {
        let emails: Vec<String> = (0..20).map(|it| format!("person-{it}@example.com")).collect();
        for email in &emails {
            here.person(email).signs_up().await.accepted();
        }
        let workers = [&here, &there, &here, &there, &here, &there];
        for sent in join_all(workers.map(|it| emails::deliver_due(&it.app))).await {
            sent.expect("the outbox can be read");
        }
        for email in &emails {
            let caught = [&here, &there].map(|it| {
                let catcher = it.app.mailer.catcher().expect("mails are caught");
                catcher.messages(Some(email)).len()
            });
            assert_eq!(caught.iter().sum::<usize>(), 1, "{email}: {caught:?}");
        }
        let left = "SELECT count(*) FROM outbox WHERE state <> 'sent'";
        assert_eq!(here.count(left).await, 0);
    }
}
