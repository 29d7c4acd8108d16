//! The pages behind mailed links: opening one changes nothing, its button does.

use reqwest::Method;
use serde_json::json;

use super::{assert_page, page_in, submit};
use crate::bad_input::percent_encoded;
use crate::support::{PASSWORD, TestJanua, hours, made_up};

const VERIFY: &str = "/auth/verify-email";
const RESET: &str = "/auth/reset-password";

#[tokio::test]
async fn a_newcomer_confirms_their_address_with_the_button() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    let link = format!("{VERIFY}?token={secret}");
    // Mail scanners open links, several times.
    for method in [Method::GET, Method::HEAD, Method::GET] {
        janua.send(janua.request(method, &link)).await.accepted();
    }
    ada.login(PASSWORD).await.refused("EMAIL_NOT_VERIFIED");

    let page = janua.get(&link).await.accepted();
    assert_page(&page);
    assert!(
        page.text.contains(&format!("name=\"token\" value=\"{secret}\"")),
        "{}",
        page.text
    );
    assert_eq!(page.header("referrer-policy"), "strict-origin");
    let done = submit(&janua, VERIFY, &[("token", &secret)]).await.accepted();
    assert_page(&done);
    ada.signs_in().await;

    let again = submit(&janua, VERIFY, &[("token", &secret)]).await;
    assert_page(&again);
    assert_eq!(again.status, 401);
    assert!(again.text.contains("LINK_INVALID"), "{}", again.text);
}

#[tokio::test]
async fn somebody_chooses_a_new_password_on_the_page() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com").registered().await;
    let session = ada.signs_in().await;
    janua
        .post(
            "/api/v1/auth/password/forgot",
            json!({"email": "ada@example.com"}),
        )
        .await
        .accepted();
    let secret = janua.secret("ada@example.com", "reset-password").await;
    let page = janua.get(&format!("{RESET}?token={secret}")).await.accepted();
    assert_page(&page);
    assert!(page.text.contains("autocomplete=\"new-password\"") && page.text.contains("minlength=\"10\""));

    // A weak password costs no link: the form comes back with the reason.
    let weak = submit(
        &janua,
        RESET,
        &[("token", &secret), ("new_password", "password12")],
    )
    .await;
    assert_page(&weak);
    assert_eq!(weak.status, 422);
    assert!(
        weak.text.contains(&secret) && weak.text.contains("role=\"alert\""),
        "{}",
        weak.text
    );
    assert!(!weak.text.contains("password12"));
    let none = submit(&janua, RESET, &[("token", &secret)]).await.accepted();
    assert!(none.text.contains(&secret));
    session.get(&janua, "/api/v1/users/me").await.accepted();

    let fields = [
        ("token", secret.as_str()),
        ("new_password", "marble-anchor-violet-88"),
        ("email", "ada@example.com"),
    ];
    assert_page(&submit(&janua, RESET, &fields).await.accepted());
    session
        .get(&janua, "/api/v1/users/me")
        .await
        .refused("TOKEN_REVOKED");
    ada.login("marble-anchor-violet-88").await.accepted();
    let again = submit(&janua, RESET, &fields).await;
    assert!(
        again.status == 401 && again.text.contains("LINK_INVALID"),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn white_space_around_a_pasted_token_does_no_harm() {
    let janua = TestJanua::start().await;
    let ada = janua.person("ada@example.com");
    ada.signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    submit(&janua, VERIFY, &[("token", &format!(" {secret}\r\n"))])
        .await
        .accepted();
    ada.signs_in().await;
}

#[tokio::test]
async fn a_problem_is_told_in_words_with_code_and_request_id() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").signs_up().await.accepted();
    let secret = janua.secret("ada@example.com", "verify-email").await;
    janua.advance(hours(25));
    let expired = submit(&janua, VERIFY, &[("token", &secret)]).await;
    let nobodys = made_up(janua::crypto::secret::Kind::Link);
    let wrong = submit(&janua, RESET, &[("token", &nobodys), ("new_password", PASSWORD)]).await;
    for (page, code) in [(expired, "LINK_EXPIRED"), (wrong, "LINK_INVALID")] {
        assert_page(&page);
        assert_eq!(page.status, 401);
        assert!(
            page.text.contains(&format!("<code>{code}</code>")),
            "{}",
            page.text
        );
        assert!(
            page.text
                .contains(&format!("<code>{}</code>", page.header("x-request-id"))),
            "{}",
            page.text
        );
        assert!(!page.text.contains(&secret));
    }
    let request = janua
        .request(Method::POST, VERIFY)
        .header("accept-language", "es")
        .form(&[("token", "x")]);
    let spanish = janua.send(request).await;
    assert_page(&spanish);
    assert!(spanish.text.contains("<html lang=\"es\">") && spanish.text.contains("LINK_INVALID"));
}

