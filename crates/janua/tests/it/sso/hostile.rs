//! What a provider gets wrong, and what a thief tries on the way back.

use futures_util::future::join_all;
use serde_json::json;

use super::{ADA, CONNECTIONS, Customer, claims, comes_back, counted, janua_with, leaves};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::social::idp::{CLIENT, Idp, SECRET, Trouble};
use crate::support::minutes;

#[tokio::test]
async fn a_way_back_counts_once_in_its_own_browser_for_ten_minutes() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = leaves(&mut browser, json!({"connection_id": connection})).await;
    let back = idp.signs_in(&left.str("/redirect_url"), claims(&idp, "1", ADA));
    // Somebody sends their own way back to somebody else, who would be signed in to the wrong account.
    let mut victim = Browser::new(&janua);
    let refused = victim.opens(&back).await.refused("SSO_STATE_INVALID");
    assert_eq!(
        (refused.status.as_u16(), refused.str("/error")),
        (401, "SSO_AUTHENTICATION_ERROR".to_owned())
    );
    leaves(&mut victim, json!({"connection_id": connection}))
        .await
        .accepted();
    victim.opens(&back).await.refused("SSO_STATE_INVALID");
    // What was signed cannot be edited.
    let state = back
        .split("state=")
        .nth(1)
        .and_then(|it| it.split('&').next())
        .expect("a state");
    let (nonce, tag) = state.split_once('.').expect("two parts");
    assert!(state.len() <= 80, "SAML allows 80 bytes");
    for forged in [
        String::new(),
        "x.y".to_owned(),
        nonce.to_owned(),
        format!("{nonce}."),
        format!("{nonce}.{}", "A".repeat(43)),
        format!("AAAAAAAAAAAAAAAAAAAAAA.{tag}"),
        format!("{state}x"),
        format!("{state}.{tag}"),
    ] {
        browser
            .opens(&format!("/api/v1/sso/callback?code=x&state={forged}"))
            .await
            .refused("SSO_STATE_INVALID");
    }
    assert_eq!(counted(&janua).await, before);
    browser.opens(&back).await.leads_to("/account/security");
    browser.opens(&back).await.refused("SSO_STATE_INVALID");

    let mut late = Browser::new(&janua);
    let left = leaves(&mut late, json!({"connection_id": connection})).await;
    let back = idp.signs_in(&left.str("/redirect_url"), claims(&idp, "1", ADA));
    janua.advance(minutes(11));
    late.opens(&back).await.refused("SSO_STATE_INVALID");
}

#[tokio::test]
async fn of_fifty_who_bring_the_same_answer_one_gets_in() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = leaves(&mut browser, json!({"connection_id": connection})).await;
    let back = idp.signs_in(&left.str("/redirect_url"), claims(&idp, "1", ADA));
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let tries = (0..50).map(|_| {
        let request = janua.request(reqwest::Method::GET, &back);
        janua.send(request.header("cookie", cookies.join("; ")))
    });
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|it| it.status == 303).count(), 1);
    assert_eq!(
        counted(&janua).await,
        (before.0 + 1, before.1 + 1, 1, before.3 + 1)
    );
    assert_eq!(idp.was_asked("token"), 1);
}

