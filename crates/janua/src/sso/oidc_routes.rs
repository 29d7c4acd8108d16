//! What is said of OpenID Connect at `/sso/connections`.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connections::{self, OidcChanges};
use super::{ClientAuth, Connection, SsoConnectionId, client_key};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::Jwks;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::limits::{self, Limit};

/// A provider that speaks OpenID Connect. Its secret is never shown.
#[derive(Serialize, ToSchema)]
pub(super) struct SsoOidcBody {
    /// Who it is.
    #[schema(example = "https://acme.okta.com")]
    issuer: String,
    /// Our id there.
    client_id: String,
    /// Whether a secret is kept.
    has_client_secret: bool,
    /// What is asked for.
    scopes: Vec<String>,
    /// How we prove who we are.
    client_auth: ClientAuth,
    /// Where the provider finds the public half of the key that we prove it with.
    jwks_uri: Option<String>,
    /// The certificate of that key in PEM, for providers that want it uploaded, as Entra ID does.
    certificate: Option<String>,
}

impl SsoOidcBody {
    pub(super) fn of(app: &App, it: &Connection) -> Option<Self> {
        let oidc = it.settings.oidc.as_ref()?;
        Some(Self {
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            has_client_secret: it.has_secret(),
            scopes: oidc.scopes.clone(),
            client_auth: oidc.client_auth,
            jwks_uri: oidc.own_key.as_ref().map(|_| {
                let base = &app.config.server.base_url;
                format!("{base}/api/v1/sso/connections/{}/jwks", it.id)
            }),
            certificate: oidc.own_certificate.clone(),
        })
    }
}

/// A provider that speaks OpenID Connect.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SsoOidcRequest {
    /// Where `/.well-known/openid-configuration` is found: an https address of the public internet.
    #[schema(example = "https://acme.okta.com")]
    issuer: Option<String>,
    /// Our id there.
    client_id: Option<String>,
    /// Our secret there; sealed, and never shown again.
    #[schema(value_type = Option<String>)]
    client_secret: Option<SecretString>,
    /// What is asked for; without it `openid email profile`.
    scopes: Option<Vec<String>>,
    /// How we prove who we are.
    #[schema(value_type = Option<ClientAuth>)]
    client_auth: Option<String>,
}

impl SsoOidcRequest {
    /// Only who the provider is, and who we are there.
    pub(super) fn of_client(issuer: String, client_id: String, client_secret: SecretString) -> Self {
        Self {
            issuer: Some(issuer),
            client_id: Some(client_id),
            client_secret: Some(client_secret),
            ..Self::default()
        }
    }

    /// Reads what is to be set.
    pub(super) async fn read(self, app: &App, fields: &mut Fields) -> Result<OidcChanges> {
        let issuer = match self.issuer {
            Some(text) => {
                let judged = connections::url(app, &text).await;
                let has_query = text.contains(['?', '#']);
                let judged = judged.and_then(|_| {
                    let refused = || Invalid::new(Code::InvalidField, "an issuer has no query");
                    (!has_query).then_some(text).ok_or_else(refused)
                });
                fields.take("oidc.issuer", judged)
            }
            None => None,
        };
        let client_id = self
            .client_id
            .and_then(|it| fields.take("oidc.client_id", connections::word(&it)));
        let scopes = self.scopes.map(|all| {
            let refused = || {
                Invalid::new(
                    Code::InvalidField,
                    "name scopes without spaces, `openid` among them",
                )
            };
            let is_fit =
                |it: &String| !it.is_empty() && it.len() < 100 && it.bytes().all(|it| it.is_ascii_graphic());
            let fits = all.len() <= 20
                && all.iter().all(is_fit)
                && (all.is_empty() || all.iter().any(|it| it == "openid"));
            fields.take("oidc.scopes", fits.then_some(all).ok_or_else(refused))
        });
        if self
            .client_secret
            .as_ref()
            .is_some_and(|it| it.reveal().len() > 1000)
        {
            fields.refuse(
                "oidc.client_secret",
                Invalid::new(Code::InvalidField, "use at most 1000 bytes"),
            );
        }
        let client_auth = self.client_auth.and_then(|it| {
            let refused = || {
                let reason = "choose client_secret_basic, client_secret_post, private_key_jwt or none";
                Invalid::new(Code::InvalidField, reason)
            };
            fields.take("oidc.client_auth", ClientAuth::of(&it).ok_or_else(refused))
        });
        let key = match client_auth {
            Some(ClientAuth::PrivateKeyJwt) => Some(client_key::generate(app).await?),
            _ => None,
        };
        Ok(OidcChanges {
            issuer,
            client_id,
            client_secret: self.client_secret.filter(|it| !it.reveal().is_empty()),
            scopes: scopes.flatten(),
            client_auth,
            key,
        })
    }
}

/// The routes that providers ask.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(own_keys))
}

/// The public half of the key with which a connection proves who we are (`private_key_jwt`), as a JSON Web Key Set. Whoever
/// has the address may read it: providers fetch it.
#[utoipa::path(get, path = "/sso/connections/{id}/jwks", tag = "sso", operation_id = "read_sso_keys",
    params(("id" = String, Path, description = "The connection.")),
    responses((status = 200, body = serde_json::Value)))]
async fn own_keys(app: App, client: Client, Path(id): Path<String>) -> Result<Json<Jwks>> {
    limits::check_network(&app, Limit::Sso, &client).await?;
    let id = SsoConnectionId::parse(&id).ok_or_else(|| Error::new(Code::SsoConnectionNotFound))?;
    Ok(Json(client_key::jwks(&app, &id).await?))
}
