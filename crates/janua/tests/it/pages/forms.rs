//! What strangers try with our forms and links.

use reqwest::Method;

use super::browser::Browser;
use crate::support::{Answer, PASSWORD, TestJanua};

const ADA: &str = "ada@example.com";

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.text);
    answer.says("CSRF_REFUSED");
    assert!(
        answer.cookies().iter().all(|it| !it.starts_with("janua_session")),
        "{:?}",
        answer.cookies()
    );
}

#[tokio::test]
async fn nobody_is_signed_in_by_a_form_of_a_stranger() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut mallory = Browser::new(&janua);
    mallory.opens("/auth/sign-in").await.accepted();
    let hers = mallory.hidden("form_token");
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let with = |token: &'static str| [("form_token", token), fields[0], fields[1]];

    // The victim has no cookie of ours yet, or one of their own; the attacker knows a token of theirs only.
    let mut fresh = Browser::new(&janua);
    assert_refused(&fresh.sends_raw("/auth/sign-in", &fields, &[]).await);
    assert_refused(&fresh.sends_raw("/auth/sign-in", &with(""), &[]).await);
    let mut victim = Browser::new(&janua);
    victim.opens("/auth/sign-in").await.accepted();
    assert_refused(&victim.sends_raw("/auth/sign-in", &fields, &[]).await);
    let stolen = [("form_token", hers.as_str()), fields[0], fields[1]];
    assert_refused(&victim.sends_raw("/auth/sign-in", &stolen, &[]).await);

    // The right token does not help a page of another origin, nor one whose origin is hidden.
    victim.opens("/auth/sign-in").await.accepted();
    let own = victim.hidden("form_token");
    let right = [("form_token", own.as_str()), fields[0], fields[1]];
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_refused(&victim.sends_raw("/auth/sign-in", &right, &[(name, value)]).await);
    }
    let answer = victim
        .sends_raw("/auth/sign-in", &right, &[("origin", "http://localhost:4100")])
        .await;
    answer.leads_to("/account/security");
}

#[tokio::test]
async fn a_token_from_before_a_sign_in_changes_nothing_after_it() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::new(&janua);
    browser.opens("/auth/sign-in").await.accepted();
    let before = browser.hidden("form_token");
    browser
        .sends("/auth/sign-in", &[("identifier", ADA), ("password", PASSWORD)])
        .await
        .leads_to("/account/security");
    let name = [
        ("form_token", before.as_str()),
        ("first_name", "Mallory"),
        ("last_name", ""),
        ("username", ""),
    ];
    assert_refused(&browser.sends_raw("/account/profile", &name, &[]).await);
    // Nor does the token that scripts send in a header.
    let token = browser.cookies["janua_csrf"].clone();
    let header = [("x-csrf-token", token.as_str())];
    assert_refused(&browser.sends_raw("/account/profile", &name[1..], &header).await);
    assert!(!browser.opens("/account/security").await.text.contains("Mallory"));
}

#[tokio::test]
async fn every_form_is_refused_without_its_token() {
    let janua = TestJanua::start().await;
    janua.person(ADA).registered().await;
    let mut browser = Browser::of(&janua, ADA).await;
    let id = "0197c0de-7a3b-7c1e-8f00-1b2c3d4e5f60";
    for path in [
        "/auth/sign-in",
        "/auth/sign-in/passkey",
        "/auth/sign-out",
        "/auth/sign-up",
        "/auth/resend-verification",
        "/auth/second-factor",
        "/auth/step-up",
        "/auth/forgot-password",
        "/account/profile",
        "/account/password",
        "/account/delete",
        "/account/second-factor/start",
        "/account/second-factor/confirm",
        "/account/second-factor/recovery-codes",
        "/account/second-factor/off",
        "/account/passkeys",
        &format!("/account/passkeys/{id}/rename"),
        &format!("/account/passkeys/{id}/remove"),
        "/account/sessions/others/end",
        &format!("/account/sessions/{id}/end"),
    ] {
        assert_refused(&browser.sends_raw(path, &[("password", PASSWORD)], &[]).await);
        let plain = janua
            .request(Method::POST, path)
            .header("content-type", "text/plain")
            .body("a=b");
        assert_eq!(janua.send(plain).await.status, 415, "{path}");
    }
    browser.opens("/account/security").await.accepted();
}

