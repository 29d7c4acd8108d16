//! `/api-keys`: a person's own keys.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ApiKey, ApiKeyId, Draft, Made, Owner};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::events::{Event, Name};
use crate::http::body::Body;
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::users::profile::rfc3339;
use crate::users::{PersonName, UserId};

/// The longest life that can be given to a key, in days: ten years.
const LONGEST_LIFE: i64 = 3650;

/// The longest overlap, in hours: a week.
const LONGEST_OVERLAP: i64 = 168;

/// The routes of one's own keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, rename, revoke))
        .routes(routes!(rotate))
}

/// A key as its owner sees it; the key itself is shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeyBody {
    /// The id.
    #[schema(value_type = String)]
    id: ApiKeyId,
    /// What its owner calls it.
    name: String,
    /// How the key begins.
    #[schema(example = "jnk_S3cr37")]
    hint: String,
    /// What it may be used for.
    scopes: Vec<String>,
    /// Requests that it may make in a minute, if not as many as all keys.
    rate_limit_per_minute: Option<i64>,
    /// Who made it.
    #[schema(value_type = Option<String>)]
    created_by: Option<UserId>,
    /// When it was made.
    created_at: String,
    /// When it ends by itself.
    expires_at: Option<String>,
    /// When it was last used, some seconds late.
    last_used_at: Option<String>,
    /// From where it was last used.
    last_used_ip: Option<String>,
}

impl From<ApiKey> for ApiKeyBody {
    fn from(it: ApiKey) -> Self {
        Self {
            scopes: it.scopes().patterns().to_vec(),
            id: it.id,
            name: it.name,
            hint: it.hint,
            rate_limit_per_minute: it.per_minute,
            created_by: it.created_by,
            created_at: rfc3339(it.created_at),
            expires_at: it.expires_at.map(rfc3339),
            last_used_at: it.last_used_at.map(rfc3339),
            last_used_ip: it.last_used_ip,
        }
    }
}

/// A key that was just made, or made anew.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeyMade {
    /// The key. It is never shown again.
    #[schema(example = "jnk_S3cr37…")]
    key: String,
    #[serde(flatten)]
    about: ApiKeyBody,
}

impl From<Made> for ApiKeyMade {
    fn from(it: Made) -> Self {
        Self {
            key: it.secret.reveal(),
            about: it.key.into(),
        }
    }
}

/// Keys, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeyList {
    api_keys: Vec<ApiKeyBody>,
}

impl From<Vec<ApiKey>> for ApiKeyList {
    fn from(all: Vec<ApiKey>) -> Self {
        Self {
            api_keys: all.into_iter().map(ApiKeyBody::from).collect(),
        }
    }
}

/// What a key is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateApiKeyRequest {
    /// What to call it.
    #[schema(example = "nightly report")]
    name: String,
    /// What it may be used for: `profile:read`, a permission in organizations such as `members:read`, `resource:*` or `*`.
    #[schema(example = json!(["profile:read"]))]
    scopes: Vec<String>,
    /// When it ends by itself, in days from now; without it the key does not end by itself.
    #[schema(minimum = 1, maximum = 3650)]
    expires_in_days: Option<i64>,
    /// Requests that it may make in a minute; without it `RATE_LIMIT_API_KEY` counts.
    #[schema(minimum = 1, maximum = 100_000)]
    rate_limit_per_minute: Option<i64>,
}

impl CreateApiKeyRequest {
    pub(super) fn checked(self, now: DateTime<Utc>) -> Result<Draft> {
        let mut fields = Fields::new();
        let name = fields.take("name", name(&self.name));
        let scopes = fields.take("scopes", super::scopes(&self.scopes));
        let within = |value: Option<i64>, most: i64| match value {
            Some(it) if !(1..=most).contains(&it) => Err(Invalid::new(
                Code::InvalidField,
                format!("must be from 1 to {most}"),
            )),
            it => Ok(it),
        };
        let days = fields.take("expires_in_days", within(self.expires_in_days, LONGEST_LIFE));
        let per_minute = fields.take(
            "rate_limit_per_minute",
            within(self.rate_limit_per_minute, 100_000),
        );
        fields.done()?;
        let (Some(name), Some(scopes), Some(days), Some(per_minute)) = (name, scopes, days, per_minute)
        else {
            return Err(Error::internal("a field was refused without a word"));
        };
        let expires_at = days.map(|it| now + TimeDelta::days(it));
        Ok(Draft {
            name,
            scopes,
            expires_at,
            per_minute,
        })
    }
}

