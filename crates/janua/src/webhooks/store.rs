//! The tables `webhook_endpoints` and `webhook_deliveries`.

use chrono::{DateTime, Utc};

use super::spreading::Message;
use super::{Delivery, Endpoint, Owner, Report, Try};
use crate::crypto::sealed::Column;
use crate::ids::{OrganizationId, WebhookId};
use crate::io::db::{Querier, Result, Sql, Tx};
use crate::params;
use crate::roles::Tenants;

/// The secrets.
pub const SEALED: Column = Column {
    table: "webhook_endpoints",
    column: "sealed",
    ids: "SELECT DISTINCT substr(sealed, 1, 9) FROM webhook_endpoints",
    page: "SELECT id, sealed FROM webhook_endpoints WHERE id > $1 ORDER BY id LIMIT 100",
    replace: "UPDATE webhook_endpoints SET sealed = $3 WHERE id = $1 AND sealed = $2",
};

/// The secrets that were replaced and sign along for a while.
pub const SEALED_PREVIOUS: Column = Column {
    table: "webhook_endpoints",
    column: "previous_sealed",
    ids: "SELECT DISTINCT substr(previous_sealed, 1, 9) FROM webhook_endpoints WHERE previous_sealed IS NOT NULL",
    page: "SELECT id, previous_sealed FROM webhook_endpoints WHERE id > $1 AND previous_sealed IS NOT NULL
           ORDER BY id LIMIT 100",
    replace: "UPDATE webhook_endpoints SET previous_sealed = $3 WHERE id = $1 AND previous_sealed = $2",
};

macro_rules! endpoint {
    () => {
        "id, organization_id, url, description, events, sealed, previous_sealed, previous_until, created_at, updated_at,
         disabled_at, disabled_because, failures, failing_since, claimed_until"
    };
}

macro_rules! delivery {
    () => {
        "id, endpoint_id, event_id, event_type, body, state, attempts, created_at, due_at, attempted_at, settled_at, status,
         duration_ms, response, failure"
    };
}

pub(super) async fn insert(mut tx: &mut Tx, it: &Endpoint) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_endpoints (id, organization_id, url, description, events, sealed, created_at, updated_at,
                                        failures, served_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0, $7)",
        params![
            &it.id,
            it.organization_id.as_ref().map(OrganizationId::as_str),
            &it.url,
            &it.description,
            &it.events,
            it.sealed.clone(),
            it.created_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn count(mut db: impl Querier, owner: &Owner) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM webhook_endpoints WHERE organization_id IS NOT DISTINCT FROM $1",
            params![owner.organization().map(OrganizationId::as_str)],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn list(
    mut db: impl Querier,
    owner: &Owner,
    limit: i64,
    offset: i64,
) -> Result<Vec<Endpoint>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            endpoint!(),
            " FROM webhook_endpoints WHERE organization_id IS NOT DISTINCT FROM $1 ORDER BY id LIMIT $2 OFFSET $3"
        ),
        params![owner.organization().map(OrganizationId::as_str), limit, offset],
    )
    .await
}

/// Endpoints of several organizations.
pub(super) async fn list_in(
    mut db: impl Querier,
    tenants: &Tenants,
    limit: i64,
    offset: i64,
) -> Result<Vec<Endpoint>> {
    let all = Sql::new(concat!("SELECT ", endpoint!(), " FROM webhook_endpoints"));
    let sql = within(all, tenants).push(" ORDER BY id LIMIT ").bind(limit);
    db.search(sql.push(" OFFSET ").bind(offset)).await
}

