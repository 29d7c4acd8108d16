//! Access tokens whose signature was found right, so that it need not be computed again with every request.
//!
//! What always holds: a token stands here only under the very set of keys that verified it, so a key that is withdrawn
//! takes all its tokens along; its time is judged anew at each use; and the session is asked about in any case. Only
//! tokens of ours come in, so nobody can fill the place with noise.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use crate::crypto::signing::{KeySet, VerifiedAccess};

/// How much memory the remembered tokens take at most, in bytes.
const MEMORY: u64 = 8 << 20;

/// What a remembered token costs beside its claims.
const OVERHEAD: usize = 600;

/// What is remembered of verified tokens. The tokens themselves are not: they stand under their SHA-256.
#[derive(Debug)]
pub struct VerifiedTokens(moka::sync::Cache<[u8; 32], Remembered>);

#[derive(Clone, Debug)]
struct Remembered {
    under: Arc<KeySet>,
    access: Arc<VerifiedAccess>,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        let weight = |_: &[u8; 32], it: &Remembered| {
            let text = it.access.subject().len() + it.access.session().len() + it.access.token_id().len();
            u32::try_from(text + OVERHEAD).unwrap_or(u32::MAX)
        };
        Self(
            moka::sync::Cache::builder()
                .max_capacity(MEMORY)
                .weigher(weight)
                .build(),
        )
    }
}

impl VerifiedTokens {
    pub(super) fn find(&self, token: &Fingerprint, keys: &Arc<KeySet>) -> Option<Arc<VerifiedAccess>> {
        let found = self.0.get(&token.0)?;
        Arc::ptr_eq(&found.under, keys).then_some(found.access)
    }

    pub(super) fn remember(&self, token: Fingerprint, under: Arc<KeySet>, access: Arc<VerifiedAccess>) {
        self.0.insert(token.0, Remembered { under, access });
    }
}

/// Names a token without telling it.
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}
