//! What the library refuses, in terms of our codes.

use webauthn_rs_core::error::WebauthnError;

use crate::error::{Code, Error, Truth};

/// A part of the answer that cannot be read.
#[track_caller]
pub(super) fn malformed(field: &'static str) -> Error {
    Error::new(Code::PasskeyMalformed)
        .says(format!("The field {field} cannot be read"))
        .with("field", field)
}

/// The error of a ceremony; `field` holds the bytes of the authenticator.
#[track_caller]
pub(super) fn refusal(error: WebauthnError, field: &'static str) -> Error {
    use WebauthnError as E;
    let code = match &error {
        E::ParseJSONFailure(_) => return malformed("credential.response.clientDataJSON").caused_by(error),
        E::ParseBase64Failure(_)
        | E::ParseCBORFailure(_)
        | E::ParseNOMFailure
        | E::ParseInsufficientBytesAvailable
        | E::MissingAttestationCredentialData
        | E::COSEKeyInvalidCBORValue
        | E::COSEKeyECDSAXYInvalid
        | E::COSEKeyRSANEInvalid
        | E::COSEKeyEDDSAXInvalid
        | E::EcdsaPointInvalid
        | E::RsaParametersInvalid
        | E::CredentialMayNotBeHardwareBound => return malformed(field).caused_by(error),
        E::InvalidClientDataType => Code::PasskeyWrongType,
        E::MismatchedChallenge => Code::PasskeyChallengeInvalid,
        E::InvalidRPOrigin => Code::PasskeyWrongOrigin,
        E::CredentialCrossOrigin => Code::PasskeyCrossOrigin,
        E::InvalidRPIDHash => Code::PasskeyWrongRelyingParty,
        E::UserNotPresent => Code::PasskeyNotPresent,
        E::UserNotVerified => Code::PasskeyNotVerified,
        E::CredentialNotFound => Code::CredentialNotRecognized,
        E::COSEKeyInvalidType
        | E::COSEKeyEDUnsupported
        | E::COSEKeyEDDSAInvalidCurve
        | E::COSEKeyECDSAInvalidCurve
        | E::COSEKeyInvalidAlgorithm
        | E::CredentialAlteredAlgFromRequest
        | E::CredentialInsecureCryptography => Code::PasskeyAlgorithmRefused,
        // A key that says of itself what it did not say before is not the key that was added.
        E::AuthenticationFailure | E::SignatureInvalid | E::CredentialBackupEligibilityInconsistent => {
            Code::PasskeySignatureInvalid
        }
        _ => Code::PasskeyAttestationRefused,
    };
    let refused = Error::new(code).caused_by(error);
    match code {
        Code::PasskeySignatureInvalid => refused.because(Truth::SignatureWrong),
        Code::PasskeyChallengeInvalid => refused.because(Truth::QuestionForged),
        Code::CredentialNotRecognized => refused.because(Truth::PasskeyUnknown),
        _ => refused,
    }
}
