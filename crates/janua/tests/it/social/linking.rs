//! Linking and unlinking, by the API and on the page.

use serde_json::json;

use super::idp::Idp;
use super::{ADA, comes_back, counted, person};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::support::{Answer, minutes};

const LINK: &str = "/api/v1/auth/oauth/oidc/link";
const ACCOUNTS: &str = "/api/v1/auth/oauth/accounts";
const PAGE: &str = "/account/connections";

/// Where the page leads that follows the button.
pub(crate) fn onward(page: &Answer) -> String {
    assert_page(page);
    let link = page.text.split("class=\"button\" href=\"").nth(1);
    let link = link.and_then(|it| it.split('"').next()).expect("a link");
    link.replace("&amp;", "&").replace("&#x2f;", "/")
}

#[tokio::test]
async fn somebody_links_on_the_page_signs_in_with_it_and_unlinks() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    browser
        .opens("/account/security")
        .await
        .says("href=\"/account/connections\"");
    let page = browser.opens(PAGE).await.accepted();
    assert_page(&page);
    page.says("Link Example ID");
    let left = browser.sends(&format!("{PAGE}/oidc/link"), &[]).await;
    // An address that nobody vouches for does no harm here: it is not looked at.
    let mut claims = person(&idp, "1", "elsewhere@example.com");
    claims["email_verified"] = json!(false);
    let back = idp.signs_in(&onward(&left), claims.clone());
    let arrived = browser.opens(&back).await;
    assert!(
        arrived
            .header("location")
            .ends_with("/account/connections?done=linked")
    );
    let page = browser.opens("/account/connections?done=linked").await.accepted();
    assert_page(&page);
    page.says("elsewhere@example.com");
    let told = janua.facts("social.linked").await;
    assert_eq!(told["provider"], "oidc");

    let mut other = Browser::new(&janua);
    comes_back(&mut other, &idp, claims.clone())
        .await
        .leads_to("/account/security");
    browser.opens(PAGE).await.accepted();
    browser
        .sends(&format!("{PAGE}/oidc/unlink"), &[])
        .await
        .leads_to("/account/connections?done=unlinked");
    // Whoever got in with it is out.
    other
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    comes_back(&mut other, &idp, claims)
        .await
        .refused("OAUTH_EMAIL_UNVERIFIED");
    let subjects: Vec<_> = janua.mails(ADA).await.into_iter().map(|it| it.subject).collect();
    assert!(
        subjects.iter().any(|it| it.contains("does not open your")),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn linking_needs_a_fresh_proof_and_a_session_that_still_lives() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let who = janua.person(ADA).registered().await.signs_in().await;
    janua.advance(minutes(11));
    who.post(&janua, LINK, json!({}))
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    who.delete(&janua, LINK)
        .await
        .refused("REAUTHENTICATION_REQUIRED");
    let person_of_ada = janua.person(ADA);
    let who = person_of_ada.signs_in().await;
    let begun = who
        .post(&janua, LINK, json!({"redirect_to": "/account/profile"}))
        .await
        .accepted();
    let mut claims = person(&idp, "1", ADA);
    claims["iat"] = json!(janua.app.clock.now().timestamp());
    let back = idp.signs_in(&begun.str("/authorization_url"), claims);
    who.post(&janua, "/api/v1/auth/logout", json!({}))
        .await
        .accepted();
    let before = counted(&janua).await;
    let mut browser = Browser::new(&janua);
    let (name, value) = begun.cookies()[0]
        .split_once('=')
        .map(|(name, rest)| {
            (
                name.to_owned(),
                rest.split(';').next().unwrap_or_default().to_owned(),
            )
        })
        .expect("a cookie");
    browser.cookies.insert(name, value);
    let refused = browser.opens(&back).await;
    assert_eq!(refused.status, 401, "{}", refused.text);
    assert_eq!(counted(&janua).await.2, before.2);
}

