//! Whoever changes, removes, moves or puts in a row is found out, and the row is named.

use janua::audit;
use janua::io::db::{Engine, Querier, Scope};
use janua::params;

use super::{meddles, verified, with_history};
use crate::support::TestJanua;

/// A column with the statements that read and write it.
struct Column {
    name: &'static str,
    read: &'static str,
    write: &'static str,
}

macro_rules! columns {
    ($($name:literal)+) => { [$(Column {
        name: $name,
        read: concat!("SELECT ", $name, " FROM events WHERE id = $1"),
        write: concat!("UPDATE events SET ", $name, " = $2 WHERE id = $1"),
    },)+] };
}

const TEXTS: [Column; 14] = columns!(
    "id" "name" "actor_kind" "actor_id" "api_key_id" "user_id" "session_id" "organization_id" "target_kind" "target_id"
    "request_id" "outcome" "reason" "ip"
);
const BYTES: [Column; 4] = columns!("salt" "personal" "mac" "link");

type Found = (chrono::DateTime<chrono::Utc>, serde_json::Value, Option<String>);
type Head = (i64, Vec<u8>, Vec<u8>);

async fn ids(janua: &TestJanua) -> Vec<String> {
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT id FROM events ORDER BY position";
    let rows: Vec<(String,)> = db.fetch_all(sql, params![]).await.expect("read");
    rows.into_iter().map(|(id,)| id).collect()
}

async fn is_named(janua: &TestJanua, row: &str, what: &str) {
    let report = verified(janua).await;
    let named = report.problems.iter().any(|it| it.row.as_deref() == Some(row));
    assert!(named, "{what} of {row}: {report:?}");
    assert!(
        report.count <= 2,
        "{what} of {row} puts others in doubt: {report:?}"
    );
}

#[tokio::test]
async fn whichever_byte_is_flipped_the_row_is_named() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let good = verified(&janua).await;
    assert!(
        good.is_good() && good.rows > 8 && good.checkpoints == 1,
        "{good:?}"
    );
    assert_eq!(
        (good.without_place, good.ends_at),
        (0, i64::try_from(good.rows).expect("few"))
    );
    let ids = ids(&janua).await;
    let mut flips = 0;
    for (index, id) in ids.iter().enumerate() {
        for column in &TEXTS {
            let mut db = janua.app.db.within(Scope::Platform);
            let rows: Vec<(Option<String>,)> = db.fetch_all(column.read, params![id]).await.expect("read");
            let Some(before) = rows[0].0.clone() else {
                // What was nothing must stay nothing.
                meddles(&janua, column.write, params![id, ""]).await;
                is_named(&janua, id, column.name).await;
                meddles(&janua, column.write, params![id, None::<&str>]).await;
                continue;
            };
            // Every byte of one row; of the others the last one.
            let places = if index == 3 {
                0..before.len()
            } else {
                before.len() - 1..before.len()
            };
            for place in places {
                let mut bytes = before.clone().into_bytes();
                bytes[place] ^= 1;
                let Ok(after) = String::from_utf8(bytes) else {
                    continue;
                };
                meddles(&janua, column.write, params![id, &after]).await;
                let row = if column.name == "id" { &after } else { id };
                is_named(&janua, row, column.name).await;
                meddles(&janua, column.write, params![row, &before]).await;
                flips += 1;
            }
        }
        for column in &BYTES {
            let mut db = janua.app.db.within(Scope::Platform);
            let rows: Vec<(Vec<u8>,)> = db.fetch_all(column.read, params![id]).await.expect("read");
            let before = rows[0].0.clone();
            let places = if index == 3 { 0..before.len() } else { 0..1 };
            for place in places {
                let mut after = before.clone();
                after[place] ^= 1;
                meddles(&janua, column.write, params![id, after]).await;
                is_named(&janua, id, column.name).await;
                meddles(&janua, column.write, params![id, before.clone()]).await;
                flips += 1;
            }
        }
    }
    println!("{flips} bytes were flipped in {} rows", ids.len());
    // Rows of one moment come in any order, and the one that is tried byte by byte may be a short one.
    assert!(flips > 250, "{flips}");
    assert!(verified(&janua).await.is_good());
}

