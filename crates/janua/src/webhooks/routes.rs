//! `/webhooks`.

use std::time::Duration;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::endpoints::{self, Changes, NewEndpoint};
use super::{Endpoint, Grant, Subscription, WebhookId, owner_of, subscription};
use crate::api_keys::Holder;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::OpaqueToken;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::events::Name;
use crate::http::body::{Body, Query};
use crate::http::caller::InSession;
use crate::http::identity::{Identity, Principal};
use crate::http::paging::Paging;
use crate::http::permission;
use crate::ids::OrganizationId;
use crate::roles::{Permission, WebhooksCreate, WebhooksDelete, WebhooksRead, WebhooksUpdate};
use crate::sessions;
use crate::users::profile::rfc3339;

/// The longest overlap of two secrets, in hours.
const LONGEST_OVERLAP: u32 = 168;

/// The routes of endpoints.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(types))
        .routes(routes!(read, update, delete))
        .routes(routes!(rotate_secret))
}

/// The right to the webhooks of an organization, or of the platform when none is named. An organization's own API key
/// need not name it.
async fn for_owner<P: Permission>(
    app: &App,
    identity: &Identity,
    organization: Option<&str>,
) -> Result<Grant<P>> {
    let id = match (organization, identity) {
        (Some(id), _) => OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?,
        (None, Identity::Person(caller)) if is_admin(app, caller).await? => {
            return Ok(Grant::Admin(caller.user().clone()));
        }
        (None, Identity::Person(_)) => return Err(Code::Forbidden.into()),
        (None, Identity::Key(key)) => match key.holder()? {
            Holder::Organization(own) => own.clone(),
            Holder::Person(_) => {
                return Err(Error::new(Code::MissingField).with("field", "organization_id"));
            }
        },
    };
    Grant::of(app, permission::asker(identity, &id)?, &id).await
}

/// The right to one webhook. Whoever has no business with its owner is told that there is none.
pub(super) async fn for_webhook<P: Permission>(
    app: &App,
    identity: &Identity,
    id: &str,
) -> Result<(Grant<P>, WebhookId)> {
    let absent = || Error::from(Code::WebhookNotFound);
    let id = WebhookId::parse(id).ok_or_else(absent)?;
    let judged = match (owner_of(app, &id).await?, identity) {
        (Some(organization), _) => match permission::asker(identity, &organization) {
            Ok(asker) => Grant::of(app, asker, &organization).await,
            Err(error) => Err(error),
        },
        (None, Identity::Person(caller)) if is_admin(app, caller).await? => {
            Ok(Grant::Admin(caller.user().clone()))
        }
        (None, _) => return Err(absent()),
    };
    match judged {
        Err(error) if error.code() == Code::OrganizationNotFound => Err(absent()),
        judged => Ok((judged?, id)),
    }
}

/// Not from a copy, as for every order of administrators.
async fn is_admin(app: &App, caller: &InSession) -> Result<bool> {
    sessions::is_admin_now(app, caller.user(), caller.session_id()).await
}

/// A webhook.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: WebhookId,
    /// Whose it is; `null` is the platform.
    #[schema(value_type = Option<String>)]
    organization_id: Option<OrganizationId>,
    /// Where events are sent.
    #[schema(example = "https://example.com/hooks/janua")]
    url: String,
    /// What it is for.
    description: String,
    /// What it is told of.
    #[schema(example = json!(["member.*", "user.deleted"]))]
    events: Vec<String>,
    /// Whether events are sent.
    enabled: bool,
    /// Since when it is off.
    disabled_at: Option<String>,
    /// `manual`, or `failing`.
    disabled_because: Option<String>,
    /// Tries that failed since the last success.
    failures: i64,
    /// Since when none has succeeded.
    failing_since: Option<String>,
    /// Until when the secret before the current one signs along.
    previous_secret_until: Option<String>,
    /// When it was added.
    created_at: String,
    /// When anything here changed.
    updated_at: String,
}

impl From<Endpoint> for WebhookBody {
    fn from(it: Endpoint) -> Self {
        Self {
            events: it.subscription().patterns().to_vec(),
            id: it.id,
            organization_id: it.organization_id,
            url: it.url,
            description: it.description,
            enabled: it.disabled_at.is_none(),
            disabled_at: it.disabled_at.map(rfc3339),
            disabled_because: it.disabled_because,
            failures: it.failures,
            failing_since: it.failing_since.map(rfc3339),
            previous_secret_until: it.previous_until.map(rfc3339),
            created_at: rfc3339(it.created_at),
            updated_at: rfc3339(it.updated_at),
        }
    }
}

