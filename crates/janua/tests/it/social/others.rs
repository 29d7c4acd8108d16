//! Providers that have their own way: Apple, LinkedIn and X; and issuers that the operator names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use janua::crypto::signing::{Algorithm, SigningKey};
use reqwest::Method;
use serde_json::{Value, json};

use super::idp::{CLIENT, Idp, SECRET};
use super::{ADA, counted, departure, person};
use crate::pages::browser::Browser;
use crate::support::{Answer, TestJanua};

/// The key that Apple gives to a client, as it gives it.
fn apple_key() -> (SigningKey, String) {
    let (key, pkcs8) = SigningKey::generate(Algorithm::Es256).expect("a key");
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(&*pkcs8)
    );
    (key, pem)
}

async fn with_apple(idp: &Idp) -> TestJanua {
    let (key, pem) = apple_key();
    idp.agrees_on(key.public().expect("its half").clone());
    idp.janua(&[
        ("OAUTH_APPLE_ISSUER", idp.url.as_str()),
        ("OAUTH_APPLE_CLIENT_ID", CLIENT),
        ("OAUTH_APPLE_PRIVATE_KEY", pem.as_str()),
        ("OAUTH_APPLE_TEAM_ID", "TEAM"),
        ("OAUTH_APPLE_KEY_ID", "KEY"),
    ])
    .await
}

/// Apple lets the browser bring its answer as a form of another site, which has no cookie of ours.
async fn comes_back_by_form(
    browser: &mut Browser<'_>,
    janua: &TestJanua,
    back: &str,
    user: Option<&str>,
) -> Answer {
    let (path, query) = back.split_once('?').expect("a query");
    let mut body = query.to_owned();
    if let Some(user) = user {
        body.push('&');
        body += &serde_urlencoded::to_string([("user", user)]).expect("a form");
    }
    let form = janua
        .request(Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://appleid.apple.com")
        .body(body);
    let again = janua.send(form).await;
    assert_eq!(again.status, 303, "{}", again.text);
    browser.opens(&again.header("location")).await
}

#[tokio::test]
async fn apple_gets_a_secret_that_was_signed_and_tells_the_name_once_to_the_browser() {
    let idp = Idp::start().await;
    let janua = with_apple(&idp).await;
    let claims = json!({"iss": idp.url, "sub": "000123.abc", "email": ADA, "email_verified": "true"});
    let mut browser = Browser::new(&janua);
    browser
        .opens("/auth/sign-in")
        .await
        .accepted()
        .says("Continue with Apple");
    let left = browser.opens(&departure("apple")).await;
    let to = left.header("location");
    assert!(
        to.contains("response_mode=form_post") && to.contains("scope=openid+email+name"),
        "{to}"
    );
    let back = idp.signs_in(&to, claims.clone());
    let user = r#"{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"eve@example.com"}"#;
    let arrived = comes_back_by_form(&mut browser, &janua, &back, Some(user)).await;
    arrived.leads_to("/account/security");
    let me = browser.opens("/api/v1/users/me").await.accepted().json();
    // The address is that of the token: what a browser brings is no proof.
    let told = (&me["email"], &me["first_name"], &me["last_name"]);
    assert_eq!(told, (&json!(ADA), &json!("Ada"), &json!("Lovelace")));

    let mut other = Browser::new(&janua);
    let left = other.opens(&departure("apple")).await;
    let back = idp.signs_in(&left.header("location"), claims);
    let nonsense = r#"{"name":{"firstName":7}}"#;
    comes_back_by_form(&mut other, &janua, &back, Some(nonsense))
        .await
        .leads_to("/account/security");
    assert_eq!(counted(&janua).await, (1, 2, 1));
}

#[tokio::test]
async fn a_client_whose_key_apple_does_not_know_gets_nobody_in() {
    let idp = Idp::start().await;
    let janua = with_apple(&idp).await;
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("apple")).await;
    let back = idp.signs_in(&left.header("location"), person(&idp, "1", ADA));
    idp.agrees_on(apple_key().0.public().expect("its half").clone());
    comes_back_by_form(&mut browser, &janua, &back, None)
        .await
        .refused("EXTERNAL_SERVICE_ERROR");
    assert_eq!(counted(&janua).await, (0, 0, 0));
}

async fn with(idp: &Idp, provider: &str) -> TestJanua {
    let name = |what: &str| format!("OAUTH_{}_{what}", provider.to_uppercase());
    let (base, id, secret) = (name("BASE_URL"), name("CLIENT_ID"), name("CLIENT_SECRET"));
    idp.janua(&[(&base, idp.url.as_str()), (&id, CLIENT), (&secret, SECRET)])
        .await
}

async fn signs_in(janua: &TestJanua, idp: &Idp, provider: &str, who: Value) -> (Answer, Value) {
    let mut browser = Browser::new(janua);
    let left = browser.opens(&departure(provider)).await;
    let back = idp.signs_in(&left.header("location"), who);
    let arrived = browser.opens(&back).await;
    let me = browser.opens("/api/v1/users/me").await;
    let me = if me.status == 200 { me.json() } else { json!(null) };
    (arrived, me)
}

