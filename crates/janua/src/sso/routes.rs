//! `/sso/connections`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connections::{self, Changes};
use super::oidc_routes::{SsoOidcBody, SsoOidcRequest};
use super::report::{self, SsoCheck};
use super::saml::routes::{SsoSamlBody, SsoSamlRequest};
use super::{Connection, GroupRole, Kind, SsoConnectionId, State};
use crate::api_keys::Holder;
use crate::app::App;
use crate::client::Client;
use crate::config::AttributeLists;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::{Body, Query};
use crate::http::identity::{Identity, Principal};
use crate::http::permission;
use crate::ids::OrganizationId;
use crate::limits::{self, Limit};
use crate::roles::{Asker, Permitted, SsoManage, permit};
use crate::users::UserId;
use crate::users::profile::rfc3339;

/// The routes of connections.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, delete))
        .routes(routes!(test))
}

/// The right to the connections of an organization. An organization's own API key need not name it.
async fn for_organization(
    app: &App,
    identity: &Identity,
    organization: Option<&str>,
) -> Result<Permitted<SsoManage>> {
    let missing = || Error::new(Code::MissingField).with("field", "organization_id");
    let id = match (organization, identity) {
        (Some(id), _) => OrganizationId::parse(id).ok_or(Code::OrganizationNotFound)?,
        (None, Identity::Person(_)) => return Err(missing()),
        (None, Identity::Key(key)) => match key.holder()? {
            Holder::Organization(own) => own.clone(),
            Holder::Person(_) => return Err(missing()),
        },
    };
    permit(app, permission::asker(identity, &id)?, &id).await
}

/// The right to one connection. Whoever has no business with its organization is told that there is none.
pub(super) async fn for_connection(
    app: &App,
    identity: &Identity,
    id: &str,
) -> Result<(Permitted<SsoManage>, SsoConnectionId)> {
    let (id, organization) = whose(app, id).await?;
    let asker = permission::asker(identity, &organization);
    judged(app, asker, &organization, id).await
}

/// The same for a person, where a program will not do.
pub(super) async fn for_connection_of_person(
    app: &App,
    user: &UserId,
    id: &str,
) -> Result<(Permitted<SsoManage>, SsoConnectionId)> {
    let (id, organization) = whose(app, id).await?;
    judged(app, Ok(Asker::Member(user.clone())), &organization, id).await
}

async fn whose(app: &App, id: &str) -> Result<(SsoConnectionId, OrganizationId)> {
    let id = SsoConnectionId::parse(id).ok_or(Code::SsoConnectionNotFound)?;
    let organization = connections::owner(app, &id).await?;
    Ok((id, organization))
}

async fn judged(
    app: &App,
    asker: Result<Asker>,
    organization: &OrganizationId,
    id: SsoConnectionId,
) -> Result<(Permitted<SsoManage>, SsoConnectionId)> {
    let judged = match asker {
        Ok(asker) => permit(app, asker, organization).await,
        Err(error) => Err(error),
    };
    match judged {
        Err(error) if error.code() == Code::OrganizationNotFound => Err(Code::SsoConnectionNotFound.into()),
        judged => Ok((judged?, id)),
    }
}

/// Names under which a provider tells something of a person; the first that holds a value wins. Empty lists leave the
/// usual names.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
struct SsoAttributeMapping {
    /// The address.
    #[schema(example = json!(["email", "mail"]))]
    email: Vec<String>,
    /// The given name.
    first_name: Vec<String>,
    /// The family name.
    last_name: Vec<String>,
    /// The groups.
    groups: Vec<String>,
}

/// Reads such names.
fn lists(named: BTreeMap<String, Vec<String>>) -> Result<AttributeLists, Invalid> {
    let mut lists = AttributeLists::default();
    for (field, names) in named {
        let list = match field.as_str() {
            "email" => &mut lists.email,
            "first_name" => &mut lists.first_name,
            "last_name" => &mut lists.last_name,
            "groups" => &mut lists.groups,
            _ => {
                let reason = "name email, first_name, last_name and groups alone";
                return Err(Invalid::new(Code::UnknownField, reason));
            }
        };
        *list = names;
    }
    Ok(lists)
}

