//! The pages that people see: links from mails, the mail catcher, the front page.

mod account;
pub(crate) mod browser;
mod catcher;
mod enrolment;
mod forms;
mod links;
mod sign_in;

use reqwest::Method;

pub(crate) use browser::Browser;

use crate::support::{Answer, TestJanua};

/// What a page of ours may do.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; img-src 'self' data:; frame-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Posts a form as a browser does.
pub(crate) async fn submit(janua: &TestJanua, path: &str, fields: &[(&str, &str)]) -> Answer {
    janua.send(janua.request(Method::POST, path).form(fields)).await
}

/// A page in a language.
async fn page_in(janua: &TestJanua, language: &str, path: &str) -> Answer {
    janua
        .send(
            janua
                .request(Method::GET, path)
                .header("accept-language", language),
        )
        .await
}

/// A page is HTML under our policy, runs nothing, and has been filled in to the end.
#[track_caller]
pub(crate) fn assert_page(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("content-security-policy"), POLICY);
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text.to_lowercase();
    assert!(text.starts_with("<!doctype html>"), "{}", answer.text);
    for unsafe_part in [
        "<script",
        "javascript:",
        " style=",
        "<style",
        " onclick",
        " onload",
        " onerror",
        "http-equiv=\"set-cookie",
    ] {
        assert!(!text.contains(unsafe_part), "{unsafe_part} in {}", answer.text);
    }
    for left_over in ["{{", "{%", "{ $", "{$", "page-"] {
        assert!(!answer.text.contains(left_over), "{left_over} in {}", answer.text);
    }
}

#[tokio::test]
async fn the_front_page_says_where_to_go() {
    let janua = TestJanua::with(&[("APP_NAME", "Acme <Login>")]).await;
    let page = janua.get("/").await.accepted();
    assert_page(&page);
    assert!(
        page.text.contains("Acme &lt;Login&gt;") && !page.text.contains("<Login>"),
        "{}",
        page.text
    );
    for link in ["/auth/sign-in", "/docs", "/openapi.json", "/health", "/dev/mail"] {
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{link}");
        janua.get(link).await.accepted();
    }
    let style = janua.get("/assets/pages.css").await.accepted();
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(page.text.contains("href=\"/assets/pages.css\"") && !style.text.contains("url("));
}

#[tokio::test]
async fn a_page_speaks_the_language_of_its_reader() {
    let janua = TestJanua::start().await;
    for (wanted, spoken) in [
        ("en", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.1", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.5", "es"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("nonsense;;;q=x,\u{1},../../etc", "en"),
    ] {
        if wanted.contains('\u{1}') {
            continue;
        }
        for path in [
            "/",
            "/auth/verify-email?token=x",
            "/auth/reset-password?token=x",
            "/dev/mail",
        ] {
            let page = page_in(&janua, wanted, path).await.accepted();
            assert_page(&page);
            assert!(
                page.text.contains(&format!("<html lang=\"{spoken}\">")),
                "{wanted:?} {path}: {}",
                page.text
            );
        }
    }
    let (english, spanish) = (page_in(&janua, "en", "/").await, page_in(&janua, "es", "/").await);
    assert_ne!(english.text, spanish.text);
    let spanish_by_default = TestJanua::with(&[("DEFAULT_LOCALE", "es")]).await;
    assert!(
        spanish_by_default
            .get("/")
            .await
            .text
            .contains("<html lang=\"es\">")
    );
}

#[tokio::test]
async fn a_page_that_does_not_exist_is_told_in_the_envelope() {
    let janua = TestJanua::start().await;
    let request = janua
        .request(Method::GET, "/auth/nothing")
        .header("accept", "text/html");
    janua.send(request).await.refused("NOT_FOUND");
    janua
        .send(janua.request(Method::POST, "/"))
        .await
        .refused("METHOD_NOT_ALLOWED");
    janua
        .send(janua.request(Method::DELETE, "/auth/verify-email"))
        .await
        .refused("METHOD_NOT_ALLOWED");
}
