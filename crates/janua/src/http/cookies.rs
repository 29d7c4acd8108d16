//! The cookies of a browser: session, device, CSRF. Names and flags follow from the settings.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, CookieBuilder, SameSite};

use super::cors;
use crate::app::App;
use crate::config;
use crate::crypto::root::Key32;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::magic_links::Asked;
use crate::sessions::{SessionId, Started};
use crate::social::Begun;
use crate::sso;
use crate::users::UserId;

/// Remembers a device for a year.
const DEVICE_LIFETIME: cookie::time::Duration = cookie::time::Duration::days(365);

/// What a session cookie holds: whose session, which one, and the secret that opens it.
#[derive(Debug)]
pub(super) struct SessionCookie {
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) secret: OpaqueToken,
}

/// `__Host-` binds a cookie to this host and to https (RFC 6265bis §4.1.3); with a domain only `__Secure-` is possible.
fn name(settings: &config::Cookies, bare: &str) -> String {
    match (settings.secure, &settings.domain) {
        (true, None) => format!("__Host-{bare}"),
        (true, Some(_)) => format!("__Secure-{bare}"),
        (false, _) => bare.to_owned(),
    }
}

/// The value of a cookie of ours.
pub fn read(app: &App, headers: &HeaderMap, bare: &str) -> Option<String> {
    let wanted = name(&app.config.cookies, bare);
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok());
    let mut found = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then(|| value.to_owned())
    });
    found.next()
}

/// The device cookie, when it has the right form.
pub(super) fn device(app: &App, headers: &HeaderMap) -> Option<OpaqueToken> {
    OpaqueToken::parse(&read(app, headers, "janua_device")?, Kind::Device).ok()
}

/// What a browser holds that asked for a sign-in by mail.
pub fn mail_flow(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, "janua_sign_in")
}

/// Lets a browser hold what it has asked for, so that the link of the mail is bound to it. Not strict: the link is
/// opened from a mailbox, which is another site.
pub fn hold_mail_flow(app: &App, request: &HeaderMap, asked: &Asked) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if cors::refuse_foreign_origin(app, request).is_ok() {
        let lifetime = i64::try_from(asked.lifetime.as_secs()).unwrap_or(0);
        let cookie = build(app, "janua_sign_in", asked.flow.reveal())
            .http_only(true)
            .max_age(cookie::time::Duration::seconds(lifetime));
        let is_strict = app.config.cookies.same_site == config::SameSite::Strict;
        add(
            &mut headers,
            if is_strict {
                cookie.same_site(SameSite::Lax)
            } else {
                cookie
            },
        );
    }
    headers
}

/// Names the sign-in that owes a second factor.
pub const FLOW: &str = "janua_flow";

const FLOW_SECONDS: i64 = 600;

/// Lets a browser hold the sign-in that owes a second factor.
pub fn hold_flow(app: &App, headers: &mut HeaderMap, flow: &OpaqueToken) {
    keep(app, headers, FLOW, &flow.reveal(), Some(FLOW_SECONDS));
}

/// What a browser holds that has left for another provider.
pub fn social_flow(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, "janua_social")
}

/// Binds the way back from another provider to this browser. Not strict: the provider is another site.
pub fn hold_social_flow(app: &App, headers: &mut HeaderMap, begun: &Begun) {
    let lifetime = i64::try_from(begun.lifetime.as_secs()).unwrap_or(0);
    let cookie = build(app, "janua_social", begun.browser.reveal())
        .http_only(true)
        .max_age(cookie::time::Duration::seconds(lifetime));
    add(headers, cookie.same_site(SameSite::Lax));
}

/// What a browser holds that has left for the identity provider of an organization.
pub fn sso_flow(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, "janua_sso")
}

/// Binds the way back from an identity provider to this browser. Not strict: the provider is another site.
pub fn hold_sso_flow(app: &App, headers: &mut HeaderMap, begun: &sso::Begun) {
    let lifetime = i64::try_from(begun.lifetime.as_secs()).unwrap_or(0);
    let cookie = build(app, "janua_sso", begun.browser.reveal())
        .http_only(true)
        .max_age(cookie::time::Duration::seconds(lifetime));
    add(headers, cookie.same_site(SameSite::Lax));
}

/// What a browser holds that sets a connection up.
pub fn sso_setup(app: &App, headers: &HeaderMap) -> Option<String> {
    read(app, headers, "janua_sso_setup")
}

