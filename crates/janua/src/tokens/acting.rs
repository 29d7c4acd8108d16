//! The organization that a session acts in, and what tokens say of it.
//!
//! `org` and `roles` are for applications that read tokens. Janua itself asks for rights with every request.

use serde_json::json;

use super::access_token;
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::{self, Event, Name};
use crate::ids::OrganizationId;
use crate::roles::{self, Belonging, Permitted};
use crate::sessions::{self, Session};
use crate::users::Changed;

/// An organization that somebody acts in, and as what.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The organization.
    pub organization: OrganizationId,
    /// The name of their role.
    pub role: String,
}

/// What a session acts in now. One whose owner does not belong to it any more forgets it.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, session: &Session) -> Result<Option<Acting>> {
    let Some(organization) = &session.organization_id else {
        return Ok(None);
    };
    let Some(rights) = roles::check::rights(app, &session.user_id, organization).await? else {
        sessions::leave(app, session, organization)
            .await?
            .announce(app)
            .await;
        return Ok(None);
    };
    // One that was deleted or suspended may come back.
    let usable = !rights.is_deleted() && !rights.is_suspended();
    Ok(usable.then(|| Acting {
        organization: organization.clone(),
        role: rights.role().to_owned(),
    }))
}

/// A new access token of the same session.
#[derive(Debug)]
pub struct Switched {
    /// JWT (RFC 9068).
    pub access_token: String,
    /// Seconds that it lives.
    pub expires_in: i64,
    /// What the session acts in from now on.
    pub acting: Option<Acting>,
}

/// Lets a session act in an organization that its owner belongs to, or in none, and signs a token that says so.
///
/// # Errors
/// `TOKEN_REVOKED` when the session was ended in the meantime.
pub async fn switch(
    app: &App,
    client: &Client,
    session: &Session,
    to: Option<&Permitted<Belonging>>,
) -> Result<Switched> {
    let organization = to.map(|it| it.organization().clone());
    let mut tx = app.db.begin().await?;
    sessions::act_in(&mut tx, &session.id, organization.as_ref()).await?;
    let event =
        Event::by(Name::OrganizationSwitched, &session.user_id, client).in_session(session.id.as_str());
    let facts = json!({"organization_id": organization, "before": session.organization_id});
    events::record(app, &mut tx, event.knowing(facts)).await?;
    tx.commit().await?;
    Changed::new(&session.user_id).announce(app).await;
    let session = Session {
        organization_id: organization,
        ..session.clone()
    };
    let (access_token, expires_in) = access_token(app, &session).await?;
    Ok(Switched {
        access_token,
        expires_in,
        acting: of(app, &session).await?,
    })
}
