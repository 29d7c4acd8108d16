//! `janua serve`.

use std::io::Write;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, config};
use crate::app::{App, World};
use crate::config::{Config, Database};
use crate::doctor;
use crate::http::{metrics, server};
use crate::io::db::Db;
use crate::logging::{self, Levels};
use crate::registration::bootstrap;
use crate::{sealing, worker};

/// Between two tries to reach the database.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(super) struct Arguments {
    /// Threads that serve requests, instead of WORKERS.
    #[arg(long)]
    workers: Option<usize>,
    /// Requests in work at once, instead of `LIMIT_CONCURRENCY`.
    #[arg(long)]
    limit_concurrency: Option<usize>,
    /// Wait so long for a database that cannot be reached yet, instead of failing: `60s`, `5m`.
    #[arg(long, value_name = "TIME", value_parser = time)]
    wait_for_db: Option<Duration>,
}

/// A whole number of seconds, minutes or hours.
fn time(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => 0,
    };
    match count.parse::<u32>() {
        Ok(count) if seconds > 0 => Ok(Duration::from_secs(u64::from(count) * seconds)),
        _ => Err("must look like 60s, 5m or 1h".to_owned()),
    }
}

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut config = config()?;
    config.server.workers = arguments.workers.unwrap_or(config.server.workers).max(1);
    config.server.limit_concurrency = arguments
        .limit_concurrency
        .unwrap_or(config.server.limit_concurrency)
        .max(1);
    let mut logs = logging::start(&config).map_err(Failure::Wrong)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(config.server.workers).enable_all();
    let outcome = runtime.build()?.block_on(serve(
        config,
        std::mem::take(&mut logs.levels),
        arguments.wait_for_db,
    ));
    logs.stop();
    outcome
}

async fn serve(config: Config, levels: Levels, wait_for_db: Option<Duration>) -> Result<(), Failure> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener = listen(&config.server.host, config.server.port, "HOST or PORT").await?;
    let local = listener.local_addr()?;
    let figures = &config.metrics;
    let figures = match figures.port.filter(|_| figures.enabled) {
        Some(port) => Some(listen(&figures.host, port, "METRICS_HOST or METRICS_PORT").await?),
        None => None,
    };
    if let Some(patience) = wait_for_db {
        tokio::select! {
            waited = wait_for(&config.database, patience) => waited?,
            _ = term.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
        }
    }
    for it in doctor::at_start_up(&config) {
        tracing::warn!(
            code = it.code,
            cause = it.cause,
            remedy = it.remedy,
            "{}",
            it.symptom
        );
    }
    let app = App::build(config, World::default())
        .await
        .map_err(Failure::Wrong)?;
    sealing::check(&app).await.map_err(Failure::Wrong)?;
    app.levels.adopt(levels);
    let mut jobs = worker::start(&app);
    if let Some(listener) = figures {
        tracing::info!(address = %listener.local_addr()?, "metrics are served");
        let served = metrics::serve(app.clone(), listener);
        jobs.spawn(async move {
            if let Err(error) = served.await {
                tracing::error!(%error, "metrics are no longer served");
            }
        });
    }
    greet(&app, local).await?;
    let stop = async {
        tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
    };
    server::serve(app.clone(), listener, stop).await;
    drop(jobs);
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Returns when the database answers. What waiting does not mend (a wrong password, a missing database) fails at once.
async fn wait_for(settings: &Database, patience: Duration) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let left = patience.saturating_sub(began.elapsed());
        let error = match tokio::time::timeout(left.max(PAUSE), Db::connect(settings)).await {
            Ok(Ok(db)) => {
                let answered = db.ping().await;
                db.close().await;
                match answered {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                }
            }
            Ok(Err(error)) => error,
            Err(_) => return Err(given_up(patience)),
        };
        if !error.is_unavailable() {
            return Err(error.into());
        }
        if began.elapsed() + PAUSE > patience {
            return Err(given_up(patience));
        }
        tracing::info!(%error, "waiting for the database");
        tokio::time::sleep(PAUSE).await;
    }
}

fn given_up(patience: Duration) -> Failure {
    Failure::Wrong(format!(
        "DATABASE_URL: the database could not be reached for {} seconds",
        patience.as_secs()
    ))
}

async fn listen(host: &str, port: u16, choose: &str) -> Result<TcpListener, Failure> {
    let address = format!("{host}:{port}");
    TcpListener::bind(&address).await.map_err(|error| {
        Failure::Wrong(format!(
            "cannot listen on {address}: {error}; choose another {choose}"
        ))
    })
}

/// Makes the first administrator, and says where to go.
async fn greet(app: &App, local: std::net::SocketAddr) -> Result<(), Failure> {
    let first = bootstrap::first_admin(app).await?;
    tracing::info!(
        address = %local,
        version = env!("CARGO_PKG_VERSION"),
        engine = ?app.db.engine(),
        cache = app.cache.stats().backend,
        "janua is ready"
    );
    if app.config.server.is_production() {
        return Ok(());
    }
    let base = &app.config.server.base_url;
    let mut lines = vec![
        format!("Janua {} is ready at {base}", env!("CARGO_PKG_VERSION")),
        format!("  API document   {base}/docs"),
        format!("  Health         {base}/health"),
    ];
    if app.mailer.catcher().is_some() {
        lines.push(format!("  Caught mail    {base}/dev/mail"));
    }
    if let Some(admin) = first
        && let Some(password) = admin.password
    {
        lines.push("  First administrator, shown once:".to_owned());
        lines.push(format!("    {}  {}", admin.user.email, password.reveal()));
    }
    // On the terminal, not in the log: the log never holds a password.
    let mut terminal = std::io::stderr().lock();
    let _ = writeln!(terminal, "\n{}\n", lines.join("\n"));
    Ok(())
}
