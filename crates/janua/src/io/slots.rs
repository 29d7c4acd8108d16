//! How many requests may be in work at once, with a lane that is kept free for those that cost little and that
//! clients cannot do without.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Slots of the light lane, if more than an eighth of all.
const FEWEST: usize = 8;

/// Which slots a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Those that everything shares.
    Shared,
    /// These, and when they are taken, those that are kept free for it.
    Light,
}

/// The slots of one server.
#[derive(Debug)]
pub struct Slots {
    shared: Arc<Semaphore>,
    light: Arc<Semaphore>,
}

impl Slots {
    /// So many for everything, and an eighth more for the light lane.
    pub fn new(shared: usize) -> Self {
        Self {
            shared: Arc::new(Semaphore::new(shared)),
            light: Arc::new(Semaphore::new((shared / 8).max(FEWEST))),
        }
    }

    /// A slot until it is dropped; `None` when all are taken.
    pub fn take(&self, lane: Lane) -> Option<OwnedSemaphorePermit> {
        let shared = self.shared.clone().try_acquire_owned().ok();
        shared.or_else(|| match lane {
            Lane::Shared => None,
            Lane::Light => self.light.clone().try_acquire_owned().ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_lane_stays_open_when_the_rest_is_full_and_has_an_end_of_its_own() {
        let slots = Slots::new(2);
        let held: Vec<_> = (0..2).map(|_| slots.take(Lane::Shared).unwrap()).collect();
        assert!(slots.take(Lane::Shared).is_none());
        let light: Vec<_> = (0..FEWEST).map(|_| slots.take(Lane::Light).unwrap()).collect();
        assert!(slots.take(Lane::Light).is_none());
        drop(held);
        assert!(slots.take(Lane::Shared).is_some() && slots.take(Lane::Light).is_some());
        drop(light);
    }
}
