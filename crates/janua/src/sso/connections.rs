//! Connections: added, changed, enabled and disabled, deleted.

use janua_saml::Certificate;
use serde_json::json;

use super::client_key::NewKey;
use super::flow::refuse_incomplete;
use super::lookup::owner_of;
use super::saml::keys;
use super::saml::metadata::Described;
use super::saml::refreshing;
use super::saml::{NameIdFormat, SamlBinding, SamlEndpoint, SamlSettings};
use super::{
    ClientAuth, Connection, GroupRole, Kind, OidcSettings, Settings, SsoConnectionId, State,
    refuse_without_secret, store,
};
use crate::app::App;
use crate::client::Client;
use crate::config::AttributeLists;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Invalid, Result};
use crate::events::{self, Name};
use crate::io::db::Tx;
use crate::io::reach::PublicUrl;
use crate::roles::{OrganizationId, Permitted, Rights, Role, SsoManage, Tenants, check};
use crate::users::UserId;

/// The most connections of one organization.
const MOST: i64 = 20;

/// The longest text of a setting, in bytes.
const LONGEST: usize = 200;

/// The most rules and names of one list.
const MOST_RULES: usize = 100;

/// Reads a short text that people or providers see.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn word(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
        let reason = format!("use 1 to {LONGEST} characters, in one line");
        return Err(Invalid::new(Code::InvalidField, reason));
    }
    Ok(text.to_owned())
}

/// Reads an address that we are to ask, and looks where its name leads now.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub async fn url(app: &App, text: &str) -> Result<PublicUrl, Invalid> {
    let judged = app.public.judge(text).await;
    judged.map_err(|refused| Invalid::new(Code::InvalidField, refused.to_string()))
}

/// What changes; what is `None` stays as it is.
#[derive(Debug, Default)]
pub struct Changes {
    /// What people read.
    pub name: Option<String>,
    /// Whether people sign in through it.
    pub state: Option<State>,
    /// Whether people of the organization's domains must.
    pub enforced: Option<bool>,
    /// Whether newcomers get an account.
    pub jit: Option<bool>,
    /// Their role.
    pub default_role: Option<String>,
    /// Roles by group.
    pub group_roles: Option<Vec<GroupRole>>,
    /// Whether who signs out here goes on to sign out at the provider.
    pub single_logout: Option<bool>,
    /// Names of attributes.
    pub attributes: Option<AttributeLists>,
    /// For OpenID Connect.
    pub oidc: Option<OidcChanges>,
    /// For SAML.
    pub saml: Option<SamlChanges>,
}

/// What changes of a provider that speaks OpenID Connect.
#[derive(Debug, Default)]
pub struct OidcChanges {
    /// Who it is.
    pub issuer: Option<String>,
    /// Our id there.
    pub client_id: Option<String>,
    /// Our secret there.
    pub client_secret: Option<SecretString>,
    /// What is asked for.
    pub scopes: Option<Vec<String>>,
    /// How we prove who we are.
    pub client_auth: Option<ClientAuth>,
    /// A key of our own, for who has none yet.
    pub key: Option<NewKey>,
}

/// What changes of a provider that speaks SAML.
#[derive(Debug, Default)]
pub struct SamlChanges {
    /// What its metadata says; what is named beside it wins.
    pub described: Option<Described>,
    /// Where its metadata is found.
    pub metadata_url: Option<String>,
    /// What it has to be signed with, in PEM.
    pub metadata_certificate: Option<String>,
    /// Who it is.
    pub idp_entity_id: Option<String>,
    /// Where people sign in.
    pub sign_in: Option<SamlEndpoint>,
    /// How they get there, where the place stays as it is.
    pub sign_in_binding: Option<SamlBinding>,
    /// Where people sign out.
    pub sign_out: Option<SamlEndpoint>,
    /// How they get there, where the place stays as it is.
    pub sign_out_binding: Option<SamlBinding>,
    /// What it signs with.
    pub certificates: Option<Vec<String>>,
    /// The kind of name that people are to be told by.
    pub name_id_format: Option<NameIdFormat>,
    /// Whether it may begin.
    pub allow_idp_initiated: Option<bool>,
    /// Whether assertions have to be encrypted.
    pub wants_encryption: Option<bool>,
    /// Whether SHA-1 is put up with.
    pub allow_sha1: Option<bool>,
}

impl SamlChanges {
    fn apply(self, saml: &mut SamlSettings) {
        if let Some(described) = self.described {
            described.apply(saml);
        }
        if let Some(url) = self.metadata_url {
            saml.metadata_url = url;
        }
        if let Some(pem) = self.metadata_certificate {
            saml.metadata_certificate = pem;
        }
        if let Some(name) = self.idp_entity_id {
            saml.idp_entity_id = name;
        }
        if let Some(place) = self.sign_in {
            saml.sign_in = place;
        }
        saml.sign_in.binding = self.sign_in_binding.unwrap_or(saml.sign_in.binding);
        if let Some(place) = self.sign_out {
            saml.sign_out = place;
        }
        saml.sign_out.binding = self.sign_out_binding.unwrap_or(saml.sign_out.binding);
        if let Some(certificates) = self.certificates {
            saml.certificates = certificates;
        }
        saml.name_id_format = self.name_id_format.unwrap_or(saml.name_id_format);
        saml.allow_idp_initiated = self.allow_idp_initiated.unwrap_or(saml.allow_idp_initiated);
        saml.wants_encryption = self.wants_encryption.unwrap_or(saml.wants_encryption);
        saml.allow_sha1 = self.allow_sha1.unwrap_or(saml.allow_sha1);
    }
}

