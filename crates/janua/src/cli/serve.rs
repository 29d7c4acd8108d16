//! `janua serve`.

use std::io::Write;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, config};
use crate::app::{App, World};
use crate::config::Config;
use crate::http::{metrics, server};
use crate::logging::{self, Levels};
use crate::registration::bootstrap;
use crate::worker;

#[derive(Args)]
pub(super) struct Arguments {
    /// Threads that serve requests, instead of WORKERS.
    #[arg(long)]
    workers: Option<usize>,
    /// Requests in work at once, instead of `LIMIT_CONCURRENCY`.
    #[arg(long)]
    limit_concurrency: Option<usize>,
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
    let outcome = runtime
        .build()?
        .block_on(serve(config, std::mem::take(&mut logs.levels)));
    logs.stop();
    outcome
}

async fn serve(config: Config, levels: Levels) -> Result<(), Failure> {
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener = listen(&config.server.host, config.server.port, "HOST or PORT").await?;
    let local = listener.local_addr()?;
    let figures = &config.metrics;
    let figures = match figures.port.filter(|_| figures.enabled) {
        Some(port) => Some(listen(&figures.host, port, "METRICS_HOST or METRICS_PORT").await?),
        None => None,
    };
    let app = App::build(config, World::default())
        .await
        .map_err(Failure::Wrong)?;
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

async fn listen(host: &str, port: u16, choose: &str) -> Result<TcpListener, Failure> {
    let address = format!("{host}:{port}");
    TcpListener::bind(&address).await.map_err(|error| {
        Failure::Wrong(format!(
            "cannot listen on {address}: {error}; choose another {choose}"
        ))
    })
}

/// Says where to go, and makes the first administrator.
async fn greet(app: &App, local: std::net::SocketAddr) -> Result<(), Failure> {
    tracing::info!(
        address = %local,
        version = env!("CARGO_PKG_VERSION"),
        engine = ?app.db.engine(),
        cache = app.cache.stats().backend,
        "janua is ready"
    );
    let first = bootstrap::first_admin(app).await?;
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
