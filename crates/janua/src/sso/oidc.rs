//! Providers that speak OpenID Connect: the code flow with PKCE (Core §3.1, RFC 7636, RFC 9207).

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::flow::Derived;
use super::logins::There;
use super::mapping::Attributes;
use super::{ClientAuth, Connection, Identified, OidcSettings, client_key};
use crate::app::App;
use crate::crypto::pkce;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result};
use crate::io::reach::PublicUrl;
use crate::openid::{self, Expected, IdToken, Metadata, Rejected};

/// The longest code that is exchanged.
const LONGEST_CODE: usize = 4096;

/// What is asked for when nothing else was configured.
const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// Something that a provider must not say: told as what it is, with the whole story in the log.
#[track_caller]
fn refused(connection: &Connection, message: &'static str, reason: impl std::fmt::Display) -> Error {
    tracing::debug!(target: "sso", connection_id = %connection.id, %reason, "an answer was not accepted");
    Error::new(Code::SsoRefused)
        .says(message)
        .with("connection_id", connection.id.as_str())
        .caused_by(format!("{}: {reason}", connection.id))
}

/// A provider that fails.
#[track_caller]
fn failed(connection: &Connection, reason: impl std::fmt::Display) -> Error {
    Error::new(Code::ExternalService).caused_by(format!("{}: {reason}", connection.id))
}

pub(super) fn settings(connection: &Connection) -> Result<&OidcSettings> {
    let settings = connection.settings.oidc.as_ref();
    settings.ok_or_else(|| Code::SsoIncomplete.into())
}

pub(super) async fn metadata(app: &App, issuer: &str) -> Result<Metadata> {
    app.sso_documents.metadata(app, issuer, None).await
}

/// Where somebody signs in.
pub(super) async fn authorization_url(
    app: &App,
    connection: &Connection,
    derived: &Derived,
    hint: Option<&str>,
) -> Result<String> {
    let oidc = settings(connection)?;
    let metadata = metadata(app, &oidc.issuer).await?;
    let mut url = Url::parse(&metadata.authorization_endpoint).map_err(|error| failed(connection, error))?;
    let scope = if oidc.scopes.is_empty() {
        SCOPES.join(" ")
    } else {
        oidc.scopes.join(" ")
    };
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &oidc.client_id)
        .append_pair("redirect_uri", &app.config.sso.callback_url)
        .append_pair("scope", &scope)
        .append_pair("state", &derived.state)
        .append_pair("nonce", &derived.nonce)
        .append_pair("code_challenge", &pkce::challenge(derived.verifier.reveal()))
        .append_pair("code_challenge_method", "S256");
    if let Some(hint) = hint {
        query.append_pair("login_hint", hint);
    }
    drop(query);
    Ok(url.into())
}

/// Exchanges a code, and reads who came with it.
pub(super) async fn learn(
    app: &App,
    connection: &Connection,
    derived: &Derived,
    (code, error, issuer): (Option<&str>, Option<&str>, Option<&str>),
) -> Result<Identified> {
    let oidc = settings(connection)?;
    let metadata = metadata(app, &oidc.issuer).await?;
    // Another provider's code must not be sent to this one.
    let is_other = issuer.is_some_and(|it| it != metadata.issuer);
    if is_other || (issuer.is_none() && metadata.authorization_response_iss_parameter_supported) {
        let seen: String = issuer.unwrap_or("none").chars().take(200).collect();
        let refusal = refused(connection, "The answer is that of another issuer", &seen);
        return Err(refusal.with("expected", metadata.issuer).with("seen", seen));
    }
    if let Some(error) = error {
        // What a provider sends stands in the log, shortened; people are told that it did not work out.
        let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
        return Err(refused(
            connection,
            "The identity provider did not confirm who you are",
            error,
        ));
    }
    let code = code.filter(|it| !it.is_empty() && it.len() <= LONGEST_CODE);
    let code = code.ok_or_else(|| {
        refused(
            connection,
            "The answer holds no code",
            "neither a code nor an error",
        )
    })?;
    let tokens = exchange(app, connection, &metadata, code, derived).await?;
    let token = tokens.id_token.as_ref();
    let token = token.ok_or_else(|| refused(connection, "The answer holds no ID token", "there is none"))?;
    let (given, token) = (
        token,
        verify(app, connection, &metadata, token, &derived.nonce).await?,
    );
    let claims = match (&metadata.userinfo_endpoint, &tokens.access_token) {
        (Some(endpoint), Some(access)) => {
            let told = userinfo(app, connection, endpoint, access).await?;
            let all = token.all_with(told);
            all.map_err(|error| refused(connection, "The provider told of somebody else", error))?
        }
        _ => token.all().clone(),
    };
    let lists = connection
        .settings
        .attributes
        .clone()
        .or(&app.config.sso.attributes);
    let attributes = Attributes::of_claims(&claims);
    let who = Identified::new(&connection.id, &token.claims().sub, attributes, &lists);
    let who =
        who.ok_or_else(|| refused(connection, "The provider told no usable id of the person", "sub"))?;
    Ok(who.known_by(There::OpenId(given.clone())))
}