/// Lets a browser set a connection up.
pub fn hold_sso_setup(app: &App, headers: &mut HeaderMap, begun: &sso::setup::Begun) {
    let lifetime = i64::try_from(begun.lifetime.as_secs()).unwrap_or(0);
    keep(
        app,
        headers,
        "janua_sso_setup",
        &begun.browser.reveal(),
        Some(lifetime),
    );
}

/// The session cookie, when it has the right form.
pub(super) fn session(app: &App, headers: &HeaderMap) -> Option<SessionCookie> {
    let text = read(app, headers, "janua_session")?;
    let mut parts = text.split('.');
    let (user, session, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let cookie = SessionCookie {
        user: UserId::parse(user)?,
        session: SessionId::parse(session)?,
        secret: OpaqueToken::parse(secret, Kind::Cookie).ok()?,
    };
    parts.next().is_none().then_some(cookie)
}

/// The token that scripts of our own origin send along with unsafe requests by cookie.
pub fn csrf_token(key: &Key32, session: &SessionId) -> String {
    URL_SAFE_NO_PAD.encode(&key.mac(&[b"csrf", session.as_str().as_bytes()])[..24])
}

fn build<'c>(app: &App, bare: &str, value: String) -> CookieBuilder<'c> {
    let settings = &app.config.cookies;
    let same_site = match settings.same_site {
        config::SameSite::Strict => SameSite::Strict,
        config::SameSite::Lax => SameSite::Lax,
        config::SameSite::None => SameSite::None,
    };
    let cookie = Cookie::build((name(settings, bare), value))
        .path("/")
        .secure(settings.secure)
        .same_site(same_site);
    match &settings.domain {
        Some(domain) => cookie.domain(domain.clone()),
        None => cookie,
    }
}

fn add(headers: &mut HeaderMap, cookie: CookieBuilder<'_>) {
    // A cookie of ours is made of ids, base64url and flags: always a valid header.
    if let Ok(value) = HeaderValue::from_str(&cookie.build().to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// The cookies of a session that has just begun. A page of a foreign origin gets none: it must not be able to sign
/// somebody in to an account of its choice.
pub fn begin(app: &App, request: &HeaderMap, started: &Started) -> HeaderMap {
    if cors::refuse_foreign_origin(app, request).is_err() {
        return HeaderMap::new();
    }
    begin_after_return(app, started)
}

/// The same for a browser that comes back from another site, which no origin tells from one that was sent here: only after
/// its state was found to be that of this very browser.
pub fn begin_after_return(app: &App, started: &Started) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let session = &started.session;
    let lifetime = (session.ends_at - session.created_at).num_seconds();
    let lifetime = cookie::time::Duration::seconds(lifetime);
    let value = format!("{}.{}.{}", session.user_id, session.id, started.cookie.reveal());
    let http_only = app.config.cookies.http_only;
    add(
        &mut headers,
        build(app, "janua_session", value)
            .http_only(http_only)
            .max_age(lifetime),
    );
    let csrf = csrf_token(&app.keys.csrf, &session.id);
    add(
        &mut headers,
        build(app, "janua_csrf", csrf).http_only(false).max_age(lifetime),
    );
    let device = started.device.reveal();
    add(
        &mut headers,
        build(app, "janua_device", device)
            .http_only(true)
            .max_age(DEVICE_LIFETIME),
    );
    headers
}

/// Keeps a value of a page that no script reads, for as long as the browser runs or for some seconds; none takes it away.
pub fn keep(app: &App, headers: &mut HeaderMap, bare: &str, value: &str, seconds: Option<i64>) {
    let cookie = build(app, bare, value.to_owned()).http_only(true);
    add(
        headers,
        match seconds {
            Some(seconds) => cookie.max_age(cookie::time::Duration::seconds(seconds)),
            None => cookie,
        },
    );
}

/// The token that a form carries: it belongs to the browser that was shown the form, and to its session if it has one.
pub(super) fn form_token(key: &Key32, seed: &str, session: Option<&SessionId>) -> String {
    let session = session.map_or("", SessionId::as_str);
    URL_SAFE_NO_PAD.encode(&key.mac(&[b"form", seed.as_bytes(), session.as_bytes()])[..24])
}

/// Takes the session's cookies away; the device stays known.
pub fn end(app: &App) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for bare in ["janua_session", "janua_csrf"] {
        add(
            &mut headers,
            build(app, bare, String::new())
                .http_only(true)
                .max_age(cookie::time::Duration::ZERO),
        );
    }
    headers
}
