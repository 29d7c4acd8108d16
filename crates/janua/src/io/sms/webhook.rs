//! Any other provider, behind an address of the operator's: each message is one signed request.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::twilio::unanswered;
use super::{Refused, Text, without_number};
use crate::config::Sms;
use crate::crypto::secret::SecretString;
use crate::crypto::signed_body::sign;
use crate::io::outbound::Outbound;

/// Where messages are handed over, and what proves that they are ours.
#[derive(Clone, Debug)]
pub struct TextWebhook {
    outbound: Outbound,
    url: String,
    secret: SecretString,
}

impl TextWebhook {
    pub(super) fn new(sms: &Sms, outbound: &Outbound) -> Result<Self, String> {
        let missing = |name: &str| format!("{name} is missing: SMS_PROVIDER=webhook needs it");
        Ok(Self {
            outbound: outbound.clone(),
            url: sms
                .webhook_url
                .clone()
                .ok_or_else(|| missing("SMS_WEBHOOK_URL"))?,
            secret: sms
                .webhook_secret
                .clone()
                .ok_or_else(|| missing("SMS_WEBHOOK_SECRET"))?,
        })
    }

    /// Any 2xx takes the message.
    pub(super) async fn send(&self, text: &Text, now: DateTime<Utc>) -> Result<String, Refused> {
        let body = json!({"id": text.id, "to": text.to.e164(), "text": text.words.reveal()}).to_string();
        let timestamp = now.timestamp();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("x-janua-message-id", text.id.clone()),
            ("x-janua-timestamp", timestamp.to_string()),
            ("x-janua-signature", sign(self.secret.reveal(), timestamp, &body)),
        ];
        let (status, answer) = self
            .outbound
            .post(&self.url, &headers, body)
            .await
            .map_err(unanswered)?;
        match status {
            200..=299 => Ok(text.id.clone()),
            status => Err(Refused {
                code: format!("http {status}"),
                answer: without_number(&answer, &text.to),
                is_general: !matches!(status, 400 | 422),
            }),
        }
    }

    /// Whether anybody answers there, whatever they say.
    pub(super) async fn check(&self) -> Result<(), String> {
        match self.outbound.get_status(&self.url, &[]).await {
            Ok(_) => Ok(()),
            Err(unanswered) => Err(format!("SMS_WEBHOOK_URL does not answer: {}", unanswered.name())),
        }
    }
}