/// Where somebody signs out (RP-Initiated Logout §2), if the provider says so.
pub(super) async fn logout_url(
    app: &App,
    connection: &Connection,
    token: Option<&str>,
) -> Result<Option<String>> {
    let oidc = settings(connection)?;
    let Some(endpoint) = metadata(app, &oidc.issuer).await?.end_session_endpoint else {
        return Ok(None);
    };
    let mut url = Url::parse(&endpoint).map_err(|error| failed(connection, error))?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("client_id", &oidc.client_id)
        .append_pair("post_logout_redirect_uri", &signed_out(app));
    if let Some(token) = token {
        query.append_pair("id_token_hint", token);
    }
    drop(query);
    Ok(Some(url.into()))
}

/// Where providers send who has signed out there; they have to know it.
pub(super) fn signed_out(app: &App) -> String {
    format!("{}/auth/sign-in", app.config.server.base_url)
}

async fn verify(
    app: &App,
    connection: &Connection,
    metadata: &Metadata,
    token: &SecretString,
    nonce: &str,
) -> Result<IdToken> {
    let oidc = settings(connection)?;
    let algorithms = metadata.algorithms();
    let expected = Expected {
        issuer: &metadata.issuer,
        client_id: &oidc.client_id,
        nonce,
        algorithms: &algorithms,
        now: app.clock.now(),
        skew: app.config.sso.skew,
    };
    let documents = &app.sso_documents;
    let verified = documents
        .verify(app, &oidc.issuer, metadata, token, &expected)
        .await?;
    verified.map_err(|error| match error {
        Rejected::Signature(_) => refused(connection, "Signature verification failed", error),
        Rejected::Claim("aud" | "azp") => refused(connection, "Invalid audience", error),
        Rejected::Claim("exp") => refused(connection, "Response expired", error),
        Rejected::Claim("iat") => refused(connection, "NotBefore condition not met", error),
        Rejected::Claim(claim) => {
            let refusal = refused(connection, "Assertion not valid", error);
            refusal.with("claim", claim)
        }
    })
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
    connection: &Connection,
    metadata: &Metadata,
    code: &str,
    derived: &Derived,
) -> Result<Tokens> {
    let oidc = settings(connection)?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &app.config.sso.callback_url),
        ("code_verifier", derived.verifier.reveal()),
    ];
    let secret = connection.secret(app)?;
    let mut headers = vec![("accept", "application/json".to_owned())];
    let proof = match oidc.client_auth {
        ClientAuth::PrivateKeyJwt => {
            Some(client_key::prove(app, connection, &metadata.token_endpoint).await?)
        }
        _ => None,
    };
    // What is kept is a key then, and not to be sent.
    let secret = secret.filter(|_| proof.is_none());
    if let Some(proof) = &proof {
        form.push(("client_assertion_type", client_key::ASSERTION_TYPE));
        form.push(("client_assertion", proof.reveal()));
    }
    let basic = oidc.client_auth == ClientAuth::ClientSecretBasic && metadata.takes_basic();
    match (&secret, basic) {
        (Some(secret), true) if oidc.client_auth != ClientAuth::None => {
            headers.push((
                "authorization",
                openid::basic_authorization(&oidc.client_id, secret)?,
            ));
        }
        (Some(secret), false) if oidc.client_auth != ClientAuth::None => {
            form.push(("client_id", &oidc.client_id));
            form.push(("client_secret", secret.reveal()));
        }
        _ => form.push(("client_id", &oidc.client_id)),
    }
    let body = serde_urlencoded::to_string(form).map_err(Error::internal)?;
    let url = public(app, connection, &metadata.token_endpoint)?;
    let answer = app.public.send_form(&url, &headers, body).await;
    let answer = answer.map_err(|error| failed(connection, error))?;
    let tokens: Option<Tokens> = serde_json::from_slice(&answer.body).ok();
    match tokens {
        Some(Tokens {
            error: Some(error), ..
        }) => {
            // Names of errors are few; what else might stand there is not told.
            let known = [
                "invalid_grant",
                "invalid_client",
                "unauthorized_client",
                "invalid_request",
            ];
            let name = known
                .into_iter()
                .find(|it| *it == error)
                .unwrap_or("another error");
            let refusal = refused(connection, "The provider did not exchange the code", name);
            Err(refusal.with("seen", name))
        }
        Some(tokens) if (200..300).contains(&answer.status) => Ok(tokens),
        _ => Err(failed(
            connection,
            format!("the code was not exchanged: status {}", answer.status),
        )),
    }
}

fn public(app: &App, connection: &Connection, text: &str) -> Result<PublicUrl> {
    PublicUrl::parse(text, app.public.reach()).map_err(|error| failed(connection, error))
}

async fn userinfo(
    app: &App,
    connection: &Connection,
    endpoint: &str,
    token: &SecretString,
) -> Result<Map<String, Value>> {
    let headers = [
        ("accept", "application/json".to_owned()),
        ("authorization", format!("Bearer {}", token.reveal())),
    ];
    let url = public(app, connection, endpoint)?;
    let answer = app.public.get(&url, &headers).await;
    let answer = answer.map_err(|error| failed(connection, error))?;
    if answer.status != 200 {
        let reason = format!("it does not tell who it is: status {}", answer.status);
        return Err(failed(connection, reason));
    }
    serde_json::from_slice(&answer.body).map_err(|error| failed(connection, error))
}