/// A webhook with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookWithSecret {
    #[serde(flatten)]
    webhook: WebhookBody,
    /// Signs every delivery; keep it where the receiver can read it.
    #[schema(example = "whsec_…")]
    secret: String,
}

impl From<(Endpoint, OpaqueToken)> for WebhookWithSecret {
    fn from((endpoint, secret): (Endpoint, OpaqueToken)) -> Self {
        Self {
            webhook: endpoint.into(),
            secret: secret.reveal(),
        }
    }
}

/// A page of webhooks.
#[derive(Serialize, ToSchema)]
struct WebhookList {
    webhooks: Vec<WebhookBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Whose webhooks are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Those of an organization. Without it administrators see those of the platform, others those of their organizations.
    organization_id: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

/// The webhooks of an organization, of the platform for its administrators, or of all organizations of one's own.
///
/// Needs `webhooks:read` in the organization.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", operation_id = "list_webhooks", params(ListQuery),
    responses((status = 200, body = WebhookList)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(app: App, identity: Principal, Query(asked): Query<ListQuery>) -> Result<Json<WebhookList>> {
    let usual = Paging::default();
    let paging = Paging {
        page: asked.page.unwrap_or(usual.page),
        per_page: asked.per_page.unwrap_or(usual.per_page),
    };
    let paging = paging.checked()?;
    let (limit, offset) = (paging.per_page.into(), paging.offset());
    let (page, total) = match &*identity {
        Identity::Person(caller) if asked.organization_id.is_none() && !is_admin(&app, caller).await? => {
            endpoints::list_of_person(&app, caller.user(), limit, offset).await?
        }
        _ => {
            let named = asked.organization_id.as_deref();
            let grant: Grant<WebhooksRead> = for_owner(&app, &identity, named).await?;
            endpoints::list(&app, &grant, limit, offset).await?
        }
    };
    Ok(Json(WebhookList {
        webhooks: page.into_iter().map(WebhookBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// A new webhook.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateWebhookRequest {
    /// An https address of the public internet.
    #[schema(example = "https://example.com/hooks/janua")]
    url: String,
    /// What it is told of: `area.action`, `area.*` or `*`.
    #[schema(example = json!(["member.*", "user.deleted"]))]
    events: Vec<String>,
    /// What it is for.
    description: Option<String>,
    /// Whose it is; without it the platform's, for its administrators. One of an organization is told only of what
    /// concerns the organization.
    organization_id: Option<String>,
}

/// Adds a webhook; its secret is shown this once.
///
/// Needs `webhooks:create` in the organization.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = CreateWebhookRequest, responses((status = 201, body = WebhookWithSecret)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn create(
    app: App,
    client: Client,
    identity: Principal,
    Body(asked): Body<CreateWebhookRequest>,
) -> Result<(StatusCode, Json<WebhookWithSecret>)> {
    let grant: Grant<WebhooksCreate> = for_owner(&app, &identity, asked.organization_id.as_deref()).await?;
    let mut fields = Fields::new();
    let url = fields.take("url", endpoints::url(&app, &asked.url).await);
    let events = fields.take("events", Subscription::parse(&asked.events));
    let description = asked.description.unwrap_or_default();
    let description = fields.take("description", endpoints::description(&description));
    fields.done()?;
    let (Some(url), Some(events), Some(description)) = (url, events, description) else {
        return Err(Error::internal("a field was neither taken nor refused"));
    };
    let new = NewEndpoint {
        url,
        events,
        description,
    };
    let made = endpoints::create(&app, &client, &grant, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Everything that a webhook can be told of.
#[derive(Serialize, ToSchema)]
struct EventTypes {
    types: Vec<EventType>,
}

/// An event.
#[derive(Serialize, ToSchema)]
struct EventType {
    /// `area.action`
    #[schema(example = "member.added")]
    name: &'static str,
    /// What it tells.
    description: &'static str,
}

/// The events that there are.
#[utoipa::path(get, path = "/webhooks/events/types", tag = "webhooks", operation_id = "list_event_types",
    responses((status = 200, body = EventTypes)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn types(_: Principal) -> Json<EventTypes> {
    let test = EventType {
        name: subscription::TEST,
        description: "Somebody tries the webhook out; sent on request only.",
    };
    let names = Name::ALL
        .iter()
        .map(|(name, description)| EventType { name, description });
    Json(EventTypes {
        types: names.chain([test]).collect(),
    })
}

/// One webhook.
///
/// Needs `webhooks:read` in its organization.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", operation_id = "read_webhook",
    params(("id" = String, Path, description = "The webhook.")), responses((status = 200, body = WebhookBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(app: App, identity: Principal, Path(id): Path<String>) -> Result<Json<WebhookBody>> {
    let (grant, id) = for_webhook::<WebhooksRead>(&app, &identity, &id).await?;
    Ok(Json(endpoints::get(&app, &grant, &id).await?.into()))
}

/// What to change; absent fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateWebhookRequest {
    /// Another address.
    url: Option<String>,
    /// Other events.
    events: Option<Vec<String>>,
    /// What it is for.
    description: Option<String>,
    /// On or off. Turning it on forgets failures and sends what waits.
    enabled: Option<bool>,
}

/// Changes a webhook, or turns it off and on.
///
/// Needs `webhooks:update` in its organization.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", operation_id = "update_webhook",
    params(("id" = String, Path, description = "The webhook.")), request_body = UpdateWebhookRequest,
    responses((status = 200, body = WebhookBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn update(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
    Body(asked): Body<UpdateWebhookRequest>,
) -> Result<Json<WebhookBody>> {
    let (grant, id) = for_webhook::<WebhooksUpdate>(&app, &identity, &id).await?;
    let mut fields = Fields::new();
    let url = match &asked.url {
        Some(text) => fields.take("url", endpoints::url(&app, text).await),
        None => None,
    };
    let changes = Changes {
        url,
        events: asked
            .events
            .and_then(|it| fields.take("events", Subscription::parse(&it))),
        description: asked
            .description
            .and_then(|it| fields.take("description", endpoints::description(&it))),
        enabled: asked.enabled,
    };
    fields.done()?;
    Ok(Json(
        endpoints::update(&app, &client, &grant, &id, changes)
            .await?
            .into(),
    ))
}

/// How long both secrets sign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotateSecretRequest {
    /// Hours in which the secret before signs along, at most 168; 24 when absent, 0 ends it at once.
    #[schema(maximum = 168)]
    overlap_hours: Option<u32>,
}

/// Gives a webhook another secret, shown this once. For a while deliveries carry the signatures of both.
///
/// Needs `webhooks:update` in its organization.
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", tag = "webhooks", operation_id = "rotate_webhook_secret",
    params(("id" = String, Path, description = "The webhook.")), request_body = RotateSecretRequest,
    responses((status = 200, body = WebhookWithSecret)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn rotate_secret(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
    Body(asked): Body<RotateSecretRequest>,
) -> Result<Json<WebhookWithSecret>> {
    let (grant, id) = for_webhook::<WebhooksUpdate>(&app, &identity, &id).await?;
    let hours = asked.overlap_hours.unwrap_or(24);
    if hours > LONGEST_OVERLAP {
        let mut fields = Fields::new();
        let text = format!("overlap_hours must be from 0 to {LONGEST_OVERLAP}");
        fields.refuse("overlap_hours", Invalid::new(Code::InvalidField, text));
        fields.done()?;
    }
    let overlap = Duration::from_secs(u64::from(hours) * 3600);
    let rotated = endpoints::rotate_secret(&app, &client, &grant, &id, overlap).await?;
    Ok(Json(rotated.into()))
}

/// Deletes a webhook, with all that waits for it.
///
/// Needs `webhooks:delete` in its organization.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", operation_id = "delete_webhook",
    params(("id" = String, Path, description = "The webhook.")),
    responses((status = 204, description = "Nothing is sent there any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn delete(app: App, client: Client, identity: Principal, Path(id): Path<String>) -> Result<StatusCode> {
    let (grant, id) = for_webhook::<WebhooksDelete>(&app, &identity, &id).await?;
    endpoints::delete(&app, &client, &grant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
