//! Claiming a domain, and giving it up.

use serde_json::json;

use super::{Domain, DomainId, DomainName, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::{Scope, Tx};
use crate::limits::{self, Limit};
use crate::roles::{DomainsManage, Permitted, Tenant};

/// The most domains of one organization.
const MOST: i64 = 50;

/// Claims a domain. Nothing follows from that until it is verified.
///
/// # Errors
/// `DOMAIN_TAKEN` for one that another organization has proven, `DOMAIN_EXISTS`, `TOO_MANY_DOMAINS`, `RATE_LIMITED`, or
/// as [`crate::roles::permit`].
pub async fn claim(
    app: &App,
    client: &Client,
    permitted: &Permitted<DomainsManage>,
    name: &DomainName,
) -> Result<Domain> {
    limits::check(app, Limit::Domain, client, permitted.organization().as_str()).await?;
    refuse_if_taken(app, permitted.tenant(), name).await?;
    let (mut tx, _) = permitted.begin(app).await?;
    let event = permitted.event(Name::DomainAdded, None, client);
    let claimed = write(app, &mut tx, permitted.tenant(), name, event).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Tells early what the proof would meet in the end.
pub(super) async fn refuse_if_taken(app: &App, tenant: &Tenant, name: &DomainName) -> Result<()> {
    let holder = store::holder(app.db.within(Scope::Platform), name.as_str()).await?;
    if holder.is_some_and(|it| it != *tenant.id()) {
        return Err(taken());
    }
    Ok(())
}

pub(super) fn taken() -> Error {
    Error::new(Code::DomainTaken).with("field", "domain")
}

/// Writes a claim down, in a transaction that holds the lock of the organization.
pub(super) async fn write(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    name: &DomainName,
    event: Event<'_>,
) -> Result<Domain> {
    if store::count(tx, tenant).await? >= MOST {
        return Err(Code::TooManyDomains.into());
    }
    let now = app.clock.now();
    let claimed = Domain {
        id: DomainId::new(app.random.id(now)),
        domain: name.as_str().to_owned(),
        token: hex::encode(app.random.bytes::<16>()),
        created_at: now,
        verified_at: None,
        checked_at: None,
        missing_since: None,
        failure: None,
    };
    if !store::insert(tx, tenant, &claimed).await? {
        return Err(Error::new(Code::DomainExists).with("field", "domain"));
    }
    record(app, tx, tenant, &claimed, event).await?;
    Ok(claimed)
}

/// Gives a domain up, verified or not.
///
/// # Errors
/// `DOMAIN_NOT_FOUND`, or as [`crate::roles::permit`].
pub async fn remove(
    app: &App,
    client: &Client,
    permitted: &Permitted<DomainsManage>,
    id: &DomainId,
) -> Result<()> {
    let (mut tx, _) = permitted.begin(app).await?;
    let event = permitted.event(Name::DomainRemoved, None, client);
    take_out(app, &mut tx, permitted.tenant(), id, event).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a domain out, in a transaction that holds the lock of the organization.
pub(super) async fn take_out(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    id: &DomainId,
    event: Event<'_>,
) -> Result<()> {
    let domain = store::find(&mut *tx, tenant, id)
        .await?
        .ok_or(Code::DomainNotFound)?;
    store::delete(tx, tenant, id).await?;
    record(app, tx, tenant, &domain, event).await
}

/// Records what became of a domain.
pub(super) async fn record(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    domain: &Domain,
    event: Event<'_>,
) -> Result<()> {
    let facts = json!({"organization_id": tenant.id(), "domain_id": domain.id, "domain": domain.domain,
        "state": domain.state()});
    events::record(app, tx, event.knowing(facts)).await
}
