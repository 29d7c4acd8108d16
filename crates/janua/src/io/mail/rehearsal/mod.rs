//! The SMTP dialogue, tried step by step and told step by step: what `janua email test` shows.
//!
//! lettre speaks; here it is only stopped after every step. What went over the wire in clear is recorded by
//! [`Recorder`]; what follows is written down from the commands and answers, with secrets as `***`.

mod advice;
mod certificate;
mod recorder;

pub use certificate::Presented;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use serde::Serialize;
use tokio::net::TcpStream;

use super::smtp;
use crate::config;
use crate::error::causes;
use recorder::Recorder;

/// How long one step may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// As it should.
    Ok,
    /// The dialogue ended here.
    Failed,
    /// Not needed, or not wanted.
    Skipped,
}

/// One step of the dialogue.
#[derive(Debug, Serialize)]
pub struct Step {
    /// As in `STARTTLS`.
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub milliseconds: u128,
    /// What the other side said, or what went wrong.
    pub detail: String,
}

/// The dialogue as far as it went.
#[derive(Debug, Default, Serialize)]
pub struct Rehearsal {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The certificate that the server presented.
    pub certificate: Option<Presented>,
    /// Who said what: `C:` is Janua, `S:` the mail server.
    pub transcript: Vec<String>,
    /// What to do about the step that failed.
    pub advice: Option<&'static str>,
}

/// What the server says to a wish, or why it did not.
type Said<T> = Result<(T, String), String>;

impl Rehearsal {
    /// Goes through the dialogue with the mail server of the settings. Without `mail` it stops after AUTH.
    pub async fn of(settings: &config::Mail, to: &str, send: bool, now: DateTime<Utc>) -> Self {
        let mut rehearsal = Self::default();
        // Every failure is a step already.
        let _ = rehearsal.go(settings, to, send, now).await;
        let failed = rehearsal.steps.iter().find(|it| it.outcome == Outcome::Failed);
        rehearsal.advice = failed.map(|it| advice::on(it, settings));
        rehearsal
    }

    /// Whether nothing failed.
    pub fn succeeded(&self) -> bool {
        self.steps.iter().all(|it| it.outcome != Outcome::Failed)
    }

