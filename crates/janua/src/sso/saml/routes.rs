//! What is said of SAML at `/sso/connections`, and the metadata that providers import.

use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use janua_saml::Certificate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::metadata::{self, Described};
use super::rotation::{self, Step};
use super::{NameIdFormat, SamlBinding, SamlEndpoint, entity_id, slo_url};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::Body;
use crate::http::identity::Principal;
use crate::limits::{self, Limit};
use crate::sso::connections::{self, SamlChanges};
use crate::sso::routes::{SsoConnectionBody, for_connection};
use crate::sso::{Connection, SsoConnectionId, usable};
use crate::users::profile::rfc3339;

/// So many certificates of a provider may count at once.
const MOST_CERTIFICATES: usize = 10;

/// The longest name of a provider.
const LONGEST_NAME: usize = 1024;

/// The routes that identity providers ask.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(own_metadata))
        .routes(routes!(rotate))
}

/// A certificate.
#[derive(Serialize, ToSchema)]
pub(in crate::sso) struct SsoCertificate {
    /// In PEM.
    pem: String,
    /// Whose it says it is.
    subject: String,
    /// To compare by eye.
    #[schema(example = "3F:A1:0C")]
    sha256_fingerprint: String,
    /// From when on it says that it counts.
    not_before: String,
    /// Until when it says that it counts. Its dates decide nothing: it counts because it is pinned.
    not_after: String,
    /// How many days are left until then.
    days_left: i64,
}

impl SsoCertificate {
    fn of(pem: &str, now: DateTime<Utc>) -> Option<Self> {
        // Only what could be read was stored.
        let it = Certificate::from_pem(pem).ok()?;
        Some(Self {
            pem: it.pem(),
            subject: it.subject().to_owned(),
            sha256_fingerprint: it.sha256_fingerprint(),
            not_before: rfc3339(it.not_before()),
            not_after: rfc3339(it.not_after()),
            days_left: (it.not_after() - now).num_days(),
        })
    }
}

/// A provider that speaks SAML 2.0, and what it needs to know of us.
#[derive(Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and all go together"
)]
pub(in crate::sso) struct SsoSamlBody {
    /// Our name there: the identifier, entity id or audience.
    #[schema(example = "https://auth.example.com/api/v1/sso/connections/01923…/metadata")]
    entity_id: String,
    /// Where the provider sends its answers (Assertion Consumer Service, Reply URL), by POST.
    #[schema(example = "https://auth.example.com/api/v1/sso/callback")]
    acs_url: String,
    /// Where the provider sends messages about signing out (Single Logout Service), by redirect or POST.
    slo_url: String,
    /// Where our metadata is found; most providers import it.
    metadata_url: String,
    /// What our requests are signed with, and what assertions are encrypted to; the one in use first.
    certificates: Vec<SsoCertificate>,
    /// Whether the second of them is announced in our metadata, to be used next; else it is the one before.
    next_certificate_announced: bool,
    /// Who the provider is.
    idp_entity_id: String,
    /// Where people sign in.
    idp_sso_url: String,
    /// How they get there.
    idp_sso_binding: SamlBinding,
    /// Where people sign out.
    idp_slo_url: String,
    /// How they get there.
    idp_slo_binding: SamlBinding,
    /// What the provider signs with: any of them counts, and nothing else.
    idp_certificates: Vec<SsoCertificate>,
    /// Where its metadata is fetched.
    idp_metadata_url: String,
    /// What that has to be signed with.
    idp_metadata_certificate: Option<SsoCertificate>,
    /// When it was last read there.
    idp_metadata_read_at: Option<String>,
    /// Why it could not be taken the last time: what is known stays.
    idp_metadata_trouble: Option<String>,
    /// The kind of name that people are to be told by.
    name_id_format: NameIdFormat,
    /// Whether the provider may begin a sign-in that nobody here has asked for.
    allow_idp_initiated: bool,
    /// Whether assertions have to be encrypted.
    want_encrypted_assertions: bool,
    /// Whether SHA-1 is put up with.
    allow_sha1: bool,
}

