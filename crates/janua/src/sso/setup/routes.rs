//! Links with which whoever runs an identity provider sets a connection up, at `/sso/connections/{id}/setup-link`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Fields, Invalid, Result};
use crate::http::body::Body;
use crate::http::caller::RecentlySignedIn;
use crate::http::identity::Principal;
use crate::sso::routes::{for_connection, for_connection_of_person};
use crate::users::profile::rfc3339;

/// How many days a link counts, unless it says otherwise.
const USUAL: u8 = 7;

/// For how many days a link may count.
const DAYS: std::ops::RangeInclusive<u8> = 1..=30;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(offer, withdraw))
}

/// How long a link is to count.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateSsoSetupLinkRequest {
    /// In days, from 1 to 30; a week unless it says otherwise.
    #[schema(example = 7)]
    expires_in_days: Option<u8>,
}

/// A link for whoever runs the identity provider.
#[derive(Serialize, ToSchema)]
struct SsoSetupLink {
    /// Send it to them. It is shown once, and opens the set-up in the one browser that begins with it.
    #[schema(example = "https://auth.example.com/auth/sso/set-up?token=jsu_…")]
    url: String,
    /// Until when it counts, and what is begun with it.
    expires_at: String,
}

/// Makes a link with which whoever runs the identity provider fills in the connection, without an account here: what to copy
/// where, and a trial. They cannot enable it. The link before opens nothing any more.
///
/// Needs `sso:manage` in the organization, and a recent sign-in: the link allows no more than whoever made it may.
#[utoipa::path(post, path = "/sso/connections/{id}/setup-link", tag = "sso", operation_id = "create_sso_setup_link",
    params(("id" = String, Path, description = "The connection.")), request_body = CreateSsoSetupLinkRequest,
    responses((status = 201, body = SsoSetupLink)), security(("bearer" = []), ("cookie" = [])))]
async fn offer(
    app: App,
    client: Client,
    caller: RecentlySignedIn,
    Path(id): Path<String>,
    Body(asked): Body<CreateSsoSetupLinkRequest>,
) -> Result<(StatusCode, Json<SsoSetupLink>)> {
    let (permitted, id) = for_connection_of_person(&app, caller.user(), &id).await?;
    let mut fields = Fields::new();
    let days = asked.expires_in_days.unwrap_or(USUAL);
    let refused = || Invalid::new(Code::InvalidField, "use 1 to 30 days");
    fields.take(
        "expires_in_days",
        DAYS.contains(&days).then_some(()).ok_or_else(refused),
    );
    fields.done()?;
    let offered = super::offer(&app, &client, &permitted, &id, days).await?;
    let link = SsoSetupLink {
        url: offered.url.reveal().to_owned(),
        expires_at: rfc3339(offered.expires_at),
    };
    Ok((StatusCode::CREATED, Json(link)))
}

/// Withdraws the link of a connection; whoever has begun with it goes no further.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(delete, path = "/sso/connections/{id}/setup-link", tag = "sso", operation_id = "withdraw_sso_setup_link",
    params(("id" = String, Path, description = "The connection.")),
    responses((status = 204, description = "It opens nothing any more.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn withdraw(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    super::withdraw(&app, &client, &permitted, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
