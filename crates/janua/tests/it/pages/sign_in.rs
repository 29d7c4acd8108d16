//! Signing up and in on the pages.

use reqwest::Method;
use serde_json::json;

use super::browser::Browser;
use crate::mfa::protected;
use crate::support::{PASSWORD, TestJanua, minutes};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_newcomer_signs_up_confirms_and_signs_in_without_a_script() {
    let janua = TestJanua::start().await;
    let mut browser = Browser::new(&janua);
    let page = browser.opens("/auth/sign-up").await.accepted();
    for part in [
        "autocomplete=\"new-password\"",
        "autocomplete=\"username\"",
        "no-store",
    ] {
        assert!(
            page.text.contains(part) || page.header("cache-control") == part,
            "{part}"
        );
    }
    let fields = [
        ("first_name", "Ada"),
        ("email", ADA),
        ("password", PASSWORD),
        ("return_to", ""),
    ];
    browser
        .sends("/auth/sign-up", &fields)
        .await
        .leads_to("/auth/check-mail?for=verification");
    browser
        .opens("/auth/check-mail?for=verification")
        .await
        .accepted();

    let early = browser.signs_in(ADA, PASSWORD).await;
    assert_eq!(early.status, 401);
    early.says("Your address is not confirmed yet");
    browser
        .sends("/auth/resend-verification", &[("email", ADA)])
        .await
        .leads_to("/auth/check-mail?for=verification");

    let secret = janua.secret(ADA, "verify-email").await;
    let path = format!("/auth/verify-email?token={secret}");
    browser.opens(&path).await.accepted();
    browser
        .sends_raw("/auth/verify-email", &[("token", &secret)], &[])
        .await
        .accepted();
    browser
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/account/security");
    let account = browser.opens("/account/security").await.accepted();
    account.says(ADA);
    account.says("Ada");
    // Whoever is signed in is not asked again.
    browser.opens("/auth/sign-in").await.leads_to("/account/security");

    // The cookies are those of the API.
    let session = janua.request(Method::GET, "/api/v1/auth/session");
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    janua
        .send(session.header("cookie", cookies.join("; ")))
        .await
        .accepted();
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_name_and_forgets_the_password() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    let known = browser.signs_in(ADA, "not-the-password-9").await;
    assert_eq!(known.status, 401);
    assert_eq!(known.header("content-type"), "text/html; charset=utf-8");
    known.says("value=\"ada@example.com\"");
    known.says("role=\"alert\"");
    known.says(&known.header("x-request-id"));
    assert!(!known.text.contains("not-the-password-9"));
    // Unknown and known addresses are told apart by nobody.
    let unknown = browser.signs_in("eve@example.com", "not-the-password-9").await;
    assert_eq!(unknown.status, 401);
    unknown.says("Address and password do not match an account");

    let nonsense = browser.signs_in("ada@", PASSWORD).await;
    nonsense.says("aria-invalid=\"true\"");
    nonsense.says("id=\"identifier-error\"");
}

#[tokio::test]
async fn a_form_is_refused_in_the_language_of_its_reader() {
    let janua = TestJanua::start().await;
    let mut browser = Browser::new(&janua);
    let page = browser
        .opens("/auth/sign-in?lang=es&return_to=%2Faccount%2Fpassword")
        .await
        .accepted();
    page.says("<html lang=\"es\">");
    page.says("return_to=%2Faccount%2Fpassword&amp;lang=en");
    // The choice stays.
    browser.opens("/auth/sign-up").await.says("<html lang=\"es\">");
    let refused = browser.signs_in(ADA, PASSWORD).await;
    refused.says("La dirección y la contraseña no coinciden");
    browser
        .opens("/auth/sign-in?lang=xx")
        .await
        .says("<html lang=\"es\">");
    browser
        .opens("/auth/sign-in?lang=en")
        .await
        .says("<html lang=\"en\">");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_on_a_page_of_its_own() {
    let janua = TestJanua::start().await;
    let (_, phone, recovery_codes) = protected(&janua, ADA).await;
    let mut browser = Browser::new(&janua);
    browser
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/auth/second-factor");
    // Half a sign-in opens nothing.
    browser
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    let page = browser.opens("/auth/second-factor").await.accepted();
    page.says("autocomplete=\"one-time-code\"");
    page.says("method=recovery_code");
    let wrong = browser
        .sends("/auth/second-factor", &[("method", "totp"), ("code", "000000")])
        .await;
    wrong.says("id=\"code-error\"");
    let code = phone.shows(&janua, 0);
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    browser
        .sends("/auth/second-factor", &[("method", "totp"), ("code", &typed)])
        .await
        .leads_to("/account/security");
    browser.opens("/account/security").await.accepted();

    // A recovery code does, too, and a sign-in that is over begins anew.
    let mut other = Browser::new(&janua);
    other
        .signs_in(ADA, PASSWORD)
        .await
        .leads_to("/auth/second-factor");
    other
        .opens("/auth/second-factor?method=recovery_code")
        .await
        .says("name=\"method\" value=\"recovery_code\"");
    let fields = [("method", "recovery_code"), ("code", recovery_codes[0].as_str())];
    other
        .sends("/auth/second-factor", &fields)
        .await
        .leads_to("/account/security");
    let mut late = Browser::new(&janua);
    late.signs_in(ADA, PASSWORD).await.leads_to("/auth/second-factor");
    late.opens("/auth/second-factor").await.accepted();
    janua.advance(minutes(11));
    late.opens("/auth/second-factor")
        .await
        .leads_to("/auth/sign-in?done=over");
}

#[tokio::test]
async fn a_forgotten_password_is_asked_for_and_chosen_on_pages() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    browser.opens("/auth/forgot-password").await.accepted();
    let wrong = browser.sends("/auth/forgot-password", &[("email", "ada")]).await;
    wrong.says("id=\"email-error\"");
    for email in [ADA, "nobody@example.com"] {
        browser.opens("/auth/forgot-password").await.accepted();
        browser
            .sends("/auth/forgot-password", &[("email", email)])
            .await
            .leads_to("/auth/check-mail?for=reset");
    }
    browser
        .opens("/auth/check-mail?for=reset")
        .await
        .says("If the address belongs to an account");
    janua.secret(ADA, "reset-password").await;
    browser
        .opens("/.well-known/change-password")
        .await
        .leads_to("/account/password");
    let body = json!({"email": ADA, "password": PASSWORD});
    janua.post("/api/v1/auth/login", body).await.accepted();
}