impl Changes {
    /// Refuses lists that are too long to be meant.
    ///
    /// # Errors
    /// `INVALID_FIELD`.
    pub fn refuse_if_too_long(&self) -> Result<(), Invalid> {
        let rules = self.group_roles.as_deref().unwrap_or_default();
        let lists = self.attributes.as_ref().map(|it| {
            let all = [&it.email, &it.first_name, &it.last_name, &it.groups];
            all.into_iter().flatten().collect::<Vec<_>>()
        });
        let lists = lists.unwrap_or_default();
        let too_long = |it: &String| it.is_empty() || it.len() > LONGEST;
        let is_too_long = rules.len() > MOST_RULES
            || lists.len() > MOST_RULES
            || lists.into_iter().any(too_long)
            || rules.iter().any(|it| too_long(&it.group) || too_long(&it.role));
        if is_too_long {
            let reason = format!("use at most {MOST_RULES} entries of 1 to {LONGEST} bytes each");
            return Err(Invalid::new(Code::InvalidField, reason));
        }
        Ok(())
    }

    fn apply(self, app: &App, it: &mut Connection) {
        if let Some(name) = self.name {
            it.name = name;
        }
        if let Some(enforced) = self.enforced {
            it.enforced = enforced;
        }
        let settings = &mut it.settings;
        settings.jit = self.jit.unwrap_or(settings.jit);
        settings.single_logout = self.single_logout.unwrap_or(settings.single_logout);
        if let Some(role) = self.default_role {
            settings.default_role = role;
        }
        if let Some(rules) = self.group_roles {
            settings.group_roles = rules;
        }
        if let Some(lists) = self.attributes {
            settings.attributes = lists;
        }
        if let Some(changes) = self.oidc
            && let Some(oidc) = &mut settings.oidc
        {
            if let Some(issuer) = changes.issuer {
                // What was said under the earlier name is asked for anew.
                app.sso_documents.forget(&issuer);
                oidc.issuer = issuer;
            }
            oidc.client_id = changes.client_id.unwrap_or(std::mem::take(&mut oidc.client_id));
            oidc.scopes = changes.scopes.unwrap_or(std::mem::take(&mut oidc.scopes));
            oidc.client_auth = changes.client_auth.unwrap_or(oidc.client_auth);
            let by_key = oidc.client_auth == ClientAuth::PrivateKeyJwt;
            let secret = match changes.key.filter(|_| by_key && oidc.own_certificate.is_none()) {
                Some(key) => {
                    oidc.own_key = Some(key.public);
                    oidc.own_certificate = Some(key.certificate);
                    Some(key.secret)
                }
                None => changes.client_secret.filter(|_| !by_key),
            };
            // What was kept is a key, and no secret to be shared.
            if !by_key && oidc.own_key.take().is_some() {
                oidc.own_certificate = None;
                it.sealed = None;
            }
            if let Some(secret) = secret {
                it.seal(app, &secret);
            }
        }
        if let Some(changes) = self.saml
            && let Some(saml) = &mut it.settings.saml
        {
            let fetched = changes.metadata_url.as_ref().map(|it| !it.is_empty());
            changes.apply(saml);
            let now = app.clock.now();
            if let Some(is_named) = fetched {
                it.metadata_check_at = is_named.then(|| now + refreshing::AGE);
                saml.metadata_read_at = is_named.then_some(now);
                saml.metadata_trouble = None;
            }
        }
        if let Some(state) = self.state {
            it.state = state;
        }
    }
}

/// Roles that somebody could give themselves: they exist, and do not go beyond what the person holds.
async fn refuse_roles_above(
    tx: &mut Tx,
    permitted: &Permitted<SsoManage>,
    own: &Rights,
    it: &Connection,
) -> Result<()> {
    let rules = it.settings.group_roles.iter().map(|it| ("group_roles", &it.role));
    for (field, name) in std::iter::once(("default_role", &it.settings.default_role)).chain(rules) {
        let role = Role::find(&mut *tx, permitted.tenant(), name).await?;
        let role = role.ok_or_else(|| Error::new(Code::UnknownRole).with("field", field))?;
        check::refuse_if_above(own, &role.grants())?;
    }
    Ok(())
}

fn judge(app: &App, it: &Connection) -> Result<()> {
    if it.state == State::Enabled {
        refuse_without_secret(app)?;
        refuse_incomplete(it)?;
    }
    Ok(())
}

/// What whoever reads the log compares with the provider.
fn fingerprints(certificates: &[String]) -> Vec<String> {
    let read = certificates
        .iter()
        .filter_map(|it| Certificate::from_pem(it).ok());
    read.map(|it| it.sha256_fingerprint()).collect()
}

