//! `janua keys`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::output::Output;
use super::{Failure, stored_keys};
use crate::crypto::signing::{Algorithm, PublicKey, SigningKey};

#[derive(Subcommand)]
pub(super) enum Order {
    /// Write a new key pair as private.pem and public.pem.
    #[command(
        after_help = "Examples:\n  janua keys generate --out ./keys\n  janua keys generate --algorithm ES256 --out ./keys"
    )]
    Generate {
        /// RS256, ES256 or EdDSA.
        #[arg(long, default_value = "RS256")]
        algorithm: String,
        /// The folder; existing files are never overwritten.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
    /// Tell the SHA-256 of a public key, as `openssl pkey -pubin -outform DER | sha256sum` does.
    #[command(
        after_help = "Examples:\n  janua keys fingerprint ./keys/public.pem\n  janua keys fingerprint ./keys/private.pem"
    )]
    Fingerprint {
        /// A PEM file with a public or a private key.
        file: PathBuf,
    },
    /// List the keys that sign, verify or wait.
    #[command(after_help = "Examples:\n  janua keys list\n  janua keys list --json")]
    List,
    /// Replace the signing key in the database: the new one is published now and signs some minutes later.
    #[command(
        after_help = "Examples:\n  janua keys rotate\n  janua keys rotate --now\n  janua keys rotate --algorithm ES256"
    )]
    Rotate {
        /// Without the wait, for a compromised key: until clients fetch the JWKS anew they may reject tokens.
        #[arg(long)]
        now: bool,
        /// RS256, ES256 or EdDSA, instead of the algorithm of the active key.
        #[arg(long)]
        algorithm: Option<String>,
    },
    /// Bring everything that is sealed under an earlier master key under the current one. May be stopped and run again.
    #[command(
        after_help = "Examples:\n  JANUA_MASTER_KEY=$NEW JANUA_MASTER_KEY_PREVIOUS=$OLD janua keys reseal\n  janua keys reseal --json"
    )]
    Reseal,
}

pub(super) async fn run(order: Order, output: Output) -> Result<(), Failure> {
    match order {
        Order::List => stored_keys::list(output).await,
        Order::Rotate { now, algorithm } => stored_keys::rotate(now, algorithm.as_deref(), output).await,
        Order::Reseal => stored_keys::reseal(output).await,
        Order::Generate { algorithm, out } => generate(&algorithm, &out, output),
        Order::Fingerprint { file } => fingerprint(&file, output),
    }
}

pub(super) fn algorithm(name: &str) -> Result<Algorithm, Failure> {
    name.parse().map_err(|_| {
        Failure::Wrong(format!(
            "the algorithm {name:?} is not one of: RS256, ES256, EdDSA"
        ))
    })
}

fn generate(name: &str, out: &Path, output: Output) -> Result<(), Failure> {
    let algorithm = algorithm(name)?;
    let (key, der) = SigningKey::generate(algorithm)?;
    let public = key
        .public()
        .ok_or_else(|| Failure::Wrong("HS256 has no key pair".to_owned()))?;
    std::fs::create_dir_all(out)?;
    let (private_path, public_path) = (out.join("private.pem"), out.join("public.pem"));
    // Halves of two pairs beside each other would be worse than no key.
    if let Some(there) = [&private_path, &public_path].into_iter().find(|it| it.exists()) {
        return Err(Failure::Wrong(format!(
            "{} is already there; choose another folder",
            there.display()
        )));
    }
    write_new(&private_path, &pem("PRIVATE KEY", &der), 0o600)?;
    write_new(&public_path, &public.spki_pem(), 0o644)?;
    let answer = serde_json::json!({
        "kid": key.kid(), "algorithm": algorithm.to_string(), "fingerprint": public.sha256_fingerprint(),
        "private": private_path, "public": public_path,
    });
    output.show(&answer, || {
        format!(
            "{} key {}\n  JWT_PRIVATE_KEY_PATH={}\n  JWT_PUBLIC_KEY_PATH={}\n  SHA-256 {}",
            algorithm,
            key.kid(),
            private_path.display(),
            public_path.display(),
            public.sha256_fingerprint()
        )
    });
    Ok(())
}

fn fingerprint(file: &Path, output: Output) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Wrong(format!("{} cannot be read: {error}", file.display())))?;
    let public = public_of(&text).ok_or_else(|| {
        Failure::Wrong(format!(
            "{} holds no PEM key for RS256, ES256 or EdDSA",
            file.display()
        ))
    })?;
    let answer = serde_json::json!({
        "fingerprint": public.sha256_fingerprint(), "kid": public.kid(), "algorithm": public.algorithm().to_string(),
    });
    output.show(&answer, || {
        format!(
            "{}  {} ({}, kid {})",
            public.sha256_fingerprint(),
            file.display(),
            public.algorithm(),
            public.kid()
        )
    });
    Ok(())
}

fn public_of(text: &str) -> Option<PublicKey> {
    if text.contains("PUBLIC KEY") {
        return PublicKey::from_pem(text).ok();
    }
    let algorithms = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];
    let key = algorithms
        .into_iter()
        .find_map(|algorithm| SigningKey::from_pem(algorithm, text).ok())?;
    key.public().cloned()
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options
        .open(path)
        .map_err(|error| Failure::Wrong(format!("{} cannot be written: {error}", path.display())))?;
    file.write_all(text.as_bytes())?;
    Ok(())
}
