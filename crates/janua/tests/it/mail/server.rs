//! The mail server that the test run hands over, and a door in front of it that can be shut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Url;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TestJanua, handed_over};

/// One of the server's listeners.
pub(super) struct Listener(Url);

impl Listener {
    /// `None` when the test run hands over no mail server.
    pub(super) fn plain() -> Option<Self> {
        Self::named("JANUA_TEST_SMTP_URL")
    }

    /// Wants STARTTLS and a password.
    pub(super) fn with_password() -> Option<Self> {
        Self::named("JANUA_TEST_SMTP_AUTH_URL")
    }

    /// Encrypts from the first byte.
    pub(super) fn encrypted() -> Option<Self> {
        Self::named("JANUA_TEST_SMTPS_URL")
    }

    fn named(name: &str) -> Option<Self> {
        handed_over(name).map(|url| Self(url.parse().expect("a URL")))
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port().expect("a port")
    }

    /// The settings of somebody who uses this listener.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("SMTP_HOST", "127.0.0.1".to_owned()),
            ("SMTP_PORT", self.port().to_string()),
        ];
        settings.push(("SMTP_FROM", "janua@login.example".to_owned()));
        if let Some(password) = self.0.password() {
            settings.push(("SMTP_USER", self.0.username().to_owned()));
            settings.push(("SMTP_PASSWORD", password.to_owned()));
        }
        settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// A server that sends its mails there, with settings of one's own.
pub(super) async fn janua_with(settings: &[(String, String)], own: &[(&str, &str)]) -> TestJanua {
    let settings = settings
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    TestJanua::with(&settings.chain(own.iter().copied()).collect::<Vec<_>>()).await
}

/// The certificate that the server shows.
pub(super) fn certificate() -> String {
    handed_over("JANUA_TEST_SMTP_CA").expect("it comes with the server")
}

/// What the server has taken for an address, oldest first.
pub(super) fn taken(recipient: &str) -> Vec<Value> {
    let folder = handed_over("JANUA_TEST_SMTP_DIR").expect("it comes with the server");
    let lines = std::fs::read_to_string(format!("{folder}/messages.jsonl")).expect("the messages");
    // Somebody else's message may just be on its way into the file.
    let whole = lines.rfind('\n').map_or("", |end| &lines[..end]);
    let messages = whole
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a message"));
    messages
        .filter(|it| it["rcpt_tos"].to_string().contains(recipient))
        .collect()
}

/// A way to a listener that can be shut: then connections are hung up.
pub(super) struct Door {
    pub(super) port: u16,
    is_open: Arc<AtomicBool>,
}

impl Door {
    pub(super) async fn to(listener: &Listener) -> Self {
        Self::on(
            TcpListener::bind("127.0.0.1:0").await.expect("a port"),
            listener.port(),
        )
    }

    pub(super) fn on(door: TcpListener, to: u16) -> Self {
        let port = door.local_addr().expect("an address").port();
        let is_open = Arc::new(AtomicBool::new(true));
        let state = is_open.clone();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = door.accept().await {
                if !state.load(Ordering::SeqCst) {
                    continue;
                }
                tokio::spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(("127.0.0.1", to)).await {
                        let _ = tokio::io::copy_bidirectional(&mut from, &mut server).await;
                    }
                });
            }
        });
        Self { port, is_open }
    }

    pub(super) fn shut(&self) {
        self.is_open.store(false, Ordering::SeqCst);
    }

    pub(super) fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }
}
