//! The page behind the link.

use reqwest::Method;
use serde_json::json;

use super::{ASK, VERIFY, asks};
use crate::pages::{assert_page, submit};
use crate::support::{SignedIn, TestJanua, minutes};

const PAGE: &str = "/auth/magic-link";

#[tokio::test]
async fn scanners_may_open_the_link_and_its_reader_presses_the_button() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let body = json!({"email": "ada@example.com", "redirect_to": "/docs"});
    let asked = janua.post(ASK, body).await.accepted();
    let secret = janua.secret("ada@example.com", "magic-link").await;
    let link = format!("{PAGE}?token={secret}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        janua.send(janua.request(method, &link)).await.accepted();
    }
    assert_eq!(janua.count("SELECT COUNT(*) FROM sessions").await, 0);

    let page = janua.get(&link).await.accepted();
    assert_page(&page);
    assert!(page.text.contains("another browser") && page.text.contains("ada@example.com"));
    let refused = submit(&janua, PAGE, &[("token", &secret)]).await;
    assert!(refused.text.contains("OTHER_BROWSER"), "{}", refused.text);

    let cookie = format!("janua_sign_in={}", asked.cookie("janua_sign_in"));
    let request = janua.request(Method::GET, &link).header("cookie", &cookie);
    let page = janua.send(request).await.accepted();
    assert!(!page.text.contains("another browser"), "{}", page.text);
    let request = janua.request(Method::POST, PAGE).header("cookie", cookie);
    let done = janua.send(request.form(&[("token", &secret)])).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(done.header("location").ends_with("/docs"));
    let cookies = done.cookies();
    assert!(
        cookies.iter().any(|it| it.starts_with("janua_session=")),
        "{cookies:?}"
    );
}

#[tokio::test]
async fn in_another_browser_the_reader_says_that_they_want_it() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    asks(&janua, "ada@example.com").await;
    let secret = janua.secret("ada@example.com", "magic-link").await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    let done = submit(&janua, PAGE, &form).await.accepted();
    assert_page(&done);
    assert!(!done.cookies().is_empty());
    let again = submit(&janua, PAGE, &form).await;
    assert!(again.status == 401 && again.text.contains("LINK_INVALID"));
    janua.advance(minutes(15));
    let late = janua.get(&format!("{PAGE}?token={secret}")).await;
    assert_page(&late);
}

#[tokio::test]
async fn the_page_asks_for_the_second_factor_too() {
    let janua = TestJanua::start().await;
    let (_, phone, _) = crate::mfa::protected(&janua, "ada@example.com").await;
    asks(&janua, "ada@example.com").await;
    let secret = janua.secret("ada@example.com", "magic-link").await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    let page = submit(&janua, PAGE, &form).await.accepted();
    assert_page(&page);
    assert!(page.cookies().is_empty());
    let token = hidden(&page.text, "mfa_token");
    let wrong = submit(&janua, PAGE, &[("mfa_token", &token), ("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.cookies().is_empty());
    let code = phone.shows(&janua, 0);
    let done = submit(&janua, PAGE, &[("mfa_token", &token), ("code", &code)])
        .await
        .accepted();
    assert!(!done.cookies().is_empty());
}

#[tokio::test]
async fn the_page_sets_up_a_factor_that_is_demanded() {
    let janua = TestJanua::with(&[("MAGIC_LINK_SIGNUP", "true"), ("MFA_REQUIRED", "everyone")]).await;
    asks(&janua, "ada@example.com").await;
    let secret = janua.secret("ada@example.com", "magic-link").await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    let page = submit(&janua, PAGE, &form).await.accepted();
    assert_page(&page);
    assert!(page.cookies().is_empty());
    let field = |name| hidden(&page.text, name);
    let (token, picture, shared) = (field("mfa_token"), field("picture"), field("secret"));
    let code = crate::mfa::Phone::with(&shared).shows(&janua, 0);
    let fields = [
        ("mfa_token", token.as_str()),
        ("picture", &picture),
        ("secret", &shared),
        ("code", &code),
    ];
    let done = submit(&janua, PAGE, &fields).await.accepted();
    assert_eq!(done.text.matches("<li><code>").count(), 10, "{}", done.text);
    assert!(!done.cookies().is_empty());
}

#[tokio::test]
async fn the_page_of_somebody_else_sends_no_step_of_a_sign_in() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    asks(&janua, "ada@example.com").await;
    let secret = janua.secret("ada@example.com", "magic-link").await;
    let form = [("token", secret.as_str()), ("other_browser", "yes")];
    let request = janua
        .request(Method::POST, PAGE)
        .header("origin", "https://evil.example");
    let refused = janua.send(request.form(&form)).await;
    assert!(
        refused.status == 403 && refused.text.contains("CSRF_REFUSED"),
        "{}",
        refused.text
    );
    assert!(refused.cookies().is_empty());
    submit(&janua, PAGE, &form).await.accepted();
}

/// What a page carries in a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("{page}"));
    let value = rest.split('"').next().unwrap_or_default();
    value
        .replace("&#x2f;", "/")
        .replace("&#x3d;", "=")
        .replace("&amp;", "&")
}

#[tokio::test]
async fn the_api_tells_the_same_as_the_page() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").registered().await;
    let flow = asks(&janua, "ada@example.com").await;
    let secret = janua.secret("ada@example.com", "magic-link").await;
    janua.get(&format!("{PAGE}?token={secret}")).await.accepted();
    let body = json!({"token": secret, "flow_token": flow});
    SignedIn::of(janua.post(VERIFY, body).await.accepted());
}