#[tokio::test]
async fn linkedin_tells_who_it_is_beside_its_token() {
    let idp = Idp::start().await;
    let janua = with(&idp, "linkedin").await;
    let mut who = json!({"sub": "k7", "email": ADA, "email_verified": true, "name": "Ada Lovelace",
        "given_name": "Ada", "family_name": "Lovelace", "locale": {"country": "GB", "language": "en"}});
    let (arrived, me) = signs_in(&janua, &idp, "linkedin", who.clone()).await;
    arrived.leads_to("/account/security");
    let told = (&me["email"], &me["first_name"], &me["last_name"]);
    assert_eq!(told, (&json!(ADA), &json!("Ada"), &json!("Lovelace")));
    who["sub"] = json!("k8");
    for vouched in [json!(false), json!(null)] {
        who["email_verified"] = vouched;
        let (refused, _) = signs_in(&janua, &idp, "linkedin", who.clone()).await;
        refused.refused("OAUTH_EMAIL_UNVERIFIED");
    }
    assert_eq!(counted(&janua).await, (1, 1, 1));
}

#[tokio::test]
async fn x_vouches_for_an_address_by_telling_it_and_not_by_its_badge() {
    let idp = Idp::start().await;
    let janua = with(&idp, "x").await;
    let who = json!({"id": "2244994945", "username": "ada", "name": "Ada", "confirmed_email": ADA});
    let (arrived, me) = signs_in(&janua, &idp, "x", who).await;
    arrived.leads_to("/account/security");
    assert_eq!((&me["email"], &me["first_name"]), (&json!(ADA), &json!("Ada")));
    let badge = json!({"id": "1", "username": "eve", "name": "Eve", "verified": true, "email": ADA});
    let (refused, _) = signs_in(&janua, &idp, "x", badge).await;
    refused.refused("OAUTH_EMAIL_UNVERIFIED");
    assert_eq!(counted(&janua).await, (1, 1, 1));
}

#[test]
fn what_apple_needs_is_asked_for_at_the_start() {
    use janua::config::{Config, Env};
    let problems = |settings: &[(&str, &str)]| {
        let pairs = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        format!("{:?}", Config::read(&Env::of(pairs)).expect_err("problems"))
    };
    let told = problems(&[
        ("OAUTH_APPLE_CLIENT_ID", "com.example.id"),
        ("OAUTH_APPLE_PRIVATE_KEY", "no key"),
    ]);
    for name in ["OAUTH_APPLE_TEAM_ID", "OAUTH_APPLE_KEY_ID"] {
        assert!(told.contains(name), "{name} in {told}");
    }
}

#[tokio::test]
async fn issuers_that_the_operator_names_stand_beside_each_other() {
    let (idp, other) = (Idp::start().await, Idp::start().await);
    let janua = idp
        .janua(&[
            ("OAUTH_OIDC_PROVIDERS", "keycloak"),
            ("OAUTH_OIDC_KEYCLOAK_ISSUER", other.url.as_str()),
            ("OAUTH_OIDC_KEYCLOAK_CLIENT_ID", CLIENT),
            ("OAUTH_OIDC_KEYCLOAK_CLIENT_SECRET", SECRET),
            ("OAUTH_OIDC_KEYCLOAK_NAME", "Our people"),
        ])
        .await;
    let offered = janua.get("/api/v1/auth/oauth/providers").await.accepted().json();
    let last = offered["providers"].as_array().and_then(|it| it.last());
    assert_eq!(
        last,
        Some(&json!({"id": "keycloak", "name": "Our people",
            "authorize_path": "/api/v1/auth/oauth/keycloak/authorize"}))
    );
    let mut browser = Browser::new(&janua);
    browser.opens("/auth/sign-in").await.says("Our people");
    let of_other = |subject: &str, email: &str| {
        let mut said = person(&other, subject, email);
        let now = janua.app.clock.now().timestamp();
        (said["iat"], said["exp"]) = (json!(now), json!(now + 300));
        said
    };
    // One subject at two issuers is two people.
    for (provider, of, email, said) in [
        ("oidc", &idp, ADA, person(&idp, "1", ADA)),
        (
            "keycloak",
            &other,
            "bob@example.com",
            of_other("1", "bob@example.com"),
        ),
    ] {
        let mut browser = Browser::new(&janua);
        let left = browser.opens(&departure(provider)).await;
        assert!(left.header("location").starts_with(&of.url));
        let back = of.signs_in(&left.header("location"), said);
        assert!(
            back.starts_with(&format!("/api/v1/auth/oauth/{provider}/callback?")),
            "{back}"
        );
        browser.opens(&back).await.leads_to("/account/security");
        let me = browser.opens("/api/v1/users/me").await.accepted();
        assert_eq!(me.str("/email"), email);
        browser
            .opens("/account/connections")
            .await
            .says(if provider == "oidc" {
                "Unlink Example ID"
            } else {
                "Unlink Our people"
            });
    }
    let before = counted(&janua).await;
    // The answer of one is none of the other, by its way or by its token.
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("keycloak")).await;
    let back = other.signs_in(&left.header("location"), of_other("1", "bob@example.com"));
    browser
        .opens(&back.replace("/keycloak/", "/oidc/"))
        .await
        .refused("OAUTH_STATE_INVALID");
    let left = browser.opens(&departure("keycloak")).await;
    let back = other.signs_in(&left.header("location"), person(&idp, "1", ADA));
    browser.opens(&back).await.refused("EXTERNAL_SERVICE_ERROR");
    janua
        .get("/api/v1/auth/oauth/gitlab/authorize")
        .await
        .refused("OAUTH_PROVIDER_UNKNOWN");
    assert_eq!(counted(&janua).await, before);
}
