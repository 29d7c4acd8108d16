//! What an operator wants to know of a token that somebody has sent in: what it says, whether it is ours, and what
//! the server would answer. Nothing here changes anything, and nothing gives the token or its signature back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::rotation::{Decision, Shown, decide};
use super::{access, store};
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::crypto::signing::{ACCESS_TOKEN_TYPE, MAX_TOKEN_BYTES, verify_compact};
use crate::error::{Code, Result};
use crate::io::db::inspect;
use crate::sessions::{self, SessionId};
use crate::users::{self, UserId};

/// What is known of a token.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Inspected {
    /// An access token.
    Access(Box<Access>),
    /// A refresh token.
    Refresh(Box<Refresh>),
}

/// What is known of an access token.
#[derive(Debug, Serialize)]
pub struct Access {
    /// As it stands there, whoever wrote it.
    pub header: Value,
    /// As they stand there, whoever wrote them.
    pub claims: Value,
    /// The key of ours that signed it; `None` when the signature is not ours.
    pub signed_by: Option<String>,
    /// Why the signature does not count.
    pub signature_error: Option<&'static str>,
    /// Its end against both clocks.
    pub clocks: Clocks,
    /// The session that it points at.
    pub session: Option<SessionState>,
    /// What the server would answer: `ACCEPTED` or an error code.
    pub verdict: &'static str,
}

/// The end of a token, told by the clocks of this machine and of the database.
#[derive(Debug, Serialize)]
pub struct Clocks {
    /// `iat`.
    pub issued_at: Option<DateTime<Utc>>,
    /// `exp`, or the end of a refresh token.
    pub expires_at: Option<DateTime<Utc>>,
    /// What time it is here.
    pub machine: DateTime<Utc>,
    /// What time it is in the database.
    pub database: DateTime<Utc>,
    /// How far the database is ahead.
    pub difference_ms: i64,
    /// Whether it is over by the clock of this machine, which is the one that counts.
    pub expired_by_machine: bool,
    /// Whether it is over by the clock of the database.
    pub expired_by_database: bool,
}

/// A session and its owner.
#[derive(Debug, Serialize)]
pub struct SessionState {
    /// The session.
    pub id: String,
    /// `alive`, `revoked`, `expired`, `suspended` when its owner is, or `impersonator left`.
    pub state: &'static str,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why.
    pub revoked_because: Option<String>,
    /// When it ends unless it is used.
    pub expires_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
    /// The last sign of life.
    pub last_activity_at: DateTime<Utc>,
    /// Whose it is.
    pub user_id: UserId,
    /// Their address.
    pub email: Option<String>,
}

/// What is known of a refresh token.
#[derive(Debug, Serialize)]
pub struct Refresh {
    /// Whether it was ever given out, and not yet forgotten.
    pub known: bool,
    /// When it was given out.
    pub issued_at: Option<DateTime<Utc>>,
    /// When it was first used.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether the one that followed it was used.
    pub successor_used: bool,
    /// How many tokens of its family are remembered.
    pub family: i64,
    /// Its end against both clocks.
    pub clocks: Clocks,
    /// Its session.
    pub session: Option<SessionState>,
    /// What the server would do now with somebody who has no device cookie: `ROTATE`, `REPEAT`, `THEFT`, or a code.
    pub verdict: &'static str,
    /// The same for the browser that the session began in.
    pub verdict_same_device: &'static str,
}

/// Explains a token.
///
/// # Errors
/// `TOKEN_INVALID` when the text has the form of no token; or when the database fails.
pub async fn inspect(app: &App, text: &str) -> Result<Inspected> {
    if text.starts_with(Kind::Refresh.prefix()) {
        let token = OpaqueToken::parse(text, Kind::Refresh).map_err(|_| Code::RefreshTokenInvalid)?;
        return Ok(Inspected::Refresh(Box::new(of_refresh(app, &token).await?)));
    }
    Ok(Inspected::Access(Box::new(of_access(app, text).await?)))
}

async fn of_access(app: &App, text: &str) -> Result<Access> {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, _signature] = parts.as_slice() else {
        return Err(Code::TokenInvalid.into());
    };
    let header = decoded(header).ok_or(Code::TokenInvalid)?;
    let claims = decoded(payload).ok_or(Code::TokenInvalid)?;
    let (signed_by, signature_error) = match verify_compact(text, &app.ring.verifiers(), ACCESS_TOKEN_TYPE) {
        Ok(verified) => (Some(verified.kid().to_owned()), None),
        Err(error) => (None, Some(error.reason())),
    };
    let time = |name: &str| {
        claims[name]
            .as_i64()
            .and_then(|it| DateTime::from_timestamp(it, 0))
    };
    let clocks = clocks(app, time("iat"), time("exp")).await?;
    // Only a signature of ours makes the claims worth a look into the database.
    let session = match claims["sid"].as_str().and_then(SessionId::parse) {
        Some(id) if signed_by.is_some() => state_of(app, &id, clocks.machine).await?,
        _ => None,
    };
    let verdict = match (access::verify(app, text).await, &session) {
        (Err(refused), _) => refused.code().name(),
        (Ok(_), Some(it)) if it.state == "alive" && claims["sub"] == it.user_id.as_str() => "ACCEPTED",
        (Ok(_), Some(it)) if it.state == "expired" => Code::SessionExpired.name(),
        (Ok(_), _) => Code::TokenRevoked.name(),
    };
    Ok(Access {
        header,
        claims,
        signed_by,
        signature_error,
        clocks,
        session,
        verdict,
    })
}

