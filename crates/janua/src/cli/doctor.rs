//! `janua doctor`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::Output;
use super::{Failure, doctor_net, doctor_report};
use crate::config::Env;
use crate::doctor::{self, Area, Finding, Severity, remedies};
use crate::io::clock::Clock;

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  janua doctor\n  janua doctor --area db --fix\n  janua doctor --url https://id.example.com --origin https://app.example.com\n  janua doctor --json | jq '.findings[].code'\n\nExit code 1 when an error is found; warnings alone give 0."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    order: Option<Order>,
    /// Only troubles of this area; several may be named.
    #[arg(long, value_name = "AREA", value_enum)]
    area: Vec<Area>,
    /// Mend what can be mended without losing anything, then look again.
    #[arg(long)]
    fix: bool,
    /// Examine from outside: the public address, as clients use it.
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// With --url: an origin whose pages are to use the API; several may be named.
    #[arg(long, value_name = "ORIGIN", requires = "url")]
    origin: Vec<String>,
}

#[derive(Subcommand)]
enum Order {
    /// Write what a person who helps needs to know into a file, without secrets.
    #[command(
        after_help = "Examples:\n  janua doctor report -o report.txt\n  janua doctor report --log janua.log -o report.txt"
    )]
    Report {
        /// Where to write it.
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
        /// A file with the log of the server, of which the last 100 lines are taken.
        #[arg(long, value_name = "FILE")]
        log: Option<PathBuf>,
    },
    /// Try the way to everything that the settings name: name, connection, greeting.
    #[command(after_help = "Examples:\n  janua doctor net\n  janua doctor net --json")]
    Net,
}

pub(super) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    match arguments.order {
        Some(Order::Report { out, log }) => {
            return Box::pin(doctor_report::run(&out, log.as_deref(), output)).await;
        }
        Some(Order::Net) => return doctor_net::run(output).await,
        None => {}
    }
    let (env, now) = (Env::of_process(), Clock::System.now());
    let look = async || {
        let mut found = match &arguments.url {
            Some(url) => doctor::examine_from_outside(url, &arguments.origin, now).await,
            None => Box::pin(doctor::examine(&env, &Clock::System)).await,
        };
        found.retain(|it| arguments.area.is_empty() || arguments.area.contains(&it.area));
        found
    };
    let mut found = look().await;
    let mut done = Vec::new();
    if arguments.fix && arguments.url.is_none() {
        done = remedies::mend(&env, &found, now).await.map_err(Failure::Wrong)?;
        if !done.is_empty() {
            found = look().await;
        }
    }
    let mut answer = serde_json::json!({"findings": found});
    if arguments.fix {
        answer["done"] = done.clone().into();
    }
    output.show(&answer, || told(&found, &done));
    let errors = found.iter().filter(|it| it.severity == Severity::Error).count();
    match errors {
        0 => Ok(()),
        1 => Err(Failure::Wrong("one error was found".to_owned())),
        count => Err(Failure::Wrong(format!("{count} errors were found"))),
    }
}

/// For people: what they notice, why it is so here, and what mends it.
pub(super) fn told(found: &[Finding], done: &[String]) -> String {
    let mut lines: Vec<String> = done.iter().map(|it| format!("mended   {it}")).collect();
    for it in found {
        lines.push(format!("{:<8} {}  {}", it.severity.name(), it.code, it.symptom));
        lines.push(format!("         cause   {}", it.cause));
        let fix = if it.fixable {
            " (or: janua doctor --fix)"
        } else {
            ""
        };
        lines.push(format!("         remedy  {}{fix}", it.remedy));
    }
    if found.is_empty() {
        lines.push("nothing is wrong".to_owned());
    }
    lines.join("\n")
}
