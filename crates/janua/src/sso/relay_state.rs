//! What people carry to an identity provider and back: a number that nobody guesses, signed, and bound to their browser.
//!
//! It is checked before anything is looked up, and it fits into the 80 bytes that SAML allows (Bindings §3.4.3).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::SsoConnectionId;
use crate::app::App;
use crate::crypto::secret::OpaqueToken;
use crate::error::{Code, Result};

/// What a state begins with.
const NONCE: usize = 16;

/// The number in a state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Nonce(pub(super) [u8; NONCE]);

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce(***)")
    }
}

fn key(app: &App) -> Result<hmac::Key> {
    let secret = app.config.sso.relay_state_secret.as_ref();
    let secret = secret.ok_or(Code::SsoSecretMissing)?;
    Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes()))
}

/// The parts one after the other, each with its length before it.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

fn facts(nonce: &Nonce, browser: &OpaqueToken) -> Vec<u8> {
    joined(&[b"relay state", &nonce.0, browser.reveal().as_bytes()])
}

/// Signs a number for a browser.
pub(super) fn write(app: &App, nonce: &Nonce, browser: &OpaqueToken) -> Result<String> {
    let tag = hmac::sign(&key(app)?, &facts(nonce, browser));
    let nonce = URL_SAFE_NO_PAD.encode(nonce.0);
    Ok(format!("{nonce}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref())))
}

/// Reads what came back; `None` when we did not sign it, or for another browser.
pub(super) fn read(app: &App, text: &str, browser: &OpaqueToken) -> Result<Option<Nonce>> {
    let key = key(app)?;
    let read = || {
        let (nonce, tag) = text.split_once('.')?;
        let nonce: [u8; NONCE] = URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
        let nonce = Nonce(nonce);
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&key, &facts(&nonce, browser), &tag).ok()?;
        Some(nonce)
    };
    Ok(read())
}

/// The number in what came back, which is not known to be ours: to find out what it could belong to.
pub(super) fn peek(text: &str) -> Option<Nonce> {
    let (nonce, _) = text.split_once('.')?;
    let nonce: [u8; NONCE] = URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
    Some(Nonce(nonce))
}

fn logout_facts(nonce: &Nonce) -> Vec<u8> {
    joined(&[b"logout", &nonce.0])
}

/// Signs a number that travels with a request to sign somebody out, in whatever browser.
pub(super) fn write_logout(app: &App, nonce: &Nonce) -> Result<String> {
    let tag = hmac::sign(&key(app)?, &logout_facts(nonce));
    let nonce = URL_SAFE_NO_PAD.encode(nonce.0);
    Ok(format!("{nonce}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref())))
}

/// Reads what came back with the answer; `None` when we did not sign it.
pub(super) fn read_logout(app: &App, text: &str) -> Result<Option<Nonce>> {
    let key = key(app)?;
    let read = || {
        let nonce = peek(text)?;
        let tag = URL_SAFE_NO_PAD.decode(text.split_once('.')?.1).ok()?;
        hmac::verify(&key, &logout_facts(&nonce), &tag).ok()?;
        Some(nonce)
    };
    Ok(read())
}

/// Lets whoever holds it try a connection until a moment, in a browser of their choice.
pub(super) fn ticket(app: &App, connection: &SsoConnectionId, until: DateTime<Utc>) -> Result<String> {
    let until = until.timestamp().to_string();
    let tag = hmac::sign(
        &key(app)?,
        &joined(&[b"test ticket", connection.as_str().as_bytes(), until.as_bytes()]),
    );
    Ok(format!(
        "{connection}.{until}.{}",
        URL_SAFE_NO_PAD.encode(tag.as_ref())
    ))
}

/// The connection of a ticket that still counts.
pub(super) fn of_ticket(app: &App, text: &str) -> Result<Option<SsoConnectionId>> {
    let key = key(app)?;
    let now = app.clock.now().timestamp();
    let read = || {
        let mut parts = text.split('.');
        let (id, until, tag) = (parts.next()?, parts.next()?, parts.next()?);
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let facts = joined(&[b"test ticket", id.as_bytes(), until.as_bytes()]);
        hmac::verify(&key, &facts, &tag).ok()?;
        let counts = parts.next().is_none() && until.parse::<i64>().ok()? > now;
        counts.then(|| SsoConnectionId::parse(id)).flatten()
    };
    Ok(read())
}
