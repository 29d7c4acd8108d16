//! `janua log-level`.

use clap::Args;
use reqwest::Method;
use serde_json::json;

use super::Failure;
use super::output::Output;
use super::remote::Server;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  janua log-level\n  janua log-level debug\n  janua log-level info,janua::http=trace\n  janua log-level --reset"
)]
pub(super) struct Arguments {
    /// What is to be logged: error, warn, info, debug, trace, off, or levels by target. Without it, what is logged.
    level: Option<String>,
    /// Go back to `LOG_LEVEL`.
    #[arg(long, conflicts_with = "level")]
    reset: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) async fn run(order: Arguments, output: Output) -> Result<(), Failure> {
    let change = (order.reset || order.level.is_some()).then(|| json!({"log_level": order.level}));
    let changed = change.is_some();
    let method = if changed { Method::PATCH } else { Method::GET };
    let settings = order.server.ask(method, "settings", change).await?;
    let level = settings["log_level"].as_str().unwrap_or_default().to_owned();
    output.show(&json!({"log_level": level}), || {
        if changed {
            format!("{level}\nAll instances follow within seconds.")
        } else {
            level
        }
    });
    Ok(())
}
