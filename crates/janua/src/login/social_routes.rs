//! `/auth/oauth/…`: signing in with an account of another provider, and linking one.
//!
//! People pass through here with their browsers: they leave by one redirect, come back to one address, and end where
//! they wanted to go, signed in by cookie. What is owed after it is asked for on the pages.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Progress;
use super::redirection::Target;
use super::social::{self, Arrived};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Fields, Result, Truth};
use crate::http::body::{Body, Query};
use crate::http::caller::{RecentlySignedIn, SignedIn};
use crate::http::{cookies, page};
use crate::social::{Answer, Begun, Purpose, SocialAccount, list, providers, refuse_unknown};
use crate::users::profile::rfc3339;

/// Where people go who came from nowhere.
pub(super) const HOME: &str = "/account/security";

/// The routes of other providers.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(offered))
        .routes(routes!(authorize))
        .routes(routes!(callback, callback_by_form))
        .routes(routes!(link, unlink))
        .routes(routes!(accounts))
}

/// The providers that people may choose.
#[derive(Serialize, ToSchema)]
struct OauthProviders {
    providers: Vec<OauthProvider>,
}

/// A provider.
#[derive(Serialize, ToSchema)]
struct OauthProvider {
    /// As in paths.
    #[schema(example = "google")]
    id: String,
    /// As people know it.
    #[schema(example = "Google")]
    name: String,
    /// Where a button leads.
    #[schema(example = "/api/v1/auth/oauth/google/authorize")]
    authorize_path: String,
}

/// The providers that are set up here, for the buttons of an app.
#[utoipa::path(get, path = "/auth/oauth/providers", tag = "auth", operation_id = "list_oauth_providers",
    responses((status = 200, body = OauthProviders)))]
async fn offered(app: App) -> Json<OauthProviders> {
    let all = providers(&app).map(|it| OauthProvider {
        authorize_path: format!("/api/v1/auth/oauth/{}/authorize", it.id),
        id: it.id,
        name: it.name,
    });
    Json(OauthProviders {
        providers: all.collect(),
    })
}

/// Where to go afterwards.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AuthorizeQuery {
    /// A path of ours, or an address of an origin in `CORS_ORIGINS`.
    redirect_to: Option<String>,
}

fn target(app: &App, text: Option<&str>) -> Result<Option<Target>> {
    let mut fields = Fields::new();
    let target = text.and_then(|it| fields.take("redirect_to", Target::parse(app, it)));
    fields.done()?;
    Ok(target)
}

/// What a browser must not be asked for again, with the cookie that binds the way back to it.
fn held(app: &App, begun: &Begun) -> HeaderMap {
    let mut headers = HeaderMap::new();
    cookies::hold_social_flow(app, &mut headers, begun);
    headers
}

pub(super) fn redirect(to: &str, mut headers: HeaderMap) -> Result<Response> {
    headers.insert(
        header::LOCATION,
        HeaderValue::from_str(to).map_err(Error::internal)?,
    );
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Sends a browser to a provider to sign in there; it comes back to the callback.
#[utoipa::path(get, path = "/auth/oauth/{provider}/authorize", tag = "auth", operation_id = "authorize_with_oauth_provider",
    params(("provider" = String, Path, description = "The provider."), AuthorizeQuery),
    responses((status = 303, description = "On to the provider.")))]
async fn authorize(
    app: App,
    client: Client,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Query(asked): Query<AuthorizeQuery>,
) -> Result<Response> {
    let leaving = async {
        let target = target(&app, asked.redirect_to.as_deref())?;
        let to = target.as_ref().map(Target::as_str);
        let held = cookies::social_flow(&app, &headers);
        social::leave(&app, &client, &provider, (&Purpose::SignIn, to), held.as_deref()).await
    };
    match leaving.await {
        Ok(begun) => redirect(&begun.url, held(&app, &begun)),
        Err(error) => told(&app, &client, &headers, error),
    }
}

