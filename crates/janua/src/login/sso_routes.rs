//! `/sso/initiate`, `/sso/callback`, `/sso/domains/{domain}`: signing in at the identity provider of an organization.

use axum::Json;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::redirection::Target;
use super::social_routes::{HOME, land, redirect, told, wants_page};
use super::sso::{self, Arrived};
use crate::app::App;
use crate::client::Client;
use crate::domains::DomainName;
use crate::error::{Code, Error, Fields, Invalid, Result};
use crate::http::body::{self, Body, Query};
use crate::http::{caller, cookies, page};
use crate::limits::{self, Limit};
use crate::sso::report::SsoTestResult;
use crate::sso::{Answer, Begun, Departure, SsoConnectionId, Wanted, of_domain};
use crate::users::Email;

/// The routes of the sign-in itself.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(initiate))
        .routes(routes!(callback, callback_by_form))
        .routes(routes!(domain))
}

/// Where somebody wants to sign in: one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SsoInitiateRequest {
    /// By the slug of their organization.
    organization_slug: Option<String>,
    /// By their address: the organization that has proven its domain.
    #[schema(example = "ada@acme.com")]
    email: Option<String>,
    /// By the connection.
    connection_id: Option<String>,
    /// Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`.
    return_url: Option<String>,
}

impl SsoInitiateRequest {
    fn wanted(&self, fields: &mut Fields) -> Result<Option<Wanted>> {
        match (&self.connection_id, &self.organization_slug, &self.email) {
            (Some(id), None, None) => {
                let id = SsoConnectionId::parse(id).ok_or(Code::SsoConnectionNotFound)?;
                Ok(Some(Wanted::Connection(id)))
            }
            (None, Some(slug), None) => Ok(Some(Wanted::Organization(slug.clone()))),
            (None, None, Some(email)) => Ok(fields.take("email", Email::parse(email)).map(Wanted::Email)),
            (None, None, None) => Err(Error::new(Code::MissingField).with("field", "email")),
            _ => {
                let text = "name one of connection_id, organization_slug and email";
                fields.refuse("connection_id", Invalid::new(Code::InvalidField, text));
                Ok(None)
            }
        }
    }
}

/// Where to send the browser.
#[derive(Serialize, ToSchema)]
pub(super) struct SsoDeparture {
    /// The page of the identity provider. The browser has to have taken the cookie of this answer.
    pub(super) redirect_url: String,
}

/// Begins a sign-in at the identity provider of an organization. Browsers that ask for a page are sent there at once, with
/// 302.
#[utoipa::path(post, path = "/sso/initiate", tag = "sso", operation_id = "initiate_sso",
    request_body = SsoInitiateRequest,
    responses((status = 200, body = SsoDeparture), (status = 302, description = "On to the identity provider.")))]
async fn initiate(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<SsoInitiateRequest>,
) -> Result<Response> {
    let leaving = async {
        let mut fields = Fields::new();
        let target = asked
            .return_url
            .as_deref()
            .and_then(|it| fields.take("return_url", Target::parse(&app, it)));
        let wanted = asked.wanted(&mut fields)?;
        fields.done()?;
        let wanted = wanted.ok_or(Code::BadRequest)?;
        let held = cookies::sso_flow(&app, &headers);
        let to = target.as_ref().map(Target::as_str);
        let (begun, connection) = sso::leave(&app, &client, &wanted, to, held.as_deref()).await?;
        let named = [
            ("connection", connection.id.as_str()),
            ("return_to", to.unwrap_or_default()),
        ];
        let named = named.into_iter().filter(|(_, it)| !it.is_empty());
        let query = serde_urlencoded::to_string(named.collect::<Vec<_>>()).map_err(Error::internal)?;
        Ok((begun, format!("{}/auth/sso?{query}", app.config.server.base_url)))
    };
    match leaving.await {
        Ok((begun, page)) => depart(&app, &headers, &begun, &page),
        Err(error) => told(&app, &client, &headers, error),
    }
}

fn depart(app: &App, request: &HeaderMap, begun: &Begun, page: &str) -> Result<Response> {
    let mut held = HeaderMap::new();
    cookies::hold_sso_flow(app, &mut held, begun);
    let url = match &begun.departure {
        Departure::Url(url) => url.clone(),
        // No address holds a form: a page of ours sends it.
        Departure::Form(_) => page.to_owned(),
    };
    if wants_page(request) {
        held.insert(
            header::LOCATION,
            HeaderValue::from_str(&url).map_err(Error::internal)?,
        );
        return Ok((StatusCode::FOUND, held).into_response());
    }
    let answer = SsoDeparture { redirect_url: url };
    Ok((held, Json(answer)).into_response())
}

/// What a provider of OpenID Connect sends back (RFC 6749 §4.1.2); it may send more than we know.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SsoCallbackQuery {
    /// What we sent along.
    #[serde(default)]
    state: String,
    /// What can be exchanged once.
    code: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