pub(super) async fn count_in(mut db: impl Querier, tenants: &Tenants) -> Result<i64> {
    let all = Sql::new("SELECT COUNT(*) FROM webhook_endpoints");
    let found: Vec<(i64,)> = db.search(within(all, tenants)).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

fn within(mut sql: Sql, tenants: &Tenants) -> Sql {
    sql = sql.push(" WHERE organization_id IN (");
    for (index, id) in tenants.ids().iter().enumerate() {
        if index > 0 {
            sql = sql.push(", ");
        }
        sql = sql.bind(id.as_str());
    }
    sql.push(")")
}

pub(super) async fn find(mut db: impl Querier, owner: &Owner, id: &WebhookId) -> Result<Option<Endpoint>> {
    db.fetch_optional(
        concat!(
            "SELECT ",
            endpoint!(),
            " FROM webhook_endpoints WHERE organization_id IS NOT DISTINCT FROM $1 AND id = $2"
        ),
        params![owner.organization().map(OrganizationId::as_str), id],
    )
    .await
}

/// Whose a webhook is: no organization is the platform.
pub(super) async fn find_owner(
    mut db: impl Querier,
    id: &WebhookId,
) -> Result<Option<Option<OrganizationId>>> {
    let row: Option<(Option<OrganizationId>,)> = db
        .fetch_optional(
            "SELECT organization_id FROM webhook_endpoints WHERE id = $1",
            params![id],
        )
        .await?;
    Ok(row.map(|(organization,)| organization))
}

/// Writes what its owner may change. A worker's marks are not touched, but for failures when it is turned on again.
pub(super) async fn update(mut tx: &mut Tx, it: &Endpoint) -> Result<()> {
    tx.execute(
        "UPDATE webhook_endpoints SET url = $2, description = $3, events = $4, sealed = $5, previous_sealed = $6,
                previous_until = $7, updated_at = $8, disabled_at = $9, disabled_because = $10
         WHERE id = $1",
        params![
            &it.id,
            &it.url,
            &it.description,
            &it.events,
            it.sealed.clone(),
            it.previous_sealed.clone(),
            it.previous_until,
            it.updated_at,
            it.disabled_at,
            it.disabled_because.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// Forgets that it failed: it is served at once.
pub(super) async fn forgive(mut tx: &mut Tx, id: &WebhookId) -> Result<()> {
    tx.execute(
        "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, rests_until = NULL WHERE id = $1",
        params![id],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(mut tx: &mut Tx, owner: &Owner, id: &WebhookId) -> Result<Option<Endpoint>> {
    tx.fetch_optional(
        concat!(
            "DELETE FROM webhook_endpoints WHERE organization_id IS NOT DISTINCT FROM $1 AND id = $2 RETURNING ",
            endpoint!()
        ),
        params![owner.organization().map(OrganizationId::as_str), id],
    )
    .await
}

/// Endpoints that are to be told of events.
pub(super) async fn listeners(mut db: impl Querier) -> Result<Vec<Endpoint>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            endpoint!(),
            " FROM webhook_endpoints WHERE disabled_at IS NULL"
        ),
        params![],
    )
    .await
}

pub(super) async fn has_listeners(mut db: impl Querier) -> Result<bool> {
    let row: Option<(WebhookId,)> = db
        .fetch_optional(
            "SELECT id FROM webhook_endpoints WHERE disabled_at IS NULL LIMIT 1",
            params![],
        )
        .await?;
    Ok(row.is_some())
}

/// One event for one endpoint, once.
pub(super) async fn insert_delivery(
    mut tx: &mut Tx,
    id: &str,
    endpoint: &Endpoint,
    event: &Message,
    happened_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_deliveries (id, endpoint_id, organization_id, event_id, event_type, body, state, attempts,
                                         created_at, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $8) ON CONFLICT DO NOTHING",
        params![
            id,
            &endpoint.id,
            endpoint.organization_id.as_ref().map(OrganizationId::as_str),
            &event.id,
            &event.kind,
            &event.body,
            happened_at,
            now,
        ],
    )
    .await?;
    Ok(())
}

/// Endpoints that have something due and that nobody serves, those that waited longest first.
pub(super) async fn due(mut db: impl Querier, now: DateTime<Utc>, most: i64) -> Result<Vec<WebhookId>> {
    let rows: Vec<(WebhookId,)> = db
        .fetch_all(
            "SELECT e.id FROM webhook_endpoints AS e
             WHERE e.disabled_at IS NULL AND (e.claimed_until IS NULL OR e.claimed_until <= $1)
               AND (e.rests_until IS NULL OR e.rests_until <= $1)
               AND EXISTS (SELECT 1 FROM webhook_deliveries AS d
                           WHERE d.endpoint_id = e.id AND d.state = 'queued' AND d.due_at <= $1)
             ORDER BY e.served_at, e.id LIMIT $2",
            params![now, most],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// `None` when somebody else was quicker.
pub(super) async fn claim(
    mut tx: &mut Tx,
    id: &WebhookId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Endpoint>> {
    tx.fetch_optional(
        concat!(
            "UPDATE webhook_endpoints SET claimed_until = $3, served_at = $2
             WHERE id = $1 AND disabled_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $2) RETURNING ",
            endpoint!()
        ),
        params![id, now, until],
    )
    .await
}

/// Holds an endpoint for longer; `None` when it is held no more, was turned off or deleted.
pub(super) async fn renew(
    mut tx: &mut Tx,
    id: &WebhookId,
    held_until: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Endpoint>> {
    tx.fetch_optional(
        concat!(
            "UPDATE webhook_endpoints SET claimed_until = $3
             WHERE id = $1 AND disabled_at IS NULL AND claimed_until = $2 RETURNING ",
            endpoint!()
        ),
        params![id, held_until, until],
    )
    .await
}

pub(super) async fn release(mut tx: &mut Tx, id: &WebhookId, held_until: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE webhook_endpoints SET claimed_until = NULL WHERE id = $1 AND claimed_until = $2",
        params![id, held_until],
    )
    .await?;
    Ok(())
}

/// The next delivery of an endpoint, in the order in which things happened; counts the try.
pub(super) async fn begin_try(
    mut tx: &mut Tx,
    id: &WebhookId,
    now: DateTime<Utc>,
) -> Result<Option<Delivery>> {
    tx.fetch_optional(
        concat!(
            "UPDATE webhook_deliveries SET attempts = attempts + 1, attempted_at = $2
             WHERE id = (SELECT id FROM webhook_deliveries WHERE endpoint_id = $1 AND state = 'queued' AND due_at <= $2
                         ORDER BY created_at, event_id LIMIT 1)
             RETURNING ",
            delivery!()
        ),
        params![id, now],
    )
    .await
}

/// Notes how a try ended. One that was ordered anew meanwhile stays queued.
pub(super) async fn note(
    mut tx: &mut Tx,
    delivery: &Delivery,
    tried: &Try,
    now: DateTime<Utc>,
) -> Result<()> {
    let settled_at = (tried.state != "queued").then_some(now);
    tx.execute(
        "UPDATE webhook_deliveries SET state = $3, due_at = $4, settled_at = $5, status = $6, duration_ms = $7,
                response = $8, failure = $9
         WHERE id = $1 AND attempts = $2",
        params![
            &delivery.id,
            delivery.attempts,
            tried.state,
            tried.due_at.unwrap_or(delivery.due_at),
            settled_at,
            tried.report.status,
            tried.report.duration_ms,
            tried.report.response.as_deref(),
            tried.report.failure.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// It answered well.
pub(super) async fn note_success(mut tx: &mut Tx, id: &WebhookId) -> Result<()> {
    tx.execute(
        "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, rests_until = NULL
         WHERE id = $1 AND (failures > 0 OR failing_since IS NOT NULL)",
        params![id],
    )
    .await?;
    Ok(())
}

/// It failed; gives what it looks like now.
pub(super) async fn note_failure(
    mut tx: &mut Tx,
    id: &WebhookId,
    now: DateTime<Utc>,
    rests_until: DateTime<Utc>,
) -> Result<Option<Endpoint>> {
    tx.fetch_optional(
        concat!(
            "UPDATE webhook_endpoints SET failures = failures + 1, failing_since = COALESCE(failing_since, $2),
                    rests_until = $3
             WHERE id = $1 RETURNING ",
            endpoint!()
        ),
        params![id, now, rests_until],
    )
    .await
}

/// A try that somebody waited for, so that it stands in the log.
pub(super) async fn insert_test(
    mut tx: &mut Tx,
    id: &str,
    endpoint: &Endpoint,
    event: &Message,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_deliveries (id, endpoint_id, organization_id, event_id, event_type, body, state, attempts,
                                         created_at, due_at, attempted_at, settled_at, status, duration_ms, response,
                                         failure)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, $8, $8, $9, $10, $11, $12)",
        params![
            id,
            &endpoint.id,
            endpoint.organization_id.as_ref().map(OrganizationId::as_str),
            &event.id,
            &event.kind,
            &event.body,
            if report.is_delivered() { "delivered" } else { "failed" },
            now,
            report.status,
            report.duration_ms,
            report.response.as_deref(),
            report.failure.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// The newest first: what is listed belongs to an endpoint that was found for its owner.
pub(super) async fn deliveries(
    mut db: impl Querier,
    endpoint: &Endpoint,
    limit: i64,
    offset: i64,
) -> Result<Vec<Delivery>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            delivery!(),
            " FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3"
        ),
        params![&endpoint.id, limit, offset],
    )
    .await
}

pub(super) async fn count_deliveries(mut db: impl Querier, endpoint: &Endpoint) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = $1",
            params![&endpoint.id],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Has a delivery begin anew. The count does too, so that a try that is under way does not settle it.
pub(super) async fn retry(
    mut tx: &mut Tx,
    endpoint: &Endpoint,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Delivery>> {
    tx.fetch_optional(
        concat!(
            "UPDATE webhook_deliveries SET state = 'queued', attempts = 0, due_at = $3, settled_at = NULL
             WHERE endpoint_id = $1 AND id = $2 RETURNING ",
            delivery!()
        ),
        params![&endpoint.id, id, now],
    )
    .await
}

pub(super) async fn waiting(mut db: impl Querier) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional(
            "SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'queued'",
            params![],
        )
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn sweep(mut tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    tx.execute(
        "DELETE FROM webhook_deliveries WHERE created_at < $1",
        params![before],
    )
    .await
}