pub(super) fn facts(it: &Connection) -> serde_json::Value {
    json!({"organization_id": it.organization_id, "connection_id": it.id, "kind": it.kind.name(), "name": it.name,
        "state": it.state.name(), "enforce_sso": it.enforced, "idp_entity_id": it.idp_entity_id(),
        "idp_certificates": it.settings.saml.as_ref().map(|it| fingerprints(&it.certificates))})
}

/// Adds a connection.
///
/// # Errors
/// `TOO_MANY_SSO_CONNECTIONS`, `UNKNOWN_ROLE`, `ROLE_TOO_HIGH`; for one that is to be enabled at once
/// `SSO_RELAY_STATE_SECRET_MISSING` and `SSO_CONNECTION_INCOMPLETE`; or as [`check::permit`].
pub async fn create(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    kind: Kind,
    changes: Changes,
) -> Result<Connection> {
    let now = app.clock.now();
    let mut it = Connection {
        id: SsoConnectionId::new(app.random.id(now)),
        organization_id: permitted.organization().clone(),
        kind,
        name: String::new(),
        state: State::Draft,
        enforced: false,
        settings: Settings {
            oidc: (kind == Kind::Oidc).then(OidcSettings::default),
            // A provider of OpenID Connect shows an error to who comes back to an address that it does not know.
            single_logout: kind == Kind::Saml,
            saml: (kind == Kind::Saml).then(SamlSettings::default),
            ..Settings::default()
        },
        sealed: None,
        metadata_check_at: None,
        created_at: now,
        updated_at: now,
    };
    changes.apply(app, &mut it);
    judge(app, &it)?;
    if kind == Kind::Saml {
        let pair = keys::generate(app, &it.id).await?;
        keys::keep(app, &mut it, &[pair]);
    }
    let (mut tx, own) = permitted.begin(app).await?;
    if store::count(&mut tx, permitted.tenant()).await? >= MOST {
        return Err(Code::TooManySsoConnections.into());
    }
    refuse_roles_above(&mut tx, permitted, &own, &it).await?;
    store::insert(&mut tx, permitted.tenant(), &it).await?;
    let event = permitted.event(Name::SsoConnectionCreated, None, client);
    events::record(app, &mut tx, event.knowing(facts(&it))).await?;
    tx.commit().await?;
    Ok(it)
}

/// Changes a connection.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`, or as [`create`].
pub async fn update(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    id: &SsoConnectionId,
    changes: Changes,
) -> Result<Connection> {
    let (mut tx, own) = permitted.begin(app).await?;
    let found = store::find(&mut tx, permitted.tenant(), id).await?;
    let mut it = found.ok_or(Code::SsoConnectionNotFound)?;
    changes.apply(app, &mut it);
    it.updated_at = app.clock.now();
    judge(app, &it)?;
    refuse_roles_above(&mut tx, permitted, &own, &it).await?;
    store::update(&mut tx, permitted.tenant(), &it).await?;
    let event = permitted.event(Name::SsoConnectionUpdated, None, client);
    events::record(app, &mut tx, event.knowing(facts(&it))).await?;
    tx.commit().await?;
    Ok(it)
}

/// Deletes a connection, with what it links. Nobody's account goes with it.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`, or as [`check::permit`].
pub async fn delete(
    app: &App,
    client: &Client,
    permitted: &Permitted<SsoManage>,
    id: &SsoConnectionId,
) -> Result<()> {
    let (mut tx, _) = permitted.begin(app).await?;
    let found = store::find(&mut tx, permitted.tenant(), id).await?;
    let it = found.ok_or(Code::SsoConnectionNotFound)?;
    store::delete(&mut tx, permitted.tenant(), id).await?;
    let event = permitted.event(Name::SsoConnectionDeleted, None, client);
    events::record(app, &mut tx, event.knowing(facts(&it))).await?;
    tx.commit().await?;
    Ok(())
}

/// One connection.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`.
pub async fn read(app: &App, permitted: &Permitted<SsoManage>, id: &SsoConnectionId) -> Result<Connection> {
    let tenant = permitted.tenant();
    let found = store::find(tenant.reads(&app.db), tenant, id).await?;
    found.ok_or_else(|| Code::SsoConnectionNotFound.into())
}

/// The connections of an organization, in the order in which they were added.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, permitted: &Permitted<SsoManage>) -> Result<Vec<Connection>> {
    let tenant = permitted.tenant();
    store::list(tenant.reads(&app.db), tenant).await
}

/// The connections that a person may look after, wherever that is.
///
/// # Errors
/// When the database fails.
pub async fn list_of_person(app: &App, user: &UserId) -> Result<Vec<Connection>> {
    let tenants = Tenants::of::<SsoManage>(app, user).await?;
    store::list_in(&app.db, &tenants).await
}

/// Whose a connection is, so that the door can ask for the right permission.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND`.
pub async fn owner(app: &App, id: &SsoConnectionId) -> Result<OrganizationId> {
    owner_of(app, id).await
}
