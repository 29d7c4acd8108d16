//! `janua maintenance`.

use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use super::remote::Server;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Serve administrators only; everybody else gets 503 with Retry-After.
    #[command(
        after_help = "Examples:\n  janua maintenance on\n  janua maintenance on --message 'We are back at noon.'"
    )]
    On {
        /// What everybody else is told.
        #[arg(long)]
        message: Option<String>,
        #[command(flatten)]
        server: Server,
    },
    /// Serve everybody again.
    #[command(after_help = "Examples:\n  janua maintenance off")]
    Off {
        #[command(flatten)]
        server: Server,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let (server, body) = match order {
        Order::On { message, server } => (server, json!({"enabled": true, "message": message})),
        Order::Off { server } => (server, json!({"enabled": false})),
    };
    let done = server.ask(Method::POST, "maintenance", Some(body)).await?;
    output.show(&done, || match done["enabled"].as_bool() {
        Some(true) => {
            let since = done["since"].as_str().unwrap_or_default();
            let message = done.get("message").and_then(Value::as_str);
            let message = message.map(|it| format!(": {it}")).unwrap_or_default();
            format!("maintenance since {since}{message}\nAll instances follow within seconds.")
        }
        _ => "everybody is served again\nAll instances follow within seconds.".to_owned(),
    });
    Ok(())
}