/// Takes a browser back from a provider of OpenID Connect: signs in, or links, and goes on to where the person wanted to go. What
/// goes wrong is told on a page.
#[utoipa::path(get, path = "/sso/callback", tag = "sso", operation_id = "return_from_sso", params(SsoCallbackQuery),
    responses((status = 303, description = "On to where the person wanted to go, or to the next step.")))]
async fn callback(
    app: App,
    client: Client,
    headers: HeaderMap,
    Query(came): Query<SsoCallbackQuery>,
) -> Result<Response> {
    let answer = Answer::OpenId {
        state: &came.state,
        code: came.code.as_deref(),
        error: came.error.as_deref(),
        issuer: came.iss.as_deref(),
    };
    let held = cookies::sso_flow(&app, &headers);
    let arriving = async {
        let here = caller::of_browser(&app, &headers).await?;
        sso::arrive(&app, &client, &answer, held.as_deref(), here.as_ref()).await
    };
    match arriving.await {
        Ok(arrived) => go_on(&app, &client, &headers, arrived),
        Err(error) => told(&app, &client, &headers, error),
    }
}

/// What a provider that speaks SAML sends back in a form.
#[derive(Deserialize, ToSchema)]
struct SsoCallbackForm {
    /// The response, in base64.
    #[serde(rename = "SAMLResponse")]
    response: String,
    /// What we sent along; where the provider began, a place to go to afterwards.
    #[serde(rename = "RelayState", default)]
    relay_state: String,
}

/// Takes a browser back from a provider that speaks SAML. Browsers leave our cookies out of a form that another site sends,
/// so they are sent to come again, and bring them. Where the provider began, which a connection has to allow, there is
/// nothing to bring.
#[utoipa::path(post, path = "/sso/callback", tag = "sso", operation_id = "return_from_sso_by_form",
    request_body(content = SsoCallbackForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "On to the callback, or to where the person wanted to go.")))]
async fn callback_by_form(app: App, client: Client, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let taken = async {
        let text = body::read(&headers, body).await?;
        let invalid = |_| Error::new(Code::SsoRefused).says("Invalid SAML response");
        let came: SsoCallbackForm = serde_urlencoded::from_bytes(&text).map_err(invalid)?;
        let arrived = sso::take_form(&app, &client, &came.response, &came.relay_state).await?;
        Ok((arrived, came.relay_state))
    };
    match taken.await {
        Ok((Some(arrived), _)) => go_on(&app, &client, &headers, arrived),
        Ok((None, state)) => {
            let query = serde_urlencoded::to_string([("state", state)]).map_err(Error::internal)?;
            let to = format!("/api/v1/sso/callback?{query}");
            let to = HeaderValue::from_str(&to).map_err(Error::internal)?;
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
        }
        Err(error) => told(&app, &client, &headers, error),
    }
}

fn go_on(app: &App, client: &Client, request: &HeaderMap, arrived: Arrived) -> Result<Response> {
    match arrived {
        Arrived::SigningIn(progress, to) => land(app, *progress, to.as_deref()),
        Arrived::Linked(to) => redirect(to.as_deref().unwrap_or(HOME), HeaderMap::new()),
        Arrived::Tested(result) if wants_page(request) => {
            page::show(app, client, "sso_test", context! { result => shown(&result) })
        }
        Arrived::Tested(result) => Ok(Json(*result).into_response()),
    }
}

fn shown(result: &SsoTestResult) -> Value {
    let attributes = result.attributes.iter().map(|it| {
        context! { name => &it.name, texts => it.values.join(", "), mapped_to => it.mapped_to }
    });
    context! {
        subject => &result.subject, email => result.email.as_ref(), email_is_trusted => result.email_is_trusted,
        first_name => result.first_name.as_ref(), last_name => result.last_name.as_ref(),
        groups => result.groups.join(", "), role => &result.role, missing => result.missing.join(", "),
        attributes => attributes.collect::<Vec<_>>(),
    }
}

/// Whether people of a domain sign in at an organization.
#[derive(Serialize, ToSchema)]
struct SsoDomain {
    /// Whether an organization has proven it and signs people in.
    sso_enabled: bool,
    /// Whether they must.
    enforce_sso: bool,
    /// For `POST /sso/initiate`.
    connection_id: Option<String>,
}

/// Whether people of a domain sign in at the identity provider of an organization, for sign-in pages of one's own.
#[utoipa::path(get, path = "/sso/domains/{domain}", tag = "sso", operation_id = "look_up_sso_domain",
    params(("domain" = String, Path, description = "What stands behind the `@` of an address.")),
    responses((status = 200, body = SsoDomain)))]
async fn domain(app: App, client: Client, Path(text): Path<String>) -> Result<Json<SsoDomain>> {
    limits::check_network(&app, Limit::Sso, &client).await?;
    let mut fields = Fields::new();
    let name = fields.take("domain", DomainName::parse(&text));
    fields.done()?;
    let name = name.ok_or(Code::InvalidDomain)?;
    let found = of_domain(&app, name.as_str()).await?;
    Ok(Json(SsoDomain {
        sso_enabled: found.is_some(),
        enforce_sso: found.as_ref().is_some_and(|it| it.enforced),
        connection_id: found.map(|it| it.id.to_string()),
    }))
}
