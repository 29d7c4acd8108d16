//! Questions to passkeys: each is answered once, within five minutes, by whom it was asked.
//!
//! A question travels to whom it is asked and back, signed, so that asking writes nothing: who asks ever so often fills no
//! table. What is kept is which ones were answered, in the transaction of what the answer brought about.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::error::{Code, Error, Result, Truth};
use crate::ids::SessionId;
use crate::io::db::Tx;
use crate::users::UserId;

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// What the text of a question begins with.
const PREFIX: &str = "jpc_";

/// What an answer is good for; a question of one purpose is unknown to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bound {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionId>,
}

impl Bound {
    /// To somebody, in their session.
    pub(super) fn to(user: &UserId, session: &SessionId) -> Self {
        Self {
            user: Some(user.clone()),
            session: Some(session.clone()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Written<T> {
    purpose: Purpose,
    bound: Bound,
    expires_at: DateTime<Utc>,
    question: T,
}

/// That a question of ours was answered. Whatever the answer is worth, it is to be [used up](Self::use_up).
#[derive(Debug)]
pub(super) struct Asked {
    hash: String,
    purpose: Purpose,
    expires_at: DateTime<Utc>,
}

/// What is signed.
fn signed(payload: &str) -> [&[u8]; 2] {
    [b"passkey question", payload.as_bytes()]
}

/// Writes a question for whom it is asked.
pub(super) fn ask<T: Serialize>(app: &App, purpose: Purpose, bound: Bound, question: T) -> Result<String> {
    let written = Written {
        purpose,
        bound,
        expires_at: app.clock.now() + LIFETIME,
        question,
    };
    let json = serde_json::to_vec(&written).map_err(Error::internal)?;
    let payload = URL_SAFE_NO_PAD.encode(json);
    let tag = URL_SAFE_NO_PAD.encode(app.keys.one_time.mac(&signed(&payload)));
    Ok(format!("{PREFIX}{payload}.{tag}"))
}

/// Reads a question that came back, in time and from whom it was asked.
///
/// # Errors
/// `PASSKEY_CHALLENGE_INVALID` for one that was not asked here or was asked in another session,
/// `PASSKEY_CHALLENGE_EXPIRED`.
pub(super) fn read<T: DeserializeOwned>(
    app: &App,
    purpose: Purpose,
    bound: &Bound,
    text: &str,
) -> Result<(T, Asked)> {
    let parts = text
        .strip_prefix(PREFIX)
        .and_then(|it| it.split_once('.'))
        .and_then(|(payload, tag)| Some((payload, URL_SAFE_NO_PAD.decode(tag).ok()?)));
    let (payload, shown) =
        parts.ok_or_else(|| Code::PasskeyChallengeInvalid.because(Truth::QuestionForged))?;
    if !app
        .all_keys()
        .any(|it| it.one_time.verify_mac(&signed(payload), &shown))
    {
        return Err(Code::PasskeyChallengeInvalid.because(Truth::QuestionForged));
    }
    // Signed by us: what does not read was written by another version.
    let written: Option<Written<T>> = URL_SAFE_NO_PAD
        .decode(payload)
        .ok()
        .and_then(|it| serde_json::from_slice(&it).ok());
    let written = written.filter(|it| it.purpose == purpose && it.bound == *bound);
    let written = written.ok_or_else(|| Code::PasskeyChallengeInvalid.because(Truth::QuestionForged))?;
    if app.clock.now() >= written.expires_at {
        return Err(Code::PasskeyChallengeExpired.into());
    }
    let asked = Asked {
        hash: URL_SAFE_NO_PAD.encode(shown),
        purpose,
        expires_at: written.expires_at,
    };
    Ok((written.question, asked))
}

impl Asked {
    /// Uses the question up, in the transaction of what its answer brings about.
    ///
    /// # Errors
    /// `PASSKEY_CHALLENGE_USED` for all but the first.
    pub(super) async fn use_up(&self, app: &App, tx: &mut Tx) -> Result<()> {
        let now = app.clock.now();
        let is_first = store::use_up(tx, &self.hash, self.purpose, now, self.expires_at).await?;
        is_first
            .then_some(())
            .ok_or_else(|| Code::PasskeyChallengeUsed.into())
    }

    /// Uses the question up for an answer that was refused.
    ///
    /// # Errors
    /// The refusal; `PASSKEY_CHALLENGE_USED` for all but the first.
    pub(super) async fn refuse<R>(&self, app: &App, refused: Error) -> Result<R> {
        let mut tx = app.db.begin().await?;
        self.use_up(app, &mut tx).await?;
        tx.commit().await?;
        Err(refused)
    }
}
