//! Second factors that the operator demands: no session before one is set up, whichever way somebody comes.

use serde_json::{Value, json};

use super::{CONFIRM, ENABLE, Phone, VERIFY, enrols, protected, second_step, sessions};
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, minutes, seconds};

const ENROL: &str = "/api/v1/mfa/enrol/totp";
const ENROLLED: &str = "/api/v1/mfa/enrol/totp/verify";
const ME: &str = "/api/v1/users/me";

async fn everyone() -> TestJanua {
    TestJanua::with(&[("MFA_REQUIRED", "everyone")]).await
}

/// The first step of somebody who owes a factor.
async fn owes(janua: &TestJanua, email: &str) -> String {
    let answer = janua.person(email).login(PASSWORD).await.accepted();
    let body = answer.json();
    assert_eq!(
        (
            &body["mfa_required"],
            &body["enrolment_required"],
            &body["methods"]
        ),
        (&json!(true), &json!(true), &json!(["totp", "sms"]))
    );
    assert!(
        body.get("tokens").is_none() && answer.cookies().is_empty(),
        "{body}"
    );
    answer.str("/mfa_token")
}

async fn begins(janua: &TestJanua, token: &str) -> Phone {
    let body = janua
        .post(ENROL, json!({"mfa_token": token}))
        .await
        .accepted()
        .json();
    assert!(
        body["qr_code"]
            .as_str()
            .is_some_and(|it| it.starts_with("data:image/png"))
    );
    Phone::with(body["secret"].as_str().expect("a secret"))
}

async fn confirms(janua: &TestJanua, token: &str, code: &str) -> Answer {
    janua
        .post(ENROLLED, json!({"mfa_token": token, "code": code}))
        .await
}

#[tokio::test]
async fn who_owes_a_factor_sets_it_up_and_is_signed_in_then() {
    let janua = everyone().await;
    janua.person("ada@example.com").registered().await;
    let token = owes(&janua, "ada@example.com").await;
    confirms(&janua, &token, "000000")
        .await
        .refused("MFA_NOT_ENABLED");
    let phone = begins(&janua, &token).await;
    confirms(&janua, &token, &phone.shows(&janua, 40))
        .await
        .refused("INVALID_MFA_CODE");
    assert_eq!(sessions(&janua).await, 0);
    let answer = confirms(&janua, &token, &phone.shows(&janua, 0)).await.accepted();
    assert!(!answer.cookies().is_empty());
    assert_eq!(answer.json()["recovery_codes"].as_array().map(Vec::len), Some(10));
    let who = SignedIn::of(answer);
    let session = who
        .get(&janua, "/api/v1/sessions/current")
        .await
        .accepted()
        .json();
    assert_eq!(session["amr"], json!(["pwd", "otp", "mfa"]));
    let mails = janua.mails("ada@example.com").await;
    assert!(
        mails.iter().any(|it| it.subject.contains("Two-step")),
        "{mails:?}"
    );

    confirms(&janua, &token, &phone.shows(&janua, 1))
        .await
        .refused("MFA_TOKEN_INVALID");
    janua.advance(seconds(30));
    let answer = janua.person("ada@example.com").login(PASSWORD).await.accepted();
    assert!(answer.json().get("enrolment_required").is_none());
    second_step(&janua, &answer.str("/mfa_token"), &phone.shows(&janua, 0))
        .await
        .accepted();
}

