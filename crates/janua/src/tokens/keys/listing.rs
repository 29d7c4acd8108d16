//! The keys as an operator sees them.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use super::{State, reload, store};
use crate::app::App;
use crate::crypto::signing::{Algorithm, PublicKey};
use crate::error::Result;

/// A key, without anything secret.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its id, as tokens name it.
    pub kid: String,
    /// What it signs with.
    #[serde(serialize_with = "by_name")]
    pub algorithm: Algorithm,
    /// `next`, `active` or `retiring`; `pinned` for the operator's key that signs, `additional` for one that only
    /// verifies.
    pub state: &'static str,
    /// When it was made, or first seen; files do not tell.
    pub created_at: Option<DateTime<Utc>>,
    /// When it begins to sign, or began.
    pub activates_at: Option<DateTime<Utc>>,
    /// When a retiring key is deleted.
    pub retires_at: Option<DateTime<Utc>>,
    /// Seconds since it was made.
    pub age_seconds: Option<i64>,
    /// SHA-256 of the public half, as `openssl pkey -pubin -outform DER | sha256sum` prints it.
    pub fingerprint: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
pub(super) fn by_name<S: Serializer>(algorithm: &Algorithm, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(algorithm.name())
}

/// Every key that signs, verifies or waits: the one that signs first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App) -> Result<Vec<Listed>> {
    reload(app).await?;
    let (now, signer) = (app.clock.now(), app.ring.active());
    let rows = store::all(&app.db).await?;
    let mut keys: Vec<Listed> = rows
        .iter()
        .filter_map(|row| {
            let stage = row.stage()?;
            let is_pinned = row.id == signer.kid() && app.ring.is_pinned();
            let public = PublicKey::from_spki_der(&row.public_der).ok();
            Some(Listed {
                kid: row.id.clone(),
                algorithm: stage.algorithm,
                state: if is_pinned { "pinned" } else { stage.state.text() },
                created_at: Some(row.created_at),
                activates_at: Some(stage.activates_at),
                retires_at: row
                    .retires_at
                    .filter(|_| !is_pinned && stage.state == State::Retiring),
                age_seconds: Some((now - row.created_at).num_seconds()),
                fingerprint: public.map(|it| it.sha256_fingerprint()),
            })
        })
        .collect();
    let known = |kid: &str| rows.iter().any(|row| row.id == kid);
    let additional = app.ring.external.additional.iter();
    keys.extend(additional.filter(|it| !known(it.kid())).map(|it| Listed {
        kid: it.kid().to_owned(),
        algorithm: it.algorithm(),
        state: "additional",
        created_at: None,
        activates_at: None,
        retires_at: None,
        age_seconds: None,
        fingerprint: it.public().map(PublicKey::sha256_fingerprint),
    }));
    keys.sort_by_key(|it| it.kid != signer.kid());
    Ok(keys)
}
