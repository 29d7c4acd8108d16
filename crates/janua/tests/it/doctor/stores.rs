//! Databases and Redis that are away, refuse, are too full, too old or not what they were.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use janua::io::db::Querier;
use janua::params;
use sqlx::{Connection, Executor, PgConnection};

use super::{Deployment, MASTER_KEY, assert_named, codes};
use crate::operator_cli::on_postgres;
use crate::process::eventually;
use crate::support::Backend;

/// Does something to the database behind everybody's back.
async fn sql(deployment: &Deployment, statement: &'static str) {
    let mut db = &deployment.janua.app.db;
    db.execute(statement, params![]).await.expect("it is done");
}

/// A deployment on a PostgreSQL whose every right is ours.
async fn on_a_postgres_of_ones_own() -> Option<(Backend, Deployment)> {
    let postgres = Backend::postgres().await?;
    let url = format!("postgres://janua@127.0.0.1:{}/postgres", postgres.port);
    let deployment = Deployment::with(&[("DATABASE_URL", &url)]).await;
    Some((postgres, deployment))
}

#[tokio::test]
async fn a_schema_that_is_not_what_it_should_be() {
    let it = Deployment::starts().await;
    let looks = || it.operator(&[]).does("doctor --json");

    sql(&it, "DROP INDEX idx_sessions_user_id").await;
    let done = looks();
    assert_named(&done, "JD-DB-021", "an index dropped");
    let cause = done.json()["findings"][0]["cause"].clone();
    assert!(
        cause.as_str().is_some_and(|it| it.starts_with("CREATE INDEX")),
        "{cause}"
    );
    let mended = it.operator(&[]).does("doctor --fix --json").ok();
    assert_eq!(
        mended.json()["done"].as_array().map(Vec::len),
        Some(1),
        "{}",
        mended.out
    );

    sql(
        &it,
        "INSERT INTO alembic_version (version_num) VALUES ('another_head')",
    )
    .await;
    assert_named(&looks(), "JD-DB-017", "two heads");
    sql(
        &it,
        "DELETE FROM alembic_version WHERE version_num <> 'another_head'",
    )
    .await;
    assert_named(&looks(), "JD-DB-017", "a revision that nobody knows");
    it.operator(&[]).does("migrate stamp head --yes").ok();
    it.is_healthy(&[]);

    it.operator(&[]).does("migrate down --yes").ok();
    let done = looks();
    assert_named(&done, "JD-DB-016", "a migration that is not applied");
    assert_eq!(done.json()["findings"][0]["fixable"], true);
    it.operator(&[]).does("doctor --fix --json").ok();
    it.is_healthy(&[]);

    sql(
        &it,
        "UPDATE alembic_version SET version_num = '9999_from_tomorrow'",
    )
    .await;
    sql(
        &it,
        "INSERT INTO migrations (revision, checksum, applied_at)
         VALUES ('9999_from_tomorrow', '00', CURRENT_TIMESTAMP)",
    )
    .await;
    assert_named(&looks(), "JD-DB-018", "a newer version has migrated");
}

#[tokio::test]
async fn a_migration_that_was_another_text() {
    let it = Deployment::starts().await;
    let changed = "UPDATE migrations SET checksum = 'of another build' WHERE revision = '0001_users'";
    sql(&it, changed).await;
    let done = it.operator(&[]).does("doctor --json");
    assert_named(&done, "JD-DB-019", "a migration of another text");
}

#[tokio::test]
async fn an_area_alone_can_be_asked_for() {
    let it = Deployment::starts().await;
    sql(&it, "DROP INDEX idx_sessions_user_id").await;
    let wrong = [("SESSION_COOKIE_HTTPONLY", "false")];
    let both = it.operator(&wrong).does("doctor --json");
    assert_eq!(codes(&both).len(), 2, "{}", both.out);
    let one = it.operator(&wrong).does("doctor --area auth --json").ok();
    assert_named(&one, "JD-AUTH-034", "auth alone");
    let text = it.operator(&wrong).does("doctor");
    assert_eq!(text.code, 1);
    for told in [
        "error    JD-DB-021",
        "warning  JD-AUTH-034",
        "remedy",
        "janua doctor --fix",
    ] {
        assert!(text.out.contains(told), "{told}: {}", text.out);
    }
}

#[tokio::test]
async fn a_master_key_that_was_replaced() {
    let it = Deployment::with(&[("JANUA_MASTER_KEY", MASTER_KEY)]).await;
    let other = format!("another {MASTER_KEY}");
    let done = it.operator(&[("JANUA_MASTER_KEY", &other)]).does("doctor --json");
    assert_named(&done, "JD-DB-027", "another master key");
    it.is_healthy(&[
        ("JANUA_MASTER_KEY", &other),
        ("JANUA_MASTER_KEY_PREVIOUS", MASTER_KEY),
    ]);
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let it = Deployment::starts().await;
    let operator = it.operator(&[("DATABASE_URL", "sqlite:notes.db")]);
    std::fs::write(
        operator.path().join("notes.db"),
        "Dear diary, today I wrote no database.".repeat(200),
    )
    .expect("written");
    assert_named(&operator.does("doctor --json"), "JD-DB-025", "a text");
}