    async fn go(&mut self, settings: &config::Mail, to: &str, send: bool, now: DateTime<Utc>) -> Option<()> {
        let host = settings.host.as_deref().unwrap_or_default();
        let hello = ClientId::default();
        let tls = self
            .step("settings", async { with_detail(smtp::tls(host, settings), "") })
            .await?;
        let found = self.step("resolve", resolve(host, settings.port)).await?;
        let stream = self.step("connect", connect(found)).await?;
        let mut connection = match &tls {
            Tls::Wrapper(parameters) => {
                self.wrapped(stream, host, settings, parameters, &hello, now)
                    .await?
            }
            _ => self.greeted(stream, &hello).await?,
        };
        match &tls {
            Tls::Required(parameters) => {
                self.start_tls(&mut connection, host, settings, parameters, &hello, now)
                    .await?;
            }
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                self.start_tls(&mut connection, host, settings, parameters, &hello, now)
                    .await?;
            }
            Tls::Wrapper(_) => {}
            _ => self.skip(
                "STARTTLS",
                "not offered, or not wanted by SMTP_TLS: this goes in clear",
            ),
        }
        self.authenticate(&mut connection, settings).await?;
        if send {
            self.deliver(&mut connection, settings, to, now).await?;
        } else {
            self.skip("MAIL FROM", "nothing is to be sent");
        }
        let quit = self.step("QUIT", patiently(connection.quit())).await?;
        self.said("QUIT", &quit);
        Some(())
    }

    /// The greeting and EHLO, in clear.
    async fn greeted(&mut self, stream: TcpStream, hello: &ClientId) -> Option<AsyncSmtpConnection> {
        let (recorder, record) = Recorder::new(stream);
        let began = Instant::now();
        let opened = AsyncSmtpConnection::connect_with_transport(Box::new(recorder), hello);
        let opened = match tokio::time::timeout(PATIENCE, opened).await {
            Ok(opened) => opened.map_err(|error| causes(&error)),
            Err(_) => Err(too_long()),
        };
        let lines = record.lines();
        let greeting = lines.first().filter(|it| it.starts_with("S: ")).cloned();
        self.transcript.extend(lines);
        match (&opened, greeting) {
            // Refused before EHLO: what it said instead of 220 is the error.
            (Err(error), None) => self.note("greeting", Outcome::Failed, began, error.clone()),
            (Err(error), Some(greeting)) if !greeting.starts_with("S: 220") => {
                self.note("greeting", Outcome::Failed, began, error.clone());
            }
            (_, greeting) => {
                let greeting = greeting.unwrap_or_default();
                self.note(
                    "greeting",
                    Outcome::Ok,
                    began,
                    greeting.trim_start_matches("S: ").to_owned(),
                );
                match &opened {
                    Ok(connection) => self.note("EHLO", Outcome::Ok, began, offered(connection)),
                    Err(error) => self.note("EHLO", Outcome::Failed, began, error.clone()),
                }
            }
        }
        opened.ok()
    }

    /// TLS from the first byte; lettre greets inside of it.
    async fn wrapped(
        &mut self,
        stream: TcpStream,
        host: &str,
        settings: &config::Mail,
        parameters: &TlsParameters,
        hello: &ClientId,
        now: DateTime<Utc>,
    ) -> Option<AsyncSmtpConnection> {
        drop(stream);
        let server = (host.to_owned(), settings.port);
        let opened = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(PATIENCE),
            hello,
            Some(parameters.clone()),
            None,
        );
        let began = Instant::now();
        let opened = match tokio::time::timeout(PATIENCE * 2, opened).await {
            Ok(opened) => opened.map_err(|error| causes(&error)),
            Err(_) => Err(too_long()),
        };
        match opened {
            Ok(connection) => {
                self.note(
                    "TLS",
                    Outcome::Ok,
                    began,
                    "encrypted from the first byte".to_owned(),
                );
                self.certify(connection.peer_certificate().ok(), None, host, now);
                self.note("EHLO", Outcome::Ok, began, offered(&connection));
                self.transcript.push("(greeting and EHLO, encrypted)".to_owned());
                Some(connection)
            }
            Err(error) => {
                self.note("TLS", Outcome::Failed, began, error.clone());
                self.certify(
                    certificate::fetch(host, settings, hello).await,
                    Some(error),
                    host,
                    now,
                );
                None
            }
        }
    }

    async fn start_tls(
        &mut self,
        connection: &mut AsyncSmtpConnection,
        host: &str,
        settings: &config::Mail,
        parameters: &TlsParameters,
        hello: &ClientId,
        now: DateTime<Utc>,
    ) -> Option<()> {
        let began = Instant::now();
        self.transcript.push("C: STARTTLS".to_owned());
        let encrypted = connection.starttls(parameters.clone(), hello);
        let encrypted = match tokio::time::timeout(PATIENCE, encrypted).await {
            Ok(encrypted) => encrypted.map_err(|error| causes(&error)),
            Err(_) => Err(too_long()),
        };
        match encrypted {
            Ok(()) => {
                self.transcript
                    .push("(TLS, and EHLO again inside of it)".to_owned());
                self.note(
                    "STARTTLS",
                    Outcome::Ok,
                    began,
                    format!("encrypted; then {}", offered(connection)),
                );
                self.certify(connection.peer_certificate().ok(), None, host, now);
                Some(())
            }
            Err(error) => {
                self.transcript.push(format!("({error})"));
                self.note("STARTTLS", Outcome::Failed, began, error.clone());
                if connection.server_info().supports_feature(Extension::StartTls) {
                    self.certify(
                        certificate::fetch(host, settings, hello).await,
                        Some(error),
                        host,
                        now,
                    );
                }
                None
            }
        }
    }

    fn certify(&mut self, der: Option<Vec<u8>>, refused: Option<String>, host: &str, now: DateTime<Utc>) {
        let Some(presented) = der.and_then(|der| Presented::read(&der, refused, host, now)) else {
            return;
        };
        let outcome = if presented.trusted {
            Outcome::Ok
        } else {
            Outcome::Failed
        };
        let detail = presented.in_words();
        self.certificate = Some(presented);
        self.note("certificate", outcome, Instant::now(), detail);
    }

    async fn authenticate(
        &mut self,
        connection: &mut AsyncSmtpConnection,
        settings: &config::Mail,
    ) -> Option<()> {
        let (Some(user), Some(password)) = (&settings.user, &settings.password) else {
            self.skip("AUTH", "SMTP_USER is not set");
            return Some(());
        };
        let credentials = Credentials::new(user.clone(), password.reveal().clone());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let chosen = connection.server_info().get_auth_mechanism(&mechanisms);
        let name = chosen.map_or_else(String::new, |it| format!(" {it}"));
        let answer = self
            .step("AUTH", patiently(connection.auth(&mechanisms, &credentials)))
            .await;
        self.transcript.push(format!("C: AUTH{name} ***"));
        self.transcript.push(match &answer {
            Some(answer) => format!("S: {}", in_words(answer)),
            None => format!("S: {}", self.steps.last().map_or("", |it| &it.detail)),
        });
        answer.map(|_| ())
    }

    async fn deliver(
        &mut self,
        connection: &mut AsyncSmtpConnection,
        settings: &config::Mail,
        to: &str,
        now: DateTime<Utc>,
    ) -> Option<()> {
        let composed = async { with_detail(compose(settings, to, now), "") };
        let (envelope, mail) = self.step("compose", composed).await?;
        let sender = Mail::new(envelope.from().cloned(), Vec::new());
        self.command(connection, "MAIL FROM", sender).await?;
        for recipient in envelope.to() {
            self.command(connection, "RCPT TO", Rcpt::new(recipient.clone(), Vec::new()))
                .await?;
        }
        self.command(connection, "DATA", Data).await?;
        let taken = self.step("message", patiently(connection.message(&mail))).await?;
        self.transcript
            .push(format!("C: (a message of {} bytes)", mail.len()));
        self.transcript.push(format!("S: {}", in_words(&taken)));
        Some(())
    }

    async fn command<C: std::fmt::Display>(
        &mut self,
        connection: &mut AsyncSmtpConnection,
        name: &'static str,
        command: C,
    ) -> Option<()> {
        let text = command.to_string();
        let answer = self.step(name, patiently(connection.command(command))).await;
        if let Some(answer) = &answer {
            self.said(text.trim_end(), answer);
        } else {
            let detail = self.steps.last().map_or("", |it| &it.detail);
            let lines = [format!("C: {}", text.trim_end()), format!("S: {detail}")];
            self.transcript.extend(lines);
        }
        answer.map(|_| ())
    }

    /// Carries a step out and notes how it ended.
    async fn step<T>(&mut self, name: &'static str, what: impl Future<Output = Said<T>>) -> Option<T> {
        let began = Instant::now();
        match what.await {
            Ok((it, detail)) => {
                // A step that says nothing is of interest only when it fails.
                if !detail.is_empty() {
                    self.note(name, Outcome::Ok, began, detail);
                }
                Some(it)
            }
            Err(detail) => {
                self.note(name, Outcome::Failed, began, detail);
                None
            }
        }
    }

    fn said(&mut self, command: &str, answer: &Response) {
        self.transcript.push(format!("C: {command}"));
        self.transcript.push(format!("S: {}", in_words(answer)));
    }

    fn skip(&mut self, name: &'static str, why: &str) {
        self.note(name, Outcome::Skipped, Instant::now(), why.to_owned());
    }

    fn note(&mut self, name: &'static str, outcome: Outcome, began: Instant, detail: String) {
        self.steps.push(Step {
            name,
            outcome,
            milliseconds: began.elapsed().as_millis(),
            detail,
        });
    }
}

