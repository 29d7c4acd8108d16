//! The command line: `janua serve` and what an operator needs beside it.
//!
//! Exit codes: 0 done, 1 the configuration or the environment is wrong or the order failed, 2 the order was not
//! understood, 3 what was asked for does not exist.

mod cache;
mod generate;
mod health;
mod keys;
mod maintenance;
mod migrate;
mod output;
mod remote;
mod serve;
mod users;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{App, World};
use crate::config::{Config, Env, Problem};
use output::Output;

/// A self-hosted authentication platform that explains its own troubles.
#[derive(Parser)]
#[command(
    name = "janua",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Arguments {
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    order: Order,
}

#[derive(Subcommand)]
enum Order {
    /// Run the server.
    #[command(after_help = "Examples:\n  janua serve\n  PORT=8080 LOG_FORMAT=text janua serve --workers 4")]
    Serve(serve::Arguments),
    /// Look at the database schema and change its version.
    #[command(subcommand)]
    Migrate(migrate::Order),
    /// Make, find, list and unlock users.
    #[command(subcommand)]
    Users(users::Order),
    /// Make signing keys and compare them.
    #[command(subcommand)]
    Keys(keys::Order),
    /// Look at the cache of a running server and drop copies.
    #[command(subcommand)]
    Cache(cache::Order),
    /// Begin and end maintenance.
    #[command(subcommand)]
    Maintenance(maintenance::Order),
    /// Ask a running server how it is.
    Health(health::Arguments),
    /// Tell the version.
    #[command(after_help = "Examples:\n  janua version\n  janua version --json")]
    Version,
    /// Write the OpenAPI document and the reference pages into this checkout.
    #[command(hide = true)]
    Generate(generate::Arguments),
}

/// Why an order did not succeed.
#[derive(Debug)]
enum Failure {
    /// Something is wrong; the text says what to do.
    Wrong(String),
    /// What was asked for does not exist.
    Absent(String),
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let chain = std::iter::successors(Some(&error as &dyn std::error::Error), |it| it.source());
        let mut texts: Vec<String> = chain.map(ToString::to_string).collect();
        texts.dedup();
        Self::Wrong(texts.join(": "))
    }
}

/// Runs the program; gives its exit code.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output { json: arguments.json };
    // The one place that chooses who does cryptography for TLS.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let done = match arguments.order {
        Order::Serve(order) => serve::run(order),
        Order::Migrate(order) => block_on(migrate::run(order, output)),
        Order::Users(order) => block_on(users::run(order, output)),
        Order::Keys(order) => keys::run(order, output),
        Order::Cache(order) => block_on(cache::run(order, output)),
        Order::Maintenance(order) => block_on(maintenance::run(order, output)),
        Order::Health(order) => block_on(health::run(order, output)),
        Order::Version => {
            let version = env!("CARGO_PKG_VERSION");
            output.show(&serde_json::json!({"version": version}), || {
                format!("janua {version}")
            });
            Ok(())
        }
        Order::Generate(order) => generate::run(&order),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Wrong(text)) => {
            eprintln!("janua: {text}");
            ExitCode::from(1)
        }
        Err(Failure::Absent(text)) => {
            eprintln!("janua: {text}");
            ExitCode::from(3)
        }
    }
}

fn block_on(order: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(order)
}

/// Reads the configuration of this process.
fn config() -> Result<Config, Failure> {
    Config::read(&Env::of_process()).map_err(|problems| Failure::Wrong(told(&problems)))
}

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|it| format!("  - {it}")).collect();
    let noun = if problems.len() == 1 {
        "problem"
    } else {
        "problems"
    };
    format!(
        "the configuration has {} {noun}:\n{}",
        problems.len(),
        lines.join("\n")
    )
}

/// Connects to everything, for an order that works on the same data as the server.
async fn app() -> Result<App, Failure> {
    App::build(config()?, World::default())
        .await
        .map_err(Failure::Wrong)
}
