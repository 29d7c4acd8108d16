//! Answers that no honest browser gives: each is refused with its own code, and nothing is stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use janua::io::random::Random;
use serde_json::{Value, json};

use super::authenticator::{Authenticator, BACKED_UP, ELIGIBLE, PRESENT, Told, VERIFIED};
use super::{ADD, asks, asks_for_one, shows, signs_in, tries, tries_to_add, with_a_passkey};
use crate::support::TestJanua;

fn told(change: impl FnOnce(&mut Told)) -> Told {
    let mut told = Told::default();
    change(&mut told);
    told
}

/// Lies that are the same when a passkey is added and when it signs in.
fn lies() -> Vec<(&'static str, Told)> {
    let origin = |it: &str| told(|told| it.clone_into(&mut told.origin));
    let more = |name, value| told(|told| told.more = vec![(name, value)]);
    vec![
        ("PASSKEY_WRONG_ORIGIN", origin("https://evil.example")),
        ("PASSKEY_WRONG_ORIGIN", origin("https://localhost:4100")),
        ("PASSKEY_WRONG_ORIGIN", origin("http://localhost")),
        ("PASSKEY_WRONG_ORIGIN", origin("http://localhost:41000")),
        ("PASSKEY_WRONG_ORIGIN", origin("http://a.localhost:4100")),
        (
            "PASSKEY_WRONG_ORIGIN",
            origin("http://localhost:4100.evil.example"),
        ),
        ("PASSKEY_WRONG_ORIGIN", origin("http://localhost:4100/")),
        ("PASSKEY_WRONG_ORIGIN", origin("http://localhost:4100/path")),
        ("PASSKEY_WRONG_ORIGIN", origin("http://LOCALHOST:4100")),
        (
            "PASSKEY_WRONG_ORIGIN",
            origin("http://localhost:4100@evil.example"),
        ),
        ("PASSKEY_WRONG_ORIGIN", origin("null")),
        ("PASSKEY_WRONG_ORIGIN", origin("")),
        ("PASSKEY_CROSS_ORIGIN", more("crossOrigin", json!(true))),
        (
            "PASSKEY_CROSS_ORIGIN",
            more("topOrigin", json!("https://evil.example")),
        ),
        (
            "PASSKEY_WRONG_RP_ID",
            told(|it| "evil.example".clone_into(&mut it.rp_id)),
        ),
        ("PASSKEY_WRONG_RP_ID", told(|it| "".clone_into(&mut it.rp_id))),
        (
            "PASSKEY_WRONG_TYPE",
            told(|it| it.kind = Some("webauthn.other".to_owned())),
        ),
        (
            "PASSKEY_WRONG_TYPE",
            told(|it| it.kind = Some("payment.get".to_owned())),
        ),
        ("PASSKEY_USER_NOT_PRESENT", told(|it| it.flags = Some(VERIFIED))),
        (
            "PASSKEY_CHALLENGE_INVALID",
            told(|it| it.challenge = Some(vec![0; 32])),
        ),
        (
            "PASSKEY_CHALLENGE_INVALID",
            told(|it| it.challenge = Some(vec![])),
        ),
    ]
}

#[tokio::test]
async fn a_lie_at_sign_in_is_refused_with_its_own_code() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (_, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let mut all = lies();
    all.extend([
        (
            "PASSKEY_WRONG_TYPE",
            told(|it| it.kind = Some("webauthn.create".to_owned())),
        ),
        // It verified its user when it was added: leaving that out is a step down.
        ("PASSKEY_USER_NOT_VERIFIED", told(|it| it.flags = Some(PRESENT))),
        // A key of one device that says it is copied, and a copy that cannot be one.
        (
            "PASSKEY_SIGNATURE_INVALID",
            told(|it| it.flags = Some(PRESENT | VERIFIED | ELIGIBLE)),
        ),
        (
            "PASSKEY_MALFORMED",
            told(|it| it.flags = Some(PRESENT | VERIFIED | BACKED_UP)),
        ),
    ]);
    for (code, lie) in all {
        let options = asks(&janua, None).await;
        let answer = tries(&janua, &mut key, &options, &lie).await;
        assert_eq!(answer.str("/code"), code, "{} {}", lie.origin, answer.text);
        answer.refused(code);
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 1);
    assert_eq!(janua.count("SELECT counter FROM passkeys").await, 0);
    assert_eq!(
        janua
            .count("SELECT COUNT(*) FROM passkeys WHERE last_used_at IS NOT NULL")
            .await,
        0
    );
    signs_in(&janua, &mut key).await;
}

