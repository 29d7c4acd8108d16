//! Refresh tokens: opaque, stored as a keyed hash, each with one successor that can be given again but not read.
//!
//! Rotation of the master key signs nobody out and opens no gap in the rule of `rotation`. The rule needs that a token
//! has exactly one row and exactly one successor, for all instances and times. So:
//!
//! 1. A token is looked for under every key that is known, the current one first. It has one row: a first token is
//!    random, and a successor is written only under the lock of the session, in the transaction that marks its unused
//!    predecessor used.
//! 2. The successor is computed with the key under which the predecessor's *own row* was found, not with the current
//!    key. A row's hash does not change once the token was used, so the successor is the same before, during and after
//!    a rotation of the master key: who shows the token again, gets the same one.
//! 3. The successor's row is written under the current key of the instance that writes it, so a family moves over with
//!    its next use. Whether it was used is asked under every key, as two instances may hold different current ones; both
//!    know both keys, so both find the row.
//!
//! A thief gains nothing: to find a row one must know the token, and all keys are ours.

use chrono::{DateTime, Utc};

use super::rotation::{Decision, Shown, decide};
use super::store::{self, RefreshRow};
use super::{Pair, access_token};
use crate::app::{App, Keys};
use crate::authentication::{self, Policy};
use crate::client::Client;
use crate::config::MfaRequired;
use crate::crypto::secret::{Kind, OpaqueToken, TokenHash};
use crate::error::{Code, Error, Result, Truth};
use crate::events::{self, Event, Name};
use crate::io::db::{Querier, Tx};
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
    let token = OpaqueToken::parse(text, Kind::Refresh)
        .map_err(|_| Code::RefreshTokenInvalid.because(Truth::RefreshMalformed))?;
    let (session, next) = exchange(app, client, &token)
        .await
        .inspect_err(|refused| app.metrics.refresh(refused.code().name()))?;
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
    // Before the transaction: what is read here does not change but for the use, which is judged under the lock.
    let Some((keys, hash, known)) = find(app, &app.db, token).await? else {
        return Err(Code::RefreshTokenInvalid.because(Truth::RefreshUnknown));
    };
    let mut tx = app.db.begin().await?;
    // Locks the session, as everything does first that ends one: parallel refreshes queue here, and none waits for a
    // deletion that waits for it.
    let Some(session) = sessions::extend(app, &mut tx, &known.session_id).await? else {
        let over = now >= known.expires_at;
        let refused = if over {
            Code::RefreshTokenExpired.because(Truth::RefreshOver)
        } else {
            Code::RefreshTokenInvalid.because(Truth::RefreshEnded)
        };
        return Err(refused.given("session_id", known.session_id.as_str()));
    };
    // Asked only then: an ordinary refresh reads nothing of its owner.
    if app.settings.latest().maintenance.is_some() {
        let owner = users::find(&mut tx, &session.user_id).await?;
        maintenance::refuse_unless_admin(app, owner.is_some_and(|it| it.is_admin))?;
    }
    refuse_without_factor(app, &mut tx, &session).await?;
    // The usual case in one step: the first use of a token in its time is what `rotation` calls `Rotate`.
    if app.config.tokens.rotation && store::use_up(&mut tx, hash.as_str(), now).await? {
        let successor = token.successor(&keys.successor);
        insert(app, &mut tx, &successor, &session.id, session.expires_at).await?;
        tx.commit().await?;
        app.metrics.refresh("rotated");
        return Ok((session, successor));
    }
    // Read again: whoever was quicker has used it.
    let (keys, hash, row) = find(app, &mut tx, token)
        .await?
        .ok_or_else(|| Code::RefreshTokenInvalid.because(Truth::RefreshUnknown))?;
    // A token that was used while tokens were rotated stays used.
    if !app.config.tokens.rotation && row.used_at.is_none() {
        if now >= row.expires_at {
            return Err(Code::RefreshTokenExpired.because(Truth::RefreshOver));
        }
        store::prolong(&mut tx, hash.as_str(), session.expires_at).await?;
        let current = token.hash(&app.keys.refresh);
        if current != hash {
            store::rehash(&mut tx, hash.as_str(), current.as_str()).await?;
        }
        tx.commit().await?;
        app.metrics.refresh("kept");
        return Ok((session, token.clone()));
    }
    let successor = token.successor(&keys.successor);
    let shown = Shown {
        used_at: row.used_at,
        expires_at: row.expires_at,
        successor_used: row.used_at.is_some() && is_used(app, &mut tx, &successor).await?,
        same_device: sessions::is_bound_to(app, &session, client.device.as_ref()),
    };
    match decide(shown, now, app.config.tokens.reuse_grace) {
        // Its first use was refused above, so its time is over or it was used; the lock keeps it so.
        Decision::Rotate => Err(Error::internal("a refresh token was free again")),
        Decision::Repeat => {
            tx.commit().await?;
            app.metrics.refresh("repeated");
            Ok((session, successor))
        }
        Decision::Expired => Err(Code::RefreshTokenExpired.because(Truth::RefreshOver)),
        Decision::Theft => {
            end_stolen(app, tx, client, &session).await?;
            let refused = Code::RefreshTokenReused.because(Truth::RefreshReused);
            let refused = refused.given("session_id", session.id.as_str());
            Err(refused.of_user(session.user_id.as_str()))
        }
    }
}

