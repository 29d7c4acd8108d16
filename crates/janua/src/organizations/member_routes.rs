//! `/organizations/{organization_id}/members`, leaving and giving away.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::members::{self, Member};
use super::ownership;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::http::body::{Body, Query};
use crate::http::caller::RecentlySignedIn;
use crate::http::paging::Paging;
use crate::roles::{Belonging, MembersRead, MembersRemove, MembersUpdate, OrganizationTransfer, Permitted};
use crate::users::UserId;
use crate::users::profile::rfc3339;

/// The routes of members.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read, set_role, remove))
        .routes(routes!(leave))
        .routes(routes!(transfer))
}

/// A member as other members see them.
#[derive(Serialize, ToSchema)]
struct MemberBody {
    /// Who.
    #[schema(value_type = String)]
    user_id: UserId,
    /// Their address.
    email: String,
    /// Their username.
    username: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// The name of their role.
    #[schema(example = "member")]
    role: String,
    /// Since when they belong to the organization.
    joined_at: String,
}

impl From<Member> for MemberBody {
    fn from(it: Member) -> Self {
        Self {
            role: it.role().to_owned(),
            user_id: it.user_id,
            email: it.email,
            username: it.username,
            first_name: it.first_name,
            last_name: it.last_name,
            joined_at: rfc3339(it.created_at),
        }
    }
}

/// A page of members.
#[derive(Serialize, ToSchema)]
struct MemberList {
    members: Vec<MemberBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// The members, in the order in which they came.
#[utoipa::path(get, path = "/organizations/{organization_id}/members", tag = "organizations",
    operation_id = "list_members",
    params(("organization_id" = String, Path, description = "The organization."), Paging),
    extensions(("x-permission" = json!("members:read"))), responses((status = 200, body = MemberList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(
    app: App,
    permitted: Permitted<MembersRead>,
    Query(paging): Query<Paging>,
) -> Result<Json<MemberList>> {
    let paging = paging.checked()?;
    let (page, total) = members::list(&app, &permitted, paging.per_page.into(), paging.offset()).await?;
    Ok(Json(MemberList {
        members: page.into_iter().map(MemberBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

fn parse(id: &str) -> Result<UserId> {
    UserId::parse(id).ok_or_else(|| Code::MemberNotFound.into())
}

/// One member.
#[utoipa::path(get, path = "/organizations/{organization_id}/members/{user_id}", tag = "organizations",
    operation_id = "read_member",
    params(("organization_id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member.")),
    extensions(("x-permission" = json!("members:read"))), responses((status = 200, body = MemberBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(
    app: App,
    permitted: Permitted<MembersRead>,
    Path((_organization, user)): Path<(String, String)>,
) -> Result<Json<MemberBody>> {
    Ok(Json(
        members::read(&app, &permitted, &parse(&user)?).await?.into(),
    ))
}

/// Another role for a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetRoleRequest {
    /// `owner`, `admin`, `member`, `viewer`, or a role of the organization's own.
    #[schema(example = "admin")]
    role: String,
}

/// Gives a member another role. It counts from the next request on.
///
/// Nobody can give what they do not hold, nor change somebody who may do more: 403 `ROLE_TOO_HIGH`. The last owner
/// stays one: 409 `LAST_OWNER`.
#[utoipa::path(patch, path = "/organizations/{organization_id}/members/{user_id}", tag = "organizations",
    operation_id = "set_member_role",
    params(("organization_id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member.")),
    extensions(("x-permission" = json!("members:update"))), request_body = SetRoleRequest,
    responses((status = 200, body = MemberBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn set_role(
    app: App,
    client: Client,
    permitted: Permitted<MembersUpdate>,
    Path((_organization, user)): Path<(String, String)>,
    Body(asked): Body<SetRoleRequest>,
) -> Result<Json<MemberBody>> {
    let member = members::set_role(&app, &client, &permitted, &parse(&user)?, &asked.role).await?;
    Ok(Json(member.into()))
}

/// Removes a member. Their next request in this organization is refused.
///
/// Nobody can remove somebody who may do more: 403 `ROLE_TOO_HIGH`. The last owner stays: 409 `LAST_OWNER`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/members/{user_id}", tag = "organizations",
    operation_id = "remove_member",
    params(("organization_id" = String, Path, description = "The organization."),
        ("user_id" = String, Path, description = "The member.")),
    extensions(("x-permission" = json!("members:remove"))),
    responses((status = 204, description = "They do not belong to it any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn remove(
    app: App,
    client: Client,
    permitted: Permitted<MembersRemove>,
    Path((_organization, user)): Path<(String, String)>,
) -> Result<StatusCode> {
    members::remove(&app, &client, &permitted, &parse(&user)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves an organization. The last owner cannot: 409 `LAST_OWNER`.
#[utoipa::path(post, path = "/organizations/{organization_id}/leave", tag = "organizations",
    operation_id = "leave_organization",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("member"))),
    responses((status = 204, description = "One does not belong to it any more.")),
    security(("bearer" = []), ("cookie" = [])))]
async fn leave(app: App, client: Client, permitted: Permitted<Belonging>) -> Result<StatusCode> {
    members::leave(&app, &client, &permitted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is to be the owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferRequest {
    /// A member.
    user_id: String,
}

/// Makes a member the owner; one becomes an admin. Needs a recent proof of who one is.
#[utoipa::path(post, path = "/organizations/{organization_id}/transfer-ownership", tag = "organizations",
    operation_id = "transfer_ownership",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("organization:transfer"))), request_body = TransferRequest,
    responses((status = 200, body = MemberBody)), security(("bearer" = []), ("cookie" = [])))]
async fn transfer(
    app: App,
    client: Client,
    permitted: Permitted<OrganizationTransfer>,
    _: RecentlySignedIn,
    Body(asked): Body<TransferRequest>,
) -> Result<Json<MemberBody>> {
    let to = UserId::parse(&asked.user_id);
    let to = to.ok_or_else(|| Error::new(Code::MemberNotFound).with("field", "user_id"))?;
    Ok(Json(
        ownership::transfer(&app, &client, &permitted, &to).await?.into(),
    ))
}