/// What a provider sends back (RFC 6749 §4.1.2); it may send more than we know.
#[derive(Deserialize, Serialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
struct CallbackQuery {
    /// What we sent along.
    #[serde(default)]
    state: String,
    /// What can be exchanged once.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Why there is no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Who answers (RFC 9207).
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// What the person is called, if the answer came as a form that said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
}

/// What Apple writes of somebody in the form of their first sign-in, and never again.
#[derive(Default, Deserialize)]
struct FormUser {
    #[serde(default)]
    name: FormName,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormName {
    first_name: Option<String>,
    last_name: Option<String>,
}

/// Takes a browser back from a provider: signs in, or links, and goes on to where the person wanted to go. What goes wrong
/// is told on a page.
#[utoipa::path(get, path = "/auth/oauth/{provider}/callback", tag = "auth", operation_id = "return_from_oauth_provider",
    params(("provider" = String, Path, description = "The provider."), CallbackQuery),
    responses((status = 303, description = "On to where the person wanted to go, or to the next step.")))]
async fn callback(
    app: App,
    client: Client,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Query(came): Query<CallbackQuery>,
) -> Result<Response> {
    let answer = Answer {
        state: &came.state,
        code: came.code.as_deref(),
        error: came.error.as_deref(),
        issuer: came.iss.as_deref(),
        names: (came.given_name.as_deref(), came.family_name.as_deref()),
    };
    let held = cookies::social_flow(&app, &headers);
    match social::arrive(&app, &client, &provider, &answer, held.as_deref()).await {
        Ok((arrived, to)) => go_on(&app, arrived, to.as_deref()),
        Err(error) => told(&app, &client, &headers, error),
    }
}

/// The same for providers that send a form. Browsers leave our cookies out of a form that another site sends, so it comes
/// again as a question, which has them.
#[utoipa::path(post, path = "/auth/oauth/{provider}/callback", tag = "auth",
    operation_id = "return_from_oauth_provider_by_form",
    params(("provider" = String, Path, description = "The provider.")),
    request_body(content = CallbackQuery, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "On to the callback.")))]
async fn callback_by_form(Path(provider): Path<String>, text: String) -> Result<Response> {
    let invalid = |_| Code::OauthStateInvalid.because(Truth::StateMalformed);
    let mut came: CallbackQuery = serde_urlencoded::from_str(&text).map_err(invalid)?;
    let all: Vec<(String, String)> = serde_urlencoded::from_str(&text).map_err(invalid)?;
    if let Some((_, user)) = all.iter().find(|(name, _)| name == "user") {
        // A name that cannot be read is no reason to keep somebody out.
        let FormUser { name } = serde_json::from_str(user).unwrap_or_default();
        (came.given_name, came.family_name) = (name.first_name, name.last_name);
    }
    let query = serde_urlencoded::to_string(&came).map_err(Error::internal)?;
    let provider = provider.replace(|it: char| !it.is_ascii_alphanumeric(), "");
    redirect(
        &format!("/api/v1/auth/oauth/{provider}/callback?{query}"),
        HeaderMap::new(),
    )
}

fn go_on(app: &App, arrived: Arrived, to: Option<&str>) -> Result<Response> {
    match arrived {
        Arrived::Linked => redirect(to.unwrap_or(HOME), HeaderMap::new()),
        Arrived::SigningIn(progress) => land(app, progress, to),
    }
}

/// Goes on with a sign-in of a browser that has come back with a state of its own: to where the person wanted to go, or to
/// the next step.
pub(super) fn land(app: &App, progress: Progress, to: Option<&str>) -> Result<Response> {
    let home = to.unwrap_or(HOME);
    let next = |path: &str| match to {
        None => path.to_owned(),
        Some(to) => {
            let query = serde_urlencoded::to_string([("return_to", to)]).unwrap_or_default();
            format!("{path}?{query}")
        }
    };
    let hold = |token| {
        let mut headers = HeaderMap::new();
        cookies::hold_flow(app, &mut headers, token);
        headers
    };
    match progress {
        Progress::SignedIn(outcome) => redirect(home, cookies::begin_after_return(app, &outcome.started)),
        Progress::SecondFactor(owed) => redirect(&next("/auth/second-factor"), hold(&owed.token)),
        Progress::Enrolment(token) => redirect(&next("/auth/enrolment"), hold(&token)),
    }
}

