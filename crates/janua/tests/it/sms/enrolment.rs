//! A telephone that is set up during a sign-in which demands a second factor.

use serde_json::json;

use super::{ADA, NUMBER, code, wrong};
use crate::support::{PASSWORD, SignedIn, TestJanua};

const ENROL: &str = "/api/v1/mfa/enrol/sms";
const ENROLLED: &str = "/api/v1/mfa/enrol/sms/verify";

#[tokio::test]
async fn whoever_owes_a_factor_may_set_up_a_telephone() {
    let janua = TestJanua::with(&[("MFA_REQUIRED", "everyone")]).await;
    let person = janua.person(ADA).registered().await;
    let first = person.login(PASSWORD).await.accepted();
    assert_eq!(
        (&first.json()["enrolment_required"], &first.json()["methods"]),
        (&json!(true), &json!(["totp", "sms"]))
    );
    let token = first.str("/mfa_token");
    let asked = json!({"mfa_token": token, "phone_number": "1234567890"});
    janua.post(ENROL, asked).await.refused("INVALID_PHONE");
    janua
        .post(ENROLLED, json!({"mfa_token": token, "code": "123456"}))
        .await
        .refused("MFA_NOT_ENABLED");
    janua
        .post(ENROL, json!({"mfa_token": token, "phone_number": NUMBER}))
        .await
        .accepted();
    let right = code(&janua, NUMBER);
    let body = json!({"mfa_token": token, "code": wrong(&right)});
    janua.post(ENROLLED, body).await.refused("INVALID_MFA_CODE");
    let body = json!({"mfa_token": token, "code": right});
    let answer = janua.post(ENROLLED, body.clone()).await.accepted();
    assert_eq!(answer.json()["recovery_codes"].as_array().map(Vec::len), Some(10));
    let who = SignedIn::of(answer);
    let session = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "sms", "mfa"]));
    janua.post(ENROLLED, body).await.refused("MFA_TOKEN_INVALID");
    // Now that there is one, the next sign-in owes it and brings no other.
    let token = person.login(PASSWORD).await.accepted().str("/mfa_token");
    janua
        .post(ENROL, json!({"mfa_token": token, "phone_number": "+12025550199"}))
        .await
        .refused("MFA_TOKEN_INVALID");
}
