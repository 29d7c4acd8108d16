//! Signing in and up with another provider.

use serde_json::json;

use super::idp::Idp;
use super::{ADA, comes_back, counted, departure, person, session};
use crate::mfa::protected;
use crate::pages::browser::Browser;
use crate::support::{PASSWORD, TestJanua, minutes};

#[tokio::test]
async fn a_newcomer_gets_an_account_and_comes_back_to_it() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let mut browser = Browser::new(&janua);
    let page = browser.opens("/auth/sign-in").await.accepted();
    page.says("Continue with Example ID");
    page.says("href=\"/api/v1/auth/oauth/github/authorize\"");
    let listed = janua.get("/api/v1/auth/oauth/providers").await.accepted().json();
    assert_eq!(
        listed["providers"][1],
        json!({"id": "oidc", "name": "Example ID", "authorize_path": departure("oidc")})
    );

    let left = browser
        .opens(&format!("{}?redirect_to=/account/profile", departure("oidc")))
        .await;
    let to = left.header("location");
    assert!(
        to.starts_with(&format!("{}/authorize?audience=all&response_type=code", idp.url)),
        "{to}"
    );
    let back = idp.signs_in(&to, person(&idp, "1", "Ada@Example.com"));
    let arrived = browser.opens(&back).await;
    assert!(
        arrived.header("location").ends_with("/account/profile"),
        "{}",
        arrived.header("location")
    );
    browser.opens("/account/profile").await.says("Lovelace");
    let current = session(&mut browser).await;
    assert_eq!(current["amr"], json!(["federated"]));
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!((&me["email"], &me["email_verified"]), (&json!(ADA), &json!(true)));
    let subjects: Vec<_> = janua.mails(ADA).await.into_iter().map(|it| it.subject).collect();
    assert!(
        subjects.iter().any(|it| it.starts_with("Example ID now opens")),
        "{subjects:?}"
    );

    // The provider's id for a person counts, not the address, which may move on.
    let mut other = Browser::new(&janua);
    comes_back(&mut other, &idp, person(&idp, "1", "lovelace@example.com"))
        .await
        .leads_to("/account/security");
    let again = other.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!((&again["id"], &again["email"]), (&me["id"], &me["email"]));
    assert_eq!(counted(&janua).await, (1, 2, 1));
    // Documents and keys are kept.
    assert_eq!((idp.was_asked("document"), idp.was_asked("jwks")), (1, 1));
}

#[tokio::test]
async fn an_address_that_its_owner_has_proved_here_is_linked_and_its_factors_still_count() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let (who, ..) = protected(&janua, ADA).await;
    let mut browser = Browser::new(&janua);
    let arrived = comes_back(&mut browser, &idp, person(&idp, "1", ADA)).await;
    arrived.leads_to("/auth/second-factor");
    browser.opens("/auth/second-factor").await.accepted();
    browser
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    assert!(!browser.cookies.keys().any(|it| it.contains("janua_session")));
    let linked = who
        .get(&janua, "/api/v1/auth/oauth/accounts")
        .await
        .accepted()
        .json();
    assert_eq!(linked["accounts"][0]["provider"], "oidc");
    assert_eq!(linked["accounts"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_somebody_set_up_on_an_address_they_never_proved_is_gone_before_its_owner_comes() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[("REQUIRE_EMAIL_VERIFICATION", "false")]).await;
    // Eve registers Ada's address, signs in, and waits.
    let person_of_eve = janua.person(ADA);
    person_of_eve.signs_up().await.accepted();
    let eve = person_of_eve.signs_in().await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    eve.get(&janua, "/api/v1/users/me").await.refused("TOKEN_REVOKED");
    person_of_eve.login(PASSWORD).await.refused("INVALID_CREDENTIALS");
}

