//! The page behind the link: opening it changes nothing, its buttons do.

use reqwest::Method;

use super::House;
use crate::organizations::{Insider, path};
use crate::pages::{Browser, assert_page, submit};
use crate::support::PASSWORD;

const PAGE: &str = "/auth/invitation";

#[tokio::test]
async fn who_is_signed_in_accepts_with_the_button() {
    let house = House::new().await;
    let janua = &house.janua;
    let bob = Insider::of(janua, "bob@example.com").await;
    let (_, token) = house.invites("bob@example.com", "member").await;
    let link = format!("{PAGE}?token={token}");
    // Mail scanners open links, several times.
    for method in [Method::GET, Method::HEAD, Method::GET] {
        janua.send(janua.request(method, &link)).await.accepted();
    }
    assert_eq!(house.members().await, 1);
    let mut browser = Browser::new(janua);
    let page = browser.opens(&link).await.accepted();
    assert_page(&page);
    page.says("The acme");
    page.says("/auth/sign-in?return_to=");
    // A button of somebody else's page is none of ours.
    let forged = submit(janua, PAGE, &[("token", &token)]).await;
    assert_page(&forged);
    assert_eq!(forged.status, 403);
    browser.signs_in(&bob.email, PASSWORD).await;
    browser
        .opens(&link)
        .await
        .accepted()
        .says("action=\"/auth/invitation\"");
    browser
        .sends(PAGE, &[("token", &token)])
        .await
        .leads_to("/account/security?done=joined");
    browser
        .opens("/account/security?done=joined")
        .await
        .accepted()
        .says("role=\"status\"");
    bob.get(janua, &path(&house.id, "")).await.accepted();
    let over = browser.opens(&link).await;
    assert_page(&over);
    over.says("INVITATION_ACCEPTED");
}

#[tokio::test]
async fn a_newcomer_makes_an_account_on_the_page() {
    let house = House::new().await;
    let (_, token) = house.invites("bob@example.com", "member").await;
    let mut browser = Browser::new(&house.janua);
    let page = browser.opens(&format!("{PAGE}?token={token}")).await.accepted();
    assert_page(&page);
    page.says("action=\"/auth/invitation/register\"");
    let register = "/auth/invitation/register";
    let weak = browser
        .sends(register, &[("token", &token), ("password", "short")])
        .await;
    assert_eq!(weak.status, 422);
    weak.says("password-error");
    assert_eq!(browser.hidden("token"), token);
    browser
        .sends(
            register,
            &[("token", &token), ("first_name", "Bob"), ("password", PASSWORD)],
        )
        .await
        .leads_to("/account/security?done=joined");
    browser
        .opens("/account/security")
        .await
        .accepted()
        .says("bob@example.com");
    assert_eq!(house.members().await, 2);
}

#[tokio::test]
async fn somebody_else_is_told_whose_it_is() {
    let house = House::new().await;
    let (_, token) = house.invites("bob@example.com", "member").await;
    let mut browser = Browser::of(&house.janua, "owner@example.com").await;
    let page = browser.opens(&format!("{PAGE}?token={token}")).await.accepted();
    assert_page(&page);
    page.says("owner@example.com");
    page.says("action=\"/auth/sign-out\"");
    assert!(!page.text.contains("action=\"/auth/invitation\""));
    let refused = browser.sends(PAGE, &[("token", &token)]).await;
    assert_page(&refused);
    refused.says("INVITATION_FOR_ANOTHER_ADDRESS");
    assert_eq!(house.members().await, 1);
}
