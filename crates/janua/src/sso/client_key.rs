//! A key of our own with which we prove to a provider of OpenID Connect who we are (Core §9, RFC 7523): the provider knows
//! the public half, and no secret is shared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Connection, SsoConnectionId, oidc};
use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::{Algorithm, Jwk, Jwks, SigningKey, sign_compact_as};
use crate::error::{Code, Error, Result};

/// What every provider takes.
const ALGORITHM: Algorithm = Algorithm::Rs256;

/// How long a proof counts, in seconds.
const LIFETIME: i64 = 60;

/// What such a proof calls itself.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key that was just made.
#[derive(Debug)]
pub struct NewKey {
    /// The private half, to be sealed.
    pub(super) secret: SecretString,
    /// The public half.
    pub(super) public: Jwk,
}

/// Draws a key, in the pool.
///
/// # Errors
/// `OVERLOADED`.
pub async fn generate(app: &App) -> Result<NewKey> {
    let made = app.signing.run(move |()| SigningKey::generate(ALGORITHM)).await?;
    let (key, pkcs8) = made.map_err(Error::internal)?;
    let public = key
        .public()
        .ok_or_else(|| Error::internal("a key without a public half"))?;
    Ok(NewKey {
        secret: SecretString::new(STANDARD.encode(&*pkcs8)),
        public: public.jwk().clone(),
    })
}

/// Proves to a provider, once, that we are its client.
pub(super) async fn prove(app: &App, connection: &Connection, audience: &str) -> Result<SecretString> {
    let client_id = oidc::settings(connection)?.client_id.clone();
    let secret = connection.secret(app)?.ok_or(Code::SsoIncomplete)?;
    let pkcs8 = Zeroizing::new(STANDARD.decode(secret.reveal()).map_err(Error::internal)?);
    let now = app.clock.now();
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": app.random.id(now).to_string(),
        "iat": now.timestamp(), "exp": now.timestamp() + LIFETIME,
    });
    let signed = app.signing.run(move |()| {
        let key = SigningKey::from_pkcs8(ALGORITHM, &pkcs8).map_err(Error::internal)?;
        sign_compact_as(&key, key.kid(), "JWT", &claims).map_err(Error::internal)
    });
    Ok(SecretString::new(signed.await??))
}

/// What a provider needs to check our proofs.
///
/// # Errors
/// `SSO_CONNECTION_NOT_FOUND` where there is no key.
pub async fn jwks(app: &App, id: &SsoConnectionId) -> Result<Jwks> {
    let connection = super::usable(app, id).await?;
    let key = connection.settings.oidc.and_then(|it| it.own_key);
    let key = key.ok_or(Code::SsoConnectionNotFound)?;
    Ok(Jwks { keys: vec![key] })
}
