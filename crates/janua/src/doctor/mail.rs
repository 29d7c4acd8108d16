//! The mail server, asked as far as the sign-in there, and what the DNS says of the sender.

use chrono::{DateTime, Utc};

use super::{Diagnosis, Finding};
use crate::config::Config;
use crate::io::dns::Dns;
use crate::io::mail::rehearsal::{Outcome, Rehearsal};

/// Goes through the dialogue without sending anything.
pub(super) async fn examine(config: &Config, dns: &Dns, now: DateTime<Utc>) -> Vec<Finding> {
    let mail = &config.mail;
    if mail.host.is_none() {
        return Vec::new();
    }
    let from = mail.from.as_deref().unwrap_or_default();
    let dialogue = Rehearsal::of(mail, from, false, now).await;
    let failed = dialogue.steps.iter().find(|it| it.outcome == Outcome::Failed);
    let mut found = Vec::new();
    if let Some(step) = failed {
        let advice = dialogue.advice.unwrap_or_default();
        let cause = format!("{}: {}; {advice}", step.name, step.detail);
        found.push(Finding::new(of_step(step.name), cause));
    }
    if !mail.is_local() {
        found.extend(of_sender(dns, from).await);
    }
    found
}

fn of_step(name: &str) -> Diagnosis {
    match name {
        "settings" => Diagnosis::MailSetting,
        "resolve" | "connect" => Diagnosis::MailServerAway,
        "STARTTLS" | "TLS" | "certificate" => Diagnosis::MailTls,
        "AUTH" => Diagnosis::MailLogin,
        _ => Diagnosis::MailDialogue,
    }
}

/// SPF (RFC 7208) and DMARC (RFC 7489). A DNS that gives no answer proves nothing.
async fn of_sender(dns: &Dns, from: &str) -> Vec<Finding> {
    let domain = from
        .rsplit_once('@')
        .map_or("", |(_, it)| it.trim_end_matches('>'));
    let asked = [
        (domain.to_owned(), "v=spf1", Diagnosis::SpfMissing),
        (format!("_dmarc.{domain}"), "v=DMARC1", Diagnosis::DmarcMissing),
    ];
    let mut found = Vec::new();
    for (name, begins, diagnosis) in asked {
        let Ok(texts) = dns.texts(&name).await else {
            continue;
        };
        if !texts.iter().any(|it| it.starts_with(begins)) {
            let cause = format!("{name} has no TXT record that begins with {begins}");
            found.push(Finding::new(diagnosis, cause));
        }
    }
    found
}
