//! Requests as bytes, for what an HTTP library refuses to send.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, TestJanua};

/// Longer than any answer takes, shorter than a test run may hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that says exactly what it is told to.
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) async fn to(janua: &TestJanua) -> Self {
        Self(
            TcpStream::connect(janua.address)
                .await
                .expect("the server accepts"),
        )
    }

    /// Says something. A server that has heard enough closes the connection: that is no failure.
    pub(crate) async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// Everything the server says until it closes the connection.
    pub(crate) async fn listen_to_the_end(&mut self) -> String {
        let mut heard = Vec::new();
        // A connection that is reset has ended too; what came before counts.
        let end = self.0.read_to_end(&mut heard);
        let _ = tokio::time::timeout(PATIENCE, end)
            .await
            .expect("the server closes the connection");
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The next answer, of a connection that may stay open.
    pub(crate) async fn listen(&mut self) -> Answer {
        let mut heard = Vec::new();
        let listening = async {
            loop {
                if let Some(answer) = complete(&heard) {
                    return answer;
                }
                let read = self.0.read_buf(&mut heard).await.expect("an answer");
                assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&heard));
            }
        };
        tokio::time::timeout(PATIENCE, listening)
            .await
            .expect("an answer in time")
    }
}

/// One request on a connection of its own, and the answer to it.
pub(crate) async fn send(janua: &TestJanua, bytes: impl AsRef<[u8]>) -> Answer {
    let mut connection = Connection::to(janua).await;
    connection.say(bytes).await;
    connection.listen().await
}

/// A request without a body.
pub(crate) fn head(line: &str, headers: &[(&str, &str)]) -> String {
    let mut text = format!("{line} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text + "\r\n"
}

/// The answer, once all of it is there.
fn complete(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_str(value).ok()?,
        );
    }
    let length = headers
        .get("content-length")
        .and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let text = body.get(..length.unwrap_or(0))?.to_owned();
    Some(Answer {
        status: StatusCode::from_u16(status).ok()?,
        headers,
        text,
    })
}
