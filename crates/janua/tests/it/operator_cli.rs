//! An operator at the command line: the real binary, on the store that the test run hands over.

mod accounts;
mod audit;
mod database;
mod email;
mod organizations;
mod settings;
mod sms;
mod sso;
mod tokens;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use janua::io::clock::Clock;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{TestJanua, handed_over};

/// What an order gave.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {}{}", self.out, self.err))
    }
}

/// An operator with a shell of their own: a folder, settings, and nothing else in the environment.
pub(crate) struct Operator {
    settings: Vec<(String, String)>,
    folder: TempDir,
}

impl Operator {
    pub(crate) fn new(settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::with(settings.collect())
    }

    /// On the machine of this server: the same settings, the same store.
    pub(crate) fn of(janua: &TestJanua) -> Self {
        Self::with(janua.settings.clone())
    }

    pub(crate) fn with(settings: Vec<(String, String)>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { settings, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn does(&self, order: &str) -> Done {
        self.types(order, "")
    }

    fn types(&self, order: &str, input: &str) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_janua"));
        command.args(order.split(' '));
        self.run_with(command, input)
    }

    /// Another program, with the settings and in the folder of this operator.
    pub(crate) fn runs(&self, command: Command) -> Done {
        self.run_with(command, "")
    }

    fn run_with(&self, mut command: Command, input: &str) -> Done {
        let mut child = command
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Who does not read its input may have closed it.
        let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
        let done = child.wait_with_output().expect("the program ends");
        Done {
            code: done.status.code().expect("a code"),
            out: String::from_utf8(done.stdout).expect("text"),
            err: String::from_utf8(done.stderr).expect("text"),
        }
    }
}

/// A server whose clock is right, as that of the program is.
pub(crate) async fn of_today() -> TestJanua {
    let janua = TestJanua::start().await;
    janua.advance(Clock::System.now() - janua.app.clock.now());
    janua
}

pub(crate) fn on_postgres() -> bool {
    handed_over("JANUA_TEST_DATABASE_URL").is_some()
}
