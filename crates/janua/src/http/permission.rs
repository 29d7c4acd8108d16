//! Rights in an organization as types: a handler that takes [`Permitted`] is reached only by members who may.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::caller::SignedIn;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::roles::{OrganizationId, Permission, Permitted, permit};

/// The part of a path that names the organization.
pub const PARAMETER: &str = "organization_id";

impl<P: Permission> FromRequestParts<App> for Permitted<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        let id = path.iter().find(|(name, _)| *name == PARAMETER);
        let (_, id) = id.ok_or_else(|| Error::internal("a path of an organization does not name it"))?;
        let id = OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?;
        permit(app, caller.user(), &id).await
    }
}
