//! Backups that are not whole.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use janua::config::{Config, Env};
use janua::io::db::{Db, Querier, Scope};
use janua::params;
use serde_json::{Value, json};

use super::{home_with_backup, is_postgres};
use crate::process::Home;

fn manifest(home: &Home) -> (PathBuf, Value) {
    let path = home.path().join("copy.manifest.json");
    let text = std::fs::read(&path).expect("a manifest");
    (path, serde_json::from_slice(&text).expect("JSON"))
}

/// Makes the manifest say what it should of a file that was changed.
fn vouch(home: &Home) {
    let bytes = std::fs::read(home.path().join("copy")).expect("a file");
    let (path, mut text) = manifest(home);
    text["file"] = json!({"bytes": bytes.len(), "sha256": hex::encode(digest(&SHA256, &bytes))});
    std::fs::write(path, text.to_string()).expect("written");
}

fn state(verified: &Value, table: &str) -> Value {
    let tables = verified["tables"].as_array().expect("tables");
    tables.iter().find(|it| it["table"] == table).expect(table)["same"].clone()
}

async fn database(home: &Home, file: Option<&Path>) -> Db {
    let mut settings = home.settings();
    if let Some(file) = file {
        settings.retain(|(name, _)| name != "DATABASE_URL");
        settings.push(("DATABASE_URL".to_owned(), format!("sqlite:{}", file.display())));
    }
    let config = Config::read(&Env::of(settings)).expect("settings");
    Db::connect(&config.database).await.expect("a database")
}

#[tokio::test]
async fn a_byte_that_changed_is_told() {
    let home = home_with_backup().await;
    let path = home.path().join("copy");
    let mut bytes = std::fs::read(&path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    for order in [
        &["restore", "copy", "--verify"][..],
        &["restore", "copy", "--replace"],
    ] {
        let told = home.order(order).failed(1);
        assert!(told.stderr.contains("copy is damaged"), "{}", told.stderr);
    }
}

#[tokio::test]
async fn a_row_that_is_missing_is_told_with_its_table() {
    let home = home_with_backup().await;
    if is_postgres(&home) {
        // An archive cannot be changed by hand; one that should hold a row more is the same to whoever looks.
        let (path, mut text) = manifest(&home);
        let tables = text["tables"].as_array_mut().expect("tables");
        let devices = tables
            .iter_mut()
            .find(|it| it["table"] == "devices")
            .expect("devices");
        devices["rows"] = json!(devices["rows"].as_u64().expect("a count") + 1);
        std::fs::write(path, text.to_string()).expect("written");
    } else {
        let db = database(&home, Some(&home.path().join("copy"))).await;
        let deleted = (&db)
            .execute("DELETE FROM devices", params![])
            .await
            .expect("deleted");
        assert!(deleted > 0);
        db.close().await;
        vouch(&home);
    }
    let told = home
        .order(&["--json", "restore", "copy", "--verify"])
        .failed(1)
        .json();
    assert_eq!(state(&told, "devices"), false, "{told}");
    assert_eq!(state(&told, "users"), true, "{told}");
    let refused = home.order(&["restore", "copy", "--replace"]).failed(1);
    assert!(refused.stderr.contains("devices"), "{}", refused.stderr);
}

#[tokio::test]
async fn an_audit_log_that_was_changed_before_is_told() {
    let home = home_with_backup().await;
    let db = database(
        &home,
        (!is_postgres(&home))
            .then(|| home.path().join("data/janua.db"))
            .as_deref(),
    )
    .await;
    let mut tx = db.begin_within(&Scope::Platform).await.expect("a transaction");
    let changed = (&mut tx)
        .execute("UPDATE events SET reason = 'forged'", params![])
        .await
        .expect("changed");
    assert!(changed > 0);
    tx.commit().await.expect("committed");
    db.close().await;
    home.order(&["backup", "-o", "forged"]).well();
    let told = home
        .order(&["--json", "restore", "forged", "--verify"])
        .failed(1)
        .json();
    assert!(told["audit"]["count"].as_u64() >= Some(1), "{told}");
    assert_eq!(state(&told, "events"), true, "{told}");
}

#[tokio::test]
async fn a_backup_without_its_key_or_its_manifest_is_not_good() {
    let home = home_with_backup()
        .await
        .with("JANUA_MASTER_KEY", "another-b7Jx0vY5rQp2mN8sT4wZ6kL1cF3hD9gA");
    let told = home
        .order(&["--json", "restore", "copy", "--verify"])
        .failed(1)
        .json();
    assert!(
        told["not_opened"]
            .as_str()
            .is_some_and(|it| it.contains("master key")),
        "{told}"
    );
    assert_eq!(state(&told, "users"), true, "{told}");
    std::fs::remove_file(home.path().join("copy.manifest.json")).expect("removed");
    let told = home.order(&["restore", "copy", "--verify"]).failed(1);
    assert!(told.stderr.contains("copy.manifest.json"), "{}", told.stderr);
}

#[tokio::test]
async fn a_dump_that_would_lose_rows_is_no_backup() {
    use std::os::unix::fs::PermissionsExt;
    let home = home_with_backup().await;
    if !is_postgres(&home) {
        return;
    }
    // Without the scope the wall hides every row of a tenant, and the dump ends well.
    let programs = home.path().join("programs");
    std::fs::create_dir(&programs).expect("a folder");
    let settings = home.settings();
    let path = settings
        .iter()
        .find(|(name, _)| name == "PATH")
        .map_or("", |(_, it)| it);
    let script = format!("#!/bin/sh\nunset PGOPTIONS\nPATH='{path}' exec pg_dump \"$@\"\n");
    std::fs::write(programs.join("pg_dump"), script).expect("a script");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(programs.join("pg_dump"), mode).expect("a program");
    let blind = format!("{}:{path}", programs.display());
    let home = home.with("PATH", &blind);
    let told = home.order(&["backup", "-o", "less"]).failed(1);
    assert!(
        told.stderr.contains("organizations: 1 rows are missing"),
        "{}",
        told.stderr
    );
    let left = std::fs::read_dir(home.path()).expect("a folder").flatten();
    assert!(
        !left
            .into_iter()
            .any(|it| it.file_name().to_string_lossy().starts_with("less"))
    );

    let home = home.with("PATH", "/nowhere");
    let told = home.order(&["backup", "-o", "none"]).failed(1);
    assert!(told.stderr.contains("postgresql-client"), "{}", told.stderr);
}
