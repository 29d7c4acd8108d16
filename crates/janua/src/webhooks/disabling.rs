//! An endpoint that has failed for days is turned off, and those who can mend it are told.

use serde_json::json;

use super::{Endpoint, Owner, endpoints, store};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::{self, Event, Name};
use crate::io::db::Tx;
use crate::organizations::members;
use crate::outbox::{self, Kind};
use crate::users::{self, User};

/// Turns an endpoint off if nothing has reached it for too long.
pub(super) async fn disable_if_failing(
    app: &App,
    tx: &mut Tx,
    endpoint: &Endpoint,
    failure: &str,
) -> Result<()> {
    let now = app.clock.now();
    let Some(since) = endpoint.failing_since.filter(|_| endpoint.disabled_at.is_none()) else {
        return Ok(());
    };
    if now < since + app.config.webhooks.disable_after {
        return Ok(());
    }
    let disabled = Endpoint {
        disabled_at: Some(now),
        disabled_because: Some("failing".to_owned()),
        updated_at: now,
        ..endpoint.clone()
    };
    store::update(tx, &disabled).await?;
    tracing::error!(webhook = %endpoint.id, failure, "a webhook failed for days and was turned off");
    let mut facts =
        json!({"webhook_id": endpoint.id, "host": endpoints::host(endpoint), "failing_since": since});
    if let Some(organization) = &endpoint.organization_id {
        facts["organization_id"] = json!(organization);
    }
    events::record(app, tx, Event::about(Name::WebhookDisabled, None).knowing(facts)).await?;
    let client = worker(app);
    let facts = json!({"webhook": endpoint.url, "failing_since": since, "last_failure": failure});
    for user in those_who_can_mend_it(tx, endpoint).await? {
        outbox::promise_with(app, tx, Kind::WebhookDisabled, &user, &client, facts.clone()).await?;
    }
    Ok(())
}

async fn those_who_can_mend_it(tx: &mut Tx, endpoint: &Endpoint) -> Result<Vec<User>> {
    let Owner::Tenant(tenant) = Owner::of_record(endpoint.organization_id.as_ref()) else {
        return users::admin::active(&mut *tx).await;
    };
    let mut owners = Vec::new();
    for id in members::owners(tx, &tenant).await? {
        owners.extend(users::find(&mut *tx, &id).await?);
    }
    Ok(owners)
}

/// Who asks when nobody does.
fn worker(app: &App) -> Client {
    let id = format!("worker_{}", hex::encode(app.random.bytes::<8>()));
    Client::of_worker(id, app.config.mail.default_locale.clone())
}