#[tokio::test]
async fn an_account_elsewhere_opens_one_account_here() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let mut eve = Browser::new(&janua);
    comes_back(&mut eve, &idp, person(&idp, "1", "eve@example.com"))
        .await
        .leads_to("/account/security");
    janua.person(ADA).registered().await;
    let mut ada = Browser::of(&janua, ADA).await;
    ada.opens(PAGE).await.accepted();
    let left = ada.sends(&format!("{PAGE}/oidc/link"), &[]).await;
    let back = idp.signs_in(&onward(&left), person(&idp, "1", "eve@example.com"));
    ada.opens(&back).await.refused("OAUTH_ALREADY_LINKED");
    // Nor does somebody have two of one provider.
    for (subject, links) in [("2", true), ("3", false)] {
        // Any page brings what a form of ours must carry.
        ada.opens("/account/profile").await.accepted();
        let left = ada.sends(&format!("{PAGE}/oidc/link"), &[]).await;
        let back = idp.signs_in(&onward(&left), person(&idp, subject, ADA));
        let arrived = ada.opens(&back).await;
        if links {
            assert_eq!(arrived.status, 303, "{}", arrived.text);
        } else {
            arrived.refused("OAUTH_ALREADY_LINKED");
        }
    }
    assert_eq!(counted(&janua).await.2, 2);
}

#[tokio::test]
async fn the_last_way_in_stays_and_what_is_not_there_is_not_found() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[]).await;
    let mut browser = Browser::new(&janua);
    comes_back(&mut browser, &idp, person(&idp, "1", ADA))
        .await
        .leads_to("/account/security");
    browser.opens(PAGE).await.accepted();
    let refused = browser.sends(&format!("{PAGE}/oidc/unlink"), &[]).await;
    assert_eq!(refused.status, 409);
    refused.says("last way in");
    assert_eq!(counted(&janua).await.2, 1);

    let bob = janua
        .person("bob@example.com")
        .registered()
        .await
        .signs_in()
        .await;
    bob.delete(&janua, LINK).await.refused("OAUTH_NOT_LINKED");
    janua.get(ACCOUNTS).await.refused("NOT_AUTHENTICATED");
    assert_eq!(
        bob.get(&janua, ACCOUNTS).await.accepted().json(),
        json!({"accounts": []})
    );
}

#[tokio::test]
async fn of_two_last_ways_in_that_are_unlinked_at_once_one_stays() {
    let idp = Idp::start().await;
    let janua = idp.janua(&[("RATE_LIMIT_ENABLED", "false")]).await;
    let github = |id: u32| {
        let emails = json!([{"email": ADA, "primary": true, "verified": true}]);
        json!({"user": {"id": id, "login": "ada"}, "emails": emails})
    };
    for round in 0..10 {
        let email = format!("ada-{round}@example.com");
        let mut browser = Browser::new(&janua);
        comes_back(&mut browser, &idp, person(&idp, &email, &email))
            .await
            .leads_to("/account/security");
        browser.opens(PAGE).await.accepted();
        let left = browser.sends(&format!("{PAGE}/github/link"), &[]).await;
        let back = idp.signs_in(&onward(&left), github(round));
        assert_eq!(browser.opens(&back).await.status, 303);
        browser.opens(PAGE).await.accepted();
        let form = [("form_token", browser.hidden("form_token"))];
        let cookies: Vec<_> = browser
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let unlink = async |provider: &str| {
            let request = janua.request(reqwest::Method::POST, &format!("{PAGE}/{provider}/unlink"));
            janua
                .send(request.form(&form).header("cookie", cookies.join("; ")))
                .await
                .status
        };
        let (one, other) = tokio::join!(unlink("oidc"), unlink("github"));
        let mut statuses = [one.as_u16(), other.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "round {round}");
        assert_eq!(counted(&janua).await.2, i64::from(round) + 1);
    }
}