#[tokio::test]
async fn a_file_of_much_empty_room() {
    if on_postgres() {
        return;
    }
    let it = Deployment::starts().await;
    sql(&it, "CREATE TABLE ballast (bytes BLOB)").await;
    sql(&it, "INSERT INTO ballast VALUES (zeroblob(40000000))").await;
    sql(&it, "DROP TABLE ballast").await;
    let done = it.operator(&[]).does("doctor --json");
    assert_named(&done, "JD-DB-028", "forty megabytes of nothing");
}

#[tokio::test]
async fn a_postgres_that_nobody_sweeps() {
    let Some((_postgres, it)) = on_a_postgres_of_ones_own().await else {
        return;
    };
    sql(
        &it,
        "CREATE TABLE ballast (id INT) WITH (autovacuum_enabled = FALSE)",
    )
    .await;
    sql(&it, "INSERT INTO ballast SELECT generate_series(1, 150000)").await;
    sql(&it, "DELETE FROM ballast").await;
    // PostgreSQL counts some moments later.
    eventually("the rows are counted", async || {
        let done = it.operator(&[]).does("doctor --json");
        (!codes(&done).is_empty()).then(|| assert_named(&done, "JD-DB-028", "dead rows"))
    })
    .await;
    sql(&it, "VACUUM ballast").await;
    eventually("they are gone", async || {
        codes(&it.operator(&[]).does("doctor --json"))
            .is_empty()
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_postgres_that_lets_nobody_in() {
    let Some(mut postgres) = Backend::postgres().await else {
        return;
    };
    let it = Deployment::starts().await;
    let at = |role: &str, database: &str| format!("postgres://{role}@127.0.0.1:{}/{database}", postgres.port);
    let doctor = |url: &str, own: &[(&str, &str)]| {
        let settings = [&[("DATABASE_URL", url)], own].concat();
        it.operator(&settings).does("doctor --json --area db")
    };
    assert_named(
        &doctor(&at("stranger", "postgres"), &[]),
        "JD-DB-011",
        "an unknown role",
    );
    assert_named(
        &doctor(&at("janua", "nowhere"), &[]),
        "JD-DB-012",
        "no such database",
    );
    let url = at("janua", "postgres");
    let own = [("DATABASE_POOL_SIZE", "500")];
    let done = doctor(&url, &own);
    let told = codes(&done);
    assert!(
        told.contains("JD-DB-014"),
        "more connections than there is room for: {}",
        done.out
    );
    postgres.kill();
    let own = [("DATABASE_POOL_TIMEOUT", "2")];
    assert_named(&doctor(&url, &own), "JD-DB-001", "killed");
    let done = doctor("postgres://janua@nowhere.invalid/janua", &own);
    assert_named(&done, "JD-DB-001", "a name that leads nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_is_busy_with_others() {
    let Some((_postgres, it)) = on_a_postgres_of_ones_own().await else {
        return;
    };
    let looks = || it.operator(&[]).does("doctor --json");
    let url = it.janua.app.config.database.url.reveal().clone();
    let (mut holder, mut waiter) = (
        PgConnection::connect(&url).await.expect("connects"),
        PgConnection::connect(&url).await.expect("connects"),
    );
    holder
        .execute("BEGIN; LOCK TABLE invitations")
        .await
        .expect("locked");
    let waiting = tokio::spawn(async move {
        let _ = waiter.execute("SELECT count(*) FROM invitations").await;
    });
    // The doctor speaks of waits of some seconds.
    eventually("the wait is long", async || {
        tokio::time::sleep(Duration::from_millis(200)).await;
        (!codes(&looks()).is_empty()).then_some(())
    })
    .await;
    assert_named(&looks(), "JD-DB-023", "a lock that is held");
    holder.execute("ROLLBACK").await.expect("let go");
    waiting.await.expect("no longer");
    it.is_healthy(&[]);

    holder
        .execute("UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'idx_sessions_user_id'::regclass")
        .await
        .expect("it is done");
    assert_named(&looks(), "JD-DB-022", "an index that failed to build");
    it.operator(&[]).does("doctor --fix --json").ok();
    it.is_healthy(&[]);
}

#[tokio::test]
async fn a_postgres_without_a_free_connection() {
    let Some((_postgres, it)) = on_a_postgres_of_ones_own().await else {
        return;
    };
    let url = it.janua.app.config.database.url.reveal().clone();
    let mut holders = Vec::new();
    while let Ok(another) = PgConnection::connect(&url).await {
        holders.push(another);
    }
    let done = it
        .operator(&[("DATABASE_POOL_TIMEOUT", "2")])
        .does("doctor --json");
    assert_named(&done, "JD-DB-013", "too many clients");
    // Nearly all taken: only those are left that PostgreSQL keeps for administrators.
    for holder in holders.drain(..2) {
        holder.close().await.expect("let go");
    }
    eventually("the connections have gone", async || {
        let done = it.operator(&[]).does("doctor --json");
        done.out
            .contains("connections are taken")
            .then(|| assert_named(&done, "JD-DB-013", "nearly all taken"))
    })
    .await;
    for holder in holders {
        holder.close().await.expect("let go");
    }
    eventually("there is room again", async || {
        codes(&it.operator(&[]).does("doctor --json"))
            .is_empty()
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_postgres_of_an_age_that_is_not_served() {
    let Some((_postgres, it)) = on_a_postgres_of_ones_own().await else {
        return;
    };
    let url = it.janua.app.config.database.url.reveal().clone();
    let mut owner = PgConnection::connect(&url).await.expect("connects");
    for statement in [
        "CREATE FUNCTION public.version() RETURNS TEXT LANGUAGE sql AS $$ SELECT 'PostgreSQL 13.9 (Debian)' $$",
        "ALTER ROLE janua SET search_path = public, pg_catalog",
    ] {
        owner.execute(statement).await.expect("it is done");
    }
    let done = it.operator(&[]).does("doctor --json");
    assert_named(&done, "JD-DB-015", "it says that it is 13.9");
}

/// The file and its folder belong to root, and the doctor runs as somebody else.
#[tokio::test]
async fn a_file_that_may_only_be_read() {
    if on_postgres() || !std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) {
        return;
    }
    let it = Deployment::starts().await;
    let operator = it.operator(&[("DATABASE_URL", "sqlite:janua.db")]);
    let file = operator.path().join("janua.db");
    operator.does("migrate up").ok();
    for (path, mode) in [(operator.path(), 0o755), (file.as_path(), 0o644)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("changed");
    }
    let mut as_nobody = Command::new(env!("CARGO_BIN_EXE_janua"));
    as_nobody.args(["doctor", "--json"]).uid(65534).gid(65534);
    assert_named(&operator.runs(as_nobody), "JD-DB-024", "a file of somebody else");
}

#[tokio::test]
async fn nobody_who_administrates() {
    let it = Deployment::starts().await;
    sql(&it, "UPDATE users SET is_admin = FALSE").await;
    let done = it.operator(&[]).does("doctor --json");
    assert_named(&done, "JD-AUTH-042", "no administrator");
}

/// What nobody can tell before it is tried.
#[tokio::test]
async fn something_that_keeps_a_server_from_starting() {
    let it = Deployment::starts().await;
    let operator = it.operator(&[("JANUA_MASTER_KEY", ""), ("JANUA_DATA_DIR", "data")]);
    operator.does("migrate up").ok();
    let key = operator.path().join("data/master.key");
    let _ = std::fs::remove_file(&key);
    std::fs::create_dir_all(&key).expect("a folder in place of the file");
    assert_named(
        &operator.does("doctor --json"),
        "JD-DEPLOY-020",
        "a key that is a folder",
    );
}

#[tokio::test]
async fn a_role_without_rights() {
    let Some((_postgres, it)) = on_a_postgres_of_ones_own().await else {
        return;
    };
    let url = it.janua.app.config.database.url.reveal().clone();
    let mut owner = PgConnection::connect(&url).await.expect("connects");
    for statement in [
        "CREATE ROLE guest LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest",
    ] {
        owner.execute(statement).await.expect("it is done");
    }
    let as_guest = url.replace("//janua@", "//guest@");
    let done = it.operator(&[("DATABASE_URL", &as_guest)]).does("doctor --json");
    assert_named(&done, "JD-DB-020", "a role that may only read");
    let cause = done.json()["findings"][0]["cause"].to_string();
    assert!(cause.contains("GRANT"), "{cause}");
}

#[tokio::test]
async fn a_redis_that_is_away_locked_or_full() {
    let Some(mut redis) = Backend::redis().await else {
        return;
    };
    let it = Deployment::starts().await;
    let url = format!("redis://127.0.0.1:{}", redis.port);
    let doctor = || it.operator(&[("REDIS_URL", &url)]).does("doctor --json");
    it.is_healthy(&[("REDIS_URL", &url)]);
    let client = redis::Client::open(url.as_str()).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("connects");
    let mut does = async |words: &[&str]| {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        let _: redis::RedisResult<redis::Value> = command.query_async(&mut connection).await;
    };
    does(&["SET", "ballast", &"x".repeat(3_000_000)]).await;
    does(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]).await;
    does(&["CONFIG", "SET", "maxmemory", "4500000"]).await;
    assert_named(&doctor(), "JD-REDIS-004", "nearly full");
    does(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]).await;
    does(&["CONFIG", "SET", "maxmemory", "2000000"]).await;
    does(&["SET", "more", "x"]).await;
    does(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert_named(&doctor(), "JD-REDIS-005", "keys were dropped");
    does(&["CONFIG", "RESETSTAT"]).await;
    does(&["CONFIG", "SET", "requirepass", "another"]).await;
    assert_named(&doctor(), "JD-REDIS-002", "a password is wanted");
    redis.kill();
    assert_named(&doctor(), "JD-REDIS-001", "killed");
}
