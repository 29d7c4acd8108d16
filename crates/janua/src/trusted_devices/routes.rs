//! `/mfa/trusted-devices`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::TrustedDevice;
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Result};
use crate::http::caller::{InSession, SignedIn};
use crate::ids::TrustedDeviceId;
use crate::users::profile::rfc3339;

/// The routes of trusted browsers.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, remove_all))
        .routes(routes!(remove))
}

/// A browser that need not show the second factor.
#[derive(Serialize, ToSchema)]
struct TrustedDeviceBody {
    /// The id.
    #[schema(value_type = String)]
    id: TrustedDeviceId,
    /// As in "Firefox on Linux"; empty when unknown.
    device: String,
    /// Where it was trusted.
    ip: String,
    /// Whether it is the one of this request.
    is_current: bool,
    /// Since when.
    created_at: String,
    /// Until when.
    expires_at: String,
    /// When it last spared its owner the second factor.
    last_used_at: Option<String>,
}

impl TrustedDeviceBody {
    fn of(app: &App, client: &Client, device: TrustedDevice) -> Self {
        Self {
            is_current: device.is_of(app, client),
            id: device.id,
            device: device.name,
            ip: device.ip,
            created_at: rfc3339(device.created_at),
            expires_at: rfc3339(device.expires_at),
            last_used_at: device.last_used_at.map(rfc3339),
        }
    }
}

/// All of them.
#[derive(Serialize, ToSchema)]
struct TrustedDeviceList {
    /// The newest first.
    devices: Vec<TrustedDeviceBody>,
}

/// Browsers in which one need not show the second factor.
#[utoipa::path(get, path = "/mfa/trusted-devices", tag = "mfa", operation_id = "list_trusted_devices",
    responses((status = 200, body = TrustedDeviceList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, client: Client, caller: InSession) -> Result<Json<TrustedDeviceList>> {
    let all = super::list(&app, caller.user()).await?;
    let devices = all
        .into_iter()
        .map(|it| TrustedDeviceBody::of(&app, &client, it))
        .collect();
    Ok(Json(TrustedDeviceList { devices }))
}

/// Asks for the second factor in every browser again.
#[utoipa::path(delete, path = "/mfa/trusted-devices", tag = "mfa", operation_id = "remove_trusted_devices",
    responses((status = 204, description = "None is trusted any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn remove_all(app: App, client: Client, caller: SignedIn) -> Result<StatusCode> {
    super::remove(&app, &client, caller.user(), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for the second factor in a browser again.
#[utoipa::path(delete, path = "/mfa/trusted-devices/{id}", tag = "mfa", operation_id = "remove_trusted_device",
    params(("id" = String, Path, description = "The browser.")),
    responses((status = 204, description = "It is not trusted any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn remove(app: App, client: Client, caller: SignedIn, Path(id): Path<String>) -> Result<StatusCode> {
    let id = TrustedDeviceId::parse(&id).ok_or(Code::NotFound)?;
    super::remove(&app, &client, caller.user(), Some(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
