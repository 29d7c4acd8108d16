//! `/organizations/{organization_id}/invitations`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sending::{self, NewInvitation};
use super::{Days, Invitation, InvitationId, InvitationState, Message};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Result};
use crate::http::body::{Body, Query};
use crate::http::paging::Paging;
use crate::roles::{MembersInvite, Permitted};
use crate::users::profile::rfc3339;
use crate::users::{Email, UserId};

/// The most invitations of one request.
const MOST: usize = 100;

/// The routes of invitations, for those who send them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(create_many))
        .routes(routes!(read, revoke))
        .routes(routes!(resend))
}

/// An invitation as those see it who may invite.
#[derive(Serialize, ToSchema)]
struct InvitationBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: InvitationId,
    /// Who is invited.
    email: String,
    /// The name of the role.
    #[schema(example = "member")]
    role: String,
    /// What the inviter wrote.
    message: Option<String>,
    /// `pending`, `accepted`, `revoked` or `expired`.
    state: &'static str,
    /// Who invited, and must still be able to when it is accepted; nobody when it was the platform or a key of the
    /// organization.
    #[schema(value_type = Option<String>)]
    invited_by: Option<UserId>,
    /// When it was made.
    created_at: String,
    /// When it was mailed last.
    sent_at: String,
    /// Until when it can be accepted.
    expires_at: String,
    /// When it was accepted or revoked.
    settled_at: Option<String>,
    /// Who accepted it.
    #[schema(value_type = Option<String>)]
    accepted_by: Option<UserId>,
}

impl InvitationBody {
    fn of(it: Invitation, now: DateTime<Utc>) -> Self {
        Self {
            role: it.role().to_owned(),
            state: it.state(now).text(),
            id: it.id,
            email: it.email,
            message: it.message,
            invited_by: it.invited_by,
            created_at: rfc3339(it.created_at),
            sent_at: rfc3339(it.sent_at),
            expires_at: rfc3339(it.expires_at),
            settled_at: it.settled_at.map(rfc3339),
            accepted_by: it.accepted_by,
        }
    }
}

/// A page of invitations.
#[derive(Serialize, ToSchema)]
struct InvitationList {
    invitations: Vec<InvitationBody>,
    total: i64,
    page: u32,
    per_page: u32,
}

/// Which invitations are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only those that stand so.
    #[param(inline)]
    state: Option<InvitationState>,
    /// The page, from 1.
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Entries of a page, at most 100.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

/// The invitations, newest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations", tag = "organizations",
    operation_id = "list_invitations",
    params(("organization_id" = String, Path, description = "The organization."), ListQuery),
    extensions(("x-permission" = json!("members:invite"))), responses((status = 200, body = InvitationList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(
    app: App,
    permitted: Permitted<MembersInvite>,
    Query(asked): Query<ListQuery>,
) -> Result<Json<InvitationList>> {
    let paging = Paging::asked(asked.page, asked.per_page)?;
    let (limit, offset) = (paging.per_page.into(), paging.offset());
    let (page, total) = sending::list(&app, &permitted, asked.state, limit, offset).await?;
    let now = app.clock.now();
    Ok(Json(InvitationList {
        invitations: page.into_iter().map(|it| InvitationBody::of(it, now)).collect(),
        total,
        page: paging.page,
        per_page: paging.per_page,
    }))
}

/// Whom to invite, and to what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InviteRequest {
    /// The address; only whoever reads it can accept.
    #[schema(example = "bob@example.com")]
    email: String,
    /// `owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent.
    #[schema(example = "member")]
    role: Option<String>,
    /// At most 500 characters for the mail, without links.
    message: Option<String>,
    /// 1 to 30; `INVITATION_LIFETIME_DAYS` when absent.
    #[schema(example = 7)]
    expires_in_days: Option<i64>,
}

/// The same for many addresses at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InviteManyRequest {
    /// Up to 100 addresses.
    emails: Vec<String>,
    /// `owner`, `admin`, `member`, `viewer`, or a role of the organization's own; `member` when absent.
    #[schema(example = "member")]
    role: Option<String>,
    /// At most 500 characters for the mail, without links.
    message: Option<String>,
    /// 1 to 30; `INVITATION_LIFETIME_DAYS` when absent.
    #[schema(example = 7)]
    expires_in_days: Option<i64>,
}

/// What is the same for all addresses of a request.
struct Terms {
    role: String,
    message: Option<Message>,
    days: Days,
}

impl Terms {
    /// `None` when something was refused.
    fn read(
        app: &App,
        fields: &mut Fields,
        role: Option<String>,
        message: Option<&str>,
        days: Option<i64>,
    ) -> Option<Self> {
        let message = message.map_or(Ok(None), Message::parse);
        let days = days.unwrap_or(app.config.organizations.invitation_days);
        let (message, days) = (
            fields.take("message", message),
            fields.take("expires_in_days", Days::parse(days)),
        );
        Some(Self {
            role: role.unwrap_or_else(|| "member".to_owned()),
            message: message?,
            days: days?,
        })
    }

    fn to(&self, email: Email) -> NewInvitation {
        NewInvitation {
            email,
            role: self.role.clone(),
            message: self.message.clone(),
            days: self.days,
        }
    }
}

