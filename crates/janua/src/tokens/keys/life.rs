//! The life of a signing key, as a pure function of what is stored and of the time.
//!
//! ```text
//!  made ─▶ next ──────────────▶ active ─────────────────▶ retiring ─────────────────────────▶ gone
//!               [`PUBLISHED_FOR`]       another one takes over        its last token has expired,
//!               in the JWKS                                           leeway and [`MARGIN`] are over
//! ```
//!
//! What always holds: a key that was not ordered at once signs only when every client that keeps the JWKS for its
//! max-age has had it; a key is in the JWKS for as long as a token that it signed can be accepted; after each step
//! one stored key is active.

use chrono::{DateTime, TimeDelta, Utc};

use crate::crypto::signing::Algorithm;

/// How long clients may keep the JWKS, in seconds.
pub const JWKS_MAX_AGE: u32 = 300;

/// What instances may be behind the database, and clocks apart from each other. An instance whose keys are older than
/// half of this neither signs nor lets its JWKS be kept.
pub(super) const MARGIN: TimeDelta = TimeDelta::seconds(120);

/// How long a key stands in the JWKS before it signs.
pub(super) const PUBLISHED_FOR: TimeDelta = TimeDelta::seconds(JWKS_MAX_AGE as i64 + MARGIN.num_seconds());

/// Where a key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Published, to sign later.
    Next,
    /// Signs.
    Active,
    /// Verifies what it has signed.
    Retiring,
}

impl State {
    /// As it is stored and shown.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Next, Self::Active, Self::Retiring];
        all.into_iter().find(|it| it.text() == text)
    }
}

/// What the rule needs to know of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stage {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pub(super) state: State,
    /// Whether the private half is in the store: only then can it become active there.
    pub(super) is_stored: bool,
    /// When it becomes active, or became so.
    pub(super) activates_at: DateTime<Utc>,
    /// When a retiring key goes.
    pub(super) retires_at: DateTime<Utc>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Let a `next` key sign; those that are active retire.
    Activate(String),
    /// Delete a retired key.
    Remove(String),
    /// Make and publish a `next` key.
    Publish(Algorithm),
}

/// What is due now. `every` is the age at which a key is replaced; `None` when that is not decided by age.
pub(super) fn due(keys: &[Stage], every: Option<TimeDelta>, now: DateTime<Utc>) -> Vec<Step> {
    let in_state = |state| keys.iter().filter(move |it| it.state == state);
    let mut waiting: Vec<&Stage> = in_state(State::Next).collect();
    waiting.sort_by_key(|it| it.activates_at);
    let mut steps: Vec<Step> = waiting
        .iter()
        .filter(|it| it.activates_at <= now)
        .map(|it| Step::Activate(it.kid.clone()))
        .collect();
    steps.extend(
        in_state(State::Retiring)
            .filter(|it| it.retires_at <= now)
            .map(|it| Step::Remove(it.kid.clone())),
    );
    let newest = in_state(State::Active).max_by_key(|it| it.activates_at);
    if let (Some(active), Some(every), true) = (newest, every, waiting.is_empty())
        && active.activates_at + every - PUBLISHED_FOR <= now
    {
        steps.push(Step::Publish(active.algorithm));
    }
    steps
}

/// The stored key that signs: the active one, of the preferred algorithm where there are two; without any, the one
/// that retired last.
pub(super) fn signer(keys: &[Stage], preferred: Algorithm, now: DateTime<Utc>) -> Option<&Stage> {
    let usable = keys.iter().filter(|it| it.is_stored);
    usable
        .filter(|it| match it.state {
            State::Next => false,
            State::Active => true,
            State::Retiring => now < it.retires_at,
        })
        .max_by_key(|it| {
            let active = it.state == State::Active;
            (active, active && it.algorithm == preferred, it.activates_at)
        })
}

/// Until when a key is needed that may still sign at `now`.
pub(super) fn needed_until(now: DateTime<Utc>, token_seconds: i64, leeway_seconds: u8) -> DateTime<Utc> {
    now + TimeDelta::seconds(token_seconds) + TimeDelta::seconds(leeway_seconds.into()) + MARGIN
}

#[cfg(test)]
#[path = "life_model.rs"]
mod model;