#[tokio::test]
async fn an_address_that_nobody_vouches_for_opens_and_makes_nothing() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    janua.person(ADA).registered().await;
    let before = counted(&janua).await;
    for email in [json!(ADA), json!("new@example.com"), json!(null)] {
        for vouched in [json!(false), json!(null), json!("false"), json!(1)] {
            let mut claims = person(&idp, "9", ADA);
            claims["email"] = email.clone();
            claims["email_verified"] = vouched;
            let mut browser = Browser::new(&janua);
            // The same for an address that has an account and one that has none.
            comes_back(&mut browser, &idp, claims)
                .await
                .refused("OAUTH_EMAIL_UNVERIFIED");
        }
    }
    assert_eq!(counted(&janua).await, before);
    // In a directory of one's own the operator vouches.
    let trusting = idp.janua(&[("OAUTH_TRUSTED_FOR_EMAIL", "oidc")]).await;
    let mut claims = person(&idp, "9", ADA);
    claims["email_verified"] = json!(null);
    let mut browser = Browser::new(&trusting);
    comes_back(&mut browser, &idp, claims)
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn newcomers_stay_out_where_the_operator_wants_that_and_suspended_people_too() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[("OAUTH_SIGNUP", "false")]).await;
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", "new@example.com"))
        .await
        .refused("OAUTH_SIGNUP_DISABLED");
    assert_eq!(counted(&janua).await, before);

    janua.person(ADA).registered().await;
    comes_back(&mut browser, &idp, person(&idp, "2", ADA))
        .await
        .leads_to("/account/security");
    suspended(&janua).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "2", ADA))
        .await
        .refused("ACCOUNT_SUSPENDED");
}

async fn suspended(janua: &TestJanua) {
    use janua::io::db::Querier;
    let mut tx = janua.app.db.begin().await.expect("a transaction");
    (&mut tx)
        .execute("UPDATE users SET suspended_at = created_at", janua::params![])
        .await
        .expect("it runs");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn an_address_that_is_not_in_the_token_is_asked_for_and_has_to_be_of_the_same_person() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let told = |sub: &str, vouched: bool| {
        json!({"iss": idp.url, "sub": "1",
            "userinfo": {"sub": sub, "email": ADA, "email_verified": vouched, "family_name": "Lovelace"}})
    };
    for (claims, code) in [
        (told("2", true), "EXTERNAL_SERVICE_ERROR"),
        (told("1", false), "OAUTH_EMAIL_UNVERIFIED"),
    ] {
        let mut browser = Browser::new(&janua);
        comes_back(&mut browser, &idp, claims).await.refused(code);
    }
    assert_eq!(counted(&janua).await, (0, 0, 0));
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, told("1", true))
        .await
        .leads_to("/account/security");
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!(
        (&me["email"], &me["last_name"]),
        (&json!(ADA), &json!("Lovelace"))
    );
}

#[tokio::test]
async fn github_tells_the_address_that_is_the_persons_own() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let github = json!({
        "user": {"id": 583_231, "login": "ada", "name": "Ada Lovelace", "email": "shown@example.com"},
        "emails": [{"email": "old@example.com", "primary": false, "verified": true},
            {"email": ADA, "primary": true, "verified": true}],
    });
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("github")).await;
    let back = idp.signs_in(&left.header("location"), github.clone());
    browser.opens(&back).await.leads_to("/account/security");
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!(
        (&me["email"], &me["first_name"]),
        (&json!(ADA), &json!("Ada Lovelace"))
    );

    let mut unproved = github;
    unproved["user"]["id"] = json!(1);
    unproved["emails"][1]["verified"] = json!(false);
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("github")).await;
    let back = idp.signs_in(&left.header("location"), unproved);
    browser.opens(&back).await.refused("OAUTH_EMAIL_UNVERIFIED");
}

#[tokio::test]
async fn keys_that_are_new_are_fetched_once_a_minute() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    idp.rotates();
    // A moment after they were fetched nobody is sent for them again.
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", ADA))
        .await
        .refused("EXTERNAL_SERVICE_ERROR");
    assert_eq!(idp.was_asked("jwks"), 1);
    janua.advance(minutes(2));
    let mut claims = person(&idp, "1", ADA);
    claims["iat"] = json!(janua.app.clock.now().timestamp());
    comes_back(&mut browser, &idp, claims)
        .await
        .leads_to("/account/security");
    assert_eq!(idp.was_asked("jwks"), 2);
}
