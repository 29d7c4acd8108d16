//! Pages with forms: who looks at them, and the proof that a form that comes back is one that we showed them.
//!
//! What always holds: nothing is changed by a page that was not filled in on a form of ours, in the same browser and the
//! same session. The proof is a cookie that another site cannot read, and a token in the form that is computed from it
//! and from the session; it holds before anybody has signed in, too, so that nobody is signed in to an account of a
//! stranger's choice.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::caller::{RecentlySignedIn, SignedIn};
use super::{body, cookies, cors};
use crate::app::App;
use crate::client::Client;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, Truth};

/// The cookie from which the tokens of forms are computed.
const SEED: &str = "janua_form";

/// The field that carries the token.
const TOKEN: &str = "form_token";

/// Whoever looks at a page.
#[derive(Debug)]
pub struct Visitor {
    /// Everything.
    pub app: App,
    /// The other side.
    pub client: Client,
    /// The headers of the request.
    pub headers: HeaderMap,
    /// The address of the page.
    pub uri: Uri,
    caller: Option<SignedIn>,
    seed: String,
}

impl Visitor {
    async fn of(parts: &Parts, app: &App) -> Result<Self> {
        let client = parts.extensions.get::<Client>().cloned();
        let known = cookies::read(app, &parts.headers, SEED).filter(|it| it.len() == 43);
        let fresh = || URL_SAFE_NO_PAD.encode(app.random.bytes::<32>());
        Ok(Self {
            app: app.clone(),
            client: client.ok_or_else(|| Error::internal("the layer that reads clients is missing"))?,
            headers: parts.headers.clone(),
            uri: parts.uri.clone(),
            caller: SignedIn::of_page(app, parts).await?,
            seed: known.unwrap_or_else(fresh),
        })
    }

    /// Who is signed in.
    pub fn caller(&self) -> Option<&SignedIn> {
        self.caller.as_ref()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// `NOT_AUTHENTICATED`.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.caller()
            .ok_or_else(|| Code::NotAuthenticated.because(Truth::NothingShown))
    }

    /// Who is signed in and has proved lately who they are.
    ///
    /// # Errors
    /// `NOT_AUTHENTICATED`, `REAUTHENTICATION_REQUIRED`.
    pub async fn recently_signed_in(&self) -> Result<&SignedIn> {
        let caller = self.signed_in()?;
        RecentlySignedIn::check(&self.app, caller).await?;
        Ok(caller)
    }

    /// A parameter of the address; empty when it is not there.
    pub fn parameter(&self, name: &str) -> String {
        let query = self.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let found = pairs.into_iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value).unwrap_or_default()
    }

    /// What a form of this page carries.
    pub fn form_token(&self) -> String {
        // The session of the cookie, dead or alive: one that has ended is told as that.
        let session = cookies::session(&self.app, &self.headers).map(|it| it.session);
        cookies::form_token(&self.app.keys.csrf, &self.seed, session.as_ref())
    }

    /// The cookie behind [`Visitor::form_token`], for the answer that shows the form.
    pub fn keep_seed(&self, headers: &mut HeaderMap) {
        cookies::keep(&self.app, headers, SEED, &self.seed, None);
    }

    fn refuse_forged(&self, given: &str) -> Result<()> {
        cors::refuse_foreign_origin(&self.app, &self.headers)?;
        let session = cookies::session(&self.app, &self.headers).map(|it| it.session);
        let mut expected = self
            .app
            .all_keys()
            .map(|keys| cookies::form_token(&keys.csrf, &self.seed, session.as_ref()));
        let is_ours = expected.any(|it| verify_slices_are_equal(given.as_bytes(), it.as_bytes()).is_ok());
        is_ours
            .then_some(())
            .ok_or_else(|| Code::CsrfRefused.because(Truth::NoCsrfToken))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if !parts.method.is_safe() {
            return Err(Error::internal(
                "a page that changes something takes a filled form",
            ));
        }
        Self::of(parts, app).await
    }
}

/// A form of ours that came back filled in.
pub struct Filled {
    /// Who filled it in.
    pub visitor: Visitor,
    values: BTreeMap<String, String>,
}

impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.values.keys()).finish()
    }
}

impl Filled {
    /// What was typed, without white space around it; empty when the field was not there.
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).map(|it| it.trim()).unwrap_or_default()
    }

    /// What was typed and must not be shown again.
    pub fn secret(&mut self, field: &str) -> SecretString {
        SecretString::new(self.values.remove(field).unwrap_or_default())
    }
}

impl FromRequest<App> for Filled {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, content) = request.into_parts();
        let visitor = Visitor::of(&parts, app).await?;
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok());
        if !kind.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded")) {
            return Err(Code::UnsupportedMediaType.into());
        }
        let bytes = body::read(&parts.headers, content).await?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|error| {
            Error::new(Code::BadRequest)
                .says("The form could not be understood")
                .caused_by(error)
        })?;
        let count = pairs.len();
        let mut values: BTreeMap<String, String> = pairs.into_iter().collect();
        if values.len() != count {
            return Err(Error::new(Code::BadRequest).says("The form names a field twice"));
        }
        visitor.refuse_forged(&values.remove(TOKEN).unwrap_or_default())?;
        Ok(Self { visitor, values })
    }
}
