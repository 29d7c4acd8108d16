//! The certificate that a mail server presents, in words.

use chrono::{DateTime, Utc};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use serde::Serialize;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::PATIENCE;
use crate::config::Mail;

/// A certificate.
#[derive(Debug, Serialize)]
pub struct Presented {
    /// Whose it is.
    pub subject: String,
    /// The names that it is good for.
    pub names: Vec<String>,
    /// Who vouches for it.
    pub issuer: String,
    /// From when on.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether we accept it.
    pub trusted: bool,
    /// Why not.
    pub refused_because: Option<String>,
}

impl Presented {
    /// Reads a certificate. `refused` is why the handshake failed, if it did.
    pub(super) fn read(der: &[u8], refused: Option<String>, host: &str, now: DateTime<Utc>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        let time = |seconds: i64| DateTime::from_timestamp(seconds, 0);
        let valid_until = time(validity.not_after.timestamp());
        let names = names(&certificate);
        // The reason that a person understands comes before the words of the library.
        let refused_because = refused.map(|error| match valid_until {
            Some(until) if until <= now => "it is out of date".to_owned(),
            _ if !names.is_empty() && error.contains("NotValidForName") => {
                format!("it is not for {host}")
            }
            _ => error,
        });
        Some(Self {
            subject: certificate.subject().to_string(),
            names,
            issuer: certificate.issuer().to_string(),
            valid_from: time(validity.not_before.timestamp()),
            valid_until,
            trusted: refused_because.is_none(),
            refused_because,
        })
    }

    /// In one line.
    pub(super) fn in_words(&self) -> String {
        let until = self
            .valid_until
            .map_or_else(String::new, |it| it.format("%Y-%m-%d").to_string());
        let names = self.names.join(", ");
        let trust = match &self.refused_because {
            None => "trusted".to_owned(),
            Some(why) => format!("NOT trusted: {why}"),
        };
        let (subject, issuer) = (&self.subject, &self.issuer);
        format!("{subject} (for {names}), issued by {issuer}, valid until {until}, {trust}")
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension.value.general_names.iter().filter_map(|it| match it {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|it| std::net::Ipv4Addr::from(it).to_string()),
            _ => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|it| std::net::Ipv6Addr::from(it).to_string()),
        },
        _ => None,
    });
    names.collect()
}

/// Connects once more and accepts any certificate, to look at the one that was refused; nothing is said afterwards.
pub(super) async fn fetch(host: &str, settings: &Mail, hello: &ClientId) -> Option<Vec<u8>> {
    let parameters = TlsParameters::builder(host.to_owned())
        .dangerous_accept_invalid_certs(true)
        .build()
        .ok()?;
    let look = async {
        let server = (host.to_owned(), settings.port);
        let wrapper = (settings.implicit_tls).then(|| parameters.clone());
        let implicit = wrapper.is_some();
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), hello, wrapper, None)
                .await
                .ok()?;
        if !implicit {
            connection.starttls(parameters, hello).await.ok()?;
        }
        let der = connection.peer_certificate().ok();
        connection.abort().await;
        der
    };
    tokio::time::timeout(PATIENCE, look).await.ok().flatten()
}
