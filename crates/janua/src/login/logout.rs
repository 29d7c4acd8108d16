//! Signing out.

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::sessions::{self, Because, SessionId};
use crate::sso::{Departure, logins};
use crate::users::UserId;

/// Ends a session: its tokens and cookies count no more from the next request on.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, client: &Client, user: &UserId, session: &SessionId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let changed = sessions::revoke(app, &mut tx, user, session, Because::SignedOut, client).await?;
    tx.commit().await?;
    if let Some(changed) = changed {
        changed.announce(app).await;
    }
    Ok(())
}

/// The same, and tells where to go to sign out at the identity provider too, if the session began there and the connection
/// wants that. That the provider fails keeps nobody signed in here.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_everywhere(
    app: &App,
    client: &Client,
    user: &UserId,
    session: &SessionId,
) -> Result<Option<Departure>> {
    let found = sessions::find(app, session).await?;
    sign_out(app, client, user, session).await?;
    let Some(login) = found.and_then(|it| it.sso_login_id) else {
        return Ok(None);
    };
    match logins::depart(app, &login).await {
        Ok(departure) => Ok(departure),
        Err(error) => {
            tracing::warn!(%error, session_id = %session, "nobody could be sent on to sign out at the identity provider");
            Ok(None)
        }
    }
}
