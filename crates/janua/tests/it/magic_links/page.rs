//! The page behind the link, and the pages that ask for one.

use reqwest::Method;
use serde_json::json;

use super::{VERIFY, asks, code_in};
use crate::mfa::{Phone, protected};
use crate::pages::assert_page;
use crate::pages::browser::Browser;
use crate::support::{SignedIn, TestJanua, minutes};

const PAGE: &str = "/auth/magic-link";
const ADA: &str = "ada@example.com";

/// Opens a mailed link in a browser that did not ask for it.
async fn elsewhere<'j>(janua: &'j TestJanua, secret: &str) -> Browser<'j> {
    let mut browser = Browser::new(janua);
    let page = browser.opens(&format!("{PAGE}?token={secret}")).await.accepted();
    page.says("another browser");
    browser
}

#[tokio::test]
async fn scanners_may_open_the_link_and_its_reader_presses_the_button() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    browser
        .opens("/auth/mail-sign-in?return_to=/docs")
        .await
        .accepted();
    let fields = [("email", ADA), ("return_to", "/docs")];
    browser
        .sends("/auth/mail-sign-in", &fields)
        .await
        .leads_to("/auth/mail-code?return_to=%2Fdocs");
    let secret = janua.secret(ADA, "magic-link").await;
    let link = format!("{PAGE}?token={secret}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        janua.send(janua.request(method, &link)).await.accepted();
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 0);

    let mut other = elsewhere(&janua, &secret).await;
    assert_page(other.page.as_ref().expect("a page"));
    let refused = other.sends(PAGE, &[("token", &secret)]).await;
    refused.says("OTHER_BROWSER");

    let page = browser.opens(&link).await.accepted();
    assert!(!page.text.contains("another browser"), "{}", page.text);
    browser.sends(PAGE, &[("token", &secret)]).await.leads_to("/docs");
    assert!(
        browser.cookies.contains_key("janua_session"),
        "{:?}",
        browser.cookies
    );
}

#[tokio::test]
async fn in_another_browser_the_reader_says_that_they_want_it() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    asks(&janua, ADA).await;
    let secret = janua.secret(ADA, "magic-link").await;
    let mut browser = elsewhere(&janua, &secret).await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    browser.sends(PAGE, &form).await.leads_to("/account/security");
    let mut late = Browser::new(&janua);
    let again = late.opens(&format!("{PAGE}?token={secret}")).await;
    assert_eq!(again.status, 401);
    again.says("LINK_INVALID");
    janua.advance(minutes(15));
    assert_page(&late.opens(&format!("{PAGE}?token={secret}")).await);
}

#[tokio::test]
async fn the_code_of_the_mail_signs_in_where_it_was_asked_for() {
    let janua = TestJanua::with(&[("MFA_TRUSTED_DEVICES", "true")]).await;
    let (_, phone, _) = protected(&janua, ADA).await;
    let mut browser = Browser::new(&janua);
    browser.opens("/auth/sign-in").await.says("/auth/mail-sign-in");
    browser.opens("/auth/mail-sign-in").await.accepted();
    let bad = browser.sends("/auth/mail-sign-in", &[("email", "ada@")]).await;
    assert_eq!(bad.status, 422);
    bad.says("email-error");
    browser
        .sends("/auth/mail-sign-in", &[("email", ADA)])
        .await
        .leads_to("/auth/mail-code");
    let code = code_in(&janua, ADA).await;
    assert_page(&browser.opens("/auth/mail-code").await.accepted());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = browser.sends("/auth/mail-code", &[("code", wrong)]).await;
    assert_eq!(refused.status, 401);
    refused.says("code-error");

    // People type it in two halves; what it opens still owes the second factor.
    let halves = format!("{} {}", &code[..3], &code[3..]);
    browser
        .sends("/auth/mail-code", &[("code", &halves)])
        .await
        .leads_to("/auth/second-factor");
    assert!(!browser.cookies.contains_key("janua_session"));
    browser.opens("/auth/second-factor").await.says("remember_device");
    let shown = phone.shows(&janua, 0);
    let fields = [
        ("code", shown.as_str()),
        ("method", "totp"),
        ("remember_device", "yes"),
    ];
    browser
        .sends("/auth/second-factor", &fields)
        .await
        .leads_to("/account/security");

    // Trusted from now on, until its owner says otherwise.
    let page = browser.opens("/account/sessions").await.accepted();
    page.says("Trusted browsers");
    page.says("this browser");
    let forget = page.text.split("/account/sessions/trusted/").nth(1).expect("one");
    let id = forget.split('/').next().expect("an id").to_owned();
    browser
        .sends(&format!("/account/sessions/trusted/{id}/forget"), &[])
        .await
        .leads_to("/account/sessions?done=distrusted");
    let page = browser
        .opens("/account/sessions?done=distrusted")
        .await
        .accepted();
    page.says("has to show the second factor again");
    assert!(!page.text.contains("Trusted browsers"), "{}", page.text);
    let again = browser
        .sends(&format!("/account/sessions/trusted/{id}/forget"), &[])
        .await;
    assert_eq!(again.status, 404);
}

