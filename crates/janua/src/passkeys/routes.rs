//! `/passkeys`, and what is told to browsers and password managers under `/.well-known`.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use webauthn_rs_core::proto::RegisterPublicKeyCredential;

use super::{Passkey, PasskeyAnswer, PasskeyId, Question, authentication, model, registration};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Result};
use crate::http::body::Body;
use crate::http::caller::{InSession, RecentlySignedIn, SignedIn};
use crate::http::openapi::cacheable;
use crate::login::passkey;
use crate::login::routes::LoginResponse;
use crate::users::profile::rfc3339;
use crate::users::{Email, PersonName};

/// The passkey routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register_options))
        .routes(routes!(register_verify))
        .routes(routes!(authenticate_options))
        .routes(routes!(authenticate_verify))
        .routes(routes!(list))
        .routes(routes!(rename, remove))
}

/// What stands at fixed places.
pub fn well_known() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(related_origins))
        .routes(routes!(endpoints))
}

/// What the browser is to ask a passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionBody {
    /// To be sent back with the answer; works once, for five minutes.
    challenge_id: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    #[schema(value_type = Object)]
    public_key: Value,
    /// For `navigator.credentials.get`, when a passkey is to be offered in a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    mediation: Option<&'static str>,
}

impl QuestionBody {
    pub(crate) fn of(question: Question, mediation: Option<&'static str>) -> Self {
        Self {
            challenge_id: question.challenge_id,
            public_key: question.public_key,
            mediation,
        }
    }
}

/// A passkey as its owner sees it; no key, no credential id.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyBody {
    /// The id.
    #[schema(value_type = String)]
    id: PasskeyId,
    /// What its owner calls it.
    name: String,
    /// The model of the authenticator, as it says.
    model: Option<&'static str>,
    /// The AAGUID of the model.
    aaguid: String,
    /// How it can be reached: `internal`, `hybrid`, `usb`, `nfc`, `ble`.
    transports: Vec<String>,
    /// Whether it can be copied between devices.
    backup_eligible: bool,
    /// Whether a copy exists.
    backed_up: bool,
    /// Whether it has counted backwards: it may have been copied by somebody.
    suspicious: bool,
    /// When it was added.
    created_at: String,
    /// When it last opened the account.
    last_used_at: Option<String>,
}

impl From<&Passkey> for PasskeyBody {
    fn from(it: &Passkey) -> Self {
        Self {
            id: it.id.clone(),
            name: it.name.clone(),
            model: model(&it.aaguid),
            aaguid: it.aaguid.clone(),
            transports: it.transports.split_whitespace().map(str::to_owned).collect(),
            backup_eligible: it.backup_eligible,
            backed_up: it.backed_up,
            suspicious: it.flagged_at.is_some(),
            created_at: rfc3339(it.created_at),
            last_used_at: it.last_used_at.map(rfc3339),
        }
    }
}

/// All passkeys of somebody.
#[derive(Serialize, ToSchema)]
pub(super) struct PasskeyList {
    pub(super) passkeys: Vec<PasskeyBody>,
}

/// Asks for a new passkey. Needs a sign-in within the last ten minutes.
#[utoipa::path(post, path = "/passkeys/register/options", tag = "passkeys",
    responses((status = 200, body = QuestionBody)), security(("bearer" = []), ("cookie" = [])))]
async fn register_options(app: App, client: Client, caller: SignedIn) -> Result<Json<QuestionBody>> {
    RecentlySignedIn::check(&app, &caller).await?;
    let question = registration::begin(&app, &client, caller.user(), caller.session_id()).await?;
    Ok(Json(QuestionBody::of(question, None)))
}

/// A new passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterPasskeyRequest {
    /// From the options.
    challenge_id: String,
    /// What `navigator.credentials.create` gave, by `toJSON()`.
    #[schema(value_type = Object)]
    credential: RegisterPublicKeyCredential,
    /// What to call it; by default the model.
    name: Option<String>,
}

/// Adds the passkey that answered the question. A mail tells of it; sessions go on.
#[utoipa::path(post, path = "/passkeys/register/verify", tag = "passkeys", request_body = RegisterPasskeyRequest,
    responses((status = 201, body = PasskeyBody)), security(("bearer" = []), ("cookie" = [])))]
async fn register_verify(
    app: App,
    client: Client,
    caller: SignedIn,
    Body(asked): Body<RegisterPasskeyRequest>,
) -> Result<(StatusCode, Json<PasskeyBody>)> {
    let mut fields = Fields::new();
    let name = asked
        .name
        .and_then(|it| fields.take("name", PersonName::parse(&it)))
        .flatten();
    fields.done()?;
    let whose = (caller.user(), caller.session_id());
    let added =
        registration::finish(&app, &client, whose, &asked.challenge_id, name, asked.credential).await?;
    Ok((StatusCode::CREATED, Json(PasskeyBody::from(&added))))
}

/// Which passkey to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AuthenticateRequest {
    /// One of this address; without it any that the device knows for this site.
    email: Option<String>,
    /// Whether passkeys are to be offered in the suggestions of a form; not together with `email`.
    #[serde(default)]
    conditional: bool,
}

