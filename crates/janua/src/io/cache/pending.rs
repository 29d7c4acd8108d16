//! Invalidations that Redis has not taken yet: what this instance knows to be stale and must not serve.
//!
//! A subject is blocked from the moment its invalidation fails, or its caller goes away half-way, until Redis has
//! deleted its epoch. The set is bounded: past [`MOST`] subjects it stands for all of them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Pending {
    owed: Mutex<Owed>,
}

#[derive(Debug, Default)]
struct Owed {
    /// Subject → when it was last added, so that a flush forgets no invalidation that failed meanwhile.
    subjects: HashMap<String, u64>,
    everything: Option<u64>,
    serial: u64,
}

/// What one flush sets out to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flush {
    /// `None` is everything there is.
    pub(super) subjects: Option<Vec<String>>,
    serial: u64,
}

impl Pending {
    /// Remembers a subject, or with `None` all of them.
    pub(super) fn add(&self, subject: Option<&str>) {
        let mut owed = self.lock();
        owed.serial += 1;
        let serial = owed.serial;
        if let Some(subject) = subject
            && owed.everything.is_none()
            && (owed.subjects.len() < MOST || owed.subjects.contains_key(subject))
        {
            owed.subjects.insert(subject.to_owned(), serial);
        } else {
            owed.subjects = HashMap::new();
            owed.everything = Some(serial);
        }
    }

    pub(super) fn blocks(&self, subject: &str) -> bool {
        let owed = self.lock();
        owed.everything.is_some() || owed.subjects.contains_key(subject)
    }

    /// What has to be deleted before anything may be served, if there is anything.
    pub(super) fn flush(&self) -> Option<Flush> {
        let owed = self.lock();
        if owed.everything.is_some() {
            return Some(Flush {
                subjects: None,
                serial: owed.serial,
            });
        }
        let subjects = || owed.subjects.keys().cloned().collect();
        (!owed.subjects.is_empty()).then(|| Flush {
            subjects: Some(subjects()),
            serial: owed.serial,
        })
    }

    /// Forgets what was added before `flush` was drawn up, now that Redis has deleted it.
    pub(super) fn flushed(&self, flush: &Flush) {
        let mut owed = self.lock();
        owed.everything = owed.everything.filter(|added| *added > flush.serial);
        owed.subjects.retain(|_, added| *added > flush.serial);
    }

    /// How many subjects are owed; everything counts as [`MOST`].
    pub(super) fn len(&self) -> usize {
        let owed = self.lock();
        if owed.everything.is_some() {
            MOST
        } else {
            owed.subjects.len()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An invalidation under way: remembered as failed unless [`Self::done`] is called.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    pending: &'a Pending,
    subject: Option<&'a str>,
    done: bool,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(pending: &'a Pending, subject: Option<&'a str>) -> Self {
        Self {
            pending,
            subject,
            done: false,
        }
    }

    pub(super) fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.pending.add(self.subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_blocked_until_it_is_flushed() {
        let pending = Pending::default();
        assert_eq!(pending.flush(), None);
        pending.add(Some("user:1"));
        assert!(pending.blocks("user:1") && !pending.blocks("user:2"));
        let flush = pending.flush().unwrap();
        assert_eq!(flush.subjects, Some(vec!["user:1".into()]));
        assert!(pending.blocks("user:1"), "not before Redis has answered");
        pending.flushed(&flush);
        assert_eq!((pending.blocks("user:1"), pending.len()), (false, 0));
    }

    #[test]
    fn a_flush_forgets_nothing_that_failed_meanwhile() {
        let pending = Pending::default();
        pending.add(Some("user:1"));
        pending.add(Some("user:2"));
        let flush = pending.flush().unwrap();
        pending.add(Some("user:1"));
        pending.flushed(&flush);
        assert!(pending.blocks("user:1") && !pending.blocks("user:2"));
    }

    #[test]
    fn too_many_subjects_become_all_of_them() {
        let pending = Pending::default();
        (0..MOST).for_each(|n| pending.add(Some(&n.to_string())));
        pending.add(Some("0"));
        assert!(!pending.blocks("user:1"));
        pending.add(Some("one more"));
        assert!(pending.blocks("user:1"));
        let flush = pending.flush().unwrap();
        assert_eq!(flush.subjects, None);
        pending.add(Some("user:2"));
        pending.flushed(&flush);
        assert!(
            pending.blocks("user:1"),
            "added after the flush, while everything was owed"
        );
        pending.flushed(&pending.flush().unwrap());
        assert!(!pending.blocks("user:1") && !pending.blocks("user:2"));
    }

    #[test]
    fn an_attempt_that_goes_away_half_way_has_failed() {
        let pending = Pending::default();
        Attempt::new(&pending, Some("user:1")).done();
        assert_eq!(pending.len(), 0);
        drop(Attempt::new(&pending, Some("user:1")));
        assert!(pending.blocks("user:1"));
        drop(Attempt::new(&pending, None));
        assert!(pending.blocks("user:2"));
    }
}
