//! Who sees what of the log, page by page and as a stream.

use serde_json::{Value, json};

use super::{verified, with_history};
use crate::organizations::{Insider, joins, path};
use crate::support::{Answer, TestJanua};

const LOGS: &str = "/api/v1/audit-logs";

fn actions(answer: &Answer) -> Vec<String> {
    let entries = answer.json()["entries"].clone();
    let entries = entries.as_array().expect("entries").clone();
    entries
        .iter()
        .map(|it| it["action"].as_str().expect("a name").to_owned())
        .collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|it| serde_json::from_str(it).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn members_who_may_see_their_organization_and_nothing_else() {
    let janua = TestJanua::start().await;
    let (owner, acme) = with_history(&janua).await;
    let (stranger, viewer) = (
        Insider::of(&janua, "sam@example.com").await,
        Insider::of(&janua, "vi@example.com").await,
    );
    let other = stranger.founds(&janua, "other").await;
    joins(&janua, &acme, &viewer, "viewer").await;
    let logs = path(&acme, "/audit-logs");
    let mut own = actions(&owner.get(&janua, &logs).await.accepted());
    // What happens within a millisecond has no order.
    own.sort();
    let expected = [
        "member.added",
        "member.added",
        "organization.created",
        "role.created",
    ];
    assert_eq!(own, expected);
    // The same by the other door, which shows all organizations of one's own.
    let all = owner.get(&janua, LOGS).await.accepted();
    assert_eq!(actions(&all).len(), 4);
    assert!(all.text.contains(&acme) && !all.text.contains(&other));
    let named = format!("{LOGS}?organization_id={acme}");
    assert_eq!(actions(&owner.get(&janua, &named).await.accepted()).len(), 4);
    // A filter widens nothing.
    let foreign = owner
        .get(&janua, &format!("{logs}?organization_id={other}"))
        .await;
    assert!(actions(&foreign.accepted()).is_empty());
    for door in [&logs, &named] {
        stranger.get(&janua, door).await.refused("ORGANIZATION_NOT_FOUND");
        viewer.get(&janua, door).await.refused("PERMISSION_DENIED");
    }
    let export = format!("{logs}/export");
    stranger
        .get(&janua, &export)
        .await
        .refused("ORGANIZATION_NOT_FOUND");
    viewer.get(&janua, &export).await.refused("PERMISSION_DENIED");
    assert_eq!(
        owner.get(&janua, &export).await.accepted().text.lines().count(),
        5
    );
    assert!(
        viewer
            .get(&janua, &format!("{LOGS}/export"))
            .await
            .accepted()
            .text
            .is_empty()
    );
    janua.get(LOGS).await.refused("NOT_AUTHENTICATED");
}

#[tokio::test]
async fn a_key_of_the_organization_reads_its_log() {
    let janua = TestJanua::start().await;
    let (owner, acme) = with_history(&janua).await;
    let makes_key = async |scope: &str| {
        let body = json!({"name": "siem", "scopes": [scope]});
        let made = owner
            .post(&janua, &path(&acme, "/api-keys"), body)
            .await
            .accepted();
        (made.str("/key"), made.str("/id"))
    };
    let (key, id) = makes_key("audit:read").await;
    let with = |key: &str| {
        janua
            .request(reqwest::Method::GET, &path(&acme, "/audit-logs/export"))
            .bearer_auth(key)
    };
    let rows = lines(&janua.send(with(&key)).await.accepted().text);
    let made = rows
        .iter()
        .find(|it| it["action"] == "api_key.created")
        .expect("a row");
    assert_eq!(
        (&made["action"], &made["target_kind"]),
        (&json!("api_key.created"), &json!("api_key"))
    );
    assert_eq!(
        (&made["target_id"], &made["actor_id"]),
        (&json!(id), &json!(owner.id))
    );
    assert_eq!(made["organization_id"], json!(acme));
    let (blind, _) = makes_key("members:read").await;
    janua.send(with(&blind)).await.refused("PERMISSION_DENIED");
}

#[tokio::test]
async fn administrators_see_everything_in_pages_that_fit_together() {
    let janua = TestJanua::start().await;
    let (owner, acme) = with_history(&janua).await;
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let root = root.signs_in().await;
    let get = async |query: &str| root.get(&janua, &format!("{LOGS}{query}")).await;
    let all = actions(&get("?limit=1000").await.accepted());
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("?limit=3{cursor}")).await.accepted();
        paged.extend(actions(&page));
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    assert_eq!(
        u64::try_from(all.len()).expect("few"),
        verified(&janua).await.rows
    );
    let exported = get("/export").await.accepted();
    assert_eq!(exported.header("content-type"), "application/x-ndjson");
    assert!(
        exported
            .header("content-disposition")
            .contains("audit-logs.ndjson")
    );
    let mut exported: Vec<String> = lines(&exported.text)
        .iter()
        .map(|it| it["action"].as_str().expect("a name").to_owned())
        .filter(|it| it != "audit.exported")
        .collect();
    exported.reverse();
    assert_eq!(exported, all);

    let found = async |query: &str| actions(&get(query).await.accepted());
    assert_eq!(found("?action=role.created").await, ["role.created"]);
    assert_eq!(found("?action=role.*").await, ["role.created"]);
    assert_eq!(found("?outcome=failure").await, ["sign_in.failed"]);
    assert!(found("?action=%25").await.is_empty());
    assert!(
        found(&format!("?actor_id={}", owner.id))
            .await
            .contains(&"role.created".to_owned())
    );
    assert!(
        found(&format!("?target_id={acme}"))
            .await
            .contains(&"organization.created".to_owned())
    );
    assert_eq!(found(&format!("?organization_id={acme}")).await.len(), 3);
    assert!(found("?until=2026-01-01T00:00:00Z").await.is_empty());
    assert_eq!(
        found("?since=2026-01-01T00:00:00Z&limit=1000").await.len(),
        all.len() + 1,
        "the export was recorded"
    );
    let by_operator = get("?action=member.added").await.accepted();
    assert_eq!(by_operator.str("/entries/0/actor_kind"), "operator");
    let failed = get("?outcome=failure").await.accepted();
    assert_eq!(failed.str("/entries/0/actor_kind"), "anonymous");
    assert_eq!(failed.str("/entries/0/reason"), "wrong_password");
    for query in [
        "?limit=0",
        "?limit=1001",
        "?cursor=x",
        "?outcome=maybe",
        "?since=monday",
        "?nothing=1",
    ] {
        get(query).await.refused("INVALID_FIELD");
    }
    get("/export?format=xml").await.refused("INVALID_FIELD");
}

