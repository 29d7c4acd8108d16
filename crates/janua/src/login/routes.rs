//! `/auth/login`, `/auth/logout`, `/auth/session`.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Progress, SignedIn as Outcome, enrolment, password, sign_out, sign_out_everywhere};
use crate::app::App;
use crate::authentication::Factor;
use crate::client::Client;
use crate::crypto::secret::{OpaqueToken, SecretString};
use crate::error::{Code, Error, Fields, Result};
use crate::http::body::Body;
use crate::http::caller::InSession;
use crate::http::cookies;
use crate::passwords;
use crate::sessions::routes::SessionBody;
use crate::sso::Departure;
use crate::tokens;
use crate::tokens::routes::TokensBody;
use crate::users::profile::{self, Profile};
use crate::users::{Email, Identifier, Username};

/// The login routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(session))
}

/// Other names of the same.
pub fn aliases() -> Router<App> {
    Router::new()
        .route("/signin", routing::post(login))
        .route("/signout", routing::post(logout))
}

/// Who signs in. One of `email` and `username` is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    /// The address; case does not matter.
    #[schema(example = "ada@example.com")]
    email: Option<String>,
    /// The username; case matters.
    username: Option<String>,
    /// The password.
    #[schema(value_type = String, example = "orbit-velvet-canyon-73")]
    password: SecretString,
}

/// Somebody is signed in, or owes a second factor.
#[derive(Serialize, ToSchema)]
pub struct LoginResponse {
    /// Who; absent while a second factor is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Profile>,
    /// Their tokens; absent while a second factor is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<TokensBody>,
    /// Whether a second factor is still owed.
    mfa_required: bool,
    /// Names the sign-in, for `/mfa/challenge/verify`; for ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_token: Option<String>,
    /// What the second factor may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<&'static str>>,
    /// Whether a second factor has to be set up first, with `mfa_token` at `/mfa/enrol/…`; `methods` says which it may be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    enrolment_required: bool,
}

impl LoginResponse {
    /// What somebody is told who is signed in.
    pub fn signed_in(outcome: Outcome) -> Self {
        Self {
            user: Some(Profile::from(&outcome.user)),
            tokens: Some(outcome.tokens.into()),
            mfa_required: false,
            mfa_token: None,
            methods: None,
            enrolment_required: false,
        }
    }

    fn owing(token: &OpaqueToken, methods: Vec<&'static str>, enrolment_required: bool) -> Self {
        Self {
            user: None,
            tokens: None,
            mfa_required: true,
            mfa_token: Some(token.reveal()),
            methods: Some(methods),
            enrolment_required,
        }
    }

    /// What somebody is told, with the cookies of their session if there is one.
    pub fn of(app: &App, headers: &HeaderMap, progress: Progress) -> (HeaderMap, Json<Self>) {
        match progress {
            Progress::SignedIn(outcome) => {
                let cookies = cookies::begin(app, headers, &outcome.started);
                (cookies, Json(Self::signed_in(*outcome)))
            }
            Progress::SecondFactor(owed) => {
                let body = Self::owing(&owed.token, owed.methods, false);
                (HeaderMap::new(), Json(body))
            }
            Progress::Enrolment(token) => {
                let names = enrolment::methods(app).into_iter().map(Factor::name).collect();
                let body = Self::owing(&token, names, true);
                (HeaderMap::new(), Json(body))
            }
        }
    }
}

/// Signs a person in with an address or a username, and a password.
///
/// Also sets the cookies of a browser session. Where the account has a second factor, the answer is `mfa_required` with
/// a token for `/mfa/challenge/verify`, and nothing else. An unknown address and a wrong password get the same answer.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LoginRequest, responses((status = 200, body = LoginResponse)))]
async fn login(
    app: App,
    client: Client,
    headers: HeaderMap,
    Body(asked): Body<LoginRequest>,
) -> Result<(HeaderMap, Json<LoginResponse>)> {
    let mut fields = Fields::new();
    let identifier = match (&asked.email, &asked.username) {
        (Some(email), None) => fields.take("email", Email::parse(email).map(Identifier::Email)),
        (None, Some(name)) => fields.take("username", Username::parse(name).map(Identifier::Username)),
        (Some(_), Some(_)) => {
            return Err(Error::new(Code::InvalidField).says("Send email or username, not both"));
        }
        (None, None) => {
            return Err(Error::new(Code::MissingField)
                .says("The field email is missing")
                .with("field", "email"));
        }
    };
    fields.take("password", passwords::refuse_if_too_long(&asked.password));
    fields.done()?;
    let identifier = identifier.ok_or(Code::BadRequest)?;
    let progress = password::sign_in(&app, &client, &identifier, asked.password).await?;
    Ok(LoginResponse::of(&app, &headers, progress))
}

/// What to sign out of, when the access token is not there any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogoutRequest {
    /// Ends the session of this refresh token.
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
    /// Whether to tell where to go to sign out at the identity provider too, where the session began at one.
    #[serde(default)]
    single_logout: bool,
}

/// Where to go on to.
#[derive(Serialize, ToSchema)]
struct LogoutAnswer {
    /// The page of the identity provider that signs out there, and sends back to `/auth/sign-in`; nothing where the session
    /// did not begin at one, or its connection does not want that.
    logout_url: Option<String>,
}

/// Ends the session of the caller, or of the refresh token in the body.
///
/// Access token, refresh token and cookies count no more from the next request on.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", request_body(content = Option<LogoutRequest>),
    responses((status = 204, description = "Signed out."),
        (status = 200, body = LogoutAnswer, description = "Signed out here, where `single_logout` was asked for.")), security(("bearer" = []), ("cookie" = [])))]
async fn logout(
    app: App,
    client: Client,
    caller: Result<InSession>,
    Body(asked): Body<LogoutRequest>,
) -> Result<Response> {
    let (user, session) = match (caller, asked.refresh_token) {
        (Ok(caller), _) => (caller.user().clone(), caller.session_id().clone()),
        (Err(_), Some(token)) => {
            let session = tokens::session_of(&app, token.reveal()).await?;
            (session.user_id, session.id)
        }
        (Err(refused), None) => return Err(refused),
    };
    let ended = cookies::end(&app);
    if !asked.single_logout {
        sign_out(&app, &client, &user, &session).await?;
        return Ok((StatusCode::NO_CONTENT, ended).into_response());
    }
    let logout_url = match sign_out_everywhere(&app, &client, &user, &session).await? {
        Some(Departure::Url(url)) => Some(url),
        // No address holds a form.
        Some(Departure::Form(_)) | None => None,
    };
    Ok((ended, Json(LogoutAnswer { logout_url })).into_response())
}

/// The session of the caller.
#[derive(Serialize, ToSchema)]
struct CurrentSession {
    /// Who is signed in.
    user: Profile,
    /// By which session.
    session: SessionBody,
    /// To be sent as `X-CSRF-Token` with unsafe requests by cookie.
    csrf_token: String,
}

/// Tells who is signed in, and by which session.
#[utoipa::path(get, path = "/auth/session", tag = "auth", responses((status = 200, body = CurrentSession)),
    security(("bearer" = []), ("cookie" = [])))]
async fn session(app: App, caller: InSession) -> Result<Json<CurrentSession>> {
    let user = profile::read(&app, caller.user()).await?;
    let session = SessionBody::of(caller.session(), caller.session_id());
    let csrf_token = cookies::csrf_token(&app.keys.csrf, caller.session_id());
    Ok(Json(CurrentSession {
        user,
        session,
        csrf_token,
    }))
}
