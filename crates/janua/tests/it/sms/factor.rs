//! A telephone as a second factor: on, at the sign-in, once more, off.

use serde_json::json;

use super::{
    ADA, AGAIN, CONFIRM, DISABLE, ENABLE, NUMBER, SECOND, STATUS, adds_phone, asks, code, first_step, shows,
    with_phone,
};
use crate::mfa::protected;
use crate::support::{PASSWORD, SignedIn, TestJanua, minutes, seconds};

#[tokio::test]
async fn a_telephone_protects_an_account_until_it_is_turned_off() {
    let janua = TestJanua::start().await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let asked = json!({"phone_number": "+1 (202) 555-0123", "password": PASSWORD});
    let sent = who.post(&janua, ENABLE, asked).await.accepted().json();
    assert_eq!(sent, json!({"phone_number": "+•••••••••23", "expires_in": 600}));
    // Until the code was right nothing has changed.
    assert_eq!(who.get(&janua, STATUS).await.json()["enabled"], false);
    janua.person(ADA).signs_in().await;
    let confirmed = who
        .post(&janua, CONFIRM, json!({"code": code(&janua, NUMBER)}))
        .await
        .accepted()
        .json();
    assert_eq!(confirmed["recovery_codes"].as_array().map(Vec::len), Some(10));
    let status = who.get(&janua, STATUS).await.accepted().json();
    assert_eq!(
        (
            &status["sms_enabled"],
            &status["totp_enabled"],
            &status["methods"],
            &status["phone_number"]
        ),
        (
            &json!(true),
            &json!(false),
            &json!(["sms", "recovery_code"]),
            &json!("+•••••••••23")
        )
    );

    let token = first_step(&janua, ADA).await;
    let sent = asks(&janua, &token).await.accepted().json();
    assert_eq!(
        (&sent["phone_number"], &sent["expires_in"]),
        (&json!("+•••••••••23"), &json!(600))
    );
    // Without a method, too: six digits are those of the message that is awaited.
    let body = json!({"mfa_token": token, "code": code(&janua, NUMBER)});
    let signed_in = SignedIn::of(janua.post(SECOND, body).await.accepted());
    let session = signed_in
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "sms", "mfa"]));

    signed_in.post(&janua, DISABLE, json!({})).await.accepted();
    signed_in
        .post(&janua, DISABLE, json!({}))
        .await
        .refused("MFA_NOT_ENABLED");
    let status = signed_in.get(&janua, STATUS).await.accepted().json();
    assert_eq!(
        (&status["enabled"], &status["backup_codes_remaining"]),
        (&json!(false), &json!(0))
    );
    janua.person(ADA).signs_in().await;
    let mails = janua.mails(ADA).await;
    for part in [
        "Codes by SMS have just been turned on",
        "Codes by SMS have just been turned off",
    ] {
        assert!(mails.iter().any(|it| it.text.contains(part)), "{part}");
    }
    assert!(mails.iter().all(|it| !it.text.contains("2025550123")));
}

#[tokio::test]
async fn turning_it_on_wants_the_password_or_a_recent_sign_in() {
    let janua = TestJanua::with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "60")]).await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    let body = json!({"phone_number": NUMBER, "password": "not-the-password-9"});
    who.post(&janua, ENABLE, body).await.refused("WRONG_PASSWORD");
    janua.advance(minutes(11));
    let body = json!({"phone_number": NUMBER});
    who.post(&janua, ENABLE, body)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert_eq!(super::received(&janua, NUMBER), 0);
    // Where there is another factor the password alone adds none.
    adds_phone(&janua, &who, NUMBER).await;
    let body = json!({"phone_number": "+12025550124", "password": PASSWORD});
    who.post(&janua, ENABLE, body)
        .await
        .refused("MFA_ALREADY_ENABLED");
    janua.advance(minutes(11));
    let body = json!({"password": PASSWORD});
    who.post(&janua, "/api/v1/mfa/totp/enable", body)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn sensitive_changes_are_opened_by_a_code_that_is_sent_for_them() {
    let janua = TestJanua::with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "60")]).await;
    let (who, _) = with_phone(&janua, ADA, NUMBER).await;
    janua.advance(minutes(11));
    let refused = who
        .post(&janua, DISABLE, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    assert_eq!(
        refused.json()["details"]["methods"],
        json!(["sms", "recovery_code"])
    );
    who.post(&janua, AGAIN, json!({})).await.accepted();
    let again = json!({"code": code(&janua, NUMBER), "method": "sms"});
    who.post(&janua, "/api/v1/auth/reauthenticate", again.clone())
        .await
        .accepted();
    who.post(&janua, "/api/v1/auth/reauthenticate", again)
        .await
        .refused("WRONG_MFA_CODE");
    who.post(&janua, DISABLE, json!({})).await.accepted();
    who.post(&janua, AGAIN, json!({}))
        .await
        .refused("MFA_METHOD_UNAVAILABLE");
}