impl From<AttributeLists> for SsoAttributeMapping {
    fn from(it: AttributeLists) -> Self {
        Self {
            email: it.email,
            first_name: it.first_name,
            last_name: it.last_name,
            groups: it.groups,
        }
    }
}

/// A connection.
#[derive(Serialize, ToSchema)]
pub(super) struct SsoConnectionBody {
    /// Never changes.
    #[schema(value_type = String)]
    id: SsoConnectionId,
    /// Whose it is.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
    /// `oidc` or `saml`.
    #[schema(example = "oidc")]
    kind: &'static str,
    /// What people read.
    #[schema(example = "Acme Okta")]
    name: String,
    /// `draft`, `enabled` or `disabled`.
    #[schema(example = "enabled")]
    state: &'static str,
    /// Whether people of the organization's verified domains must sign in here. Owners may always use other ways.
    enforce_sso: bool,
    /// Whether newcomers get an account and a membership, and those who come back their new names and roles.
    jit_provisioning: bool,
    /// The role of newcomers.
    default_role: String,
    /// Roles by group; the first group that somebody has wins.
    group_roles: Vec<GroupRole>,
    /// Whether who signs out on the pages here goes on to sign out at the provider.
    single_logout: bool,
    /// Names of attributes that come before the usual ones.
    attribute_mapping: SsoAttributeMapping,
    /// For OpenID Connect.
    oidc: Option<SsoOidcBody>,
    /// For SAML.
    saml: Option<SsoSamlBody>,
    /// Where the provider sends people back to: register it there exactly so.
    #[schema(example = "https://auth.example.com/api/v1/sso/callback")]
    callback_url: String,
    /// What has to be filled in before it can be enabled.
    missing: Vec<&'static str>,
    /// When it was added.
    created_at: String,
    /// When anything here changed.
    updated_at: String,
}

impl SsoConnectionBody {
    pub(super) fn of(app: &App, it: Connection) -> Self {
        let (oidc, saml) = (SsoOidcBody::of(app, &it), SsoSamlBody::of(app, &it));
        Self {
            missing: it.missing(),
            id: it.id,
            organization_id: it.organization_id,
            kind: it.kind.name(),
            name: it.name,
            state: it.state.name(),
            enforce_sso: it.enforced,
            jit_provisioning: it.settings.jit,
            default_role: it.settings.default_role,
            group_roles: it.settings.group_roles,
            single_logout: it.settings.single_logout,
            attribute_mapping: it.settings.attributes.into(),
            oidc,
            saml,
            callback_url: app.config.sso.callback_url.clone(),
            created_at: rfc3339(it.created_at),
            updated_at: rfc3339(it.updated_at),
        }
    }
}

/// All connections that one may look after.
#[derive(Serialize, ToSchema)]
struct SsoConnectionList {
    connections: Vec<SsoConnectionBody>,
}

/// Whose connections are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SsoListQuery {
    /// Those of an organization. Without it those of all that one may look after.
    organization_id: Option<String>,
}

/// The connections of an organization, or of all whose single sign-on one may look after.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(get, path = "/sso/connections", tag = "sso", operation_id = "list_sso_connections",
    params(SsoListQuery), responses((status = 200, body = SsoConnectionList)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn list(
    app: App,
    identity: Principal,
    Query(asked): Query<SsoListQuery>,
) -> Result<Json<SsoConnectionList>> {
    let all = match &*identity {
        Identity::Person(caller) if asked.organization_id.is_none() => {
            connections::list_of_person(&app, caller.user()).await?
        }
        _ => {
            let named = asked.organization_id.as_deref();
            connections::list(&app, &for_organization(&app, &identity, named).await?).await?
        }
    };
    Ok(Json(SsoConnectionList {
        connections: all
            .into_iter()
            .map(|it| SsoConnectionBody::of(&app, it))
            .collect(),
    }))
}

/// What is to be set of a connection.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateSsoConnectionRequest {
    /// What people read.
    name: Option<String>,
    /// `draft`, `enabled` or `disabled`.
    state: Option<String>,
    /// Whether people of the organization's verified domains must sign in here.
    enforce_sso: Option<bool>,
    /// Whether newcomers get an account and a membership, and those who come back their new names and roles.
    jit_provisioning: Option<bool>,
    /// The role of newcomers: one that you could give yourself.
    default_role: Option<String>,
    /// Roles by group; the first group that somebody has wins.
    group_roles: Option<Vec<GroupRole>>,
    /// Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect
    /// only where it says so, for the provider has to know the address `/auth/sign-in` of this server.
    single_logout: Option<bool>,
    /// Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists
    /// leave the usual names.
    #[schema(example = json!({"email": ["email", "mail"]}))]
    attribute_mapping: Option<BTreeMap<String, Vec<String>>>,
    /// For OpenID Connect.
    oidc: Option<SsoOidcRequest>,
    /// For SAML.
    saml: Option<SsoSamlRequest>,
}

