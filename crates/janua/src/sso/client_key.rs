//! A key of our own with which we prove to a provider of OpenID Connect who we are (Core §9, RFC 7523): the provider knows
//! the public half, and no secret is shared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use janua_saml::Certificate;
use reqwest::Url;
use serde_json::json;
use zeroize::Zeroizing;

use super::saml::keys;
use super::{Connection, SsoConnectionId, oidc};
use crate::app::App;
use crate::crypto::secret::SecretString;
use crate::crypto::signing::{Algorithm, Jwk, Jwks, SigningKey, sign_compact_as, sign_compact_certified};
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
    /// Its certificate, in PEM.
    pub(super) certificate: String,
}

/// Draws a key with a certificate, in the pool.
///
/// # Errors
/// `OVERLOADED`.
pub async fn generate(app: &App) -> Result<NewKey> {
    let pair = keys::generate_for(app, "Janua client".to_owned()).await?;
    let pem = pair.key_pem();
    let key = SigningKey::from_pem(ALGORITHM, &pem).map_err(Error::internal)?;
    let public = key
        .public()
        .ok_or_else(|| Error::internal("a key without a public half"))?;
    // What stands between the lines that begin and end a PEM is the key in base64.
    let secret: String = pem.lines().filter(|it| !it.starts_with('-')).collect();
    Ok(NewKey {
        secret: SecretString::new(secret),
        public: public.jwk().clone(),
        certificate: pair.certificate().pem(),
    })
}

/// Where Microsoft signs people in. It knows a key by the certificate that was uploaded, and documents no other name of it.
const BY_CERTIFICATE: [&str; 3] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
];

/// Whether an issuer is given the thumbprints alone. Others find the key by the name that it has at our `jwks`, too.
fn is_by_certificate(issuer: &str) -> bool {
    let url = Url::parse(issuer).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.is_some_and(|it| BY_CERTIFICATE.contains(&it))
}

/// Proves to a provider, once, that we are its client.
pub(super) async fn prove(app: &App, connection: &Connection, audience: &str) -> Result<SecretString> {
    let settings = oidc::settings(connection)?;
    let client_id = settings.client_id.clone();
    let secret = connection.secret(app)?.ok_or(Code::SsoIncomplete)?;
    let pkcs8 = Zeroizing::new(STANDARD.decode(secret.reveal()).map_err(Error::internal)?);
    let certificate = settings.own_certificate.as_deref();
    let certificate = certificate.map(Certificate::from_pem).transpose();
    let certificate = certificate.map_err(Error::internal)?;
    let names_key = !is_by_certificate(&settings.issuer);
    let now = app.clock.now();
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": app.random.id(now).to_string(),
        "iat": now.timestamp(), "nbf": now.timestamp(), "exp": now.timestamp() + LIFETIME,
    });
    let signed = app.signing.run(move |()| {
        let key = SigningKey::from_pkcs8(ALGORITHM, &pkcs8).map_err(Error::internal)?;
        let signed = match &certificate {
            Some(it) => {
                let kid = Some(key.kid()).filter(|_| names_key);
                sign_compact_certified(&key, kid, it.der(), &claims)
            }
            None => sign_compact_as(&key, key.kid(), "JWT", &claims),
        };
        signed.map_err(Error::internal)
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

#[cfg(test)]
mod tests {
    use super::is_by_certificate;

    #[test]
    fn microsoft_alone_is_told_of_certificates_alone() {
        let tenant = "8d1a3d0a-5cd1-4b0a-9d3c-0a5d8b2f6e11/v2.0";
        for (issuer, expected) in [
            (format!("https://login.microsoftonline.com/{tenant}"), true),
            (format!("https://login.microsoftonline.us/{tenant}"), true),
            (
                "https://login.microsoftonline.com.evil.example/".to_owned(),
                false,
            ),
            (
                "https://keycloak.example/login.microsoftonline.com".to_owned(),
                false,
            ),
            ("nothing".to_owned(), false),
        ] {
            assert_eq!(is_by_certificate(&issuer), expected, "{issuer}");
        }
    }
}