impl SsoSamlBody {
    pub(in crate::sso) fn of(app: &App, it: &Connection) -> Option<Self> {
        let saml = it.settings.saml.as_ref()?;
        let now = app.clock.now();
        let told = |all: &[String]| {
            let read = all.iter().filter_map(|pem| SsoCertificate::of(pem, now));
            read.collect()
        };
        Some(Self {
            entity_id: entity_id(app, it),
            acs_url: app.config.sso.callback_url.clone(),
            slo_url: slo_url(app),
            metadata_url: entity_id(app, it),
            certificates: told(&saml.own_certificates),
            next_certificate_announced: saml.next_is_announced,
            idp_entity_id: saml.idp_entity_id.clone(),
            idp_sso_url: saml.sign_in.url.clone(),
            idp_sso_binding: saml.sign_in.binding,
            idp_slo_url: saml.sign_out.url.clone(),
            idp_slo_binding: saml.sign_out.binding,
            idp_certificates: told(&saml.certificates),
            idp_metadata_url: saml.metadata_url.clone(),
            idp_metadata_certificate: SsoCertificate::of(&saml.metadata_certificate, now),
            idp_metadata_read_at: saml.metadata_read_at.map(rfc3339),
            idp_metadata_trouble: saml.metadata_trouble.clone(),
            name_id_format: saml.name_id_format,
            allow_idp_initiated: saml.allow_idp_initiated,
            want_encrypted_assertions: saml.wants_encryption,
            allow_sha1: saml.allow_sha1,
        })
    }
}

/// A provider that speaks SAML 2.0. Its metadata says most; what is named beside it wins over it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::sso) struct SsoSamlRequest {
    /// Its metadata, as XML.
    idp_metadata: Option<String>,
    /// Where its metadata is found: an https address of the public internet, which is fetched now and looked at again from
    /// time to time. An empty text ends that.
    #[schema(example = "https://acme.okta.com/app/exk1/sso/saml/metadata")]
    idp_metadata_url: Option<String>,
    /// What its metadata has to be signed with, in PEM: then no other is taken, now and whenever it is fetched. An empty text
    /// ends that.
    idp_metadata_certificate: Option<String>,
    /// Who the provider is: its entity id or issuer.
    idp_entity_id: Option<String>,
    /// Where people sign in.
    idp_sso_url: Option<String>,
    /// How they get there: `redirect` unless it says otherwise.
    #[schema(value_type = Option<SamlBinding>)]
    idp_sso_binding: Option<String>,
    /// Where people sign out; an empty text takes it away.
    idp_slo_url: Option<String>,
    /// How they get there: `redirect` unless it says otherwise.
    #[schema(value_type = Option<SamlBinding>)]
    idp_slo_binding: Option<String>,
    /// What the provider signs with, in PEM: all that are to count, so that it can replace its own without a gap.
    idp_certificates: Option<Vec<String>>,
    /// The kind of name that people are to be told by: `unspecified` unless it says otherwise.
    #[schema(value_type = Option<NameIdFormat>)]
    name_id_format: Option<String>,
    /// Whether the provider may begin a sign-in that nobody here has asked for. Off unless it says otherwise: nobody can
    /// tell who made a browser bring such an answer.
    allow_idp_initiated: Option<bool>,
    /// Whether assertions have to be encrypted.
    want_encrypted_assertions: Option<bool>,
    /// Whether SHA-1 is put up with, for providers that know nothing better.
    allow_sha1: Option<bool>,
}

fn invalid(reason: impl Into<String>) -> Invalid {
    Invalid::new(Code::InvalidField, reason.into())
}

fn binding(text: &str) -> Result<SamlBinding, Invalid> {
    SamlBinding::of(text).ok_or_else(|| invalid("choose redirect or post"))
}

