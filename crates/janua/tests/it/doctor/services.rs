//! Mail servers and providers of text messages that refuse.

use super::{Deployment, assert_named};
use crate::sms::twilio::Twilio;
use crate::support::{Backend, handed_over};

#[tokio::test]
async fn a_mail_server_that_refuses_the_sign_in() {
    let Some(url) = handed_over("JANUA_TEST_SMTP_AUTH_URL") else {
        return;
    };
    let ca = handed_over("JANUA_TEST_SMTP_CA").expect("its certificate");
    let (_, rest) = url.split_once("://").expect("an address");
    let (login, address) = rest.rsplit_once('@').expect("a sign-in");
    let (_, password) = login.split_once(':').expect("a password");
    let (_, port) = address.rsplit_once(':').expect("a port");
    let it = Deployment::starts().await;
    let base = [
        ("SMTP_HOST", "localhost"),
        ("SMTP_PORT", port),
        ("SMTP_USER", "janua"),
        ("SMTP_PASSWORD", password),
        ("SMTP_FROM", "janua@example.com"),
        ("SMTP_CA_FILE", &ca),
    ];
    it.is_healthy(&base);
    it.suffers(
        &base,
        &[
            ("JD-MAIL-013", &[("SMTP_PASSWORD", "not-this-one-at-all")]),
            ("JD-MAIL-012", &[("SMTP_CA_FILE", "")]),
            ("JD-MAIL-012", &[("SMTP_IMPLICIT_TLS", "true")]),
        ],
    );
}

#[tokio::test]
async fn a_port_on_which_no_mail_server_speaks() {
    let Some(redis) = Backend::redis().await else {
        return;
    };
    let it = Deployment::starts().await;
    let port = redis.port.to_string();
    let own = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_FROM", "janua@example.com"),
        ("SMTP_TLS", "false"),
    ];
    let done = it.operator(&own).does("doctor --json");
    assert_named(&done, "JD-MAIL-014", "a Redis answers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_of_text_messages_that_refuses() {
    let it = Deployment::starts().await;
    let twilio = Twilio::start().await;
    let base = twilio.settings();
    it.is_healthy(&base);
    let webhook = [
        ("SMS_PROVIDER", "webhook"),
        ("SMS_WEBHOOK_URL", "http://127.0.0.1:1/"),
        ("SMS_WEBHOOK_SECRET", super::MASTER_KEY),
    ];
    let token = [("TWILIO_AUTH_TOKEN", "of-somebody-else")];
    it.suffers(&base, &[("JD-MFA-023", &token)]);
    it.suffers(&[], &[("JD-MFA-023", &webhook)]);
}