impl UpdateSsoConnectionRequest {
    async fn read(self, app: &App, (kind, signer): (Kind, &str), fields: &mut Fields) -> Result<Changes> {
        let state = self.state.and_then(|it| {
            let refused = || Invalid::new(Code::InvalidField, "choose draft, enabled or disabled");
            fields.take("state", State::of(&it).ok_or_else(refused))
        });
        let name = self
            .name
            .and_then(|it| fields.take("name", connections::word(&it)));
        let oidc = match self.oidc {
            Some(oidc) if kind == Kind::Oidc => Some(oidc.read(app, fields).await?),
            Some(_) => {
                let refused = Invalid::new(
                    Code::InvalidField,
                    "this connection does not speak OpenID Connect",
                );
                fields.refuse("oidc", refused);
                None
            }
            None => None,
        };
        let saml = match self.saml {
            Some(saml) if kind == Kind::Saml => Some(saml.read(app, signer, fields).await?),
            Some(_) => {
                let refused = Invalid::new(Code::InvalidField, "this connection does not speak SAML");
                fields.refuse("saml", refused);
                None
            }
            None => None,
        };
        let named = self.attribute_mapping;
        let attributes = named.and_then(|it| fields.take("attribute_mapping", lists(it)));
        let changes = Changes {
            name,
            state,
            enforced: self.enforce_sso,
            jit: self.jit_provisioning,
            default_role: self.default_role,
            group_roles: self.group_roles,
            single_logout: self.single_logout,
            attributes,
            oidc,
            saml,
        };
        fields.take("group_roles", changes.refuse_if_too_long());
        Ok(changes)
    }
}

/// A new connection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateSsoConnectionRequest {
    /// Whose it is; an organization's own API key need not name it.
    organization_id: Option<String>,
    /// `oidc` or `saml`.
    #[schema(example = "oidc")]
    kind: String,
    /// What people read.
    #[schema(example = "Acme Okta")]
    name: String,
    /// `draft` unless it says otherwise.
    state: Option<String>,
    /// Whether people of the organization's verified domains must sign in here.
    enforce_sso: Option<bool>,
    /// Whether newcomers get an account and a membership; they do unless it says otherwise.
    jit_provisioning: Option<bool>,
    /// The role of newcomers, `member` unless it says otherwise.
    default_role: Option<String>,
    /// Roles by group; the first group that somebody has wins.
    group_roles: Option<Vec<GroupRole>>,
    /// Whether who signs out here goes on to sign out at the provider: with SAML unless it says otherwise; with OpenID Connect
    /// only where it says so, for the provider has to know the address `/auth/sign-in` of this server.
    single_logout: Option<bool>,
    /// Names of attributes that come before the usual ones, for `email`, `first_name`, `last_name` and `groups`; empty lists
    /// leave the usual names.
    #[schema(example = json!({"email": ["email", "mail"]}))]
    attribute_mapping: Option<BTreeMap<String, Vec<String>>>,
    /// For OpenID Connect.
    oidc: Option<SsoOidcRequest>,
    /// For SAML.
    saml: Option<SsoSamlRequest>,
}

