//! Two versions of the program on one schema, as during an upgrade.

use janua::io::db::migrate::{self, Place, Target, revisions};
use janua::io::db::{Db, Querier};
use janua::params;
use serde_json::{Value, json};

use super::{head, schema, set_version, version};
use crate::process::{Home, Program};
use crate::support::{PASSWORD, TestJanua};

const NEWER: &str = "9000_of_a_newer_version";

async fn run(mut db: &Db, sql: &'static str) {
    db.execute(sql, params![]).await.expect("it runs");
}

/// What a newer release does: it adds a table and a column, and notes that it did.
async fn expand(mut db: &Db) {
    run(db, "CREATE TABLE of_a_newer_version (id TEXT PRIMARY KEY)").await;
    run(db, "ALTER TABLE users ADD COLUMN of_a_newer_version TEXT").await;
    let sql = "INSERT INTO migrations (revision, checksum, applied_at) VALUES ($1, 'c0ffee', $2)";
    let at = chrono::DateTime::UNIX_EPOCH;
    db.execute(sql, params![NEWER, at]).await.expect("it is noted");
    set_version(db, NEWER).await;
}

/// The program on the store of a test, as an operator would start it.
fn home_of(janua: &TestJanua) -> Home {
    let settings = janua.settings.iter();
    settings.fold(Home::embedded(), |home, (name, value)| home.with(name, value))
}

async fn serves_well(program: &Program, email: &str) {
    let body = json!({"email": email, "password": PASSWORD});
    let made = program.post("/api/v1/auth/register", &body).await;
    made.accepted();
    let signed_in = program.post("/api/v1/auth/login", &body).await.accepted();
    let body = json!({"refresh_token": signed_in.str("/tokens/refresh_token")});
    let next = program.post("/api/v1/auth/refresh", &body).await.accepted();
    let access = next.str("/access_token");
    let me = program
        .send(reqwest::Method::GET, "/api/v1/users/me", |it| {
            it.bearer_auth(&access)
        })
        .await;
    assert_eq!(me.accepted().str("/email"), email);
}

fn told(program: &Program, words: &str) -> bool {
    let has = |it: &Value| it["message"].to_string().contains(words);
    program.log().iter().any(has)
}

#[tokio::test]
async fn a_program_serves_on_a_schema_that_a_newer_one_has_added_to() {
    let janua = TestJanua::start().await;
    let home = home_of(&janua).with("REQUIRE_EMAIL_VERIFICATION", "false");
    let before = home.serves().await;
    expand(&janua.app.db).await;
    // The one that runs goes on, and so does one that starts now, whoever migrates.
    serves_well(&before, "ada@example.com").await;
    for auto in ["true", "false"] {
        let home = home_of(&janua)
            .with("REQUIRE_EMAIL_VERIFICATION", "false")
            .with("DATABASE_AUTO_MIGRATE", auto);
        let after = home.serves().await;
        assert!(told(&after, "a newer version has added to the schema"));
        serves_well(&after, &format!("eve-{auto}@example.com")).await;
        serves_well(&before, &format!("bob-{auto}@example.com")).await;
        assert!(after.stops().await.success());
    }
    assert_eq!(version(&janua.app.db).await.as_deref(), Some(NEWER));

    let current = home
        .order(&["--json", "migrate", "current", "--verbose"])
        .well()
        .json();
    assert_eq!(
        (
            &current["revision"],
            &current["head"],
            &current["place"],
            &current["is_head"]
        ),
        (&json!(NEWER), &json!(head()), &json!("newer"), &json!(false))
    );
    assert_eq!(current["pending"], json!([]));
    let text = home.order(&["migrate", "current"]).well().stdout;
    assert!(
        text.contains(NEWER) && text.contains("this one can run on it"),
        "{text}"
    );
    let table = home.order(&["migrate", "history"]).well().stdout;
    assert!(table.contains("applied by a newer version"), "{table}");
    // Nothing is missing, so an init container of the old version does not fail; what it cannot know, it does not undo.
    assert_eq!(
        home.order(&["migrate", "up"]).well().stdout.trim(),
        "nothing to do"
    );
    let refused = home.order(&["migrate", "down", "--yes"]).failed(1);
    assert!(refused.stderr.contains("does not know"), "{}", refused.stderr);
    home.order(&["users", "list"]).well();
}

