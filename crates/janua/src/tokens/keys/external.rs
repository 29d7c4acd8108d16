//! Keys that the operator holds: PEM files, and the secret of HS256.
//!
//! What always holds: such a key signs as soon as the settings name it. It has a row in the store without its private
//! half, kept for as long as an instance signs with it, so that every instance verifies its tokens to their end, also
//! after the settings were changed.

use std::sync::Arc;

use crate::config::Tokens;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::{Algorithm, PublicKey, SigningKey, VerificationKey};

/// What the settings and the files say, read once at start-up.
#[derive(Debug)]
pub(super) struct External {
    /// Signs instead of a stored key.
    pub(super) signer: Option<Arc<SigningKey>>,
    /// Verifies what was signed with it while `JWT_ALGORITHM` was HS256; never without a row that says so.
    pub(super) shared: Option<VerificationKey>,
    /// Verify, and stand in the JWKS.
    pub(super) additional: Vec<VerificationKey>,
}

impl External {
    /// Reads the files.
    ///
    /// # Errors
    /// A text for the operator: a file cannot be read, or holds something else, or does not fit another.
    pub(super) fn read(tokens: &Tokens) -> Result<Self, String> {
        let hmac = |secret: &SecretString| {
            SigningKey::hmac(secret.reveal().as_bytes()).map_err(|error| format!("JWT_SECRET_KEY: {error}"))
        };
        let shared = tokens.secret_key.as_ref().map(hmac).transpose()?;
        let verifier = shared.as_ref().map(|it| it.verification_key().clone());
        let signer = if tokens.algorithm == Algorithm::Hs256 {
            Some(shared.ok_or("JWT_SECRET_KEY is missing")?)
        } else if tokens.private_key_path.is_some() {
            Some(pinned(tokens)?)
        } else {
            None
        };
        Ok(Self {
            signer: signer.map(Arc::new),
            shared: verifier,
            additional: tokens
                .additional_public_key_paths
                .iter()
                .map(|path| additional(path))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn read(name: &str, path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{name}={path} cannot be read: {error}"))
}

fn additional(path: &str) -> Result<VerificationKey, String> {
    let name = "JWT_ADDITIONAL_PUBLIC_KEY_PATHS";
    let key = PublicKey::from_pem(&read(name, path)?);
    key.map(Into::into)
        .map_err(|error| format!("{name}={path} does not hold a public key: {error}"))
}

/// The two PEM files of the guide, compared with each other.
fn pinned(tokens: &Tokens) -> Result<SigningKey, String> {
    let private = tokens.private_key_path.as_deref().unwrap_or_default();
    let private = read("JWT_PRIVATE_KEY_PATH", private)?;
    let public = tokens.public_key_path.as_deref().unwrap_or_default();
    let public = read("JWT_PUBLIC_KEY_PATH", public)?;
    let key = SigningKey::from_pem(tokens.algorithm, &private).map_err(|error| {
        format!(
            "JWT_PRIVATE_KEY_PATH does not hold a key for {}: {error}",
            tokens.algorithm
        )
    })?;
    let public = PublicKey::from_pem(&public).map_err(|error| format!("JWT_PUBLIC_KEY_PATH: {error}"))?;
    match key.public() {
        Some(own) if *own == public => Ok(key),
        own => Err(format!(
            "JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH do not belong together: the private key's public half has \
             the fingerprint {}, the file has {}; write the right one with `openssl pkey -in private.pem -pubout`",
            own.map_or_else(String::new, PublicKey::sha256_fingerprint),
            public.sha256_fingerprint()
        )),
    }
}
