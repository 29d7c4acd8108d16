//! Mails that really leave, to a server that sometimes says no.

use serde_json::json;

use super::server::{Door, Listener, janua_with, taken};
use super::{deliver, somebody, the_mail};
use crate::support::{TestJanua, hours, seconds};

async fn plain(own: &[(&str, &str)]) -> Option<TestJanua> {
    Some(janua_with(&Listener::plain()?.settings(), own).await)
}

/// The body without the soft line breaks of quoted-printable (RFC 2045 §6.7).
fn unfolded(data: &str) -> String {
    data.replace("=\r\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let Some(janua) = plain(&[("APP_NAME", "Acme Login")]).await else {
        return;
    };
    let ada = somebody("ada");
    janua.person(&ada).signs_up().await.accepted();
    assert_eq!(deliver(&janua).await, 1);
    let mut mails = taken(&ada);
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = mails.remove(0);
    assert_eq!(
        (&mail["mail_from"], &mail["rcpt_tos"]),
        (&json!("janua@login.example"), &json!([ada]))
    );

    let data = mail["data"].as_str().expect("the message");
    let (head, body) = data.split_once("\r\n\r\n").expect("head and body");
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let all = |name: &str| -> Vec<&str> {
        head.split("\r\n")
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .collect()
    };
    assert_eq!(all("From"), ["\"Acme Login\" <janua@login.example>"]);
    assert_eq!(all("To"), [ada.as_str()]);
    assert_eq!((all("Cc").len(), all("Bcc").len(), all("Date").len()), (0, 0, 1));
    assert_eq!(all("Subject"), ["Confirm your email address for Acme Login"]);
    assert_eq!(all("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(all("MIME-Version"), ["1.0"]);
    let [id] = all("Message-ID")[..] else {
        panic!("{head}")
    };
    assert!(id.starts_with('<') && id.ends_with("@login.example>"), "{id}");
    let row = id
        .trim_start_matches('<')
        .split('@')
        .next()
        .expect("an id")
        .to_owned();
    assert!(
        row.len() == 36,
        "the id of the mail stands in the outbox too: {row}"
    );
    assert!(
        all("Content-Type")[0].starts_with("multipart/alternative"),
        "{head}"
    );

    let (text, html) = (
        body.find("Content-Type: text/plain"),
        body.find("Content-Type: text/html"),
    );
    assert!(
        text.is_some() && text < html,
        "the richest part comes last: {body}"
    );
    let body = unfolded(body);
    assert_eq!(body.matches("charset=utf-8").count(), 2);
    let link = "http://localhost:4100/auth/verify-email?token=jlk_";
    assert_eq!(body.matches(link).count(), 1, "{body}");
    assert!(
        body.matches("verify-email?token=jlk_").count() > 1,
        "no link in the richer part: {body}"
    );
    assert_eq!(the_mail(&janua, &ada).await.state, "sent");
    assert!(
        the_mail(&janua, &ada)
            .await
            .provider_answer
            .is_some_and(|it| it.starts_with("250"))
    );
}

#[tokio::test]
async fn a_person_goes_through_the_door_with_mails_that_really_left() {
    let Some(janua) = plain(&[("SMTP_TLS", "false")]).await else {
        return;
    };
    let address = somebody("ada");
    let ada = janua.person(&address);
    ada.signs_up().await.accepted();
    deliver(&janua).await;
    let mail = unfolded(taken(&address)[0]["data"].as_str().expect("the message"));
    let secret = mail
        .split("token=")
        .nth(1)
        .and_then(|it| it.split(['\r', '"', ' ']).next())
        .expect("a token");
    janua
        .post("/api/v1/auth/email/verify", json!({"token": secret}))
        .await
        .accepted();
    ada.signs_in().await;
    assert_eq!(deliver(&janua).await, 1);
    assert!(
        taken(&address)[1]["data"]
            .as_str()
            .is_some_and(|it| it.contains("Subject: Welcome to Janua"))
    );
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_ends_the_tries() {
    let Some(janua) = plain(&[]).await else { return };
    let nobody = somebody("bounce");
    janua.person(&nobody).signs_up().await.accepted();
    assert_eq!(deliver(&janua).await, 1);
    let mail = the_mail(&janua, &nobody).await;
    assert_eq!((mail.state.as_str(), mail.attempts), ("failed", 1));
    assert!(
        mail.provider_answer
            .as_ref()
            .is_some_and(|it| it.contains("550") && it.contains("No such mailbox")),
        "{mail:?}"
    );
    janua.advance(hours(48));
    assert_eq!(deliver(&janua).await, 0);
    // The account waits, as it would for anybody who does not open the link.
    janua
        .person(&nobody)
        .login(crate::support::PASSWORD)
        .await
        .refused("EMAIL_NOT_VERIFIED");
}

#[tokio::test]
async fn a_server_that_says_later_is_asked_again_later() {
    let Some(janua) = plain(&[]).await else { return };
    let ada = somebody("later");
    janua.person(&ada).signs_up().await.accepted();
    assert_eq!(deliver(&janua).await, 1);
    let mail = the_mail(&janua, &ada).await;
    assert_eq!((mail.state.as_str(), mail.attempts), ("queued", 1));
    assert!(
        mail.provider_answer
            .as_ref()
            .is_some_and(|it| it.contains("451") && it.contains("Try again later")),
        "{mail:?}"
    );
    assert_eq!(deliver(&janua).await, 0);
    janua.advance(seconds(9));
    assert_eq!(deliver(&janua).await, 0);
    janua.advance(seconds(1));
    assert_eq!(deliver(&janua).await, 1);
    let mail = the_mail(&janua, &ada).await;
    assert_eq!(
        (mail.state.as_str(), mail.attempts, taken(&ada).len()),
        ("sent", 2, 1)
    );
}

#[tokio::test]
async fn nothing_is_lost_while_the_mail_server_is_away() {
    let Some(listener) = Listener::plain() else { return };
    let door = Door::to(&listener).await;
    let port = door.port.to_string();
    let janua = janua_with(
        &listener.settings(),
        &[("SMTP_PORT", &port), ("REQUIRE_EMAIL_VERIFICATION", "false")],
    )
    .await;
    let first = somebody("first");
    janua.person(&first).signs_up().await.accepted();
    assert_eq!((deliver(&janua).await, taken(&first).len()), (1, 1));

    door.shut();
    let people: Vec<String> = (0..5).map(|_| somebody("ada")).collect();
    for person in &people {
        let registered = janua.person(person).signs_up().await.accepted();
        assert!(
            registered.json()["tokens"].is_object(),
            "somebody has to wait for a mail"
        );
    }
    assert_eq!(deliver(&janua).await, 5);
    for person in &people {
        let mail = the_mail(&janua, person).await;
        assert_eq!((mail.state.as_str(), mail.attempts), ("queued", 1));
        assert!(mail.provider_answer.is_some(), "why is not told");
    }

    door.open();
    janua.advance(seconds(10));
    assert_eq!(deliver(&janua).await, 5);
    for person in &people {
        assert_eq!(
            (the_mail(&janua, person).await.state.as_str(), taken(person).len()),
            ("sent", 1)
        );
    }
}

#[tokio::test]
async fn a_mail_that_nobody_takes_for_days_is_given_up() {
    let Some(listener) = Listener::plain() else { return };
    let door = Door::to(&listener).await;
    let port = door.port.to_string();
    let janua = janua_with(&listener.settings(), &[("SMTP_PORT", &port)]).await;
    door.shut();
    let ada = somebody("ada");
    janua.person(&ada).signs_up().await.accepted();
    for attempt in 1..=8 {
        assert_eq!(deliver(&janua).await, 1, "attempt {attempt}");
        assert_eq!(the_mail(&janua, &ada).await.attempts, attempt);
        janua.advance(hours(24));
    }
    let mail = the_mail(&janua, &ada).await;
    assert_eq!(mail.state, "failed");
    assert!(mail.provider_answer.is_some_and(|it| !it.is_empty()));
    door.open();
    assert_eq!(deliver(&janua).await, 0);
}
