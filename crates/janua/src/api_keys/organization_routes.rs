//! `/organizations/{organization_id}/api-keys`: keys that belong to an organization.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Owner;
use super::routes::{
    ApiKeyBody, ApiKeyList, ApiKeyMade, CreateApiKeyRequest, RenameApiKeyRequest, RotateApiKeyRequest, parse,
};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::events::{Event, Name};
use crate::http::body::Body;
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::roles::{ApiKeysCreate, ApiKeysRead, ApiKeysRevoke, ApiKeysUpdate, Permitted};

/// The routes of an organization's keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, rename, revoke))
        .routes(routes!(rotate))
}

/// The organization's keys that are not revoked, the newest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/api-keys", tag = "api-keys",
    operation_id = "list_organization_api_keys",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("api_keys:read"))), responses((status = 200, body = ApiKeyList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(app: App, permitted: Permitted<ApiKeysRead>) -> Result<Json<ApiKeyList>> {
    Ok(Json(
        super::list(&app, Owner::Organization(permitted.tenant()))
            .await?
            .into(),
    ))
}

/// Makes a key that acts for the organization, whoever comes and goes. Needs a sign-in within the last ten minutes.
///
/// Nobody gives a key what they may not do themselves: 403 `ROLE_TOO_HIGH`. The answer is the only one that shows it.
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys", tag = "api-keys",
    operation_id = "create_organization_api_key",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("api_keys:create"))), request_body = CreateApiKeyRequest,
    responses((status = 201, body = ApiKeyMade)), security(("bearer" = []), ("cookie" = [])))]
async fn create(
    app: App,
    client: Client,
    permitted: Permitted<ApiKeysCreate>,
    _recent: RecentlySignedIn,
    Body(asked): Body<CreateApiKeyRequest>,
) -> Result<(StatusCode, Json<ApiKeyMade>)> {
    let draft = asked.checked(app.clock.now())?;
    let made = super::create_for(&app, &client, &permitted, draft).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// One of the organization's keys.
#[utoipa::path(get, path = "/organizations/{organization_id}/api-keys/{api_key_id}", tag = "api-keys",
    operation_id = "read_organization_api_key",
    params(("organization_id" = String, Path, description = "The organization."),
        ("api_key_id" = String, Path, description = "The key.")),
    extensions(("x-permission" = json!("api_keys:read"))), responses((status = 200, body = ApiKeyBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(
    app: App,
    permitted: Permitted<ApiKeysRead>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<Json<ApiKeyBody>> {
    let owner = Owner::Organization(permitted.tenant());
    Ok(Json(super::read(&app, owner, &parse(&id)?).await?.into()))
}

/// Gives a key another name.
#[utoipa::path(patch, path = "/organizations/{organization_id}/api-keys/{api_key_id}", tag = "api-keys",
    operation_id = "rename_organization_api_key",
    params(("organization_id" = String, Path, description = "The organization."),
        ("api_key_id" = String, Path, description = "The key.")),
    extensions(("x-permission" = json!("api_keys:update"))), request_body = RenameApiKeyRequest,
    responses((status = 200, body = ApiKeyBody)), security(("bearer" = []), ("cookie" = [])))]
async fn rename(
    app: App,
    client: Client,
    permitted: Permitted<ApiKeysUpdate>,
    caller: SignedIn,
    Path((_organization, id)): Path<(String, String)>,
    Body(asked): Body<RenameApiKeyRequest>,
) -> Result<Json<ApiKeyBody>> {
    let by = (Owner::Organization(permitted.tenant()), caller.user());
    Ok(Json(
        super::rename(&app, &client, by, &parse(&id)?, &asked.checked()?)
            .await?
            .into(),
    ))
}

/// Ends a key, from the next request on.
#[utoipa::path(delete, path = "/organizations/{organization_id}/api-keys/{api_key_id}", tag = "api-keys",
    operation_id = "revoke_organization_api_key",
    params(("organization_id" = String, Path, description = "The organization."),
        ("api_key_id" = String, Path, description = "The key.")),
    extensions(("x-permission" = json!("api_keys:revoke"))),
    responses((status = 204, description = "It opens nothing any more.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn revoke(
    app: App,
    client: Client,
    permitted: Permitted<ApiKeysRevoke>,
    caller: SignedIn,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    let event = Event::by(Name::ApiKeyRevoked, caller.user(), &client);
    super::revoke(&app, Owner::Organization(permitted.tenant()), &parse(&id)?, event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces a key. The earlier one works on for the overlap. Needs a sign-in within the last ten minutes.
///
/// Nobody is handed a key that may do more than they: 403 `ROLE_TOO_HIGH`.
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys/{api_key_id}/rotate", tag = "api-keys",
    operation_id = "rotate_organization_api_key",
    params(("organization_id" = String, Path, description = "The organization."),
        ("api_key_id" = String, Path, description = "The key.")),
    extensions(("x-permission" = json!("api_keys:create"))), request_body = RotateApiKeyRequest,
    responses((status = 200, body = ApiKeyMade)), security(("bearer" = []), ("cookie" = [])))]
async fn rotate(
    app: App,
    client: Client,
    permitted: Permitted<ApiKeysCreate>,
    _recent: RecentlySignedIn,
    Path((_organization, id)): Path<(String, String)>,
    Body(asked): Body<RotateApiKeyRequest>,
) -> Result<Json<ApiKeyMade>> {
    let made = super::rotate_for(&app, &client, &permitted, &parse(&id)?, asked.checked()?).await?;
    Ok(Json(made.into()))
}
