//! The rule of refresh-token rotation (RFC 9700 §4.14.2), as a pure function.
//!
//! Each token names one successor. A token shown again gets the *same* successor while that one is unused and either
//! the first use was moments ago, or the presenter proves to be the session's device. Every other second showing is
//! theft. So parallel tabs and lost answers never sign an honest user out, and a thief who keeps in step is caught
//! when the owner refreshes next.
//!
//! ```text
//!            first use                 shown again, successor unused, and moments ago or same device
//!  unused ──────────────▶ used ──────────────────────────────────────────────▶ the same successor
//!                          │
//!                          └─ any other showing ─▶ theft: session and family end
//! ```

use std::time::Duration;

use chrono::{DateTime, Utc};

/// What is known of a token that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// When it was first used.
    pub(super) used_at: Option<DateTime<Utc>>,
    /// Until when it can be used.
    pub(super) expires_at: DateTime<Utc>,
    /// Whether its successor was used.
    pub(super) successor_used: bool,
    /// Whether the presenter has the session's device cookie.
    pub(super) same_device: bool,
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Use it: its successor comes into being.
    Rotate,
    /// Give the successor again.
    Repeat,
    /// Its time is over.
    Expired,
    /// End the session.
    Theft,
}

pub(super) fn decide(shown: Shown, now: DateTime<Utc>, grace: Duration) -> Decision {
    match shown.used_at {
        // A stolen token stays stolen when it is old: theft comes before expiry.
        Some(_) if shown.successor_used => Decision::Theft,
        _ if now >= shown.expires_at => Decision::Expired,
        None => Decision::Rotate,
        Some(used_at) if shown.same_device || now < used_at + grace => Decision::Repeat,
        Some(_) => Decision::Theft,
    }
}

#[cfg(test)]
#[path = "rotation_model.rs"]
mod model;
