//! Signing in at the identity provider of an organization.

use serde_json::json;

use super::{ADA, Customer, claims, comes_back, counted, janua_with, leaves};
use crate::mfa::protected;
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::social::idp::Idp;
use crate::support::minutes;

#[tokio::test]
async fn a_newcomer_gets_an_account_and_a_membership_and_comes_back_to_them() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = leaves(
        &mut browser,
        json!({"email": "Ada@Acme.com", "return_url": "/account/profile"}),
    )
    .await
    .accepted();
    let to = left.str("/redirect_url");
    assert!(
        to.starts_with(&format!("{}/authorize?audience=all&response_type=code", idp.url)),
        "{to}"
    );
    assert!(
        to.contains("login_hint=ada%40acme.com") && to.contains("code_challenge_method=S256"),
        "{to}"
    );
    let back = idp.signs_in(&to, claims(&idp, "1", ADA));
    let arrived = browser.opens(&back).await;
    assert_eq!(arrived.status, 303, "{}", arrived.text);
    assert!(arrived.header("location").ends_with("/account/profile"));
    browser.opens("/account/profile").await.says("Lovelace");
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!((&me["email"], &me["email_verified"]), (&json!(ADA), &json!(true)));
    let current = browser.opens("/api/v1/sessions/current").await.accepted().json();
    assert_eq!(current["amr"], json!(["federated"]));
    let organizations = browser.opens("/api/v1/organizations").await.accepted().json();
    assert_eq!(organizations["organizations"][0]["id"], acme.organization);
    assert_eq!(organizations["organizations"][0]["role"], "member");
    assert_eq!(
        counted(&janua).await,
        (before.0 + 1, before.1 + 1, 1, before.3 + 1)
    );
    let facts = janua.facts("member.added").await;
    assert_eq!(
        (&facts["connection_id"], &facts["role"]),
        (&json!(connection), &json!("member"))
    );

    // The provider's id for a person counts, not the address, which may move on; names follow.
    let mut other = Browser::new(&janua);
    let mut again = claims(&idp, "1", "lovelace@elsewhere.example");
    again["given_name"] = json!("Augusta");
    comes_back(&mut other, &idp, &connection, again)
        .await
        .leads_to("/account/security");
    let same = other.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!((&same["id"], &same["email"]), (&me["id"], &me["email"]));
    assert_eq!(same["first_name"], "Augusta");
    // Documents and keys are kept.
    assert_eq!((idp.was_asked("document"), idp.was_asked("jwks")), (1, 1));
}

#[tokio::test]
async fn browsers_are_sent_on_and_pages_lead_there() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    for wanted in [
        json!({"connection_id": connection}),
        json!({"organization_slug": "acme"}),
        json!({"email": ADA}),
    ] {
        let request = janua
            .request(reqwest::Method::POST, super::INITIATE)
            .json(&wanted);
        let sent = janua.send(request.header("accept", "text/html")).await;
        assert_eq!(sent.status, 302, "{}", sent.text);
        assert!(sent.header("location").starts_with(&idp.url));
        assert!(sent.cookie("janua_sso").starts_with("jsb_"));
    }
    let mut browser = Browser::new(&janua);
    let page = browser
        .opens("/auth/sign-in?return_to=%2Faccount%2Fprofile")
        .await
        .accepted();
    page.says("href=\"/auth/sso?return_to=/account/profile\"");
    let page = browser.opens("/auth/sso").await.accepted();
    assert_page(&page);
    let unknown = browser.opens("/auth/sso?email=ada%40nobody.example").await;
    assert_eq!(unknown.status, 404);
    assert_page(&unknown);
    unknown.says("No organization signs people in for this");
    let wrong = browser.opens("/auth/sso?email=nothing").await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let page = browser
        .opens("/auth/sso?email=ada%40acme.com&return_to=%2Faccount%2Fprofile")
        .await
        .accepted();
    assert_page(&page);
    page.says("On to Acme ID");
    let link = page
        .text
        .split("class=\"button\" href=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    let link = link.expect("a link").replace("&amp;", "&").replace("&#x2f;", "/");
    let back = idp.signs_in(&link, claims(&idp, "1", ADA));
    let arrived = browser.opens(&back).await;
    assert!(
        arrived.header("location").ends_with("/account/profile"),
        "{}",
        arrived.text
    );
    let page = browser
        .opens("/auth/sso?organization=acme&lang=es")
        .await
        .accepted();
    page.says("Vamos a Acme ID");
}

#[tokio::test]
async fn second_factors_and_suspensions_still_count() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let _ = protected(&janua, ADA).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .leads_to("/auth/second-factor");
    assert!(!browser.cookies.keys().any(|it| it.contains("janua_session")));
    janua.count("SELECT count(*) FROM sso_accounts").await;
    let mut db: &janua::io::db::Db = &janua.app.db;
    let sql = "UPDATE users SET suspended_at = created_at WHERE email = $1";
    janua::io::db::Querier::execute(&mut db, sql, janua::params![ADA])
        .await
        .expect("it runs");
    comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .refused("ACCOUNT_SUSPENDED");
}

#[tokio::test]
async fn a_third_round_within_a_minute_is_told_as_a_loop() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let mut browser = Browser::new(&janua);
    for _ in 0..2 {
        comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA))
            .await
            .leads_to("/account/security");
    }
    let refused = leaves(&mut browser, json!({"connection_id": connection})).await;
    let refused = refused.refused("SSO_REDIRECT_LOOP");
    assert_eq!(refused.json()["details"]["setting"], "SESSION_COOKIE_SAMESITE");
    let page = browser.opens("/auth/sso?organization=acme").await;
    page.says("SESSION_COOKIE_SAMESITE");
    // Somebody else, and whoever waits, goes on.
    let mut other = Browser::new(&janua);
    leaves(&mut other, json!({"connection_id": connection}))
        .await
        .accepted();
    janua.advance(minutes(2));
    leaves(&mut browser, json!({"connection_id": connection}))
        .await
        .accepted();
}
