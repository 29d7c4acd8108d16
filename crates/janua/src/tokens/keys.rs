//! Signing keys: pinned by the operator's files, or generated once and kept sealed in the database.
//!
//! Several instances may start on an empty database at once: the unique index lets one key become active, and the
//! others take it.

use std::sync::{Arc, PoisonError, RwLock};

use crate::config::{Config, Tokens};
use crate::crypto::sealed::{Aad, Sealer};
use crate::crypto::signing::{Algorithm, Jwks, KeySet, PublicKey, SigningKey, VerificationKey};
use crate::error::{Error, Result};
use crate::events::{self, Event, Name};
use crate::io::clock::Clock;
use crate::io::db::Db;
use crate::io::random::Random;

use super::store;

/// The keys in use: one signs, all verify.
#[derive(Debug)]
pub struct KeyRing(RwLock<Arc<Keys>>);

#[derive(Debug)]
struct Keys {
    active: Arc<SigningKey>,
    verifiers: Arc<KeySet>,
}

impl KeyRing {
    /// The key that signs.
    pub fn active(&self) -> Arc<SigningKey> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .active
            .clone()
    }

    /// The keys that verify.
    pub fn verifiers(&self) -> Arc<KeySet> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .verifiers
            .clone()
    }

    /// What `/.well-known/jwks.json` publishes (RFC 7517 §5): public members only, nothing for HS256.
    pub fn jwks(&self) -> Jwks {
        self.verifiers().jwks()
    }

    fn of(active: SigningKey, others: Vec<VerificationKey>) -> Self {
        let mut verifiers = vec![active.verification_key().clone()];
        verifiers.extend(others.into_iter().filter(|it| it.kid() != active.kid()));
        let keys = Keys {
            active: Arc::new(active),
            verifiers: Arc::new(KeySet::new(verifiers)),
        };
        Self(RwLock::new(Arc::new(keys)))
    }
}

/// Finds or makes the keys at start-up.
///
/// # Errors
/// A text for the operator: files that do not fit together, a stored key that the root secret does not open.
pub async fn load(
    config: &Config,
    db: &Db,
    sealer: &Sealer,
    random: &Random,
    clock: &Clock,
) -> Result<KeyRing, String> {
    let tokens = &config.tokens;
    if tokens.algorithm == Algorithm::Hs256 {
        let secret = tokens.secret_key.as_ref().ok_or("JWT_SECRET_KEY is missing")?;
        let key = SigningKey::hmac(secret.reveal().as_bytes()).map_err(|error| error.to_string())?;
        return Ok(KeyRing::of(key, Vec::new()));
    }
    if tokens.private_key_path.is_some() {
        return pinned(tokens).map(|key| KeyRing::of(key, Vec::new()));
    }
    let stored = stored_or_generated(tokens.algorithm, db, sealer, random, clock).await;
    stored.map_err(|error| error.to_string())
}

/// Whether the files that the settings name can be read and belong together.
///
/// # Errors
/// A text for the operator.
pub fn check_files(tokens: &Tokens) -> Result<(), String> {
    if tokens.private_key_path.is_some() {
        pinned(tokens)?;
    }
    Ok(())
}

/// The two PEM files of the guide, compared with each other.
fn pinned(tokens: &Tokens) -> Result<SigningKey, String> {
    let read = |name: &str, path: &Option<String>| {
        let path = path.as_deref().unwrap_or_default();
        std::fs::read_to_string(path).map_err(|error| format!("{name}={path} cannot be read: {error}"))
    };
    let private = read("JWT_PRIVATE_KEY_PATH", &tokens.private_key_path)?;
    let public = read("JWT_PUBLIC_KEY_PATH", &tokens.public_key_path)?;
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

async fn stored_or_generated(
    algorithm: Algorithm,
    db: &Db,
    sealer: &Sealer,
    random: &Random,
    clock: &Clock,
) -> Result<KeyRing> {
    if let Some(ring) = stored(algorithm, db, sealer).await? {
        return Ok(ring);
    }
    let (key, der) = SigningKey::generate(algorithm).map_err(Error::internal)?;
    let public = key.public().map(|it| it.spki_der().to_vec()).unwrap_or_default();
    let private = sealer.seal(&der, &place(key.kid()), random.bytes());
    let now = clock.now();
    let mut tx = db.begin().await?;
    if store::insert_active_key(&mut tx, key.kid(), algorithm, public, private, now).await? {
        events::record_at(&mut tx, random, now, Event::about(Name::KeyGenerated, None)).await?;
        tx.commit().await?;
        tracing::info!(kid = key.kid(), %algorithm, "a signing key was generated");
    } else {
        drop(tx);
    }
    // Read back: another instance may have been quicker, and keys of other algorithms still verify.
    stored(algorithm, db, sealer)
        .await?
        .ok_or_else(|| Error::internal("the signing key that was just stored is gone"))
}

async fn stored(algorithm: Algorithm, db: &Db, sealer: &Sealer) -> Result<Option<KeyRing>> {
    let rows = store::keys(db).await?;
    let Some(active) = rows
        .iter()
        .find(|it| it.state == "active" && it.algorithm == algorithm.to_string())
    else {
        return Ok(None);
    };
    let der = sealer.open(&active.sealed, &place(&active.id)).map_err(|error| {
        Error::internal(format!(
            "the stored signing key cannot be opened ({error}): JANUA_MASTER_KEY, JWT_SECRET_KEY or the key file under \
             JANUA_DATA_DIR is not the one that it was sealed with"
        ))
    })?;
    let key = SigningKey::from_pkcs8(algorithm, &der).map_err(Error::internal)?;
    let others = rows.iter().filter(|it| it.id != active.id);
    let others = others
        .filter_map(|it| PublicKey::from_spki_der(&it.public_der).ok())
        .map(VerificationKey::from);
    Ok(Some(KeyRing::of(key, others.collect())))
}

fn place(kid: &str) -> Aad<'_> {
    Aad {
        table: "signing_keys",
        row: kid,
        column: "sealed",
    }
}
