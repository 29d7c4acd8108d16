//! Sessions: the truth behind every token and cookie.
//!
//! [`start`] is the only maker of sessions, and only a proof of [`Authenticated`] opens it. Every authenticated request
//! asks [`live`]; the answer may be a copy that is at most a minute old, and a revocation ends all copies at once.

mod because;
mod devices;
pub mod impersonation;
pub mod portable;
mod store;

pub mod admin_routes;
pub mod routes;

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::app::App;
use crate::authentication::{self, Authenticated, Second};
use crate::client::Client;
use crate::crypto::secret::{Kind, OpaqueToken, TokenHash};
use crate::error::{Code, Result, Truth};
use crate::events::{self, Event, Name};
use crate::ids::OrganizationId;
pub use crate::ids::SessionId;
use crate::ids::SsoLoginId;
use crate::io::cache::{Entry, Subject};
use crate::io::db::Tx;
use crate::outbox;
use crate::settings::maintenance;
use crate::users::{self, Changed, User, UserId, profile};

pub use because::Because;
pub use devices::known_device;

/// A row of `sessions`.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct Session {
    /// Stands in tokens as `sid`.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    pub(crate) cookie_hash: String,
    pub(crate) device_hash: String,
    /// How they signed in, separated by spaces (RFC 8176).
    pub amr: String,
    /// From where.
    pub ip: String,
    /// With what.
    pub user_agent: String,
    /// When they last proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed or seen.
    pub last_activity_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub expires_at: DateTime<Utc>,
    /// When it ends in any case.
    pub ends_at: DateTime<Utc>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The organization that it acts in. No proof of anything: whether its owner may is asked each time.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// The administrator who acts for its owner.
    #[serde(default)]
    pub impersonator_id: Option<UserId>,
    /// The session of that administrator; `None` where an operator gave the order.
    #[serde(default)]
    pub(crate) impersonator_session_id: Option<SessionId>,
    /// Why they act.
    #[serde(default)]
    pub impersonation_reason: Option<String>,
    /// The sign-in at an identity provider that it began with.
    #[serde(default)]
    pub sso_login_id: Option<SsoLoginId>,
}

/// A session that has just begun, with the secrets that only the browser keeps.
#[derive(Debug)]
pub struct Started {
    /// The row.
    pub session: Session,
    /// The session cookie.
    pub cookie: OpaqueToken,
    /// The device cookie: known devices keep theirs.
    pub device: OpaqueToken,
}

/// Starts a session for somebody who has proved who they are.
///
/// # Errors
/// `INVALID_CREDENTIALS` when the account has changed since the proof was made, `MAINTENANCE` for everybody but
/// administrators while there is some.
pub async fn start(app: &App, tx: &mut Tx, proof: Authenticated, client: &Client) -> Result<Started> {
    let user = proof.user();
    maintenance::refuse_unless_admin(app, user.is_admin)?;
    // Locks the row: a password change or a suspension that runs at the same time is either seen here or sees us.
    if !users::touch_sign_in(app, tx, user).await? {
        let refused = Code::InvalidCredentials.because(Truth::ProofOutdated);
        return Err(refused.of_user(user.id.as_str()));
    }
    let now = app.clock.now();
    let cookie = OpaqueToken::from_random(app.random.bytes(), Kind::Cookie);
    let device = client
        .device
        .clone()
        .unwrap_or_else(|| OpaqueToken::from_random(app.random.bytes(), Kind::Device));
    let device_hash = device.hash(&app.keys.device);
    let ends_at = now + app.config.tokens.session_lifetime;
    let session = Session {
        id: SessionId::new(app.random.id(now)),
        user_id: user.id.clone(),
        cookie_hash: cookie.hash(&app.keys.cookie).as_str().to_owned(),
        device_hash: device_hash.as_str().to_owned(),
        amr: proof.amr().join(" "),
        ip: client.ip.to_string(),
        user_agent: client.user_agent.clone(),
        authenticated_at: proof.at(),
        created_at: now,
        last_activity_at: now,
        expires_at: (now + app.config.tokens.refresh_lifetime).min(ends_at),
        ends_at,
        revoked_at: None,
        organization_id: None,
        impersonator_id: None,
        impersonator_session_id: None,
        impersonation_reason: None,
        sso_login_id: proof.sso_login().cloned(),
    };
    let seen = devices::remember(app, tx, &user.id, client.device.as_ref(), &device).await?;
    store::insert(tx, &session).await?;
    let event = Event::by(Name::SignedIn, &user.id, client).in_session(session.id.as_str());
    events::record(app, tx, event.knowing(json!({"amr": proof.amr()}))).await?;
    if seen == devices::Seen::NewAmongOthers {
        outbox::promise(app, tx, outbox::Kind::NewSignIn, user, client).await?;
    }
    Ok(Started {
        session,
        cookie,
        device,
    })
}

