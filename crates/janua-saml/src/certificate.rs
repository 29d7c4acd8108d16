//! X.509 certificates, as far as SAML needs them: a key with a name on it and two dates.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra::Key;
use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::{Kind, Refusal, names};

/// The largest certificate that is looked at, in bytes.
const LARGEST: usize = 16 * 1024;

/// The shortest RSA key that is taken, in bits (NIST SP 800-131A).
const SHORTEST_RSA: usize = 2048;

/// A certificate. Nothing but its key is trusted, and that only where it was pinned.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    key: Key,
    subject: String,
    issuer: String,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

impl Certificate {
    /// Reads one in PEM; text around it is passed over.
    pub fn from_pem(pem: &str) -> Result<Self, Refusal> {
        let mut all = Self::all_from_pem(pem)?;
        if all.len() > 1 {
            return Err(unusable("there is more than one certificate"));
        }
        all.pop().ok_or_else(|| {
            unusable("there is no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")
        })
    }

    /// Reads all there are in PEM.
    pub fn all_from_pem(pem: &str) -> Result<Vec<Self>, Refusal> {
        let mut all = Vec::new();
        let mut rest = pem;
        while let Some((_, begun)) = rest.split_once("-----BEGIN CERTIFICATE-----") {
            let (body, after) = begun
                .split_once("-----END CERTIFICATE-----")
                .ok_or_else(|| unusable("the certificate has no end"))?;
            all.push(Self::from_base64(body)?);
            rest = after;
        }
        Ok(all)
    }

    /// Reads one as it stands in metadata: base64 with white space.
    pub fn from_base64(text: &str) -> Result<Self, Refusal> {
        if text.len() > 2 * LARGEST {
            return Err(unusable("it is too large"));
        }
        let compact: String = text.chars().filter(|it| !it.is_ascii_whitespace()).collect();
        let der = STANDARD
            .decode(compact)
            .map_err(|_| unusable("the certificate is not in base64"))?;
        Self::from_der(&der)
    }

    /// Reads one in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Refusal> {
        if der.len() > LARGEST {
            return Err(unusable("it is too large"));
        }
        let (rest, certificate) = X509Certificate::from_der(der)
            .map_err(|error| unusable(&format!("it is no X.509 certificate: {error}")))?;
        if !rest.is_empty() {
            return Err(unusable("something follows the certificate"));
        }
        if let Ok(PublicKey::RSA(rsa)) = certificate.public_key().parsed()
            && rsa.key_size() < SHORTEST_RSA
        {
            let size = rsa.key_size();
            let reason =
                format!("its RSA key has {size} bits: let the provider make one of {SHORTEST_RSA} or more");
            return Err(unusable(&reason));
        }
        let key = bergshamra::keys::loader::load_x509_cert_der(der)
            .map_err(|error| unusable(&format!("the key of the certificate cannot be used: {error}")))?;
        let time = |at: i64| {
            DateTime::from_timestamp(at, 0).ok_or_else(|| unusable("a date of the certificate is none"))
        };
        Ok(Self {
            key,
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
            der: der.to_vec(),
        })
    }

    /// In PEM.
    pub fn pem(&self) -> String {
        let text = self.base64();
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// In base64, as it stands in XML.
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// In DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// From when on it says that it counts.
    pub fn not_before(&self) -> DateTime<Utc> {
        self.not_before
    }

    /// Until when it says that it counts.
    pub fn not_after(&self) -> DateTime<Utc> {
        self.not_after
    }

    /// Whose it says it is.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who says so.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What kind of key it holds, such as `RSA`.
    pub fn key_kind(&self) -> &'static str {
        self.key.algorithm_name()
    }

    /// To compare by eye, as `AB:CD:…`.
    pub fn sha256_fingerprint(&self) -> String {
        self.fingerprint(names::SHA256)
    }

    /// To compare by eye where nothing better is shown, as `AB:CD:…`.
    pub fn sha1_fingerprint(&self) -> String {
        self.fingerprint(names::SHA1)
    }

    fn fingerprint(&self, algorithm: &str) -> String {
        let digest = bergshamra::crypto::digest::digest(algorithm, &self.der).unwrap_or_default();
        let bytes: Vec<String> = digest.iter().map(|it| format!("{it:02X}")).collect();
        bytes.join(":")
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({self}, {})", self.sha256_fingerprint())
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.subject)
    }
}

fn unusable(detail: &str) -> Refusal {
    Refusal::new(Kind::InvalidKey, detail)
}
