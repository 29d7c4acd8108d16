//! The schema goes up, down and up again, and an operator can see and say where it stands.

mod versions;

use janua::io::db::migrate::{self, Target, revisions};
use janua::io::db::{Db, Engine, Querier};
use janua::params;
use serde_json::json;

use crate::process::Home;
use crate::support::TestJanua;

/// Everything that the schema consists of, but for what the migrations themselves keep.
async fn schema(mut db: &Db) -> Vec<(String, String, String)> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT type, name, COALESCE(sql, '') FROM sqlite_master
             WHERE tbl_name NOT IN ('alembic_version', 'migrations') ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT 'column', CAST(table_name || '.' || column_name AS TEXT),
                    CAST(data_type || ' ' || is_nullable || ' ' || COALESCE(generation_expression, '') AS TEXT)
             FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name NOT IN ('alembic_version', 'migrations')
             UNION ALL
             SELECT 'index', CAST(indexname AS TEXT), indexdef FROM pg_indexes
             WHERE schemaname = current_schema() AND tablename NOT IN ('alembic_version', 'migrations')
             UNION ALL
             SELECT 'constraint', CAST(c.conrelid::regclass || ' ' || c.conname AS TEXT), pg_get_constraintdef(c.oid)
             FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
             WHERE n.nspname = current_schema()
               AND CAST(c.conrelid::regclass AS TEXT) NOT IN ('alembic_version', 'migrations')
             ORDER BY 1, 2"
        }
    };
    db.fetch_all(sql, params![])
        .await
        .expect("the schema can be read")
}

async fn version(mut db: &Db) -> Option<String> {
    let row: Option<(String,)> = db
        .fetch_optional("SELECT version_num FROM alembic_version", params![])
        .await
        .expect("it can be read");
    row.map(|(version,)| version)
}

async fn set_version(mut db: &Db, version: &str) {
    let changed = db
        .execute("UPDATE alembic_version SET version_num = $1", params![version])
        .await;
    assert_eq!(changed.expect("it can be set"), 1);
}

fn head() -> String {
    revisions().last().expect("a revision").clone()
}

#[tokio::test]
async fn down_to_nothing_and_up_again_is_the_same_schema() {
    let janua = TestJanua::start().await;
    let db = &janua.app.db;
    let before = schema(db).await;
    assert!(before.len() > 10, "{before:?}");
    assert_eq!(version(db).await, Some(head()));

    let undone = migrate::down(db, Target::Revision("base".to_owned()))
        .await
        .expect("the way back");
    let mut expected = revisions();
    expected.reverse();
    assert_eq!(undone, expected);
    assert_eq!(schema(db).await, []);
    assert_eq!(version(db).await, None);
    assert_eq!(janua.count("SELECT COUNT(*) FROM migrations").await, 0);

    assert_eq!(
        migrate::up(db, Target::Head, janua.app.clock.now())
            .await
            .expect("the way up"),
        revisions()
    );
    assert_eq!(schema(db).await, before);
    assert_eq!(
        migrate::up(db, Target::Head, janua.app.clock.now())
            .await
            .expect("nothing to do"),
        [""; 0]
    );
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
}

#[tokio::test]
async fn each_step_can_be_taken_back_alone() {
    let janua = TestJanua::start().await;
    let (db, now) = (&janua.app.db, janua.app.clock.now());
    let all = revisions();
    for (position, revision) in all.iter().enumerate().rev() {
        let with = schema(db).await;
        assert_eq!(
            migrate::down(db, Target::Steps(1)).await.expect("one step"),
            std::slice::from_ref(revision)
        );
        assert_eq!(
            version(db).await,
            position.checked_sub(1).map(|it| all[it].clone())
        );
        let without = schema(db).await;
        assert_ne!(without, with, "{revision} changes nothing");
        assert_eq!(
            migrate::up(db, Target::Steps(1), now).await.expect("and again"),
            std::slice::from_ref(revision)
        );
        assert_eq!(
            schema(db).await,
            with,
            "{revision} is not the same the second time"
        );
        migrate::down(db, Target::Steps(1)).await.expect("one step");
    }
    assert_eq!(
        migrate::up(db, Target::Revision(all[1].clone()), now)
            .await
            .expect("some"),
        all[..2]
    );
    assert_eq!(
        migrate::down(db, Target::Revision(all[0].clone()))
            .await
            .expect("back"),
        all[1..2]
    );
    assert_eq!(migrate::down(db, Target::Steps(99)).await.expect("all"), all[..1]);
}

#[tokio::test]
async fn the_indexes_that_operators_look_for_are_there() {
    let janua = TestJanua::start().await;
    let schema = schema(&janua.app.db).await;
    let indexes: Vec<&str> = schema
        .iter()
        .filter(|it| it.0 == "index")
        .map(|it| it.1.as_str())
        .collect();
    for name in ["idx_users_email", "idx_sessions_user_id"] {
        assert!(indexes.contains(&name), "{name} is not among {indexes:?}");
    }
}