fn decoded(part: &str) -> Option<Value> {
    if part.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

async fn of_refresh(app: &App, token: &OpaqueToken) -> Result<Refresh> {
    let hash = token.hash(&app.keys.refresh);
    let Some(row) = store::peek(&app.db, hash.as_str()).await? else {
        let unknown = Code::RefreshTokenInvalid.name();
        return Ok(Refresh {
            known: false,
            issued_at: None,
            used_at: None,
            successor_used: false,
            family: 0,
            clocks: clocks(app, None, None).await?,
            session: None,
            verdict: unknown,
            verdict_same_device: unknown,
        });
    };
    let successor = token.successor(&app.keys.successor).hash(&app.keys.refresh);
    let successor = store::peek(&app.db, successor.as_str()).await?;
    let successor_used = successor.is_some_and(|it| it.used_at.is_some());
    let clocks = clocks(app, Some(row.created_at), Some(row.expires_at)).await?;
    let session = state_of(app, &row.session_id, clocks.machine).await?;
    let ended = session.as_ref().is_none_or(|it| {
        // As when it is refreshed: a session that was idle too long is judged by its token.
        matches!(it.state, "revoked" | "suspended") || clocks.machine >= it.ends_at
    });
    let verdict = |same_device| {
        let shown = Shown {
            used_at: row.used_at,
            expires_at: row.expires_at,
            successor_used,
            same_device,
        };
        match decide(shown, clocks.machine, app.config.tokens.reuse_grace) {
            _ if ended && clocks.expired_by_machine => Code::RefreshTokenExpired.name(),
            _ if ended => Code::RefreshTokenInvalid.name(),
            Decision::Expired => Code::RefreshTokenExpired.name(),
            _ if !app.config.tokens.rotation && clocks.expired_by_machine => Code::RefreshTokenExpired.name(),
            _ if !app.config.tokens.rotation => "REPEAT",
            Decision::Rotate => "ROTATE",
            Decision::Repeat => "REPEAT",
            Decision::Theft => "THEFT",
        }
    };
    let (verdict, verdict_same_device) = (verdict(false), verdict(true));
    Ok(Refresh {
        known: true,
        issued_at: Some(row.created_at),
        used_at: row.used_at,
        successor_used,
        family: store::family(&app.db, &row.session_id).await?,
        clocks,
        session,
        verdict,
        verdict_same_device,
    })
}

async fn clocks(
    app: &App,
    issued_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Clocks> {
    let before = app.clock.now();
    let database = inspect::clock(&app.db).await?;
    let machine = app.clock.now();
    // The database was asked in the middle of the two.
    let middle = before + (machine - before) / 2;
    Ok(Clocks {
        issued_at,
        expires_at,
        machine,
        database,
        difference_ms: (database - middle).num_milliseconds(),
        expired_by_machine: expires_at.is_some_and(|it| machine >= it),
        expired_by_database: expires_at.is_some_and(|it| database >= it),
    })
}

async fn state_of(app: &App, id: &SessionId, now: DateTime<Utc>) -> Result<Option<SessionState>> {
    let Some(traced) = sessions::trace(app, id).await? else {
        return Ok(None);
    };
    let session = traced.session;
    let owner = users::find(&app.db, &session.user_id).await?;
    let suspended = owner.as_ref().is_some_and(|it| it.suspended_at.is_some());
    let over = session.impersonator_id.is_some() && !sessions::impersonation::stands(app, id).await?;
    let state = match session.revoked_at {
        Some(_) => "revoked",
        None if suspended => "suspended",
        None if over => "impersonator left",
        None if now >= session.expires_at || now >= session.ends_at => "expired",
        None => "alive",
    };
    Ok(Some(SessionState {
        id: session.id.to_string(),
        state,
        revoked_at: session.revoked_at,
        revoked_because: traced.revoked_because,
        expires_at: session.expires_at,
        ends_at: session.ends_at,
        last_activity_at: session.last_activity_at,
        user_id: session.user_id,
        email: owner.map(|it| it.email),
    }))
}
