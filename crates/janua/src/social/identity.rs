//! Who somebody is at a provider: the code is exchanged, and the provider's answers are read.

use serde::Deserialize;
use serde_json::json;

use super::apis;
use super::flow::{Derived, callback};
use super::providers::Protocol;
use crate::app::App;
use crate::config::{ClientProof, SocialClient};
use crate::crypto::secret::SecretString;
use crate::crypto::signing::sign_compact_as;
use crate::error::{Code, Error, Result, Truth};
use crate::openid::{self, Expected, Metadata};
use crate::users::{Email, PersonName};

/// Somebody as a provider has just described them to us. Only an exchange with the provider makes one.
#[derive(Clone, Debug)]
pub struct Identified {
    pub(super) provider: String,
    pub(super) subject: String,
    pub(super) email: Option<Email>,
    pub(super) vouches_for_email: bool,
    pub(super) first_name: Option<PersonName>,
    pub(super) last_name: Option<PersonName>,
    pub(super) name: Option<String>,
}

impl Identified {
    /// The provider.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The provider's own id for the person: it never changes, and no two people share it.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The address there.
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    /// Whether the provider says that the person owns the address.
    pub(super) fn vouches_for_email(&self) -> bool {
        self.vouches_for_email
    }

    /// The given and the family name.
    pub fn names(&self) -> (Option<PersonName>, Option<PersonName>) {
        (self.first_name.clone(), self.last_name.clone())
    }

    /// The same with names that came along with the answer, where the provider tells none: Apple does so once, and only
    /// to the browser.
    pub(super) fn called(mut self, (given, family): (Option<&str>, Option<&str>)) -> Self {
        if self.first_name.is_none() && self.last_name.is_none() {
            (self.first_name, self.last_name) = (person_name(given), person_name(family));
        }
        self
    }

    /// What the person is called there.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Something that a provider must not say; people are told that the provider failed.
#[track_caller]
pub(super) fn strange(client: &SocialClient, reason: impl std::fmt::Display) -> Error {
    Error::new(Code::ExternalService).caused_by(format!("{}: {reason}", client.provider))
}

/// The document of a provider that speaks OpenID Connect. That of Microsoft's common endpoint names a pattern.
pub(super) async fn metadata(app: &App, client: &SocialClient) -> Result<Metadata> {
    let issuer = client.base_url.as_str();
    let named = ["common", "organizations", "consumers"].iter().find_map(|it| {
        let base = issuer.strip_suffix(&format!("/{it}/v2.0"))?;
        Some(format!("{base}/{{tenantid}}/v2.0"))
    });
    app.openid.metadata(app, issuer, named.as_deref()).await
}

/// Exchanges a code, and reads who came with it.
pub(super) async fn learn(
    app: &App,
    client: &SocialClient,
    code: &str,
    derived: &Derived,
    issuer: Option<&str>,
) -> Result<Identified> {
    match Protocol::of(&client.provider) {
        Protocol::OpenId { .. } => {
            let metadata = metadata(app, client).await?;
            // Another provider's code must not be sent to this one (RFC 9207).
            let is_other = issuer.is_some_and(|it| it != metadata.issuer);
            if is_other || (issuer.is_none() && metadata.authorization_response_iss_parameter_supported) {
                let refused = Code::OauthStateInvalid.because(Truth::StateOtherIssuer);
                return Err(refused.caused_by("the answer is that of another issuer"));
            }
            let tokens = exchange(
                app,
                client,
                &metadata.token_endpoint,
                metadata.takes_basic(),
                code,
                derived,
            )
            .await?;
            of_tokens(app, client, &metadata, &tokens, &derived.nonce).await
        }
        Protocol::Api(api) => {
            let endpoints = api.endpoints(&client.base_url);
            let basic = api.takes_basic();
            let tokens = exchange(app, client, &endpoints.token, basic, code, derived).await?;
            let token = tokens
                .access_token
                .ok_or_else(|| strange(client, "there is no access token"))?;
            apis::learn(app, client, api, &endpoints, &token).await
        }
    }
}

/// What the token endpoint gives; what we do not use is not even read.
#[derive(Deserialize)]
struct Tokens {
    access_token: Option<SecretString>,
    id_token: Option<SecretString>,
    error: Option<String>,
}

async fn exchange(
    app: &App,
    client: &SocialClient,
    endpoint: &str,
    basic: bool,
    code: &str,
    derived: &Derived,
) -> Result<Tokens> {
    let (redirect_uri, secret) = (callback(app, &client.provider), secret(app, client).await?);
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
    ];
    if Protocol::of(&client.provider).knows_pkce() {
        form.push(("code_verifier", derived.verifier.reveal()));
    }
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
    ];
    if basic {
        headers.push(("authorization", openid::basic_authorization(&client.id, &secret)?));
    } else {
        form.push(("client_id", &client.id));
        form.push(("client_secret", secret.reveal()));
    }
    let body = serde_urlencoded::to_string(form).map_err(Error::internal)?;
    let answered = app.outbound.post(endpoint, &headers, body).await;
    let (status, text) = answered.map_err(|error| strange(client, error.name()))?;
    let tokens: Option<Tokens> = serde_json::from_str(&text).ok();
    match tokens {
        // GitHub tells errors with 200.
        Some(Tokens {
            error: Some(error), ..
        }) => {
            // Names of errors are few; what else might stand there is not logged.
            let known = [
                "invalid_grant",
                "invalid_client",
                "bad_verification_code",
                "incorrect_client_credentials",
            ];
            let name = known
                .into_iter()
                .find(|it| *it == error)
                .unwrap_or("another error");
            Err(strange(
                client,
                format!("the code was not exchanged: {name} ({status})"),
            ))
        }
        Some(tokens) if (200..300).contains(&status) => Ok(tokens),
        _ => Err(strange(
            client,
            format!("the code was not exchanged: status {status}"),
        )),
    }
}

