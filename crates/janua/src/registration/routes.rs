//! `/auth/register`.

use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router, routing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Form, Registered};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::Result;
use crate::http::body::Body;
use crate::http::cookies;
use crate::tokens::routes::TokensBody;
use crate::users::profile::Profile;

/// The registration routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(register))
}

/// Other names of the same.
pub fn aliases() -> Router<App> {
    Router::new().route("/signup", routing::post(register))
}

/// Who registers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterRequest {
    /// The address; it is stored in lower case.
    #[schema(example = "ada@example.com")]
    email: String,
    /// At least ten characters that are hard to guess.
    #[schema(value_type = String, example = "orbit-velvet-canyon-73")]
    password: SecretString,
    /// 3 to 32 letters, digits, dots, dashes or underscores; case matters.
    username: Option<String>,
    /// Given name.
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// The language of mails; else that of the request.
    #[schema(example = "en")]
    locale: Option<String>,
    /// What was mailed to this address to invite its owner: it verifies the address, and makes them a member.
    #[schema(value_type = Option<String>)]
    invitation_token: Option<SecretString>,
}

/// An account was made.
#[derive(Serialize, ToSchema)]
struct RegisterResponse {
    /// Whose it is.
    user: Profile,
    /// Tokens, when the account can be used at once.
    tokens: Option<TokensBody>,
    /// Whether the link in the mail must be opened before the first sign-in.
    verification_required: bool,
}

/// Makes an account and mails a link that verifies its address.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = RegisterRequest,
    responses((status = 201, body = RegisterResponse)))]
async fn register(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<RegisterRequest>,
) -> Result<(StatusCode, HeaderMap, Json<RegisterResponse>)> {
    let RegisterRequest {
        email,
        password,
        username,
        first_name,
        last_name,
        locale,
        invitation_token: invitation,
    } = asked;
    let form = Form {
        email,
        password,
        username,
        first_name,
        last_name,
        locale,
        invitation,
    };
    let (cookies, answer) = match super::register(&app, &client, form).await? {
        Registered::SignInLater {
            user,
            verification_required,
        } => {
            let user = Profile::from(&*user);
            (
                HeaderMap::new(),
                RegisterResponse {
                    user,
                    tokens: None,
                    verification_required,
                },
            )
        }
        Registered::SignedIn(signed_in) => {
            let cookies = cookies::begin(&app, &headers, &signed_in.started);
            let user = Profile::from(&signed_in.user);
            let tokens = Some(signed_in.tokens.into());
            (
                cookies,
                RegisterResponse {
                    user,
                    tokens,
                    verification_required: false,
                },
            )
        }
    };
    Ok((StatusCode::CREATED, cookies, Json(answer)))
}