/// A session that is alive; clones are cheap.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Facts", into = "Facts")]
pub struct Live(Arc<Facts>);

/// What every request needs of a live session: one copy, so that Redis is asked once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The session.
    pub session: Session,
    /// Whether its owner administers the platform.
    pub is_admin: bool,
    /// The profile of its owner as `/users/me` answers it: written once, and not with every answer.
    pub profile: String,
}

impl Deref for Live {
    type Target = Facts;
    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl From<Facts> for Live {
    fn from(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }
}

impl From<Live> for Facts {
    fn from(live: Live) -> Self {
        Arc::unwrap_or_clone(live.0)
    }
}

/// The session, if it is alive now.
///
/// # Errors
/// `TOKEN_REVOKED` when it was ended or its owner is gone, `SESSION_EXPIRED` when its time is over.
pub async fn live(app: &App, user: &UserId, session: &SessionId) -> Result<Live> {
    let now = app.clock.now();
    let entry = Entry {
        subject: Subject::User(user.as_str()),
        name: &["session:", session.as_str()].concat(),
        ttl: app.config.cache.session_validation,
    };
    let load = || load_live(app, user, session, now);
    let Some(live) = app.cache.get_or_load(entry, app.clock.now_millis(), load).await? else {
        return Err(Code::TokenRevoked.because(Truth::SessionEnded));
    };
    if now >= live.session.expires_at || now >= live.session.ends_at {
        return Err(Code::SessionExpired.because(Truth::SessionOver));
    }
    // Not from a copy: the end of another session ends this one too.
    if live.session.impersonator_id.is_some() && !impersonation::stands(app, session).await? {
        return Err(Code::TokenRevoked.because(Truth::SessionEnded));
    }
    Ok(live)
}

/// Whether the session is alive and its owner an administrator, according to the database and not to a copy: for rights
/// that can do much harm.
///
/// # Errors
/// `TOKEN_REVOKED` when it was ended or its owner is gone.
pub async fn is_admin_now(app: &App, user: &UserId, session: &SessionId) -> Result<bool> {
    let (_, is_admin) = store::find_live(&app.db, user, session)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    Ok(is_admin)
}

async fn load_live(
    app: &App,
    user: &UserId,
    session: &SessionId,
    now: DateTime<Utc>,
) -> Result<Option<Live>> {
    let Some((mut row, is_admin)) = store::find_live(&app.db, user, session).await? else {
        return Ok(None);
    };
    // Noted when the copy is made, so at most once a minute and not once a request.
    if row.last_activity_at + app.config.cache.session_validation <= now && now < row.expires_at {
        let until = (now + app.config.tokens.refresh_lifetime).min(row.ends_at);
        match store::touch(&app.db, session, now, until).await {
            // The copy must not end before the row does.
            Ok(()) => (row.last_activity_at, row.expires_at) = (now, until),
            Err(error) => tracing::warn!(%error, "the last activity of a session could not be noted"),
        }
    }
    let facts = Facts {
        session: row,
        is_admin,
        profile: profile::written(app, user).await?,
    };
    Ok(Some(facts.into()))
}

/// The live session that a cookie opens.
///
/// # Errors
/// As [`live`].
pub async fn live_by_cookie(
    app: &App,
    user: &UserId,
    session: &SessionId,
    cookie: &OpaqueToken,
) -> Result<Live> {
    let live = live(app, user, session).await?;
    let stored = TokenHash::from_stored(&live.session.cookie_hash)
        .map_err(|_| Code::TokenInvalid.because(Truth::TokenMismatch))?;
    if app.all_keys().any(|keys| cookie.hash(&keys.cookie) == stored) {
        return Ok(live);
    }
    Err(Code::TokenInvalid.because(Truth::TokenMismatch))
}

/// Makes a session recent again, for an owner who has proved once more who they are.
///
/// # Errors
/// `TOKEN_REVOKED` when it was ended in the meantime.
pub async fn strengthen(app: &App, tx: &mut Tx, session: &SessionId, second: Option<&Second>) -> Result<()> {
    let before = store::find(&mut *tx, session)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let amr = authentication::strengthened(&before.amr, second);
    if store::strengthen(tx, session, &amr, app.clock.now()).await? {
        Ok(())
    } else {
        Err(Code::TokenRevoked.because(Truth::SessionEnded))
    }
}

/// Lets a session act in an organization from now on, or in none. Whether its owner may was asked before.
///
/// # Errors
/// `TOKEN_REVOKED` when it was ended in the meantime.
pub async fn act_in(tx: &mut Tx, session: &SessionId, organization: Option<&OrganizationId>) -> Result<()> {
    if store::set_organization(tx, session, organization).await? {
        Ok(())
    } else {
        Err(Code::TokenRevoked.because(Truth::SessionEnded))
    }
}

/// Lets a session act in no organization, because its owner does not belong to this one any more.
///
/// # Errors
/// When the database fails.
pub async fn leave(app: &App, session: &Session, organization: &OrganizationId) -> Result<Changed> {
    store::leave_organization(&app.db, &session.id, organization).await?;
    Ok(Changed::new(&session.user_id))
}

/// The row of a session that is to be refreshed, inside the transaction that does it. `None` when it was ended.
///
/// # Errors
/// When the database fails.
pub async fn extend(app: &App, tx: &mut Tx, session: &SessionId) -> Result<Option<Session>> {
    let now = app.clock.now();
    Ok(store::extend(tx, session, now, now + app.config.tokens.refresh_lifetime).await?)
}

/// A session that was not ended, by its id alone.
///
/// # Errors
/// When the database fails.
pub async fn find(app: &App, session: &SessionId) -> Result<Option<Session>> {
    Ok(store::find(&app.db, session).await?)
}

/// A session as an operator sees it, with the reason why it was ended.
#[derive(Debug, sqlx::FromRow)]
pub struct Traced {
    /// The row.
    #[sqlx(flatten)]
    pub session: Session,
    /// Why it was ended, if it was.
    pub revoked_because: Option<String>,
}

/// A session, alive or not, until it is forgotten.
///
/// # Errors
/// When the database fails.
pub async fn trace(app: &App, session: &SessionId) -> Result<Option<Traced>> {
    Ok(store::trace(&app.db, session).await?)
}

/// Whether this device cookie belongs to the session.
pub fn is_bound_to(app: &App, session: &Session, device: Option<&OpaqueToken>) -> bool {
    let stored = TokenHash::from_stored(&session.device_hash).ok();
    device
        .zip(stored)
        .is_some_and(|(device, stored)| app.all_keys().any(|keys| device.hash(&keys.device) == stored))
}

/// Sessions of a user that are alive, the last used first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, user: &UserId) -> Result<Vec<Session>> {
    Ok(store::list(&app.db, user, app.clock.now()).await?)
}

