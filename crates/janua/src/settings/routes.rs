//! `/admin/settings` and `/admin/maintenance`.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Settings, log_level, maintenance};
use crate::app::App;
use crate::client::Client;
use crate::error::{Fields, Result};
use crate::http::body::Body;
use crate::http::caller::Admin;
use crate::users::profile::rfc3339;

/// The settings routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, change))
        .routes(routes!(set_maintenance))
}

/// Settings that act at run time.
#[derive(Serialize, ToSchema)]
struct SettingsBody {
    /// Whether only administrators are served.
    maintenance: MaintenanceBody,
    /// What the instance that answers logs, in the words of `LOG_LEVEL`.
    #[schema(example = "info")]
    log_level: String,
}

impl SettingsBody {
    fn of(app: &App, settings: &Settings) -> Self {
        Self {
            maintenance: settings.into(),
            log_level: app.log_level(),
        }
    }
}

/// Whether only administrators are served.
#[derive(Serialize, ToSchema)]
struct MaintenanceBody {
    /// Whether it is so.
    enabled: bool,
    /// What everybody else is told; a text of ours when absent.
    message: Option<String>,
    /// Since when.
    since: Option<String>,
}

impl From<&Settings> for MaintenanceBody {
    fn from(settings: &Settings) -> Self {
        let maintenance = settings.maintenance.as_ref();
        Self {
            enabled: maintenance.is_some(),
            message: maintenance.and_then(|it| it.message.clone()),
            since: maintenance.map(|it| rfc3339(it.since)),
        }
    }
}

/// The settings that act at run time. All others are read from the environment when the server starts.
#[utoipa::path(get, path = "/admin/settings", tag = "admin", operation_id = "admin_read_settings", responses((status = 200, body = SettingsBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn read(app: App, _: Admin) -> Json<SettingsBody> {
    let settings = super::current(&app).await;
    Json(SettingsBody::of(&app, &settings))
}

/// What is to be changed; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeSettingsRequest {
    /// What is to be logged, in the words of `LOG_LEVEL`: a level, or levels by target. `null` goes back to `LOG_LEVEL`.
    #[schema(example = "info,janua::http=debug", value_type = Option<String>)]
    #[serde(default, deserialize_with = "given")]
    log_level: LevelField,
}

/// `null` means something else than a field that is absent.
#[derive(Default)]
enum LevelField {
    #[default]
    Absent,
    Given(Option<String>),
}

fn given<'de, D: serde::Deserializer<'de>>(field: D) -> Result<LevelField, D::Error> {
    Option::deserialize(field).map(LevelField::Given)
}

/// Changes settings that act at run time, on all instances within seconds.
#[utoipa::path(patch, path = "/admin/settings", tag = "admin", operation_id = "admin_change_settings",
    request_body = ChangeSettingsRequest, responses((status = 200, body = SettingsBody)),
    security(("bearer" = []), ("cookie" = [])))]
async fn change(
    app: App,
    client: Client,
    admin: Admin,
    Body(asked): Body<ChangeSettingsRequest>,
) -> Result<Json<SettingsBody>> {
    let LevelField::Given(level) = asked.log_level else {
        let settings = super::current(&app).await;
        return Ok(Json(SettingsBody::of(&app, &settings)));
    };
    let mut fields = Fields::new();
    let level = level.and_then(|it| fields.take("log_level", log_level::Level::parse(&it)));
    fields.done()?;
    let settings = log_level::change(&app, &client, admin.user(), level).await?;
    Ok(Json(SettingsBody::of(&app, &settings)))
}

/// Begins or ends maintenance.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaintenanceRequest {
    /// Whether only administrators are to be served.
    enabled: bool,
    /// What everybody else is told.
    #[schema(example = "We move to a larger database and are back at noon.")]
    message: Option<String>,
}

/// Begins or ends maintenance, on all instances within seconds.
///
/// Meanwhile everybody gets 503 `MAINTENANCE` with `Retry-After`, but for administrators, who can still sign in.
/// Health checks, `/metrics` and `/.well-known/jwks.json` answer as ever: resource servers go on verifying tokens.
#[utoipa::path(post, path = "/admin/maintenance", tag = "admin", operation_id = "admin_set_maintenance", request_body = MaintenanceRequest,
    responses((status = 200, body = MaintenanceBody)), security(("bearer" = []), ("cookie" = [])))]
async fn set_maintenance(
    app: App,
    client: Client,
    admin: Admin,
    Body(asked): Body<MaintenanceRequest>,
) -> Result<Json<MaintenanceBody>> {
    let mut fields = Fields::new();
    let message = asked
        .message
        .and_then(|it| fields.take("message", maintenance::check_message(&it)))
        .flatten();
    fields.done()?;
    let settings = if asked.enabled {
        maintenance::begin(&app, &client, admin.user(), message).await?
    } else {
        maintenance::end(&app, &client, admin.user()).await?
    };
    Ok(Json(settings.as_ref().into()))
}