#[tokio::test]
async fn an_operator_reads_and_sets_the_revision_by_sql() {
    let janua = TestJanua::start().await;
    let db = &janua.app.db;
    assert_eq!(migrate::current(db).await.expect("it can be asked"), Some(head()));
    let first = revisions()[0].clone();
    set_version(db, &first).await;
    assert_eq!(migrate::current(db).await.expect("it can be asked"), Some(first));
    let history = migrate::history(db).await.expect("it can be asked");
    assert_eq!(history.iter().filter(|it| it.applied).count(), 1);
    set_version(db, &head()).await;
    assert_eq!(
        migrate::up(db, Target::Head, janua.app.clock.now())
            .await
            .expect("nothing to do"),
        [""; 0]
    );
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_behind() {
    let janua = TestJanua::start().await;
    let db = &janua.app.db;
    let (before, first) = (schema(db).await, revisions()[0].clone());
    // The tables of the second step are there already: it cannot be applied once more.
    set_version(db, &first).await;
    let refused = migrate::up(db, Target::Head, janua.app.clock.now())
        .await
        .expect_err("they are there");
    let told = refused.to_string();
    assert!(
        told.contains(&revisions()[1]) && told.contains("rolled back"),
        "{told}"
    );
    assert_eq!((schema(db).await, version(db).await), (before, Some(first)));
}

#[tokio::test]
async fn a_revision_that_nobody_knows_is_told_clearly() {
    let janua = TestJanua::start().await;
    let db = &janua.app.db;
    let now = janua.app.clock.now();
    let unknown = Target::Revision("9999_from_the_future".to_owned());
    for told in [
        migrate::up(db, unknown.clone(), now)
            .await
            .expect_err("unknown")
            .to_string(),
        migrate::down(db, unknown).await.expect_err("unknown").to_string(),
    ] {
        assert!(
            told.contains("9999_from_the_future") && told.contains(&head()),
            "{told}"
        );
    }
    assert_eq!(version(db).await, Some(head()));
}

#[tokio::test]
async fn a_database_newer_than_the_program_stops_it_with_a_clear_text() {
    let janua = TestJanua::start().await;
    let home = janua
        .settings
        .iter()
        .fold(Home::embedded(), |home, (name, value)| home.with(name, value));
    home.order(&["migrate", "current"]).well();
    set_version(&janua.app.db, "9999_from_the_future").await;
    for order in [
        &["serve"][..],
        &["migrate", "up"],
        &["migrate", "down", "--yes"],
        &["migrate", "history"],
        &["users", "list"],
    ] {
        let done = home.order(order).failed(1);
        assert!(
            done.stderr.contains("9999_from_the_future"),
            "{order:?}: {}",
            done.stderr
        );
        assert!(
            done.stderr.contains("does not know") && done.stderr.contains(&head()),
            "{order:?}: {}",
            done.stderr
        );
    }
    let current = home.order(&["--json", "migrate", "current"]).well().json();
    assert_eq!(
        (&current["revision"], &current["is_head"]),
        (&json!("9999_from_the_future"), &json!(false))
    );
}

#[tokio::test]
async fn several_rows_of_the_revision_are_told() {
    let janua = TestJanua::start().await;
    let mut db: &Db = &janua.app.db;
    db.execute(
        "INSERT INTO alembic_version (version_num) VALUES ('0001_users')",
        params![],
    )
    .await
    .expect("a second row");
    let told = migrate::current(&janua.app.db)
        .await
        .expect_err("two rows")
        .to_string();
    assert!(told.contains("alembic_version holds several rows"), "{told}");
}

#[tokio::test]
async fn the_orders_of_the_guide_work() {
    let home = Home::with_empty_store().await;
    let current = || home.order(&["--json", "migrate", "current"]).well().json();
    let all = revisions();
    assert_eq!(
        current(),
        json!({
            "revision": null, "head": head(), "is_head": false, "place": "behind", "told": null, "changed": [],
        })
    );
    assert!(
        home.order(&["migrate", "current"])
            .well()
            .stdout
            .contains("no migration is applied")
    );

    assert_eq!(
        home.order(&["--json", "migrate", "up", "--steps", "1"])
            .well()
            .json(),
        json!({"applied": all[..1]})
    );
    assert_eq!(
        home.order(&["--json", "migrate", "up", &all[1]]).well().json(),
        json!({"applied": all[1..2]})
    );
    assert_eq!(
        home.order(&["migrate", "upgrade", "head"]).well().stdout.trim(),
        format!("applied: {}", all[2..].join(", "))
    );
    assert_eq!(
        home.order(&["migrate", "up"]).well().stdout.trim(),
        "nothing to do"
    );
    assert_eq!(
        home.order(&["migrate", "current"]).well().stdout.trim(),
        format!("{} (head)", head())
    );

    let history = home.order(&["--json", "migrate", "history"]).well().json();
    let steps = history.as_array().expect("a list");
    assert_eq!(
        steps
            .iter()
            .filter_map(|it| it["revision"].as_str())
            .collect::<Vec<_>>(),
        all
    );
    assert!(
        steps
            .iter()
            .all(|it| it["applied"] == true && it["applied_at"].is_string()),
        "{history}"
    );
    let table = home.order(&["migrate", "history", "--verbose"]).well().stdout;
    assert_eq!(
        (table.lines().count(), table.matches("applied").count()),
        (all.len() + 1, all.len())
    );

    // Taking back loses data, so it wants a word more.
    assert!(
        home.order(&["migrate", "down"])
            .failed(1)
            .stderr
            .contains("--yes")
    );
    assert_eq!(current()["is_head"], true);
    let undone = home
        .order(&["--json", "migrate", "downgrade", &all[0], "--yes"])
        .well()
        .json();
    assert_eq!(undone["undone"].as_array().map(Vec::len), Some(all.len() - 1));
    home.order(&["migrate", "down", "--yes"]).well();
    assert_eq!(
        home.order(&["migrate", "down", "base", "--yes"])
            .well()
            .stdout
            .trim(),
        "nothing to do"
    );
    assert!(
        home.order(&["migrate", "up", "0000_nothing"])
            .failed(1)
            .stderr
            .contains("0000_nothing")
    );

    // Where the operator migrates, the server does not.
    let careful = home.with("DATABASE_AUTO_MIGRATE", "false");
    careful.order(&["serve"]).failed(1);
    careful.order(&["migrate", "up"]).well();
    assert!(careful.serves().await.stops().await.success());
}
