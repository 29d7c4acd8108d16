//! Text messages leave here: over a provider, or into the catcher of a development server.

mod catcher;
mod health;
mod number;
mod twilio;
mod webhook;

pub use catcher::{CaughtText, TextCatcher};
pub use health::TextHealth;
pub use number::PhoneNumber;
pub use twilio::Twilio;
pub use webhook::TextWebhook;

use chrono::{DateTime, Utc};

use super::outbound::Outbound;
use crate::config::{Config, SmsProvider};
use crate::crypto::secret::SecretString;

/// A message as it will be sent. Its words hold a code: they are not printed.
#[derive(Clone, Debug)]
pub struct Text {
    /// Names it, here and at a provider that keeps names.
    pub id: String,
    /// The one recipient.
    pub to: PhoneNumber,
    /// The words.
    pub words: SecretString,
}

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The provider's own code, else what happened: `timeout`, `http 503`.
    pub code: String,
    /// What the provider said, without the number.
    pub answer: String,
    /// Whether another number would fare no better.
    pub is_general: bool,
}

/// Where text messages go.
#[derive(Clone, Debug)]
pub enum Texter {
    /// To Twilio.
    Twilio(Twilio),
    /// To an address of the operator's, signed.
    Webhook(TextWebhook),
    /// Into memory, to be read at `/dev/mail` or by a test.
    Catcher(TextCatcher),
    /// Nowhere: there are no codes by SMS.
    Off,
}

impl Texter {
    /// What the settings ask for; they are complete once they were read.
    ///
    /// # Errors
    /// When they are not; the text names the setting.
    pub fn new(config: &Config, outbound: &Outbound) -> Result<Self, String> {
        let sms = &config.sms;
        Ok(match sms.provider {
            SmsProvider::Twilio => Self::Twilio(Twilio::new(sms, outbound)?),
            SmsProvider::Webhook => Self::Webhook(TextWebhook::new(sms, outbound)?),
            SmsProvider::Catcher => Self::Catcher(TextCatcher::default()),
            SmsProvider::Off => Self::Off,
        })
    }

    /// Its name in records.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Twilio(_) => "twilio",
            Self::Webhook(_) => "webhook",
            Self::Catcher(_) => "catcher",
            Self::Off => "off",
        }
    }

    /// Whether there are codes by SMS at all.
    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Hands a message over, once: what may have left is not sent again. Gives the provider's name for it.
    ///
    /// # Errors
    /// The provider's refusal, or why it could not be asked.
    pub async fn send(&self, text: &Text, now: DateTime<Utc>) -> Result<String, Refused> {
        match self {
            Self::Twilio(twilio) => twilio.send(text).await,
            Self::Webhook(webhook) => webhook.send(text, now).await,
            Self::Catcher(catcher) => {
                catcher.keep(text, now);
                Ok(text.id.clone())
            }
            Self::Off => Err(Refused {
                code: "off".to_owned(),
                answer: "SMS_PROVIDER is off".to_owned(),
                is_general: true,
            }),
        }
    }

    /// Whether messages could be sent now; `None` where none leave this machine.
    pub async fn check(&self) -> Option<Result<(), String>> {
        match self {
            Self::Twilio(twilio) => Some(twilio.check().await),
            Self::Webhook(webhook) => Some(webhook.check().await),
            Self::Catcher(_) | Self::Off => None,
        }
    }

    /// The caught messages, on a server that catches them.
    pub fn catcher(&self) -> Option<&TextCatcher> {
        match self {
            Self::Catcher(catcher) => Some(catcher),
            _ => None,
        }
    }
}

/// A provider's words without the number that they may repeat.
fn without_number(words: &str, to: &PhoneNumber) -> String {
    let digits = to.e164().trim_start_matches('+');
    let words = words
        .replace(to.e164(), &to.masked())
        .replace(digits, &to.masked());
    words.chars().filter(|it| !it.is_control()).take(200).collect()
}
