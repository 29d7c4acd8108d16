//! What was refused, by the id of its answer: the person is told little, and whoever looks after the server the truth.

use janua::crypto::secret::Kind;
use reqwest::Method;
use serde_json::{Value, json};

use super::{EXPLAIN, admin_of, person};
use crate::bad_input::raw::{Connection, head};
use crate::mfa::protected;
use crate::operator_cli::Operator;
use crate::process::eventually;
use crate::social::idp::Idp;
use crate::sso::{Customer, janua_with};
use crate::support::{Answer, PASSWORD, SignedIn, TestJanua, days, hours, made_up, refresh, seconds};

const LOGIN: &str = "/api/v1/auth/login";

/// How a request was refused.
async fn explained(janua: &TestJanua, admin: &SignedIn, answer: &Answer) -> Value {
    let at = format!("{EXPLAIN}/{}", answer.header("x-request-id"));
    let told = admin.get(janua, &at).await.accepted().json();
    let happened = told["happened"].as_array().expect("a list");
    let mut refusals = happened.iter().filter(|it| it["action"] == "request.refused");
    let refusal = refusals.next().unwrap_or_else(|| panic!("no refusal in {told}"));
    assert_eq!(refusals.next(), None, "{told}");
    assert_eq!(refusal["told"], answer.str("/code"), "{told}");
    assert_eq!(refusal["status"], answer.status.as_u16(), "{told}");
    refusal.clone()
}

/// The same, with the reason that has to be the true one.
async fn because(janua: &TestJanua, admin: &SignedIn, answer: &Answer, reason: &str) -> Value {
    let told = explained(janua, admin, answer).await;
    assert_eq!(told["reason"], reason, "{told}");
    assert!(
        told["truth"].as_str().is_some_and(|it| !it.contains('?')),
        "{told}"
    );
    assert!(told["remedy"].as_str().is_some_and(|it| it.len() > 5), "{told}");
    told
}

#[tokio::test]
async fn one_answer_at_the_password_has_many_truths() {
    let janua = TestJanua::with(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let admin = admin_of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    let ada_id = person(&janua, &admin, "ada@example.com").await["user_id"].clone();
    let wrong = ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    let told = because(&janua, &admin, &wrong, "wrong_password").await;
    assert_eq!(
        (&told["asked"], &told["user_id"], &told["ip"]),
        (&json!("POST /api/v1/auth/login"), &ada_id, &json!("127.0.0.1"))
    );
    let nobody = janua.person("nobody@example.com");
    let unknown = nobody.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
    let told = because(&janua, &admin, &unknown, "no_account").await;
    assert_eq!(told["user_id"], Value::Null);

    // A lock: whoever tries is told so, and told the same where nobody has the address.
    for (who, reason) in [(&ada, "locked"), (&nobody, "locked_nobody")] {
        for _ in 0..4 {
            who.login("wrong").await.refused("INVALID_CREDENTIALS");
        }
        janua.advance(seconds(1));
        let locked = who.login(PASSWORD).await.refused("ACCOUNT_LOCKED");
        let told = because(&janua, &admin, &locked, reason).await;
        let until = locked.str("/details/locked_until");
        assert_eq!(told["inputs"]["locked_until"], until);
        assert!(
            told["truth"].as_str().is_some_and(|it| it.contains(&until)),
            "{told}"
        );
    }
    let refusals = person(&janua, &admin, "ada@example.com").await["refusals"].clone();
    assert_eq!(refusals[0]["reason"], "locked", "{refusals}");
    // Also of an address that nobody has, and which stands nowhere.
    let refusals = person(&janua, &admin, "nobody@example.com").await["refusals"].clone();
    assert_eq!(refusals[0]["reason"], "locked_nobody", "{refusals}");

    janua.person("new@example.com").signs_up().await.accepted();
    let unverified = janua.person("new@example.com").login(PASSWORD).await;
    let unverified = unverified.refused("EMAIL_NOT_VERIFIED");
    because(&janua, &admin, &unverified, "unverified").await;

    let bob = janua.person("bob@example.com").registered().await;
    let id = person(&janua, &admin, "bob@example.com").await["user_id"].clone();
    let at = format!("/api/v1/admin/users/{}/suspend", id.as_str().expect("an id"));
    admin.post(&janua, &at, json!({})).await.accepted();
    let suspended = bob.login(PASSWORD).await.refused("ACCOUNT_SUSPENDED");
    let told = because(&janua, &admin, &suspended, "suspended").await;
    assert_eq!(
        (&told["user_id"], &told["inputs"]["since"]),
        (&id, &json!("2026-01-11T10:30:02Z"))
    );
}

#[tokio::test]
async fn a_limit_is_named() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LOGIN", "3/3m")]).await;
    let admin = admin_of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    for _ in 0..3 {
        ada.login("wrong").await.refused("INVALID_CREDENTIALS");
    }
    let refused = ada.login(PASSWORD).await.refused("RATE_LIMITED");
    let told = because(&janua, &admin, &refused, "rate_limit").await;
    assert_eq!(
        told["inputs"],
        json!({"limit": "login", "burst": 3, "retry_after": 60})
    );
    assert!(told["user_id"].is_string(), "{told}");
    let said = Operator::of(&janua).does(&format!("explain {}", refused.str("/request_id")));
    let said = said.ok().out;
    for word in [
        "POST /api/v1/auth/login",
        "429 RATE_LIMITED",
        "the limit login",
        "what to do",
    ] {
        assert!(said.contains(word), "{word} is missing in {said}");
    }
}

