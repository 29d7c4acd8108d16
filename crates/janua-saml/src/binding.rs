//! How messages travel: in the query of a URL, deflated and signed there, or in a form, signed inside.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::signature::{self, Trust, failed};
use crate::{Binding, Certificate, Endpoint, KeyPair, LARGEST_MESSAGE, Refusal, names};

/// What is escaped in a query: all but what never needs it (RFC 3986 §2.3). Products that check a signature over a query
/// which they have written anew write it like this.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The largest query that is looked at.
const LARGEST_QUERY: usize = 256 * 1024;

/// A message of ours on its way through the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// Send the browser there.
    Redirect(Url),
    /// Let the browser send this form.
    Post(PostForm),
}

/// A form that sends itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostForm {
    /// Where it goes.
    pub action: Url,
    /// Its hidden fields, to be escaped as HTML wants it.
    pub fields: Vec<(&'static str, String)>,
}

/// What a message is, which decides the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Request,
    Response,
}

impl Role {
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// The `ID` of a message out of random bytes: a name, as XML wants it, that nobody guesses.
pub fn message_id(random: [u8; 16]) -> String {
    random.iter().fold(String::from("_"), |mut id, byte| {
        // Writing to a string does not fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// Signs a message and puts it on its way. `write` is given what has to stand after its issuer.
pub(crate) fn send(
    role: Role,
    endpoint: &Endpoint,
    id: &str,
    key: &KeyPair,
    relay_state: Option<&str>,
    write: impl FnOnce(&Url, &str) -> String,
) -> Result<Outgoing, Refusal> {
    let action = match (role, &endpoint.response_location) {
        (Role::Response, Some(location)) => location,
        _ => &endpoint.location,
    };
    match endpoint.binding {
        Binding::Redirect => {
            let message = write(action, "");
            redirect(role, action, &message, key, relay_state).map(Outgoing::Redirect)
        }
        Binding::Post => {
            let message = signature::sign(&write(action, &signature::template(id, key)), key)?;
            let mut fields = vec![(role.field(), STANDARD.encode(message))];
            fields.extend(relay_state.map(|it| ("RelayState", it.to_owned())));
            Ok(Outgoing::Post(PostForm {
                action: action.clone(),
                fields,
            }))
        }
    }
}

fn redirect(
    role: Role,
    location: &Url,
    message: &str,
    key: &KeyPair,
    relay_state: Option<&str>,
) -> Result<Url, Refusal> {
    let encoded = |it: &str| utf8_percent_encode(it, ESCAPED).to_string();
    let mut query = format!("{}={}", role.field(), encoded(&STANDARD.encode(deflate(message))));
    if let Some(relay_state) = relay_state {
        query.push_str("&RelayState=");
        query.push_str(&encoded(relay_state));
    }
    query.push_str("&SigAlg=");
    query.push_str(&encoded(key.algorithm()));
    let made = signature::sign_bytes(query.as_bytes(), key)?;
    query.push_str("&Signature=");
    query.push_str(&encoded(&STANDARD.encode(made)));
    let mut url = location.clone();
    let whole = match location.query() {
        Some(own) if !own.is_empty() => format!("{own}&{query}"),
        _ => query,
    };
    url.set_query(Some(&whole));
    Ok(url)
}

fn deflate(message: &str) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(message.as_bytes());
    encoder.finish().unwrap_or_default()
}

/// Unpacks a message, and stops where it becomes too large.
pub(crate) fn inflate(bytes: &[u8]) -> Result<String, Refusal> {
    let mut message = Vec::new();
    DeflateDecoder::new(bytes)
        .take(LARGEST_MESSAGE as u64 + 1)
        .read_to_end(&mut message)
        .map_err(|_| Refusal::malformed("it is not deflated"))?;
    utf8(message)
}

/// Decodes a message that came in a form.
pub(crate) fn decode_form(message: &str) -> Result<String, Refusal> {
    utf8(decode_base64(message, LARGEST_MESSAGE)?)
}

pub(crate) fn decode_base64(text: &str, largest: usize) -> Result<Vec<u8>, Refusal> {
    // Four letters hold three bytes; a third of white space on top is generous.
    if text.len() > largest.saturating_mul(2) {
        return Err(too_large());
    }
    let compact: String = text.chars().filter(|it| !it.is_ascii_whitespace()).collect();
    STANDARD
        .decode(compact)
        .map_err(|_| Refusal::malformed("it is not in base64"))
}

fn utf8(message: Vec<u8>) -> Result<String, Refusal> {
    if message.len() > LARGEST_MESSAGE {
        return Err(too_large());
    }
    let text = String::from_utf8(message).map_err(|_| Refusal::malformed("it is not in UTF-8"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn too_large() -> Refusal {
    Refusal::malformed("it is too large").expected(format!("at most {LARGEST_MESSAGE} bytes"))
}

/// What came in the query of a redirect, as it was sent: a signature covers the query letter for letter.
pub(crate) struct Query<'q> {
    message: &'q str,
    relay_state: Option<&'q str>,
    algorithm: Option<&'q str>,
    signature: Option<&'q str>,
    role: Role,
}

impl<'q> Query<'q> {
    /// Takes the query of a URL apart; what stands twice in it is refused.
    pub(crate) fn read(query: &'q str, role: Role) -> Result<Self, Refusal> {
        if query.len() > LARGEST_QUERY {
            return Err(too_large());
        }
        let find = |name: &str| -> Result<Option<&'q str>, Refusal> {
            let mut all = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(key, _)| percent_decode_str(key).decode_utf8_lossy() == name);
            let first = all.next();
            if all.next().is_some() {
                return Err(Refusal::malformed(format!("{name} stands twice in the query")));
            }
            Ok(first.map(|(_, value)| value))
        };
        if let Some(encoding) = find("SAMLEncoding")?
            && decoded(encoding)? != names::DEFLATE
        {
            return Err(Refusal::malformed("its encoding is unknown").expected(names::DEFLATE));
        }
        Ok(Self {
            message: find(role.field())?
                .ok_or_else(|| Refusal::malformed(format!("there is no {} in the query", role.field())))?,
            relay_state: find("RelayState")?,
            algorithm: find("SigAlg")?,
            signature: find("Signature")?,
            role,
        })
    }

    /// The message, which nobody has vouched for yet.
    pub(crate) fn message(&self) -> Result<String, Refusal> {
        inflate(&decode_base64(&decoded(self.message)?, LARGEST_QUERY)?)
    }

    /// Checks the signature over the query.
    pub(crate) fn verify(&self, trust: Trust<'_>) -> Result<Certificate, Refusal> {
        let (Some(algorithm), Some(made)) = (self.algorithm, self.signature) else {
            return Err(failed("the query is not signed"));
        };
        let mut signed = format!("{}={}", self.role.field(), self.message);
        if let Some(relay_state) = self.relay_state {
            signed.push_str("&RelayState=");
            signed.push_str(relay_state);
        }
        signed.push_str("&SigAlg=");
        signed.push_str(algorithm);
        let made = decode_base64(&decoded(made)?, 4096).map_err(|it| it.of(crate::Kind::SignatureFailed))?;
        signature::verify_bytes(signed.as_bytes(), &made, &decoded(algorithm)?, trust)
    }
}

fn decoded(value: &str) -> Result<String, Refusal> {
    // A plus is a space in a query, and base64 holds no spaces: where one stands, a plus was meant and not escaped.
    percent_decode_str(value)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Refusal::malformed("the query is not in UTF-8"))
}
