//! The mail catcher: only where no mail leaves.

use serde_json::json;

use super::assert_page;
use crate::support::TestJanua;

#[tokio::test]
async fn caught_mails_are_listed_newest_first_and_by_recipient() {
    let janua = TestJanua::start().await;
    let empty = janua.get("/dev/mail").await.accepted();
    assert_page(&empty);
    for email in ["ada@example.com", "eve@example.com"] {
        janua.person(email).signs_up().await.accepted();
        janua.mails(email).await;
    }
    let all = janua.get("/dev/mail/messages").await.accepted().json();
    let all = all["messages"].as_array().expect("messages").clone();
    let recipients: Vec<&str> = all.iter().filter_map(|it| it["to"].as_str()).collect();
    assert_eq!(recipients, ["eve@example.com", "ada@example.com"]);
    for name in ["id", "subject", "text", "html", "sent_at"] {
        assert!(
            all[0][name].as_str().is_some_and(|it| !it.is_empty()),
            "{name} in {}",
            all[0]
        );
    }
    assert_eq!(all[0]["sent_at"], "2026-01-11T10:30:00Z");
    let links = all[0]["links"].as_array().expect("links");
    assert!(
        links.iter().any(|it| it
            .as_str()
            .is_some_and(|it| it.contains("/auth/verify-email?token="))),
        "{links:?}"
    );

    let of_ada = janua
        .get("/dev/mail/messages?to=ADA@example.com")
        .await
        .accepted()
        .json();
    assert_eq!(of_ada["messages"].as_array().map(Vec::len), Some(1));
    let of_nobody = janua
        .get("/dev/mail/messages?to=nobody@example.com")
        .await
        .accepted()
        .json();
    assert_eq!(of_nobody, json!({"messages": []}));
    janua
        .get("/dev/mail/messages?unheard=of")
        .await
        .refused("INVALID_FIELD");
}

#[tokio::test]
async fn the_page_shows_each_mail_in_a_frame_that_may_load_nothing() {
    let janua = TestJanua::start().await;
    janua.person("ada@example.com").signs_up().await.accepted();
    janua.mails("ada@example.com").await;
    let page = janua.get("/dev/mail?to=ada@example.com").await.accepted();
    assert_page(&page);
    assert!(
        page.text.contains("ada@example.com") && page.text.contains("verify-email?token="),
        "{}",
        page.text
    );
    let source = page
        .text
        .split("<iframe")
        .nth(1)
        .and_then(|it| it.split("src=\"").nth(1)?.split('"').next());
    let frame = janua.get(source.expect("a frame")).await.accepted();
    assert!(
        page.text.contains("sandbox=\"")
            && !page.text.contains("allow-scripts")
            && !page.text.contains("allow-same-origin")
    );
    assert_eq!(
        frame.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    );
    assert_eq!(frame.header("x-frame-options"), "SAMEORIGIN");
    assert!(!frame.text.contains("<script") && frame.text.contains("verify-email"));
    janua
        .get("/dev/mail/messages/nothing/html")
        .await
        .refused("NOT_FOUND");
}

#[tokio::test]
async fn where_mail_leaves_there_is_no_catcher() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("janua.db").display());
    let smtp = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", "1"),
        ("SMTP_FROM", "janua@example.com"),
    ];
    let production = [
        ("ENVIRONMENT", "production"),
        ("APP_BASE_URL", "https://id.example.com"),
        ("REDIS_URL", "memory:"),
        ("DATABASE_URL", url.as_str()),
    ];
    for own in [&smtp[..], &production[..]] {
        let janua = TestJanua::with(own).await;
        for path in [
            "/dev/mail",
            "/dev/mail/messages",
            "/dev/mail/messages/x/html",
            "/dev/mail/",
        ] {
            janua.get(path).await.refused("NOT_FOUND");
        }
        assert!(!janua.get("/").await.accepted().text.contains("/dev/mail"));
    }
    TestJanua::start().await.get("/dev/mail").await.accepted();
}