#[tokio::test]
async fn who_must_sign_in_elsewhere_is_known_with_the_password_that_they_had() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let admin = admin_of(&janua).await;
    janua.person("ada@acme.com").registered().await;
    let acme = Customer::of(&janua, "acme").await;
    let more = json!({"enforce_sso": true});
    let connection = acme.connects(&janua, &idp, more).await.accepted().str("/id");
    for (password, reason) in [
        (PASSWORD, "sso_right_password"),
        ("wrong-password-73", "sso_other_password"),
    ] {
        let refused = janua
            .person("ada@acme.com")
            .login(password)
            .await
            .refused("SSO_REQUIRED");
        let told = because(&janua, &admin, &refused, reason).await;
        assert_eq!(told["inputs"]["connection_id"], connection);
        assert!(told["user_id"].is_string(), "{told}");
    }
}

#[tokio::test]
async fn the_second_step_tells_which_of_its_tokens_and_codes_was_wrong() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    protected(&janua, "ada@example.com").await;
    let at = "/api/v1/mfa/challenge/verify";
    let token = janua
        .person("ada@example.com")
        .login(PASSWORD)
        .await
        .str("/mfa_token");
    for (token, code, told, reason) in [
        (&token, "000000", "INVALID_MFA_CODE", "wrong_code"),
        (
            &token,
            "wrong-code",
            "INVALID_RECOVERY_CODE",
            "wrong_recovery_code",
        ),
        (&"x".to_owned(), "000000", "MFA_TOKEN_INVALID", "flow_malformed"),
        (
            &made_up(Kind::Flow),
            "000000",
            "MFA_TOKEN_INVALID",
            "flow_unknown",
        ),
    ] {
        let body = json!({"mfa_token": token, "code": code});
        let refused = janua.post(at, body).await.refused(told);
        let told = because(&janua, &admin, &refused, reason).await;
        assert_eq!(told["user_id"].is_string(), reason.starts_with("wrong"), "{told}");
    }
}

