//! One's own account, on the pages.

use super::browser::Browser;
use crate::mfa::Phone;
use crate::support::{PASSWORD, TestJanua, minutes};

const ADA: &str = "ada@example.com";
const NEW: &str = "harbour-cello-tundra-48";

#[tokio::test]
async fn an_account_is_shown_to_its_owner_only() {
    let janua = TestJanua::start().await;
    for page in [
        "security",
        "profile",
        "password",
        "delete",
        "export",
        "second-factor",
        "passkeys",
        "sessions",
    ] {
        let path = format!("/account/{page}");
        let answer = Browser::new(&janua).opens(&path).await;
        answer.leads_to(&format!("/auth/sign-in?return_to=%2Faccount%2F{page}"));
    }
}

#[tokio::test]
async fn a_name_is_changed_and_a_wrong_one_told_beside_its_field() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    browser.opens("/account/profile").await.accepted();
    let fields = [
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("username", "ada!"),
    ];
    let wrong = browser.sends("/account/profile", &fields).await;
    assert_eq!(wrong.status, 422);
    wrong.says("id=\"username-error\"");
    wrong.says("value=\"Lovelace\"");
    let fields = [
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("username", "ada.l"),
    ];
    browser
        .sends("/account/profile", &fields)
        .await
        .leads_to("/account/security?done=profile");
    let page = browser.opens("/account/security?done=profile").await.accepted();
    page.says("Ada Lovelace");
    page.says("role=\"status\"");
}

#[tokio::test]
async fn a_password_is_changed_and_other_sessions_end() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let (mut browser, mut other) = (Browser::of(&janua, ADA).await, Browser::of(&janua, ADA).await);
    browser.opens("/account/password").await.accepted();
    let wrong = [
        ("username", ADA),
        ("current_password", "wrong-password-1"),
        ("new_password", NEW),
    ];
    let refused = browser.sends("/account/password", &wrong).await;
    assert_eq!(refused.status, 422);
    refused.says("id=\"current_password-error\"");
    assert!(!refused.text.contains(NEW) && !refused.text.contains("wrong-password-1"));
    let weak = [("current_password", PASSWORD), ("new_password", "password12")];
    browser
        .sends("/account/password", &weak)
        .await
        .says("id=\"new_password-error\"");
    let right = [("current_password", PASSWORD), ("new_password", NEW)];
    browser
        .sends("/account/password", &right)
        .await
        .leads_to("/account/security?done=password");
    browser.opens("/account/security").await.accepted();
    other
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    Browser::new(&janua)
        .signs_in(ADA, NEW)
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn an_app_is_enrolled_with_its_picture_and_its_codes_are_shown_once() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    browser
        .opens("/account/second-factor")
        .await
        .says("Set up an app");
    browser
        .sends("/account/second-factor/start", &[])
        .await
        .leads_to("/account/second-factor");
    let page = browser.opens("/account/second-factor").await.accepted();
    page.says("src=\"data:image/png;base64,");
    let secret = page
        .text
        .split("class=\"secret\">")
        .nth(1)
        .and_then(|it| it.split('<').next());
    let secret = secret.expect("a secret").replace(' ', "");
    let wrong = browser
        .sends("/account/second-factor/confirm", &[("code", "000000")])
        .await;
    wrong.says("id=\"code-error\"");
    // The picture is still the same one.
    wrong.says("src=\"data:image/png;base64,");
    let code = Phone::with(&secret).shows(&janua, 0);
    let codes = browser
        .sends("/account/second-factor/confirm", &[("code", &code)])
        .await
        .accepted();
    assert_eq!(codes.header("cache-control"), "no-store");
    assert_eq!(codes.text.matches("<li><code>").count(), 10);
    let page = browser.opens("/account/second-factor").await.accepted();
    assert!(!page.text.contains("<li><code>") && !page.text.contains(&secret));
    page.says("10 are left");

    // Later the same is asked for once more, with the second factor.
    janua.advance(minutes(20));
    browser
        .sends("/account/second-factor/off", &[])
        .await
        .leads_to("/auth/step-up?return_to=%2Faccount%2Fsecond-factor");
    let step = browser
        .opens("/auth/step-up?return_to=%2Faccount%2Fsecond-factor")
        .await
        .accepted();
    assert!(!step.text.contains("name=\"password\""));
    browser
        .sends("/auth/step-up", &[("password", PASSWORD)])
        .await
        .says("id=\"code-error\"");
    let code = Phone::with(&secret).shows(&janua, 0);
    let fields = [
        ("method", "totp"),
        ("code", code.as_str()),
        ("return_to", "/account/second-factor"),
    ];
    browser
        .sends("/auth/step-up", &fields)
        .await
        .leads_to("/account/second-factor");
    browser.opens("/account/second-factor").await.accepted();
    browser
        .sends("/account/second-factor/off", &[])
        .await
        .leads_to("/account/second-factor?done=off");
}

