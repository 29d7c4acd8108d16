//! What makes a change to a row visible: a digest of its content, a mac over the digest, a link to the row before.
//!
//! ```text
//! personal = SHA-256(salt, ip, user agent)            erased together with its salt, it says nothing any more
//! digest   = SHA-256(every other column, personal)
//! mac      = HMAC-SHA-256(key, digest)                the key is derived from the master key
//! link     = SHA-256(link before, position, digest)
//! ```
//!
//! A digest is taken over what stands in the database, byte by byte: a value that only reads as the same is another one.

use aws_lc_rs::digest::{Context, SHA256};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::app::Parts;
use crate::crypto::root::Key32;
use crate::io::db::Engine;

/// A hash or a mac.
pub type Hash = [u8; 32];

/// The link before the first row.
pub const BEGINNING: Hash = [0; 32];

/// A hash over parts, each preceded by whether it is there and how long it is.
fn hash<'a>(label: &'a str, parts: impl IntoIterator<Item = Option<&'a [u8]>>) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in std::iter::once(Some(label.as_bytes())).chain(parts) {
        context.update(&[u8::from(part.is_some())]);
        let part = part.unwrap_or_default();
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// What a row commits to of where somebody was.
pub fn personal(salt: &[u8], ip: Option<&[u8]>, user_agent: Option<&[u8]>) -> Hash {
    hash("janua audit personal", [Some(salt), ip, user_agent])
}

/// How a row is bound to the one before.
pub fn link(before: &[u8], position: i64, digest: &Hash) -> Hash {
    let position = position.to_be_bytes();
    let parts = [Some(before), Some(&position[..]), Some(&digest[..])];
    hash("janua audit link", parts)
}

/// The proof that the row with this content is ours.
pub fn mac(key: &Key32, digest: &Hash) -> Hash {
    key.mac(&[b"row", digest])
}

/// The proof that we erased what was personal in a row.
pub fn erasure(key: &Key32, id: &str) -> Hash {
    key.mac(&[b"erased", id.as_bytes()])
}

/// A point in time as a digest takes it.
fn instant(at: DateTime<Utc>) -> String {
    format!("{}.{:09}", at.timestamp(), at.timestamp_subsec_nanos())
}

/// The content of a row, without what can be erased.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Content<'a> {
    pub(super) id: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) actor_kind: Option<&'a [u8]>,
    pub(super) actor_id: Option<&'a [u8]>,
    pub(super) api_key_id: Option<&'a [u8]>,
    pub(super) user_id: Option<&'a [u8]>,
    pub(super) session_id: Option<&'a [u8]>,
    pub(super) organization_id: Option<&'a [u8]>,
    pub(super) target_kind: Option<&'a [u8]>,
    pub(super) target_id: Option<&'a [u8]>,
    pub(super) request_id: Option<&'a [u8]>,
    pub(super) outcome: &'a [u8],
    pub(super) reason: Option<&'a [u8]>,
    pub(super) personal: Option<&'a [u8]>,
}

impl Content<'_> {
    /// The digest, with time and facts in the one form in which they are written.
    pub(super) fn digest(&self, at: DateTime<Utc>, facts: &Value) -> Hash {
        self.digest_of(instant(at).as_bytes(), facts.to_string().as_bytes())
    }

    fn digest_of(&self, at: &[u8], facts: &[u8]) -> Hash {
        let parts = [
            Some(self.id),
            Some(self.name),
            Some(at),
            self.actor_kind,
            self.actor_id,
            self.api_key_id,
            self.user_id,
            self.session_id,
            self.organization_id,
            self.target_kind,
            self.target_id,
            self.request_id,
            Some(self.outcome),
            self.reason,
            Some(facts),
            self.personal,
        ];
        hash("janua audit row", parts)
    }
}

/// A row as it stands in the database, byte by byte.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Raw {
    pub(super) id: Vec<u8>,
    pub(super) name: Vec<u8>,
    pub(super) at: Vec<u8>,
    pub(super) actor_kind: Option<Vec<u8>>,
    pub(super) actor_id: Option<Vec<u8>>,
    pub(super) api_key_id: Option<Vec<u8>>,
    pub(super) user_id: Option<Vec<u8>>,
    pub(super) session_id: Option<Vec<u8>>,
    pub(super) organization_id: Option<Vec<u8>>,
    pub(super) target_kind: Option<Vec<u8>>,
    pub(super) target_id: Option<Vec<u8>>,
    pub(super) request_id: Option<Vec<u8>>,
    pub(super) outcome: Vec<u8>,
    pub(super) reason: Option<Vec<u8>>,
    pub(super) facts: Vec<u8>,
    pub(super) ip: Option<Vec<u8>>,
    pub(super) user_agent: Option<Vec<u8>>,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) personal: Option<Vec<u8>>,
    pub(super) mac: Option<Vec<u8>>,
    pub(super) erased: Option<Vec<u8>>,
    /// Where it stands in the chain; `None` before it is there.
    pub position: Option<i64>,
    /// What binds it to the row before.
    pub link: Option<Vec<u8>>,
}