#[tokio::test]
async fn a_refresh_that_failed_is_told_from_one_that_was_stolen() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    let ada = janua.person("ada@example.com").registered().await;
    let (stolen, ended, old) = (ada.signs_in().await, ada.signs_in().await, ada.signs_in().await);
    let malformed = refresh(&janua, "x", "").await.refused("REFRESH_TOKEN_INVALID");
    because(&janua, &admin, &malformed, "refresh_malformed").await;
    let unknown = refresh(&janua, &made_up(Kind::Refresh), "").await;
    let unknown = unknown.refused("REFRESH_TOKEN_INVALID");
    because(&janua, &admin, &unknown, "refresh_unknown").await;

    let next = stolen.refreshes(&janua).await.accepted();
    refresh(&janua, &next.str("/refresh_token"), "").await.accepted();
    janua.advance(hours(1));
    let admin = janua.person("root@example.com").signs_in().await;
    let reused = stolen.refreshes(&janua).await.refused("REFRESH_TOKEN_REUSED");
    let told = because(&janua, &admin, &reused, "refresh_reused").await;
    assert!(told["user_id"].is_string(), "{told}");

    let body = json!({"refresh_token": ended.refresh});
    janua.post("/api/v1/auth/logout", body).await.accepted();
    let ended = ended.refreshes(&janua).await.refused("REFRESH_TOKEN_INVALID");
    because(&janua, &admin, &ended, "refresh_ended").await;

    janua.advance(days(8));
    let over = old.refreshes(&janua).await.refused("REFRESH_TOKEN_EXPIRED");
    let admin = janua.person("root@example.com").signs_in().await;
    because(&janua, &admin, &over, "refresh_over").await;
}

#[tokio::test]
async fn links_proofs_and_bodies_are_told_apart() {
    let janua = TestJanua::start().await;
    let admin = admin_of(&janua).await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    let at = "/api/v1/auth/email/verify";
    janua.post(at, json!({"token": secret})).await.accepted();
    for (token, reason) in [
        (secret, "link_used"),
        ("x".to_owned(), "link_malformed"),
        (made_up(Kind::Link), "link_unknown"),
    ] {
        let refused = janua
            .post(at, json!({"token": token}))
            .await
            .refused("LINK_INVALID");
        because(&janua, &admin, &refused, reason).await;
    }
    let me = "/api/v1/users/me";
    let nothing = janua.get(me).await.refused("NOT_AUTHENTICATED");
    because(&janua, &admin, &nothing, "nothing_shown").await;
    let request = janua.request(Method::GET, me).bearer_auth("no.jwt.here");
    let token = janua.send(request).await.refused("TOKEN_INVALID");
    because(&janua, &admin, &token, "token_signature").await;
    let request = janua.request(Method::GET, me).header("x-api-key", "x");
    let key = janua.send(request).await.refused("API_KEY_INVALID");
    because(&janua, &admin, &key, "key_malformed").await;

    // Where the code is the truth there is no other, and who is signed in is known.
    let request = janua.request(Method::POST, LOGIN).json(&json!({"email": "x"}));
    let missing = explained(&janua, &admin, &janua.send(request).await).await;
    assert!(
        missing["reason"].is_null() && missing["truth"].is_string(),
        "{missing}"
    );
    let ada = janua.person("ada@example.com").signs_in().await;
    let forbidden = ada.get(&janua, EXPLAIN).await.refused("FORBIDDEN");
    let told = explained(&janua, &admin, &forbidden).await;
    let session = ada.get(&janua, "/api/v1/sessions/current").await.accepted();
    assert!(told["user_id"].is_string(), "{told}");
    assert_eq!(told["session_id"], session.str("/id"), "{told}");
}

#[tokio::test]
async fn what_was_shed_is_known_too() {
    let janua = TestJanua::with(&[("LIMIT_CONCURRENCY", "1")]).await;
    let admin = admin_of(&janua).await;
    let mut connection = Connection::to(&janua).await;
    let headers = [("Content-Type", "application/json"), ("Content-Length", "100")];
    connection
        .say(head(&format!("POST {LOGIN}"), &headers) + "{")
        .await;
    let shed = async || {
        let answer = janua.person("ada@example.com").login(PASSWORD).await;
        (answer.status == 503).then_some(answer)
    };
    let shed = eventually("the only slot is taken", shed)
        .await
        .refused("OVERLOADED");
    drop(connection);
    let free = async || (admin.get(&janua, "/api/v1/sessions").await.status == 200).then_some(());
    eventually("the slot is free again", free).await;
    because(&janua, &admin, &shed, "no_slot").await;
}
