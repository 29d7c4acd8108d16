//! Answers of a known key: what a stranger posts, or authenticator data and a signature after a right start.
#![no_main]

use arbitrary::Arbitrary;
use janua::passkeys::ceremony;
use janua_fuzz::{AUTHENTICATION, CREDENTIAL, KEY_ID, SETTINGS, assertion, authenticator_data, client_data};
use libfuzzer_sys::fuzz_target;
use webauthn_rs_core::proto::PublicKeyCredential;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Json(&'a [u8]),
    ClientData(&'a [u8]),
    Data { data: &'a [u8], signature: &'a [u8] },
    Rest { flags: u8, counter: u32, rest: &'a [u8], signature: &'a [u8], handle: Option<&'a [u8]> },
}

fn answer(input: Input<'_>) -> Option<PublicKeyCredential> {
    let client = client_data("webauthn.get");
    let value = match input {
        Input::Json(bytes) => return serde_json::from_slice(bytes).ok(),
        Input::ClientData(bytes) => assertion(&KEY_ID, bytes, &[], &[], None),
        Input::Data { data, signature } => assertion(&KEY_ID, &client, data, signature, None),
        Input::Rest { flags, counter, rest, signature, handle } => {
            let data = authenticator_data(flags, counter, rest);
            assertion(&KEY_ID, &client, &data, signature, handle)
        }
    };
    serde_json::from_value(value).ok()
}

fuzz_target!(|input: Input<'_>| {
    let Some(answer) = answer(input) else {
        return;
    };
    if ceremony::examine(&SETTINGS, &answer).is_ok() {
        let verified = ceremony::verify(&SETTINGS, &AUTHENTICATION, &CREDENTIAL, &answer);
        assert!(verified.is_err(), "nobody knows how to sign for this key but us");
    }
});
