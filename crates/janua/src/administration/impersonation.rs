//! Administrators who act for somebody else, with everything that tells of it.

use serde_json::json;

use super::Actor;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::events::{self, Name};
use crate::outbox::{self, Kind};
use crate::sessions::Session;
use crate::sessions::impersonation::{self, Impersonator, Reason};
use crate::tokens;
use crate::users::{self, User, UserId};

/// Support access that was granted.
#[derive(Debug)]
pub struct Granted {
    /// JWT (RFC 9068) with the claim `act`; nothing renews it.
    pub access_token: String,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// The session.
    pub session: Session,
    /// For whom.
    pub user: User,
}

/// Lets an administrator act for somebody for some minutes. A refusal is recorded too.
///
/// # Errors
/// As [`impersonation::begin`].
pub async fn impersonate(
    app: &App,
    actor: Actor<'_>,
    by: Impersonator<'_>,
    user: &UserId,
    reason: &Reason,
) -> Result<Granted> {
    let (session, user) = match begin(app, actor, by, user, reason).await {
        Ok(begun) => begun,
        Err(error) => {
            note_refusal(app, actor, by, user, reason, &error).await?;
            return Err(error);
        }
    };
    let (access_token, expires_in) = tokens::access_token(app, &session).await?;
    Ok(Granted {
        access_token,
        expires_in,
        session,
        user,
    })
}

async fn begin(
    app: &App,
    actor: Actor<'_>,
    by: Impersonator<'_>,
    user: &UserId,
    reason: &Reason,
) -> Result<(Session, User)> {
    let mut tx = app.db.begin().await?;
    let (session, user) = impersonation::begin(app, &mut tx, by, user, reason).await?;
    let facts = facts(actor, by, reason);
    let event = actor.event(Name::ImpersonationStarted, Some(&user.id));
    let event = event.in_session(session.id.as_str()).knowing(facts);
    events::record(app, &mut tx, event).await?;
    if app.config.impersonation.notify {
        let admin = users::find(&mut tx, by.admin).await?;
        let facts = json!({"impersonator": admin.map(|it| it.email), "reason": reason.as_str(), "when": app.clock.now(),
            "expires_at": session.ends_at});
        outbox::promise_with(app, &mut tx, Kind::Impersonation, &user, actor.client, facts).await?;
    }
    tx.commit().await?;
    Ok((session, user))
}

fn facts(actor: Actor<'_>, by: Impersonator<'_>, reason: &Reason) -> serde_json::Value {
    let mut facts = json!({"impersonator_id": by.admin, "reason": reason.as_str()});
    if actor.admin.is_none() {
        facts["by"] = "operator".into();
    }
    facts
}

async fn note_refusal(
    app: &App,
    actor: Actor<'_>,
    by: Impersonator<'_>,
    user: &UserId,
    reason: &Reason,
    error: &Error,
) -> Result<()> {
    if !matches!(
        error.code(),
        Code::CannotImpersonate | Code::ImpersonationDisabled
    ) {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let event = actor.event(Name::ImpersonationRefused, Some(user));
    let event = event
        .failed(error.code().name())
        .knowing(facts(actor, by, reason));
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    Ok(())
}
