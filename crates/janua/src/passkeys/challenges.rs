//! Questions to passkeys: each is answered once, within five minutes, by whom it was asked.
//!
//! An answer uses its question up before it is looked at, so that of fifty at once one is judged.

use chrono::TimeDelta;
use serde_json::Value;

use super::store;
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Result};
use crate::ids::SessionId;
use crate::users::UserId;

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What an answer is good for; a question of one purpose is unknown to another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Registration,
    SignIn,
}

impl Purpose {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::SignIn => "sign_in",
        }
    }
}

/// Who may answer: an absent one is anybody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bound<'a> {
    pub(super) user: Option<&'a UserId>,
    pub(super) session: Option<&'a SessionId>,
}

/// A question that was answered.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Asked {
    pub(super) user_id: Option<UserId>,
    pub(super) session_id: Option<SessionId>,
    #[sqlx(rename = "asked")]
    pub(super) question: Value,
}

/// Writes a question down; gives its name.
pub(super) async fn ask(app: &App, purpose: Purpose, bound: Bound<'_>, asked: Value) -> Result<String> {
    let name = OpaqueToken::from_random(app.random.bytes(), Kind::Challenge);
    let hash = name.hash(&app.keys.one_time);
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::ask(&mut tx, hash.as_str(), purpose, bound, asked, now, now + LIFETIME).await?;
    tx.commit().await?;
    Ok(name.reveal())
}

/// Uses a question up.
///
/// # Errors
/// `PASSKEY_CHALLENGE_INVALID` for one that was not asked here or was asked in another session,
/// `PASSKEY_CHALLENGE_USED`, `PASSKEY_CHALLENGE_EXPIRED`.
pub(super) async fn answer(
    app: &App,
    purpose: Purpose,
    name: &str,
    session: Option<&SessionId>,
) -> Result<Asked> {
    let name = OpaqueToken::parse(name, Kind::Challenge).map_err(|_| Code::PasskeyChallengeInvalid)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for keys in app.all_keys() {
        let hash = name.hash(&keys.one_time);
        if let Some(asked) = store::answer(&mut tx, hash.as_str(), purpose, session, now).await? {
            tx.commit().await?;
            return Ok(asked);
        }
        if let Some(is_used) = store::is_used(&mut tx, hash.as_str(), purpose, session).await? {
            return Err(if is_used {
                Code::PasskeyChallengeUsed
            } else {
                Code::PasskeyChallengeExpired
            }
            .into());
        }
    }
    Err(Code::PasskeyChallengeInvalid.into())
}
