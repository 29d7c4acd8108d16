//! `janua audit`.

use janua::audit;
use janua::io::db::{Querier, Scope};
use janua::params;

use super::{Operator, of_today};

#[tokio::test]
async fn an_operator_lists_exports_and_verifies_the_log() {
    let janua = of_today().await;
    let ada = crate::organizations::Insider::of(&janua, "ada@example.com").await;
    audit::keep(&janua.app).await.expect("chained");
    let operator = Operator::of(&janua);
    let listed = operator
        .does("--json audit list --action session.started")
        .ok()
        .json();
    assert_eq!(listed["entries"][0]["actor_id"], ada.id);
    assert!(operator.does("audit list").ok().out.contains("user.registered"));
    let exported = operator.does("audit export").ok().out;
    assert_eq!(exported.lines().count(), janua.events().await.len());
    assert!(
        operator
            .does("audit export --format csv")
            .ok()
            .out
            .starts_with("id,action,at")
    );
    assert!(
        operator
            .does("audit verify")
            .ok()
            .out
            .contains("everything is as it was written")
    );

    let erased = operator
        .does(&format!("--json audit erase {}", ada.id))
        .ok()
        .json();
    assert!(erased["erased"].as_u64().expect("a count") >= 2, "{erased}");
    let report = operator.does("--json audit verify").ok().json();
    assert_eq!(report["erased"], erased["erased"]);
    let event = operator
        .does("--json audit list --action audit.erased")
        .ok()
        .json();
    assert_eq!(event["entries"][0]["actor_kind"], "operator");

    let mut tx = janua
        .app
        .db
        .begin_within(&Scope::Platform)
        .await
        .expect("a transaction");
    let sql = "UPDATE events SET outcome = 'failure' WHERE position = 2";
    (&mut tx).execute(sql, params![]).await.expect("it runs");
    tx.commit().await.expect("committed");
    let found = operator.does("--json audit verify");
    assert_eq!(found.code, 1);
    assert_eq!(found.json()["problems"][0]["position"], 2);
    assert_eq!(operator.does("audit erase nobody").code, 3);
    assert_eq!(operator.does("audit verify --checkpoint x").code, 1);
}
