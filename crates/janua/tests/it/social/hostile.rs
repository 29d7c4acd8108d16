//! What a provider gets wrong, and what a thief tries on the way back.

use serde_json::json;

use super::idp::{Idp, Trouble};
use super::{ADA, comes_back, counted, departure, person};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::support::minutes;

#[tokio::test]
async fn a_way_back_counts_once_in_its_own_browser_for_ten_minutes() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("oidc")).await;
    let back = idp.signs_in(&left.header("location"), person(&idp, "1", ADA));
    // Somebody sends their own way back to somebody else, who would be signed in to the wrong account.
    let mut victim = Browser::new(&janua);
    victim.opens(&back).await.refused("OAUTH_STATE_INVALID");
    victim.opens(&departure("oidc")).await;
    victim.opens(&back).await.refused("OAUTH_STATE_INVALID");
    // One provider's answer is none of another.
    let crossed = back.replace("/oidc/", "/github/");
    browser.opens(&crossed).await.refused("OAUTH_STATE_INVALID");
    for state in ["", "jos_x", "jlk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        browser
            .opens(&format!("/api/v1/auth/oauth/oidc/callback?code=x&state={state}"))
            .await
            .refused("OAUTH_STATE_INVALID");
    }
    assert_eq!(counted(&janua).await, before);
    browser.opens(&back).await.leads_to("/account/security");
    browser.opens(&back).await.refused("OAUTH_STATE_INVALID");

    let mut late = Browser::new(&janua);
    let left = late.opens(&departure("oidc")).await;
    let back = idp.signs_in(&left.header("location"), person(&idp, "1", ADA));
    janua.advance(minutes(11));
    late.opens(&back).await.refused("OAUTH_STATE_INVALID");
    assert_eq!(counted(&janua).await, (before.0 + 1, before.1 + 1, before.2 + 1));
}

#[tokio::test]
async fn of_fifty_who_bring_the_same_answer_one_gets_in() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("oidc")).await;
    let back = idp.signs_in(&left.header("location"), person(&idp, "1", ADA));
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let tries = (0..50).map(|_| {
        let request = janua.request(reqwest::Method::GET, &back);
        janua.send(request.header("cookie", cookies.join("; ")))
    });
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|it| it.status == 303).count(), 1);
    assert_eq!(janua.count("SELECT count(*) FROM sessions").await, 1);
    assert_eq!(idp.was_asked("token"), 1);
}

#[tokio::test]
async fn a_token_that_is_not_what_it_must_be_opens_nothing() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    janua.person(ADA).registered().await;
    let before = counted(&janua).await;
    let now = janua.app.clock.now().timestamp();
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another client")),
        ("aud", json!([super::idp::CLIENT, "another client"])),
        ("azp", json!("another client")),
        ("nonce", json!("of another sign-in")),
        ("nonce", json!(null)),
        ("exp", json!(now - 61)),
        ("iat", json!(now + 61)),
        ("sub", json!("")),
        ("sub", json!(null)),
    ] {
        let mut claims = person(&idp, "1", ADA);
        claims[name] = value;
        let mut browser = Browser::new(&janua);
        let refused = comes_back(&mut browser, &idp, claims).await;
        refused.refused("EXTERNAL_SERVICE_ERROR");
    }
    idp.turns(Trouble::Forges);
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", ADA))
        .await
        .refused("EXTERNAL_SERVICE_ERROR");
    assert_eq!(counted(&janua).await, before);
}

#[tokio::test]
async fn a_provider_in_trouble_is_told_and_nothing_is_lost() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    for trouble in [
        Trouble::Fails,
        Trouble::Babbles,
        Trouble::Floods,
        Trouble::Pretends,
    ] {
        idp.turns(trouble);
        let mut browser = Browser::new(&janua);
        browser
            .opens(&departure("oidc"))
            .await
            .refused("EXTERNAL_SERVICE_ERROR");
        // Whoever does not answer is left alone for a moment.
        let asked = idp.was_asked("document");
        browser
            .opens(&departure("oidc"))
            .await
            .refused("EXTERNAL_SERVICE_ERROR");
        let rests = matches!(trouble, Trouble::Fails | Trouble::Floods);
        assert_eq!(idp.was_asked("document") == asked, rests, "{trouble:?}");
        janua.advance(chrono::TimeDelta::seconds(6));
    }
    idp.turns(Trouble::None);
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("oidc")).await;
    let mut claims = person(&idp, "1", ADA);
    claims["iat"] = json!(janua.app.clock.now().timestamp());
    let back = idp.signs_in(&left.header("location"), claims.clone());
    idp.turns(Trouble::Fails);
    browser.opens(&back).await.refused("EXTERNAL_SERVICE_ERROR");
    idp.turns(Trouble::None);
    janua.advance(chrono::TimeDelta::seconds(6));
    comes_back(&mut browser, &idp, claims)
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn a_person_reads_what_went_wrong_and_a_provider_cannot_write_it() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let mut browser = Browser::new(&janua);
    let left = browser.opens(&departure("oidc")).await;
    let state = left.header("location");
    let state = state
        .split("state=")
        .nth(1)
        .and_then(|it| it.split('&').next())
        .expect("a state");
    let back = format!(
        "/api/v1/auth/oauth/oidc/callback?state={state}&error=access_denied&error_description=%3Cscript%3Ecall+%2B1-900"
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
    page.says("OAUTH_DENIED");
    assert!(
        !page.text.contains("script>call") && !page.text.contains("900"),
        "{}",
        page.text
    );

    browser
        .opens(&departure("google"))
        .await
        .refused("OAUTH_PROVIDER_UNKNOWN");
    for to in ["https://evil.example/", "//evil.example", "javascript:alert(1)"] {
        browser
            .opens(&format!("{}?redirect_to={to}", departure("oidc")))
            .await
            .refused("INVALID_FIELD");
    }
    // A provider that sends a form: the browser asks again, with its cookies.
    let left = browser.opens(&departure("oidc")).await;
    let back = idp.signs_in(&left.header("location"), person(&idp, "1", ADA));
    let (path, query) = back.split_once('?').expect("a query");
    let form = janua
        .request(reqwest::Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://id.example.com")
        .body(query.to_owned());
    let again = janua.send(form).await;
    assert_eq!(again.status, 303, "{}", again.text);
    browser
        .opens(&again.header("location"))
        .await
        .leads_to("/account/security");
}