/// A page of [`list`], and how many there are in all.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, user: &UserId, limit: i64, offset: i64) -> Result<(Vec<Session>, i64)> {
    let now = app.clock.now();
    let (sessions, total) = store::page(&app.db, user, now, limit, offset).await?;
    if sessions.is_empty() && offset > 0 {
        let (_, total) = store::page(&app.db, user, now, 1, 0).await?;
        return Ok((sessions, total));
    }
    Ok((sessions, total))
}

/// Lets somebody end one of their sessions.
///
/// # Errors
/// `NOT_FOUND`, also for somebody else's.
pub async fn end(app: &App, client: &Client, user: &UserId, session: &SessionId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let changed = revoke(app, &mut tx, user, session, Because::RevokedByOwner, client).await?;
    let changed = changed.ok_or(Code::NotFound)?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(())
}

/// Lets somebody end all of their sessions but one.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone.
pub async fn end_others(app: &App, client: &Client, user: &UserId, kept: &SessionId) -> Result<()> {
    let user = users::find(&app.db, user)
        .await?
        .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    let mut tx = app.db.begin().await?;
    let because = Because::RevokedByOwner;
    let (_, changed) = revoke_others(app, &mut tx, &user, Some(kept), because, client).await?;
    tx.commit().await?;
    changed.announce(app).await;
    Ok(())
}