#[tokio::test]
async fn a_lie_while_adding_is_refused_with_its_own_code() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let algorithm = |cbor: &[u8]| told(|it| it.algorithm = cbor.to_vec());
    let mut all = lies();
    all.extend([
        (
            "PASSKEY_WRONG_TYPE",
            told(|it| it.kind = Some("webauthn.get".to_owned())),
        ),
        (
            "PASSKEY_MALFORMED",
            told(|it| it.flags = Some(PRESENT | BACKED_UP)),
        ),
        // RS1, EdDSA, ES512, a number that means nothing, HS256.
        ("PASSKEY_ALGORITHM_REFUSED", algorithm(&[0x39, 0xff, 0xfe])),
        ("PASSKEY_ALGORITHM_REFUSED", algorithm(&[0x27])),
        ("PASSKEY_ALGORITHM_REFUSED", algorithm(&[0x38, 0x23])),
        ("PASSKEY_ALGORITHM_REFUSED", algorithm(&[0x39, 0x30, 0x39])),
        ("PASSKEY_ALGORITHM_REFUSED", algorithm(&[0x05])),
        // Attestation that is not what it says.
        ("PASSKEY_ATTESTATION_REFUSED", told(|it| it.format = "packed")),
        ("PASSKEY_ATTESTATION_REFUSED", told(|it| it.format = "tpm")),
        ("PASSKEY_ATTESTATION_REFUSED", told(|it| it.format = "madeup")),
    ]);
    for (code, lie) in all {
        let answer = tries_to_add(&janua, &who, &mut Authenticator::new(), &lie).await;
        assert_eq!(
            answer.str("/code"),
            code,
            "{} {:?} {}",
            lie.origin,
            lie.algorithm,
            answer.text
        );
        answer.refused(code);
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 0);
    let added = janua
        .events()
        .await
        .into_iter()
        .filter(|it| it == "passkey.added");
    assert_eq!(added.count(), 0);
}

#[tokio::test]
async fn a_signature_of_another_key_or_with_one_bit_flipped_is_refused() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (_, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let honest = Told::default();
    let options = asks(&janua, None).await;
    let good = key.signs(&options, &honest)["response"]["signature"].clone();
    let length = URL_SAFE_NO_PAD
        .decode(good.as_str().expect("text"))
        .expect("base64url")
        .len();
    for at in [8, 20, length - 1] {
        let options = asks(&janua, None).await;
        let mut credential = key.signs(&options, &honest);
        let text = credential["response"]["signature"]
            .as_str()
            .expect("text")
            .to_owned();
        let mut bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let at = at.min(bytes.len() - 1);
        bytes[at] ^= 1;
        credential["response"]["signature"] = json!(URL_SAFE_NO_PAD.encode(bytes));
        shows(&janua, &options, credential)
            .await
            .refused("PASSKEY_SIGNATURE_INVALID");
    }
    // Another key that says it is this one, a signature of an earlier answer, none at all.
    let mut twin = Authenticator::new();
    twin.id.clone_from(&key.id);
    twin.handle.clone_from(&key.handle);
    let options = asks(&janua, None).await;
    tries(&janua, &mut twin, &options, &honest)
        .await
        .refused("PASSKEY_SIGNATURE_INVALID");
    for signature in [good, json!("")] {
        let options = asks(&janua, None).await;
        let mut credential = key.signs(&options, &honest);
        credential["response"]["signature"] = signature;
        shows(&janua, &options, credential)
            .await
            .refused("PASSKEY_SIGNATURE_INVALID");
    }
    // Two names for two keys: the one that is read is the one that is checked.
    let (_, eve) = with_a_passkey(&janua, "eve@example.com", Authenticator::new()).await;
    let options = asks(&janua, None).await;
    let mut credential = key.signs(&options, &honest);
    credential["id"] = json!(URL_SAFE_NO_PAD.encode(&eve.id));
    shows(&janua, &options, credential)
        .await
        .refused("PASSKEY_MALFORMED");
    assert_eq!(janua.count("SELECT MAX(counter) FROM passkeys").await, 0);
}

