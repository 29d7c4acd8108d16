//! A PostgreSQL of our own that is stopped in the middle of everything, and comes back.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use janua::io::random::Random;
use serde_json::json;

use super::states;
use crate::process::eventually;
use crate::support::{Answer, PASSWORD, TestJanua, handed_over};

struct OwnPostgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    child: Child,
}

impl OwnPostgres {
    /// `None` when the test run hands over no programs to start.
    async fn start() -> Option<Self> {
        let programs = PathBuf::from(handed_over("JANUA_TEST_PG_BIN")?);
        let scratch = PathBuf::from(handed_over("JANUA_TEST_SCRATCH")?);
        let folder = scratch.join(format!("postgres-{}", hex::encode(Random::System.bytes::<6>())));
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args([
            "-U",
            "janua",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-D",
        ]);
        let made = initdb
            .arg(&folder)
            .current_dir(&scratch)
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .expect("a port")
            .port();
        let child = run(&programs, &folder, port);
        let postgres = Self {
            programs,
            folder,
            port,
            child,
        };
        postgres.is_ready().await;
        Some(postgres)
    }

    async fn is_ready(&self) {
        let pid_file = self.folder.join("postmaster.pid");
        let ready = async || {
            std::fs::read_to_string(&pid_file)
                .ok()?
                .trim_end()
                .ends_with("ready")
                .then_some(())
        };
        eventually("PostgreSQL is ready", ready).await;
    }

    /// Ends it without a checkpoint, as a crash would.
    fn crash(&mut self) {
        signal("QUIT", &[self.child.id()]);
        self.child.wait().expect("it ends");
    }

    async fn restart(&mut self) {
        self.child = run(&self.programs, &self.folder, self.port);
        self.is_ready().await;
    }

    /// Stops or continues it with all its processes.
    fn all(&self, name: &str) {
        let mut all = vec![self.child.id()];
        for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            // The name stands in brackets and may hold anything; the parent is the second word after it.
            let parent = stat
                .rsplit(')')
                .next()
                .and_then(|it| it.split_whitespace().nth(1)?.parse::<u32>().ok());
            if parent == Some(self.child.id()) {
                all.extend(entry.file_name().to_string_lossy().parse::<u32>());
            }
        }
        signal(name, &all);
    }

    /// A server on this database that soon loses its patience.
    async fn janua(&self) -> TestJanua {
        let url = format!("postgres://janua@127.0.0.1:{}/postgres", self.port);
        let impatient = [("DATABASE_POOL_TIMEOUT", "1"), ("REQUEST_TIMEOUT_SECONDS", "3")];
        TestJanua::with(&[&impatient[..], &[("DATABASE_URL", url.as_str())]].concat()).await
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        self.all("CONT");
        self.crash();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(programs: &Path, folder: &Path, port: u16) -> Child {
    let mut command = Command::new(programs.join("postgres"));
    command
        .arg("-D")
        .arg(folder)
        .arg(format!("--port={port}"))
        .arg("--listen_addresses=127.0.0.1");
    command
        .arg(format!("--unix_socket_directories={}", folder.display()))
        .current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("postgres starts")
}

fn signal(name: &str, ids: &[u32]) {
    let ids = ids.iter().map(ToString::to_string);
    // One of them may just have ended.
    let _ = Command::new("kill")
        .args(["-s", name])
        .args(ids)
        .stderr(Stdio::null())
        .status();
}

async fn login(janua: &TestJanua) -> Answer {
    janua
        .post(
            "/api/v1/auth/login",
            json!({"email": "ada@example.com", "password": PASSWORD}),
        )
        .await
}

/// Requests are refused as long as the database is away; the process says that it is alive.
async fn assert_away(janua: &TestJanua) {
    let health = janua.get("/health").await;
    assert_eq!(
        (health.status.as_u16(), states(&health)[1].as_str()),
        (503, "unhealthy"),
        "{}",
        health.text
    );
    for refusal in [login(janua).await, janua.get("/ready").await] {
        assert_eq!(
            (refusal.status.as_u16(), refusal.str("/error")),
            (503, "SERVICE_UNAVAILABLE".to_owned())
        );
        assert!(
            refusal
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|it| it > 0),
            "{:?}",
            refusal.headers
        );
        refusal.assert_envelope();
    }
    janua.get("/live").await.accepted();
}

async fn heals(janua: &TestJanua) {
    let healthy = async || (states(&janua.get("/health").await) == ["healthy"; 4]).then_some(());
    eventually("the server is healthy again", healthy).await;
    janua.get("/ready").await.accepted();
}

#[tokio::test]
async fn after_a_crash_of_the_database_the_server_heals_by_itself() {
    let Some(mut postgres) = OwnPostgres::start().await else {
        return;
    };
    let janua = postgres.janua().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    for _ in 0..2 {
        postgres.crash();
        assert_away(&janua).await;
        postgres.restart().await;
        heals(&janua).await;
        session.get(&janua, "/api/v1/sessions").await.accepted();
        login(&janua).await.accepted();
    }
}

#[tokio::test]
async fn a_database_that_answers_nothing_keeps_nobody_waiting() {
    let Some(postgres) = OwnPostgres::start().await else {
        return;
    };
    let janua = postgres.janua().await;
    let session = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    postgres.all("STOP");
    assert_away(&janua).await;
    postgres.all("CONT");
    heals(&janua).await;
    session.get(&janua, "/api/v1/sessions").await.accepted();
    login(&janua).await.accepted();
}
