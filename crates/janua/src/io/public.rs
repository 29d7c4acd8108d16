//! The HTTP client for targets that somebody else names: webhooks, logos, metadata of other parties.
//!
//! What always holds: a name is resolved once, every address of it is judged, and the connection goes to one of those;
//! so an answer that changes between check and use changes nothing. No redirect is followed, no proxy is asked, and an
//! answer is read up to a bound and then cut.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tracing::Instrument;

use super::TRACE;
use super::names::Names;
use super::reach::{PublicUrl, Reach, Refused};
use crate::error::{Error, Result};

/// How much of an answer is kept, in bytes.
const EXCERPT: usize = 1024;

/// How much of an answer is read so that its connection can be used again, in bytes.
const LARGEST: usize = 64 * 1024;

/// The largest answer that is read in full, in bytes.
const LARGEST_DOCUMENT: usize = 1024 * 1024;

/// How long an exchange may take in which a person waits.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long a name may take when somebody waits for the judgement.
const PATIENCE: Duration = Duration::from_secs(2);

/// A client that reaches nothing but the public internet, and what the operator allows.
#[derive(Clone, Debug)]
pub struct Public {
    client: reqwest::Client,
    guard: Guard,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The status.
    pub status: u16,
    /// The beginning of the answer, made printable.
    pub excerpt: String,
}

/// An answer in full.
#[derive(Clone, Debug)]
pub struct Document {
    /// The status.
    pub status: u16,
    /// What was said, at most 1 MiB.
    pub body: Vec<u8>,
}

/// Resolves names and refuses those that lead somewhere they must not.
#[derive(Clone, Debug)]
struct Guard {
    names: Names,
    reach: Reach,
}

impl Guard {
    async fn addresses(
        &self,
        name: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = self.names.resolve(name).await?;
        // One address of many is enough to refuse the name: nobody has such names by accident.
        if !found.iter().all(|ip| self.reach.permits(*ip)) {
            return Err(Refused::Address.into());
        }
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.addresses(name.as_str()).await?;
            Ok::<Addrs, _>(Box::new(found.into_iter()))
        })
    }
}

