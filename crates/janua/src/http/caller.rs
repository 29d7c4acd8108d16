//! The caller's rights as types: a handler that takes [`SignedIn`] cannot be reached by anybody else.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, header};

use super::{cookies, cors, identity};
use crate::app::App;
use crate::authentication::{self, Factors};
use crate::client::Client;
use crate::error::{Class, Code, Error, Result, Truth};
use crate::login::second_factor;
use crate::sessions::{self, Live, Session, SessionId};
use crate::tokens;
use crate::users::UserId;

/// A live session: somebody who is signed in, or an administrator who acts for them. For what both may do; everything
/// else asks for [`SignedIn`].
#[derive(Debug)]
pub struct InSession {
    live: Live,
}

impl InSession {
    /// Who.
    pub fn user(&self) -> &UserId {
        &self.live.session.user_id
    }
    /// By which session.
    pub fn session_id(&self) -> &SessionId {
        &self.live.session.id
    }
    /// The session's row, at most a minute old.
    pub fn session(&self) -> &Session {
        &self.live.session
    }
    /// Their profile as JSON, at most a minute old.
    pub fn profile(&self) -> &str {
        &self.live.profile
    }
    /// The administrator who acts for them.
    pub fn impersonator(&self) -> Option<&UserId> {
        self.live.session.impersonator_id.as_ref()
    }

    fn of(extensions: &Extensions, live: Live) -> Result<Self> {
        let span = tracing::Span::current();
        let session = &live.session;
        tracing::record_all!(
            span,
            user_id = session.user_id.as_str(),
            session_id = session.id.as_str()
        );
        let client = extensions.get::<Client>();
        let client = client.ok_or_else(|| Error::internal("the layer that reads clients is missing"))?;
        client.note_person(&session.user_id, &session.id);
        if let Some(admin) = &session.impersonator_id {
            span.record("impersonator_id", admin.as_str());
            // All that is recorded in this request names them, whatever rule does it.
            client.note_impersonator(admin, &session.id);
        }
        Ok(Self { live })
    }

    /// By the token or the cookie of a request that shows no API key.
    pub(super) async fn by_session(parts: &Parts, app: &App) -> Result<Self> {
        let live = match bearer(&parts.headers)? {
            Some(token) => by_token(app, token).await?,
            None => by_cookie(app, parts).await?,
        };
        Self::of(&parts.extensions, live)
    }
}

impl FromRequestParts<App> for InSession {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if identity::shown_key(&parts.headers)?.is_some() {
            return Err(Box::pin(identity::refuse_key(parts, app)).await);
        }
        Self::by_session(parts, app).await
    }
}

/// Somebody with a live session, themselves: nobody who acts for them.
#[derive(Debug)]
pub struct SignedIn {
    session: InSession,
    recent: bool,
}

impl Deref for SignedIn {
    type Target = InSession;
    fn deref(&self) -> &InSession {
        &self.session
    }
}

impl SignedIn {
    /// Whether they proved who they are within the last minutes.
    pub fn is_recent(&self) -> bool {
        self.recent
    }

    /// Whoever looks at a page; nobody when there is no live session. What pages change goes through
    /// [`super::forms::Filled`], which proves that the form is ours.
    pub(super) async fn of_page(app: &App, parts: &Parts) -> Result<Option<Self>> {
        match live_of_browser(app, &parts.headers).await? {
            Some(live) => Self::of(app, InSession::of(&parts.extensions, live)?).map(Some),
            None => Ok(None),
        }
    }

    /// The one way from a session to the person: an administrator who acts for them does not get through.
    fn of(app: &App, session: InSession) -> Result<Self> {
        if session.impersonator().is_some() {
            return Err(Code::ImpersonationForbidden.into());
        }
        let since = session.session().authenticated_at;
        let recent = app.clock.now() < since + app.config.second_factors.reauthentication;
        Ok(Self { session, recent })
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::of(app, InSession::from_request_parts(parts, app).await?)
    }
}

/// Somebody who has proved within the last minutes who they are, with both factors if their account has two.
#[derive(Debug)]
pub struct RecentlySignedIn(SignedIn);

impl RecentlySignedIn {
    /// Who.
    pub fn user(&self) -> &UserId {
        self.0.user()
    }
    /// By which session.
    pub fn session_id(&self) -> &SessionId {
        self.0.session_id()
    }

    /// Whether a caller has.
    ///
    /// # Errors
    /// `REAUTHENTICATION_REQUIRED` with what would be enough.
    pub async fn check(app: &App, caller: &SignedIn) -> Result<()> {
        let factors = Factors::of(&app.db, caller.user()).await?;
        let is_strong = !factors.is_any() || authentication::has_two_factors(&caller.session().amr);
        if caller.is_recent() && is_strong {
            return Ok(());
        }
        let methods = second_factor::methods(&factors);
        Err(Error::new(Code::ReauthenticationRequired).with("methods", methods))
    }
}

