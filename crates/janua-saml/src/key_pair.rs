//! Private keys with the certificate that announces them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra::Key;
use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::{Certificate, Kind, Refusal, names};

/// A private key and its certificate. It prints as `***`.
#[derive(Clone)]
pub struct KeyPair {
    pem: Zeroizing<String>,
    key: Key,
    certificate: Certificate,
    algorithm: &'static str,
}

impl KeyPair {
    /// Draws an RSA key of 2048 bits, with a certificate that it signs itself: the kind that every product takes.
    pub fn generate(
        common_name: &str,
        not_before: DateTime<Utc>,
        not_after: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let cannot = |error: rcgen::Error| unusable(&format!("no key can be made: {error}"));
        let key = rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(cannot)?;
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = DistinguishedName::new();
        parameters
            .distinguished_name
            .push(DnType::CommonName, common_name);
        parameters.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        parameters.not_before = date(not_before)?;
        parameters.not_after = date(not_after)?;
        let certificate = parameters.self_signed(&key).map_err(cannot)?;
        Self::from_parts(&Zeroizing::new(key.serialize_pem()), &certificate.pem())
    }

    /// Takes a private key in PKCS #8 PEM and its certificate in PEM.
    pub fn from_parts(key_pem: &str, certificate_pem: &str) -> Result<Self, Refusal> {
        let certificate = Certificate::from_pem(certificate_pem)?;
        let key = load(key_pem)?;
        let algorithm = match key.algorithm_name() {
            "RSA" => names::RSA_SHA256,
            "EC-P256" => names::ECDSA_SHA256,
            other => {
                return Err(unusable("the key cannot be used for SAML")
                    .expected("RSA or P-256")
                    .seen(other));
            }
        };
        if key.to_spki_der() != certificate.key().to_spki_der() || key.to_spki_der().is_none() {
            return Err(unusable("the certificate belongs to another key"));
        }
        Ok(Self {
            pem: Zeroizing::new(key_pem.to_owned()),
            key,
            certificate,
            algorithm,
        })
    }

    /// The private key in PKCS #8 PEM, to be sealed and kept.
    pub fn key_pem(&self) -> Zeroizing<String> {
        self.pem.clone()
    }

    /// The certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// How it signs.
    pub(crate) fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Whether it can decrypt; what is encrypted is encrypted to RSA.
    pub(crate) fn decrypts(&self) -> bool {
        self.algorithm == names::RSA_SHA256
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair(***, {:?})", self.certificate)
    }
}

fn load(pem: &str) -> Result<Key, Refusal> {
    let body = pem
        .split_once("-----BEGIN PRIVATE KEY-----")
        .and_then(|(_, rest)| rest.split_once("-----END PRIVATE KEY-----"))
        .map(|(body, _)| body)
        .ok_or_else(|| {
            unusable("it is no private key in PKCS #8 PEM, which begins with -----BEGIN PRIVATE KEY-----")
        })?;
    let compact: Zeroizing<String> =
        Zeroizing::new(body.chars().filter(|it| !it.is_ascii_whitespace()).collect());
    // Read anew, so that odd line lengths do not matter.
    let der = Zeroizing::new(
        STANDARD
            .decode(compact.as_bytes())
            .map_err(|_| unusable("the private key is not in base64"))?,
    );
    let mut clean = Zeroizing::new(String::from("-----BEGIN PRIVATE KEY-----\n"));
    let text = Zeroizing::new(STANDARD.encode(&*der));
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        clean.push_str(line);
        clean.push('\n');
        rest = after;
    }
    clean.push_str("-----END PRIVATE KEY-----\n");
    bergshamra::keys::loader::load_pem_auto(clean.as_bytes(), None)
        .map_err(|error| unusable(&format!("the private key cannot be used: {error}")))
}

fn date(at: DateTime<Utc>) -> Result<OffsetDateTime, Refusal> {
    OffsetDateTime::from_unix_timestamp(at.timestamp()).map_err(|_| unusable("a date is out of range"))
}

fn unusable(detail: &str) -> Refusal {
    Refusal::new(Kind::InvalidKey, detail)
}
