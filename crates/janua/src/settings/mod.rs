//! Settings that administrators change while Janua runs. They stand in the database, so that every instance follows.
//!
//! Requests read them from memory. The first request after [`FRESH_MS`] looks whether they have changed: in the copy
//! that all instances share in Redis and that every change drops, or, without Redis, in the database. So a change
//! acts at once where it is made and within seconds everywhere else. While neither answers, the last known ones count.

mod store;

pub mod log_level;
pub mod maintenance;
pub mod routes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use maintenance::Maintenance;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::io::cache::{Entry, Subject};
use crate::io::db::Db;

/// How long settings count without looking whether they have changed.
const FRESH_MS: i64 = 2_000;

/// How long a request waits for them: rather yesterday's settings than no answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What administrators have decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Set while only administrators are served.
    pub maintenance: Option<Maintenance>,
    /// What is logged, where it differs from `LOG_LEVEL`.
    #[serde(default)]
    pub log_level: Option<String>,
}

/// The settings as this process knows them.
#[derive(Debug)]
pub struct Known(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Arc<Settings>,
    looked_at_ms: Option<i64>,
    /// The level that the log of this process was told last.
    log_level: Option<String>,
    /// Grows with every change made here: what was read before it must not replace it.
    changes: u64,
}

impl Known {
    /// The settings that the database holds at start-up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(db: &Db) -> Result<Self> {
        Ok(Self(Mutex::new(Inner {
            settings: Arc::new(store::read(db).await?),
            looked_at_ms: None,
            log_level: None,
            changes: 0,
        })))
    }

    /// The settings as they were last read, without looking again.
    pub fn latest(&self) -> Arc<Settings> {
        self.inner().settings.clone()
    }

    /// Whether it is time to look again; says so to one caller only. What it gives belongs to [`Self::follow`].
    fn is_due(&self, now_ms: i64) -> Option<u64> {
        let mut inner = self.inner();
        // A clock that was set back must not keep old settings alive.
        let fresh = |at: i64| (at..at.saturating_add(FRESH_MS)).contains(&now_ms);
        if inner.looked_at_ms.is_some_and(fresh) {
            return None;
        }
        inner.looked_at_ms = Some(now_ms);
        Some(inner.changes)
    }

    /// Takes what was read, unless it was changed here in the meantime.
    fn follow(&self, settings: Settings, changes: u64) {
        let mut inner = self.inner();
        if inner.changes == changes {
            inner.settings = Arc::new(settings);
        }
    }

    fn changed(&self, settings: Settings) {
        let mut inner = self.inner();
        inner.changes += 1;
        inner.settings = Arc::new(settings);
    }

    /// The settings, when the log has to be told another level: once for each change.
    fn with_new_log_level(&self) -> Option<Arc<Settings>> {
        let mut inner = self.inner();
        let settings = inner.settings.clone();
        let is_new = inner.log_level != settings.log_level;
        inner.log_level.clone_from(&settings.log_level);
        is_new.then_some(settings)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings that count now.
pub async fn current(app: &App) -> Arc<Settings> {
    if let Some(changes) = app.settings.is_due(app.clock.now_millis()) {
        // Boxed, here and wherever few requests go: each request carries the room of all that it might wait for.
        Box::pin(look(app, changes)).await;
    }
    app.settings.latest()
}

async fn look(app: &App, changes: u64) {
    match tokio::time::timeout(PATIENCE, read(app)).await {
        Ok(Ok(settings)) => app.settings.follow(settings, changes),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the settings could not be read; the last known ones count");
        }
        Err(_) => tracing::warn!("the settings could not be read in time; the last known ones count"),
    }
    act(app);
}

/// Does what settings ask for that nobody looks up.
fn act(app: &App) {
    if let Some(settings) = app.settings.with_new_log_level() {
        log_level::follow(app, settings.log_level.as_deref());
    }
}

async fn read(app: &App) -> Result<Settings> {
    // A copy in this process would not hear of a change elsewhere.
    let shared = app.config.redis.url.is_some();
    let entry = Entry {
        subject: Subject::Settings,
        name: "all",
        ttl: if shared {
            app.config.cache.settings
        } else {
            Duration::ZERO
        },
    };
    let load = || async { store::read(&app.db).await.map(Some) };
    let read = app.cache.get_or_load(entry, app.clock.now_millis(), load).await?;
    Ok(read.unwrap_or_default())
}

/// Makes a committed change visible: here at once, elsewhere by dropping the copy that instances share.
///
/// # Errors
/// When the database fails.
async fn announce(app: &App) -> Result<Arc<Settings>> {
    app.cache
        .invalidate(Subject::Settings, app.clock.now_millis())
        .await;
    app.settings.changed(store::read(&app.db).await?);
    act(app);
    Ok(app.settings.latest())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known(Mutex::new(Inner {
            settings: Arc::default(),
            looked_at_ms: None,
            log_level: None,
            changes: 0,
        }))
    }

    fn maintenance() -> Settings {
        Settings {
            maintenance: Some(Maintenance {
                message: None,
                since: chrono::DateTime::UNIX_EPOCH,
            }),
            ..Settings::default()
        }
    }

    #[test]
    fn one_caller_looks_every_two_seconds_and_after_a_clock_that_was_set_back() {
        let known = known();
        assert!(known.is_due(10_000).is_some());
        for later in [10_000, 11_999] {
            assert_eq!(known.is_due(later), None);
        }
        assert!(known.is_due(12_000).is_some());
        assert_eq!(known.is_due(12_000), None);
        assert!(known.is_due(5_000).is_some());
    }

    #[test]
    fn what_was_read_before_a_change_does_not_undo_it() {
        let known = known();
        let read = known.is_due(0).unwrap();
        known.changed(maintenance());
        known.follow(Settings::default(), read);
        assert_eq!(*known.latest(), maintenance());
        let read = known.is_due(FRESH_MS).unwrap();
        known.follow(Settings::default(), read);
        assert_eq!(*known.latest(), Settings::default());
    }
}