impl Raw {
    /// The id of the row, as far as it is text.
    pub fn id(&self) -> String {
        String::from_utf8_lossy(&self.id).into_owned()
    }

    /// Whether what was personal in it was erased.
    pub fn is_erased(&self) -> bool {
        self.erased.is_some()
    }

    pub(super) fn content(&self) -> Content<'_> {
        Content {
            id: &self.id,
            name: &self.name,
            actor_kind: self.actor_kind.as_deref(),
            actor_id: self.actor_id.as_deref(),
            api_key_id: self.api_key_id.as_deref(),
            user_id: self.user_id.as_deref(),
            session_id: self.session_id.as_deref(),
            organization_id: self.organization_id.as_deref(),
            target_kind: self.target_kind.as_deref(),
            target_id: self.target_id.as_deref(),
            request_id: self.request_id.as_deref(),
            outcome: &self.outcome,
            reason: self.reason.as_deref(),
            personal: self.personal.as_deref(),
        }
    }

    /// The time, unless it is written otherwise than we write it.
    pub(super) fn at(&self, engine: Engine) -> Option<DateTime<Utc>> {
        let text = std::str::from_utf8(&self.at).ok()?;
        let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        let form = match engine {
            Engine::Sqlite => SecondsFormat::AutoSi,
            Engine::Postgres => SecondsFormat::Micros,
        };
        (at.to_rfc3339_opts(form, false) == text).then_some(at)
    }

    /// The facts, unless they are written otherwise than we write them.
    pub(super) fn facts(&self, engine: Engine) -> Option<Value> {
        let facts: Value = serde_json::from_slice(&self.facts).ok()?;
        // PostgreSQL keeps the value and not the text.
        let is_ours = engine == Engine::Postgres || facts.to_string().as_bytes() == self.facts;
        is_ours.then_some(facts)
    }

    /// The digest of what stands there, whatever that is.
    pub fn digest(&self, engine: Engine) -> Hash {
        match (self.at(engine), self.facts(engine)) {
            (Some(at), Some(facts)) => self.content().digest(at, &facts),
            _ => self.content().digest_of(&self.at, &self.facts),
        }
    }

    /// What is wrong with the row itself, wherever it stands.
    pub fn complaint(&self, app: &Parts, digest: &Hash) -> Option<&'static str> {
        let Some(mac) = &self.mac else {
            return Some("it was not written by Janua: it has no mac");
        };
        let is_ours = |label: &[u8], part: &[u8], mac: &[u8]| {
            let mut keys = app.all_keys();
            keys.any(|it| it.audit.verify_mac(&[label, part], mac))
        };
        if !is_ours(b"row", digest, mac) {
            return Some("it was changed");
        }
        match (&self.salt, &self.erased) {
            (Some(salt), None) => {
                let now = personal(salt, self.ip.as_deref(), self.user_agent.as_deref());
                (self.personal.as_deref() != Some(&now)).then_some("ip, user_agent or salt was changed")
            }
            (None, Some(proof)) => {
                let is_empty = self.ip.is_none() && self.user_agent.is_none();
                let is_erased = is_empty && is_ours(b"erased", &self.id, proof);
                (!is_erased).then_some("ip, user_agent or the proof of their erasure was changed")
            }
            _ => Some("ip and user_agent were taken away, and not by Janua"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_an_empty_text_are_not_the_same() {
        assert_ne!(hash("a", [None]), hash("a", [Some(&b""[..])]));
        assert_ne!(hash("a", [None, None]), hash("a", [None]));
        let (ab, ba) = (hash("a", [Some(&b"bc"[..])]), hash("ab", [Some(&b"c"[..])]));
        assert_ne!(ab, ba);
    }

    #[test]
    fn a_commitment_needs_its_salt() {
        let ip = Some(&b"192.0.2.1"[..]);
        assert_eq!(personal(&[1; 16], ip, None), personal(&[1; 16], ip, None));
        assert_ne!(personal(&[1; 16], ip, None), personal(&[2; 16], ip, None));
        assert_ne!(personal(&[1; 16], ip, None), personal(&[1; 16], None, ip));
    }
}
