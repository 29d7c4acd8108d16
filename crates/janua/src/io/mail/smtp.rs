//! Mail over SMTP (RFC 5321): STARTTLS, TLS from the first byte, or plain to this machine.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{Message, Refused};
use crate::config::Mail;
use crate::error::causes;

/// How long a mail server may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take for a whole mail: the library waits for ever for one that accepts and then says nothing.
const PATIENCE_FOR_A_MAIL: Duration = Duration::from_secs(30);

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    pub(super) fn new(host: &str, settings: &Mail, sender_name: &str) -> Result<Self, String> {
        let from = settings.from.as_deref().unwrap_or_default();
        let from: Mailbox = from
            .parse()
            .map_err(|error| format!("SMTP_FROM {from:?} is not an address: {error}"))?;
        let from = Mailbox {
            name: from.name.or_else(|| Some(sender_name.to_owned())),
            ..from
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .tls(tls(host, settings)?)
            .timeout(Some(PATIENCE))
            .pool_config(
                PoolConfig::new()
                    .max_size(4)
                    .idle_timeout(Duration::from_secs(30)),
            );
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder
                .credentials(Credentials::new(user.clone(), password.reveal().clone()))
                .authentication(vec![Mechanism::Plain, Mechanism::Login]);
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<String, Refused> {
        let never = |answer: String| Refused {
            answer,
            permanent: true,
        };
        let to: Mailbox = message
            .to
            .parse()
            .map_err(|error| never(format!("{}: {error}", message.to)))?;
        let mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.subject.clone())
            .message_id(Some(format!("<{}@{}>", message.id, self.from.email.domain())))
            // RFC 3834: nobody's holiday notice should answer.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(
                message.text.clone(),
                message.html.clone(),
            ))
            .map_err(|error| never(error.to_string()))?;
        let sent = tokio::time::timeout(PATIENCE_FOR_A_MAIL, self.transport.send(mail)).await;
        let Ok(sent) = sent else {
            return Err(Refused {
                answer: "the mail server took too long to answer".to_owned(),
                permanent: false,
            });
        };
        match sent {
            Ok(response) => {
                let lines = response.message().collect::<Vec<_>>().join(" ");
                Ok(format!("{} {lines}", response.code()).trim().to_owned())
            }
            Err(error) => Err(Refused {
                permanent: error.is_permanent() && !is_about_our_login(&error),
                answer: causes(&error),
            }),
        }
    }

    pub(super) async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server did not answer NOOP".to_owned()),
            Err(error) => Err(causes(&error)),
        }
    }
}

pub(super) fn tls(host: &str, settings: &Mail) -> Result<Tls, String> {
    if !settings.tls {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(path) = &settings.ca_file {
        let pem =
            std::fs::read(path).map_err(|error| format!("SMTP_CA_FILE {path:?} cannot be read: {error}"))?;
        let certificate = Certificate::from_pem(&pem);
        let certificate =
            certificate.map_err(|error| format!("SMTP_CA_FILE {path:?} is not a certificate: {error}"))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters
        .build()
        .map_err(|error| format!("SMTP_HOST {host:?}: {error}"))?;
    if settings.implicit_tls {
        return Ok(Tls::Wrapper(parameters));
    }
    // A mail server on this machine often has no certificate, and the way to it no listener.
    Ok(if settings.is_local() && settings.ca_file.is_none() {
        Tls::Opportunistic(parameters)
    } else {
        Tls::Required(parameters)
    })
}

/// RFC 4954 §6: these say nothing about the mail. It waits until the operator has mended the settings.
fn is_about_our_login(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    matches!(code, Some(530 | 534 | 535 | 538))
}