#[tokio::test]
async fn a_spreadsheet_runs_nothing_of_an_export() {
    let janua = TestJanua::start().await;
    let root = janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let root = root.signs_in().await;
    let body = json!({"email": "root@example.com", "password": "wrong password"});
    let login = janua
        .request(reqwest::Method::POST, "/api/v1/auth/login")
        .json(&body);
    let evil = "=HYPERLINK(\"http://evil.example\",\"x\")";
    janua
        .send(login.header("user-agent", evil))
        .await
        .refused("INVALID_CREDENTIALS");
    let csv = root
        .get(&janua, &format!("{LOGS}/export?format=csv"))
        .await
        .accepted();
    assert!(csv.header("content-type").starts_with("text/csv"));
    let rows: Vec<&str> = csv.text.split("\r\n").collect();
    assert!(rows[0].starts_with("id,action,at,"), "{}", rows[0]);
    let failed = rows
        .iter()
        .find(|it| it.contains("sign_in.failed"))
        .expect("a row");
    assert!(
        failed.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\","),
        "{failed}"
    );
}

#[tokio::test]
async fn an_export_is_counted_and_told_of() {
    let janua = TestJanua::with(&[("RATE_LIMIT_AUDIT_EXPORT", "2/1h")]).await;
    let (owner, organization) = with_history(&janua).await;
    let export = path(&organization, "/audit-logs/export");
    // What is refused leaves no fact.
    owner
        .get(&janua, &format!("{export}?since=yesterday"))
        .await
        .refused("INVALID_FIELD");
    let told = "SELECT count(*) FROM events WHERE name = 'audit.exported'";
    assert_eq!(janua.count(told).await, 0);
    let lines = owner
        .get(&janua, &format!("{export}?format=csv"))
        .await
        .accepted();
    assert!(lines.text.contains("audit.exported"), "{}", lines.text);
    assert_eq!(janua.facts("audit.exported").await["format"], "csv");
    owner.get(&janua, &export).await.refused("RATE_LIMITED");
    owner
        .get(&janua, "/api/v1/audit-logs/export")
        .await
        .refused("RATE_LIMITED");
}