fn place(app: &App, text: String) -> Result<String, Invalid> {
    if !text.is_empty() {
        metadata::refuse_unless_safe(&text, app.public.reach().http)?;
    }
    Ok(text)
}

fn name(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let fits = !text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control);
    let refused = || invalid(format!("use 1 to {LONGEST_NAME} characters, in one line"));
    fits.then(|| text.to_owned()).ok_or_else(refused)
}

fn certificates(all: &[String]) -> Result<Vec<String>, Invalid> {
    if all.len() > MOST_CERTIFICATES {
        return Err(invalid(format!("name at most {MOST_CERTIFICATES} certificates")));
    }
    all.iter().map(|it| certificate(it)).collect()
}

fn certificate(text: &str) -> Result<String, Invalid> {
    let read = if text.contains("-----BEGIN") {
        Certificate::from_pem(text)
    } else {
        Certificate::from_base64(text)
    };
    let read = read.map_err(|refusal| invalid(refusal.to_string()))?;
    Ok(read.pem())
}

impl SsoSamlRequest {
    /// Only metadata: where it is found, or what it says. Empty texts are left out.
    pub(in crate::sso) fn of_metadata(url: String, xml: String) -> Self {
        Self {
            idp_metadata_url: Some(url).filter(|it| !it.is_empty()),
            idp_metadata: Some(xml).filter(|it| !it.is_empty()),
            ..Self::default()
        }
    }

    /// Reads what is to be set, and fetches what is to be fetched; metadata has to be signed with what is named here, or
    /// else with what is kept.
    pub(in crate::sso) async fn read(
        self,
        app: &App,
        kept: &str,
        fields: &mut Fields,
    ) -> Result<SamlChanges> {
        let metadata_url = self.idp_metadata_url.as_deref().map(str::trim);
        let named = self.idp_metadata_certificate.as_deref().map(str::trim);
        let named = named.map(|it| {
            let read = if it.is_empty() {
                Ok(String::new())
            } else {
                certificate(it)
            };
            fields.take("saml.idp_metadata_certificate", read)
        });
        let described = match named.as_ref().map_or(Some(kept), |it| it.as_deref()) {
            Some(signer) => self.described(app, metadata_url, signer, fields).await?,
            // A certificate that cannot be read vouches for nothing.
            None => None,
        };
        let endpoint = |url: Option<String>, named: Option<SamlBinding>| {
            let binding = named.unwrap_or_default();
            url.map(|url| SamlEndpoint {
                url,
                binding,
                response_url: None,
            })
        };
        let sign_in = self
            .idp_sso_url
            .and_then(|it| fields.take("saml.idp_sso_url", place(app, it)));
        let sign_out = self
            .idp_slo_url
            .and_then(|it| fields.take("saml.idp_slo_url", place(app, it)));
        let (sso, slo) = (self.idp_sso_binding, self.idp_slo_binding);
        let sso = sso.and_then(|it| fields.take("saml.idp_sso_binding", binding(&it)));
        let slo = slo.and_then(|it| fields.take("saml.idp_slo_binding", binding(&it)));
        let format = self.name_id_format.and_then(|it| {
            let refused = || invalid("choose unspecified, persistent or email");
            fields.take("saml.name_id_format", NameIdFormat::of(&it).ok_or_else(refused))
        });
        Ok(SamlChanges {
            described,
            metadata_url: metadata_url.map(str::to_owned),
            metadata_certificate: named.flatten(),
            idp_entity_id: self
                .idp_entity_id
                .and_then(|it| fields.take("saml.idp_entity_id", name(&it))),
            sign_in: endpoint(sign_in, sso),
            sign_in_binding: sso,
            sign_out: endpoint(sign_out, slo),
            sign_out_binding: slo,
            certificates: self
                .idp_certificates
                .and_then(|it| fields.take("saml.idp_certificates", certificates(&it))),
            name_id_format: format,
            allow_idp_initiated: self.allow_idp_initiated,
            wants_encryption: self.want_encrypted_assertions,
            allow_sha1: self.allow_sha1,
        })
    }