#[tokio::test]
async fn time_facts_and_places_are_held_as_well() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let ids = ids(&janua).await;
    let id = &ids[4];
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT at, facts, user_agent FROM events WHERE id = $1";
    let rows: Vec<Found> = db.fetch_all(sql, params![id]).await.expect("read");
    let (at, facts, agent) = rows[0].clone();
    let micro = at + chrono::TimeDelta::microseconds(1);
    meddles(
        &janua,
        "UPDATE events SET at = $2 WHERE id = $1",
        params![id, micro],
    )
    .await;
    is_named(&janua, id, "at").await;
    meddles(&janua, "UPDATE events SET at = $2 WHERE id = $1", params![id, at]).await;
    let other = serde_json::json!({"a": 1});
    meddles(
        &janua,
        "UPDATE events SET facts = $2 WHERE id = $1",
        params![id, other],
    )
    .await;
    is_named(&janua, id, "facts").await;
    meddles(
        &janua,
        "UPDATE events SET facts = $2 WHERE id = $1",
        params![id, facts],
    )
    .await;
    let sql = "UPDATE events SET user_agent = $2 WHERE id = $1";
    meddles(&janua, sql, params![id, "curl"]).await;
    is_named(&janua, id, "user_agent").await;
    meddles(&janua, sql, params![id, agent]).await;
    if janua.app.db.engine() == Engine::Sqlite {
        // Read as a time or as JSON these say the same; byte by byte they do not.
        let raw = "UPDATE events SET at = replace(at, '+00:00', '-00:00') WHERE id = $1";
        assert_eq!(meddles(&janua, raw, params![id]).await, 1);
        is_named(&janua, id, "the sign of at").await;
        meddles(&janua, "UPDATE events SET at = $2 WHERE id = $1", params![id, at]).await;
        let raw = "UPDATE events SET facts = facts || ' ' WHERE id = $1";
        meddles(&janua, raw, params![id]).await;
        is_named(&janua, id, "a space in facts").await;
        meddles(
            &janua,
            "UPDATE events SET facts = trim(facts) WHERE id = $1",
            params![id],
        )
        .await;
        // What is no text at all is named, not stumbled over.
        let raw = "UPDATE events SET name = CAST(x'ff' AS TEXT) WHERE id = $1";
        let name = "UPDATE events SET name = (SELECT name FROM events WHERE id = $2) WHERE id = $1";
        meddles(&janua, raw, params![id]).await;
        is_named(&janua, id, "bytes that are no text").await;
        meddles(&janua, name, params![id, &ids[5]]).await;
        return;
    }
    assert!(verified(&janua).await.is_good());
}

