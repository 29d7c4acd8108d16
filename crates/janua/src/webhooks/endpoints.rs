//! Endpoints: added, changed, turned off and on, given another secret, deleted.

use std::time::Duration;

use serde_json::json;

use super::{Endpoint, Grant, SEALED, SEALED_PREVIOUS, Subscription, WebhookId, open, seal, store};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Invalid, Result};
use crate::events::Name;
use crate::ids::UserId;
use crate::io::reach::PublicUrl;
use crate::roles::{Permission, Tenants, WebhooksCreate, WebhooksDelete, WebhooksRead, WebhooksUpdate};

/// The most endpoints of one owner.
const MOST: i64 = 50;

/// The longest description, in letters.
const LONGEST: usize = 200;

/// Reads an address, and looks where its name leads now.
///
/// # Errors
/// `INVALID_WEBHOOK_URL` with the reason.
pub async fn url(app: &App, text: &str) -> Result<PublicUrl, Invalid> {
    let judged = app.public.judge(text).await;
    judged.map_err(|refused| Invalid::new(Code::InvalidWebhookUrl, refused.to_string()))
}

/// Reads a description.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn description(text: &str) -> Result<String, Invalid> {
    if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        let text = format!("use at most {LONGEST} letters, in one line");
        return Err(Invalid::new(Code::InvalidField, text));
    }
    Ok(text.trim().to_owned())
}

/// An endpoint that is to be added.
#[derive(Debug)]
pub struct NewEndpoint {
    /// The address.
    pub url: PublicUrl,
    /// What it is told of.
    pub events: Subscription,
    /// What it is for.
    pub description: String,
}

/// Adds an endpoint; gives it with its secret, which nobody sees again.
///
/// # Errors
/// `TOO_MANY_WEBHOOKS`.
pub async fn create(
    app: &App,
    client: &Client,
    grant: &Grant<WebhooksCreate>,
    new: NewEndpoint,
) -> Result<(Endpoint, OpaqueToken)> {
    let now = app.clock.now();
    let id = WebhookId::new(app.random.id(now));
    let secret = OpaqueToken::from_random(app.random.bytes(), Kind::Webhook);
    let owner = grant.owner();
    let endpoint = Endpoint {
        sealed: seal(app, &id, &SEALED, &secret),
        id,
        organization_id: owner.organization().cloned(),
        url: new.url.as_str().to_owned(),
        description: new.description,
        events: new.events.text(),
        previous_sealed: None,
        previous_until: None,
        created_at: now,
        updated_at: now,
        disabled_at: None,
        disabled_because: None,
        failures: 0,
        failing_since: None,
        claimed_until: None,
    };
    let mut tx = grant.begin(app).await?;
    if store::count(&mut tx, &owner).await? >= MOST {
        return Err(Code::TooManyWebhooks.into());
    }
    store::insert(&mut tx, &endpoint).await?;
    let facts = json!({"webhook_id": endpoint.id, "host": host(&endpoint), "events": endpoint.events});
    grant
        .record(app, &mut tx, client, Name::WebhookCreated, facts)
        .await?;
    tx.commit().await?;
    app.listening.begin();
    Ok((endpoint, secret))
}

/// A page of what a person sees, wherever they may look: the endpoints of their organizations.
///
/// # Errors
/// When the database fails.
pub async fn list_of_person(
    app: &App,
    user: &UserId,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Endpoint>, i64)> {
    let tenants = Tenants::of::<WebhooksRead>(app, user).await?;
    if tenants.ids().is_empty() {
        return Ok((Vec::new(), 0));
    }
    let page = store::list_in(tenants.reads(&app.db), &tenants, limit, offset).await?;
    Ok((page, store::count_in(tenants.reads(&app.db), &tenants).await?))
}

/// A page of an owner's endpoints, in the order in which they were added, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn list(
    app: &App,
    grant: &Grant<WebhooksRead>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Endpoint>, i64)> {
    let owner = grant.owner();
    let page = store::list(owner.reads(&app.db), &owner, limit, offset).await?;
    Ok((page, store::count(owner.reads(&app.db), &owner).await?))
}

/// One endpoint.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn get<P: Permission>(app: &App, grant: &Grant<P>, id: &WebhookId) -> Result<Endpoint> {
    let owner = grant.owner();
    let found = store::find(owner.reads(&app.db), &owner, id).await?;
    found.ok_or_else(|| Code::WebhookNotFound.into())
}