/// Asks for a passkey to sign in with. The answer does not tell whether an address has an account.
#[utoipa::path(post, path = "/passkeys/authenticate/options", tag = "passkeys",
    request_body(content = Option<AuthenticateRequest>), responses((status = 200, body = QuestionBody)))]
async fn authenticate_options(
    app: App,
    client: Client,
    Body(asked): Body<AuthenticateRequest>,
) -> Result<Json<QuestionBody>> {
    let mut fields = Fields::new();
    let email = asked
        .email
        .as_deref()
        .and_then(|it| fields.take("email", Email::parse(it)));
    fields.done()?;
    if email.is_some() && asked.conditional {
        return Err(Error::new(Code::InvalidField)
            .says("A form offers all passkeys of this site: send email or conditional, not both")
            .with("field", "conditional"));
    }
    let question = authentication::begin(&app, &client, email.as_ref()).await?;
    Ok(Json(QuestionBody::of(
        question,
        asked.conditional.then_some("conditional"),
    )))
}

/// Signs in whoever holds the passkey that answered. With PIN, finger or face it counts as two factors.
#[utoipa::path(post, path = "/passkeys/authenticate/verify", tag = "passkeys", request_body = PasskeyAnswer,
    responses((status = 200, body = LoginResponse)))]
async fn authenticate_verify(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<PasskeyAnswer>,
) -> Result<(HeaderMap, Json<LoginResponse>)> {
    let progress = passkey::sign_in(&app, &client, &asked.challenge_id, asked.credential).await?;
    Ok(LoginResponse::of(&app, &headers, progress))
}

/// One's own passkeys, the oldest first.
#[utoipa::path(get, path = "/passkeys", tag = "passkeys", operation_id = "list_passkeys",
    responses((status = 200, body = PasskeyList)), security(("bearer" = []), ("cookie" = [])))]
async fn list(app: App, caller: InSession) -> Result<Json<PasskeyList>> {
    let all = super::list(&app, caller.user()).await?;
    Ok(Json(PasskeyList {
        passkeys: all.iter().map(PasskeyBody::from).collect(),
    }))
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RenameRequest {
    /// What to call it.
    name: String,
}

/// Gives one of one's own passkeys another name.
#[utoipa::path(patch, path = "/passkeys/{id}", tag = "passkeys", operation_id = "rename_passkey",
    params(("id" = String, Path, description = "The passkey.")), request_body = RenameRequest,
    responses((status = 200, body = PasskeyBody)), security(("bearer" = []), ("cookie" = [])))]
async fn rename(
    app: App,
    client: Client,
    caller: SignedIn,
    Path(id): Path<String>,
    Body(asked): Body<RenameRequest>,
) -> Result<Json<PasskeyBody>> {
    let id = PasskeyId::parse(&id).ok_or(Code::PasskeyNotFound)?;
    let mut fields = Fields::new();
    let name = fields.take("name", PersonName::parse(&asked.name)).flatten();
    fields.done()?;
    let name = name.ok_or_else(|| {
        Error::new(Code::InvalidField)
            .says("A passkey needs a name")
            .with("field", "name")
    })?;
    let renamed = super::rename(&app, &client, caller.user(), &id, &name).await?;
    Ok(Json(PasskeyBody::from(&renamed)))
}

/// Removes one of one's own passkeys, unless it is the last way in. Other sessions end, and a mail tells of it.
///
/// Needs a sign-in within the last ten minutes.
#[utoipa::path(delete, path = "/passkeys/{id}", tag = "passkeys", operation_id = "remove_passkey",
    params(("id" = String, Path, description = "The passkey.")),
    responses((status = 204, description = "It opens nothing any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn remove(app: App, client: Client, caller: SignedIn, Path(id): Path<String>) -> Result<StatusCode> {
    RecentlySignedIn::check(&app, &caller).await?;
    let id = PasskeyId::parse(&id).ok_or(Code::PasskeyNotFound)?;
    passkey::remove(&app, &client, (caller.user(), caller.session_id()), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Origins that share passkeys (WebAuthn level 3, §5.11).
#[utoipa::path(get, path = "/.well-known/webauthn", tag = "passkeys",
    responses((status = 200, description = "The origins.")))]
async fn related_origins(app: App) -> Response {
    cacheable(json!({"origins": app.config.passkeys.origins}).to_string(), 3600)
}

/// Where people add and manage passkeys, for password managers (W3C, A Well-Known URL for Relying Party Passkey
/// Endpoints).
#[utoipa::path(get, path = "/.well-known/passkey-endpoints", tag = "passkeys",
    responses((status = 200, description = "The addresses of the pages.")))]
async fn endpoints(app: App) -> Response {
    let settings = &app.config.passkeys;
    let own = format!("{}/account/passkeys", app.config.server.base_url);
    let address = |configured: &Option<String>| configured.clone().unwrap_or_else(|| own.clone());
    let pages = json!({"enroll": address(&settings.enroll_url), "manage": address(&settings.manage_url)});
    cacheable(pages.to_string(), 3600)
}
