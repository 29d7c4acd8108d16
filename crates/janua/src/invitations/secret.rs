//! The secret of an invitation: made when its mail is written, found again when its link is opened.
//!
//! Whose it is, is known only once it was found, so this looks past the walls between tenants.

use chrono::{DateTime, Utc};

use super::{Invitation, store};
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken, SecretString};
use crate::error::{Code, Result};
use crate::io::db::{Querier, Scope, Tx};
use crate::roles::Tenant;

/// What is mailed, and stored nowhere, with what the mail tells of.
#[derive(Debug)]
pub struct Minted {
    /// Stands in the link.
    pub link: OpaqueToken,
    /// What it belongs to.
    pub invitation: Invitation,
}

/// Makes the secret of an invitation, by its id; the one before works no more. `None` when nobody can accept it.
///
/// # Errors
/// When the database fails.
pub async fn mint(app: &App, id: &str) -> Result<Option<Minted>> {
    let link = OpaqueToken::from_random(app.random.bytes(), Kind::Invitation);
    let hash = link.hash(&app.keys.one_time);
    let mut tx = app.db.begin_within(&Scope::Platform).await?;
    let found = store::mint(&mut tx, id, hash.as_str(), app.clock.now()).await?;
    let Some(invitation) = found.filter(|it| !it.is_deleted && !it.is_suspended) else {
        return Ok(None);
    };
    tx.commit().await?;
    Ok(Some(Minted { link, invitation }))
}

/// An invitation that a secret was mailed for, and whether that is the newest one.
pub(super) struct Found {
    pub(super) invitation: Invitation,
    pub(super) is_newest: bool,
}

/// Looks for it without using it up.
pub(super) async fn find(app: &App, shown: &SecretString) -> Result<Found> {
    look(app, shown, app.db.within(Scope::Platform)).await
}

/// The same in a transaction, which goes on within the organization.
pub(super) async fn find_in(app: &App, tx: &mut Tx, shown: &SecretString) -> Result<(Found, Tenant)> {
    tx.enter(&Scope::Platform).await?;
    let found = look(app, shown, &mut *tx).await?;
    let tenant = Tenant::of_record(&found.invitation.organization_id);
    tenant.enter(tx).await?;
    Ok((found, tenant))
}

async fn look(app: &App, shown: &SecretString, mut db: impl Querier) -> Result<Found> {
    for hash in hashes(app, shown)? {
        if let Some(invitation) = store::find_by_secret(&mut db, &hash).await? {
            let is_newest = invitation.secret_hash.as_deref() == Some(hash.as_str());
            return Ok(Found {
                invitation,
                is_newest,
            });
        }
    }
    Err(Code::InvitationInvalid.into())
}

/// Under the earlier keys too: what was mailed before the master key was rotated stays good.
fn hashes(app: &App, shown: &SecretString) -> Result<Vec<String>> {
    let secret = OpaqueToken::parse(shown.reveal().trim(), Kind::Invitation);
    let secret = secret.map_err(|_| Code::InvitationInvalid)?;
    let all = app.all_keys().map(|keys| secret.hash(&keys.one_time));
    Ok(all.map(|it| it.as_str().to_owned()).collect())
}

pub(super) async fn sweep(app: &App, before: DateTime<Utc>) -> Result<u64> {
    Ok(store::sweep(app.db.within(Scope::Platform), before).await?)
}
