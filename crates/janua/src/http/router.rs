//! The list of everything we serve.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use super::layers::Layers;
use super::{health, layers, metrics, openapi, viewer};
use crate::app::App;
use crate::error::{Code, Error};
use crate::{
    administration, api_keys, audit, doctor, domains, emails, explain, invitations, login, mfa,
    organizations, outbox, pages, passkeys, personal_data, recovery, registration, roles, sessions, settings,
    sso, tokens, trusted_devices, users, webhooks,
};

/// Every route of the API with its document.
fn documented() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .merge(health::api_routes())
        .merge(registration::routes::routes())
        .merge(login::routes::routes())
        .merge(login::mfa_routes::routes())
        .merge(login::magic_link_routes::routes())
        .merge(login::enrolment_routes::routes())
        .merge(login::social_routes::routes())
        .merge(login::sso_linking_routes::routes())
        .merge(login::sso_routes::routes())
        .merge(sso::routes::routes())
        .merge(sso::saml::routes::routes())
        .merge(sso::oidc_routes::routes())
        .merge(sso::setup::routes::routes())
        .merge(login::sso_logout_routes::routes())
        .merge(mfa::routes::routes())
        .merge(mfa::sms_routes::routes())
        .merge(trusted_devices::routes::routes())
        .merge(mfa::admin_routes::routes())
        .merge(tokens::routes::routes())
        .merge(emails::routes::routes())
        .merge(recovery::routes::routes())
        .merge(users::routes::routes())
        .merge(sessions::routes::routes())
        .merge(passkeys::routes::routes())
        .merge(passkeys::admin_routes::routes())
        .merge(organizations::routes::routes())
        .merge(api_keys::routes::routes())
        .merge(api_keys::organization_routes::routes())
        .merge(organizations::member_routes::routes())
        .merge(organizations::people_routes::routes())
        .merge(invitations::routes::routes())
        .merge(invitations::acceptance_routes::routes())
        .merge(domains::routes::routes())
        .merge(organizations::admin_routes::routes())
        .merge(roles::routes::routes())
        .merge(roles::rbac_routes::routes())
        .merge(webhooks::routes::routes())
        .merge(webhooks::delivery_routes::routes())
        .merge(audit::routes::routes())
        .merge(audit::organization_routes::routes())
        .merge(personal_data::routes::routes())
        .merge(users::admin_routes::routes())
        .merge(sessions::admin_routes::routes())
        .merge(administration::routes::routes())
        .merge(administration::cache_routes::routes())
        .merge(administration::impersonation_routes::routes())
        .merge(outbox::routes::routes())
        .merge(tokens::admin_routes::routes())
        .merge(settings::routes::routes())
        .merge(doctor::routes::routes())
        .merge(explain::routes::routes());
    OpenApiRouter::with_openapi(openapi::Base::openapi())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(tokens::routes::well_known())
        .merge(passkeys::routes::well_known())
        .merge(pages::mail_catcher::routes())
        .nest("/api/v1", api)
}

/// The OpenAPI document.
pub fn document() -> Document {
    openapi::with_failures(documented().split_for_parts().1)
}

/// The same for clients that take compressed answers. Others need not pay for the layer.
pub fn compressing(router: Router) -> Router {
    router.layer(CompressionLayer::new())
}

/// Everything, with the layers around it.
pub fn router(app: App, layers: Layers) -> Router {
    let (api, document) = documented().split_for_parts();
    let document = openapi::with_failures(document);
    api.merge(openapi::routes(&document))
        .merge(viewer::routes())
        .merge(pages::routes(&app))
        .merge(aliases())
        .fallback(async || Error::new(Code::NotFound))
        .method_not_allowed_fallback(async || Error::new(Code::MethodNotAllowed))
        .layer(from_fn_with_state(layers, layers::around))
        .with_state(app)
}

/// Other names of the same handlers, as guides and older clients write them.
fn aliases() -> Router<App> {
    Router::new().nest(
        "/api/v1/auth",
        Router::new()
            .merge(registration::routes::aliases())
            .merge(login::routes::aliases())
            .merge(emails::routes::aliases()),
    )
}
