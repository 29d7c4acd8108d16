//! `janua sms`.

use clap::Subcommand;
use serde::Serialize;

use super::output::{Output, table};
use super::{Failure, config};
use crate::crypto::secret::SecretString;
use crate::io::clock::Clock;
use crate::io::outbound::Outbound;
use crate::io::random::Random;
use crate::io::sms::{PhoneNumber, Text, Texter};

#[derive(Subcommand)]
pub(super) enum Order {
    /// Look at a number, ask the provider who we are, and send a test message. Exit code 1 when a step fails.
    #[command(
        after_help = "Examples:\n  janua sms test --to +12025550123\n  janua sms test --to +12025550123 --no-send"
    )]
    Test {
        /// Who gets the message: with country code, or as people in the default region write it.
        #[arg(long)]
        to: String,
        /// Stop after asking the provider.
        #[arg(long)]
        no_send: bool,
    },
}

/// One step and what came of it.
#[derive(Serialize)]
struct Step {
    name: &'static str,
    outcome: &'static str,
    detail: String,
}

/// What was tried.
#[derive(Serialize)]
struct Rehearsed {
    provider: &'static str,
    steps: Vec<Step>,
    succeeded: bool,
}

impl Rehearsed {
    /// Notes a step; gives what it found.
    fn step<T>(&mut self, name: &'static str, found: Result<(T, String), String>) -> Option<T> {
        let (outcome, detail, found) = match found {
            Ok((found, detail)) => ("ok", detail, Some(found)),
            Err(why) => ("failed", why, None),
        };
        self.steps.push(Step {
            name,
            outcome,
            detail,
        });
        found
    }
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    let Order::Test { to, no_send } = order;
    let config = config()?;
    let texter = Texter::new(&config, &Outbound::new()?).map_err(Failure::Wrong)?;
    match texter {
        Texter::Off => {
            return Err(Failure::Wrong(
                "SMS_PROVIDER is off: there are no codes by SMS".to_owned(),
            ));
        }
        Texter::Catcher(_) => {
            let text = "SMS_PROVIDER is catcher: text messages stay in the mail catcher at /dev/mail";
            return Err(Failure::Wrong(text.to_owned()));
        }
        Texter::Twilio(_) | Texter::Webhook(_) => {}
    }
    let mut rehearsed = Rehearsed {
        provider: texter.name(),
        steps: Vec::new(),
        succeeded: false,
    };
    rehearsed.succeeded = rehearse(&mut rehearsed, &config, &texter, &to, !no_send)
        .await
        .is_some();
    output.show(&rehearsed, || {
        let rows: Vec<Vec<String>> = rehearsed
            .steps
            .iter()
            .map(|it| vec![it.name.to_owned(), it.outcome.to_owned(), it.detail.clone()])
            .collect();
        table(&["STEP", "OUTCOME", "WHAT WAS SAID"], &rows)
    });
    if rehearsed.succeeded {
        return Ok(());
    }
    Err(Failure::Wrong(
        "text messages cannot be sent; the step that failed says why".to_owned(),
    ))
}

async fn rehearse(
    rehearsed: &mut Rehearsed,
    config: &crate::config::Config,
    texter: &Texter,
    to: &str,
    sends: bool,
) -> Option<()> {
    let read = PhoneNumber::parse_in(to, config.sms.default_region).map_err(|it| it.reason);
    let number = rehearsed.step(
        "number",
        read.map(|it| {
            let detail = format!("{} in {}", it.e164(), it.country());
            (it, detail)
        }),
    )?;
    let asked = texter.check().await.unwrap_or(Ok(()));
    rehearsed.step("provider", asked.map(|()| ((), "answers".to_owned())))?;
    if !sends {
        return Some(());
    }
    let now = Clock::System.now();
    let text = Text {
        id: Random::System.id(now).to_string(),
        to: number,
        words: SecretString::new(format!("This is a test message of {}.", config.server.app_name)),
    };
    let sent = texter.send(&text, now).await;
    let told = sent
        .map(|id| ((), format!("taken as {id}")))
        .map_err(|it| format!("{}: {}", it.code, it.answer));
    rehearsed.step("send", told)
}
