//! What a relying party of OpenID Connect needs: where a provider has its endpoints, its keys, and what its ID tokens
//! prove (OpenID Connect Core 1.0, Discovery 1.0).
//!
//! What always holds: a document belongs to the issuer that was asked for; addresses in it are https, or on the machine
//! of an issuer that is there itself; claims are had only from a token that was verified.

mod documents;
mod id_token;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::crypto::secret::SecretString;
use crate::crypto::signing::Algorithm;
use crate::error::{Error, Result};

pub use documents::Documents;
pub use id_token::{Claims, Expected, IdToken, Rejected, UserInfo};

/// By how much the clocks of both sides may differ, unless an operator says otherwise.
pub const SKEW: Duration = Duration::from_secs(60);

/// The `Authorization` header of a client that says its secret in it. Both parts are form-encoded before they are joined
/// (RFC 6749 §2.3.1).
///
/// # Errors
/// Never in practice: any text can be form-encoded.
pub fn basic_authorization(client_id: &str, secret: &SecretString) -> Result<String> {
    let encoded = |text: &str| serde_urlencoded::to_string([("", text)]).map(|it| it.replacen('=', "", 1));
    let id = encoded(client_id).map_err(Error::internal)?;
    let secret = encoded(secret.reveal()).map_err(Error::internal)?;
    Ok(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

/// What a provider says of itself (Discovery §3); members that nobody here needs are left out.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    /// Who it is.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more can be learnt of a person.
    pub userinfo_endpoint: Option<String>,
    /// Where people sign out (RP-Initiated Logout §2.1).
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    /// How it signs ID tokens.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How a client proves who it is.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether answers name their issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// The algorithms of ID tokens that both sides know. RS256 where the provider tells nothing: everybody has it.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let known = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];
        let told = &self.id_token_signing_alg_values_supported;
        if told.is_empty() {
            return vec![Algorithm::Rs256];
        }
        let both = known
            .into_iter()
            .filter(|it| told.iter().any(|name| name == it.name()));
        both.collect()
    }

    /// Whether a client says its secret in the `Authorization` header: the default, unless only the form is known (Core §9).
    pub fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.is_none_or(|it| it.iter().any(|name| name == "client_secret_basic"))
    }
}