/// Whether a browser asks, with a person before it.
pub(super) fn wants_page(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accepted.is_some_and(|it| it.contains("text/html"))
}

/// A person in a browser gets a page, a program the error.
pub(super) fn told(app: &App, client: &Client, request: &HeaderMap, error: Error) -> Result<Response> {
    if wants_page(request) {
        return Ok(page::problem(app, client, &error));
    }
    Err(error)
}

/// Where to go afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkOauthRequest {
    /// A path of ours, or an address of an origin in `CORS_ORIGINS`.
    redirect_to: Option<String>,
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
struct OauthDeparture {
    /// The provider's page. The browser has to have taken the cookie of this answer.
    authorization_url: String,
}

/// Begins to link an account of a provider to one's own. Needs a recent sign-in.
#[utoipa::path(post, path = "/auth/oauth/{provider}/link", tag = "auth", operation_id = "link_oauth_account",
    params(("provider" = String, Path, description = "The provider.")), request_body = LinkOauthRequest,
    responses((status = 200, body = OauthDeparture)), security(("bearer" = []), ("cookie" = [])))]
async fn link(
    app: App,
    client: Client,
    headers: HeaderMap,
    caller: RecentlySignedIn,
    Path(provider): Path<String>,
    Body(asked): Body<LinkOauthRequest>,
) -> Result<(HeaderMap, Json<OauthDeparture>)> {
    refuse_unknown(&app, &provider)?;
    let target = target(&app, asked.redirect_to.as_deref())?;
    let purpose = Purpose::Link(caller.user().clone(), caller.session_id().clone());
    let flow = cookies::social_flow(&app, &headers);
    let to = target.as_ref().map(Target::as_str);
    let begun = social::leave(&app, &client, &provider, (&purpose, to), flow.as_deref()).await?;
    let cookies = held(&app, &begun);
    Ok((
        cookies,
        Json(OauthDeparture {
            authorization_url: begun.url,
        }),
    ))
}

/// Lets an account of a provider open one's own no more; all other sessions end. Never the last way in. Needs a recent
/// sign-in.
#[utoipa::path(delete, path = "/auth/oauth/{provider}/link", tag = "auth", operation_id = "unlink_oauth_account",
    params(("provider" = String, Path, description = "The provider.")),
    responses((status = 204, description = "It opens nothing any more.")), security(("bearer" = []), ("cookie" = [])))]
async fn unlink(
    app: App,
    client: Client,
    caller: RecentlySignedIn,
    Path(provider): Path<String>,
) -> Result<StatusCode> {
    social::unlink(&app, &client, (caller.user(), caller.session_id()), &provider).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's accounts at other providers.
#[derive(Serialize, ToSchema)]
struct OauthAccounts {
    accounts: Vec<OauthAccount>,
}

/// An account at another provider that opens one's own.
#[derive(Serialize, ToSchema)]
struct OauthAccount {
    /// The provider.
    #[schema(example = "google")]
    provider: String,
    /// The address there.
    email: Option<String>,
    /// The name there.
    name: Option<String>,
    /// Since when.
    created_at: String,
    /// When it was last used.
    last_used_at: Option<String>,
}

impl From<SocialAccount> for OauthAccount {
    fn from(it: SocialAccount) -> Self {
        Self {
            provider: it.provider,
            email: it.email,
            name: it.name,
            created_at: rfc3339(it.created_at),
            last_used_at: it.last_used_at.map(rfc3339),
        }
    }
}

/// The accounts at other providers that open one's own.
#[utoipa::path(get, path = "/auth/oauth/accounts", tag = "auth", operation_id = "list_oauth_accounts",
    responses((status = 200, body = OauthAccounts)), security(("bearer" = []), ("cookie" = [])))]
async fn accounts(app: App, caller: SignedIn) -> Result<Json<OauthAccounts>> {
    let all = list(&app.db, caller.user()).await?;
    Ok(Json(OauthAccounts {
        accounts: all.into_iter().map(Into::into).collect(),
    }))
}
