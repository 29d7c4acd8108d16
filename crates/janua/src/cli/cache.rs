//! `janua cache`.

use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use super::remote::Server;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Tell how the cache is doing: hits, the circuit breaker, Redis.
    #[command(
        after_help = "Examples:\n  janua cache status\n  janua cache status --url https://id.example.com --json"
    )]
    Status {
        #[command(flatten)]
        server: Server,
    },
    /// Drop the copies whose names match.
    #[command(after_help = "Examples:\n  janua cache invalidate 'user:*'\n  janua cache invalidate 'org:*'")]
    Invalidate {
        /// Names of copies, with `*` for any text.
        pattern: String,
        #[command(flatten)]
        server: Server,
    },
    /// Drop every copy. Rate limits go on counting.
    #[command(after_help = "Examples:\n  janua cache clear --all")]
    Clear {
        /// Really all of them.
        #[arg(long, required = true)]
        all: bool,
        #[command(flatten)]
        server: Server,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::Status { server } => {
            let status = server.ask(Method::GET, "cache", None).await?;
            output.show(&status, || told(&status));
        }
        Order::Invalidate { pattern, server } => {
            let body = json!({"pattern": pattern});
            let done = server.ask(Method::POST, "cache/invalidate", Some(body)).await?;
            output.show(&done, || dropped(&done));
        }
        Order::Clear { server, .. } => {
            let done = server.ask(Method::POST, "cache/clear", None).await?;
            output.show(&done, || dropped(&done));
        }
    }
    Ok(())
}

fn dropped(answer: &Value) -> String {
    match answer["invalidated"].as_u64() {
        Some(1) => "1 copy was dropped".to_owned(),
        count => format!("{} copies were dropped", count.unwrap_or_default()),
    }
}

fn told(status: &Value) -> String {
    let shown = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows = [
        ("backend", "/backend"),
        ("hits", "/hits"),
        ("misses", "/misses"),
        ("entries", "/entries"),
        ("errors", "/errors"),
        ("pending", "/pending_invalidations"),
        ("breaker", "/breaker/state"),
        ("last error", "/breaker/last_error"),
        ("redis", "/redis/version"),
        ("memory", "/redis/used_memory_human"),
        ("clients", "/redis/connected_clients"),
        ("evicted", "/redis/evicted_keys"),
    ];
    let lines = rows.into_iter().map(|(name, pointer)| {
        let value = status.pointer(pointer).unwrap_or(&Value::Null);
        format!("{name:<11} {}", shown(value))
    });
    lines.collect::<Vec<_>>().join("\n")
}
