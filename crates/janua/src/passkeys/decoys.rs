//! Passkeys that do not exist, for addresses that have none: who asks by address must not learn whether there is an
//! account. They are the same each time, and an answer that names one is refused as a wrong signature is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use webauthn_rs_core::proto::{
    AllowCredentials, AttestationFormat, AuthenticatorTransport, COSEAlgorithm, COSEEC2Key, COSEKey,
    COSEKeyType, Credential, ECDSACurve, ParsedAttestation, RegisteredExtensions, UserVerificationPolicy,
};

use crate::app::App;
use crate::users::Email;

/// Lengths of credential ids as common authenticators make them.
const LENGTHS: [usize; 4] = [16, 20, 32, 64];

/// What the options for an unknown address list.
pub(super) fn for_address(app: &App, email: &Email) -> Vec<AllowCredentials> {
    let bytes = |part: &[u8]| app.keys.decoy.mac(&[part, email.as_str().as_bytes()]);
    let choice = bytes(b"choice");
    let long = [bytes(b"first half"), bytes(b"second half")].concat();
    let length = LENGTHS[usize::from(choice[0]) % LENGTHS.len()];
    let transports = if length < 64 {
        vec![AuthenticatorTransport::Hybrid, AuthenticatorTransport::Internal]
    } else {
        vec![AuthenticatorTransport::Nfc, AuthenticatorTransport::Usb]
    };
    vec![AllowCredentials {
        type_: "public-key".to_owned(),
        id: long[..length].to_vec(),
        transports: Some(transports),
    }]
}

/// A credential with this id whose key is that of nobody: the generator of P-256 (SEC 2, §2.4.2).
pub(super) fn credential(id: &[u8]) -> Option<Credential> {
    let coordinate = |text| URL_SAFE_NO_PAD.decode(text).ok();
    let key = COSEEC2Key {
        curve: ECDSACurve::SECP256R1,
        x: coordinate("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY")?,
        y: coordinate("T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU")?,
    };
    Some(Credential {
        cred_id: id.to_vec(),
        cred: COSEKey {
            type_: COSEAlgorithm::ES256,
            key: COSEKeyType::EC_EC2(key),
        },
        counter: 0,
        transports: None,
        user_verified: true,
        backup_eligible: true,
        backup_state: true,
        registration_policy: UserVerificationPolicy::Preferred,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    })
}
