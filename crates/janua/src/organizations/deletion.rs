//! The end of an organization: deleted, for a while restorable, then gone for good.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Organization, OrganizationId, notices, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::events::{self, Event, Name};
use crate::io::db::{Scope, Tx};
use crate::outbox::Kind;
use crate::roles::{Changed, OrganizationDelete, OrganizationRestore, Permitted, Tenant};

/// Deletes an organization. From the next request on it is there for nobody but those who can restore it.
///
/// # Errors
/// As [`crate::roles::permit`].
pub async fn delete(app: &App, client: &Client, permitted: &Permitted<OrganizationDelete>) -> Result<()> {
    let (mut tx, _) = permitted.begin(app).await?;
    let event = permitted.event(Name::OrganizationDeleted, None, client);
    let purge_at = mark(app, &mut tx, permitted.tenant(), event).await?;
    let more = [("purge_at", json!(purge_at))];
    let kind = Kind::OrganizationDeleted;
    notices::tell_owners(app, &mut tx, permitted.tenant(), kind, client, &more).await?;
    tx.commit().await?;
    Changed::new(permitted.organization()).announce(app).await;
    Ok(())
}

/// Marks an organization as deleted, in a transaction that holds its lock.
pub(super) async fn mark(app: &App, tx: &mut Tx, tenant: &Tenant, event: Event<'_>) -> Result<DateTime<Utc>> {
    let now = app.clock.now();
    let purge_at = now + app.config.organizations.deletion_grace;
    if !store::mark_deleted(tx, tenant, now, purge_at).await? {
        return Err(Code::OrganizationNotFound.into());
    }
    let facts = json!({"organization_id": tenant.id(), "purge_at": purge_at});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(purge_at)
}

/// Restores a deleted organization with everything that belongs to it.
///
/// # Errors
/// `ORGANIZATION_NOT_DELETED`, or as [`crate::roles::permit`].
pub async fn restore(
    app: &App,
    client: &Client,
    permitted: &Permitted<OrganizationRestore>,
) -> Result<Organization> {
    let (mut tx, _) = permitted.begin(app).await?;
    let event = permitted.event(Name::OrganizationRestored, None, client);
    let restored = unmark(app, &mut tx, permitted.tenant(), event).await?;
    let kind = Kind::OrganizationRestored;
    notices::tell_owners(app, &mut tx, permitted.tenant(), kind, client, &[]).await?;
    tx.commit().await?;
    Changed::new(permitted.organization()).announce(app).await;
    Ok(restored)
}

/// Takes the mark away, in a transaction that holds the lock of the organization.
pub(super) async fn unmark(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    event: Event<'_>,
) -> Result<Organization> {
    let restored = store::unmark_deleted(tx, tenant, app.clock.now()).await?;
    let restored = restored.ok_or(Code::OrganizationNotDeleted)?;
    let facts = json!({"organization_id": tenant.id()});
    events::record(app, tx, event.knowing(facts)).await?;
    Ok(restored)
}

/// Lets go for good of organizations that nobody can restore any more.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let due: Vec<OrganizationId> = store::due_for_purge(app.db.within(Scope::Platform), now).await?;
    let mut gone = 0;
    for id in due {
        let tenant = Tenant::of_record(&id);
        let mut tx = tenant.begin(app).await?;
        // Asked again: it may have been restored a moment ago.
        if store::purge(&mut tx, &tenant, now).await? {
            let event = Event::about(Name::OrganizationPurged, None);
            events::record(app, &mut tx, event.knowing(json!({"organization_id": id}))).await?;
            tx.commit().await?;
            Changed::new(&id).announce(app).await;
            gone += 1;
        }
    }
    Ok(gone)
}
