//! Codes by SMS on the pages.

use super::{ADA, NUMBER, code, received, with_phone};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::support::{PASSWORD, TestJanua, minutes};

#[tokio::test]
async fn a_telephone_is_added_asked_for_and_removed_without_a_script() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    browser
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/account/security");
    browser
        .opens("/account/security")
        .await
        .says("href=\"/account/phone\"");
    let page = browser.opens("/account/phone").await.accepted();
    page.says("type=\"tel\"");
    let refused = browser
        .sends("/account/phone", &[("phone_number", "1234567890")])
        .await;
    assert_eq!(refused.status, 422);
    refused.says("id=\"phone_number-error\"");
    refused.says("value=\"1234567890\"");
    browser
        .sends("/account/phone", &[("phone_number", NUMBER)])
        .await
        .leads_to("/account/phone");
    browser.opens("/account/phone").await.says("+•••••••••23");
    let codes = browser
        .sends("/account/phone/confirm", &[("code", &code(&janua, NUMBER))])
        .await
        .accepted();
    codes.says("class=\"codes\"");
    browser
        .opens("/account/phone")
        .await
        .says("action=\"/account/phone/off\"");
    // The overview does not call an account open that is protected.
    let overview = browser.opens("/account/security").await.accepted();
    overview.says("codes by SMS protect your account");
    assert!(!overview.text.contains("your password alone is enough"));

    let mut other = Browser::new(&janua);
    other
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/auth/second-factor");
    // Opening the page sends nothing; the button does.
    let page = other.opens("/auth/second-factor").await.accepted();
    assert_page(&page);
    page.says("action=\"/auth/second-factor/send\"");
    assert_eq!(received(&janua, NUMBER), 1);
    let sent = other
        .sends("/auth/second-factor/send", &[("return_to", "")])
        .await;
    sent.leads_to("/auth/second-factor?method=sms");
    assert_eq!(received(&janua, NUMBER), 2);
    let page = other.opens("/auth/second-factor?method=sms").await.accepted();
    page.says("name=\"code\"");
    page.says("method=recovery_code");
    let wrong = [("method", "sms"), ("code", "12"), ("return_to", "")];
    let refused = other.sends("/auth/second-factor", &wrong).await;
    assert_eq!(refused.status, 401);
    refused.says("aria-invalid=\"true\"");
    let right = code(&janua, NUMBER);
    let right = [("method", "sms"), ("code", right.as_str()), ("return_to", "")];
    other
        .sends("/auth/second-factor", &right)
        .await
        .leads_to("/account/security");

    janua.advance(minutes(20));
    other.opens("/account/phone").await.accepted();
    let step_up = "/auth/step-up?return_to=%2Faccount%2Fphone";
    other.sends("/account/phone/off", &[]).await.leads_to(step_up);
    other.opens(step_up).await.says("action=\"/auth/step-up/send\"");
    let sent = other
        .sends("/auth/step-up/send", &[("return_to", "/account/phone")])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    other.opens(&sent.header("location")).await.says("name=\"code\"");
    let right = code(&janua, NUMBER);
    let right = [
        ("method", "sms"),
        ("code", right.as_str()),
        ("return_to", "/account/phone"),
    ];
    other
        .sends("/auth/step-up", &right)
        .await
        .leads_to("/account/phone");
    other.opens("/account/phone").await.accepted();
    other
        .sends("/account/phone/off", &[])
        .await
        .leads_to("/account/phone?done=off");
}

#[tokio::test]
async fn too_many_messages_are_told_on_the_page() {
    let janua = TestJanua::with(&[("SMS_RATE_LIMIT_PER_PHONE", "1")]).await;
    with_phone(&janua, ADA, NUMBER).await;
    let mut browser = Browser::new(&janua);
    browser
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/auth/second-factor");
    browser.opens("/auth/second-factor").await.accepted();
    let refused = browser
        .sends("/auth/second-factor/send", &[("return_to", "")])
        .await;
    assert_eq!(refused.status, 429);
    refused.says("We have sent many messages already");
}

#[tokio::test]
async fn caught_messages_stand_beside_caught_mails() {
    let janua = TestJanua::start().await;
    with_phone(&janua, ADA, NUMBER).await;
    let page = janua.get("/dev/mail").await.accepted();
    assert_page(&page);
    assert!(page.text.contains(&code(&janua, NUMBER)), "{}", page.text);
    let list = janua
        .get("/dev/mail/messages?to=%2B12025550123")
        .await
        .accepted()
        .json();
    assert_eq!(
        (
            list["texts"].as_array().map(Vec::len),
            list["messages"].as_array().map(Vec::len)
        ),
        (Some(1), Some(0))
    );
}
