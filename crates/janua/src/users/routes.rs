//! `/users/me`.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::profile::{self, Changes, Profile};
use super::{PersonName, Username};
use crate::api_keys::{ProfileRead, ProfileUpdate};
use crate::app::App;
use crate::authentication::Factors;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Error, Fields, Result};
use crate::http::body::Body;
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::http::cookies;
use crate::http::identity::Account;
use crate::http::render;
use crate::organizations::departure;
use crate::sessions::routes::ImpersonatorBody;
use crate::{recovery, registration};

/// The profile routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, update, delete))
}

/// One's own profile.
#[utoipa::path(get, path = "/users/me", tag = "users", responses((status = 200, body = OwnProfile)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
pub(crate) async fn read(app: App, caller: Account<ProfileRead>) -> Result<Response> {
    let profile = caller.profile(&app).await?;
    let Some(impersonator) = caller.session().and_then(ImpersonatorBody::of) else {
        return Ok(render::json(profile));
    };
    let own = OwnProfile {
        profile: serde_json::from_str(&profile).map_err(Error::internal)?,
        impersonator: Some(impersonator),
    };
    Ok(render::json(
        serde_json::to_string(&own).map_err(Error::internal)?,
    ))
}

/// One's own profile, and who acts for one.
#[derive(Serialize, ToSchema)]
struct OwnProfile {
    #[serde(flatten)]
    profile: Profile,
    /// The administrator who acts for this person; absent when nobody does. Show it: people must see who acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonator: Option<ImpersonatorBody>,
}

/// What to change; absent fields stay as they are, an empty name is removed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateRequest {
    /// A new username.
    username: Option<String>,
    /// A new given name.
    first_name: Option<String>,
    /// A new family name.
    last_name: Option<String>,
    /// A new language.
    locale: Option<String>,
}

/// Changes one's own profile.
#[utoipa::path(patch, path = "/users/me", tag = "users", request_body = UpdateRequest,
    responses((status = 200, body = Profile)), security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn update(
    app: App,
    client: Client,
    caller: Account<ProfileUpdate>,
    Body(asked): Body<UpdateRequest>,
) -> Result<Json<Profile>> {
    let mut fields = Fields::new();
    let changes = Changes {
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
    Ok(Json(
        profile::update(&app, &client, caller.user(), changes).await?,
    ))
}

/// Proof for a change that cannot be undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeleteRequest {
    /// The current password; not needed within ten minutes of signing in.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
}

/// Deletes one's own account with everything that belongs to it.
///
/// Needs a sign-in within the last ten minutes, with both factors if there are two; where there is one, the password
/// will do.
#[utoipa::path(delete, path = "/users/me", tag = "users", request_body(content = Option<DeleteRequest>),
    responses((status = 204, description = "The account is gone.")), security(("bearer" = []), ("cookie" = [])))]
async fn delete(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<DeleteRequest>,
) -> Result<(StatusCode, HeaderMap)> {
    match asked.password {
        // The password alone is half a proof for whoever has a second factor.
        Some(password) if !Factors::of(&app.db, caller.user()).await?.is_any() => {
            recovery::confirm(&app, &client, caller.user(), "password", password).await?;
        }
        _ => RecentlySignedIn::check(&app, &caller).await?,
    }
    departure::delete_account(&app, &client, caller.user()).await?;
    Ok((StatusCode::NO_CONTENT, cookies::end(&app)))
}
