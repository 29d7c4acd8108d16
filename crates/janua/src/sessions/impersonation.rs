//! Support access: sessions in which an administrator acts for somebody else.
//!
//! What always holds: such a session names who acts and why; it lives for minutes, and there is neither a refresh token
//! nor a cookie for it; it stands only while the administrator is one and their own session lives, which the database is
//! asked with every request; nobody acts for an administrator, for themselves, or from such a session.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Because, Session, SessionId, store};
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Error, Invalid, Result, Truth};
use crate::events::{self, Event, Name};
use crate::invitations::words::is_hidden;
use crate::io::db::Tx;
use crate::users::{self, Changed, User, UserId};

/// The most characters of a reason.
const LONGEST: usize = 500;

/// Sessions that are ended in one round.
const BATCH: i64 = 200;

/// Why somebody acts for somebody else: one line, for the log and for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Reads a reason.
    ///
    /// # Errors
    /// `INVALID_FIELD` with what is wrong.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason: &str| Err(Invalid::new(Code::InvalidField, reason));
        let text = text.trim();
        if text.is_empty() {
            return refuse("say why, as in: Ticket 4711, cannot see their invoices");
        }
        if text.chars().count() > LONGEST {
            return refuse("the reason is longer than 500 characters");
        }
        if text.chars().any(is_hidden) {
            return refuse("the reason is one line of characters that can be seen");
        }
        Ok(Self(text.to_owned()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The administrator who is to act.
#[derive(Clone, Copy, Debug)]
pub struct Impersonator<'a> {
    /// Who.
    pub admin: &'a UserId,
    /// Their own session; `None` where an operator gives the order.
    pub session: Option<&'a SessionId>,
}

/// Starts a session in which an administrator acts for somebody; gives it with whom they act for.
///
/// # Errors
/// `IMPERSONATION_DISABLED`, `NOT_FOUND`, `FORBIDDEN` when who is to act is no administrator any more, or
/// `CANNOT_IMPERSONATE` with the reason.
pub async fn begin(
    app: &App,
    tx: &mut Tx,
    by: Impersonator<'_>,
    user: &UserId,
    reason: &Reason,
) -> Result<(Session, User)> {
    if !app.config.impersonation.enabled {
        return Err(Code::ImpersonationDisabled.into());
    }
    let cannot = |reason: &'static str| Error::new(Code::CannotImpersonate).with("reason", reason);
    if by.admin == user {
        return Err(cannot("yourself"));
    }
    // Locked: a promotion or a suspension that runs at the same time is either seen here or ends what begins here.
    let user = users::lock(tx, user).await?.ok_or(Code::NotFound)?;
    if user.is_admin {
        return Err(cannot("administrator"));
    }
    if user.suspended_at.is_some() {
        return Err(cannot("suspended"));
    }
    let admin = users::find(&mut *tx, by.admin).await?;
    if !admin.is_some_and(|it| it.is_admin && it.suspended_at.is_none()) {
        return Err(Code::Forbidden.into());
    }
    if let Some(own) = by.session {
        let own = store::find(&mut *tx, own)
            .await?
            .ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
        if own.user_id != *by.admin || own.impersonator_id.is_some() {
            return Err(Code::ImpersonationForbidden.into());
        }
    }
    let session = made(app, by, &user.id, reason);
    store::insert(tx, &session).await?;
    Ok((session, user))
}

fn made(app: &App, by: Impersonator<'_>, user: &UserId, reason: &Reason) -> Session {
    let now = app.clock.now();
    // Of what nobody ever sees: no cookie opens it, and no device is known by it.
    let cookie = OpaqueToken::from_random(app.random.bytes(), Kind::Cookie).hash(&app.keys.cookie);
    let device = OpaqueToken::from_random(app.random.bytes(), Kind::Device).hash(&app.keys.device);
    let ends_at = now + app.config.impersonation.lifetime;
    Session {
        id: SessionId::new(app.random.id(now)),
        user_id: user.clone(),
        cookie_hash: cookie.as_str().to_owned(),
        device_hash: device.as_str().to_owned(),
        amr: "impersonation".to_owned(),
        // Where the administrator is stands in the log, and is not for the owner of the session.
        ip: String::new(),
        user_agent: String::new(),
        // Its owner has proved nothing, so no application may take it for a recent sign-in.
        authenticated_at: DateTime::<Utc>::UNIX_EPOCH,
        created_at: now,
        last_activity_at: now,
        expires_at: ends_at,
        ends_at,
        revoked_at: None,
        organization_id: None,
        impersonator_id: Some(by.admin.clone()),
        impersonator_session_id: by.session.cloned(),
        impersonation_reason: Some(reason.as_str().to_owned()),
        sso_login_id: None,
    }
}

/// Whether the administrator may go on, according to the database.
///
/// # Errors
/// When the database fails.
pub async fn stands(app: &App, session: &SessionId) -> Result<bool> {
    Ok(app.config.impersonation.enabled
        && store::impersonation_stands(&app.db, session, app.clock.now()).await?)
}

/// Records the end of those sessions among some that were ended, as done by whom an event tells of.
pub(super) async fn tell_ended(
    app: &App,
    tx: &mut Tx,
    event: &Event<'_>,
    ended: &[store::Ended],
    because: Because,
) -> Result<()> {
    for session in ended {
        let Some(admin) = &session.impersonator_id else {
            continue;
        };
        let facts = json!({"because": because.text(), "impersonator_id": admin});
        let event = event.likewise(Name::ImpersonationEnded);
        let event = event.in_session(session.id.as_str()).knowing(facts);
        events::record(app, tx, event).await?;
    }
    Ok(())
}

/// Ends such sessions whose time is over or whose administrator has left; says how many.
///
/// # Errors
/// When the database fails.
pub async fn end_over(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut count = 0;
    for (over, expired) in store::impersonations_over(&app.db, now, BATCH).await? {
        let because = if expired {
            Because::Expired
        } else {
            Because::ImpersonatorLeft
        };
        let mut tx = app.db.begin().await?;
        // Somebody else may have been quicker.
        let Some(ended) = store::revoke(&mut tx, &over.user_id, &over.id, because.text(), now).await? else {
            continue;
        };
        let event = Event::about(Name::SessionRevoked, Some(&over.user_id));
        tell_ended(app, &mut tx, &event, &[ended], because).await?;
        tx.commit().await?;
        Changed::new(&over.user_id).announce(app).await;
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reason_is_a_line_that_says_something() {
        assert_eq!(Reason::parse("  Ticket 4711 ").unwrap().as_str(), "Ticket 4711");
        for refused in [
            "",
            " \n ",
            "two\nlines",
            "turned \u{202e}around",
            &"x".repeat(501),
        ] {
            assert!(Reason::parse(refused).is_err(), "{refused:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_one_short_line(text in "\\PC{0,600}|[\\s\\S]{0,40}") {
            if let Ok(reason) = Reason::parse(&text) {
                prop_assert!(!reason.as_str().is_empty() && reason.as_str().chars().count() <= LONGEST);
                prop_assert!(!reason.as_str().chars().any(char::is_control));
                prop_assert_eq!(Reason::parse(reason.as_str()).unwrap(), reason);
            }
        }
    }
}
