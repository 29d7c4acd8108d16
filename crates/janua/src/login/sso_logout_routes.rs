//! `/sso/saml/slo`: messages of identity providers about signing out.

use axum::extract::{RawQuery, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::social_routes::told;
use super::sso_logout::{self, Onward, Says};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::http::{body, page};
use crate::sso::Departure;
use crate::sso::saml::logout::Message;

/// Where people are who have signed out.
const DONE: &str = "/auth/sign-in?done=signed-out";

/// The routes of single logout.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(slo, slo_by_form))
}

fn invalid() -> Error {
    Error::new(Code::SsoRefused).says("Invalid SAML response")
}

/// Takes a message about signing out by SAML that came by redirect: a request of the provider, which has to be signed and
/// ends the sessions that it names, or its answer to a request of ours.
#[utoipa::path(get, path = "/sso/saml/slo", tag = "sso", operation_id = "sign_out_by_saml",
    params(("SAMLRequest" = Option<String>, Query, description = "The request of the provider, deflated, in base64."),
        ("SAMLResponse" = Option<String>, Query, description = "Its answer to a request of ours."),
        ("RelayState" = Option<String>, Query, description = "What travels along."),
        ("SigAlg" = Option<String>, Query, description = "How it is signed."),
        ("Signature" = Option<String>, Query, description = "The signature over the query.")),
    responses((status = 303, description = "Back to the provider with our answer, or to the page of who has signed out.")))]
async fn slo(app: App, client: Client, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response> {
    let taken = async {
        let query = query.ok_or_else(invalid)?;
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(&query).map_err(|_| invalid())?;
        let find = |name: &str| {
            fields
                .iter()
                .find(|(it, _)| it == name)
                .map(|(_, value)| value.clone())
        };
        let says = if find("SAMLRequest").is_some() {
            Says::Request
        } else {
            Says::Answer
        };
        sso_logout::take(&app, &client, (says, Message::Query(query)), find("RelayState")).await
    };
    go_on(&app, &client, &headers, taken.await)
}

/// A message about signing out in a form.
#[derive(Deserialize, ToSchema)]
struct SsoLogoutForm {
    /// The request of the provider, in base64.
    #[serde(rename = "SAMLRequest")]
    request: Option<String>,
    /// Its answer to a request of ours, in base64.
    #[serde(rename = "SAMLResponse")]
    response: Option<String>,
    /// What travels along.
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

/// The same for what came in a form.
#[utoipa::path(post, path = "/sso/saml/slo", tag = "sso", operation_id = "sign_out_by_saml_form",
    request_body(content = SsoLogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Back to the provider with our answer, or to the page of who has signed out.")))]
async fn slo_by_form(app: App, client: Client, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let taken = async {
        let text = body::read(&parts.headers, body).await?;
        let came: SsoLogoutForm = serde_urlencoded::from_bytes(&text).map_err(|_| invalid())?;
        let (says, message) = match (came.request, came.response) {
            (Some(request), None) => (Says::Request, request),
            (None, Some(response)) => (Says::Answer, response),
            _ => return Err(invalid()),
        };
        sso_logout::take(&app, &client, (says, Message::Form(message)), came.relay_state).await
    };
    go_on(&app, &client, &parts.headers, taken.await)
}

fn go_on(app: &App, client: &Client, request: &HeaderMap, taken: Result<Onward>) -> Result<Response> {
    let to = match taken {
        Ok(Onward::Reply(Departure::Form(form))) => return page::send_form(app, client, &form),
        Ok(Onward::Reply(Departure::Url(url))) => url,
        Ok(Onward::Done) => DONE.to_owned(),
        Err(error) => return told(app, client, request, error),
    };
    let to = HeaderValue::from_str(&to).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}
