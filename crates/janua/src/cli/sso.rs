//! `janua sso`: what a SAML message says, and until when a certificate counts, for which nothing has to be configured; and
//! the connections of organizations.

use std::io::Read;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use janua_saml::decode::{self, Description, Personal};
use janua_saml::{Certificate, LARGEST_MESSAGE};
use serde::Serialize;
use serde_json::json;

use super::Failure;
use super::output::{Output, table};
use crate::app::App;
use crate::error::Code;
use crate::io::clock::Clock;
use crate::sso::saml::metadata;
use crate::sso::{self, Connection, SsoConnectionId, report};
use crate::users::profile::rfc3339;

/// Base64, escaped for a URL, of the largest message.
const LARGEST_FILE: u64 = 4 * LARGEST_MESSAGE as u64;

#[derive(Subcommand)]
pub(super) enum Order {
    /// Tell what a SAML message says: issuer, times, audience, signatures, certificates. Verifies nothing and asks
    /// nobody; names and attributes of people are hidden.
    #[command(
        visible_alias = "debug",
        after_help = "Takes XML, the field SAMLResponse or SAMLRequest of a form, the URL or the query of a redirect, or metadata.\n\nExamples:\n  janua sso decode response.b64\n  pbpaste | janua sso decode -\n  janua sso decode - --show-personal --json < response.xml"
    )]
    Decode {
        /// The file; `-` reads the standard input.
        file: String,
        /// Show names and attributes of people.
        #[arg(long)]
        show_personal: bool,
    },
    /// Tell whose a certificate is, until when it counts, and its fingerprints.
    #[command(
        after_help = "Takes PEM, DER, base64 or metadata.\n\nExamples:\n  janua sso cert-info idp_certificate.pem\n  curl -s https://idp.example.com/metadata | janua sso cert-info -"
    )]
    CertInfo {
        /// The file; `-` reads the standard input.
        file: String,
    },
    /// List the connections of all organizations, with the days that certificates have left.
    List,
    /// Print our metadata for the identity provider of a connection of SAML.
    #[command(
        after_help = "Examples:\n  janua sso metadata 0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60 > janua.xml"
    )]
    Metadata {
        /// The id of the connection.
        connection: String,
    },
    /// Look at everything that a sign-in through a connection needs, and give the address of a test sign-in.
    Test {
        /// The id of the connection.
        connection: String,
    },
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::List => {
            let app = super::app_to_look().await?;
            let all = sso::list_all(&app).await?;
            list(&all, app.clock.now(), output);
        }
        Order::Metadata { connection } => {
            let app = super::app_to_look().await?;
            let it = find(&app, &connection).await?;
            let xml = metadata::own(&app, &it)
                .await
                .map_err(|error| match error.code() {
                    Code::SsoConnectionNotFound => {
                        Failure::Wrong(format!("{connection} does not speak SAML"))
                    }
                    _ => error.into(),
                })?;
            output.show(&json!({"metadata": xml}), || xml.trim_end().to_owned());
        }
        Order::Test { connection } => {
            let app = super::app_to_look().await?;
            test(&app, &find(&app, &connection).await?, output).await?;
        }
        Order::Decode { file, show_personal } => {
            let message = String::from_utf8(read(&file)?)
                .map_err(|_| Failure::Wrong("this is no text; a SAML message is XML or base64".to_owned()))?;
            let personal = if show_personal {
                Personal::Shown
            } else {
                Personal::Hidden
            };
            let description = decode::describe(&message, personal)?;
            output.show(&description, || story(&description));
        }
        Order::CertInfo { file } => {
            let now = Clock::System.now();
            let certificates = decode::certificates(&read(&file)?)?;
            let told: Vec<Told> = certificates.iter().map(|it| Told::of(it, now)).collect();
            output.show(&told, || {
                let texts: Vec<String> = told.iter().map(Told::text).collect();
                texts.join("\n\n")
            });
        }
    }
    Ok(())
}

async fn find(app: &App, text: &str) -> Result<Connection, Failure> {
    let absent = || Failure::Absent(format!("there is no connection {text}"));
    let id = SsoConnectionId::parse(text).ok_or_else(absent)?;
    sso::usable(app, &id).await.map_err(|error| match error.code() {
        Code::SsoConnectionNotFound => absent(),
        _ => error.into(),
    })
}