async fn resolve(host: &str, port: u16) -> Said<Vec<std::net::SocketAddr>> {
    let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host, port))).await;
    let found: Vec<_> = found
        .map_err(|_| too_long())?
        .map_err(|error| error.to_string())?
        .collect();
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    with_detail(Ok(found), &names.join(", "))
}

async fn connect(addresses: Vec<std::net::SocketAddr>) -> Said<TcpStream> {
    let mut refusals = Vec::new();
    for address in addresses {
        match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return with_detail(Ok(stream), &address.to_string()),
            Ok(Err(error)) => refusals.push(format!("{address}: {error}")),
            Err(_) => refusals.push(format!("{address}: {}", too_long())),
        }
    }
    Err(refusals.join("; "))
}

/// An answer of the server, or the refusal in its own words.
async fn patiently(
    wish: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
) -> Said<Response> {
    let answer = tokio::time::timeout(PATIENCE, wish)
        .await
        .map_err(|_| too_long())?;
    let answer = answer.map_err(|error| causes(&error))?;
    let detail = in_words(&answer);
    Ok((answer, detail))
}

fn compose(settings: &config::Mail, to: &str, now: DateTime<Utc>) -> Result<(Envelope, Vec<u8>), String> {
    let address = |name: &str, text: &str| -> Result<Mailbox, String> {
        text.parse()
            .map_err(|error| format!("{name} {text:?} is not an address: {error}"))
    };
    let from = address("SMTP_FROM", settings.from.as_deref().unwrap_or_default())?;
    let mail = lettre::Message::builder()
        .from(from)
        .to(address("--to", to)?)
        .date(now.into())
        .subject("A test mail of Janua")
        .body("This is what `janua email test` sends. If you can read it, mail works.\r\n".to_owned())
        .map_err(|error| error.to_string())?;
    Ok((mail.envelope().clone(), mail.formatted()))
}

fn with_detail<T>(it: Result<T, String>, detail: &str) -> Said<T> {
    it.map(|it| (it, detail.to_owned()))
}

fn in_words(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" "))
        .trim_end()
        .to_owned()
}

/// What the server can do, of what we may want.
fn offered(connection: &AsyncSmtpConnection) -> String {
    let server = connection.server_info();
    let mut words: Vec<String> = Vec::new();
    let known = [
        ("STARTTLS", Extension::StartTls),
        ("8BITMIME", Extension::EightBitMime),
        ("SMTPUTF8", Extension::SmtpUtfEight),
    ];
    words.extend(
        known
            .iter()
            .filter(|(_, it)| server.supports_feature(*it))
            .map(|(name, _)| (*name).to_owned()),
    );
    let ways = [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2];
    let ways: Vec<String> = ways
        .iter()
        .filter(|it| server.supports_auth_mechanism(**it))
        .map(ToString::to_string)
        .collect();
    if !ways.is_empty() {
        words.push(format!("AUTH {}", ways.join(" ")));
    }
    let offer = if words.is_empty() {
        "nothing of use".to_owned()
    } else {
        words.join(", ")
    };
    format!("{} offers {offer}", server.name())
}

fn too_long() -> String {
    format!("no answer within {} seconds", PATIENCE.as_secs())
}