    async fn described(
        &self,
        app: &App,
        url: Option<&str>,
        signer: &str,
        fields: &mut Fields,
    ) -> Result<Option<Described>> {
        let signer = match metadata::signer(signer) {
            Ok(signer) => signer,
            Err(invalid) => {
                fields.refuse("saml.idp_metadata_certificate", invalid);
                return Ok(None);
            }
        };
        let (field, read) = match (&self.idp_metadata, url.filter(|it| !it.is_empty())) {
            (Some(_), Some(_)) => {
                fields.refuse(
                    "saml.idp_metadata",
                    invalid("name the metadata or its address, not both"),
                );
                return Ok(None);
            }
            (Some(xml), None) => (
                "saml.idp_metadata",
                metadata::read(app, xml.clone().into_bytes(), signer).await?,
            ),
            (None, Some(url)) => {
                let read = match connections::url(app, url).await {
                    Ok(url) => metadata::fetch(app, &url, signer).await?,
                    Err(invalid) => Err(invalid),
                };
                ("saml.idp_metadata_url", read)
            }
            (None, None) => return Ok(None),
        };
        Ok(fields.take(field, read))
    }
}

/// What is to be done to our key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotateSsoKeyRequest {
    /// `announce` makes another key and shows it in our metadata; `use` signs with it from now on, when the provider has
    /// imported it.
    #[schema(example = "announce")]
    step: String,
}

/// Announces another key of our own for a connection of SAML, or begins to use the one that was announced. What was
/// encrypted to the one before can be read until another is announced.
///
/// Needs `sso:manage` in the organization.
#[utoipa::path(post, path = "/sso/connections/{id}/rotate-key", tag = "sso", operation_id = "rotate_sso_key",
    params(("id" = String, Path, description = "The connection.")), request_body = RotateSsoKeyRequest,
    responses((status = 200, body = SsoConnectionBody)),
    security(("bearer" = []), ("cookie" = []), ("api_key" = [])))]
async fn rotate(
    app: App,
    client: Client,
    identity: Principal,
    Path(id): Path<String>,
    Body(asked): Body<RotateSsoKeyRequest>,
) -> Result<Json<SsoConnectionBody>> {
    let (permitted, id) = for_connection(&app, &identity, &id).await?;
    limits::check(&app, Limit::WebhookTest, &client, identity.id()).await?;
    let mut fields = Fields::new();
    let refused = || invalid("choose announce or use");
    let step = fields.take("step", Step::of(&asked.step).ok_or_else(refused));
    fields.done()?;
    let step = step.ok_or(Code::InvalidField)?;
    let rotated = rotation::rotate(&app, &client, &permitted, &id, step).await?;
    Ok(Json(SsoConnectionBody::of(&app, rotated)))
}

/// Our metadata for the provider of a connection of SAML: our entity id, where answers go, what we sign with and what may
/// be encrypted to. It holds no secret, and whoever has the address may read it: identity providers fetch it.
#[utoipa::path(get, path = "/sso/connections/{id}/metadata", tag = "sso", operation_id = "read_sso_metadata",
    params(("id" = String, Path, description = "The connection.")),
    responses((status = 200, body = String, content_type = "application/samlmetadata+xml")))]
async fn own_metadata(app: App, client: Client, Path(id): Path<String>) -> Result<Response> {
    limits::check_network(&app, Limit::Sso, &client).await?;
    let id = SsoConnectionId::parse(&id).ok_or_else(|| Error::new(Code::SsoConnectionNotFound))?;
    let connection = usable(&app, &id).await?;
    let xml = metadata::own(&app, &connection).await?;
    let kind = [(header::CONTENT_TYPE, "application/samlmetadata+xml")];
    Ok((kind, xml).into_response())
}
