//! Verified domains are looked at again: whose record is gone for days is verified no more.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::claiming::record;
use super::store::{self, Due};
use super::verification::{Found, look, settle};
use super::{Domain, DomainId};
use crate::app::App;
use crate::client::Client;
use crate::error::{Class, Code, Result};
use crate::events::{Event, Name};
use crate::io::db::{Scope, Tx};
use crate::organizations::members;
use crate::outbox::{self, Kind};
use crate::roles::{Tenant, check};
use crate::users;

/// How often it is asked which domains are to be looked at.
const ROUND: Duration = Duration::from_secs(600);

/// When a check is made again that got no answer, or died with its instance.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// Questions to the DNS at once.
const AT_ONCE: usize = 8;

/// Looks after verified domains for as long as the server runs.
pub async fn work(app: App) {
    loop {
        if let Err(error) = recheck(&app).await {
            tracing::error!(%error, "verified domains could not be looked at");
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// Looks at all domains that are due.
///
/// # Errors
/// When the database fails.
pub async fn recheck(app: &App) -> Result<()> {
    let due = store::due(app.db.within(Scope::Platform), app.clock.now()).await?;
    let look_at = async |due: Due| {
        match recheck_one(app, &due).await {
            // It was removed meanwhile.
            Err(error) if error.class() == Class::NotFound => {}
            Err(error) => {
                tracing::error!(%error, domain = due.domain.domain, "a domain could not be looked at");
            }
            Ok(()) => {}
        }
    };
    stream::iter(due).for_each_concurrent(AT_ONCE, look_at).await;
    Ok(())
}

async fn recheck_one(app: &App, due: &Due) -> Result<()> {
    let tenant = Tenant::of_record(&due.organization_id);
    let mut tx = tenant.begin(app).await?;
    if !store::take(&mut tx, &tenant, due, app.clock.now() + AGAIN).await? {
        return Ok(());
    }
    tx.commit().await?;
    let found = look(app, &due.domain).await;
    if let Found::NoAnswer(error) = &found {
        // It says nothing of the domain: nothing changes, and it is asked again.
        tracing::warn!(%error, domain = due.domain.domain, "a domain could not be looked at");
        return Ok(());
    }
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    if has_lapsed(app, &due.domain, &found) {
        lapse(app, &mut tx, &tenant, due).await?;
    } else {
        let event = Event::about(Name::DomainVerified, None);
        // Whoever would be told of a missing record is not here.
        let _ = settle(app, &mut tx, &tenant, &due.domain.id, &found, event).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn has_lapsed(app: &App, domain: &Domain, found: &Found) -> bool {
    let is_over = |since| app.clock.now() >= since + app.config.organizations.domain_lapse;
    !matches!(found, Found::Proof) && domain.missing_since.is_some_and(is_over)
}

/// Takes the proof away and tells the owners.
async fn lapse(app: &App, tx: &mut Tx, tenant: &Tenant, due: &Due) -> Result<()> {
    let id: &DomainId = &due.domain.id;
    let still = store::find(&mut *tx, tenant, id).await?;
    // Asked again: it may have been removed or mended a moment ago.
    let Some(domain) = still.filter(|it| it.missing_since == due.domain.missing_since) else {
        return Ok(());
    };
    let lapsed = Domain {
        verified_at: None,
        missing_since: None,
        checked_at: Some(app.clock.now()),
        failure: Some(Code::DomainRecordMissing.name().to_owned()),
        ..domain.clone()
    };
    store::update(tx, tenant, &lapsed, None).await?;
    record(app, tx, tenant, &lapsed, Event::about(Name::DomainLapsed, None)).await?;
    let id = format!("worker_{}", hex::encode(app.random.bytes::<8>()));
    let client = Client::of_worker(id, app.config.mail.default_locale.clone());
    let facts = json!({"organization": due.organization, "domain": domain.domain,
        "failing_since": domain.missing_since, "record_name": domain.record_name(),
        "record_value": domain.record_value()});
    for owner in members::owners(tx, tenant).await? {
        if let Some(user) = users::find(&mut *tx, &owner).await? {
            outbox::promise_with(app, tx, Kind::DomainLapsed, &user, &client, facts.clone()).await?;
        }
    }
    Ok(())
}