async fn test(app: &App, connection: &Connection, output: Output) -> Result<(), Failure> {
    let checks = report::checks(app, connection).await?;
    let test_url = report::test_url(app, connection).ok();
    let failed: Vec<&str> = checks.iter().filter(|it| !it.ok).map(|it| it.check).collect();
    let told = json!({"ok": failed.is_empty(), "checks": checks, "test_url": test_url});
    output.show(&told, || {
        let lines = checks.iter().map(|it| {
            let mark = if it.ok { "ok    " } else { "FAILED" };
            format!("{mark}  {}: {}", it.check, it.detail)
        });
        let mut lines: Vec<String> = lines.collect();
        if let Some(url) = &test_url {
            lines.push(format!("Sign in within a quarter of an hour: {url}"));
        }
        lines.join("\n")
    });
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::Wrong(format!(
        "not as it should be: {}",
        failed.join(", ")
    )))
}

fn list(all: &[Connection], now: DateTime<Utc>, output: Output) {
    let days = |it: &Connection| it.certificates_end_at().map(|end| (end - now).num_days());
    let shown = all.iter().map(|it| {
        json!({"id": it.id, "organization_id": it.organization_id, "kind": it.kind.name(), "name": it.name,
            "state": it.state.name(), "enforce_sso": it.enforced, "certificate_days_left": days(it)})
    });
    output.show(&json!({"connections": shown.collect::<Vec<_>>()}), || {
        let rows = all.iter().map(|it| {
            vec![
                it.id.to_string(),
                it.organization_id.to_string(),
                it.kind.name().to_owned(),
                it.state.name().to_owned(),
                days(it).map_or_else(String::new, |it| it.to_string()),
                it.name.clone(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        table(
            &["CONNECTION", "ORGANIZATION", "KIND", "STATE", "DAYS LEFT", "NAME"],
            &rows,
        )
    });
}

fn read(file: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if file == "-" {
        let input = std::io::stdin().lock();
        input.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    } else {
        let opened = std::fs::File::open(file).map_err(|error| {
            let text = format!("cannot read {file}: {error}");
            match error.kind() {
                std::io::ErrorKind::NotFound => Failure::Absent(text),
                _ => Failure::Wrong(text),
            }
        })?;
        opened.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Failure::Wrong(format!(
            "{file} is larger than any SAML message that would be looked at"
        )));
    }
    Ok(bytes)
}

fn story(description: &Description) -> String {
    let width = description
        .facts
        .iter()
        .map(|it| it.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut lines = vec![format!(
        "{} ({}), nothing of it verified",
        description.kind, description.packing
    )];
    let facts = description.facts.iter();
    lines.extend(facts.map(|it| format!("  {:<width$}  {}", it.name, it.value)));
    for trouble in &description.troubles {
        lines.push(format!("Trouble: {trouble}."));
    }
    lines.join("\n")
}

/// A certificate, as it is told of.
#[derive(Serialize)]
struct Told {
    subject: String,
    issuer: String,
    key: &'static str,
    not_before: String,
    not_after: String,
    days_left: i64,
    state: &'static str,
    sha256_fingerprint: String,
    sha1_fingerprint: String,
}

impl Told {
    fn of(certificate: &Certificate, now: DateTime<Utc>) -> Self {
        let left = certificate.not_after() - now;
        Self {
            subject: certificate.subject().to_owned(),
            issuer: certificate.issuer().to_owned(),
            key: certificate.key_kind(),
            not_before: rfc3339(certificate.not_before()),
            not_after: rfc3339(certificate.not_after()),
            days_left: left.num_days(),
            state: if now < certificate.not_before() {
                "not yet valid"
            } else if left <= chrono::TimeDelta::zero() {
                "expired"
            } else {
                "valid"
            },
            sha256_fingerprint: certificate.sha256_fingerprint(),
            sha1_fingerprint: certificate.sha1_fingerprint(),
        }
    }

    fn text(&self) -> String {
        [
            format!("subject     {}", self.subject),
            format!("issuer      {}", self.issuer),
            format!("key         {}", self.key),
            format!("not before  {}", self.not_before),
            format!(
                "not after   {}  ({}, {} days left)",
                self.not_after, self.state, self.days_left
            ),
            format!("SHA-256     {}", self.sha256_fingerprint),
            format!("SHA-1       {}", self.sha1_fingerprint),
        ]
        .join("\n")
    }
}
