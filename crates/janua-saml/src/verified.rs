//! What a signature covers.

use std::ops::Deref;

/// What was read from bytes that the identity provider signed, and passed every check. Only this crate makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// To be called where every check has passed.
    pub(crate) fn new(it: T) -> Self {
        Self(it)
    }

    /// Gives what was verified; that it was is not remembered.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
