//! `/admin/users`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin::{self, Account, Changes, Filter, Status};
use super::profile::{self, Profile, rfc3339};
use super::{Email, PersonName, UserId, Username};
use crate::administration::{self, Actor, Form};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::emails::routes::Accepted;
use crate::error::{Code, Fields, Result};
use crate::http::body::{Body, Query};
use crate::http::caller::Admin;
use crate::http::paging::Paging;
use crate::registration;

/// The user routes of administrators.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, delete))
        .routes(routes!(unlock))
        .routes(routes!(suspend))
        .routes(routes!(reactivate))
        .routes(routes!(reset_password))
}

/// An account as administrators see it; no password, no hash, no token.
#[derive(Serialize, ToSchema)]
struct AccountBody {
    #[serde(flatten)]
    profile: Profile,
    /// Since when it is suspended.
    suspended_at: Option<String>,
    /// Until when failed sign-ins lock it.
    locked_until: Option<String>,
    /// Live sessions.
    sessions: i64,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        Self {
            profile: Profile::from(&account.user),
            suspended_at: account.user.suspended_at.map(rfc3339),
            locked_until: account.locked_until.map(rfc3339),
            sessions: account.sessions,
        }
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
struct AccountList {
    users: Vec<AccountBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Which accounts are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// The one with exactly this address; case does not matter.
    email: Option<String>,
    /// Those whose address, username or name starts with this; case does not matter.
    search: Option<String>,
    /// `active` (none of the others), `suspended`, `locked` or `unverified`.
    #[param(inline)]
    status: Option<Status>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

async fn shown(app: &App, id: &UserId) -> Result<Json<AccountBody>> {
    Ok(Json(AccountBody::from(&admin::get(app, id).await?)))
}

fn parse(id: &str) -> Result<UserId> {
    UserId::parse(id).ok_or_else(|| Code::NotFound.into())
}

/// Accounts, the newest first.
#[utoipa::path(get, path = "/admin/users", tag = "admin", operation_id = "admin_list_users", params(ListQuery),
    responses((status = 200, body = AccountList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, _: Admin, Query(asked): Query<ListQuery>) -> Result<Json<AccountList>> {
    let paging = Paging::asked(asked.page, asked.per_page)?;
    let email = asked
        .email
        .as_deref()
        .filter(|it| !it.is_empty())
        .map(Email::parse);
    let (accounts, total) = match email {
        // What cannot be an address is nobody's.
        Some(Err(_)) => (Vec::new(), 0),
        email => {
            let filter = Filter {
                email: email.and_then(Result::ok),
                search: asked.search.filter(|it| !it.is_empty()),
                status: asked.status,
            };
            admin::page(&app, &filter, paging.per_page.into(), paging.offset()).await?
        }
    };
    Ok(Json(AccountList {
        users: accounts.iter().map(AccountBody::from).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateAccountRequest {
    /// The address.
    #[schema(example = "ada@example.com")]
    email: String,
    /// The password; without one a mail with a link to choose it is sent.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
    /// The username.
    username: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// The language of mails.
    locale: Option<String>,
    /// Whether it is to administer the platform.
    #[serde(default)]
    is_admin: bool,
    /// Whether the address counts as verified; by default when a password is given. Otherwise a mail is sent that
    /// verifies it.
    email_verified: Option<bool>,
}

/// Makes an account, with a password or by mailing a link to choose one.
#[utoipa::path(post, path = "/admin/users", tag = "admin", operation_id = "admin_create_user",
    request_body = CreateAccountRequest, responses((status = 201, body = AccountBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn create(
    app: App,
    client: Client,
    admin: Admin,
    Body(asked): Body<CreateAccountRequest>,
) -> Result<(StatusCode, Json<AccountBody>)> {
    let form = Form {
        email: asked.email,
        password: asked.password,
        username: asked.username,
        first_name: asked.first_name,
        last_name: asked.last_name,
        locale: asked.locale,
        is_admin: asked.is_admin,
        email_verified: asked.email_verified,
    };
    let user = administration::create(&app, Actor::new(admin.user(), &client), form).await?;
    Ok((StatusCode::CREATED, shown(&app, &user.id).await?))
}

/// One account.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "admin", operation_id = "admin_read_user",
    params(("id" = String, Path, description = "The user.")), responses((status = 200, body = AccountBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn read(app: App, _: Admin, Path(id): Path<String>) -> Result<Json<AccountBody>> {
    shown(&app, &parse(&id)?).await
}

/// What to change; absent fields stay as they are, an empty name is removed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeAccountRequest {
    /// A new username.
    username: Option<String>,
    /// A new given name.
    first_name: Option<String>,
    /// A new family name.
    last_name: Option<String>,
    /// A new language.
    locale: Option<String>,
    /// Whether it is to administer the platform.
    is_admin: Option<bool>,
    /// Whether the address counts as verified.
    email_verified: Option<bool>,
}

/// Changes an account. A right that is taken away is gone in the next request.
///
/// The last administrator cannot be demoted: 409 `LAST_ADMIN`.
#[utoipa::path(patch, path = "/admin/users/{id}", tag = "admin", operation_id = "admin_update_user",
    params(("id" = String, Path, description = "The user.")), request_body = ChangeAccountRequest,
    responses((status = 200, body = AccountBody)), security(("bearer" = []), ("cookie" = [])))]
async fn update(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
    Body(asked): Body<ChangeAccountRequest>,
) -> Result<Json<AccountBody>> {
    let id = parse(&id)?;
    let mut fields = Fields::new();
    let profile = profile::Changes {
        username: asked
            .username
            .and_then(|it| fields.take("username", Username::parse(&it))),
        first_name: asked
            .first_name
            .and_then(|it| fields.take("first_name", PersonName::parse(&it))),
        last_name: asked
            .last_name
            .and_then(|it| fields.take("last_name", PersonName::parse(&it))),
        locale: asked
            .locale
            .and_then(|it| fields.take("locale", registration::check_locale(&app, &it))),
    };
    fields.done()?;
    let changes = Changes {
        profile,
        is_admin: asked.is_admin,
        email_verified: asked.email_verified,
    };
    administration::update(&app, Actor::new(admin.user(), &client), &id, changes).await?;
    shown(&app, &id).await
}

/// Deletes an account with everything that belongs to it.
///
/// The last administrator cannot be deleted: 409 `LAST_ADMIN`.
#[utoipa::path(delete, path = "/admin/users/{id}", tag = "admin", operation_id = "admin_delete_user",
    params(("id" = String, Path, description = "The user.")),
    responses((status = 204, description = "The account is gone.")), security(("bearer" = []), ("cookie" = [])))]
async fn delete(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<StatusCode> {
    administration::delete(&app, Actor::new(admin.user(), &client), &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts every lock that failed sign-ins have put on an account.
#[utoipa::path(post, path = "/admin/users/{id}/unlock", tag = "admin", operation_id = "admin_unlock_user",
    params(("id" = String, Path, description = "The user.")), responses((status = 200, body = AccountBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn unlock(app: App, client: Client, admin: Admin, Path(id): Path<String>) -> Result<Json<AccountBody>> {
    let id = parse(&id)?;
    administration::unlock(&app, Actor::new(admin.user(), &client), &id).await?;
    shown(&app, &id).await
}

/// Suspends an account: its sessions end at once, and nobody signs in to it.
///
/// The last administrator cannot be suspended: 409 `LAST_ADMIN`.
#[utoipa::path(post, path = "/admin/users/{id}/suspend", tag = "admin", operation_id = "admin_suspend_user",
    params(("id" = String, Path, description = "The user.")), responses((status = 200, body = AccountBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn suspend(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Json<AccountBody>> {
    let id = parse(&id)?;
    administration::suspend(&app, Actor::new(admin.user(), &client), &id).await?;
    shown(&app, &id).await
}

/// Lets a suspended account sign in again. Its old sessions stay ended.
#[utoipa::path(post, path = "/admin/users/{id}/reactivate", tag = "admin", operation_id = "admin_reactivate_user",
    params(("id" = String, Path, description = "The user.")), responses((status = 200, body = AccountBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn reactivate(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Json<AccountBody>> {
    let id = parse(&id)?;
    administration::reactivate(&app, Actor::new(admin.user(), &client), &id).await?;
    shown(&app, &id).await
}

/// Mails a link for a new password. The old password goes on working until the link is used.
#[utoipa::path(post, path = "/admin/users/{id}/reset-password", tag = "admin", operation_id = "admin_reset_password",
    params(("id" = String, Path, description = "The user.")), responses((status = 202, body = Accepted)),
    security(("bearer" = []), ("cookie" = [])))]
async fn reset_password(
    app: App,
    client: Client,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Accepted>)> {
    administration::send_reset(&app, Actor::new(admin.user(), &client), &parse(&id)?).await?;
    Ok(Accepted::saying(
        "A mail with a link for a new password is on its way",
    ))
}