/// Ends one session of a user. `None` when they have no such session.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    app: &App,
    tx: &mut Tx,
    user: &UserId,
    session: &SessionId,
    because: Because,
    client: &Client,
) -> Result<Option<Changed>> {
    let Some(ended) = store::revoke(tx, user, session, because.text(), app.clock.now()).await? else {
        return Ok(None);
    };
    let event = Event::by(Name::SessionRevoked, user, client).in_session(session.as_str());
    impersonation::tell_ended(app, tx, &event, &[ended], because).await?;
    let facts = json!({"because": because.text()});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(Some(Changed::new(user)))
}

/// Ends the sessions that began with a sign-in at an identity provider.
///
/// # Errors
/// When the database fails.
pub async fn revoke_of_login(
    app: &App,
    tx: &mut Tx,
    (user, login, because): (&UserId, &SsoLoginId, Because),
    client: &Client,
) -> Result<Option<Changed>> {
    let mut changed = None;
    for session in store::of_login(tx, login).await? {
        changed = revoke(app, tx, user, &session, because, client)
            .await?
            .or(changed);
    }
    Ok(changed)
}

/// Ends all sessions of a user but one; says how many.
///
/// # Errors
/// When the database fails.
pub async fn revoke_others(
    app: &App,
    tx: &mut Tx,
    user: &User,
    kept: Option<&SessionId>,
    because: Because,
    client: &Client,
) -> Result<(u64, Changed)> {
    let ended = store::revoke_others(tx, &user.id, kept, because.text(), app.clock.now()).await?;
    let event = Event::by(Name::SessionRevoked, &user.id, client);
    let count = tell_revoked(app, tx, event, &ended, because).await?;
    Ok((count, Changed::new(&user.id)))
}

/// Ends all sessions of a user; says how many. The event tells who did it.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all(
    app: &App,
    tx: &mut Tx,
    user: &UserId,
    because: Because,
    event: Event<'_>,
) -> Result<u64> {
    let ended = store::revoke_others(tx, user, None, because.text(), app.clock.now()).await?;
    tell_revoked(app, tx, event, &ended, because).await
}

async fn tell_revoked(
    app: &App,
    tx: &mut Tx,
    event: Event<'_>,
    ended: &[store::Ended],
    because: Because,
) -> Result<u64> {
    impersonation::tell_ended(app, tx, &event, ended, because).await?;
    let count = ended.len() as u64;
    let facts = json!({"because": because.text(), "ended": count});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(count)
}

/// How many sessions are live. Reads them all: not for every request.
///
/// # Errors
/// When the database fails.
pub async fn count_live(app: &App) -> Result<i64> {
    Ok(store::count_live(&app.db, app.clock.now()).await?)
}

/// Forgets sessions that ended long ago, with their tokens.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    Ok(store::sweep(&app.db, app.clock.now() - chrono::TimeDelta::days(30)).await?)
}
