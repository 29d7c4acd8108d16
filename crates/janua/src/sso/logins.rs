//! Sign-ins at identity providers, so that signing out on one side is heard of on the other.

use chrono::TimeDelta;
use janua_saml::NameId;

use super::login_store::{self as store, LoginRow, SEALED};
use super::{Connection, Identified, Kind, SsoConnectionId, State, lookup, oidc, saml};
use crate::app::App;
use crate::crypto::sealed::Aad;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};
use crate::ids::SsoLoginId;
use crate::io::db::Tx;
use crate::portable::Portable;
use crate::sso::Departure;
use crate::users::UserId;

/// What a provider knows a sign-in by.
#[derive(Clone, Debug)]
pub(super) enum There {
    /// By a name and a session of SAML.
    Saml {
        /// The name.
        name_id: NameId,
        /// The session.
        session_index: Option<String>,
    },
    /// By the ID token that it gave.
    OpenId(SecretString),
}

fn place(id: &SsoLoginId) -> Aad<'_> {
    Aad {
        table: SEALED.table,
        row: id.as_str(),
        column: SEALED.column,
    }
}

/// Keeps what a provider knows a sign-in by.
pub(super) async fn note(app: &App, tx: &mut Tx, who: &Identified, user: &UserId) -> Result<SsoLoginId> {
    let now = app.clock.now();
    let id = SsoLoginId::new(app.random.id(now));
    let mut row = LoginRow {
        id: id.clone(),
        connection_id: who.connection().clone(),
        user_id: user.clone(),
        subject: who.subject().to_owned(),
        format: None,
        name_qualifier: None,
        sp_name_qualifier: None,
        session_index: None,
        sealed: None,
    };
    match who.there() {
        Some(There::Saml {
            name_id,
            session_index,
        }) => {
            row.format.clone_from(&name_id.format);
            row.name_qualifier.clone_from(&name_id.name_qualifier);
            row.sp_name_qualifier.clone_from(&name_id.sp_name_qualifier);
            row.session_index.clone_from(session_index);
        }
        Some(There::OpenId(token)) => {
            let plain = token.reveal().as_bytes();
            row.sealed = Some(app.sealer.seal(plain, &place(&id), app.random.bytes()));
        }
        None => {}
    }
    store::insert(tx, &row, now).await?;
    Ok(id)
}

/// Refuses to go on with a sign-in whose person has signed out at the provider in the meantime.
///
/// # Errors
/// `SSO_STATE_INVALID`.
pub async fn refuse_if_ended(tx: &mut Tx, id: &SsoLoginId) -> Result<()> {
    let found = store::find(&mut *tx, id).await?;
    found
        .map(drop)
        .ok_or_else(|| Code::SsoStateInvalid.because(Truth::StateUnknown))
}

/// Ends what a provider names; gives whose sign-ins they were.
///
/// # Errors
/// When the database fails.
pub async fn end(
    app: &App,
    tx: &mut Tx,
    connection: &Connection,
    request: &janua_saml::logout::Request,
) -> Result<Vec<(UserId, SsoLoginId)>> {
    let named = &request.session_indexes;
    let mut ended = Vec::new();
    for row in store::list(&mut *tx, &connection.id, &request.name_id.value).await? {
        let is_meant = named.is_empty() || row.session_index.as_ref().is_some_and(|it| named.contains(it));
        if is_meant && store::end(tx, &row.id, app.clock.now()).await? {
            ended.push((row.user_id, row.id));
        }
    }
    Ok(ended)
}

/// Ends those of somebody through a connection, also where a second factor is still owed; gives which.
///
/// # Errors
/// When the database fails.
pub async fn end_of_user(
    app: &App,
    tx: &mut Tx,
    connection: &SsoConnectionId,
    user: &UserId,
) -> Result<Vec<SsoLoginId>> {
    let all = store::list_of_user(&mut *tx, connection, user).await?;
    for id in &all {
        store::end(tx, id, app.clock.now()).await?;
    }
    Ok(all)
}

/// Where somebody who has signed out here goes to sign out at their provider too, if the connection wants that.
///
/// # Errors
/// When the database fails, or the provider of OpenID Connect.
pub async fn depart(app: &App, id: &SsoLoginId) -> Result<Option<Departure>> {
    let mut tx = app.db.begin().await?;
    let Some(row) = store::find(&mut tx, id).await? else {
        return Ok(None);
    };
    store::end(&mut tx, id, app.clock.now()).await?;
    tx.commit().await?;
    let connection = lookup::usable(app, &row.connection_id).await?;
    let wanted = connection.settings.single_logout && connection.state == State::Enabled;
    if !wanted || app.config.sso.relay_state_secret.is_none() {
        return Ok(None);
    }
    match connection.kind {
        Kind::Saml => {
            let name_id = NameId {
                value: row.subject,
                format: row.format,
                name_qualifier: row.name_qualifier,
                sp_name_qualifier: row.sp_name_qualifier,
            };
            saml::logout::ask(app, &connection, name_id, row.session_index).await
        }
        Kind::Oidc => {
            let token = match &row.sealed {
                Some(sealed) => Some(app.sealer.open(sealed, &place(id)).map_err(Error::internal)?),
                None => None,
            };
            let token = token.as_ref().map(|it| String::from_utf8_lossy(it));
            let url = oidc::logout_url(app, &connection, token.as_deref()).await?;
            Ok(url.map(Departure::Url))
        }
    }
}

/// Forgets sign-ins whose sessions are over in any case.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let lifetime = TimeDelta::from_std(app.config.tokens.session_lifetime).unwrap_or(TimeDelta::MAX);
    let before = app.clock.now().checked_sub_signed(lifetime + TimeDelta::hours(1));
    match before {
        Some(before) => Ok(store::sweep(&app.db, before).await?),
        None => Ok(0),
    }
}

/// The sign-ins of somebody at identity providers.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    store::portable(&app.db, user, after).await
}
