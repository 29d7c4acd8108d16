//! `/organizations/{organization_id}/roles`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::custom::{self, NewRole, RoleChanges, RoleName};
use super::{CustomRole, Permitted, RoleId, RolesCreate, RolesDelete, RolesRead, RolesUpdate, SystemRole};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Fields, Result};
use crate::http::body::Body;
use crate::users::profile::rfc3339;

/// The routes of roles.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, delete))
}

/// A role.
#[derive(Serialize, ToSchema)]
struct RoleBody {
    /// `null` for a system role.
    #[schema(value_type = Option<String>)]
    id: Option<RoleId>,
    /// Unique within the organization; stands in the claim `roles`.
    #[schema(example = "billing")]
    name: String,
    /// What it is for.
    description: String,
    /// What it allows.
    #[schema(example = json!(["organization:read", "invoices:*"]))]
    permissions: Vec<String>,
    /// Whether every organization has it, and nobody can change it.
    is_system: bool,
    /// When it was made.
    created_at: Option<String>,
    /// When anything here changed.
    updated_at: Option<String>,
}

impl From<CustomRole> for RoleBody {
    fn from(role: CustomRole) -> Self {
        Self {
            permissions: role.grants().patterns().to_vec(),
            id: Some(role.id),
            name: role.name,
            description: role.description,
            is_system: false,
            created_at: Some(rfc3339(role.created_at)),
            updated_at: Some(rfc3339(role.updated_at)),
        }
    }
}

impl From<SystemRole> for RoleBody {
    fn from(role: SystemRole) -> Self {
        Self {
            id: None,
            name: role.name().to_owned(),
            description: role.description().to_owned(),
            permissions: role.grants().patterns().to_vec(),
            is_system: true,
            created_at: None,
            updated_at: None,
        }
    }
}

/// All roles.
#[derive(Serialize, ToSchema)]
struct RoleList {
    roles: Vec<RoleBody>,
}

/// The roles that members can have: the system's, from the highest to the lowest, then the organization's own.
#[utoipa::path(get, path = "/organizations/{organization_id}/roles", tag = "roles", operation_id = "list_roles",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("roles:read"))), responses((status = 200, body = RoleList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(app: App, permitted: Permitted<RolesRead>) -> Result<Json<RoleList>> {
    let own = custom::list(&app, &permitted)
        .await?
        .into_iter()
        .map(RoleBody::from);
    let roles = SystemRole::ALL.into_iter().map(RoleBody::from).chain(own);
    Ok(Json(RoleList {
        roles: roles.collect(),
    }))
}

fn parse(id: &str) -> Result<RoleId> {
    RoleId::parse(id).ok_or_else(|| Code::RoleNotFound.into())
}

/// One of the organization's own roles.
#[utoipa::path(get, path = "/organizations/{organization_id}/roles/{role_id}", tag = "roles", operation_id = "read_role",
    params(("organization_id" = String, Path, description = "The organization."),
        ("role_id" = String, Path, description = "The role.")),
    extensions(("x-permission" = json!("roles:read"))), responses((status = 200, body = RoleBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(
    app: App,
    permitted: Permitted<RolesRead>,
    Path((_organization, role)): Path<(String, String)>,
) -> Result<Json<RoleBody>> {
    Ok(Json(custom::read(&app, &permitted, &parse(&role)?).await?.into()))
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateRoleRequest {
    /// Small letters, digits, `-` and `_`; unique within the organization.
    #[schema(example = "billing")]
    name: String,
    /// What it is for, in at most 500 characters.
    #[serde(default)]
    description: String,
    /// `resource:action`, `resource:*` or `*`: of Janua's, or of one's own applications.
    #[schema(example = json!(["organization:read", "invoices:*"]))]
    permissions: Vec<String>,
}

/// Makes a role. Nobody can put into it what they do not hold: 403 `ROLE_TOO_HIGH`.
#[utoipa::path(post, path = "/organizations/{organization_id}/roles", tag = "roles", operation_id = "create_role",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("roles:create"))), request_body = CreateRoleRequest,
    responses((status = 201, body = RoleBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn create(
    app: App,
    client: Client,
    permitted: Permitted<RolesCreate>,
    Body(asked): Body<CreateRoleRequest>,
) -> Result<(StatusCode, Json<RoleBody>)> {
    let mut fields = Fields::new();
    let name = fields.take("name", RoleName::parse(&asked.name));
    let description = fields.take("description", custom::description(asked.description));
    let grants = fields.take("permissions", custom::grants(&asked.permissions));
    fields.done()?;
    let (Some(name), Some(description), Some(permissions)) = (name, description, grants) else {
        return Err(Code::InvalidField.into());
    };
    let new = NewRole {
        name,
        description,
        permissions,
    };
    let role = custom::create(&app, &client, &permitted, new).await?;
    Ok((StatusCode::CREATED, Json(role.into())))
}

/// What to change; absent fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateRoleRequest {
    /// A new name.
    name: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// What it allows, in place of what it did.
    permissions: Option<Vec<String>>,
}

/// Changes a role of the organization's own. It counts for all who have it from the next request on.
///
/// Nobody can change a role that allows what they do not hold, before or after: 403 `ROLE_TOO_HIGH`.
#[utoipa::path(patch, path = "/organizations/{organization_id}/roles/{role_id}", tag = "roles",
    operation_id = "update_role",
    params(("organization_id" = String, Path, description = "The organization."),
        ("role_id" = String, Path, description = "The role.")),
    extensions(("x-permission" = json!("roles:update"))), request_body = UpdateRoleRequest,
    responses((status = 200, body = RoleBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn update(
    app: App,
    client: Client,
    permitted: Permitted<RolesUpdate>,
    Path((_organization, role)): Path<(String, String)>,
    Body(asked): Body<UpdateRoleRequest>,
) -> Result<Json<RoleBody>> {
    let id = parse(&role)?;
    let mut fields = Fields::new();
    let changes = RoleChanges {
        name: asked
            .name
            .and_then(|it| fields.take("name", RoleName::parse(&it))),
        description: asked
            .description
            .and_then(|it| fields.take("description", custom::description(it))),
        permissions: asked
            .permissions
            .and_then(|it| fields.take("permissions", custom::grants(&it))),
    };
    fields.done()?;
    Ok(Json(
        custom::update(&app, &client, &permitted, &id, changes)
            .await?
            .into(),
    ))
}

/// Deletes a role of the organization's own that nobody has: else 409 `ROLE_IN_USE`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/roles/{role_id}", tag = "roles",
    operation_id = "delete_role",
    params(("organization_id" = String, Path, description = "The organization."),
        ("role_id" = String, Path, description = "The role.")),
    extensions(("x-permission" = json!("roles:delete"))),
    responses((status = 204, description = "It is gone.")), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn delete(
    app: App,
    client: Client,
    permitted: Permitted<RolesDelete>,
    Path((_organization, role)): Path<(String, String)>,
) -> Result<StatusCode> {
    custom::delete(&app, &client, &permitted, &parse(&role)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