#[tokio::test]
async fn the_answer_of_one_connection_is_none_of_another() {
    let (idp, evil) = (Idp::start().await, Idp::start().await);
    let janua = janua_with(&idp, &[]).await;
    let (acme, umbrella) = (
        Customer::of(&janua, "acme").await,
        Customer::of(&janua, "umbrella").await,
    );
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let other = umbrella
        .connects(&janua, &evil, json!({}))
        .await
        .accepted()
        .str("/id");
    let before = counted(&janua).await;
    // That provider's clock is not set.
    let now = janua.app.clock.now().timestamp();
    let speaks = |of: &Idp, subject: &str, email: &str| {
        let mut said = claims(of, subject, email);
        said["iat"] = json!(now);
        said["exp"] = json!(now + 300);
        said
    };
    // A code of one provider with the state of another: it is exchanged where it was not made.
    let mut browser = Browser::new(&janua);
    let to_acme = leaves(&mut browser, json!({"connection_id": connection}))
        .await
        .str("/redirect_url");
    let to_evil = leaves(&mut browser, json!({"connection_id": other}))
        .await
        .str("/redirect_url");
    let of_evil = evil.signs_in(&to_evil, claims(&evil, "1", ADA));
    let state = |url: &str| {
        url.split("state=")
            .nth(1)
            .and_then(|it| it.split('&').next())
            .map(str::to_owned)
    };
    let code = of_evil
        .split("code=")
        .nth(1)
        .and_then(|it| it.split('&').next())
        .expect("a code");
    let mixed = format!(
        "/api/v1/sso/callback?state={}&code={code}",
        state(&to_acme).expect("a state")
    );
    browser.opens(&mixed).await.refused("SSO_AUTHENTICATION_ERROR");
    let wrong = idp.signs_in(
        &leaves(&mut browser, json!({"connection_id": connection}))
            .await
            .str("/redirect_url"),
        claims(&idp, "1", ADA),
    );
    let refused = browser.opens(&format!("{wrong}&iss=https://evil.example")).await;
    let refused = refused.refused("SSO_AUTHENTICATION_ERROR");
    assert_eq!(refused.json()["details"]["seen"], "https://evil.example");
    // The provider of one organization cannot speak for the people of another, whoever signs it.
    for claims in [speaks(&evil, "1", ADA), speaks(&idp, "1", ADA)] {
        let mut browser = Browser::new(&janua);
        let refused = comes_back(&mut browser, &evil, &other, claims).await;
        assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.text);
    }
    assert_eq!(counted(&janua).await, before);
    // Nor open an account that another one has linked, by the same id.
    let mut ada = Browser::new(&janua);
    comes_back(&mut ada, &idp, &connection, claims(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    let mut eve = Browser::new(&janua);
    comes_back(&mut eve, &evil, &other, speaks(&evil, "1", ADA))
        .await
        .refused("SSO_EMAIL_UNTRUSTED");
    comes_back(
        &mut eve,
        &evil,
        &other,
        speaks(&evil, "1", "mallory@umbrella.com"),
    )
    .await
    .leads_to("/account/security");
    let mallory = eve.opens("/api/v1/users/me").await.accepted().json();
    assert_eq!(mallory["email"], "mallory@umbrella.com");
}

#[tokio::test]
async fn a_token_that_is_not_what_it_must_be_opens_nothing() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let before = counted(&janua).await;
    let now = janua.app.clock.now().timestamp();
    for (name, value, message) in [
        ("iss", json!("https://evil.example"), "Assertion not valid"),
        ("aud", json!("another client"), "Invalid audience"),
        ("aud", json!([CLIENT, "another client"]), "Invalid audience"),
        ("azp", json!("another client"), "Invalid audience"),
        ("nonce", json!("of another sign-in"), "Assertion not valid"),
        ("exp", json!(now - 61), "Response expired"),
        ("iat", json!(now + 61), "NotBefore condition not met"),
        ("sub", json!(""), "Assertion not valid"),
    ] {
        let mut said = claims(&idp, "1", ADA);
        said[name] = value;
        let mut browser = Browser::new(&janua);
        let refused = comes_back(&mut browser, &idp, &connection, said).await;
        let refused = refused.refused("SSO_AUTHENTICATION_ERROR");
        assert_eq!(
            (refused.str("/message"), refused.status.as_u16()),
            (message.to_owned(), 401),
            "{name}"
        );
        assert_eq!(refused.str("/error"), "SSO_AUTHENTICATION_ERROR");
    }
    let mut said = claims(&idp, "1", ADA);
    said["userinfo"] = json!({"sub": "2", "email": ADA});
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, &connection, said)
        .await
        .refused("SSO_AUTHENTICATION_ERROR");
    idp.turns(Trouble::Forges);
    let refused = comes_back(&mut browser, &idp, &connection, claims(&idp, "1", ADA)).await;
    assert_eq!(
        refused.refused("SSO_AUTHENTICATION_ERROR").str("/message"),
        "Signature verification failed"
    );
    assert_eq!(counted(&janua).await, before);
}

#[tokio::test]
async fn a_provider_in_trouble_is_told_and_nothing_is_lost() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let mut browser = Browser::new(&janua);
    for trouble in [
        Trouble::Fails,
        Trouble::Babbles,
        Trouble::Floods,
        Trouble::Pretends,
    ] {
        idp.turns(trouble);
        let refused = leaves(&mut browser, json!({"connection_id": connection})).await;
        assert_eq!(
            refused.refused("EXTERNAL_SERVICE_ERROR").status,
            502,
            "{trouble:?}"
        );
        janua.advance(chrono::TimeDelta::seconds(6));
    }
    idp.turns(Trouble::None);
    let left = leaves(&mut browser, json!({"connection_id": connection}))
        .await
        .accepted();
    let mut said = claims(&idp, "1", ADA);
    said["iat"] = json!(janua.app.clock.now().timestamp());
    let back = idp.signs_in(&left.str("/redirect_url"), said.clone());
    idp.turns(Trouble::Fails);
    browser.opens(&back).await.refused("EXTERNAL_SERVICE_ERROR");
    idp.turns(Trouble::None);
    janua.advance(chrono::TimeDelta::seconds(6));
    comes_back(&mut browser, &idp, &connection, said)
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn a_connection_that_was_turned_off_lets_nobody_in() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = leaves(&mut browser, json!({"connection_id": connection})).await;
    let back = idp.signs_in(&left.str("/redirect_url"), claims(&idp, "1", ADA));
    acme.changes(&janua, &connection, json!({"state": "disabled"}))
        .await
        .accepted();
    browser.opens(&back).await.refused("SSO_CONNECTION_DISABLED");
    leaves(&mut browser, json!({"connection_id": connection}))
        .await
        .refused("SSO_CONNECTION_DISABLED");
    leaves(&mut browser, json!({"email": ADA}))
        .await
        .refused("SSO_NOT_AVAILABLE");
    assert_eq!(counted(&janua).await, before);
}

