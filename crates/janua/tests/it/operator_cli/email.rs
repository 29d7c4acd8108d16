//! The mail server, tried out.

use serde_json::{Value, json};

use super::{Done, Operator};
use crate::support::handed_over;

#[test]
fn without_a_mail_server_there_is_nothing_to_try() {
    let done = Operator::new(&[]).does("email test --to ada@example.com");
    assert_eq!(done.code, 1);
    assert!(done.err.contains("SMTP_HOST is not set"), "{}", done.err);
    let closed = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", "1"),
        ("SMTP_FROM", "janua@example.com"),
    ];
    let done = Operator::new(&closed).does("email test --to ada@example.com --json");
    assert_eq!(done.code, 1);
    let steps = done.json();
    let last = steps["steps"]
        .as_array()
        .and_then(|it| it.last())
        .expect("a step");
    assert_eq!(
        (&last["name"], &last["outcome"]),
        (&json!("connect"), &json!("failed")),
        "{last}"
    );
    assert!(
        steps["advice"]
            .as_str()
            .is_some_and(|it| it.contains("SMTP_PORT")),
        "{steps}"
    );
}

/// The settings for a listener of the mail server that the test run hands over.
fn sink(variable: &str) -> Option<(String, String, String)> {
    let url = handed_over(variable)?;
    let (_, rest) = url.split_once("://")?;
    let (login, address) = rest.rsplit_once('@').unwrap_or(("", rest));
    let password = login.split_once(':').map_or("", |(_, it)| it);
    let port = address.rsplit(':').next()?;
    Some((
        port.to_owned(),
        password.to_owned(),
        handed_over("JANUA_TEST_SMTP_CA")?,
    ))
}

#[test]
fn the_dialogue_with_a_mail_server_is_told_step_by_step() {
    let Some((port, password, ca)) = sink("JANUA_TEST_SMTP_AUTH_URL") else {
        return;
    };
    let settings = |password: &str, own: &[(&str, &str)]| {
        let mut settings = vec![
            ("SMTP_HOST", "localhost"),
            ("SMTP_PORT", &port),
            ("SMTP_USER", "janua"),
            ("SMTP_PASSWORD", password),
            ("SMTP_FROM", "janua@example.com"),
        ];
        settings.extend(own);
        Operator::new(&settings)
    };
    let trusted = [("SMTP_CA_FILE", ca.as_str())];
    let done = settings(&password, &trusted)
        .does("email test --to ada@example.com --json")
        .ok();
    assert!(!done.out.contains(&password));
    let told = done.json();
    let names: Vec<&str> = told["steps"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    let expected = [
        "resolve",
        "connect",
        "greeting",
        "EHLO",
        "STARTTLS",
        "certificate",
        "AUTH",
        "MAIL FROM",
        "RCPT TO",
        "DATA",
        "message",
        "QUIT",
    ];
    assert_eq!(names, expected, "{told}");
    assert_eq!(told["certificate"]["trusted"], true, "{told}");
    assert_eq!(told["certificate"]["subject"], "CN=localhost");
    let transcript = told["transcript"].as_array().expect("a list");
    let has = |start: &str| {
        transcript
            .iter()
            .filter_map(Value::as_str)
            .any(|it| it.starts_with(start))
    };
    assert!(
        has("S: 220") && has("C: EHLO") && has("C: AUTH PLAIN ***") && has("S: 250"),
        "{told}"
    );

    let stopped = settings(&password, &trusted)
        .does("email test --to ada@example.com --no-send --json")
        .ok();
    assert!(!stopped.out.contains("RCPT TO"), "{}", stopped.out);

    let failed = |done: Done, name: &str, hint: &str| {
        assert_eq!(done.code, 1, "{}", done.out);
        let told = done.json();
        let steps = told["steps"].as_array().expect("a list");
        let step = steps
            .iter()
            .find(|it| it["outcome"] == "failed")
            .expect("a failure");
        assert_eq!(step["name"], name, "{told}");
        assert!(
            told["advice"].as_str().is_some_and(|it| it.contains(hint)),
            "{told}"
        );
        told
    };
    failed(
        settings("wrong-password", &trusted).does("email test --to ada@example.com --json"),
        "AUTH",
        "SMTP_PASSWORD",
    );
    failed(
        settings(&password, &trusted).does("email test --to bounce@example.com --json"),
        "RCPT TO",
        "recipient",
    );
    let told = failed(
        settings(&password, &[]).does("email test --to ada@example.com --json"),
        "STARTTLS",
        "SMTP_CA_FILE",
    );
    assert_eq!(
        told["certificate"]["trusted"], false,
        "the certificate is shown all the same: {told}"
    );
}

#[test]
fn a_mail_server_without_encryption_is_taken_as_it_is() {
    let Some((port, ..)) = sink("JANUA_TEST_SMTP_URL") else {
        return;
    };
    let clear = [
        ("SMTP_HOST", "localhost"),
        ("SMTP_PORT", &*port),
        ("SMTP_FROM", "j@example.com"),
        ("SMTP_TLS", "false"),
    ];
    let told = Operator::new(&clear).does("email test --to ada@example.com").ok();
    assert!(told.out.contains("skipped"), "{}", told.out);
}
