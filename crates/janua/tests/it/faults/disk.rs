//! The disk is full: writes are refused, reads go on, and nothing is lost or broken.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::Method;
use serde_json::json;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::code;
use crate::process::{Home, Program};
use crate::support::{Answer, PASSWORD};

/// Makes a small disk where only the program sees it, and becomes the program.
const ON_A_SMALL_DISK: &str = "mount -t tmpfs -o size=8m tmpfs \"$JANUA_DATA_DIR\" && exec \"$@\"";

/// What unmounts it again is the end of the program: the disk is its own.
const PRIVATELY: [&str; 5] = ["/usr/bin/unshare", "-Urm", "sh", "-c", ON_A_SMALL_DISK];

fn can_mount() -> bool {
    let tried = Command::new(PRIVATELY[0])
        .args(["-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"])
        .output();
    tried.is_ok_and(|it| it.status.success())
}

async fn register(program: &Program, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD});
    program.post("/api/v1/auth/register", &body).await
}

async fn login(program: &Program, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD});
    program.post("/api/v1/auth/login", &body).await
}

/// 503 that says when to come back.
#[track_caller]
fn is_excused(program: &Program, answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), code(answer).as_str()),
        (503, "DATABASE_UNAVAILABLE"),
        "{} {}",
        answer.text,
        program
            .stdout()
            .lines()
            .rfind(|it| it.contains("\"error\""))
            .unwrap_or_default()
    );
    answer.assert_envelope();
    assert!(
        answer.header("retry-after").parse::<u32>().is_ok_and(|it| it > 0),
        "{:?}",
        answer.headers
    );
}

/// Takes all the room that is left.
fn fill(ballast: &Path) {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(ballast)
        .expect("a file");
    for size in [64 * 1024, 4096, 512] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
}

/// Whether a copy of the database is whole.
async fn is_whole(disk: &Path) {
    let copy = tempfile::tempdir().expect("a folder");
    for name in ["janua.db", "janua.db-wal"] {
        std::fs::copy(disk.join(name), copy.path().join(name)).expect("a copy");
    }
    let options = SqliteConnectOptions::new().filename(copy.path().join("janua.db"));
    let mut connection = SqliteConnection::connect_with(&options).await.expect("it opens");
    for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
        let rows: Vec<(String,)> = sqlx::query_as(check)
            .fetch_all(&mut connection)
            .await
            .expect("it is checked");
        assert!(rows.iter().all(|(it,)| it == "ok"), "{check}: {rows:?}");
    }
}

#[tokio::test]
async fn a_full_disk_stops_writes_and_nothing_else() {
    if !can_mount() {
        eprintln!(
            "SKIPPED: this machine lets nobody mount a small disk, so nothing is known about full ones"
        );
        return;
    }
    let home = Home::embedded();
    let folder = home.path().join("disk");
    std::fs::create_dir(&folder).expect("a folder");
    let start = [&PRIVATELY[..], &["sh"]].concat();
    let home = home
        .with("JANUA_DATA_DIR", &folder.display().to_string())
        .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .with("RATE_LIMIT_ENABLED", "false")
        .with("REQUIRE_EMAIL_VERIFICATION", "false")
        .started_by(&start);
    let program = home.serves().await;
    let disk = PathBuf::from(format!("/proc/{}/root{}", program.id(), folder.display()));
    assert!(
        disk.join("janua.db").exists(),
        "the database is on the small disk"
    );

    let mut acknowledged = vec!["ada@example.com".to_owned()];
    register(&program, &acknowledged[0]).await.accepted();
    let session = login(&program, "ada@example.com").await.accepted();
    let access = session.str("/tokens/access_token");
    let mut refresh = session.str("/tokens/refresh_token");
    let me = async || {
        program
            .send(Method::GET, "/api/v1/users/me", |it| it.bearer_auth(&access))
            .await
    };
    let refreshes = async |token: &str| {
        program
            .post("/api/v1/auth/refresh", &json!({"refresh_token": token}))
            .await
    };

    for round in 0..3 {
        let ballast = disk.join("ballast");
        fill(&ballast);
        let mut refused = 0;
        for number in 0.. {
            assert!(number < 5000, "the disk is never full");
            let email = format!("person-{round}-{number}@example.com");
            let answer = register(&program, &email).await;
            if answer.status.is_success() {
                acknowledged.push(email);
                fill(&ballast);
                continue;
            }
            is_excused(&program, &answer);
            refused += 1;
            if refused == 10 {
                break;
            }
        }
        is_excused(&program, &login(&program, "ada@example.com").await);
        is_excused(&program, &refreshes(&refresh).await);
        me().await.accepted();
        program.get("/.well-known/jwks.json").await.accepted();
        program.get("/live").await.accepted();
        let known = login(&program, "nobody@example.com").await;
        assert!([401, 503].contains(&known.status.as_u16()), "{}", known.text);

        std::fs::remove_file(&ballast).expect("room is made");
        // Who was refused shows the same token again.
        refresh = refreshes(&refresh).await.accepted().str("/refresh_token");
        let late = format!("late-{round}@example.com");
        register(&program, &late).await.accepted();
        acknowledged.push(late);
        for email in &acknowledged {
            login(&program, email).await.accepted();
        }
        is_whole(&disk).await;
    }
    let causes: Vec<_> = program.log().iter().map(ToString::to_string).collect();
    assert!(
        causes
            .iter()
            .any(|line| line.contains("database or disk is full")),
        "the log names the disk: {causes:?}"
    );
    assert!(program.stops().await.success());
}
