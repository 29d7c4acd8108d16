//! The database under an operator's eyes: its timeline, its size, its locks, its rights.

use janua::io::db::Querier;
use janua::params;

use super::{Operator, on_postgres};
use crate::support::{TestJanua, handed_over};

#[tokio::test]
async fn the_timeline_has_one_head_and_can_be_stamped() {
    let janua = TestJanua::start().await;
    let operator = Operator::of(&janua);
    let heads = operator.does("migrate heads --json").ok().json();
    assert_eq!(heads["heads"].as_array().map(Vec::len), Some(1), "{heads}");
    assert_eq!(heads["heads"][0], heads["current"]);
    assert!(
        operator
            .does("migrate merge heads")
            .ok()
            .out
            .contains("one timeline")
    );

    let refused = operator.does("migrate stamp 0001_users");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    let unknown = operator.does("migrate stamp 0042_nothing --yes");
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("0001_users"), "{}", unknown.err);

    operator.does("migrate stamp 0001_users --yes").ok();
    let current = operator.does("migrate current --verbose --json").ok().json();
    assert_eq!(current["revision"], "0001_users");
    assert_eq!(current["pending"][0], "0002_sessions");
    assert_eq!(janua.count("SELECT COUNT(*) FROM migrations").await, 1);

    // The guide's repair: a version table that nobody understands any more.
    let mut db = &janua.app.db;
    db.execute(
        "INSERT INTO alembic_version (version_num) VALUES ('lost')",
        params![],
    )
    .await
    .expect("written");
    assert_eq!(operator.does("migrate heads").code, 1);
    operator.does("migrate stamp head --yes").ok();
    let current = operator.does("migrate current --json").ok().json();
    assert_eq!(current["is_head"], true, "{current}");
    let history = operator.does("migrate history --verbose --json").ok().json();
    let steps = history.as_array().expect("a list");
    assert!(steps.iter().all(|it| it["applied_at"].is_string()), "{history}");
}

#[tokio::test]
async fn the_database_tells_of_itself() {
    let janua = TestJanua::start().await;
    let operator = Operator::of(&janua);
    let stats = operator.does("db stats --json").ok().json();
    assert!(stats["size_bytes"].as_i64() > Some(0), "{stats}");
    if on_postgres() {
        assert_eq!(stats["engine"], "postgres");
        assert_eq!(stats["max_connections"], 400);
        let ours = stats["applications"].as_array().expect("a list");
        assert!(ours.iter().any(|it| it["name"] == "janua-api"), "{stats}");
        assert_eq!(stats["pool"]["size"], 8);
    } else {
        assert_eq!(stats["journal_mode"], "wal", "{stats}");
        assert!(stats["pages"].as_i64() > Some(10), "{stats}");
    }
    operator.does("db stats").ok();

    let sizes = operator.does("db sizes --json").ok().json();
    let tables = sizes["tables"].as_array().expect("a list");
    let users = tables.iter().find(|it| it["name"] == "users").expect("users");
    assert!(users["total_bytes"].as_i64() > Some(0), "{users}");
    assert!(operator.does("db sizes").ok().out.contains("refresh_tokens"));

    let indexes = operator.does("db indexes --json").ok().json();
    assert_eq!(indexes["expected"]["idx_users_email"], "valid", "{indexes}");
    assert_eq!(indexes["expected"]["idx_sessions_user_id"], "valid", "{indexes}");

    let rights = operator.does("db check-permissions --json").ok().json();
    assert_eq!(rights["missing"], 0, "{rights}");
    assert!(rights["rights"].as_array().map(Vec::len) > Some(1));

    let activity = operator.does("db activity --json").ok().json();
    let locks = operator.does("db locks --json").ok().json();
    assert_eq!(activity["note"].is_string(), !on_postgres(), "{activity}");
    assert_eq!(locks["note"].is_string(), !on_postgres(), "{locks}");
    operator.does("db activity").ok();
    operator.does("db locks").ok();

    let mut db = &janua.app.db;
    db.execute("DROP INDEX idx_users_email", params![])
        .await
        .expect("dropped");
    let missing = operator.does("db indexes");
    assert_eq!(missing.code, 1);
    assert!(
        missing.out.contains("idx_users_email: missing"),
        "{}",
        missing.out
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_whom_is_told() {
    if !on_postgres() {
        return;
    }
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let mut holder = janua.app.db.begin().await.expect("a transaction");
    (&mut holder)
        .execute("UPDATE users SET locale = 'en'", params![])
        .await
        .expect("written");
    let db = janua.app.db.clone();
    let waiter = tokio::spawn(async move {
        let mut db = &db;
        db.execute("UPDATE users SET locale = 'es'", params![]).await
    });
    let operator = Operator::of(&janua);
    let found = (0..100).find_map(|_| {
        let locks = operator.does("db locks --json").ok().json();
        let ours = locks["locks"].as_array()?.iter().find(|it| {
            let query = it["blocked_query"].as_str().unwrap_or_default();
            query.contains("locale = 'es'")
        })?;
        Some(ours.clone())
    });
    let found = found.expect("the one who waits is told");
    assert_eq!(found["blocking_state"], "idle in transaction", "{found}");
    assert_eq!(found["blocking_application"], "janua-api", "{found}");
    drop(holder);
    waiter.await.expect("not cancelled").expect("written");
}

#[tokio::test]
async fn a_missing_right_is_told_with_its_grant() {
    if !on_postgres() {
        return;
    }
    let janua = TestJanua::start().await;
    let url = |(name, value): &(String, String)| (name == "DATABASE_URL").then(|| value.clone());
    let url = janua.settings.iter().find_map(url).expect("a URL");
    let schema = url.rsplit('=').next().expect("a schema").to_owned();
    let role = format!("r_{schema}");
    let all_powerful = handed_over("JANUA_TEST_DATABASE_URL").expect("on PostgreSQL");
    let admin = sqlx::PgPool::connect(&all_powerful).await.expect("connected");
    let sql = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&admin)
        .await
        .expect("a role");
    let theirs = url.replacen("janua_app@", &format!("{role}@"), 1);
    let operator = Operator::new(&[("DATABASE_URL", &theirs)]);
    let done = operator.does("db check-permissions --json");
    assert_eq!(done.code, 1, "{}", done.err);
    let rights = done.json();
    let rights = rights["rights"].as_array().expect("a list");
    let of = |what: &str| rights.iter().find(|it| it["what"] == what).expect("told").clone();
    assert_eq!(of("SELECT on users")["granted"], true);
    let grant = of("INSERT on users")["mend"].as_str().expect("a way").to_owned();
    assert_eq!(grant, format!("GRANT INSERT ON TABLE {schema}.users TO {role};"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(grant))
        .execute(&admin)
        .await
        .expect("granted");
    let again = operator.does("db check-permissions --json").json();
    let again = again["rights"].as_array().expect("a list").clone();
    let insert = again
        .iter()
        .find(|it| it["what"] == "INSERT on users")
        .expect("told");
    assert_eq!(insert["granted"], true, "what mends it mends it");
    let drop = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(drop))
        .execute(&admin)
        .await
        .expect("dropped");
}