fn name(text: &str) -> Result<String, Invalid> {
    let name =
        PersonName::parse(text)?.ok_or_else(|| Invalid::new(Code::InvalidField, "the name is empty"))?;
    Ok(name.as_str().to_owned())
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameApiKeyRequest {
    /// What to call it.
    name: String,
}

impl RenameApiKeyRequest {
    pub(super) fn checked(&self) -> Result<String> {
        let mut fields = Fields::new();
        let name = fields.take("name", name(&self.name));
        fields.done()?;
        name.ok_or_else(|| Error::internal("a name was refused without a word"))
    }
}

/// How to replace a key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateApiKeyRequest {
    /// Hours for which the earlier key works beside the new one; a day unless said, 0 ends it at once.
    #[schema(minimum = 0, maximum = 168)]
    overlap_hours: Option<i64>,
}

impl RotateApiKeyRequest {
    pub(super) fn checked(&self) -> Result<TimeDelta> {
        let hours = self.overlap_hours.unwrap_or(24);
        if (0..=LONGEST_OVERLAP).contains(&hours) {
            return Ok(TimeDelta::hours(hours));
        }
        let text = format!("overlap_hours must be from 0 to {LONGEST_OVERLAP}");
        Err(Error::new(Code::InvalidField)
            .says(text)
            .with("field", "overlap_hours"))
    }
}

pub(super) fn parse(id: &str) -> Result<ApiKeyId> {
    ApiKeyId::parse(id).ok_or_else(|| Code::ApiKeyNotFound.into())
}

/// One's own keys that are not revoked, the newest first.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", operation_id = "list_api_keys",
    responses((status = 200, body = ApiKeyList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: SignedIn) -> Result<Json<ApiKeyList>> {
    Ok(Json(
        super::list(&app, Owner::Person(caller.user())).await?.into(),
    ))
}

/// Makes a key that acts for its owner, within its scopes. Needs a sign-in within the last ten minutes.
///
/// The answer is the only one that shows the key. It is used as `Authorization: Bearer` or `X-API-Key`, and never
/// changes passwords, second factors, passkeys or keys.
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", operation_id = "create_api_key",
    request_body = CreateApiKeyRequest, responses((status = 201, body = ApiKeyMade)),
    security(("bearer" = []), ("cookie" = [])))]
async fn create(
    app: App,
    client: Client,
    caller: RecentlySignedIn,
    Body(asked): Body<CreateApiKeyRequest>,
) -> Result<(StatusCode, Json<ApiKeyMade>)> {
    let draft = asked.checked(app.clock.now())?;
    let made = super::create(&app, &client, caller.user(), draft).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// One of one's own keys.
#[utoipa::path(get, path = "/api-keys/{id}", tag = "api-keys", operation_id = "read_api_key",
    params(("id" = String, Path, description = "The key.")), responses((status = 200, body = ApiKeyBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn read(app: App, caller: SignedIn, Path(id): Path<String>) -> Result<Json<ApiKeyBody>> {
    Ok(Json(
        super::read(&app, Owner::Person(caller.user()), &parse(&id)?)
            .await?
            .into(),
    ))
}

/// Gives a key another name.
#[utoipa::path(patch, path = "/api-keys/{id}", tag = "api-keys", operation_id = "rename_api_key",
    params(("id" = String, Path, description = "The key.")), request_body = RenameApiKeyRequest,
    responses((status = 200, body = ApiKeyBody)), security(("bearer" = []), ("cookie" = [])))]
async fn rename(
    app: App,
    client: Client,
    caller: SignedIn,
    Path(id): Path<String>,
    Body(asked): Body<RenameApiKeyRequest>,
) -> Result<Json<ApiKeyBody>> {
    let by = (Owner::Person(caller.user()), caller.user());
    Ok(Json(
        super::rename(&app, &client, by, &parse(&id)?, &asked.checked()?)
            .await?
            .into(),
    ))
}

/// Ends a key, from the next request on.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", operation_id = "revoke_api_key",
    params(("id" = String, Path, description = "The key.")),
    responses((status = 204, description = "It opens nothing any more.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn revoke(app: App, client: Client, caller: SignedIn, Path(id): Path<String>) -> Result<StatusCode> {
    let event = Event::by(Name::ApiKeyRevoked, caller.user(), &client);
    super::revoke(&app, Owner::Person(caller.user()), &parse(&id)?, event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes.
#[utoipa::path(post, path = "/api-keys/{id}/rotate", tag = "api-keys", operation_id = "rotate_api_key",
    params(("id" = String, Path, description = "The key.")), request_body = RotateApiKeyRequest,
    responses((status = 200, body = ApiKeyMade)), security(("bearer" = []), ("cookie" = [])))]
async fn rotate(
    app: App,
    client: Client,
    caller: RecentlySignedIn,
    Path(id): Path<String>,
    Body(asked): Body<RotateApiKeyRequest>,
) -> Result<Json<ApiKeyMade>> {
    let made = super::rotate(&app, &client, caller.user(), &parse(&id)?, asked.checked()?).await?;
    Ok(Json(made.into()))
}
