//! The keys in use: one signs, all verify.
//!
//! What always holds: a reader gets one consistent set without waiting; only who holds the turn replaces it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::external::External;
use crate::crypto::signing::{KeySet, SigningKey};

/// The keys in use.
#[derive(Debug)]
pub struct KeyRing {
    held: RwLock<Arc<Held>>,
    pub(super) external: External,
    /// Who has it may read the keys again.
    pub(super) turn: Mutex<()>,
    looked_at: AtomicI64,
    tries: AtomicU64,
}

/// One reading of the database.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) signer: Arc<SigningKey>,
    /// Keys of the store that sign now or next.
    pub(super) private: HashMap<String, Arc<SigningKey>>,
    pub(super) verifiers: Arc<KeySet>,
    /// The public ones as they are published.
    pub(super) jwks: Arc<str>,
    /// When, in milliseconds since 1970.
    pub(super) as_of: i64,
}

impl KeyRing {
    pub(super) fn new(external: External, held: Held) -> Self {
        Self {
            held: RwLock::new(Arc::new(held)),
            external,
            turn: Mutex::new(()),
            looked_at: AtomicI64::new(i64::MIN),
            tries: AtomicU64::new(0),
        }
    }

    /// The key that signs, as it was last read. To sign with it take [`super::signer`].
    pub fn active(&self) -> Arc<SigningKey> {
        self.held().signer.clone()
    }

    /// The keys that verify.
    pub fn verifiers(&self) -> Arc<KeySet> {
        self.held().verifiers.clone()
    }

    /// What `/.well-known/jwks.json` publishes (RFC 7517 §5): public members only, nothing for HS256.
    pub fn jwks(&self) -> Arc<str> {
        self.held().jwks.clone()
    }

    /// How often the database was asked for the keys since the start.
    pub fn tries(&self) -> u64 {
        self.tries.load(Ordering::SeqCst)
    }

    /// Whether the operator's own key signs, and not one of the store.
    pub fn is_pinned(&self) -> bool {
        self.external.signer.is_some()
    }

    pub(super) fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn as_of(&self) -> i64 {
        self.held().as_of
    }

    pub(super) fn count_try(&self) {
        self.tries.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether the last look for an unknown key is long enough ago; then this one is noted.
    pub(super) fn may_look(&self, now: i64, pause: i64) -> bool {
        let last = self.looked_at.load(Ordering::SeqCst);
        // A clock that was set back does not close the door for long.
        let may = now.saturating_sub(last) >= pause || now < last;
        if may {
            self.looked_at.store(now, Ordering::SeqCst);
        }
        may
    }

    pub(super) fn replace(&self, held: Held) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
    }
}