impl FromRequestParts<App> for RecentlySignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        Self::check(app, &caller).await?;
        Ok(Self(caller))
    }
}

/// An administrator of the platform.
#[derive(Debug)]
pub struct Admin(SignedIn);

impl Admin {
    /// Who.
    pub fn user(&self) -> &UserId {
        self.0.user()
    }
    /// By which session.
    pub fn session_id(&self) -> &SessionId {
        self.0.session_id()
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        // Not from a copy: without Redis another instance would go on for a minute after a demotion.
        if sessions::is_admin_now(app, caller.user(), caller.session_id()).await? {
            Ok(Self(caller))
        } else {
            Err(Code::Forbidden.into())
        }
    }
}

/// An administrator of the platform who has proved within the last minutes who they are.
#[derive(Debug)]
pub struct RecentAdmin(Admin);

impl RecentAdmin {
    /// Who.
    pub fn user(&self) -> &UserId {
        self.0.user()
    }
    /// By which session.
    pub fn session_id(&self) -> &SessionId {
        self.0.session_id()
    }
}

impl FromRequestParts<App> for RecentAdmin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let admin = Admin::from_request_parts(parts, app).await?;
        RecentlySignedIn::check(app, &admin.0).await?;
        Ok(Self(admin))
    }
}

/// The token of the one `Authorization` header; two headers, or another scheme, are refused rather than guessed at.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = given.next() else {
        return Ok(None);
    };
    let refused = || Code::NotAuthenticated.because(Truth::ShownTwice);
    if given.next().is_some() {
        return Err(refused());
    }
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|it| it.split_once(' '))
        .ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(refused());
    }
    Ok(Some(token))
}

async fn by_token(app: &App, token: &str) -> Result<Live> {
    let verified = tokens::verify(app, token).await?;
    let user =
        UserId::parse(verified.subject()).ok_or_else(|| Code::TokenInvalid.because(Truth::TokenMismatch))?;
    let session = SessionId::parse(verified.session())
        .ok_or_else(|| Code::TokenInvalid.because(Truth::TokenMismatch))?;
    let live = sessions::live(app, &user, &session).await;
    let live = live.map_err(|refused| refused.of_user(user.as_str()))?;
    // Both say the same: a copy that an earlier version wrote knows of nobody who acts.
    if verified.actor() == live.session.impersonator_id.as_ref().map(UserId::as_str) {
        Ok(live)
    } else {
        Err(Code::TokenInvalid.because(Truth::TokenMismatch))
    }
}

async fn by_cookie(app: &App, parts: &Parts) -> Result<Live> {
    let cookie = cookies::session(app, &parts.headers)
        .ok_or_else(|| Code::NotAuthenticated.because(Truth::NothingShown))?;
    let live = sessions::live_by_cookie(app, &cookie.user, &cookie.session, &cookie.secret).await?;
    let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe {
        refuse_forged(app, &parts.headers, &live.session.id)?;
    }
    Ok(live)
}

/// The live session of a browser, if there is one.
async fn live_of_browser(app: &App, headers: &HeaderMap) -> Result<Option<Live>> {
    let Some(cookie) = cookies::session(app, headers) else {
        return Ok(None);
    };
    match sessions::live_by_cookie(app, &cookie.user, &cookie.session, &cookie.secret).await {
        Ok(live) => Ok(Some(live)),
        Err(error) if matches!(error.code().class(), Class::Authentication | Class::Token) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Who is signed in in a browser, by name and not by right: whoever acts for somebody is themselves.
///
/// # Errors
/// When the database fails.
pub async fn of_browser(app: &App, headers: &HeaderMap) -> Result<Option<UserId>> {
    let live = live_of_browser(app, headers).await?;
    Ok(live.map(|it| {
        let session = &it.session;
        session
            .impersonator_id
            .as_ref()
            .unwrap_or(&session.user_id)
            .clone()
    }))
}

/// An unsafe request by cookie must come from an origin we know and carry what only its scripts can read.
fn refuse_forged(app: &App, headers: &HeaderMap, session: &SessionId) -> Result<()> {
    cors::refuse_foreign_origin(app, headers)?;
    let given = headers
        .get("x-csrf-token")
        .map(axum::http::HeaderValue::as_bytes)
        .unwrap_or_default();
    let mut expected = app
        .all_keys()
        .map(|keys| cookies::csrf_token(&keys.csrf, session));
    let same = |it: String| aws_lc_rs::constant_time::verify_slices_are_equal(given, it.as_bytes()).is_ok();
    expected
        .any(same)
        .then_some(())
        .ok_or_else(|| Code::CsrfRefused.because(Truth::NoCsrfToken))
}