/// Adds a connection. What is missing can be filled in later; then it is enabled.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(post, path = "/sso/connections", tag = "sso", operation_id = "create_sso_connection",
    request_body = CreateSsoConnectionRequest, responses((status = 201, body = SsoConnectionBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn create(
    app: App,
    client: Client,
    identity: Principal,
    Body(asked): Body<CreateSsoConnectionRequest>,
) -> Result<(StatusCode, Json<SsoConnectionBody>)> {
    let permitted = for_organization(&app, &identity, asked.organization_id.as_deref()).await?;
    let mut fields = Fields::new();
    let refused = || Invalid::new(Code::InvalidField, "choose oidc or saml");
    let kind = fields.take("kind", Kind::of(&asked.kind).ok_or_else(refused));
    let rest = UpdateSsoConnectionRequest {
        name: Some(asked.name),
        state: asked.state,
        enforce_sso: asked.enforce_sso,
        jit_provisioning: asked.jit_provisioning,
        default_role: asked.default_role,
        group_roles: asked.group_roles,
        single_logout: asked.single_logout,
        attribute_mapping: asked.attribute_mapping,
        oidc: asked.oidc,
        saml: asked.saml,
    };
    let changes = match kind {
        Some(kind) => Some((kind, rest.read(&app, (kind, ""), &mut fields).await?)),
        None => None,
    };
    fields.done()?;
    let (kind, changes) = changes.ok_or(Code::InvalidField)?;
    let made = connections::create(&app, &client, &permitted, kind, changes).await?;
    Ok((StatusCode::CREATED, Json(SsoConnectionBody::of(&app, made))))
}

/// A connection.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(get, path = "/sso/connections/{id}", tag = "sso", operation_id = "read_sso_connection",
    params(("id" = String, Path, description = "The connection.")), responses((status = 200, body = SsoConnectionBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn read(app: App, identity: Principal, Path(id): Path<String>) -> Result<Json<SsoConnectionBody>> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    let found = connections::read(&app, &permitted, &id).await?;
    Ok(Json(SsoConnectionBody::of(&app, found)))
}

/// Changes a connection, enables or disables it. To be enabled it has to be complete, and operators need to have set
/// `SSO_RELAY_STATE_SECRET`.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(patch, path = "/sso/connections/{id}", tag = "sso", operation_id = "update_sso_connection",
    params(("id" = String, Path, description = "The connection.")), request_body = UpdateSsoConnectionRequest,
    responses((status = 200, body = SsoConnectionBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn update(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
    Body(asked): Body<UpdateSsoConnectionRequest>,
) -> Result<Json<SsoConnectionBody>> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    let kept = connections::read(&app, &permitted, &id).await?;
    let signer = kept.settings.saml.map(|it| it.metadata_certificate);
    let mut fields = Fields::new();
    let kept = (kept.kind, signer.as_deref().unwrap_or_default());
    let changes = asked.read(&app, kept, &mut fields).await?;
    fields.done()?;
    let updated = connections::update(&app, &client, &permitted, &id, changes).await?;
    Ok(Json(SsoConnectionBody::of(&app, updated)))
}

/// Deletes a connection, with what it links; nobody's account goes with it.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(delete, path = "/sso/connections/{id}", tag = "sso", operation_id = "delete_sso_connection",
    params(("id" = String, Path, description = "The connection.")),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn delete(app: App, client: Client, identity: Principal, Path(id): Path<String>) -> Result<StatusCode> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    connections::delete(&app, &client, &permitted, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a trial found.
#[derive(Serialize, ToSchema)]
struct SsoTestReport {
    /// Whether everything is as it should be.
    ok: bool,
    /// What was looked at.
    checks: Vec<SsoCheck>,
    /// Open it in a browser within a quarter of an hour: sign in there and see what the provider says of you, and where it
    /// goes. Nobody is signed in here, and no account is made.
    test_url: Option<String>,
}

/// Tries a connection live, enabled or not: whether the provider can be reached and what a sign-in needs is there.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(post, path = "/sso/connections/{id}/test", tag = "sso", operation_id = "test_sso_connection",
    params(("id" = String, Path, description = "The connection.")), responses((status = 200, body = SsoTestReport)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn test(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
) -> Result<Json<SsoTestReport>> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    limits::check(&app, Limit::WebhookTest, &client, identity.id()).await?;
    let connection = connections::read(&app, &permitted, &id).await?;
    let checks = report::checks(&app, &connection).await?;
    Ok(Json(SsoTestReport {
        ok: checks.iter().all(|it| it.ok),
        checks,
        test_url: report::test_url(&app, &connection).ok(),
    }))
}
