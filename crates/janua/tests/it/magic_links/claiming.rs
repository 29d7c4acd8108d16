//! Accounts that somebody set up for the address of another, and waits for its owner to come.

use serde_json::json;

use super::{ME, Mailed};
use crate::support::{PASSWORD, SignedIn, TestJanua};

#[tokio::test]
async fn whatever_a_stranger_set_up_for_an_unproven_address_is_gone_when_its_owner_comes() {
    let janua = TestJanua::with(&[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    let eve = SignedIn::of(janua.person("ada@example.com").signs_up().await.accepted());
    crate::passkeys::adds_a_passkey(&janua, &eve).await;
    let key = json!({"name": "mine", "scopes": ["users:read"]});
    let key = eve.post(&janua, "/api/v1/api-keys", key).await;
    let phone = crate::mfa::Phone::with(
        crate::mfa::enrols(&janua, &eve).await["secret"]
            .as_str()
            .expect("a secret"),
    );
    let body = json!({"code": phone.shows(&janua, 0)});
    eve.post(&janua, "/api/v1/mfa/totp/verify", body).await.accepted();
    eve.get(&janua, ME).await.accepted();

    let mail = Mailed::to(&janua, "ada@example.com").await;
    let ada = SignedIn::of(mail.opens(&janua).await.accepted());
    ada.get(&janua, ME).await.accepted();
    eve.get(&janua, ME).await.refused("TOKEN_REVOKED");
    eve.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .refused("INVALID_CREDENTIALS");
    for left in [
        "SELECT COUNT(*) FROM passwords",
        "SELECT COUNT(*) FROM passkeys",
        "SELECT COUNT(*) FROM totp_secrets",
        "SELECT COUNT(*) FROM recovery_codes",
        "SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL",
    ] {
        assert_eq!(janua.count(left).await, 0, "{left}");
    }
    assert!(key.status.is_success(), "{}", key.text);
    assert!(janua.events().await.contains(&"account.claimed".to_owned()));
    let mails = janua.mails("ada@example.com").await;
    assert!(
        mails
            .iter()
            .any(|it| it.subject == "Your Janua account is yours now")
    );
}

#[tokio::test]
async fn a_proven_address_keeps_its_password() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let before = ada.signs_in().await;
    Mailed::to(&janua, "ada@example.com")
        .await
        .opens(&janua)
        .await
        .accepted();
    ada.signs_in().await;
    before.get(&janua, ME).await.accepted();
}
