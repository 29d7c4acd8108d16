//! What is erased and what is removed: the log stays whole.

use janua::audit;
use janua::params;
use reqwest::Method;
use serde_json::json;

use super::{meddles, verified, with_history};
use crate::organizations::Insider;
use crate::support::{PASSWORD, TestJanua, hours};

#[tokio::test]
async fn a_deleted_account_leaves_its_deeds_and_not_its_address() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let eve = Insider::of(&janua, "eve@example.com").await;
    janua.person("eve@example.com").login("wrong password").await;
    audit::keep(&janua.app).await.expect("chained");
    let personal =
        "SELECT COUNT(*) FROM events WHERE ip IS NOT NULL OR user_agent IS NOT NULL OR salt IS NOT NULL";
    let before = janua.count(personal).await;
    let request = eve.session.request(&janua, Method::DELETE, "/api/v1/users/me");
    janua
        .send(request.json(&json!({"password": PASSWORD})))
        .await
        .accepted();
    let erased = janua
        .count("SELECT COUNT(*) FROM events WHERE erased IS NOT NULL AND ip IS NULL AND salt IS NULL")
        .await;
    assert!(erased >= 3, "{erased}");
    assert!(janua.count(personal).await < before);
    audit::keep(&janua.app).await.expect("chained");
    let report = verified(&janua).await;
    assert!(report.is_good(), "{report:?}");
    assert_eq!(report.erased, u64::try_from(erased).expect("some"));
    // Nobody else can erase: the proof belongs to its row.
    let wipe = "UPDATE events SET ip = NULL, user_agent = NULL, salt = NULL,
                       erased = (SELECT erased FROM events WHERE erased IS NOT NULL LIMIT 1) WHERE position = 3";
    assert_eq!(meddles(&janua, wipe, params![]).await, 1);
    let report = verified(&janua).await;
    assert_eq!(
        (report.count, report.problems[0].position),
        (1, Some(3)),
        "{report:?}"
    );
}

#[tokio::test]
async fn what_is_too_old_goes_up_to_a_checkpoint_and_the_rest_verifies() {
    let janua = TestJanua::with(&[("AUDIT_RETENTION_DAYS", "30")]).await;
    with_history(&janua).await;
    let old = verified(&janua).await;
    assert_eq!(audit::sweep(&janua.app).await.expect("swept"), 0);
    janua.advance(hours(24 * 20));
    janua.person("eve@example.com").registered().await;
    audit::keep(&janua.app).await.expect("chained");
    janua.advance(hours(24 * 11));
    assert_eq!(audit::sweep(&janua.app).await.expect("swept"), old.rows);
    assert_eq!(audit::sweep(&janua.app).await.expect("swept"), 0);
    audit::keep(&janua.app).await.expect("chained");
    let left = verified(&janua).await;
    assert!(left.is_good(), "{left:?}");
    assert_eq!(left.begins_after, old.ends_at);
    assert_eq!(janua.facts("audit.pruned").await["through"], old.ends_at);
    // What was removed cannot be put back, nor can more be removed.
    meddles(
        &janua,
        "DELETE FROM events WHERE position = $1",
        params![left.begins_after + 1],
    )
    .await;
    assert!(!verified(&janua).await.is_good());
}

#[tokio::test]
async fn another_master_key_goes_on_with_the_log_and_takes_it_over() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let of = |name: &str| {
        janua
            .settings
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.clone())
    };
    let old = of("JANUA_MASTER_KEY").expect("a key");
    let new = "another-master-key-of-more-than-32-bytes";
    let next = janua
        .second_instance_with(&[("JANUA_MASTER_KEY", new), ("JANUA_MASTER_KEY_PREVIOUS", &old)])
        .await;
    next.person("eve@example.com").registered().await;
    audit::keep(&next.app).await.expect("chained");
    let report = verified(&next).await;
    assert!(report.is_good(), "{report:?}");
    // Once all is under the new key, the old one is needed no more; what was changed meanwhile is still found.
    meddles(
        &janua,
        "UPDATE events SET outcome = 'x' WHERE position = 2",
        params![],
    )
    .await;
    janua::sealing::reseal(&next.app, None)
        .await
        .expect("sealed anew");
    assert!(audit::renew(&next.app).await.expect("renewed") > 8);
    assert_eq!(audit::renew(&next.app).await.expect("renewed"), 0);
    let alone = janua.second_instance_with(&[("JANUA_MASTER_KEY", new)]).await;
    let report = verified(&alone).await;
    assert_eq!(
        (report.count, report.problems[0].position),
        (1, Some(2)),
        "{report:?}"
    );
}
