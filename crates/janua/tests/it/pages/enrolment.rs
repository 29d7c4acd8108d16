//! Setting up a second factor on a page, where the operator demands one.

use super::assert_page;
use super::browser::Browser;
use crate::mfa::Phone;
use crate::sms::{NUMBER, code as texted, wrong};
use crate::support::{Answer, PASSWORD, TestJanua, minutes};

const PAGE: &str = "/auth/enrolment";

/// The secret that a page shows to type.
fn secret_of(page: &Answer) -> String {
    let secret = page.text.split("class=\"secret\">").nth(1);
    let secret = secret.and_then(|it| it.split('<').next()).expect("a secret");
    secret.replace(' ', "")
}

#[tokio::test]
async fn nobody_gets_past_the_page_before_an_app_is_set_up() {
    let janua = TestJanua::with(&[("MFA_REQUIRED", "everyone")]).await;
    janua.person("ada@example.com").registered().await;
    let mut browser = Browser::new(&janua);
    browser.signs_in("ada@example.com", PASSWORD).await.leads_to(PAGE);
    browser
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    assert!(
        !browser.cookies.keys().any(|it| it.contains("session")),
        "{:?}",
        browser.cookies
    );

    browser.opens(PAGE).await.accepted();
    browser.sends(&format!("{PAGE}/start"), &[]).await.leads_to(PAGE);
    let secret = secret_of(&browser.opens(PAGE).await.accepted());
    let wrong = browser
        .sends(&format!("{PAGE}/confirm"), &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, 401);
    assert_eq!(secret_of(&wrong), secret);
    let code = Phone::with(&secret).shows(&janua, 0);
    let shown = browser
        .sends(&format!("{PAGE}/confirm"), &[("code", &code)])
        .await
        .accepted();
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "{}", shown.text);
    browser.opens("/account/security").await.accepted();

    // The sign-in is over: its name opens nothing any more.
    let mut stranger = Browser::new(&janua);
    stranger.opens(PAGE).await.leads_to("/auth/sign-in?done=over");
}

#[tokio::test]
async fn a_telephone_may_be_set_up_in_place_of_an_app() {
    let janua = TestJanua::with(&[("MFA_REQUIRED", "everyone")]).await;
    janua.person("ada@example.com").registered().await;
    let to = "/account/sessions";
    let mut browser = Browser::new(&janua);
    browser
        .opens(&format!("/auth/sign-in?return_to={to}"))
        .await
        .accepted();
    let form = [
        ("identifier", "ada@example.com"),
        ("password", PASSWORD),
        ("return_to", to),
    ];
    let answer = browser.sends("/auth/sign-in", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = answer.header("location");
    browser
        .opens(&page)
        .await
        .says("method=sms&amp;return_to=/account/sessions");
    let page = browser.opens(&format!("{PAGE}?method=sms&return_to={to}")).await;
    assert_page(&page);
    page.says("method=totp");

    let asked = [("phone_number", "1234567890"), ("return_to", to)];
    let refused = browser.sends(&format!("{PAGE}/phone"), &asked).await;
    assert_eq!(refused.status, 422);
    refused.says("value=\"1234567890\"");
    let asked = [("phone_number", NUMBER), ("return_to", to)];
    let sent = browser.sends(&format!("{PAGE}/phone"), &asked).await;
    sent.leads_to("/auth/enrolment?method=sms&return_to=%2Faccount%2Fsessions");
    let page = browser.opens(&sent.header("location")).await;
    assert_page(&page);
    page.says("name=\"code\"");

    let confirm = format!("{PAGE}/confirm");
    let right = texted(&janua, NUMBER);
    let refusal = wrong(&right);
    let refusal = [("method", "sms"), ("code", refusal.as_str()), ("return_to", to)];
    let refused = browser.sends(&confirm, &refusal).await;
    assert_eq!(refused.status, 401);
    refused.says("This code is wrong");
    // Who takes too long begins anew.
    janua.advance(minutes(11));
    let late = [("method", "sms"), ("code", right.as_str()), ("return_to", to)];
    let late = browser.sends(&confirm, &late).await;
    late.leads_to("/auth/sign-in?done=over&return_to=%2Faccount%2Fsessions");

    let form = [
        ("identifier", "ada@example.com"),
        ("password", PASSWORD),
        ("return_to", to),
    ];
    browser.opens("/auth/sign-in").await.accepted();
    browser.sends("/auth/sign-in", &form).await;
    browser.opens(PAGE).await.accepted();
    browser.sends(&format!("{PAGE}/phone"), &asked).await;
    browser.opens(&format!("{PAGE}?method=sms")).await.accepted();
    let right = texted(&janua, NUMBER);
    let right = [("method", "sms"), ("code", right.as_str()), ("return_to", to)];
    let shown = browser.sends(&confirm, &right).await.accepted();
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "{}", shown.text);
    browser.opens("/account/phone").await.says("/account/phone/off");
}

#[tokio::test]
async fn only_an_app_is_offered_where_no_message_can_be_sent() {
    let janua = TestJanua::with(&[("MFA_REQUIRED", "everyone"), ("SMS_PROVIDER", "off")]).await;
    janua.person("ada@example.com").registered().await;
    let mut browser = Browser::new(&janua);
    browser.signs_in("ada@example.com", PASSWORD).await.leads_to(PAGE);
    let page = browser.opens(&format!("{PAGE}?method=sms")).await.accepted();
    page.says("action=\"/auth/enrolment/start\"");
    assert!(!page.text.contains("Get codes by SMS"), "{}", page.text);
    let asked = [("phone_number", NUMBER)];
    let refused = browser.sends(&format!("{PAGE}/phone"), &asked).await;
    assert_eq!(refused.status, 403);
}