#[tokio::test]
async fn a_program_refuses_a_schema_that_has_lost_what_it_needs() {
    let janua = TestJanua::start().await;
    let home = home_of(&janua);
    expand(&janua.app.db).await;
    let mut db: &Db = &janua.app.db;
    let bound = "INSERT INTO compatibility (revision, oldest_program) VALUES ($1, $2)";
    // Older ones cannot run on it, this one can.
    db.execute(bound, params!["8999_contracts", head()])
        .await
        .expect("noted");
    assert_eq!(migrate::standing(db).await.expect("asked").place(), Place::Newer);

    db.execute(bound, params![NEWER, "8500_expands"])
        .await
        .expect("noted");
    for auto in ["true", "false"] {
        let home = home_of(&janua).with("DATABASE_AUTO_MIGRATE", auto);
        for order in [&["serve"][..], &["users", "list"]] {
            let done = home.order(order).failed(1);
            for part in [NEWER, "8500_expands", head().as_str(), "run a newer version"] {
                assert!(done.stderr.contains(part), "{part} in {}", done.stderr);
            }
        }
    }
    assert!(
        home.order(&["migrate", "up"])
            .failed(1)
            .stderr
            .contains("run a newer version")
    );
    let current = home.order(&["--json", "migrate", "current"]).well().json();
    assert_eq!(
        (&current["revision"], &current["place"]),
        (&json!(NEWER), &json!("foreign"))
    );
    assert!(current["told"].to_string().contains("8500_expands"), "{current}");
    home.order(&["migrate", "history"]).well();
}

#[tokio::test]
async fn a_newer_program_waits_for_the_operator_who_migrates() {
    let janua = TestJanua::start().await;
    migrate::down(&janua.app.db, Target::Steps(1))
        .await
        .expect("one step");
    let home = home_of(&janua).with("DATABASE_AUTO_MIGRATE", "false");
    let done = home.order(&["serve"]).failed(1);
    assert!(done.stderr.contains("janua migrate up"), "{}", done.stderr);
    let current = home.order(&["--json", "migrate", "current"]).well().json();
    assert_eq!(current["place"], "behind");
    home.order(&["migrate", "up"]).well();
    assert!(home.serves().await.stops().await.success());
}

#[tokio::test]
async fn a_migration_that_was_another_text_is_told() {
    let janua = TestJanua::start().await;
    let home = home_of(&janua);
    let (first, second) = (revisions()[0].clone(), revisions()[1].clone());
    let mut db: &Db = &janua.app.db;
    let sql = "UPDATE migrations SET checksum = 'another' WHERE revision = $1";
    assert_eq!(db.execute(sql, params![&second]).await.expect("changed"), 1);

    let program = home.serves().await;
    let warned = program
        .log()
        .into_iter()
        .find(|it| it["message"].to_string().contains("another text"));
    let warned = warned.expect("a warning");
    assert_eq!(
        (&warned["level"], &warned["revision"]),
        (&json!("warn"), &json!(second))
    );
    let current = home.order(&["--json", "migrate", "current"]).well().json();
    assert_eq!(current["changed"], json!([second]));
    let steps = home.order(&["--json", "migrate", "history"]).well().json();
    let changed = |name: &str| {
        let mut steps = steps.as_array().expect("a list").iter();
        steps.find(|it| it["revision"] == name).expect("the step")["changed"].clone()
    };
    assert_eq!((changed(&first), changed(&second)), (json!(false), json!(true)));
    let table = home.order(&["migrate", "history"]).well().stdout;
    assert!(table.contains("applied, but as another text"), "{table}");
}

#[tokio::test]
async fn orders_that_only_look_make_nothing_and_wait_for_nobody() {
    let empty = Home::embedded();
    for order in [
        &["migrate", "current"][..],
        &["migrate", "history"],
        &["migrate", "heads"],
    ] {
        empty.order(order).well();
    }
    for order in [&["users", "list"][..], &["keys", "list"]] {
        let done = empty.order(order).failed(1);
        assert!(done.stderr.contains("no database yet"), "{}", done.stderr);
    }
    assert!(!empty.path().join("data/janua.db").exists());

    let janua = TestJanua::start().await;
    let home = home_of(&janua);
    let db = &janua.app.db;
    migrate::down(db, Target::Steps(1)).await.expect("one step");
    let before = (schema(db).await, version(db).await);
    let done = home.order(&["users", "list"]).failed(1);
    assert!(done.stderr.contains("janua migrate up"), "{}", done.stderr);
    // Somebody else migrates, and takes their time.
    let mut tx = db.begin().await.expect("a transaction");
    if db.engine() == janua::io::db::Engine::Postgres {
        (&mut tx)
            .rows("SELECT pg_advisory_xact_lock(456901162337)", params![])
            .await
            .expect("the lock");
    }
    for order in [
        &["migrate", "current"][..],
        &["migrate", "history", "-v"],
        &["migrate", "heads"],
    ] {
        home.order(order).well();
    }
    drop(tx);
    assert_eq!((schema(db).await, version(db).await), before);
}

#[test]
fn a_migration_that_takes_something_away_says_which_programs_it_ends() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if !name.ends_with(".up.sql") || name.as_str() < "0009" {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text").to_uppercase();
        let takes = ["DROP TABLE", "DROP COLUMN", "RENAME"]
            .iter()
            .any(|it| text.contains(it));
        assert!(
            !takes || text.contains("INSERT INTO COMPATIBILITY"),
            "{name} takes something away: say in `compatibility` which programs can no longer run"
        );
    }
}
