//! `/admin/users/{id}/impersonate`.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Actor;
use super::impersonation::{self, Granted};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Fields, Result};
use crate::http::body::Body;
use crate::http::caller::RecentAdmin;
use crate::sessions::impersonation::{Impersonator, Reason};
use crate::sessions::routes::ImpersonatorBody;
use crate::users::UserId;
use crate::users::profile::Profile;

/// The route of support access.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(impersonate))
}

/// Why support access is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImpersonationRequest {
    /// One line, at most 500 characters. It stands in the log, and the person reads it.
    #[schema(example = "Ticket 4711: cannot see their invoices")]
    reason: String,
}

/// Support access that was granted.
#[derive(Serialize, ToSchema)]
struct ImpersonationBody {
    /// JWT (RFC 9068) of the person, with the claim `act` (RFC 8693). There is no refresh token: it ends with its time.
    access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds that it lives.
    #[schema(example = 900)]
    expires_in: i64,
    /// Its session.
    session_id: String,
    /// For whom.
    user: Profile,
    /// Who acts, and why.
    impersonator: Option<ImpersonatorBody>,
}

impl From<Granted> for ImpersonationBody {
    fn from(granted: Granted) -> Self {
        Self {
            session_id: granted.session.id.to_string(),
            user: Profile::from(&granted.user),
            impersonator: ImpersonatorBody::of(&granted.session),
            access_token: granted.access_token,
            token_type: "bearer",
            expires_in: granted.expires_in,
        }
    }
}

/// Lets an administrator act for somebody for some minutes.
///
/// Needs a sign-in within the last ten minutes, and `IMPERSONATION_ENABLED`. Nobody acts for another administrator, for
/// themselves or for a suspended account: 403 `CANNOT_IMPERSONATE`. What protects the account or outlasts the access stays
/// shut: 403 `IMPERSONATION_FORBIDDEN`. Everything done is recorded under both names, and the person gets a mail.
#[utoipa::path(post, path = "/admin/users/{id}/impersonate", tag = "admin", operation_id = "admin_impersonate_user",
    params(("id" = String, Path, description = "The user.")), request_body = ImpersonationRequest,
    responses((status = 200, body = ImpersonationBody)), security(("bearer" = []), ("cookie" = [])))]
async fn impersonate(
    app: App,
    client: Client,
    admin: RecentAdmin,
    Path(id): Path<String>,
    Body(asked): Body<ImpersonationRequest>,
) -> Result<Json<ImpersonationBody>> {
    let id = UserId::parse(&id).ok_or(Code::NotFound)?;
    let mut fields = Fields::new();
    let reason = fields.take("reason", Reason::parse(&asked.reason));
    fields.done()?;
    let reason = reason.ok_or(Code::InvalidField)?;
    let by = Impersonator {
        admin: admin.user(),
        session: Some(admin.session_id()),
    };
    let actor = Actor::new(admin.user(), &client);
    let granted = impersonation::impersonate(&app, actor, by, &id, &reason).await?;
    Ok(Json(granted.into()))
}