#[tokio::test]
async fn rows_that_go_move_or_come_are_told_of() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let ids = ids(&janua).await;
    let count = i64::try_from(ids.len()).expect("few");
    let told = async |what: &str| {
        let report = verified(&janua).await;
        let found = report.problems.iter().any(|it| it.what.contains(what));
        assert!(found, "{what}: {report:?}");
        report
    };
    // Two change places.
    let swap =
        "UPDATE events SET position = CASE position WHEN 3 THEN -4 ELSE -3 END WHERE position IN (3, 4)";
    meddles(&janua, swap, params![]).await;
    let settle = "UPDATE events SET position = -position WHERE position < 0";
    meddles(&janua, settle, params![]).await;
    let report = told("its place or its link was changed").await;
    assert!(
        report.problems.iter().any(|it| it.row.as_ref() == Some(&ids[2])),
        "{report:?}"
    );
    assert!(report.count <= 3, "{report:?}");
    meddles(&janua, swap, params![]).await;
    meddles(&janua, settle, params![]).await;
    assert!(verified(&janua).await.is_good());

    // One is put in: a copy of another.
    let copy = "INSERT INTO events (id, name, at, actor_id, user_id, outcome, facts, salt, personal, mac)
                SELECT 'forged', name, at, actor_id, user_id, outcome, facts, salt, personal, mac FROM events
                WHERE id = $1";
    meddles(&janua, copy, params![&ids[1]]).await;
    let report = told("it was changed").await;
    assert_eq!(report.problems[0].row.as_deref(), Some("forged"));
    audit::keep(&janua.app).await.expect("chained");
    let report = told("it was changed").await;
    assert_eq!((report.count, report.problems[0].position), (1, Some(count + 1)));
    meddles(&janua, "DELETE FROM events WHERE id = 'forged'", params![]).await;
    told(&format!(
        "the rows from {} to {} are missing",
        count + 1,
        count + 1
    ))
    .await;

    // One in the middle goes.
    meddles(&janua, "DELETE FROM events WHERE id = $1", params![&ids[2]]).await;
    let report = told("the row at 3 is missing").await;
    assert_eq!(report.count, 2, "{report:?}");
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_missed() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let mut db = janua.app.db.within(Scope::Platform);
    let sql = "SELECT position, link, mac FROM audit_head";
    let early: Vec<Head> = db.fetch_all(sql, params![]).await.expect("read");
    let (position, link, mac) = early[0].clone();
    let checkpoint: Vec<(String,)> = db
        .fetch_all("SELECT signature FROM audit_checkpoints", params![])
        .await
        .expect("read");
    let checkpoint = checkpoint[0].0.clone();
    let kept = audit::verify(&janua.app, Some(&checkpoint))
        .await
        .expect("it is one");
    assert!(kept.is_good());

    janua.advance(crate::support::hours(2));
    janua.person("eve@example.com").registered().await;
    audit::keep(&janua.app).await.expect("chained");
    assert_eq!(verified(&janua).await.checkpoints, 2);
    let cut = "DELETE FROM events WHERE position > $1";
    assert!(meddles(&janua, cut, params![position]).await > 0);
    let report = verified(&janua).await;
    assert!(
        report.problems.iter().any(|it| it.what.contains("are missing")),
        "{report:?}"
    );
    // Also when the head of that time is put back: a checkpoint knows better.
    let put_back = "UPDATE audit_head SET position = $1, link = $2, mac = $3";
    meddles(&janua, put_back, params![position, link, mac]).await;
    let report = verified(&janua).await;
    assert!(
        report
            .problems
            .iter()
            .any(|it| it.what.contains("a checkpoint tells of rows")),
        "{report:?}"
    );
    // When the checkpoint goes too, a copy that was kept elsewhere knows.
    let newest: Vec<(String,)> = db
        .fetch_all(
            "SELECT signature FROM audit_checkpoints ORDER BY position DESC",
            params![],
        )
        .await
        .expect("read");
    meddles(
        &janua,
        "DELETE FROM audit_checkpoints WHERE position > $1",
        params![position],
    )
    .await;
    assert!(verified(&janua).await.is_good());
    let report = audit::verify(&janua.app, Some(&newest[0].0))
        .await
        .expect("it is one");
    assert!(!report.is_good());
    assert!(audit::verify(&janua.app, Some("eyJh.e30.x")).await.is_err());
}

#[tokio::test]
async fn head_and_checkpoints_are_held_as_well() {
    let janua = TestJanua::start().await;
    with_history(&janua).await;
    let changes: [(&str, &str); 5] = [
        (
            "UPDATE audit_head SET position = position - 1",
            "UPDATE audit_head SET position = position + 1",
        ),
        (
            "UPDATE audit_head SET start_position = start_position + 1",
            "UPDATE audit_head SET start_position = start_position - 1",
        ),
        (
            "UPDATE audit_checkpoints SET position = position - 1",
            "UPDATE audit_checkpoints SET position = position + 1",
        ),
        (
            "UPDATE audit_checkpoints SET signature = signature || 'x'",
            "UPDATE audit_checkpoints SET signature = substr(signature, 1, length(signature) - 1)",
        ),
        ("DELETE FROM audit_head", "SELECT 1"),
    ];
    for (change, undo) in changes {
        assert!(verified(&janua).await.is_good(), "{change}");
        meddles(&janua, change, params![]).await;
        assert!(!verified(&janua).await.is_good(), "{change}");
        meddles(&janua, undo, params![]).await;
    }
    // Without a head nothing is made up anew.
    janua.person("eve@example.com").registered().await;
    assert!(audit::keep(&janua.app).await.is_err());
}
