//! Whether anybody is to be told of events: while nobody is, recording one costs no more than its row.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What this instance knows of that. Until it has looked, it takes for granted that somebody listens.
#[derive(Debug)]
pub struct Listening {
    anybody: AtomicBool,
    changes: AtomicU64,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            anybody: AtomicBool::new(true),
            changes: AtomicU64::new(0),
        }
    }
}

impl Listening {
    /// Whether events are to be passed on.
    pub fn anybody(&self) -> bool {
        self.anybody.load(Ordering::SeqCst)
    }

    /// Somebody listens from now on.
    pub fn begin(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.anybody.store(true, Ordering::SeqCst);
    }

    /// How often somebody began. To be noted before the database is asked.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// What the database said. An answer from before somebody began is ignored.
    pub fn learn(&self, noted: u64, anybody: bool) {
        if anybody {
            self.anybody.store(true, Ordering::SeqCst);
            return;
        }
        self.anybody.store(false, Ordering::SeqCst);
        if self.changes() != noted {
            self.anybody.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_from_before_somebody_began_is_ignored() {
        let listening = Listening::default();
        assert!(listening.anybody());
        let noted = listening.changes();
        listening.learn(noted, false);
        assert!(!listening.anybody());
        let noted = listening.changes();
        listening.begin();
        listening.learn(noted, false);
        assert!(listening.anybody());
    }
}