#[tokio::test]
async fn a_credential_that_somebody_has_is_not_added_again() {
    let janua = TestJanua::start().await;
    let (ada, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let eve = janua
        .person("eve@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let mut copy = Authenticator::new();
    copy.id.clone_from(&key.id);
    let honest = Told::default();
    tries_to_add(&janua, &eve, &mut copy, &honest)
        .await
        .refused("PASSKEY_ALREADY_REGISTERED");
    tries_to_add(&janua, &ada, &mut copy, &honest)
        .await
        .refused("PASSKEY_ALREADY_REGISTERED");
    let options = asks_for_one(&janua, &ada).await;
    let excluded = &options["public_key"]["excludeCredentials"][0];
    assert_eq!(excluded["id"], json!(URL_SAFE_NO_PAD.encode(&key.id)));
    let again = signs_in(&janua, &mut key).await;
    let me = again.get(&janua, "/api/v1/users/me").await.accepted().json();
    assert_eq!(me["email"], "ada@example.com");
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let honest = Told::default();
    for (field, bad) in [
        ("rawId", json!("+/+/")),
        ("response.signature", json!("not base64!")),
        ("response.authenticatorData", json!("A")),
        ("response.clientDataJSON", json!("é")),
        ("response.userHandle", json!("*")),
        ("response.authenticatorData", json!("")),
        (
            "response.authenticatorData",
            json!(URL_SAFE_NO_PAD.encode([0; 36])),
        ),
        ("response.clientDataJSON", json!(URL_SAFE_NO_PAD.encode(b"{"))),
        ("response.clientDataJSON", json!(URL_SAFE_NO_PAD.encode(b"[]"))),
        ("type", json!("password")),
    ] {
        let options = asks(&janua, None).await;
        let mut credential = key.signs(&options, &honest);
        *credential
            .pointer_mut(&format!("/{}", field.replace('.', "/")))
            .expect("there") = bad;
        let answer = shows(&janua, &options, credential).await;
        assert_eq!(
            (answer.status.as_u16(), answer.str("/details/field")),
            (422, format!("credential.{field}")),
            "{}",
            answer.text
        );
    }
    let deep = [vec![0x81; 10_000], vec![0x00]].concat();
    let huge = vec![0x5a, 0xff, 0xff, 0xff, 0xff, 0x00];
    for object in [
        vec![],
        vec![0xa0],
        vec![0xff],
        deep,
        huge,
        vec![0xa3, 0x63],
        b"{}".to_vec(),
    ] {
        let options = asks_for_one(&janua, &who).await;
        let mut credential = Authenticator::new().creates(&options, &honest);
        credential["response"]["attestationObject"] = json!(URL_SAFE_NO_PAD.encode(&object));
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        let answer = who.post(&janua, ADD, body).await.refused("PASSKEY_MALFORMED");
        assert_eq!(
            answer.str("/details/field"),
            "credential.response.attestationObject"
        );
    }
    // Authenticator data that ends too early, at every place where it can.
    let options = asks_for_one(&janua, &who).await;
    let whole = Authenticator::new().creates(&options, &honest)["response"]["attestationObject"].clone();
    let whole = URL_SAFE_NO_PAD
        .decode(whole.as_str().expect("text"))
        .expect("base64url");
    let data = whole[whole.len() - 164..].to_vec();
    for length in [0, 32, 33, 36, 37, 52, 54, 55, 86, 87, 100, 163] {
        let options = asks_for_one(&janua, &who).await;
        let key = Authenticator::new();
        let credential = key.attests(&options, &honest, &data[..length]);
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        who.post(&janua, ADD, body).await.refused("PASSKEY_MALFORMED");
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 1);
}

/// Random changes of honest answers, from a fixed seed.
#[tokio::test]
async fn no_change_of_an_answer_breaks_the_server_or_gets_in() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let (who, mut key) = with_a_passkey(&janua, "ada@example.com", Authenticator::new()).await;
    let dice = Random::seeded(23);
    let upto = |sides: usize| usize::from(u16::from_be_bytes(dice.bytes())) % sides.max(1);
    let spoil = |credential: &mut Value, fields: &[&str]| {
        let field = fields[upto(fields.len())];
        let text = credential["response"][field].as_str().expect("text").to_owned();
        let mut bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        for _ in 0..=upto(3) {
            let at = upto(bytes.len());
            match upto(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, dice.bytes::<1>()[0]),
                2 if !bytes.is_empty() => bytes[at] ^= 1 << upto(8),
                _ => bytes.extend(dice.bytes::<8>()),
            }
        }
        credential["response"][field] = json!(URL_SAFE_NO_PAD.encode(bytes));
    };
    let honest = Told::default();
    let mut refusals = 0;
    for _ in 0..150 {
        let options = asks(&janua, None).await;
        let mut credential = key.signs(&options, &honest);
        let before = credential.clone();
        spoil(
            &mut credential,
            &["clientDataJSON", "authenticatorData", "signature"],
        );
        let answer = shows(&janua, &options, credential.clone()).await;
        assert!(answer.status.as_u16() < 500, "{credential} {}", answer.text);
        assert!(
            !answer.status.is_success() || credential == before,
            "{credential}"
        );
        refusals += i32::from(!answer.status.is_success());

        let options = asks_for_one(&janua, &who).await;
        let mut credential = Authenticator::new().creates(&options, &honest);
        spoil(&mut credential, &["clientDataJSON", "attestationObject"]);
        let body = json!({"challenge_id": options["challenge_id"], "credential": credential});
        let answer = who.post(&janua, ADD, body).await;
        // Without attestation nobody vouches for the bytes of a new key: some of them may still be one.
        assert!(answer.status.as_u16() < 500, "{credential} {}", answer.text);
        let stored = janua.count("SELECT COUNT(*) FROM passkeys").await;
        if stored > 20 {
            break;
        }
    }
    assert!(refusals > 10);
    signs_in(&janua, &mut key).await;
}
