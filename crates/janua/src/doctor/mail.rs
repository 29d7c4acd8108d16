//! The mail server, asked as far as the sign-in there, and what the DNS says of the sender.

use chrono::{DateTime, Utc};

use super::{Diagnosis, Finding};
use crate::config::Config;
use crate::io::dns::Dns;
use crate::io::mail::Mailer;
use crate::io::mail::rehearsal::{Outcome, Rehearsal};

/// Goes through the dialogue without sending anything.
pub(super) async fn examine(config: &Config, dns: &Dns, now: DateTime<Utc>) -> Vec<Finding> {
    let mail = &config.mail;
    // What cannot be used at all is told by the settings.
    if mail.host.is_none() || Mailer::new(config).is_err() {
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
        found.extend(of_sender(dns, from, mail.dkim_selector.as_deref()).await);
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

/// A record that receivers of mail look for.
struct Wanted {
    at: String,
    /// In words.
    what: &'static str,
    is_it: fn(&str) -> bool,
    without: Diagnosis,
}

/// SPF (RFC 7208), DMARC (RFC 7489), and DKIM (RFC 6376) where its place is known. A DNS that gives no answer proves
/// nothing.
async fn of_sender(dns: &Dns, from: &str, selector: Option<&str>) -> Vec<Finding> {
    let domain = from
        .rsplit_once('@')
        .map_or("", |(_, it)| it.trim_end_matches('>'));
    let spf = Wanted {
        at: domain.to_owned(),
        what: "begins with v=spf1",
        is_it: |it| it.starts_with("v=spf1"),
        without: Diagnosis::SpfMissing,
    };
    let dmarc = Wanted {
        at: format!("_dmarc.{domain}"),
        what: "begins with v=DMARC1",
        is_it: |it| it.starts_with("v=DMARC1"),
        without: Diagnosis::DmarcMissing,
    };
    let dkim = selector.map(|it| Wanted {
        at: format!("{it}._domainkey.{domain}"),
        what: "holds a key (p=…)",
        is_it: has_key,
        without: Diagnosis::DkimMissing,
    });
    let mut found = Vec::new();
    for wanted in [spf, dmarc].into_iter().chain(dkim) {
        let Ok(texts) = dns.texts_behind(&wanted.at).await else {
            continue;
        };
        if !texts.iter().any(|it| (wanted.is_it)(it)) {
            let cause = format!("{} has no TXT record that {}", wanted.at, wanted.what);
            found.push(Finding::new(wanted.without, cause));
        }
    }
    found
}

/// Whether a record of DKIM holds a key: an empty one was withdrawn (RFC 6376 §3.6.1).
fn has_key(record: &str) -> bool {
    let tags = record.split(';').filter_map(|it| it.split_once('='));
    tags.map(|(name, value)| (name.trim(), value.trim()))
        .any(|(name, value)| name == "p" && !value.is_empty())
}