/// Whoever has to have a second factor by now, and has shown one factor only, is not let go on.
async fn refuse_without_factor(app: &App, tx: &mut Tx, session: &Session) -> Result<()> {
    let policy = Policy::of(app);
    if policy.mfa_required == MfaRequired::Off || authentication::has_met_demand(&session.amr) {
        return Ok(());
    }
    let owner = users::find(&mut *tx, &session.user_id).await?;
    if owner.is_some_and(|it| policy.demands_factor(it.is_admin)) {
        return Err(Code::MfaEnrolmentRequired.into());
    }
    Ok(())
}

/// The row of a token, with the keys and the hash that it stands under.
async fn find<'a>(
    app: &'a App,
    mut db: impl Querier,
    token: &OpaqueToken,
) -> Result<Option<(&'a Keys, TokenHash, RefreshRow)>> {
    for keys in app.all_keys() {
        let hash = token.hash(&keys.refresh);
        if let Some(row) = store::find(&mut db, hash.as_str()).await? {
            return Ok(Some((keys, hash, row)));
        }
    }
    Ok(None)
}

async fn is_used(app: &App, tx: &mut Tx, token: &OpaqueToken) -> Result<bool> {
    for keys in app.all_keys() {
        if store::is_used(tx, token.hash(&keys.refresh).as_str()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The session that a refresh token belongs to, to end it.
///
/// # Errors
/// `REFRESH_TOKEN_INVALID` when there is none.
pub async fn session_of(app: &App, text: &str) -> Result<Session> {
    let token = OpaqueToken::parse(text, Kind::Refresh)
        .map_err(|_| Code::RefreshTokenInvalid.because(Truth::RefreshMalformed))?;
    for keys in app.all_keys() {
        if let Some(id) = store::session(&app.db, token.hash(&keys.refresh).as_str()).await? {
            let session = sessions::find(app, &id).await?;
            return session.ok_or_else(|| Code::RefreshTokenInvalid.because(Truth::RefreshEnded));
        }
    }
    Err(Code::RefreshTokenInvalid.because(Truth::RefreshUnknown))
}

/// Ends the session of a stolen token, tells its owner, and keeps the fact.
async fn end_stolen(app: &App, mut tx: Tx, client: &Client, session: &Session) -> Result<()> {
    app.metrics.refresh_reuse();
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
    store::insert(tx, hash.as_str(), session, app.clock.now(), expires_at).await?;
    app.metrics.token_issued("refresh");
    Ok(())
}
