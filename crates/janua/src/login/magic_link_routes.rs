//! `/auth/magic-link` and `/auth/magic-link/verify`.

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::magic_link::{self, Target};
use super::routes::LoginResponse;
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Fields, Result};
use crate::http::body::Body;
use crate::http::cookies;
use crate::magic_links::Shown;
use crate::users::Email;

/// The routes of sign-ins by mail.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(verify))
}

/// Who wants to sign in by mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MagicLinkRequest {
    /// The address.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Where to go afterwards: a path of ours, or an address of an origin in `CORS_ORIGINS`.
    redirect_to: Option<String>,
}

/// What happens with the request: the same for every address.
#[derive(Serialize, ToSchema)]
struct MagicLinkResponse {
    /// For a person.
    message: &'static str,
    /// Belongs to whoever asked: a code counts only with it. Browsers also get it as a cookie. It opens nothing alone.
    flow_token: String,
    /// Seconds that link and code live.
    expires_in: u64,
}

/// Mails a link and a code to sign in with, if the address belongs to somebody. What was mailed before is void.
#[utoipa::path(post, path = "/auth/magic-link", tag = "auth", operation_id = "ask_magic_link",
    request_body = MagicLinkRequest, responses((status = 202, body = MagicLinkResponse)))]
async fn ask(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<MagicLinkRequest>,
) -> Result<(StatusCode, HeaderMap, Json<MagicLinkResponse>)> {
    let mut fields = Fields::new();
    let email = fields.take("email", Email::parse(&asked.email));
    let target = asked
        .redirect_to
        .and_then(|it| fields.take("redirect_to", Target::parse(&app, &it)));
    fields.done()?;
    let email = email.ok_or(Code::InvalidEmail)?;
    let begun = magic_link::ask(&app, &client, &email, target.as_ref()).await?;
    let body = MagicLinkResponse {
        message: "If this address may sign in, a mail is on its way",
        flow_token: begun.flow.reveal(),
        expires_in: begun.lifetime.as_secs(),
    };
    let cookies = cookies::hold_mail_flow(&app, &headers, &begun);
    Ok((StatusCode::ACCEPTED, cookies, Json(body)))
}

/// What was mailed: the `token` of the link, or the `code`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyMagicLinkRequest {
    /// The `token` in the link.
    #[schema(value_type = Option<String>)]
    token: Option<SecretString>,
    /// The six digits.
    #[schema(value_type = Option<String>, example = "287082")]
    code: Option<SecretString>,
    /// What `/auth/magic-link` gave; browsers may leave it to the cookie.
    #[schema(value_type = Option<String>)]
    flow_token: Option<SecretString>,
    /// Goes on with a link in a browser that did not ask for it; for people who have said that they want that.
    #[serde(default)]
    other_browser: bool,
}

/// Somebody is signed in, or owes a second factor.
#[derive(Serialize, ToSchema)]
struct MagicLinkLoginResponse {
    #[serde(flatten)]
    login: LoginResponse,
    /// Where they wanted to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_to: Option<String>,
}

/// Signs in with a link or a code that was mailed.
///
/// Each works once, for fifteen minutes. A link in a browser that did not ask for it is refused with `OTHER_BROWSER`
/// until `other_browser` says that the person wants it. Five codes may be tried for each mail, and nine in an hour for an
/// address. A second factor is owed as after a password.
#[utoipa::path(post, path = "/auth/magic-link/verify", tag = "auth", operation_id = "verify_magic_link",
    request_body = VerifyMagicLinkRequest, responses((status = 200, body = MagicLinkLoginResponse)))]
async fn verify(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<VerifyMagicLinkRequest>,
) -> Result<(HeaderMap, Json<MagicLinkLoginResponse>)> {
    let cookie = cookies::mail_flow(&app, &headers);
    let given = asked.flow_token.as_ref().map(|it| it.reveal().as_str());
    let flow = given.or(cookie.as_deref());
    let shown = match (&asked.token, &asked.code) {
        (Some(token), None) => Shown::Link {
            token: token.reveal(),
            flow,
            elsewhere: asked.other_browser,
        },
        (None, Some(code)) => Shown::Code {
            flow: flow.ok_or_else(|| missing("flow_token"))?,
            code: code.reveal(),
        },
        (Some(_), Some(_)) => {
            return Err(Error::new(Code::InvalidField)
                .says("Send token or code, not both")
                .with("field", "code"));
        }
        (None, None) => return Err(missing("token")),
    };
    let (progress, redirect_to) = magic_link::sign_in(&app, &client, &shown).await?;
    let (cookies, Json(login)) = LoginResponse::of(&app, &headers, progress);
    Ok((cookies, Json(MagicLinkLoginResponse { login, redirect_to })))
}

fn missing(field: &'static str) -> Error {
    Error::new(Code::MissingField)
        .says(format!("The field {field} is missing"))
        .with("field", field)
}
