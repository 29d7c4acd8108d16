//! What became of deliveries, and sending one again by hand.

use serde_json::json;

use super::grant::{begin_for_everybody, everybodys};
use super::spreading::Message;
use super::{Delivery, Endpoint, Grant, Report, WebhookId, delivery, endpoints, store, subscription};
use crate::app::App;
use crate::error::{Code, Result};
use crate::roles::{WebhooksRead, WebhooksUpdate};
use crate::users::profile::rfc3339;

/// A page of an endpoint's deliveries, the newest first, and how many there are.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn deliveries(
    app: &App,
    grant: &Grant<WebhooksRead>,
    id: &WebhookId,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Delivery>, i64)> {
    let endpoint = endpoints::get(app, grant, id).await?;
    let owner = grant.owner();
    let page = store::deliveries(owner.reads(&app.db), &endpoint, limit, offset).await?;
    Ok((
        page,
        store::count_deliveries(owner.reads(&app.db), &endpoint).await?,
    ))
}

/// Has a delivery sent again at once, also one that was taken; its tries begin anew.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`, or `NOT_FOUND` for the delivery.
pub async fn retry(
    app: &App,
    grant: &Grant<WebhooksUpdate>,
    id: &WebhookId,
    delivery: &str,
) -> Result<Delivery> {
    let mut tx = grant.begin(app).await?;
    let endpoint = store::find(&mut tx, &grant.owner(), id).await?;
    let endpoint = endpoint.ok_or(Code::WebhookNotFound)?;
    let again = store::retry(&mut tx, &endpoint, delivery, app.clock.now()).await?;
    let again = again.ok_or(Code::NotFound)?;
    tx.wake_after_commit(&app.events_wait);
    tx.commit().await?;
    Ok(again)
}

/// Sends a test event now, whatever the endpoint is told of, and also when it is off; gives what the receiver said. It
/// stands among the deliveries and is not tried again.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn test(app: &App, grant: &Grant<WebhooksUpdate>, id: &WebhookId) -> Result<Report> {
    let endpoint: Endpoint = endpoints::get(app, grant, id).await?;
    let now = app.clock.now();
    let event = app.random.id(now).to_string();
    let data = json!({"webhook_id": endpoint.id, "organization_id": endpoint.organization_id});
    let message = Message::new(&event, subscription::TEST, &rfc3339(now), &data);
    let report = delivery::send(app, &endpoint, &message).await?;
    app.metrics.webhook("test");
    let mut tx = grant.begin(app).await?;
    // It may have been deleted while the receiver thought.
    if store::find(&mut tx, &grant.owner(), id).await?.is_some() {
        let delivery = app.random.id(now).to_string();
        store::insert_test(&mut tx, &delivery, &endpoint, &message, &report, now).await?;
        tx.commit().await?;
    }
    Ok(report)
}

/// Deliveries that wait.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App) -> Result<i64> {
    Ok(store::waiting(everybodys(&app.db)).await?)
}

/// Forgets deliveries of long ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let before = app.clock.now() - app.config.webhooks.retention;
    let mut tx = begin_for_everybody(app).await?;
    let gone = store::sweep(&mut tx, before).await?;
    tx.commit().await?;
    Ok(gone)
}
