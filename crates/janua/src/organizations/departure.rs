//! What becomes of organizations when an account is deleted.
//!
//! Where others are, the account leaves, and cannot if it is the last owner. Where nobody else is, the organization is
//! deleted along with it.

use serde_json::json;

use super::{OrganizationId, deletion, members, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result, Truth};
use crate::events::{Event, Name};
use crate::io::db::{Scope, Tx};
use crate::roles::{self, Tenant, check};
use crate::users::{self, UserId, deletion as accounts};

/// Deletes one's own account with everything that belongs to it: sessions, tokens, devices, memberships, mails that
/// wait. What stays is the fact that it happened.
///
/// # Errors
/// `TOKEN_REVOKED` when the account is gone already, `LAST_ADMIN`, or `LAST_OWNER` with the organization.
pub async fn delete_account(app: &App, client: &Client, id: &UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let event = Event::by(Name::UserDeleted, id, client);
    let left = remove_account(app, &mut tx, client, id, event).await?;
    let left = left.ok_or_else(|| Code::TokenRevoked.because(Truth::SessionEnded))?;
    tx.commit().await?;
    users::Changed::new(id).announce(app).await;
    left.announce(app).await;
    Ok(())
}

/// Organizations that an account has left.
#[must_use = "a change becomes visible only when it is announced after the commit"]
#[derive(Debug)]
pub struct Left(Vec<OrganizationId>);

impl Left {
    /// Drops the copies, on all instances; says whether they know already.
    pub async fn announce(self, app: &App) -> bool {
        let mut known = true;
        for id in self.0 {
            known &= roles::Changed::new(&id).announce(app).await;
        }
        known
    }
}

/// Deletes an account inside a transaction; `None` when there is none.
///
/// # Errors
/// `LAST_ADMIN`, or `LAST_OWNER` with the organization.
pub async fn remove_account(
    app: &App,
    tx: &mut Tx,
    client: &Client,
    id: &UserId,
    event: Event<'_>,
) -> Result<Option<Left>> {
    tx.enter(&Scope::Platform).await?;
    let left = store::organizations_of(tx, id).await?;
    for organization in &left {
        leave(app, tx, client, id, &Tenant::of_record(organization)).await?;
    }
    let removed = accounts::remove(app, tx, id, event).await?;
    Ok(removed.then_some(Left(left)))
}

async fn leave(app: &App, tx: &mut Tx, client: &Client, id: &UserId, tenant: &Tenant) -> Result<()> {
    check::lock(app, tx, tenant).await?;
    // Looked up under the lock: they may have been made the owner a moment ago.
    let Some(member) = store::find_member(&mut *tx, tenant, id).await? else {
        return Ok(());
    };
    if store::count_members(&mut *tx, tenant).await? > 1 {
        let event = Event::about(Name::MemberRemoved, Some(id)).from(client);
        let left = members::take_out(app, tx, tenant, &member, event).await;
        return left.map_err(|error| match error.code() {
            Code::LastOwner => Error::new(Code::LastOwner).with("organization_id", tenant.id().as_str()),
            _ => error,
        });
    }
    let event = Event::about(Name::OrganizationDeleted, Some(id)).from(client);
    match deletion::mark(app, tx, tenant, event).await {
        // It was deleted already.
        Err(error) if error.code() != Code::OrganizationNotFound => Err(error),
        _ => Ok(()),
    }
}

/// Deletes organizations that nobody belongs to: whose only member went while it was made.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let mut gone = 0;
    for id in store::abandoned(app.db.within(Scope::Platform)).await? {
        let tenant = Tenant::of_record(&id);
        let mut tx = tenant.begin(app).await?;
        check::lock(app, &mut tx, &tenant).await?;
        if store::count_members(&mut tx, &tenant).await? > 0 {
            continue;
        }
        let event = Event::about(Name::OrganizationDeleted, None);
        deletion::mark(app, &mut tx, &tenant, event.knowing(json!({}))).await?;
        tx.commit().await?;
        roles::Changed::new(&id).announce(app).await;
        gone += 1;
    }
    Ok(gone)
}
