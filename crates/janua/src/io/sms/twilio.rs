//! Twilio: <https://www.twilio.com/docs/messaging/api/message-resource>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{Refused, Text, without_number};
use crate::config::Sms;
use crate::crypto::secret::SecretString;
use crate::io::outbound::{Outbound, Unanswered};

/// An account at Twilio, and who messages are from.
#[derive(Clone, Debug)]
pub struct Twilio {
    outbound: Outbound,
    account: String,
    token: SecretString,
    /// `From` with a number or a name, or `MessagingServiceSid`.
    sender: (&'static str, String),
    base_url: String,
}

/// What Twilio answers, good or not.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    sid: Option<String>,
    code: Option<i64>,
    message: Option<String>,
}

impl Twilio {
    pub(super) fn new(sms: &Sms, outbound: &Outbound) -> Result<Self, String> {
        let missing = |name: &str| format!("{name} is missing: SMS_PROVIDER=twilio needs it");
        let from = sms.twilio_from.clone().map(|it| ("From", it));
        let service = sms.twilio_service.clone().map(|it| ("MessagingServiceSid", it));
        Ok(Self {
            outbound: outbound.clone(),
            account: sms
                .twilio_account
                .clone()
                .ok_or_else(|| missing("TWILIO_ACCOUNT_SID"))?,
            token: sms
                .twilio_token
                .clone()
                .ok_or_else(|| missing("TWILIO_AUTH_TOKEN"))?,
            sender: service.or(from).ok_or_else(|| missing("TWILIO_FROM_NUMBER"))?,
            base_url: sms.twilio_base_url.trim_end_matches('/').to_owned(),
        })
    }

    fn authorization(&self) -> (&'static str, String) {
        let pair = format!("{}:{}", self.account, self.token.reveal());
        ("authorization", format!("Basic {}", STANDARD.encode(pair)))
    }

    pub(super) async fn send(&self, text: &Text) -> Result<String, Refused> {
        let url = format!(
            "{}/2010-04-01/Accounts/{}/Messages.json",
            self.base_url, self.account
        );
        let (sender, name) = &self.sender;
        let form = [
            ("To", text.to.e164()),
            (sender, name),
            ("Body", text.words.reveal()),
        ];
        let body = serde_urlencoded::to_string(form).map_err(|error| Refused {
            code: "unwritable".to_owned(),
            answer: error.to_string(),
            is_general: true,
        })?;
        let headers = [
            self.authorization(),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        let (status, body) = self
            .outbound
            .post(&url, &headers, body)
            .await
            .map_err(unanswered)?;
        let answer: Answer = serde_json::from_str(&body).unwrap_or_default();
        match (status, answer.sid) {
            (200..=299, Some(sid)) => Ok(sid.chars().filter(char::is_ascii_alphanumeric).take(64).collect()),
            (status, _) => Err(Refused {
                code: answer
                    .code
                    .map_or_else(|| format!("http {status}"), |it| it.to_string()),
                answer: without_number(&answer.message.unwrap_or_default(), &text.to),
                // With 400 Twilio refuses this message; anything else would befall every other one.
                is_general: status != 400,
            }),
        }
    }

    /// Whether Twilio answers, and knows the account and its token.
    pub(super) async fn check(&self) -> Result<(), String> {
        let url = format!("{}/2010-04-01/Accounts/{}.json", self.base_url, self.account);
        match self.outbound.get_status(&url, &[self.authorization()]).await {
            Ok(200..=299) => Ok(()),
            Ok(401 | 403 | 404) => Err("Twilio refuses TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN".to_owned()),
            Ok(status) => Err(format!("Twilio answers with status {status}")),
            Err(unanswered) => Err(format!("Twilio does not answer: {}", unanswered.name())),
        }
    }
}

pub(super) fn unanswered(why: Unanswered) -> Refused {
    Refused {
        code: why.name().to_owned(),
        answer: "the provider did not answer".to_owned(),
        is_general: true,
    }
}
