//! The binary as an operator runs it.

use std::process::Stdio;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{Answer, store};

/// A running `janua serve`.
pub(crate) struct Process {
    child: Child,
    lines: JoinHandle<Vec<Value>>,
    address: String,
    http: reqwest::Client,
    _data: TempDir,
}

impl Process {
    /// Starts it with these settings and waits until it says where it listens.
    pub(crate) async fn start(own: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut settings = vec![
            ("PORT".to_owned(), "0".to_owned()),
            ("JANUA_DATA_DIR".to_owned(), data.path().display().to_string()),
            (
                "DATABASE_URL".to_owned(),
                format!("sqlite:{}/janua.db", data.path().display()),
            ),
            ("ARGON2_MEMORY_KIB".to_owned(), "64".to_owned()),
            ("ARGON2_ITERATIONS".to_owned(), "1".to_owned()),
            ("SHUTDOWN_DELAY_SECONDS".to_owned(), "0".to_owned()),
        ];
        settings.extend(store().await);
        settings.extend(
            own.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut child = Command::new(env!("CARGO_BIN_EXE_janua"))
            .arg("serve")
            .env_clear()
            .envs(settings)
            .current_dir(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary runs");
        let stdout = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (found, address) = oneshot::channel();
        // Read all the time: a log that nobody reads would stop the server.
        let lines = tokio::spawn(read(stdout, found));
        let Ok(address) = address.await else {
            let ended = child.wait_with_output().await.expect("it ends");
            panic!(
                "it ended before it listened: {}",
                String::from_utf8_lossy(&ended.stderr)
            );
        };
        #[expect(clippy::disallowed_methods, reason = "a test is a client from outside")]
        let http = reqwest::Client::new();
        Self {
            child,
            lines,
            address,
            http,
            _data: data,
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("the server answers")).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// The secret in the mail that leads to `verify-email`, as soon as it was sent.
    pub(crate) async fn mailed_secret(&self, to: &str) -> String {
        loop {
            let mails = self
                .send(self.request(Method::GET, &format!("/dev/mail/messages?to={to}")))
                .await
                .text;
            let found = mails.split("verify-email?token=").nth(1);
            if let Some(rest) = found {
                return rest
                    .chars()
                    .take_while(|it| it.is_ascii_alphanumeric() || "-_".contains(*it))
                    .collect();
            }
            tokio::task::yield_now().await;
        }
    }

    /// Stops it as an orchestrator does; gives every line of its log, and what it printed beside.
    pub(crate) async fn stop(self) -> (Vec<Value>, String) {
        let pid = self.child.id().expect("it runs").to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().await;
        assert!(told.expect("kill runs").success());
        let ended = self.child.wait_with_output().await.expect("it ends");
        assert!(ended.status.success(), "{:?}", ended.status);
        (
            self.lines.await.expect("every line is a JSON object"),
            String::from_utf8_lossy(&ended.stderr).into_owned(),
        )
    }
}

/// Gives all lines in the end, and the address on the way: the system chose the port, and the log tells it.
async fn read(mut stdout: Lines<BufReader<ChildStdout>>, found: oneshot::Sender<String>) -> Vec<Value> {
    let (mut lines, mut found) = (Vec::new(), Some(found));
    while let Some(line) = stdout.next_line().await.expect("its output") {
        let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        if line["message"] == "janua is ready"
            && let Some(found) = found.take()
        {
            let _ = found.send(line["address"].as_str().expect("an address").to_owned());
        }
        lines.push(line);
    }
    lines
}
