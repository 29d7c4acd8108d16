//! Passwords of the mail server travel encrypted, and only to the server that was meant.

use super::server::{Door, Listener, certificate, janua_with, taken};
use super::{deliver, somebody, the_mail};
use crate::support::{TestJanua, seconds};

/// Somebody registers; whether the mail arrived, and what stands in the outbox.
async fn one_mail(janua: &TestJanua) -> (Option<serde_json::Value>, super::Kept) {
    let ada = somebody("ada");
    janua.person(&ada).signs_up().await.accepted();
    assert_eq!(deliver(janua).await, 1);
    (taken(&ada).pop(), the_mail(janua, &ada).await)
}

#[tokio::test]
async fn with_starttls_and_a_password_mail_leaves() {
    let Some(listener) = Listener::with_password() else {
        return;
    };
    let janua = janua_with(&listener.settings(), &[("SMTP_CA_FILE", &certificate())]).await;
    let (mail, row) = one_mail(&janua).await;
    let mail = mail.unwrap_or_else(|| panic!("{row:?}"));
    assert_eq!(
        (&mail["listener"], &mail["tls"], &mail["authenticated"]),
        (&"starttls".into(), &true.into(), &true.into())
    );
    assert_eq!(row.state, "sent");
}

#[tokio::test]
async fn with_tls_from_the_first_byte_mail_leaves() {
    let Some(listener) = Listener::encrypted() else {
        return;
    };
    // The port is what says that TLS comes first; not every test run may take it.
    let Ok(door) = tokio::net::TcpListener::bind("127.0.0.1:465").await else {
        return;
    };
    let door = Door::on(door, listener.port());
    assert_eq!(door.port, 465);
    let own = [
        ("SMTP_PORT", "465"),
        ("SMTP_USER", "janua"),
        ("SMTP_PASSWORD", "sink-password"),
    ];
    let trusted = certificate();
    let janua = janua_with(
        &listener.settings(),
        &[&own[..], &[("SMTP_CA_FILE", trusted.as_str())]].concat(),
    )
    .await;
    let (mail, row) = one_mail(&janua).await;
    let mail = mail.unwrap_or_else(|| panic!("{row:?}"));
    assert_eq!(
        (&mail["listener"], &mail["authenticated"]),
        (&"tls".into(), &true.into())
    );
    assert_eq!(row.state, "sent");
}

#[tokio::test]
async fn tls_comes_from_the_first_byte_on_any_port_that_is_said_to_want_it() {
    let Some(listener) = Listener::encrypted() else {
        return;
    };
    let trusted = certificate();
    let own = [
        ("SMTP_IMPLICIT_TLS", "true"),
        ("SMTP_USER", "janua"),
        ("SMTP_PASSWORD", "sink-password"),
        ("SMTP_CA_FILE", trusted.as_str()),
    ];
    let janua = janua_with(&listener.settings(), &own).await;
    let (mail, row) = one_mail(&janua).await;
    let mail = mail.unwrap_or_else(|| panic!("{row:?}"));
    assert_eq!((&mail["listener"], row.state.as_str()), (&"tls".into(), "sent"));
}

#[tokio::test]
async fn a_wrong_password_keeps_the_mail_in_the_outbox_until_it_is_mended() {
    let Some(listener) = Listener::with_password() else {
        return;
    };
    let trusted = certificate();
    let own = [
        ("SMTP_CA_FILE", trusted.as_str()),
        ("SMTP_PASSWORD", "not-the-password"),
    ];
    let mut janua = janua_with(&listener.settings(), &own).await;
    let ada = somebody("ada");
    janua.person(&ada).signs_up().await.accepted();
    assert_eq!(deliver(&janua).await, 1);
    let row = the_mail(&janua, &ada).await;
    assert_eq!(
        (row.state.as_str(), row.attempts, taken(&ada).len()),
        ("queued", 1, 0),
        "{row:?}"
    );
    let answer = row.provider_answer.expect("what the provider said");
    assert!(
        answer.contains("535") && !answer.contains("not-the-password"),
        "{answer}"
    );
    assert_eq!(
        janua.get("/health").await.accepted().str("/dependencies/email"),
        "unhealthy"
    );

    // The operator mends the setting and starts anew.
    janua.settings.retain(|(name, _)| name != "SMTP_PASSWORD");
    janua
        .settings
        .push(("SMTP_PASSWORD".to_owned(), "sink-password".to_owned()));
    let mended = janua.second_instance().await;
    mended.advance(seconds(10));
    assert_eq!(deliver(&mended).await, 1);
    assert_eq!(
        (the_mail(&mended, &ada).await.state.as_str(), taken(&ada).len()),
        ("sent", 1)
    );
    assert_eq!(
        mended.get("/health").await.accepted().str("/dependencies/email"),
        "healthy"
    );
}

#[tokio::test]
async fn a_server_that_wants_a_password_gets_no_mail_without_one() {
    let Some(listener) = Listener::with_password() else {
        return;
    };
    let trusted = certificate();
    let settings = listener.settings().into_iter();
    let settings: Vec<_> = settings
        .filter(|(name, _)| name != "SMTP_USER" && name != "SMTP_PASSWORD")
        .collect();
    let janua = janua_with(&settings, &[("SMTP_CA_FILE", &trusted)]).await;
    let (mail, row) = one_mail(&janua).await;
    assert!(mail.is_none());
    assert_eq!(row.state, "queued", "{row:?}");
    assert!(row.provider_answer.is_some_and(|it| it.contains("530")));
}

#[tokio::test]
async fn a_server_with_a_foreign_certificate_gets_nothing() {
    let Some(listener) = Listener::with_password() else {
        return;
    };
    let janua = janua_with(&listener.settings(), &[]).await;
    let (mail, row) = one_mail(&janua).await;
    assert!(mail.is_none());
    assert_eq!(row.state, "queued", "{row:?}");
    assert!(
        row.provider_answer
            .is_some_and(|it| it.to_lowercase().contains("certificate"))
    );
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_expected() {
    let Some(listener) = Listener::plain() else { return };
    let trusted = certificate();
    let janua = janua_with(&listener.settings(), &[("SMTP_CA_FILE", &trusted)]).await;
    let (mail, row) = one_mail(&janua).await;
    assert!(mail.is_none());
    assert_eq!(row.state, "queued", "{row:?}");
}
