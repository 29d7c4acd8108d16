//! The command line: `janua serve` and what an operator needs beside it.
//!
//! Exit codes: 0 done, 1 the configuration or the environment is wrong or the order failed, 2 the order was not
//! understood, 3 what was asked for does not exist.

mod accounts;
mod api_keys;
mod audit;
mod backup;
mod cache;
mod completion;
mod db;
mod doctor;
mod doctor_net;
mod doctor_report;
mod domains;
mod email;
mod explain;
mod generate;
mod health;
mod invitations;
mod keys;
mod log_level;
mod maintenance;
mod members;
mod mfa;
mod migrate;
mod orgs;
mod output;
mod passkeys;
mod promote;
mod reference;
mod remote;
mod roles;
mod serve;
mod settings;
mod sms;
mod sso;
mod token;
mod stored_keys;
mod users;
mod webhooks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{App, World};
use crate::client::Client;
use crate::config::{Config, Env, Problem};
use crate::error::causes;
use crate::io::db::Db;
use output::Output;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  the configuration or the environment is wrong, or the order failed; the text says what to do
  2  the order was not understood
  3  what was asked for does not exist

Examples:
  janua serve
  janua users create --email ada@example.com --admin
  janua config check && janua migrate up && janua serve --wait-for-db 60s";

/// A self-hosted authentication platform that explains its own troubles.
#[derive(Parser)]
#[command(
    name = "janua",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = EXIT_CODES
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
    #[command(
        after_help = "Examples:\n  janua serve\n  PORT=8080 LOG_FORMAT=text janua serve --workers 4\n  janua serve --wait-for-db 60s"
    )]
    Serve(serve::Arguments),
    /// Look at the database schema and change its version.
    #[command(subcommand)]
    Migrate(migrate::Order),
    /// Look at the database: size, connections, locks, rights, indexes.
    #[command(subcommand)]
    Db(db::Order),
    /// Copy the whole database into a file, while the server runs.
    Backup(backup::Backup),
    /// Bring a backup back, or look whether it could be.
    Restore(backup::Restore),
    /// Move an embedded installation to PostgreSQL, while its server runs.
    Promote(promote::Arguments),
    /// Make and find users, and change what they may do.
    #[command(subcommand)]
    Users(users::Order),
    /// List and end API keys.
    #[command(subcommand)]
    ApiKeys(api_keys::Order),
    /// Make and find organizations, suspend, delete and restore them.
    #[command(subcommand)]
    Orgs(orgs::Order),
    /// Look at who belongs to an organization, and change it.
    #[command(subcommand)]
    Members(members::Order),
    /// Look at the roles of an organization, make, change and delete those of its own.
    #[command(subcommand)]
    Roles(roles::Order),
    /// List and remove passkeys.
    #[command(subcommand)]
    Passkeys(passkeys::Order),
    /// Help somebody with their second factors.
    #[command(subcommand)]
    Mfa(mfa::Order),
    /// Add webhooks, try them out, see what became of their deliveries.
    #[command(subcommand)]
    Webhooks(webhooks::Order),
    /// Look at who did what, export it, check that nobody changed it.
    #[command(subcommand)]
    Audit(audit::Order),
    /// Explain a token.
    #[command(subcommand)]
    Token(token::Order),
    /// Try out the mail server.
    #[command(subcommand)]
    Email(email::Order),
    /// Try out the SMS provider.
    #[command(subcommand)]
    Sms(sms::Order),
    /// Tell what SAML messages and certificates say.
    #[command(subcommand)]
    Sso(sso::Order),
    /// Check, show and write the configuration.
    #[command(subcommand)]
    Config(settings::Order),
    /// Make signing keys, compare, list and rotate them.
    #[command(subcommand)]
    Keys(keys::Order),
    /// Look at the cache of a running server and drop copies.
    #[command(subcommand)]
    Cache(cache::Order),
    /// Begin and end maintenance.
    #[command(subcommand)]
    Maintenance(maintenance::Order),
    /// Tell or change what a running server logs.
    LogLevel(log_level::Arguments),
    /// Find out what is wrong, why, and what mends it.
    Doctor(doctor::Arguments),
    /// Tell why a request went as it did, or why somebody cannot sign in.
    Explain(explain::Arguments),
    /// Ask a running server how it is.
    Health(health::Arguments),
    /// Write the script that completes orders in a shell.
    Completion(completion::Arguments),
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
        Self::Wrong(causes(&error))
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
        Order::Db(order) => block_on(db::run(order, output)),
        Order::Backup(order) => block_on(backup::make(order, output)),
        Order::Restore(order) => block_on(backup::restore(order, output)),
        Order::Promote(order) => block_on(promote::run(order, output)),
        Order::Mfa(order) => block_on(mfa::run(order, output)),
        Order::Webhooks(order) => block_on(webhooks::run(order, output)),
        Order::Audit(order) => block_on(audit::run(order, output)),
        Order::Token(order) => block_on(token::run(order, output)),
        Order::Email(order) => block_on(email::run(order, output)),
        Order::Sms(order) => block_on(sms::run(order, output)),
        Order::Sso(order) => block_on(sso::run(order, output)),
        // The client of a mail server looks for a runtime.
        Order::Config(order) => block_on(async { settings::run(order, output) }),
        Order::Completion(order) => {
            completion::run(&order);
            Ok(())
        }
        Order::Users(order) => block_on(users::run(order, output)),
        Order::ApiKeys(order) => block_on(api_keys::run(order, output)),
        Order::Orgs(order) => block_on(orgs::run(order, output)),
        Order::Members(order) => block_on(members::run(order, output)),
        Order::Roles(order) => block_on(roles::run(order, output)),
        Order::Passkeys(order) => block_on(passkeys::run(order, output)),
        Order::Keys(order) => block_on(keys::run(order, output)),
        Order::Cache(order) => block_on(cache::run(order, output)),
        Order::Maintenance(order) => block_on(maintenance::run(order, output)),
        Order::LogLevel(order) => block_on(log_level::run(order, output)),
        Order::Doctor(order) => block_on(doctor::run(order, output)),
        Order::Explain(order) => block_on(explain::run(order, output)),
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

/// The same for an order that only looks: it neither makes a database nor migrates one.
async fn app_to_look() -> Result<App, Failure> {
    let mut config = config()?;
    if !Db::is_there(&config.database)? {
        return Err(Failure::Wrong(
            "there is no database yet; the first `janua serve` or `janua migrate up` makes it".to_owned(),
        ));
    }
    config.database.auto_migrate = false;
    App::build(config, World::default()).await.map_err(Failure::Wrong)
}

/// Who gives orders here, for the record of events.
fn operator(app: &App) -> Client {
    let id = format!("cli_{}", hex::encode(app.random.bytes::<8>()));
    let locale = app.config.mail.default_locale.clone();
    Client::new(
        std::net::Ipv4Addr::LOCALHOST.into(),
        concat!("janua command line ", env!("CARGO_PKG_VERSION")).to_owned(),
        id,
        None,
        locale,
    )
}
