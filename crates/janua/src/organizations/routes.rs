//! `/organizations`.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Changes, NewOrganization, Organization, OrganizationId, Slug, deletion, words};
use crate::app::App;
use crate::client::Client;
use crate::error::{Fields, Result};
use crate::http::body::{Body, Query};
use crate::http::caller::{InSession, SignedIn};
use crate::http::paging::Paging;
use crate::limits::{self, Limit};
use crate::roles::{
    OrganizationDelete, OrganizationRead, OrganizationRestore, OrganizationUpdate, Permitted,
};
use crate::users::profile::rfc3339;

/// The routes of organizations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, delete))
        .routes(routes!(restore))
}

/// An organization as its members see it.
#[derive(Serialize, ToSchema)]
pub(super) struct OrganizationBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: OrganizationId,
    /// What people call it.
    name: String,
    /// Unique among all organizations.
    #[schema(example = "acme")]
    slug: String,
    /// Where its logo is.
    logo_url: Option<String>,
    /// An object of the applications'.
    #[schema(value_type = Object)]
    settings: Value,
    /// Another one.
    #[schema(value_type = Object)]
    metadata: Value,
    /// When it was made.
    created_at: String,
    /// When anything here changed.
    updated_at: String,
    /// Since when the platform keeps everybody from acting in it.
    suspended_at: Option<String>,
    /// When it was deleted.
    deleted_at: Option<String>,
    /// Until when it can be restored.
    purge_at: Option<String>,
}

impl From<Organization> for OrganizationBody {
    fn from(it: Organization) -> Self {
        Self {
            id: it.id,
            name: it.name,
            slug: it.slug,
            logo_url: it.logo_url,
            settings: it.settings,
            metadata: it.metadata,
            created_at: rfc3339(it.created_at),
            updated_at: rfc3339(it.updated_at),
            suspended_at: it.suspended_at.map(rfc3339),
            deleted_at: it.deleted_at.map(rfc3339),
            purge_at: it.purge_at.map(rfc3339),
        }
    }
}

/// An organization of one's own, and as what one belongs to it.
#[derive(Serialize, ToSchema)]
struct BelongingBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// The name of one's role.
    #[schema(example = "owner")]
    role: String,
}

/// A page of organizations.
#[derive(Serialize, ToSchema)]
struct OrganizationList {
    organizations: Vec<BelongingBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// The organizations that one belongs to. Those that were deleted are shown to owners and admins, who can restore them.
#[utoipa::path(get, path = "/organizations", tag = "organizations", operation_id = "list_organizations", params(Paging),
    responses((status = 200, body = OrganizationList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: InSession, Query(paging): Query<Paging>) -> Result<Json<OrganizationList>> {
    let paging = paging.checked()?;
    let (page, total) = super::list(&app, caller.user(), paging.per_page.into(), paging.offset()).await?;
    let shown = page.into_iter().map(|it| BelongingBody {
        organization: it.organization.into(),
        role: it.role,
    });
    Ok(Json(OrganizationList {
        organizations: shown.collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// A new organization.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateOrganizationRequest {
    /// What people call it.
    #[schema(example = "Acme, Inc.")]
    name: String,
    /// Unique among all organizations; made from the name when absent.
    #[schema(example = "acme")]
    slug: Option<String>,
    /// An https address.
    logo_url: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// Another one.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Makes an organization; one becomes its owner.
#[utoipa::path(post, path = "/organizations", tag = "organizations", operation_id = "create_organization",
    request_body = CreateOrganizationRequest, responses((status = 201, body = OrganizationBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn create(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<CreateOrganizationRequest>,
) -> Result<(StatusCode, Json<OrganizationBody>)> {
    let mut fields = Fields::new();
    let name = fields.take("name", words::name(&asked.name));
    let slug = asked.slug.and_then(|it| fields.take("slug", Slug::parse(&it)));
    let logo_url = asked
        .logo_url
        .and_then(|it| fields.take("logo_url", words::logo_url(&it)));
    let settings = asked
        .settings
        .and_then(|it| fields.take("settings", words::object(it)));
    let metadata = asked
        .metadata
        .and_then(|it| fields.take("metadata", words::object(it)));
    fields.done()?;
    limits::check(&app, Limit::OrganizationCreate, &client, caller.user().as_str()).await?;
    let new = NewOrganization {
        name: name.unwrap_or_default(),
        slug,
        logo_url: logo_url.flatten(),
        settings: settings.unwrap_or_else(|| json!({})),
        metadata: metadata.unwrap_or_else(|| json!({})),
    };
    let made = super::create(&app, &client, caller.user(), new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// One organization.
#[utoipa::path(get, path = "/organizations/{organization_id}", tag = "organizations", operation_id = "read_organization",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:read"))),
    responses((status = 200, body = OrganizationBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(app: App, permitted: Permitted<OrganizationRead>) -> Result<Json<OrganizationBody>> {
    Ok(Json(super::read(&app, &permitted).await?.into()))
}

/// What to change; absent fields stay as they are, an empty logo is removed, objects are replaced as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateOrganizationRequest {
    /// What people call it.
    name: Option<String>,
    /// Unique among all organizations.
    slug: Option<String>,
    /// An https address.
    logo_url: Option<String>,
    /// An object of at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// Another one.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// Changes an organization.
#[utoipa::path(patch, path = "/organizations/{organization_id}", tag = "organizations",
    operation_id = "update_organization",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:update"))), request_body = UpdateOrganizationRequest,
    responses((status = 200, body = OrganizationBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn update(
    app: App,
    client: Client,
    permitted: Permitted<OrganizationUpdate>,
    Body(asked): Body<UpdateOrganizationRequest>,
) -> Result<Json<OrganizationBody>> {
    let mut fields = Fields::new();
    let changes = Changes {
        name: asked.name.and_then(|it| fields.take("name", words::name(&it))),
        slug: asked.slug.and_then(|it| fields.take("slug", Slug::parse(&it))),
        logo_url: asked
            .logo_url
            .and_then(|it| fields.take("logo_url", words::logo_url(&it))),
        settings: asked
            .settings
            .and_then(|it| fields.take("settings", words::object(it))),
        metadata: asked
            .metadata
            .and_then(|it| fields.take("metadata", words::object(it))),
    };
    fields.done()?;
    Ok(Json(
        super::update(&app, &client, &permitted, changes).await?.into(),
    ))
}

/// Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` its owners and admins can restore it.
#[utoipa::path(delete, path = "/organizations/{organization_id}", tag = "organizations",
    operation_id = "delete_organization",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:delete"))),
    responses((status = 204, description = "It is there for nobody any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn delete(app: App, client: Client, permitted: Permitted<OrganizationDelete>) -> Result<StatusCode> {
    deletion::delete(&app, &client, &permitted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restores a deleted organization.
#[utoipa::path(post, path = "/organizations/{organization_id}/restore", tag = "organizations",
    operation_id = "restore_organization",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:restore"))),
    responses((status = 200, body = OrganizationBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn restore(
    app: App,
    client: Client,
    permitted: Permitted<OrganizationRestore>,
) -> Result<Json<OrganizationBody>> {
    Ok(Json(deletion::restore(&app, &client, &permitted).await?.into()))
}
