//! `janua email`.

use clap::Subcommand;

use super::output::{Output, table};
use super::{Failure, config};
use crate::io::clock::Clock;
use crate::io::mail::rehearsal::{Outcome, Rehearsal};

#[derive(Subcommand)]
pub(super) enum Order {
    /// Go through the dialogue with the mail server step by step, and send a test mail. Exit code 1 when a step fails.
    #[command(
        after_help = "Examples:\n  janua email test --to ada@example.com\n  janua email test --to ada@example.com --no-send\n  janua email test --to ada@example.com --transcript"
    )]
    Test {
        /// Who gets the mail.
        #[arg(long)]
        to: String,
        /// Stop after signing in at the mail server.
        #[arg(long)]
        no_send: bool,
        /// Show who said what even when nothing failed.
        #[arg(long)]
        transcript: bool,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let Order::Test {
        to,
        no_send,
        transcript,
    } = order;
    let config = config()?;
    if config.mail.host.is_none() {
        let place = if config.server.is_production() {
            "mails wait in the outbox"
        } else {
            "mails stay in the mail catcher at /dev/mail"
        };
        return Err(Failure::Wrong(format!("SMTP_HOST is not set: {place}")));
    }
    let rehearsal = Rehearsal::of(&config.mail, &to, !no_send, Clock::System.now()).await;
    output.show(&rehearsal, || {
        let rows: Vec<Vec<String>> = rehearsal
            .steps
            .iter()
            .map(|it| {
                let outcome = match it.outcome {
                    Outcome::Ok => "ok",
                    Outcome::Failed => "FAILED",
                    Outcome::Skipped => "skipped",
                };
                let time = format!("{} ms", it.milliseconds);
                vec![it.name.to_owned(), outcome.to_owned(), time, it.detail.clone()]
            })
            .collect();
        let mut text = table(&["STEP", "OUTCOME", "TIME", "WHAT WAS SAID"], &rows);
        if transcript || !rehearsal.succeeded() {
            text.push_str("\n\n");
            text.push_str(&rehearsal.transcript.join("\n"));
        }
        text
    });
    if rehearsal.succeeded() {
        return Ok(());
    }
    let advice = rehearsal.advice.unwrap_or_default();
    Err(Failure::Wrong(format!("mail cannot be sent; {advice}")))
}