#[tokio::test]
async fn a_secret_that_waits_is_shown_to_somebody_recent_only() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    browser.opens("/account/second-factor").await.accepted();
    browser
        .sends("/account/second-factor/start", &[])
        .await
        .leads_to("/account/second-factor");
    janua.advance(minutes(11));
    let page = browser.opens("/account/second-factor").await.accepted();
    assert!(!page.text.contains("data:image/png") && !page.text.contains("class=\"secret\""));
    browser
        .sends("/account/second-factor/start", &[])
        .await
        .leads_to("/auth/step-up?return_to=%2Faccount%2Fsecond-factor");
    browser.opens("/auth/step-up").await.accepted();
    browser
        .sends("/auth/step-up", &[("password", "wrong-password-1")])
        .await
        .says("id=\"password-error\"");
    browser
        .sends("/auth/step-up", &[("password", PASSWORD)])
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    janua.person("eve@example.com").registered().await;
    let (mut browser, mut other) = (Browser::of(&janua, ADA).await, Browser::of(&janua, ADA).await);
    let mut third = Browser::of(&janua, ADA).await;
    let mut eve = Browser::of(&janua, "eve@example.com").await;
    let page = browser.opens("/account/sessions").await.accepted();
    assert_eq!(page.text.matches("<strong>").count(), 3);
    let id_of = |it: &Browser<'_>| {
        it.cookies["janua_session"]
            .split('.')
            .nth(1)
            .expect("an id")
            .to_owned()
    };
    // Somebody else's is as good as none.
    eve.opens("/account/sessions").await.accepted();
    let foreign = format!("/account/sessions/{}/end", id_of(&other));
    assert_eq!(eve.sends(&foreign, &[]).await.status, 404);
    browser
        .sends(&foreign, &[])
        .await
        .leads_to("/account/sessions?done=ended");
    other
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    browser.opens("/account/sessions").await.accepted();
    browser
        .sends("/account/sessions/others/end", &[])
        .await
        .leads_to("/account/sessions?done=ended-others");
    third
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
    browser.opens("/account/security").await.accepted();
    let session = browser.cookies["janua_session"].clone();
    browser
        .sends("/auth/sign-out", &[])
        .await
        .leads_to("/auth/sign-in?done=signed-out");
    assert!(!browser.cookies.contains_key("janua_session"));
    browser.cookies.insert("janua_session".to_owned(), session);
    browser
        .opens("/account/security")
        .await
        .leads_to("/auth/sign-in?return_to=%2Faccount%2Fsecurity");
}

#[tokio::test]
async fn an_account_is_deleted_with_the_password() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    browser.opens("/account/delete").await.accepted();
    // A recent sign-in alone does not do: a button is pressed too easily.
    let refused = browser.sends("/account/delete", &[("password", "")]).await;
    assert_eq!(refused.status, 422);
    refused.says("id=\"password-error\"");
    browser
        .sends("/account/delete", &[("password", PASSWORD)])
        .await
        .leads_to("/auth/sign-in?done=deleted");
    assert_eq!(Browser::new(&janua).signs_in(ADA, PASSWORD).await.status, 401);
}
