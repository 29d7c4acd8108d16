//! PostgreSQL's own programs, `pg_dump` and `pg_restore`.
//!
//! They are told of the database in their environment: what stands among the arguments of a program, everybody may read.
//! Row-level security holds the owner of our tables too; `janua.tenant=*` opens it, as it does for work of the platform.

use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow, bail};
use percent_encoding::percent_decode_str;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::config::Database;
use crate::io::db::tables::Table;

/// The programs, and how they reach the database.
pub(super) struct Programs {
    variables: Vec<(&'static str, String)>,
}

/// A program that runs.
pub(super) struct Running {
    name: &'static str,
    child: Child,
    complaints: Option<JoinHandle<String>>,
}

impl Programs {
    pub(super) fn of(settings: &Database) -> Result<Self> {
        let url = settings.url.reveal();
        let options: PgConnectOptions = url.parse()?;
        let host = options.get_socket().map(|it| it.display().to_string());
        let own = options.get_options().unwrap_or_default();
        let mode = match options.get_ssl_mode() {
            PgSslMode::Disable => "disable",
            PgSslMode::Allow => "allow",
            PgSslMode::Prefer => "prefer",
            PgSslMode::Require => "require",
            PgSslMode::VerifyCa => "verify-ca",
            PgSslMode::VerifyFull => "verify-full",
        };
        let mut variables = vec![
            ("PGHOST", host.unwrap_or_else(|| options.get_host().to_owned())),
            ("PGPORT", options.get_port().to_string()),
            ("PGUSER", options.get_username().to_owned()),
            ("PGSSLMODE", mode.to_owned()),
            ("PGOPTIONS", format!("{own} -c janua.tenant=*").trim().to_owned()),
            ("PGAPPNAME", "janua-backup".to_owned()),
            ("PGTZ", "UTC".to_owned()),
        ];
        variables.push((
            "PGDATABASE",
            options
                .get_database()
                .unwrap_or(options.get_username())
                .to_owned(),
        ));
        // These three the options do not give back.
        let parsed = reqwest::Url::parse(url).context("DATABASE_URL cannot be understood")?;
        if let Some(password) = parsed.password() {
            variables.push((
                "PGPASSWORD",
                percent_decode_str(password).decode_utf8()?.into_owned(),
            ));
        }
        for (name, value) in parsed.query_pairs() {
            let variable = match &*name {
                "password" => "PGPASSWORD",
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
                "sslcert" | "ssl-cert" => "PGSSLCERT",
                "sslkey" | "ssl-key" => "PGSSLKEY",
                _ => continue,
            };
            variables.push((variable, value.into_owned()));
        }
        Ok(Self { variables })
    }

    /// For what looks at files only.
    pub(super) const fn without_database() -> Self {
        Self {
            variables: Vec::new(),
        }
    }

    /// Writes these tables, as a snapshot shows them, into a file that is there.
    pub(super) fn dump(
        &self,
        file: &Path,
        schema: &str,
        tables: &[Table],
        snapshot: &str,
    ) -> Result<Running> {
        let mut arguments: Vec<String> = ["--format=custom", "--enable-row-security", "--no-owner"]
            .map(str::to_owned)
            .to_vec();
        arguments.push("--no-privileges".to_owned());
        arguments.push("--no-password".to_owned());
        arguments.push(format!("--snapshot={snapshot}"));
        arguments.push(format!("--file={}", file.display()));
        for table in tables {
            arguments.push(format!("--table=\"{schema}\".\"{}\"", table.name));
        }
        self.start("pg_dump", &arguments, Stdio::null())
    }

    /// Writes the rows of an archive as text to its output.
    pub(super) fn print(&self, file: &Path) -> Result<Running> {
        let arguments = ["--data-only", "--file=-"].map(str::to_owned);
        let arguments = [&arguments[..], &[file.display().to_string()]].concat();
        self.start("pg_restore", &arguments, Stdio::piped())
    }

    /// Brings an archive into the database: all of it or nothing.
    pub(super) fn restore(&self, file: &Path, replace: bool) -> Result<Running> {
        let mut arguments: Vec<String> = ["--single-transaction", "--exit-on-error", "--no-owner"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(["--no-privileges".to_owned(), "--no-password".to_owned()]);
        if replace {
            arguments.extend(["--clean".to_owned(), "--if-exists".to_owned()]);
        }
        let database = self.variables.iter().find(|(name, _)| *name == "PGDATABASE");
        arguments.push(format!("--dbname={}", database.map_or("", |(_, it)| it)));
        arguments.push(file.display().to_string());
        self.start("pg_restore", &arguments, Stdio::null())
    }

    fn start(&self, name: &'static str, arguments: &[String], output: Stdio) -> Result<Running> {
        let started = Command::new(name)
            .args(arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!(
                "{name} is not here; it comes with PostgreSQL's programs (Debian, Ubuntu and Alpine: \
                 postgresql-client, Fedora: postgresql), of the version of the server or newer"
            ),
            Err(error) => return Err(error).with_context(|| format!("{name} cannot be started")),
        };
        let complaints = child.stderr.take().map(collect);
        Ok(Running {
            name,
            child,
            complaints,
        })
    }
}

/// Reads to the end beside everything else, so that the program never waits for a reader.
fn collect(mut from: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until then is told.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

impl Running {
    /// What it writes.
    pub(super) fn output(&mut self) -> Result<std::process::ChildStdout> {
        self.child.stdout.take().context("its output was taken")
    }

    /// Waits for its end.
    pub(super) fn ends(mut self) -> Result<()> {
        let status = self.child.wait()?;
        let complaints = self
            .complaints
            .take()
            .and_then(|it| it.join().ok())
            .unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let complaints = complaints.trim();
        let advice = if complaints.contains("server version mismatch") {
            "; install PostgreSQL's programs in the version of the server or a newer one"
        } else {
            ""
        };
        Err(anyhow!("{} failed ({status}): {complaints}{advice}", self.name))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nobody waits for one whose order failed; one that has ended is not there to be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
