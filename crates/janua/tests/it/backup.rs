//! Backups: made while the server runs, looked at, brought back, and what is told of those that are not whole.

mod damage;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use janua::io::random::Random;
use serde_json::{Value, json};
use sqlx::Connection;

use crate::process::{Home, Program};
use crate::support::{PASSWORD, handed_over, store};

/// A home whose database nobody else uses: PostgreSQL when the test run hands it over, else the embedded default.
pub(crate) async fn home_of_its_own() -> Home {
    let home = Home::embedded()
        .with("RATE_LIMIT_ENABLED", "false")
        .with("REQUIRE_EMAIL_VERIFICATION", "false")
        .with("PATH", &programs());
    match database_of_its_own().await {
        Some(url) => home.with("DATABASE_URL", &url),
        None => home,
    }
    .with("JANUA_MASTER_KEY", "k9-b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA")
}

/// Where `pg_dump` is.
fn programs() -> String {
    let others = handed_over("PATH").unwrap_or_default();
    handed_over("JANUA_TEST_PG_BIN").map_or(others.clone(), |it| format!("{it}:{others}"))
}

/// A database that belongs to the role of servers, whom row-level security holds.
pub(crate) async fn database_of_its_own() -> Option<String> {
    let url = handed_over("JANUA_TEST_DATABASE_URL")?;
    // It makes the role.
    store().await;
    let name = format!("b_{}", hex::encode(Random::System.bytes::<8>()));
    let mut connection = sqlx::PgConnection::connect(&url)
        .await
        .expect("PostgreSQL is there");
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} OWNER janua_app"));
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("a database");
    connection.close().await.expect("closed");
    let (place, _) = url
        .replacen("janua@", "janua_app@", 1)
        .rsplit_once('/')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some(format!("{place}/{name}"))
}

pub(crate) fn is_postgres(home: &Home) -> bool {
    home.settings().iter().any(|(name, _)| name == "DATABASE_URL")
}

/// Registers somebody, who then owns an organization: its rows stand behind the wall.
async fn founder(program: &Program, name: &str) {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    program.post("/api/v1/auth/register", &body).await.accepted();
    let access = signs_in(program, name).await.expect("a sign-in");
    let founds = json!({"name": name, "slug": name});
    program
        .send(reqwest::Method::POST, "/api/v1/organizations", |it| {
            it.bearer_auth(access).json(&founds)
        })
        .await
        .accepted();
}

/// The access token of somebody who is known.
async fn signs_in(program: &Program, name: &str) -> Option<String> {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    let answer = program.post("/api/v1/auth/login", &body).await;
    (answer.status == 200).then(|| answer.str("/tokens/access_token"))
}

fn rows(manifest: &Value, table: &str) -> u64 {
    let tables = manifest["tables"].as_array().expect("tables");
    let found = tables.iter().find(|it| it["table"] == table).expect(table);
    found["rows"].as_u64().expect("a count")
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// A home with a backup in the file `copy`.
async fn home_with_backup() -> Home {
    let home = home_of_its_own().await;
    let mut program = home.serves().await;
    founder(&program, "ada").await;
    program.signal("TERM");
    program.ends().await;
    home.order(&["backup", "-o", "copy"]).well();
    home
}

#[tokio::test]
async fn a_backup_of_a_running_server_comes_back() {
    let home = home_of_its_own().await;
    let mut program = home.serves().await;
    for name in ["ada", "bob"] {
        founder(&program, name).await;
    }
    let made = home.order(&["--json", "backup", "-o", "copy"]).well().json();
    // Where nothing is set up, the first administrator is a person too.
    let people = if is_postgres(&home) { 2 } else { 3 };
    for (table, count) in [
        ("users", people),
        ("passwords", people),
        ("organizations", 2),
        ("members", 2),
    ] {
        assert_eq!(rows(&made["manifest"], table), count, "{made}");
    }
    assert!(rows(&made["manifest"], "events") >= 4, "{made}");
    let beside = home.path().join("copy.manifest.json");
    for file in [home.path().join("copy"), beside.clone()] {
        assert_eq!(mode(&file), 0o600);
    }
    let text = std::fs::read_to_string(beside).expect("a manifest");
    assert!(!text.contains("b7Jx0vY5"), "the manifest tells the master key");

    let verified = home
        .order(&["--json", "restore", "copy", "--verify"])
        .well()
        .json();
    assert_eq!(verified["good"], true, "{verified}");
    assert!(verified["audit"]["rows"].as_u64() >= Some(4), "{verified}");

    // Nothing is replaced unasked, and nothing under a server that runs.
    let again = home.order(&["backup", "-o", "copy"]).failed(1);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    let running = home.order(&["restore", "copy", "--replace"]).failed(1);
    assert!(running.stderr.contains("stop"), "{}", running.stderr);
    founder(&program, "eve").await;
    program.signal("TERM");
    assert!(program.ends().await.success());
    let unasked = home.order(&["restore", "copy"]).failed(1);
    assert!(unasked.stderr.contains("--replace"), "{}", unasked.stderr);

    let restored = home
        .order(&["--json", "restore", "copy", "--replace"])
        .well()
        .json();
    if !is_postgres(&home) {
        let aside = home.path().join(restored["set_aside"].as_str().expect("a file"));
        assert_eq!(
            (mode(&aside), mode(&home.path().join("data/janua.db"))),
            (0o600, 0o600)
        );
    }
    home.order(&["audit", "verify"]).well();
    let program = home.serves().await;
    assert!(signs_in(&program, "ada").await.is_some() && signs_in(&program, "bob").await.is_some());
    assert!(
        signs_in(&program, "eve").await.is_none(),
        "Eve came after the backup"
    );
    founder(&program, "eve").await;
}

#[tokio::test]
async fn a_backup_fills_an_empty_database() {
    let home = home_with_backup().await;
    let other = home_of_its_own().await;
    for file in ["copy", "copy.manifest.json"] {
        std::fs::copy(home.path().join(file), other.path().join(file)).expect("copied");
    }
    other.order(&["restore", "copy"]).well();
    let program = other.serves().await;
    assert!(signs_in(&program, "ada").await.is_some());
}
