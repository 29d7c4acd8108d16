//! An identity provider and a service provider, as `scripts/saml-corpus` made them beside the seeds: they stay the same
//! from run to run, so that what was found once is found again.

use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use janua_saml::{Certificate, IdentityProvider, KeyPair, ServiceProvider, metadata};

/// When everything happens.
pub static NOW: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2030-01-01T00:00:00Z".parse().expect("a time"));

/// What clocks may differ by.
pub const SKEW: Duration = Duration::from_mins(1);

fn made(name: &str) -> String {
    let file = format!("{}/made/saml/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{file}: {error}; write it with scripts/saml-corpus fuzz/made/saml --seeds fuzz/corpus/saml")
    })
}

/// Whose signatures count.
pub static IDENTITY_PROVIDER: LazyLock<IdentityProvider> =
    LazyLock::new(|| metadata::read(made("idp.xml").as_bytes()).expect("metadata"));

/// The first of its certificates.
pub static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(|| IDENTITY_PROVIDER.certificates[0].clone());

/// For whom responses have to be.
pub static SERVICE_PROVIDER: LazyLock<ServiceProvider> = LazyLock::new(|| {
    let pair = KeyPair::from_parts(&made("sp.key"), &made("sp.crt")).expect("a key");
    ServiceProvider {
        entity_id: "https://janua.example/saml".to_owned(),
        acs: "https://janua.example/api/v1/sso/callback".parse().expect("a URL"),
        slo: Some("https://janua.example/api/v1/sso/logout".parse().expect("a URL")),
        signing: pair.clone(),
        next_signing: None,
        decryption: vec![pair],
        name_id_format: None,
        wants_assertions_signed: true,
    }
});
