//! What was seen last, for each id, until it is written down: many requests, one write.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// The most ids that are remembered between two writes; what comes after them is not noted this time.
const MOST: usize = 10_000;

/// When and from where something was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// When.
    pub at: DateTime<Utc>,
    /// The address of the client.
    pub ip: String,
}

/// The last sighting of each id.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<BTreeMap<String, Sighting>>);

impl Sightings {
    /// Notes that an id was seen.
    pub fn note(&self, id: &str, at: DateTime<Utc>, ip: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sighting = Sighting {
            at,
            ip: ip.to_owned(),
        };
        if let Some(known) = all.get_mut(id) {
            *known = sighting;
        } else if all.len() < MOST {
            all.insert(id.to_owned(), sighting);
        }
    }

    /// Everything that was noted since this was last asked, in the order of the ids.
    pub fn take(&self) -> BTreeMap<String, Sighting> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sighting_counts_and_memory_is_bounded() {
        let sightings = Sightings::default();
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        for id in 0..=MOST {
            sightings.note(&format!("{id:05}"), at(1), "192.0.2.1");
        }
        sightings.note("00000", at(2), "192.0.2.2");
        let all = sightings.take();
        assert_eq!(all.len(), MOST);
        assert_eq!((all["00000"].at, all["00000"].ip.as_str()), (at(2), "192.0.2.2"));
        assert!(sightings.take().is_empty());
    }
}