#[tokio::test]
async fn a_code_counts_only_in_the_browser_that_asked() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    asks(&janua, ADA).await;
    let code = code_in(&janua, ADA).await;
    let mut other = Browser::new(&janua);
    other.opens("/auth/mail-code").await.accepted();
    other
        .sends("/auth/mail-code", &[("code", &code)])
        .await
        .leads_to("/auth/mail-sign-in");
}

#[tokio::test]
async fn the_second_factor_is_asked_for_after_the_link_too() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = protected(&janua, ADA).await;
    asks(&janua, ADA).await;
    let secret = janua.secret(ADA, "magic-link").await;
    let mut browser = elsewhere(&janua, &secret).await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    browser.sends(PAGE, &form).await.leads_to("/auth/second-factor");
    assert!(!browser.cookies.contains_key("janua_session"));
    browser.opens("/auth/second-factor").await.accepted();
    let wrong = [("code", "000000"), ("method", "totp")];
    assert_eq!(browser.sends("/auth/second-factor", &wrong).await.status, 401);
    let code = phone.shows(&janua, 0);
    browser
        .sends("/auth/second-factor", &[("code", &code), ("method", "totp")])
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn a_factor_that_is_demanded_is_set_up_after_the_link() {
    let janua = TestJanua::with(&[("MAGIC_LINK_SIGNUP", "true"), ("MFA_REQUIRED", "everyone")]).await;
    let body = json!({"email": ADA, "redirect_to": "/docs"});
    janua.post(super::ASK, body).await.accepted();
    let secret = janua.secret(ADA, "magic-link").await;
    let mut browser = elsewhere(&janua, &secret).await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    let enrolment = browser.sends(PAGE, &form).await;
    assert_eq!(enrolment.status, 303);
    let page = enrolment.header("location").clone();
    assert!(
        page.starts_with("/auth/enrolment?return_to=") && page.ends_with("docs"),
        "{page}"
    );
    assert!(!browser.cookies.contains_key("janua_session"));
    browser.opens(&page).await.accepted();
    let to = browser.hidden("return_to");
    browser
        .sends("/auth/enrolment/start", &[("return_to", &to)])
        .await
        .leads_to(&page);
    let shown = browser.opens(&page).await.accepted();
    let shared = shown
        .text
        .split("class=\"secret\">")
        .nth(1)
        .and_then(|it| it.split('<').next());
    let shared = shared.expect("a secret").replace(' ', "");
    let code = Phone::with(&shared).shows(&janua, 0);
    let done = browser
        .sends("/auth/enrolment/confirm", &[("code", &code), ("return_to", &to)])
        .await
        .accepted();
    assert_eq!(done.text.matches("<li><code>").count(), 10, "{}", done.text);
    assert!(browser.cookies.contains_key("janua_session"));
}

#[tokio::test]
async fn the_page_of_somebody_else_sends_no_step_of_a_sign_in() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    asks(&janua, ADA).await;
    let secret = janua.secret(ADA, "magic-link").await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    // With the origin of another site, and without any proof that the form is ours.
    let mut victim = elsewhere(&janua, &secret).await;
    let token = victim.hidden("form_token");
    let all = [("form_token", token.as_str()), form[0], form[1]];
    for (fields, headers) in [
        (&all[..], &[("origin", "https://evil.example")][..]),
        (&form[..], &[][..]),
    ] {
        let refused = victim.sends_raw(PAGE, fields, headers).await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        refused.says("CSRF_REFUSED");
        assert!(!victim.cookies.contains_key("janua_session"));
    }
    victim.opens(&format!("{PAGE}?token={secret}")).await.accepted();
    victim.sends(PAGE, &form).await.leads_to("/account/security");
}

#[tokio::test]
async fn the_language_is_chosen_on_the_page_of_a_link() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    asks(&janua, ADA).await;
    let secret = janua.secret(ADA, "magic-link").await;
    let mut browser = elsewhere(&janua, &secret).await;
    let page = browser
        .opens(&format!("{PAGE}?token={secret}&lang=es"))
        .await
        .accepted();
    page.says("Este enlace se pidió en otro navegador");
    page.says(&format!("{PAGE}?token={secret}&amp;lang=en"));
}

#[tokio::test]
async fn the_api_tells_the_same_as_the_page() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let flow = asks(&janua, ADA).await;
    let secret = janua.secret(ADA, "magic-link").await;
    janua.get(&format!("{PAGE}?token={secret}")).await.accepted();
    let body = json!({"token": secret, "flow_token": flow});
    SignedIn::of(janua.post(VERIFY, body).await.accepted());
}
