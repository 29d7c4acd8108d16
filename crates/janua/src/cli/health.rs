//! `janua health`.

use clap::Args;
use serde_json::Value;

use super::output::Output;
use super::{Failure, config};
use crate::io::outbound::Outbound;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua health\n  janua health --url https://id.example.com\n\nExit code 1 unless the server is healthy or degraded."
)]
pub(super) struct Arguments {
    /// Address of the server; by default the one on this machine.
    #[arg(long)]
    url: Option<String>,
}

pub(super) async fn run(arguments: Arguments, output: Output) -> Result<(), Failure> {
    let url = match arguments.url {
        Some(url) => url,
        None => format!("http://127.0.0.1:{}", config()?.server.port),
    };
    let url = format!("{}/health/detailed", url.trim_end_matches('/'));
    let answer = Outbound::new()?.get_any(&url).await.map_err(|error| {
        let cause = error.cause().unwrap_or_default();
        Failure::Wrong(format!("{url} does not answer: {cause}"))
    })?;
    let health: Value = serde_json::from_str(&answer)
        .map_err(|_| Failure::Wrong(format!("{url} answers something that is not Janua's health")))?;
    let status = health["status"].as_str().unwrap_or("unknown").to_owned();
    output.show(&health, || {
        let part = |name: &str| {
            format!(
                "  {name:<9} {}",
                health["dependencies"][name].as_str().unwrap_or("unknown")
            )
        };
        let parts: Vec<String> = ["database", "redis", "email"].into_iter().map(part).collect();
        format!(
            "{status}, version {}\n{}",
            health["version"].as_str().unwrap_or("unknown"),
            parts.join("\n")
        )
    });
    match status.as_str() {
        "healthy" | "degraded" => Ok(()),
        _ => Err(Failure::Wrong(format!("the server is {status}"))),
    }
}