impl Public {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where this client is made"
    )]
    pub fn new(reach: Reach, names: Names, timeout: Duration) -> Result<Self> {
        let guard = Guard { names, reach };
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .no_gzip()
            .https_only(!guard.reach.http)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(30))
            .dns_resolver(guard.clone())
            .user_agent(concat!("janua/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::internal)?;
        Ok(Self { client, guard })
    }

    /// What is allowed here.
    pub fn reach(&self) -> &Reach {
        &self.guard.reach
    }

    /// Judges a target before it is written down, its name included. A name that cannot be resolved now passes: it is
    /// judged with every use.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn judge(&self, text: &str) -> Result<PublicUrl, Refused> {
        let url = PublicUrl::parse(text, self.reach())?;
        let Some(name) = url.name() else { return Ok(url) };
        match tokio::time::timeout(PATIENCE, self.guard.addresses(name)).await {
            Ok(Err(error)) if error.is::<Refused>() => Err(Refused::Address),
            _ => Ok(url),
        }
    }

    /// Gets a document of at most 1 MiB within five seconds.
    ///
    /// # Errors
    /// Why there is none, in words that tell nothing of the network around us.
    pub async fn get(
        &self,
        url: &PublicUrl,
        headers: &[(&'static str, String)],
    ) -> std::result::Result<Document, String> {
        self.exchange(self.client.get(url.url().clone()), url, headers)
            .await
    }

    /// Sends a form, and reads the answer as [`Public::get`] does.
    ///
    /// # Errors
    /// As [`Public::get`].
    pub async fn send_form(
        &self,
        url: &PublicUrl,
        headers: &[(&'static str, String)],
        form: String,
    ) -> std::result::Result<Document, String> {
        let request = self
            .client
            .post(url.url().clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        self.exchange(request, url, headers).await
    }

    async fn exchange(
        &self,
        request: reqwest::RequestBuilder,
        url: &PublicUrl,
        headers: &[(&'static str, String)],
    ) -> std::result::Result<Document, String> {
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value));
        let span = tracing::debug_span!(
            target: TRACE, "outbound", otel.kind = "client", server.address = url.url().host_str()
        );
        let sent = request.timeout(DEADLINE).send().instrument(span).await;
        let mut answer = sent.map_err(|error| told(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| told(&error))? {
            if body.len() + chunk.len() > LARGEST_DOCUMENT {
                return Err("the answer is larger than 1 MiB".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Document {
            status: answer.status().as_u16(),
            body,
        })
    }

    /// Sends a body; gives what was answered and how long it took, or why there is no answer.
    pub async fn post(
        &self,
        url: &PublicUrl,
        headers: &[(&'static str, String)],
        body: String,
    ) -> (std::result::Result<Received, String>, Duration) {
        let began = Instant::now();
        let request = headers
            .iter()
            .fold(self.client.post(url.url().clone()), |request, (name, value)| {
                request.header(*name, value)
            });
        let span = tracing::debug_span!(
            target: TRACE, "outbound", otel.kind = "client", server.address = url.url().host_str()
        );
        let sent = request.body(body).send().instrument(span).await;
        let outcome = match sent {
            Ok(answer) => Ok(read(answer).await),
            Err(error) => Err(told(&error)),
        };
        (outcome, began.elapsed())
    }
}

/// Reads the beginning of an answer. What breaks off later has been answered all the same.
async fn read(mut answer: reqwest::Response) -> Received {
    let status = answer.status().as_u16();
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = EXCERPT.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..room.min(chunk.len())]);
        seen += chunk.len();
        if seen > LARGEST {
            break;
        }
    }
    Received {
        status,
        excerpt: printable(&kept),
    }
}

/// A text that can be stored and shown anywhere, whatever was sent.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text
        .chars()
        .map(|it| match it {
            '\n' | '\t' => ' ',
            it if it.is_control() => '\u{fffd}',
            it => it,
        })
        .collect();
    // A broken letter takes more room than the byte it stands for.
    while shown.len() > EXCERPT {
        shown.pop();
    }
    shown
}

/// Why there is no answer, in words that tell nothing of the network around us.
fn told(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        if let Some(refused) = it.downcast_ref::<Refused>() {
            return refused.to_string();
        }
        cause = it.source();
    }
    if error.is_timeout() {
        "there was no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection could be made: the name, the port or the certificate is wrong, or nobody is there"
            .to_owned()
    } else {
        "the connection broke off".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_is_short_and_printable() {
        assert_eq!(printable(b"ok\r\n\x1b[31m\0"), "ok\u{fffd} \u{fffd}[31m\u{fffd}");
        assert!(printable(&[0xff; EXCERPT]).len() <= EXCERPT);
    }

    #[tokio::test]
    async fn a_name_is_refused_for_one_closed_address_among_many() {
        let names = Names::told();
        let (good, bad) = ("1.1.1.1".parse().unwrap(), "10.0.0.1".parse().unwrap());
        names.tell("mixed.example", &[good, bad]);
        names.tell("good.example", &[good]);
        let public = Public::new(Reach::default(), names, Duration::from_secs(1)).unwrap();
        assert_eq!(
            public.judge("https://mixed.example/").await,
            Err(Refused::Address)
        );
        assert!(public.judge("https://good.example/").await.is_ok());
        assert!(public.judge("https://unknown.example/").await.is_ok());
    }

    #[tokio::test]
    async fn a_name_that_changes_between_check_and_use_leads_nowhere() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let names = Names::told();
        names.tell("rebound.example", &["1.1.1.1".parse().unwrap()]);
        names.tell("rebound.example", &["127.0.0.1".parse().unwrap()]);
        let reach = Reach {
            http: true,
            ..Reach::default()
        };
        let public = Public::new(reach, names, Duration::from_secs(2)).unwrap();
        let url = public
            .judge(&format!("http://rebound.example:{port}/"))
            .await
            .unwrap();
        let (outcome, _) = public.post(&url, &[], String::new()).await;
        assert_eq!(outcome, Err(Refused::Address.to_string()));
        let knocked = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(knocked.is_err(), "somebody was reached");
    }
}
