//! What an authenticator has answered, judged without a store: nothing here reads or writes anything, so that hostile
//! bytes can be thrown at it (`fuzz/`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use serde_cbor_2::Value as Cbor;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::{
    AuthenticationResult, AuthenticationState, Credential, PublicKeyCredential, RegisterPublicKeyCredential,
    RegistrationState, UserVerificationPolicy,
};

use super::refusals::{malformed, refusal};
use super::{PATIENCE, client_data};
use crate::config::{Passkeys as Settings, UserVerification};
use crate::error::Result;

const ATTESTATION: &str = "credential.response.attestationObject";
const ASSERTION: &str = "credential.response.authenticatorData";

/// A key that answers for the question it was asked, and is not kept yet.
#[derive(Debug)]
pub struct Attested {
    /// Its public key, and what it says of itself.
    pub credential: Credential,
    /// The model of its authenticator, as it says; not proven.
    pub aaguid: String,
}

/// Judges a new key.
///
/// # Errors
/// A code for each way in which it can be wrong.
pub fn attest(
    settings: &Settings,
    state: &RegistrationState,
    answer: &RegisterPublicKeyCredential,
) -> Result<Attested> {
    if answer.type_ != "public-key" {
        return Err(malformed("credential.type"));
    }
    client_data::refuse_if_elsewhere(settings, &answer.response.client_data_json)?;
    let credential = party(settings)
        .register_credential(answer, state, None)
        .map_err(|error| refusal(error, ATTESTATION))?;
    if answer.raw_id != credential.cred_id || answer.id != URL_SAFE_NO_PAD.encode(&credential.cred_id) {
        return Err(malformed("credential.rawId"));
    }
    let aaguid = aaguid(&answer.response.attestation_object).ok_or_else(|| malformed(ATTESTATION))?;
    Ok(Attested { credential, aaguid })
}

/// Refuses an answer that can be no known key's, before anybody looks for the key.
///
/// # Errors
/// `PASSKEY_MALFORMED`, `PASSKEY_WRONG_ORIGIN` or `PASSKEY_CROSS_ORIGIN`.
pub fn examine(settings: &Settings, answer: &PublicKeyCredential) -> Result<()> {
    if answer.type_ != "public-key" {
        return Err(malformed("credential.type"));
    }
    // Who reads `id` and who reads `rawId` must mean the same key.
    if answer.id != URL_SAFE_NO_PAD.encode(&answer.raw_id) {
        return Err(malformed("credential.id"));
    }
    client_data::refuse_if_elsewhere(settings, &answer.response.client_data_json)
}

/// Checks what a known key has signed.
///
/// # Errors
/// A code for each way in which it can be wrong.
pub fn verify(
    settings: &Settings,
    state: &AuthenticationState,
    credential: &Credential,
    answer: &PublicKeyCredential,
) -> Result<AuthenticationResult> {
    party(settings)
        .authenticate_single_credential(answer, state, credential)
        .map_err(|error| refusal(error, ASSERTION))
}

/// Who we are to authenticators. Neither subdomains nor other ports pass for a listed origin.
pub fn party(settings: &Settings) -> WebauthnCore {
    let origins = settings
        .origins
        .iter()
        .filter_map(|it| Url::parse(it).ok())
        .collect();
    WebauthnCore::new_unsafe_experts_only(
        &settings.rp_name,
        &settings.rp_id,
        origins,
        PATIENCE,
        Some(false),
        Some(false),
    )
}

/// What a key must make sure of, in the library's words.
pub fn verification(settings: &Settings) -> UserVerificationPolicy {
    match settings.user_verification {
        UserVerification::Required => UserVerificationPolicy::Required,
        UserVerification::Preferred => UserVerificationPolicy::Preferred,
        UserVerification::Discouraged => UserVerificationPolicy::Discouraged_DO_NOT_USE,
    }
}

/// The AAGUID stands at a fixed place of the authenticator data (WebAuthn level 3, §6.1 and §6.5.1).
fn aaguid(attestation_object: &[u8]) -> Option<String> {
    let Cbor::Map(members) = serde_cbor_2::from_slice(attestation_object).ok()? else {
        return None;
    };
    let Cbor::Bytes(data) = members.get(&Cbor::Text("authData".to_owned()))? else {
        return None;
    };
    Some(uuid::Uuid::from_slice(data.get(37..53)?).ok()?.to_string())
}
