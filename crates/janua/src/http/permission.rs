//! Rights in an organization as types: a handler that takes [`Permitted`] is reached only by members who may.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::identity::Identity;
use crate::api_keys::Holder;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::roles::{Asker, OrganizationId, OrganizationUpdate, Permission, Permitted, permit};

/// The part of a path that names the organization.
pub const PARAMETER: &str = "organization_id";

impl<P: Permission> FromRequestParts<App> for Permitted<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let identity = Identity::from_request_parts(parts, app).await?;
        let impersonated = matches!(&identity, Identity::Person(it) if it.impersonator().is_some());
        if impersonated && !open_to_impersonators(P::NAME) {
            return Err(Code::ImpersonationForbidden.into());
        }
        let path = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        let id = path.iter().find(|(name, _)| *name == PARAMETER);
        let (_, id) = id.ok_or_else(|| Error::internal("a path of an organization does not name it"))?;
        let id = OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?;
        permit(app, asker(&identity, &id)?, &id).await
    }
}

/// Whether whoever acts for somebody may use a permission of theirs: to look, and to mend what names an organization. What
/// gives, takes or outlasts a right is for its owner alone.
fn open_to_impersonators(permission: &str) -> bool {
    permission.ends_with(":read") || permission == OrganizationUpdate::NAME
}

/// Who asks in this organization. An organization's own key knows no other one: that they exist is not told.
///
/// # Errors
/// `ORGANIZATION_NOT_FOUND`.
pub fn asker(identity: &Identity, wanted: &OrganizationId) -> Result<Asker> {
    let key = match identity {
        Identity::Person(caller) => return Ok(Asker::Member(caller.user().clone())),
        Identity::Key(key) => key,
    };
    let id = key.key().id.clone();
    match key.holder()? {
        Holder::Person(user) => Ok(Asker::KeyOf(user.clone(), id, key.scopes())),
        Holder::Organization(own) if own == wanted => Ok(Asker::OwnKey(id)),
        Holder::Organization(_) => Err(Code::OrganizationNotFound.into()),
    }
}
