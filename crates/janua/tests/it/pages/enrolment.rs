//! Setting up a second factor on a page, where the operator demands one.

use super::browser::Browser;
use crate::mfa::Phone;
use crate::support::{Answer, PASSWORD, TestJanua};

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
