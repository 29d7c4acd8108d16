//! Mail leaves here: over SMTP, or into the mail catcher of a development server.

mod catcher;
mod health;
pub mod rehearsal;
mod smtp;

pub use catcher::{Catcher, Caught};
pub use health::MailHealth;
pub use smtp::Smtp;

use crate::config::Config;

/// A mail as it will be sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// Stands in Message-ID, so that a provider's report can be found again.
    pub id: String,
    /// The one recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The body for programs without HTML.
    pub text: String,
    /// The body.
    pub html: String,
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What the provider answered, in its own words.
    pub answer: String,
    /// Whether trying again is of no use (SMTP 5xx).
    pub permanent: bool,
}

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Mailer {
    /// To a mail server.
    Smtp(Smtp),
    /// Into memory, to be read at `/dev/mail` or by a test.
    Catcher(Catcher),
    /// Nowhere: production without `SMTP_HOST`. Mails wait in the outbox.
    Unconfigured,
}

impl Mailer {
    /// The mailer that the settings ask for.
    ///
    /// # Errors
    /// When sender, host or certificate cannot be used; the text names the setting.
    pub fn new(config: &Config) -> Result<Self, String> {
        match &config.mail.host {
            Some(host) => Smtp::new(host, &config.mail, &config.server.app_name).map(Self::Smtp),
            None if config.server.is_production() => Ok(Self::Unconfigured),
            None => Ok(Self::Catcher(Catcher::default())),
        }
    }

    /// Hands a mail over; gives the provider's answer.
    ///
    /// # Errors
    /// The provider's refusal, or why it could not be asked.
    pub async fn send(
        &self,
        message: &Message,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<String, Refused> {
        match self {
            Self::Smtp(smtp) => smtp.send(message).await,
            Self::Catcher(catcher) => {
                catcher.keep(message, now);
                Ok("250 kept in the mail catcher".to_owned())
            }
            Self::Unconfigured => Err(Refused {
                answer: "SMTP_HOST is not set".to_owned(),
                permanent: false,
            }),
        }
    }

    /// Whether mail could be sent now.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<(), String> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Catcher(_) => Ok(()),
            Self::Unconfigured => Err("SMTP_HOST is not set".to_owned()),
        }
    }

    /// The caught mails, on a server that catches them.
    pub fn catcher(&self) -> Option<&Catcher> {
        match self {
            Self::Catcher(catcher) => Some(catcher),
            _ => None,
        }
    }
}
