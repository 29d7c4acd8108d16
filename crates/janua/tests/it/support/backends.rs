//! What a server stands on, as programs of a test's own that it may kill, pause and start again on the same port.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use janua::io::random::Random;
use tokio::net::TcpStream;

use super::handed_over;
use crate::process::eventually;

/// A program and all its processes.
pub(crate) struct Backend {
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    program: PathBuf,
    arguments: Vec<String>,
    child: Child,
}

impl Backend {
    /// A PostgreSQL; `None` when the test run hands over no programs to start.
    pub(crate) async fn postgres() -> Option<Self> {
        let (programs, folder, port) = Self::place("postgres")?;
        let made = Command::new(programs.join("initdb"))
            .args([
                "-U",
                "janua",
                "-A",
                "trust",
                "-N",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-D",
            ])
            .arg(&folder)
            .current_dir(folder.parent()?)
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let at = folder.display();
        let arguments = [
            format!("-D{at}"),
            format!("--port={port}"),
            "--listen_addresses=127.0.0.1".to_owned(),
            format!("--unix_socket_directories={at}"),
        ];
        let postgres = Self::start(programs.join("postgres"), folder, port, arguments.into());
        postgres.is_ready().await;
        Some(postgres)
    }

    /// A Redis that keeps nothing over a restart.
    pub(crate) async fn redis() -> Option<Self> {
        let (programs, folder, port) = Self::place("redis")?;
        let (port_text, at) = (port.to_string(), folder.parent()?.display().to_string());
        let arguments = [
            "--bind",
            "127.0.0.1",
            "--port",
            &port_text,
            "--save",
            "",
            "--dir",
            &at,
        ];
        let arguments = arguments.map(str::to_owned).into();
        let redis = Self::start(programs.join("redis-server"), folder, port, arguments);
        redis.is_ready().await;
        Some(redis)
    }

    /// A mail server without encryption; see `scripts/smtp-sink` for what it does on order.
    pub(crate) async fn mail() -> Option<Self> {
        let (programs, folder, port) = Self::place("mail")?;
        std::fs::create_dir_all(&folder).expect("a folder");
        let arguments = vec![folder.display().to_string(), port.to_string()];
        let mail = Self::start(programs.join("smtp-sink"), folder, port, arguments);
        mail.is_ready().await;
        Some(mail)
    }

    /// A pgbouncer in transaction mode in front of this PostgreSQL, with settings of one's own.
    pub(crate) async fn pooler(&self, own: &str) -> Option<Self> {
        let (programs, folder, port) = Self::place("pooler")?;
        let upstream = self.port;
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={upstream} user=janua\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 4\nmax_client_conn = 200\n{own}"
        );
        let file = folder.with_extension("ini");
        std::fs::write(&file, settings).expect("its settings");
        let pooler = Self::start(
            programs.join("pgbouncer"),
            folder,
            port,
            vec![file.display().to_string()],
        );
        pooler.is_ready().await;
        Some(pooler)
    }

    /// A time server that is sure of its own clock and leaves that of the machine alone.
    pub(crate) async fn chrony() -> Option<Self> {
        let (programs, folder, port) = Self::place("chrony")?;
        let pid_file = folder.with_extension("pid");
        let settings = format!(
            "port {port}\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 5\ncmdport 0\nbindcmdaddress /\n\
             pidfile {}\n",
            pid_file.display()
        );
        let file = folder.with_extension("conf");
        std::fs::write(&file, settings).expect("its settings");
        let arguments = ["-U", "-x", "-d", "-f", &file.display().to_string()].map(str::to_owned);
        let chrony = Self::start(programs.join("chronyd"), folder, port, arguments.into());
        eventually("chronyd is ready", async || pid_file.exists().then_some(())).await;
        Some(chrony)
    }

    /// The programs, a folder that is not there yet, and a free port.
    fn place(name: &str) -> Option<(PathBuf, PathBuf, u16)> {
        let programs = PathBuf::from(handed_over("JANUA_TEST_PG_BIN")?);
        let scratch = PathBuf::from(handed_over("JANUA_TEST_SCRATCH")?);
        let folder = scratch.join(format!("{name}-{}", hex::encode(Random::System.bytes::<6>())));
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|it| it.local_addr())
            .expect("a port")
            .port();
        Some((programs, folder, port))
    }

    fn start(program: PathBuf, folder: PathBuf, port: u16, arguments: Vec<String>) -> Self {
        let child = run(&program, &arguments, &folder);
        Self {
            port,
            folder,
            program,
            arguments,
            child,
        }
    }

    async fn is_ready(&self) {
        let what = format!("{} is ready", self.program.display());
        let pid_file = self.folder.join("postmaster.pid");
        let ready = async || {
            if self.program.ends_with("postgres") {
                let text = std::fs::read_to_string(&pid_file).ok()?;
                return text.trim_end().ends_with("ready").then_some(());
            }
            TcpStream::connect(("127.0.0.1", self.port)).await.ok().map(drop)
        };
        eventually(&what, ready).await;
    }

    /// Kills it outright with all its processes, and waits until they are gone.
    pub(crate) fn kill(&mut self) {
        let all = self.processes();
        signal("KILL", &all);
        self.child.wait().expect("it ends");
        while all[1..].iter().any(|id| runs(*id)) {
            std::thread::yield_now();
        }
        let _ = std::fs::remove_file(self.folder.join("postmaster.pid"));
    }

    /// Ends it by a signal, and waits: INT shuts PostgreSQL down fast, QUIT without a checkpoint, as after a crash.
    pub(crate) fn end(&mut self, name: &str) {
        signal(name, &[self.child.id()]);
        self.child.wait().expect("it ends");
    }

    /// Starts it again where it was.
    pub(crate) async fn restart(&mut self) {
        self.child = run(&self.program, &self.arguments, &self.folder);
        self.is_ready().await;
    }

    /// Stops it in its tracks, with all its processes.
    pub(crate) fn pause(&self) {
        signal("STOP", &self.processes());
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        signal("CONT", &self.processes());
    }

    /// Itself and its children.
    fn processes(&self) -> Vec<u32> {
        let mut all = vec![self.child.id()];
        for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
            let Ok(id) = entry.file_name().to_string_lossy().parse() else {
                continue;
            };
            if after_name(id).and_then(|it| it.split_whitespace().nth(1)?.parse().ok())
                == Some(self.child.id())
            {
                all.push(id);
            }
        }
        all
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|it| it.is_none()) {
            self.kill();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// State, parent and more of a process: what follows its name, which stands in brackets and may hold anything.
fn after_name(id: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    Some(stat.rsplit(')').next()?.trim_start().to_owned())
}

fn runs(id: u32) -> bool {
    after_name(id).is_some_and(|it| !it.starts_with('Z'))
}

fn run(program: &Path, arguments: &[String], folder: &Path) -> Child {
    let folder = if folder.is_dir() {
        folder
    } else {
        folder.parent().expect("a parent")
    };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the program starts")
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