#[tokio::test]
async fn too_many_tries_of_a_link_are_told_as_a_page() {
    let janua = TestJanua::with(&[("RATE_LIMIT_LINK", "2/5m")]).await;
    for _ in 0..2 {
        assert_eq!(submit(&janua, VERIFY, &[("token", "x")]).await.status, 401);
    }
    let page = submit(&janua, VERIFY, &[("token", "x")]).await;
    assert_page(&page);
    assert_eq!(page.status, 429);
    assert!(
        page.text.contains("RATE_LIMITED") && page.header("retry-after").parse::<u32>().is_ok(),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn what_stands_in_the_address_cannot_become_part_of_the_page() {
    let janua = TestJanua::start().await;
    for hostile in [
        "\"><script>alert(1)</script>",
        "' onfocus='alert(1)' autofocus='",
        "</form><form action=\"https://evil.example\">",
        "<img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "\u{202e}\u{0}\u{ffff}",
    ] {
        let encoded = percent_encoded(hostile.as_bytes());
        for path in [
            format!("{VERIFY}?token={encoded}"),
            format!("{RESET}?token={encoded}"),
            format!("/dev/mail?to={encoded}"),
        ] {
            let page = page_in(&janua, "en", &path).await.accepted();
            assert!(page.text.starts_with("<!doctype html>"), "{path}");
            for raw in [
                "<script",
                "' onfocus",
                "<form action",
                "<img",
                "49{%",
                "evil.example\">",
            ] {
                assert!(!page.text.contains(raw), "{raw} in {}", page.text);
            }
            assert_eq!(page.header("content-security-policy"), super::POLICY);
        }
        let page = submit(&janua, RESET, &[("token", hostile), ("new_password", "weak")]).await;
        assert!(
            page.status.is_client_error() && !page.text.contains("<script"),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused() {
    let janua = TestJanua::start().await;
    let send = async |path: &str, body: &'static [u8]| {
        let kind = "application/x-www-form-urlencoded";
        janua
            .send(
                janua
                    .request(Method::POST, path)
                    .header("content-type", kind)
                    .body(body),
            )
            .await
    };
    for path in [VERIFY, RESET] {
        for body in [
            &b"token=a&token=b"[..],
            b"token=x&is_admin=true",
            b"new_password=a&new_password=b",
        ] {
            assert_eq!(
                send(path, body).await.refused("BAD_REQUEST").status,
                400,
                "{path}"
            );
        }
        for body in [
            &b""[..],
            b"&&&",
            b"token=%ff%fe",
            b"token=%00",
            b"%",
            b"\xff\xff=1",
        ] {
            let answer = send(path, body).await;
            assert!(
                !answer.status.is_server_error(),
                "{path}: {} {}",
                answer.status,
                answer.text
            );
        }
        let large = "x".repeat(2 * 1024 * 1024);
        submit(&janua, path, &[("token", &large)])
            .await
            .refused("PAYLOAD_TOO_LARGE");
    }
    janua.get("/live").await.accepted();
}
