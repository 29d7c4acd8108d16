//! What to do about a step that failed.

use super::Step;
use crate::config::Mail;

pub(super) fn on(step: &Step, settings: &Mail) -> &'static str {
    let says = |text: &str| step.detail.contains(text);
    match step.name {
        "settings" | "compose" => {
            "correct the setting that is named; `janua config check` tells of all of them"
        }
        "resolve" => {
            "SMTP_HOST is misspelt, or this machine's DNS does not know it: try `getent hosts $SMTP_HOST`"
        }
        "connect" if says("refused") => {
            "nothing listens there: compare SMTP_PORT with the provider's (587 for STARTTLS, 465 for TLS from the first \
             byte, 25 only between servers)"
        }
        "connect" => {
            "a firewall or the hosting provider drops the packets: many block 25 and some 465 and 587; ask for the port \
             or use the provider's alternative, often 2525"
        }
        "greeting" if !settings.implicit_tls && says("incomplete") => {
            "the server hung up or expects TLS from the first byte: that is SMTP_PORT=465, or SMTP_IMPLICIT_TLS=true on another port"
        }
        "greeting" => {
            "the server does not want to talk to this address: ask the provider whether it is blocked"
        }
        "EHLO" => "the server refuses our name: the reverse DNS entry of this machine may be missing",
        "TLS" | "STARTTLS" if says("ertificate") || says("UnknownIssuer") => {
            "the certificate is not trusted: use the host name that it is issued for as SMTP_HOST, renew it, or name the \
             authority that issued it in SMTP_CA_FILE"
        }
        "TLS" => {
            "the server does not speak TLS from the first byte on this port: SMTP_PORT=587 begins in clear"
        }
        "STARTTLS" => {
            "the server offers no STARTTLS on this port: try 465, or 587; SMTP_TLS=false only on this machine"
        }
        "certificate" => {
            "use the host name that the certificate is issued for as SMTP_HOST, renew it, or name the authority that \
             issued it in SMTP_CA_FILE"
        }
        "AUTH" if says("No compatible") => {
            "the server offers no way to sign in that we know (PLAIN, LOGIN), perhaps because the connection is not \
             encrypted: SMTP_TLS=true"
        }
        "AUTH" => {
            "SMTP_USER or SMTP_PASSWORD is wrong: many providers want an API key or an app password here, not the one of \
             the mailbox"
        }
        "MAIL FROM" => {
            "the server does not let this account send as SMTP_FROM: verify the address or domain there"
        }
        "RCPT TO" => {
            "the recipient does not exist, or the server relays only for those who sign in: set SMTP_USER and \
             SMTP_PASSWORD, and check --to"
        }
        "DATA" | "message" => {
            "the server did not take the mail: its answer says why; often SPF, DKIM or DMARC of the sender's domain"
        }
        _ => "the answer of the server says why",
    }
}