/// What changes; what is `None` stays as it is.
#[derive(Debug, Default)]
pub struct Changes {
    /// Another address.
    pub url: Option<PublicUrl>,
    /// Other events.
    pub events: Option<Subscription>,
    /// Another description.
    pub description: Option<String>,
    /// On or off. Turning on also forgets failures, and sends what waits.
    pub enabled: Option<bool>,
}

/// Changes an endpoint.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn update(
    app: &App,
    client: &Client,
    grant: &Grant<WebhooksUpdate>,
    id: &WebhookId,
    changes: Changes,
) -> Result<Endpoint> {
    let mut tx = grant.begin(app).await?;
    let found = store::find(&mut tx, &grant.owner(), id).await?;
    let mut endpoint = found.ok_or(Code::WebhookNotFound)?;
    let now = app.clock.now();
    if let Some(url) = changes.url {
        url.as_str().clone_into(&mut endpoint.url);
    }
    if let Some(events) = changes.events {
        endpoint.events = events.text();
    }
    if let Some(description) = changes.description {
        endpoint.description = description;
    }
    match changes.enabled {
        Some(true) => {
            (endpoint.disabled_at, endpoint.disabled_because) = (None, None);
            (endpoint.failures, endpoint.failing_since) = (0, None);
            store::forgive(&mut tx, id).await?;
        }
        Some(false) if endpoint.disabled_at.is_none() => {
            (endpoint.disabled_at, endpoint.disabled_because) = (Some(now), Some("manual".to_owned()));
        }
        _ => {}
    }
    endpoint.updated_at = now;
    store::update(&mut tx, &endpoint).await?;
    let facts = json!({
        "webhook_id": id, "host": host(&endpoint), "events": endpoint.events, "enabled": endpoint.disabled_at.is_none(),
    });
    grant
        .record(app, &mut tx, client, Name::WebhookUpdated, facts)
        .await?;
    tx.wake_after_commit(&app.events_wait);
    tx.commit().await?;
    app.listening.begin();
    Ok(endpoint)
}

/// Gives an endpoint another secret. The one before signs along until the overlap is over.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn rotate_secret(
    app: &App,
    client: &Client,
    grant: &Grant<WebhooksUpdate>,
    id: &WebhookId,
    overlap: Duration,
) -> Result<(Endpoint, OpaqueToken)> {
    let mut tx = grant.begin(app).await?;
    let found = store::find(&mut tx, &grant.owner(), id).await?;
    let mut endpoint = found.ok_or(Code::WebhookNotFound)?;
    let now = app.clock.now();
    let secret = OpaqueToken::from_random(app.random.bytes(), Kind::Webhook);
    let before = open(app, id, &SEALED, &endpoint.sealed)?;
    (endpoint.previous_sealed, endpoint.previous_until) = if overlap.is_zero() {
        (None, None)
    } else {
        (
            Some(seal(app, id, &SEALED_PREVIOUS, &before)),
            Some(now + overlap),
        )
    };
    endpoint.sealed = seal(app, id, &SEALED, &secret);
    endpoint.updated_at = now;
    store::update(&mut tx, &endpoint).await?;
    let facts = json!({"webhook_id": id, "overlap_seconds": overlap.as_secs()});
    grant
        .record(app, &mut tx, client, Name::WebhookSecretRotated, facts)
        .await?;
    tx.commit().await?;
    Ok((endpoint, secret))
}

/// Deletes an endpoint, with all that waits for it.
///
/// # Errors
/// `WEBHOOK_NOT_FOUND`.
pub async fn delete(app: &App, client: &Client, grant: &Grant<WebhooksDelete>, id: &WebhookId) -> Result<()> {
    let mut tx = grant.begin(app).await?;
    let gone = store::delete(&mut tx, &grant.owner(), id).await?;
    let gone = gone.ok_or(Code::WebhookNotFound)?;
    let facts = json!({"webhook_id": id, "host": host(&gone)});
    grant
        .record(app, &mut tx, client, Name::WebhookDeleted, facts)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The host in an address: paths and queries may hold secrets of the receiver's, and events are read by others.
pub(super) fn host(endpoint: &Endpoint) -> String {
    let url = reqwest::Url::parse(&endpoint.url).ok();
    url.and_then(|it| it.host_str().map(str::to_owned))
        .unwrap_or_default()
}
