//! The server under measurement: a release build as a process of its own, with a store of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::client::Client;

/// A running server.
pub(crate) struct Server {
    process: Child,
    binary: PathBuf,
    data: TempDir,
    pub(crate) port: u16,
    /// From exec to the first 200 of `/ready`.
    pub(crate) ready_after: Duration,
}

/// What stands behind the server.
pub(crate) fn store_name() -> &'static str {
    if variable("BENCH_DATABASE_URL").is_some() {
        "PostgreSQL + Redis"
    } else {
        "SQLite + memory"
    }
}

/// Settings of the measurement itself, not of Janua.
#[expect(
    clippy::disallowed_methods,
    reason = "the run hands addresses over in the environment"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

#[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52")]
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

impl Server {
    pub(crate) async fn start(binary: &Path) -> Result<Self> {
        Self::on(binary.to_owned(), tempfile::tempdir()?).await
    }

    /// Stops it and starts it again on the same store.
    pub(crate) async fn restart(mut self) -> Result<Self> {
        self.process.kill().await?;
        Self::on(self.binary, self.data).await
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        self.process.kill().await?;
        Ok(())
    }

    /// The address of its store, for measurements that fill it.
    pub(crate) fn database_url(&self) -> String {
        variable("BENCH_DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite:{}/janua.db", self.data.path().display()))
    }

    async fn on(binary: PathBuf, data: TempDir) -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(&binary);
        command
            .arg("serve")
            .env_clear()
            .current_dir(data.path())
            .env("JANUA_DATA_DIR", data.path())
            .env("PORT", port.to_string())
            // Limits and mail are not what is measured; an access log line for each request is a choice of its own.
            .env("RATE_LIMIT_ENABLED", "false")
            .env("REQUIRE_EMAIL_VERIFICATION", "false")
            .env("LOG_LEVEL", "warn")
            // Each server of a run opens what the one before has sealed.
            .env(
                "JANUA_MASTER_KEY",
                "a-master-key-for-measurements-and-nothing-else",
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if let Some(url) = variable("BENCH_DATABASE_URL") {
            command.env("DATABASE_URL", url);
        }
        if let Some(url) = variable("BENCH_REDIS_URL") {
            command.env("REDIS_URL", url);
        }
        let started = Instant::now();
        let mut process = command.spawn()?;
        let request = Client::request("GET", "/ready", None, None);
        loop {
            if let Ok(mut client) = Client::connect(port).await
                && let Ok(answer) = client.send(&request).await
                && answer.status == 200
            {
                break;
            }
            if let Some(status) = process.try_wait()? {
                bail!("the server ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Self {
            process,
            binary,
            data,
            port,
            ready_after: started.elapsed(),
        })
    }

    /// Resident memory.
    pub(crate) fn memory_mib(&self) -> Result<f64> {
        let pid = self.process.id().context("it runs")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status
            .lines()
            .find(|it| it.starts_with("VmRSS:"))
            .context("its memory")?;
        let kib: u64 = line.split_whitespace().nth(1).context("a figure")?.parse()?;
        Ok(mib(kib * 1024))
    }
}
