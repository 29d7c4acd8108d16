//! Checkpoints: what the chain said at a position, signed by the key that signs tokens.
//!
//! Each is logged as well: a copy that left the server says later whether the log that is shown is the log that was.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::crypto::signing::{self, JwsError};
use crate::error::{Error, Result};
use crate::events::chain;
use crate::tokens::keys;

/// The type of the signed text.
const TYPE: &str = "janua-audit+jwt";

/// Rows after which the chain is signed again.
const ROWS: i64 = 1000;

/// The longest time that rows wait for a signature.
const PAUSE: TimeDelta = TimeDelta::hours(1);

/// A checkpoint as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Checkpoint {
    /// How many rows there had been.
    pub position: i64,
    pub(super) link: Vec<u8>,
    pub(super) made_at: DateTime<Utc>,
    pub(super) signature: String,
    pub(super) mac: Vec<u8>,
}

/// What is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    position: i64,
    link: String,
}

impl Checkpoint {
    fn with_parts<T>(&self, act: impl Fn(&[&[u8]]) -> T) -> T {
        let numbers = [self.position, self.made_at.timestamp_micros()].map(i64::to_be_bytes);
        act(&[
            b"checkpoint",
            &numbers[0],
            &self.link,
            &numbers[1],
            self.signature.as_bytes(),
        ])
    }

    /// What is wrong with it.
    pub(super) fn complaint(&self, app: &App) -> Option<&'static str> {
        let is_ours = |keys: &crate::app::Keys| self.with_parts(|it| keys.audit.verify_mac(it, &self.mac));
        if !app.all_keys().any(is_ours) {
            return Some("the checkpoint was changed");
        }
        match read(app, &self.signature) {
            Ok(claims) if claims.position == self.position && claims.link == hex::encode(&self.link) => None,
            // Its key has retired since: the mac still speaks for it.
            Err(JwsError::UnknownKey) => None,
            _ => Some("the signature of the checkpoint is not ours"),
        }
    }
}

fn read(app: &App, signature: &str) -> std::result::Result<Claims, JwsError> {
    signing::verify_compact(signature, &app.ring.verifiers(), TYPE)?.claims()
}

/// The position and link of a checkpoint that was kept elsewhere.
///
/// # Errors
/// A text for the operator.
pub(super) fn of_text(app: &App, signature: &str) -> std::result::Result<(i64, Vec<u8>), String> {
    let claims = read(app, signature.trim()).map_err(|error| format!("this is no checkpoint: {error}"))?;
    let link = hex::decode(&claims.link).map_err(|error| format!("this is no checkpoint: {error}"))?;
    Ok((claims.position, link))
}

/// Signs the end of the chain, when enough rows or enough time have passed since the last time.
pub(super) async fn make_if_due(app: &App) -> Result<()> {
    let Some(head) = chain::head(app).await?.filter(|it| it.is_ours(app)) else {
        return Ok(());
    };
    let (last, now) = (store::last_checkpoint(&app.db).await?, app.clock.now());
    let is_due = last.is_none_or(|it| {
        let rows = head.position - it.position;
        rows >= ROWS || rows > 0 && now - it.made_at >= PAUSE
    });
    if is_due && head.position > 0 {
        make(app, head.position, head.link, now).await?;
    }
    Ok(())
}

/// Brings checkpoints under the current master key.
pub(super) async fn renew(app: &App) -> Result<()> {
    let mut from = i64::MIN;
    loop {
        let page = store::checkpoints_from(&app.db, from, 100).await?;
        let Some(last) = page.last() else { return Ok(()) };
        from = last.position.saturating_add(1);
        for it in page.iter().filter(|it| it.complaint(app).is_none()) {
            let mac = it.with_parts(|parts| app.keys.audit.mac(parts));
            if it.mac != mac {
                store::renew_checkpoint(&app.db, it, mac.to_vec()).await?;
            }
        }
    }
}

async fn make(app: &App, position: i64, link: Vec<u8>, now: DateTime<Utc>) -> Result<()> {
    let claims = Claims {
        iss: app.config.tokens.issuer.clone(),
        iat: now.timestamp(),
        position,
        link: hex::encode(&link),
    };
    let key = keys::signer(app).await?;
    let signed = app
        .signing
        .run(move |()| signing::sign_compact(&key, TYPE, &claims));
    let signature = signed.await?.map_err(Error::internal)?;
    let mut made = Checkpoint {
        position,
        link,
        made_at: DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now),
        signature,
        mac: Vec::new(),
    };
    made.mac = made.with_parts(|parts| app.keys.audit.mac(parts)).to_vec();
    if store::insert_checkpoint(&app.db, &made).await? > 0 {
        tracing::info!(position, checkpoint = made.signature, "the audit log was signed");
    }
    Ok(())
}