/// Invites somebody by mail. Only whoever reads that address can accept.
///
/// Nobody invites to a role that they could not give: 403 `ROLE_TOO_HIGH`.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations", tag = "organizations",
    operation_id = "create_invitation",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("members:invite"))), request_body = InviteRequest,
    responses((status = 201, body = InvitationBody)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn create(
    app: App,
    client: Client,
    permitted: Permitted<MembersInvite>,
    Body(asked): Body<InviteRequest>,
) -> Result<(StatusCode, Json<InvitationBody>)> {
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(&asked.email));
    let message = asked.message.as_deref();
    let terms = Terms::read(&app, &mut fields, asked.role, message, asked.expires_in_days);
    fields.done()?;
    // Both are there when nothing was refused.
    let (Some(email), Some(terms)) = (email, terms) else {
        return Err(Code::BadRequest.into());
    };
    let made = sending::create(&app, &client, &permitted, &terms.to(email)).await?;
    Ok((
        StatusCode::CREATED,
        Json(InvitationBody::of(made, app.clock.now())),
    ))
}

/// What came of one address.
#[derive(Serialize, ToSchema)]
struct InviteResult {
    /// As it was sent.
    email: String,
    /// The invitation, when there is one now.
    invitation: Option<InvitationBody>,
    /// The code of the refusal.
    #[schema(example = "ALREADY_MEMBER")]
    code: Option<&'static str>,
    /// What the refusal says.
    message: Option<String>,
}

/// What came of all addresses, in their order.
#[derive(Serialize, ToSchema)]
struct InviteManyResponse {
    results: Vec<InviteResult>,
    /// How many were invited.
    invited: usize,
    /// How many were not.
    refused: usize,
}

/// Invites many, each for themselves: what is refused for one address keeps no other from being invited.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations/bulk", tag = "organizations",
    operation_id = "create_invitations",
    params(("organization_id" = String, Path, description = "The organization.")),
    extensions(("x-permission" = json!("members:invite"))), request_body = InviteManyRequest,
    responses((status = 200, body = InviteManyResponse)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn create_many(
    app: App,
    client: Client,
    permitted: Permitted<MembersInvite>,
    Body(asked): Body<InviteManyRequest>,
) -> Result<Json<InviteManyResponse>> {
    let mut fields = Fields::new();
    let message = asked.message.as_deref();
    let terms = Terms::read(&app, &mut fields, asked.role, message, asked.expires_in_days);
    fields.done()?;
    let terms = terms.ok_or(Code::BadRequest)?;
    if asked.emails.is_empty() || asked.emails.len() > MOST {
        let text = format!("name from 1 to {MOST} addresses");
        return Err(Error::new(Code::InvalidField).says(text).with("field", "emails"));
    }
    let mut results = Vec::new();
    for text in asked.emails {
        let outcome = match Email::parse(&text) {
            Ok(email) => sending::create(&app, &client, &permitted, &terms.to(email)).await,
            Err(invalid) => Err(Error::new(invalid.code).says(invalid.reason)),
        };
        results.push(told(text, outcome, app.clock.now())?);
    }
    let invited = results.iter().filter(|it| it.invitation.is_some()).count();
    Ok(Json(InviteManyResponse {
        refused: results.len() - invited,
        invited,
        results,
    }))
}

/// A refusal belongs to its address, a failure of ours to the whole request.
fn told(email: String, outcome: Result<Invitation>, now: DateTime<Utc>) -> Result<InviteResult> {
    let nothing = InviteResult {
        email,
        invitation: None,
        code: None,
        message: None,
    };
    match outcome {
        Ok(made) => Ok(InviteResult {
            invitation: Some(InvitationBody::of(made, now)),
            ..nothing
        }),
        Err(error) if error.code().status() >= 500 => Err(error),
        Err(error) => Ok(InviteResult {
            code: Some(error.code().name()),
            message: Some(error.message().to_owned()),
            ..nothing
        }),
    }
}

fn parse(id: &str) -> Result<InvitationId> {
    InvitationId::parse(id).ok_or_else(|| Code::InvitationNotFound.into())
}

/// One invitation.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations/{invitation_id}", tag = "organizations",
    operation_id = "read_invitation",
    params(("organization_id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation.")),
    extensions(("x-permission" = json!("members:invite"))), responses((status = 200, body = InvitationBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(
    app: App,
    permitted: Permitted<MembersInvite>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<Json<InvitationBody>> {
    let it = sending::read(&app, &permitted, &parse(&id)?).await?;
    Ok(Json(InvitationBody::of(it, app.clock.now())))
}

/// Sends an invitation once more, also one that has expired. What was mailed before works no more.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations/{invitation_id}/resend",
    tag = "organizations", operation_id = "resend_invitation",
    params(("organization_id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation.")),
    extensions(("x-permission" = json!("members:invite"))), responses((status = 200, body = InvitationBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn resend(
    app: App,
    client: Client,
    permitted: Permitted<MembersInvite>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<Json<InvitationBody>> {
    let it = sending::resend(&app, &client, &permitted, &parse(&id)?).await?;
    Ok(Json(InvitationBody::of(it, app.clock.now())))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/organizations/{organization_id}/invitations/{invitation_id}", tag = "organizations",
    operation_id = "revoke_invitation",
    params(("organization_id" = String, Path, description = "The organization."),
        ("invitation_id" = String, Path, description = "The invitation.")),
    extensions(("x-permission" = json!("members:invite"))),
    responses((status = 204, description = "Nobody can accept it any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn revoke(
    app: App,
    client: Client,
    permitted: Permitted<MembersInvite>,
    Path((_organization, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    sending::revoke(&app, &client, &permitted, &parse(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