#[tokio::test]
async fn nobody_is_sent_to_a_place_of_a_stranger() {
    let origins = [("RETURN_ORIGINS", "https://app.example.com")];
    let janua = TestJanua::with(&origins).await;
    janua.person(ADA).registered().await;
    for evil in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://app.example.com@evil.example",
        "https://app.example.com.evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
    ] {
        let mut browser = Browser::new(&janua);
        let query = serde_urlencoded::to_string([("return_to", evil)]).expect("a query");
        let page = browser.opens(&format!("/auth/sign-in?{query}")).await.accepted();
        page.says("name=\"return_to\" value=\"\"");
        let fields = [("identifier", ADA), ("password", PASSWORD), ("return_to", evil)];
        browser
            .sends("/auth/sign-in", &fields)
            .await
            .leads_to("/account/security");
        browser
            .opens(&format!("/auth/sign-in?{query}"))
            .await
            .leads_to("/account/security");
        browser
            .opens(&format!("/auth/step-up?{query}"))
            .await
            .leads_to("/account/security");
    }
    let mut browser = Browser::new(&janua);
    let back = "https://app.example.com/welcome?x=1";
    let page = browser
        .opens("/auth/sign-in?return_to=https%3A%2F%2Fapp.example.com%2Fwelcome%3Fx%3D1")
        .await;
    assert!(
        page.header("content-security-policy")
            .contains("form-action 'self' https://app.example.com;")
    );
    let to = browser.hidden("return_to");
    assert_eq!(to, back);
    let fields = [("identifier", ADA), ("password", PASSWORD), ("return_to", back)];
    browser.sends("/auth/sign-in", &fields).await.leads_to(back);
}

#[tokio::test]
async fn a_page_with_a_script_runs_ours_alone() {
    let janua = TestJanua::start().await;
    let mut browser = Browser::new(&janua);
    let page = browser.opens("/auth/sign-in").await.accepted();
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self';"
    ));
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.text.matches("<script").count(), 1);
    page.says("<script src=\"/assets/passkeys.js\" defer></script>");
    let script = browser.opens("/assets/passkeys.js").await.accepted();
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    // Typed text is text.
    let typed = "\"><script>alert(1)</script>@example.com";
    let refused = browser.signs_in(typed, PASSWORD).await;
    assert_eq!(refused.text.matches("<script").count(), 1);
}

#[tokio::test]
async fn the_colours_and_the_logo_are_those_of_the_operator() {
    let folder = tempfile::tempdir().expect("a folder");
    let logo = folder.path().join("logo.svg");
    std::fs::write(&logo, "<svg xmlns='http://www.w3.org/2000/svg'/>").expect("written");
    let logo = logo.display().to_string();
    let settings = [
        ("APP_NAME", "Acme"),
        ("BRAND_ACCENT", "#7a0019"),
        ("BRAND_LOGO_FILE", logo.as_str()),
    ];
    let janua = TestJanua::with(&settings).await;
    let page = janua.get("/auth/sign-in").await.accepted();
    page.says("Sign in to Acme");
    page.says("src=\"/assets/logo\"");
    page.says("href=\"/assets/brand.css\"");
    janua
        .get("/assets/brand.css")
        .await
        .accepted()
        .says("--accent: #7a0019;");
    let picture = janua.get("/assets/logo").await.accepted();
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert!(
        picture
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let plain = TestJanua::start().await;
    plain.get("/assets/logo").await.refused("NOT_FOUND");
}
