//! The mail server that the test run hands over, and a door in front of it that can be shut.

use std::sync::{Arc, Mutex};

use reqwest::Url;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

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

/// A way to a listener that can be shut: then every connection is hung up.
pub(super) struct Door {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    connections: Vec<AbortHandle>,
}

impl Door {
    pub(super) async fn to(listener: &Listener) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(door, listener.port())
    }

    pub(super) fn on(door: TcpListener, to: u16) -> Self {
        let port = door.local_addr().expect("an address").port();
        let state = Arc::<Mutex<State>>::default();
        let known = state.clone();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = door.accept().await {
                let mut known = known.lock().expect("the state");
                if !known.is_shut {
                    let passing = async move {
                        let mut server = TcpStream::connect(("127.0.0.1", to)).await?;
                        tokio::io::copy_bidirectional(&mut from, &mut server).await
                    };
                    known.connections.push(tokio::spawn(passing).abort_handle());
                }
            }
        });
        Self { port, state }
    }

    pub(super) fn shut(&self) {
        let mut state = self.state.lock().expect("the state");
        state.is_shut = true;
        state.connections.drain(..).for_each(|it| it.abort());
    }

    pub(super) fn open(&self) {
        self.state.lock().expect("the state").is_shut = false;
    }
}
