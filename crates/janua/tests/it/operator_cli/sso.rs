//! `janua sso list`, `metadata` and `test`.

use serde_json::json;

use super::Operator;
use crate::sso::saml_idp::start;

#[tokio::test]
async fn connections_are_listed_described_and_tried() {
    let (janua, idp, acme) = start().await;
    let made = idp.connects(&janua, &acme, json!({}), json!({})).await.accepted();
    let (id, operator) = (made.str("/id"), Operator::of(&janua));
    let listed = operator.does("sso list --json").ok().json();
    let mine = listed["connections"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["id"] == id.as_str());
    let mine = mine.expect("it is there");
    assert_eq!(
        (&mine["kind"], &mine["state"]),
        (&json!("saml"), &json!("enabled"))
    );
    assert!(mine["certificate_days_left"].is_i64(), "{mine}");
    assert!(operator.does("sso list").ok().out.contains("Acme SAML"));
    let metadata = operator.does(&format!("sso metadata {id}")).ok().out;
    assert_eq!(
        metadata.trim_end(),
        janua
            .get(&format!("/api/v1/sso/connections/{id}/metadata"))
            .await
            .text
            .trim_end()
    );
    let tried = operator.does(&format!("sso test {id}")).ok().out;
    assert!(
        tried.contains("/auth/sso?test=") && tried.contains("acme.com"),
        "{tried}"
    );
    acme.changes(
        &janua,
        &id,
        json!({"state": "draft", "saml": {"idp_certificates": []}}),
    )
    .await
    .accepted();
    let refused = operator.does(&format!("sso test {id} --json"));
    assert_eq!(
        (refused.code, refused.json()["ok"].clone()),
        (1, json!(false)),
        "{}",
        refused.err
    );
    for absent in ["x", "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60"] {
        assert_eq!(operator.does(&format!("sso test {absent}")).code, 3);
    }
}
