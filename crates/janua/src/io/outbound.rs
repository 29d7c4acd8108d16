//! The only HTTP client: bounded in time and size, and it follows no redirect on its own.

use std::time::Duration;

use tracing::Instrument;

use super::TRACE;
use crate::crypto::secret::SecretString;
use crate::error::{Code, Error, Result, causes};

/// How long a whole exchange may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A client for the providers that the configuration names.
#[derive(Clone, Debug)]
pub struct Outbound(reqwest::Client);

impl Outbound {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    #[expect(clippy::disallowed_methods, reason = "the one place where a client is made")]
    pub fn new() -> Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("janua/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::internal)?;
        Ok(Self(client))
    }

    /// Gets a text from an address that the operator configured.
    ///
    /// # Errors
    /// `EXTERNAL_SERVICE_ERROR` when there is no answer in time, or not a good one.
    pub async fn get_text(&self, url: &str, headers: &[(&'static str, &'static str)]) -> Result<String> {
        let request = headers.iter().fold(self.0.get(url), |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = request
            .send()
            .instrument(span(url))
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(failed)?;
        read(answer).await
    }

    /// Sends an order to the API of a Janua; gives the status and the text of the answer.
    ///
    /// # Errors
    /// `EXTERNAL_SERVICE_ERROR` when there is no answer in time.
    pub async fn call(
        &self,
        method: reqwest::Method,
        url: &str,
        token: &SecretString,
        body: Option<&serde_json::Value>,
    ) -> Result<(u16, String)> {
        let mut request = self.0.request(method, url).bearer_auth(token.reveal());
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(failed)?;
        Ok((answer.status().as_u16(), read(answer).await?))
    }

    /// Sends a body to an address that the operator configured, once; gives the status and the text of the answer.
    ///
    /// # Errors
    /// Why there is no answer. The request may have arrived all the same.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> std::result::Result<(u16, String), Unanswered> {
        let request = with(self.0.post(url), headers).body(body);
        let answer = request
            .send()
            .instrument(span(url))
            .await
            .map_err(Unanswered::of)?;
        let status = answer.status().as_u16();
        // What cannot be read explains nothing; the status does.
        Ok((status, read(answer).await.unwrap_or_default()))
    }

    /// Asks an address that the operator configured; gives the status and the text of the answer.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> std::result::Result<(u16, String), Unanswered> {
        let answer = with(self.0.get(url), headers).send().instrument(span(url)).await;
        let answer = answer.map_err(Unanswered::of)?;
        let status = answer.status().as_u16();
        Ok((status, read(answer).await.map_err(|_| Unanswered::BrokeOff)?))
    }

    /// Asks an address that the operator configured, and looks at the status alone.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn get_status(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
    ) -> std::result::Result<u16, Unanswered> {
        let answer = with(self.0.get(url), headers).send().instrument(span(url)).await;
        Ok(answer.map_err(Unanswered::of)?.status().as_u16())
    }

    /// Gets a text, whatever the status says of it.
    ///
    /// # Errors
    /// `EXTERNAL_SERVICE_ERROR` when there is no answer in time.
    pub async fn get_any(&self, url: &str) -> Result<String> {
        let answer = self.0.get(url).send().instrument(span(url)).await;
        read(answer.map_err(failed)?).await
    }
}

/// An answer as it came, for whoever looks at a server from outside.
#[derive(Debug)]
pub struct Seen {
    /// The status.
    pub status: u16,
    /// The headers, by their names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, when it is text of at most a mebibyte; else nothing.
    pub body: String,
    /// The certificate of the server (X.509, DER).
    pub certificate: Option<Vec<u8>>,
}

impl Seen {
    /// The first header of this name, in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Why nothing is seen of a server, with the whole story.
#[derive(Debug)]
pub enum Unseen {
    /// Its name leads nowhere.
    Name(String),
    /// TLS fails: most often its certificate.
    Tls(String),
    /// Nobody answers.
    Unreachable(String),
}

impl std::fmt::Display for Unseen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Name(why) | Self::Tls(why) | Self::Unreachable(why)) = self;
        f.write_str(why)
    }
}

impl Unseen {
    fn of(error: &reqwest::Error) -> Self {
        let all = causes(error).to_lowercase();
        // The last cause says it; those before tell of the way to it.
        let chain = std::iter::successors(Some(error as &dyn std::error::Error), |it| it.source());
        let told = chain.last().map(ToString::to_string).unwrap_or_default();
        if all.contains("dns error") || all.contains("failed to lookup") {
            Self::Name(told)
        } else if ["certificate", "tls", "handshake", "invalid peer"]
            .iter()
            .any(|it| all.contains(it))
        {
            Self::Tls(told)
        } else {
            Self::Unreachable(told)
        }
    }
}

/// Looks at a server as a client of it would: follows nothing, and reads whatever it says.
///
/// # Errors
/// Why nothing is seen.
#[expect(clippy::disallowed_methods, reason = "a client that shows the certificate")]
pub async fn look(
    method: reqwest::Method,
    url: &str,
    headers: &[(&'static str, String)],
) -> std::result::Result<Seen, Unseen> {
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("janua/", env!("CARGO_PKG_VERSION")))
        .tls_info(true)
        .build()
        .map_err(|error| Unseen::of(&error))?;
    let answer = with(client.request(method, url), headers).send().await;
    let answer = answer.map_err(|error| Unseen::of(&error))?;
    let headers = answer.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>();
    Ok(Seen {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        certificate: info
            .and_then(reqwest::tls::TlsInfo::peer_certificate)
            .map(<[u8]>::to_vec),
        body: read(answer).await.unwrap_or_default(),
    })
}

/// Why there is no answer, without the address: it may hold what nobody is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// There was none in time.
    TimedOut,
    /// Nobody could be reached.
    Unreachable,
    /// The connection broke off.
    BrokeOff,
}

impl Unanswered {
    fn of(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::BrokeOff
        }
    }

    /// Its name in logs and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TimedOut => "timeout",
            Self::Unreachable => "unreachable",
            Self::BrokeOff => "connection broke off",
        }
    }
}

fn with(request: reqwest::RequestBuilder, headers: &[(&'static str, String)]) -> reqwest::RequestBuilder {
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, value))
}

/// Names the host only: paths and queries carry what is asked for.
fn span(url: &str) -> tracing::Span {
    let host = url.split('/').nth(2).unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    tracing::debug_span!(target: TRACE, "outbound", otel.kind = "client", server.address = host)
}

#[track_caller]
fn failed(error: reqwest::Error) -> Error {
    Error::new(Code::ExternalService).caused_by(error)
}

async fn read(mut answer: reqwest::Response) -> Result<String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::new(Code::ExternalService).caused_by("the answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).map_err(|error| Error::new(Code::ExternalService).caused_by(error))
}