/// How long a secret that we sign is good for: one exchange.
const SIGNED_FOR: i64 = 300;

/// What proves to the provider that we are its client.
async fn secret(app: &App, client: &SocialClient) -> Result<SecretString> {
    let (team, key_id, key) = match &client.proof {
        ClientProof::Secret(secret) => return Ok(secret.clone()),
        ClientProof::Signed { team, key_id, key } => (team, key_id.clone(), key.clone()),
    };
    let now = app.clock.now().timestamp();
    let claims = json!({
        "iss": team, "iat": now, "exp": now + SIGNED_FOR, "aud": client.base_url, "sub": client.id,
    });
    let signed = app
        .signing
        .run(move |()| sign_compact_as(&key, &key_id, "JWT", &claims));
    Ok(SecretString::new(signed.await?.map_err(Error::internal)?))
}

async fn of_tokens(
    app: &App,
    client: &SocialClient,
    metadata: &Metadata,
    tokens: &Tokens,
    nonce: &str,
) -> Result<Identified> {
    let token = tokens.id_token.as_ref();
    let token = token.ok_or_else(|| strange(client, "there is no ID token"))?;
    let issuer = client.base_url.as_str();
    let expected = Expected {
        issuer: &metadata.issuer,
        client_id: &client.id,
        nonce,
        algorithms: &metadata.algorithms(),
        now: app.clock.now(),
        skew: openid::SKEW,
    };
    let judged = app.openid.verify(app, issuer, metadata, token, &expected).await?;
    let mut token = judged.map_err(|rejected| strange(client, format!("its ID token: {rejected}")))?;
    // A provider need not put the address into the token when there is another place to ask for it (Core §5.4).
    let elsewhere = metadata
        .userinfo_endpoint
        .as_ref()
        .zip(tokens.access_token.as_ref());
    if let (None, Some((endpoint, access_token))) = (&token.claims().email, elsewhere) {
        let text = ask(app, client, endpoint, access_token).await?;
        let told = serde_json::from_str(&text).map_err(|error| strange(client, error))?;
        let completed = token.completed_by(told);
        token = completed.map_err(|rejected| strange(client, format!("its userinfo: {rejected}")))?;
    }
    let claims = token.claims();
    let (given, family) = (claims.given_name.as_deref(), claims.family_name.as_deref());
    Ok(Identified {
        provider: client.provider.clone(),
        subject: claims.sub.clone(),
        email: claims.email.as_deref().and_then(|it| Email::parse(it).ok()),
        vouches_for_email: claims.vouches_for_email(),
        first_name: person_name(given.or(claims.name.as_deref())),
        last_name: person_name(family),
        name: shown(claims.name.as_deref().or(given)),
    })
}

pub(super) async fn ask(app: &App, client: &SocialClient, url: &str, token: &SecretString) -> Result<String> {
    let headers = [
        ("accept", "application/json".to_owned()),
        ("authorization", format!("Bearer {}", token.reveal())),
    ];
    match app.outbound.get(url, &headers).await {
        Ok((200, text)) => Ok(text),
        Ok((status, _)) => Err(strange(
            client,
            format!("it does not tell who it is: status {status}"),
        )),
        Err(error) => Err(strange(client, error.name())),
    }
}

/// A name that cannot be one of ours is left out: nobody is kept out by how they are called elsewhere.
pub(super) fn person_name(text: Option<&str>) -> Option<PersonName> {
    PersonName::parse(text?).ok().flatten()
}

pub(super) fn shown(text: Option<&str>) -> Option<String> {
    person_name(text).map(|it| it.as_str().to_owned())
}
