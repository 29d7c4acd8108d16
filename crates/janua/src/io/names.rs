//! Which addresses a name has: asked of the system, or told by a test.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the addresses of names come from.
#[derive(Clone, Debug)]
pub enum Names {
    /// The system's resolver.
    System,
    /// Answers that tests put here, one after another; the last one stays.
    Told(Arc<Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>>),
}

impl Names {
    /// A resolver that knows nothing yet.
    pub fn told() -> Self {
        Self::Told(Arc::default())
    }

    /// Adds an answer for a name. The system's resolver cannot be told anything.
    pub fn tell(&self, name: &str, addresses: &[IpAddr]) {
        if let Self::Told(answers) = self {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers
                .entry(name.to_owned())
                .or_default()
                .push_back(addresses.to_vec());
        }
    }

    /// All addresses of a name.
    ///
    /// # Errors
    /// When it has none, or the resolver does not answer.
    pub async fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System => {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|it| it.ip()).collect())
            }
            Self::Told(answers) => {
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                let told = answers.get_mut(name).and_then(|it| {
                    if it.len() > 1 {
                        it.pop_front()
                    } else {
                        it.front().cloned()
                    }
                });
                told.ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "no such name"))
            }
        }
    }
}
