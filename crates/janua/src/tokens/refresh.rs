//! Refresh tokens: opaque, stored as a keyed hash, each with one successor that can be given again but not read.

use chrono::{DateTime, Utc};

use super::rotation::{Decision, Shown, decide};
use super::{Pair, access_token, store};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::outbox;
use crate::sessions::{self, Because, Session, SessionId};
use crate::settings::maintenance;
use crate::users;

/// What a refresh gives.
#[derive(Debug)]
pub struct Refreshed {
    /// The new tokens.
    pub pair: Pair,
    /// The session that goes on.
    pub session: Session,
}

/// The first refresh token of a session, in the transaction that starts it.
///
/// # Errors
/// When the database fails.
pub async fn first_refresh_token(app: &App, tx: &mut Tx, session: &Session) -> Result<OpaqueToken> {
    let token = OpaqueToken::from_random(app.random.bytes(), Kind::Refresh);
    insert(app, tx, &token, &session.id, session.expires_at).await?;
    Ok(token)
}

/// Exchanges a refresh token for new tokens, in one write transaction.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_EXPIRED`, or `REFRESH_TOKEN_REUSED` after which the session has ended.
pub async fn refresh(app: &App, client: &Client, text: &str) -> Result<Refreshed> {
    let token = OpaqueToken::parse(text, Kind::Refresh).map_err(|_| Code::RefreshTokenInvalid)?;
    let (session, next) = exchange(app, client, &token).await?;
    let (access_token, expires_in) = access_token(app, &session).await?;
    Ok(Refreshed {
        pair: Pair {
            access_token,
            refresh_token: next.reveal(),
            expires_in,
        },
        session,
    })
}

async fn exchange(app: &App, client: &Client, token: &OpaqueToken) -> Result<(Session, OpaqueToken)> {
    let now = app.clock.now();
    let hash = token.hash(&app.keys.refresh);
    let mut tx = app.db.begin().await?;
    let Some(known) = store::find(&mut tx, hash.as_str()).await? else {
        return Err(Code::RefreshTokenInvalid.into());
    };
    // Locks the session, as everything does first that ends one: parallel refreshes queue here, and none waits for a
    // deletion that waits for it.
    let Some(session) = sessions::extend(app, &mut tx, &known.session_id).await? else {
        let over = now >= known.expires_at;
        return Err(if over {
            Code::RefreshTokenExpired
        } else {
            Code::RefreshTokenInvalid
        }
        .into());
    };
    // Asked only then: an ordinary refresh reads nothing of its owner.
    if app.settings.latest().maintenance.is_some() {
        let owner = users::find(&mut tx, &session.user_id).await?;
        maintenance::refuse_unless_admin(app, owner.is_some_and(|it| it.is_admin))?;
    }
    // Read again: whoever was quicker has used it.
    let row = store::find(&mut tx, hash.as_str())
        .await?
        .ok_or(Code::RefreshTokenInvalid)?;
    // A token that was used while tokens were rotated stays used.
    if !app.config.tokens.rotation && row.used_at.is_none() {
        if now >= row.expires_at {
            return Err(Code::RefreshTokenExpired.into());
        }
        store::prolong(&mut tx, hash.as_str(), session.expires_at).await?;
        tx.commit().await?;
        return Ok((session, token.clone()));
    }
    let successor = token.successor(&app.keys.successor);
    let shown = Shown {
        used_at: row.used_at,
        expires_at: row.expires_at,
        successor_used: row.used_at.is_some()
            && store::is_used(&mut tx, successor.hash(&app.keys.refresh).as_str()).await?,
        same_device: sessions::is_bound_to(app, &session, client.device.as_ref()),
    };
    match decide(shown, now, app.config.tokens.reuse_grace) {
        Decision::Rotate => {
            store::mark_used(&mut tx, hash.as_str(), now).await?;
            insert(app, &mut tx, &successor, &session.id, session.expires_at).await?;
            tx.commit().await?;
            Ok((session, successor))
        }
        Decision::Repeat => {
            tx.commit().await?;
            Ok((session, successor))
        }
        Decision::Expired => Err(Code::RefreshTokenExpired.into()),
        Decision::Theft => {
            end_stolen(app, tx, client, &session).await?;
            Err(Code::RefreshTokenReused.into())
        }
    }
}

/// The session that a refresh token belongs to, to end it.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID` when there is none.
pub async fn session_of(app: &App, text: &str) -> Result<Session> {
    let token = OpaqueToken::parse(text, Kind::Refresh).map_err(|_| Code::RefreshTokenInvalid)?;
    let found = store::session(&app.db, token.hash(&app.keys.refresh).as_str()).await?;
    let session = match found {
        Some(id) => sessions::find(app, &id).await?,
        None => None,
    };
    session.ok_or_else(|| Code::RefreshTokenInvalid.into())
}

/// Ends the session of a stolen token, tells its owner, and keeps the fact.
async fn end_stolen(app: &App, mut tx: Tx, client: &Client, session: &Session) -> Result<()> {
    tracing::warn!(user_id = %session.user_id, session_id = %session.id, "a refresh token was used twice");
    let user = &session.user_id;
    let changed = sessions::revoke(app, &mut tx, user, &session.id, Because::TokenReused, client).await?;
    let event = Event::about(Name::TokenReused, Some(user))
        .from(client)
        .in_session(session.id.as_str());
    events::record(app, &mut tx, event.failed("reused")).await?;
    if let Some(owner) = users::find(&mut tx, user).await? {
        outbox::promise(app, &mut tx, outbox::Kind::SessionTheft, &owner, client).await?;
    }
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    Ok(())
}

async fn insert(
    app: &App,
    tx: &mut Tx,
    token: &OpaqueToken,
    session: &SessionId,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let hash = token.hash(&app.keys.refresh);
    Ok(store::insert(tx, hash.as_str(), session, app.clock.now(), expires_at).await?)
}