#[tokio::test]
async fn nobody_is_sent_to_a_place_of_a_stranger() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[("CORS_ORIGINS", "https://app.example.com")]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    for to in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\tevil.example",
        "javascript:alert(1)",
        "https://user@app.example.com/",
        "https://app.example.com.evil.example/",
    ] {
        let mut browser = Browser::new(&janua);
        leaves(
            &mut browser,
            json!({"connection_id": connection, "return_url": to}),
        )
        .await
        .refused("INVALID_FIELD");
    }
    let mut browser = Browser::new(&janua);
    let wanted = json!({"connection_id": connection, "return_url": "https://app.example.com/x"});
    let left = leaves(&mut browser, wanted).await.accepted();
    let back = idp.signs_in(&left.str("/redirect_url"), claims(&idp, "1", ADA));
    browser.opens(&back).await.leads_to("https://app.example.com/x");
}

#[tokio::test]
async fn no_address_inside_is_asked() {
    let idp = Idp::start().await;
    // As in production: nothing inside may be reached.
    let secret = super::SETTINGS[0];
    let janua = idp.janua(&[secret, ("RATE_LIMIT_ENABLED", "false")]).await;
    let acme = Customer::of(&janua, "acme").await;
    let port = idp.url.rsplit(':').next().expect("a port");
    for issuer in [
        idp.url.clone(),
        format!("https://127.0.0.1:{port}"),
        format!("https://127.1:{port}"),
        format!("https://0x7f000001:{port}"),
        format!("https://2130706433:{port}"),
        format!("https://[::ffff:127.0.0.1]:{port}"),
        format!("https://localhost.:{port}"),
        format!("https://user:pw@1.1.1.1:{port}"),
        "https://169.254.169.254/latest".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1:70/".to_owned(),
        "ftp://1.1.1.1/".to_owned(),
        "data:text/plain,x".to_owned(),
        "https://1.1.1.1/?x=1".to_owned(),
    ] {
        let body = json!({"organization_id": acme.organization, "kind": "oidc", "name": "Inside",
            "oidc": {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET}});
        let refused = acme
            .owner
            .post(&janua, CONNECTIONS, body)
            .await
            .refused("INVALID_FIELD");
        assert_eq!(
            (refused.status.as_u16(), refused.str("/details/field")),
            (422, "oidc.issuer".to_owned()),
            "{issuer}"
        );
    }
    assert_eq!(idp.was_asked("document"), 0);
}

#[tokio::test]
async fn what_went_wrong_is_told_on_a_page_and_a_provider_cannot_write_it() {
    let idp = Idp::start().await;
    let janua = janua_with(&idp, &[]).await;
    let acme = Customer::of(&janua, "acme").await;
    let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
    let mut browser = Browser::new(&janua);
    let left = leaves(&mut browser, json!({"connection_id": connection}))
        .await
        .str("/redirect_url");
    let state = left
        .split("state=")
        .nth(1)
        .and_then(|it| it.split('&').next())
        .expect("a state");
    let back = format!(
        "/api/v1/sso/callback?state={state}&error=access_denied&error_description=%3Cscript%3Ecall+%2B1-900"
    );
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = janua
        .request(reqwest::Method::GET, &back)
        .header("cookie", cookies.join("; "));
    let page = janua.send(request.header("accept", "text/html")).await;
    assert_eq!(page.status, 401);
    assert_page(&page);
    page.says("SSO_AUTHENTICATION_ERROR");
    assert!(
        !page.text.contains("script>call") && !page.text.contains("900"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn clocks_may_differ_by_as_much_as_the_operator_allows() {
    let idp = Idp::start().await;
    for (setting, allowed) in [("0", 0), ("60", 60), ("180", 180)] {
        let janua = janua_with(&idp, &[("SSO_CLOCK_SKEW_SECONDS", setting)]).await;
        let acme = Customer::of(&janua, "acme").await;
        let connection = acme.connects(&janua, &idp, json!({})).await.accepted().str("/id");
        let now = janua.app.clock.now().timestamp();
        for (name, value, message) in [
            ("exp", now - allowed, "Response expired"),
            ("iat", now + allowed + 1, "NotBefore condition not met"),
        ] {
            let mut said = claims(&idp, "1", ADA);
            said[name] = json!(value);
            let mut browser = Browser::new(&janua);
            let refused = comes_back(&mut browser, &idp, &connection, said.clone()).await;
            assert_eq!(refused.str("/message"), message, "{name} {setting}");
            // A second nearer is near enough.
            said[name] = json!(if name == "exp" { value + 1 } else { value - 1 });
            comes_back(&mut browser, &idp, &connection, said)
                .await
                .leads_to("/account/security");
        }
    }
}
