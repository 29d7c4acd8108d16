//! Measures Janua beside the limits that physics sets it, in one run on one machine.
//!
//! `make bench` builds everything for release and starts this program. It starts the server as a process of its own,
//! sends it load over the loopback, and measures next to it what the same cores do without a server: bare Argon2id, bare
//! RS256, and a server of the same stack that says hello. What counts is the ratio; see `README.md` beside this folder.

#[expect(dead_code, reason = "its other half is for tests that lie")]
#[path = "../../crates/janua/tests/it/passkeys/authenticator.rs"]
mod authenticator;
mod client;
mod growth;
mod limits;
mod organizations;
mod passkey;
mod report;
mod server;
mod workload;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::passkey::Passkey;
use crate::report::Report;
use crate::server::Server;

/// How long each figure is measured, unless `BENCH_SECONDS` says otherwise.
const WINDOW: u64 = 10;

/// What is measured: everything, or the figures that `BENCH_ONLY` names, separated by commas.
struct Choice {
    window: Duration,
    only: Option<String>,
}

impl Choice {
    fn read() -> Result<Self> {
        let seconds = server::variable("BENCH_SECONDS").map_or(Ok(WINDOW), |it| it.parse());
        Ok(Self {
            window: Duration::from_secs(seconds.context("BENCH_SECONDS is a number of seconds")?),
            only: server::variable("BENCH_ONLY"),
        })
    }

    fn has(&self, name: &str) -> bool {
        self.only
            .as_deref()
            .is_none_or(|only| only.split(',').any(|it| it == name))
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.next().as_deref() {
        Some("hello") => runtime.block_on(limits::say_hello()),
        Some(binary) => runtime.block_on(measure(
            PathBuf::from(binary),
            arguments.next().map(PathBuf::from),
        )),
        None => anyhow::bail!("usage: janua-bench BINARY [FOLDER FOR THE RESULTS]"),
    }
}

async fn measure(binary: PathBuf, folder: Option<PathBuf>) -> Result<()> {
    let binary = binary
        .canonicalize()
        .context("the binary is not there; `make bench` builds it")?;
    let store = server::store_name();
    let choice = Choice::read()?;
    println!(
        "Measuring {} on {store}, {} s for each figure",
        binary.display(),
        choice.window.as_secs()
    );
    let mut report = Report::new(store);
    if choice.has("footprint") {
        footprint(&binary, &mut report).await?;
    }
    throughput(&binary, &mut report, &choice).await?;
    if choice.has("growth") {
        growth::measure(&binary, &mut report).await?;
    }
    if choice.has("organizations") {
        organizations::measure(&binary, &mut report).await?;
    }
    if choice.only.is_some() {
        return Ok(());
    }
    report.write(folder.unwrap_or_else(|| PathBuf::from("bench")).as_path())
}

/// What the server takes before anybody asks it for anything.
async fn footprint(binary: &std::path::Path, report: &mut Report) -> Result<()> {
    let size = std::fs::metadata(binary)?.len();
    report.figure("binary_mib", server::mib(size), "MiB");
    let mut server = Server::start(binary).await?;
    let mut times = Vec::new();
    for _ in 0..9 {
        server = server.restart().await?;
        times.push(server.ready_after.as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    report.figure("ready_ms", times[times.len() / 2], "ms");
    tokio::time::sleep(Duration::from_secs(5)).await;
    report.figure("idle_rss_mib", server.memory_mib()?, "MiB");
    server.stop().await
}

/// Each kind of request beside its limit. Limit and server take turns, so that both meet the same weather.
async fn throughput(binary: &std::path::Path, report: &mut Report, choice: &Choice) -> Result<()> {
    let window = choice.window;
    let server = Server::start(binary).await?;
    let people = workload::register(&server, 64).await?;
    let hello = limits::Hello::start().await?;

    if choice.has("sign_in") {
        let bare = limits::argon2id(window);
        let signed_in = workload::sign_ins(&server, &people, 8, window).await?;
        report.beside("sign_in", signed_in.per_second(), bare, "1/s");
        report.figure("storm_rss_mib", server.memory_mib()?, "MiB");
    }
    if choice.has("refresh") {
        let bare = limits::rs256(window);
        let refreshed = workload::refreshes(&server, &people, window).await?;
        report.beside("refresh", refreshed.per_second(), bare, "1/s");
    }
    if choice.has("users_me") {
        let bare = workload::gets(hello.port, "/hello", window).await?;
        let me = workload::users_me(&server, &people, window).await?;
        report.beside("users_me", me.per_second(), bare.per_second(), "1/s");
    }
    if choice.has("jwks") {
        let bare = workload::gets(hello.port, "/hello", window).await?;
        let jwks = workload::gets(server.port, "/.well-known/jwks.json", window).await?;
        report.beside("jwks", jwks.per_second(), bare.per_second(), "1/s");
    }
    if choice.has("storm") {
        storm(&server, &people, report, window).await?;
    }
    if choice.has("passkey") {
        overload(&server, &people, report, window).await?;
    }
    hello.stop().await?;
    server.stop().await
}

/// How long short answers take while others sign in as fast as they can.
async fn storm(
    server: &Server,
    people: &[workload::Person],
    report: &mut Report,
    window: Duration,
) -> Result<()> {
    let calm = workload::paced_users_me(server, people, window).await?;
    report.figure("users_me_p99_ms_calm", calm.percentile(99.0), "ms");
    let storm = workload::sign_ins(server, people, 16, window + Duration::from_secs(2));
    let paced = workload::paced_users_me(server, people, window);
    let (storm, paced) = tokio::join!(storm, paced);
    storm?;
    report.figure(
        "users_me_p99_ms_under_sign_in_storm",
        paced?.percentile(99.0),
        "ms",
    );
    report.figure("sessions_rss_mib", server.memory_mib()?, "MiB");
    Ok(())
}

/// How long a sign-in with a passkey takes while more people sign in with passwords than hashes can wait.
async fn overload(
    server: &Server,
    people: &[workload::Person],
    report: &mut Report,
    window: Duration,
) -> Result<()> {
    let mut passkeys = Vec::new();
    for person in people.iter().take(4) {
        passkeys.push(Passkey::add(server, person).await?);
    }
    let storm = workload::too_many_sign_ins(server.port, people, window + Duration::from_secs(2))?;
    let paced = passkey::paced_sign_ins(server, passkeys, window).await;
    storm.ends().await?;
    report.figure(
        "passkey_p99_ms_under_sign_in_storm",
        paced?.percentile(99.0),
        "ms",
    );
    Ok(())
}
