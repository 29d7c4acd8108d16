//! `/admin/organizations`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::OrganizationId;
use super::admin::{self, Account, Filter};
use super::routes::OrganizationBody;
use crate::administration::{Actor, organizations};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::caller::Admin;
use crate::http::paging::Paging;

/// The routes of administrators about organizations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read, delete))
        .routes(routes!(suspend))
        .routes(routes!(reactivate))
        .routes(routes!(restore))
}

/// An organization as administrators of the platform see it.
#[derive(Serialize, ToSchema)]
struct OrganizationAccountBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// How many people belong to it.
    members: i64,
}

impl From<Account> for OrganizationAccountBody {
    fn from(account: Account) -> Self {
        Self {
            organization: account.organization.into(),
            members: account.members,
        }
    }
}

/// A page of organizations.
#[derive(Serialize, ToSchema)]
struct OrganizationAccountList {
    organizations: Vec<OrganizationAccountBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Which organizations are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OrganizationQuery {
    /// Those whose name or slug starts with this; case does not matter.
    search: Option<String>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

fn parse(id: &str) -> Result<OrganizationId> {
    OrganizationId::parse(id).ok_or_else(|| Code::OrganizationNotFound.into())
}

async fn shown(app: &App, id: &OrganizationId) -> Result<Json<OrganizationAccountBody>> {
    Ok(Json(admin::get(app, id).await?.into()))
}

/// All organizations, deleted ones among them, the newest first.
#[utoipa::path(get, path = "/admin/organizations", tag = "admin", operation_id = "admin_list_organizations",
    params(OrganizationQuery), responses((status = 200, body = OrganizationAccountList)),
    security(("bearer" = []), ("cookie" = [])))]
async fn list(
    app: App,
    _: Admin,
    Query(asked): Query<OrganizationQuery>,
) -> Result<Json<OrganizationAccountList>> {
    let paging = Paging::asked(asked.page, asked.per_page)?;
    let filter = Filter {
        search: asked.search.filter(|it| !it.is_empty()),
    };
    let (page, total) = admin::page(&app, &filter, paging.per_page.into(), paging.offset()).await?;
    Ok(Json(OrganizationAccountList {
        organizations: page.into_iter().map(OrganizationAccountBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// One organization.
#[utoipa::path(get, path = "/admin/organizations/{id}", tag = "admin", operation_id = "admin_read_organization",
    params(("id" = String, Path, description = "The organization.")),
    responses((status = 200, body = OrganizationAccountBody)), security(("bearer" = []), ("cookie" = [])))]
async fn read(app: App, _: Admin, Path(id): Path<String>) -> Result<Json<OrganizationAccountBody>> {
    shown(&app, &parse(&id)?).await
}

/// Deletes an organization. For `ORGANIZATION_DELETION_GRACE_DAYS` it can be restored.
#[utoipa::path(delete, path = "/admin/organizations/{id}", tag = "admin", operation_id = "admin_delete_organization",
    params(("id" = String, Path, description = "The organization.")),
    responses((status = 204, description = "It is there for nobody any more.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn delete(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<StatusCode> {
    organizations::delete(&app, Actor::new(admin.user(), &client), &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restores a deleted organization.
#[utoipa::path(post, path = "/admin/organizations/{id}/restore", tag = "admin",
    operation_id = "admin_restore_organization",
    params(("id" = String, Path, description = "The organization.")),
    responses((status = 200, body = OrganizationAccountBody)), security(("bearer" = []), ("cookie" = [])))]
async fn restore(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Json<OrganizationAccountBody>> {
    let id = parse(&id)?;
    organizations::restore(&app, Actor::new(admin.user(), &client), &id).await?;
    shown(&app, &id).await
}

/// Keeps everybody from acting in an organization, from the next request on.
#[utoipa::path(post, path = "/admin/organizations/{id}/suspend", tag = "admin",
    operation_id = "admin_suspend_organization",
    params(("id" = String, Path, description = "The organization.")),
    responses((status = 200, body = OrganizationAccountBody)), security(("bearer" = []), ("cookie" = [])))]
async fn suspend(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Json<OrganizationAccountBody>> {
    let id = parse(&id)?;
    organizations::set_suspended(&app, Actor::new(admin.user(), &client), &id, true).await?;
    shown(&app, &id).await
}

/// Lets people act in a suspended organization again.
#[utoipa::path(post, path = "/admin/organizations/{id}/reactivate", tag = "admin",
    operation_id = "admin_reactivate_organization",
    params(("id" = String, Path, description = "The organization.")),
    responses((status = 200, body = OrganizationAccountBody)), security(("bearer" = []), ("cookie" = [])))]
async fn reactivate(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Json<OrganizationAccountBody>> {
    let id = parse(&id)?;
    organizations::set_suspended(&app, Actor::new(admin.user(), &client), &id, false).await?;
    shown(&app, &id).await
}
