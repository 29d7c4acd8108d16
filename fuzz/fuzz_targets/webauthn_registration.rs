//! Answers of new keys: what a stranger posts, an attestation object, or authenticator data after a right start.
#![no_main]

use arbitrary::Arbitrary;
use janua::passkeys::ceremony;
use janua_fuzz::{KEY_ID, REGISTRATION, SETTINGS, attestation_object, authenticator_data, client_data, registration};
use libfuzzer_sys::fuzz_target;
use webauthn_rs_core::proto::RegisterPublicKeyCredential;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Json(&'a [u8]),
    ClientData(&'a [u8]),
    Object(&'a [u8]),
    Data { flags: u8, counter: u32, rest: &'a [u8] },
    /// Authenticator data of a key with our id, so that only its COSE key is left to the fuzzer.
    Key { flags: u8, cose: &'a [u8] },
}

fn answer(input: Input<'_>) -> Option<RegisterPublicKeyCredential> {
    let client = client_data("webauthn.create");
    let value = match input {
        Input::Json(bytes) => return serde_json::from_slice(bytes).ok(),
        Input::ClientData(bytes) => registration(&KEY_ID, bytes, &[]),
        Input::Object(object) => registration(&KEY_ID, &client, object),
        Input::Data { flags, counter, rest } => {
            let data = authenticator_data(flags, counter, rest);
            registration(&KEY_ID, &client, &attestation_object(&data))
        }
        Input::Key { flags, cose } => {
            let mut rest = vec![0; 16];
            rest.extend([0, 16]);
            rest.extend(KEY_ID);
            rest.extend(cose);
            let data = authenticator_data(flags | 0x41, 0, &rest);
            registration(&KEY_ID, &client, &attestation_object(&data))
        }
    };
    serde_json::from_value(value).ok()
}

fuzz_target!(|input: Input<'_>| {
    if let Some(answer) = answer(input) {
        let _ = ceremony::attest(&SETTINGS, &REGISTRATION, &answer);
    }
});
