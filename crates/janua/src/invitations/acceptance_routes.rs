//! `/invitations`: for whoever holds what was mailed.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acceptance;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::caller::SignedIn;
use crate::roles::OrganizationId;
use crate::users::profile::rfc3339;

/// The routes of invitations, for those who got them.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(preview))
        .routes(routes!(accept))
}

/// What was mailed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShownInvitation {
    /// As it stands in the link.
    #[schema(value_type = String, example = "jiv_…")]
    token: SecretString,
}

/// What an invitation says to whoever holds it.
#[derive(Serialize, ToSchema)]
struct InvitationPreview {
    /// To where.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
    /// What people call that.
    organization: String,
    /// Who is invited: only with this address it can be accepted.
    email: String,
    /// The name of the role.
    role: String,
    /// The address of who invited.
    invited_by: Option<String>,
    /// What they wrote.
    message: Option<String>,
    /// Until when it can be accepted.
    expires_at: String,
    /// Whether the address has an account: sign in, or register with `invitation_token`.
    has_account: bool,
}

/// Tells what an invitation is; nothing is used up.
#[utoipa::path(post, path = "/invitations/preview", tag = "organizations", operation_id = "preview_invitation",
    request_body = ShownInvitation, responses((status = 200, body = InvitationPreview)))]
async fn preview(
    app: App,
    client: Client,
    Body(shown): Body<ShownInvitation>,
) -> Result<Json<InvitationPreview>> {
    let preview = acceptance::preview(&app, &client, &shown.token).await?;
    let it = preview.invitation;
    Ok(Json(InvitationPreview {
        role: it.role().to_owned(),
        organization_id: it.organization_id,
        organization: it.organization,
        email: it.email,
        invited_by: it.inviter,
        message: it.message,
        expires_at: rfc3339(it.expires_at),
        has_account: preview.has_account,
    }))
}

/// Where one belongs now.
#[derive(Serialize, ToSchema)]
struct AcceptedInvitation {
    /// The organization.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
    /// What people call it.
    organization: String,
    /// The name of one's role.
    role: String,
}

/// Accepts an invitation, signed in with the address that it was mailed to.
///
/// With another address: 403 `INVITATION_FOR_ANOTHER_ADDRESS`. Whoever has no account registers with
/// `invitation_token` instead.
#[utoipa::path(post, path = "/invitations/accept", tag = "organizations", operation_id = "accept_invitation",
    request_body = ShownInvitation, responses((status = 200, body = AcceptedInvitation)),
    security(("bearer" = []), ("cookie" = [])))]
async fn accept(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(shown): Body<ShownInvitation>,
) -> Result<Json<AcceptedInvitation>> {
    let it = acceptance::accept(&app, &client, caller.user(), &shown.token).await?;
    Ok(Json(AcceptedInvitation {
        role: it.role().to_owned(),
        organization_id: it.organization_id,
        organization: it.organization,
    }))
}
