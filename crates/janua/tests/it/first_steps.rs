//! The way of a newcomer through the front door.

use serde_json::json;

use crate::support::{PASSWORD, TestJanua, refresh};

#[tokio::test]
async fn a_newcomer_registers_verifies_signs_in_refreshes_and_signs_out() {
    let janua = TestJanua::start().await;
    let ada = janua.person("Ada@Example.com");
    let registered = ada.signs_up().await.accepted();
    assert_eq!(registered.status, 201);
    assert_eq!(registered.json()["verification_required"], true);
    assert_eq!(registered.str("/user/email"), "ada@example.com");

    ada.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");
    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();

    let session = ada.signs_in().await;
    let me = session.get(&janua, "/api/v1/users/me").await.accepted();
    assert_eq!(me.json()["email_verified"], true);

    let next = refresh(&janua, &session.refresh, "").await.accepted();
    assert_ne!(next.str("/refresh_token"), session.refresh);
    assert_eq!(next.json()["expires_in"], 900);

    session
        .post(&janua, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    refresh(&janua, &next.str("/refresh_token"), "")
        .await
        .refused("REFRESH_TOKEN_INVALID");
}
