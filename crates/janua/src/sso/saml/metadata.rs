//! Metadata: what a provider says of itself, and what we say of us.

use janua_saml::{Binding, Certificate, Endpoint, IdentityProvider, metadata};

use super::{Parties, SamlBinding, SamlEndpoint, SamlSettings};
use crate::app::App;
use crate::error::{Code, Error, Invalid, Result};
use crate::io::reach::PublicUrl;
use crate::sso::Connection;

/// What is taken from the metadata of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Who it is.
    pub entity_id: String,
    /// Where people sign in.
    pub sign_in: SamlEndpoint,
    /// Where people sign out.
    pub sign_out: SamlEndpoint,
    /// What it signs with, in PEM.
    pub certificates: Vec<String>,
}

impl Described {
    fn of(it: &IdentityProvider) -> Self {
        Self {
            entity_id: it.entity_id.clone(),
            sign_in: it.sign_in.first().map(endpoint).unwrap_or_default(),
            sign_out: it.sign_out.first().map(endpoint).unwrap_or_default(),
            certificates: it.certificates.iter().map(Certificate::pem).collect(),
        }
    }

    /// Puts it into the settings; `true` when anything changed.
    pub fn apply(self, saml: &mut SamlSettings) -> bool {
        let before = saml.clone();
        saml.idp_entity_id = self.entity_id;
        saml.sign_in = self.sign_in;
        saml.sign_out = self.sign_out;
        saml.certificates = self.certificates;
        *saml != before
    }
}

fn endpoint(it: &Endpoint) -> SamlEndpoint {
    SamlEndpoint {
        url: it.location.to_string(),
        binding: match it.binding {
            Binding::Redirect => SamlBinding::Redirect,
            Binding::Post => SamlBinding::Post,
        },
        response_url: it.response_location.as_ref().map(ToString::to_string),
    }
}

/// What metadata has to be signed with, as it is kept: nothing where the text is empty.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn signer(pem: &str) -> Result<Option<Certificate>, Invalid> {
    if pem.is_empty() {
        return Ok(None);
    }
    let read = Certificate::from_pem(pem);
    read.map(Some).map_err(|refusal| invalid(refusal.to_string()))
}

/// Reads the metadata of a provider; where it has to be signed, nothing else is taken (Metadata §3).
///
/// # Errors
/// `INVALID_FIELD` with the reason; `OVERLOADED`.
pub async fn read(
    app: &App,
    xml: Vec<u8>,
    signer: Option<Certificate>,
) -> Result<Result<Described, Invalid>> {
    let (http, now) = (app.public.reach().http, app.clock.now());
    let read = app.saml.run(move |()| {
        let provider = match &signer {
            Some(certificate) => metadata::read_signed(&xml, certificate, now),
            None => metadata::read(&xml),
        };
        let provider = provider.map_err(|it| invalid(it.to_string()))?;
        if provider.valid_until.is_some_and(|end| end <= now) {
            return Err(invalid("the metadata is outdated (validUntil)"));
        }
        let all = provider.sign_in.iter().chain(&provider.sign_out);
        let places = all.flat_map(|it| std::iter::once(&it.location).chain(&it.response_location));
        for place in places {
            refuse_unless_safe(place.as_str(), http)?;
        }
        Ok(Described::of(&provider))
    });
    Ok(read.await?)
}

/// Fetches the metadata of a provider.
///
/// # Errors
/// `INVALID_FIELD` with the reason; `OVERLOADED`.
pub async fn fetch(
    app: &App,
    url: &PublicUrl,
    signer: Option<Certificate>,
) -> Result<Result<Described, Invalid>> {
    let accept = [(
        "accept",
        "application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.1".to_owned(),
    )];
    match app.public.get(url, &accept).await {
        Ok(answer) if answer.status == 200 => read(app, answer.body, signer).await,
        Ok(answer) => Ok(Err(invalid(format!(
            "the metadata was not given: status {}",
            answer.status
        )))),
        Err(error) => Ok(Err(invalid(format!("the metadata was not given: {error}")))),
    }
}

fn invalid(reason: impl Into<String>) -> Invalid {
    Invalid::new(Code::InvalidField, reason.into())
}

/// Refuses a place that no browser should be sent to: it is told to people as their identity provider.
///
/// # Errors
/// `INVALID_FIELD` with the reason.
pub fn refuse_unless_safe(text: &str, http: bool) -> Result<(), Invalid> {
    let fits = reqwest::Url::parse(text).is_ok_and(|it| {
        let scheme = it.scheme() == "https" || (http && it.scheme() == "http");
        scheme && it.fragment().is_none() && it.username().is_empty() && it.password().is_none()
    });
    let is_short = text.len() <= 2000 && !text.chars().any(|it| it.is_control() || it.is_whitespace());
    let refused = || {
        let reason =
            "an address where people sign in or out begins with https:// and holds neither user nor fragment";
        invalid(reason)
    };
    (fits && is_short).then_some(()).ok_or_else(refused)
}

/// What a provider imports of us.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND` for a connection that does not speak SAML; `OVERLOADED`.
pub async fn own(app: &App, connection: &Connection) -> Result<String> {
    if connection.settings.saml.is_none() {
        return Err(Code::SsoConnectionNotFound.into());
    }
    let parties = Parties::of(app, connection)?;
    let written = app
        .saml
        .run(move |()| Ok::<_, Error>(metadata::write(&parties.service_provider()?)));
    written.await?
}