#[tokio::test]
async fn recovery_codes_stay_while_any_factor_remains() {
    let janua = TestJanua::start().await;
    let (who, phone, codes) = protected(&janua, ADA).await;
    assert!(
        adds_phone(&janua, &who, NUMBER).await.is_empty(),
        "the old ones go on counting"
    );
    let status = who.get(&janua, STATUS).await.accepted().json();
    assert_eq!(status["methods"], json!(["totp", "sms", "recovery_code"]));
    // Either opens, and six digits without a method find theirs.
    let token = first_step(&janua, ADA).await;
    asks(&janua, &token).await.accepted();
    janua
        .post(
            SECOND,
            json!({"mfa_token": token, "code": phone.shows(&janua, 0)}),
        )
        .await
        .accepted();
    let token = first_step(&janua, ADA).await;
    shows(&janua, &token, &code(&janua, NUMBER)).await.accepted();

    who.post(&janua, "/api/v1/mfa/totp/disable", json!({}))
        .await
        .accepted();
    let status = who.get(&janua, STATUS).await.accepted().json();
    assert_eq!(
        (&status["enabled"], &status["backup_codes_remaining"]),
        (&json!(true), &json!(10))
    );
    let mails = janua.mails(ADA).await;
    assert!(
        mails
            .iter()
            .any(|it| it.text.contains("still asks for your other second factor"))
    );
    let token = first_step(&janua, ADA).await;
    janua
        .post(SECOND, json!({"mfa_token": token, "code": codes[0]}))
        .await
        .accepted();
    let renewed = who
        .post(&janua, "/api/v1/mfa/recovery-codes/regenerate", json!({}))
        .await
        .accepted();
    assert_eq!(
        renewed.json()["recovery_codes"].as_array().map(Vec::len),
        Some(10)
    );
    // It can be turned on again beside the telephone.
    let enrolled = who
        .post(&janua, "/api/v1/mfa/totp/enable", json!({"password": PASSWORD}))
        .await
        .accepted();
    let app = crate::mfa::Phone::with(&enrolled.str("/secret"));
    janua.advance(seconds(30));
    let body = json!({"code": app.shows(&janua, 0)});
    let codes = who
        .post(&janua, "/api/v1/mfa/totp/verify", body)
        .await
        .accepted()
        .json();
    assert_eq!(codes["recovery_codes"], json!([]));
}

#[tokio::test]
async fn an_administrator_takes_away_whatever_factors_there_are() {
    let janua = TestJanua::start().await;
    janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    let admin = janua.person("root@example.com").signs_in().await;
    let id = async |who: &SignedIn| who.get(&janua, "/api/v1/users/me").await.accepted().str("/id");
    let reset = async |id: &str| {
        admin
            .delete(&janua, &format!("/api/v1/admin/users/{id}/mfa"))
            .await
    };
    let (ada, _) = with_phone(&janua, ADA, NUMBER).await;
    let ada = id(&ada).await;
    reset(&ada).await.accepted();
    assert_eq!(janua.facts("mfa.reset").await["methods"], json!(["sms"]));
    janua.person(ADA).signs_in().await;
    reset(&ada).await.refused("MFA_NOT_ENABLED");
    let bob = janua
        .person("bob@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    crate::passkeys::Key::added(&janua, &bob, true).await;
    janua.advance(seconds(1));
    reset(&id(&bob).await).await.accepted();
    assert_eq!(janua.facts("mfa.reset").await["methods"], json!(["passkey"]));
    assert_eq!(janua.count("SELECT COUNT(*) FROM passkeys").await, 0);
}

#[tokio::test]
async fn without_a_provider_nobody_adds_a_telephone_and_nobody_gets_past_theirs() {
    let janua = TestJanua::start().await;
    let (_, codes) = with_phone(&janua, ADA, NUMBER).await;
    let off = janua.second_instance_with(&[("SMS_PROVIDER", "off")]).await;
    let token = first_step(&off, ADA).await;
    asks(&off, &token).await.refused("SMS_DISABLED");
    off.post(SECOND, json!({"mfa_token": token, "code": "123456"}))
        .await
        .refused("INVALID_MFA_CODE");
    let body = json!({"mfa_token": token, "code": codes[0]});
    let ada = SignedIn::of(off.post(SECOND, body).await.accepted());
    ada.post(&off, DISABLE, json!({})).await.accepted();
    let body = json!({"phone_number": NUMBER, "password": PASSWORD});
    ada.post(&off, ENABLE, body).await.refused("SMS_DISABLED");
}