#[tokio::test]
async fn the_token_of_one_step_is_worth_nothing_at_the_other() {
    let janua = everyone().await;
    janua.person("ada@example.com").registered().await;
    let token = owes(&janua, "ada@example.com").await;
    for path in [VERIFY, "/api/v1/mfa/challenge"] {
        let body = match path {
            VERIFY => json!({"mfa_token": token, "code": "000000"}),
            _ => json!({"mfa_token": token, "method": "totp"}),
        };
        janua.post(path, body).await.refused("MFA_TOKEN_INVALID");
    }
    for path in [ME, "/api/v1/mfa/status"] {
        let request = janua.request(reqwest::Method::GET, path).bearer_auth(&token);
        janua.send(request).await.refused("TOKEN_INVALID");
    }
    let phone = begins(&janua, &token).await;
    confirms(&janua, &token, &phone.shows(&janua, 0)).await.accepted();

    // Whoever knows only the password cannot bring a factor of their own.
    janua.advance(seconds(30));
    let pending = janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .str("/mfa_token");
    janua
        .post(ENROL, json!({"mfa_token": pending}))
        .await
        .refused("MFA_TOKEN_INVALID");
    confirms(&janua, &pending, "000000")
        .await
        .refused("MFA_TOKEN_INVALID");
    for path in [ENABLE, CONFIRM] {
        let request = janua
            .request(reqwest::Method::POST, path)
            .bearer_auth(&pending)
            .json(&json!({"code": "000000"}));
        janua.send(request).await.refused("TOKEN_INVALID");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_enrol_at_once_one_is_signed_in() {
    let janua = everyone().await;
    janua.person("ada@example.com").registered().await;
    let tokens = [
        owes(&janua, "ada@example.com").await,
        owes(&janua, "ada@example.com").await,
    ];
    let phone = begins(&janua, &tokens[0]).await;
    let code = phone.shows(&janua, 0);
    let tries = tokens
        .iter()
        .cycle()
        .take(4)
        .map(|it| confirms(&janua, it, &code));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|it| it.status.is_success()).count(), 1);
    assert_eq!(sessions(&janua).await, 1);
}

#[tokio::test]
async fn only_administrators_owe_one_where_only_they_do() {
    let janua = TestJanua::with(&[("MFA_REQUIRED", "admins")]).await;
    janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    janua.person("root@example.com").registered().await;
    janua.makes_admin("root@example.com").await;
    owes(&janua, "root@example.com").await;
}

#[tokio::test]
async fn a_verified_passkey_is_enough_and_a_mailed_link_is_not() {
    let janua = TestJanua::start().await;
    let ada = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    crate::passkeys::adds_a_passkey(&janua, &ada).await;
    let strict = janua.second_instance_with(&[("MFA_REQUIRED", "everyone")]).await;
    let body = json!({"email": "ada@example.com"});
    let flow = strict
        .post("/api/v1/auth/magic-link", body)
        .await
        .accepted()
        .str("/flow_token");
    let link = strict.secret("ada@example.com", "magic-link").await;
    let answer: Value = strict
        .post(
            "/api/v1/auth/magic-link/verify",
            json!({"token": link, "flow_token": flow}),
        )
        .await
        .accepted()
        .json();
    assert_eq!(answer["enrolment_required"], true, "{answer}");
    assert!(answer.get("tokens").is_none());
}

#[tokio::test]
async fn a_registration_gives_no_session_to_who_owes_one() {
    let janua = TestJanua::with(&[
        ("MFA_REQUIRED", "everyone"),
        ("REQUIRE_EMAIL_VERIFICATION", "false"),
    ])
    .await;
    let answer = janua.person("ada@example.com").signs_up().await.accepted();
    assert!(
        answer.json()["tokens"].is_null() && answer.cookies().is_empty(),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["verification_required"], false);
    assert_eq!(sessions(&janua).await, 0);
    owes(&janua, "ada@example.com").await;
}

#[tokio::test]
async fn sessions_from_before_the_demand_are_not_extended() {
    let janua = TestJanua::start().await;
    let weak = janua
        .person("ada@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    let (strong, _, _) = protected(&janua, "bob@example.com").await;
    let strict = janua.second_instance_with(&[("MFA_REQUIRED", "everyone")]).await;
    weak.refreshes(&strict).await.refused("MFA_ENROLMENT_REQUIRED");
    strong.refreshes(&strict).await.accepted();
    // Turned on meanwhile, it goes on.
    let phone = Phone::with(enrols(&janua, &weak).await["secret"].as_str().expect("a secret"));
    let body = json!({"code": phone.shows(&janua, 0)});
    weak.post(&strict, CONFIRM, body).await.accepted();
    weak.refreshes(&strict).await.accepted();
    janua.advance(minutes(1));
}
