//! The `janua` program with a folder, an environment and a store of its own.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use janua::io::db::migrate::{self, Target};
use janua::io::db::{Db, Querier};
use janua::params;
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use super::eventually;
use crate::support::{Answer, TestJanua};

/// Where the program runs: its working folder, and all the environment that it sees.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    settings: Vec<(String, String)>,
    /// What starts the program, when it is not started as it is.
    before: Vec<String>,
}

impl Home {
    /// A folder and nothing else: the embedded default, with a cheap hash and a free port.
    pub(crate) fn embedded() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Self {
            folder,
            settings: Vec::new(),
            before: Vec::new(),
        };
        let cheap = home
            .with("ARGON2_MEMORY_KIB", "64")
            .with("ARGON2_ITERATIONS", "1")
            .with("PORT", "0");
        cheap
            .with("SHUTDOWN_DELAY_SECONDS", "0")
            .with("HASH_QUEUE", "256")
    }

    /// An empty store: PostgreSQL and Redis when the test run hands them over, else the embedded default.
    pub(crate) async fn with_empty_store() -> Self {
        let janua = TestJanua::start().await;
        let mut home = Self::embedded();
        for (name, value) in &janua.settings {
            if name.starts_with("DATABASE_") || name.starts_with("REDIS_") || name == "JANUA_MASTER_KEY" {
                home = home.with(name, value);
            }
        }
        migrate::down(&janua.app.db, Target::Revision("base".to_owned()))
            .await
            .expect("the way back");
        let mut db: &Db = &janua.app.db;
        for drop in ["DROP TABLE alembic_version", "DROP TABLE migrations"] {
            db.execute(drop, params![]).await.expect("it is there");
        }
        janua.app.db.close().await;
        home
    }

    /// The same with a setting of one's own.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(it, _)| it != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, started by something that becomes the program in the end.
    pub(crate) fn started_by(mut self, words: &[&str]) -> Self {
        self.before = words.iter().map(|it| (*it).to_owned()).collect();
        self
    }

    /// The same without a setting.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(it, _)| it != name);
        self
    }

    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        self.settings.clone()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An order to the program, not yet given.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.before.iter().map(String::as_str).collect::<Vec<_>>();
        words.push(env!("CARGO_BIN_EXE_janua"));
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .current_dir(self.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Gives an order and waits for its end.
    pub(crate) fn order(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments).output().expect("the program starts"))
    }

    /// Gives an order and types something.
    pub(crate) fn order_typing(&self, arguments: &[&str], typed: &str) -> Done {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut input = child.stdin.take().expect("an input");
        // An order that wants no input may have ended.
        let _ = input.write_all(typed.as_bytes());
        drop(input);
        Done::of(child.wait_with_output().expect("an end"))
    }

    /// Starts the server, without waiting for anything.
    pub(crate) fn starts(&self) -> Program {
        let mut child = self.command(&["serve"]).spawn().expect("the program starts");
        let (stdout, stderr) = (Arc::default(), Arc::default());
        collect(child.stdout.take().expect("an output"), &stdout);
        collect(child.stderr.take().expect("an output"), &stderr);
        #[expect(clippy::disallowed_methods, reason = "a test is a client from outside")]
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Program {
            child,
            stdout,
            stderr,
            address: None,
            http,
        }
    }

    /// Starts the server and waits until it is ready.
    pub(crate) async fn serves(&self) -> Program {
        let mut program = self.starts();
        program.is_ready().await;
        program
    }
}

/// How an order ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// It went well.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// It ended with this code, and said why.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.stderr.trim().is_empty(), "it failed without a word");
        self
    }

    /// The answer of an order that was given with `--json`.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {:?}", self.stdout))
    }
}

/// A running server; it is killed when nobody holds it any more.
pub(crate) struct Program {
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    address: Option<SocketAddr>,
    http: reqwest::Client,
}

impl Program {
    /// Waits for the line that says so; gives the address in it.
    pub(crate) async fn is_ready(&mut self) -> SocketAddr {
        let ready = async || {
            if let Some(status) = self.child.try_wait().expect("its state") {
                panic!("it ended with {status}: {}{}", self.stdout(), self.stderr());
            }
            let line = self
                .log()
                .into_iter()
                .find(|it| it["message"] == "janua is ready")?;
            line["address"].as_str()?.parse().ok()
        };
        let address = eventually("the program is ready", ready).await;
        self.address = Some(address);
        address
    }

    /// Waits until it takes connections there, for a server whose log says nothing of it.
    pub(crate) async fn listens_on(&mut self, port: &str) {
        let address: SocketAddr = format!("127.0.0.1:{port}").parse().expect("a port");
        let listens = async || tokio::net::TcpStream::connect(address).await.ok();
        eventually("the program listens", listens).await;
        self.address = Some(address);
    }

    /// Where it listens, once that is known.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Every line of its log so far.
    pub(crate) fn log(&self) -> Vec<Value> {
        let text = self.stdout();
        // The last line may still be on its way.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|it| panic!("{it} in {line:?}")))
            .collect()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout.lock().expect("the output")).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.lock().expect("the output")).into_owned()
    }

    /// Sends a request; an error when nobody answers.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> reqwest::Result<Answer> {
        let url = format!("http://{}{path}", self.address().expect("it was ready"));
        let response = change(self.http.request(method, url)).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer {
            status,
            headers,
            text,
        })
    }

    /// Sends a request to a server that is there.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        let sent = self.try_send(method, path, change).await;
        sent.unwrap_or_else(|error| panic!("{error:?}: {}{}", self.stdout(), self.stderr()))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |it| it).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, |it| it.json(body)).await
    }

    /// Its number among the processes.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .expect("kill is there");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) async fn ends(&mut self) -> ExitStatus {
        eventually("the program ends", async || {
            self.child.try_wait().expect("its state")
        })
        .await
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stops(mut self) -> ExitStatus {
        self.signal("TERM");
        self.ends().await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) {
    let into = into.clone();
    std::thread::spawn(move || {
        let mut chunk = [0; 8192];
        while let Ok(read @ 1..) = from.read(&mut chunk) {
            into.lock().expect("the output").extend(&chunk[..read]);
        }
    });
}
