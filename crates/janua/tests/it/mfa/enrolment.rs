//! Turning an authenticator app on and off, and what is kept of it.

use std::process::Command;

use janua::io::db::{Db, Querier};
use janua::params;
use serde_json::{Value, json};

use super::{CONFIRM, DISABLE, ENABLE, Phone, STATUS, enrols, first_step, protected, second_step, sessions};
use crate::support::{PASSWORD, TestJanua};

#[tokio::test]
async fn an_app_is_turned_on_with_a_first_code_of_it() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let (here, elsewhere) = (ada.signs_in().await, ada.signs_in().await);
    let refused = here.post(&janua, ENABLE, json!({"password": "wrong"})).await;
    assert_eq!(refused.refused("WRONG_PASSWORD").status, 422);

    let enrolment = enrols(&janua, &here).await;
    let secret = enrolment["secret"].as_str().expect("a secret");
    assert_eq!(secret.len(), 32);
    assert!(
        secret
            .bytes()
            .all(|it| it.is_ascii_uppercase() || (b'2'..=b'7').contains(&it)),
        "{secret}"
    );
    let uri = enrolment["provisioning_uri"].as_str().expect("a URI");
    assert!(
        uri.starts_with("otpauth://totp/Janua:ada%40example.com?") && uri.contains(secret),
        "{uri}"
    );
    let picture = enrolment["qr_code"].as_str().expect("a picture");
    assert!(picture.starts_with("data:image/png;base64,iVBOR"), "{picture}");

    // What was not confirmed is no factor.
    let status = here.get(&janua, STATUS).await.accepted().json();
    assert_eq!(
        (&status["enabled"], &status["methods"]),
        (&json!(false), &json!([]))
    );
    ada.signs_in().await;
    let phone = Phone::with(secret);
    let wrong = json!({"code": phone.shows(&janua, 5)});
    assert_eq!(
        here.post(&janua, CONFIRM, wrong)
            .await
            .refused("WRONG_MFA_CODE")
            .status,
        422
    );

    let right = json!({"code": phone.shows(&janua, 0)});
    let shown = here.post(&janua, CONFIRM, right).await.accepted().json();
    let codes: std::collections::BTreeSet<String> =
        serde_json::from_value(shown["recovery_codes"].clone()).expect("codes");
    assert_eq!(codes.len(), 10);
    let status = here.get(&janua, STATUS).await.accepted().json();
    assert_eq!(
        (
            &status["enabled"],
            &status["methods"],
            &status["backup_codes_remaining"]
        ),
        (&json!(true), &json!(["totp", "recovery_code"]), &json!(10))
    );
    // Whoever else was signed in has to show the code, too; this session has.
    elsewhere
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    let session = here
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "otp", "mfa"]));
    let mails = janua.mails("ada@example.com").await;
    assert!(
        mails
            .iter()
            .any(|it| it.subject.contains("Two-step sign-in is on"))
    );

    for text in [
        &status.to_string(),
        &here.get(&janua, "/api/v1/users/me").await.text,
    ] {
        assert!(
            !text.contains(secret) && !codes.iter().any(|it| text.contains(it)),
            "{text}"
        );
    }
    let mut db: &Db = &janua.app.db;
    let stored: Vec<(Vec<u8>,)> = db
        .fetch_all("SELECT sealed FROM totp_secrets", params![])
        .await
        .expect("a query");
    assert!(!String::from_utf8_lossy(&stored[0].0).contains(secret));
    let hashes: Vec<(String,)> = db
        .fetch_all("SELECT hash FROM recovery_codes", params![])
        .await
        .expect("a query");
    assert!(
        hashes
            .iter()
            .all(|(hash,)| hash.len() == 64 && !codes.contains(hash))
    );
}

#[tokio::test]
async fn a_live_app_is_not_overwritten_and_a_forgotten_enrolment_is() {
    let janua = TestJanua::start().await;
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    who.post(&janua, CONFIRM, json!({"code": "123456"}))
        .await
        .refused("MFA_NOT_ENABLED");
    let first = enrols(&janua, &who).await;
    let second = enrols(&janua, &who).await;
    let code =
        |of: &Value| json!({"code": Phone::with(of["secret"].as_str().expect("a secret")).shows(&janua, 0)});
    who.post(&janua, CONFIRM, code(&first))
        .await
        .refused("WRONG_MFA_CODE");
    who.post(&janua, CONFIRM, code(&second)).await.accepted();
    let again = who.post(&janua, ENABLE, json!({"password": PASSWORD})).await;
    assert_eq!(again.refused("MFA_ALREADY_ENABLED").status, 409);
    who.post(&janua, CONFIRM, code(&second))
        .await
        .refused("MFA_NOT_ENABLED");
}

#[tokio::test]
async fn turned_off_the_password_is_enough_again_and_old_codes_are_not() {
    let janua = TestJanua::start().await;
    let (who, phone, codes) = protected(&janua, "ada@example.com").await;
    let elsewhere = first_step(&janua, "ada@example.com").await;
    who.post(&janua, DISABLE, json!({})).await.accepted();
    who.post(&janua, DISABLE, json!({}))
        .await
        .refused("MFA_NOT_ENABLED");
    // A sign-in that was under way is over, whatever it shows.
    for code in [&phone.shows(&janua, 0), &codes[0]] {
        second_step(&janua, &elsewhere, code)
            .await
            .refused("MFA_TOKEN_INVALID");
    }
    assert_eq!(sessions(&janua).await, 1);
    janua.person("ada@example.com").signs_in().await;
    assert_eq!(janua.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
    assert!(
        janua
            .mails("ada@example.com")
            .await
            .iter()
            .any(|it| it.subject.contains("is off"))
    );
}

#[tokio::test]
async fn another_implementation_shows_the_same_code() {
    let janua = TestJanua::start().await;
    let who = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let secret = enrols(&janua, &who).await["secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    // RFC 6238 and RFC 4226 §5.3, with nothing but the standard library.
    let program = "import base64, hashlib, hmac, struct, sys
key, now = base64.b32decode(sys.argv[1]), int(sys.argv[2])
mac = hmac.new(key, struct.pack('>Q', now // 30), hashlib.sha1).digest()
at = mac[-1] & 15
print('%06d' % ((struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 10**6), end='')";
    let now = janua.app.clock.now().timestamp().to_string();
    let shown = Command::new("python3")
        .args(["-c", program, &secret, &now])
        .output()
        .expect("Python runs");
    let code = String::from_utf8(shown.stdout).expect("digits");
    who.post(&janua, CONFIRM, json!({"code": code})).await.accepted();
}

#[test]
fn the_codes_of_rfc_6238_are_those_of_the_apps_here() {
    // Appendix B, the last six digits; the secret is the ASCII text 12345678901234567890.
    let phone = Phone::with("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (at, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        assert_eq!(phone.0.generate(at).to_string(), code);
    }
}
