//! Rotation as verbs: an order by an operator, the round of the worker, and what a start of the server settles.
//!
//! What always holds: each step is one transaction of conditional statements behind one lock, so of several instances
//! that try at once one does it; the event commits with the step. States and times: see `life`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::life::State::{Active, Next};
use super::life::{self, JWKS_MAX_AGE, PUBLISHED_FOR, Stage, Step, needed_until};
use super::{Means, generate, reload, store};
use crate::app::App;
use crate::crypto::signing::Algorithm;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::db::Tx;

/// What an operator wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order {
    /// Without the wait, because the active key is compromised.
    pub now: bool,
    /// With another algorithm than the active key has.
    pub algorithm: Option<Algorithm>,
}

/// What came of an order.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Ordered {
    /// The key that will sign, or does.
    pub kid: String,
    /// Its algorithm.
    #[serde(serialize_with = "crate::tokens::keys::listing::by_name")]
    pub algorithm: Algorithm,
    /// When it begins to sign.
    pub activates_at: DateTime<Utc>,
    /// It waited already, by an earlier order: nothing was done.
    pub was_waiting: bool,
    /// For how many seconds clients that keep the JWKS may reject its tokens: 0 after the wait.
    pub clients_may_reject_seconds: u32,
}

/// Orders a new signing key: published now, signing once every client can know it, or at once.
///
/// # Errors
/// `KEY_PINNED` when the operator's files sign; `INVALID_FIELD` for HS256; when the database fails.
pub async fn rotate(app: &App, order: Order) -> Result<Ordered> {
    if app.ring.is_pinned() {
        return Err(Code::KeyPinned.into());
    }
    reload(app).await?;
    let algorithm = order.algorithm.unwrap_or_else(|| app.ring.active().algorithm());
    if !algorithm.is_asymmetric() {
        return Err(Error::new(Code::InvalidField)
            .with("field", "algorithm")
            .says("HS256 signs with JWT_SECRET_KEY: set JWT_ALGORITHM instead"));
    }
    let ordered = if order.now {
        replace_at_once(app, algorithm).await?
    } else {
        publish(app, algorithm).await?
    };
    reload(app).await?;
    Ok(ordered)
}

/// Carries out what is due. Every instance may call it at any time.
///
/// # Errors
/// When the database fails; what was done stays done.
pub async fn round(app: &App) -> Result<()> {
    reload(app).await?;
    let days = i64::from(app.config.tokens.key_rotation_days);
    let every = (days > 0 && !app.ring.is_pinned()).then(|| TimeDelta::days(days));
    let steps = life::due(&stages(app).await?, every, app.clock.now());
    for step in steps {
        match step {
            Step::Activate(kid) => activate(app, &kid).await?,
            Step::Remove(kid) => remove(app, &kid).await?,
            Step::Publish(algorithm) => publish(app, algorithm).await.map(|_| ())?,
        }
    }
    // With nothing due as well: another instance may have done it since the reading above.
    reload(app).await
}

/// Brings the store in line with the settings, when a server starts: a change of `JWT_ALGORITHM` orders a rotation, a
/// pinned key makes the stored ones retire. Only then: an instance that still runs with the settings of yesterday, or
/// a command in another shell, must not turn it back.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App) -> Result<()> {
    let wanted = app.config.tokens.algorithm;
    let mut tx = app.db.begin().await?;
    store::lock(&mut tx).await?;
    let kept = (!app.ring.is_pinned()).then_some(wanted);
    for kid in store::drop_waiting(&mut tx, kept).await? {
        record(app, &mut tx, Name::KeyRemoved, &kid).await?;
    }
    if app.ring.is_pinned() {
        retire_active(app, &mut tx).await?;
    } else if store::active(&mut tx).await?.is_empty() {
        // The pinned key was taken away before this one had expired: it signs again.
        let kid = app.ring.active().kid().to_owned();
        let (seconds, now) = (Means::of(app).token_seconds(), app.clock.now());
        if store::activate(&mut tx, &kid, seconds, now).await? {
            record(app, &mut tx, Name::KeyActivated, &kid).await?;
        }
    }
    tx.commit().await?;
    reload(app).await?;
    if !app.ring.is_pinned() && app.ring.active().algorithm() != wanted {
        publish(app, wanted).await?;
        reload(app).await?;
    }
    Ok(())
}

async fn publish(app: &App, algorithm: Algorithm) -> Result<Ordered> {
    let waiting = |stages: Vec<Stage>| {
        let is_it = |it: &Stage| it.state == Next && it.algorithm == algorithm;
        stages.into_iter().find(is_it)
    };
    let answer = |kid, activates_at, was_waiting| Ordered {
        kid,
        algorithm,
        activates_at,
        was_waiting,
        clients_may_reject_seconds: 0,
    };
    if let Some(next) = waiting(stages(app).await?) {
        return Ok(answer(next.kid, next.activates_at, true));
    }
    let key = generate(Means::of(app), algorithm).await?;
    let (kid, now) = (key.kid.clone(), app.clock.now());
    let activates_at = now + PUBLISHED_FOR;
    let mut tx = app.db.begin().await?;
    let seconds = Means::of(app).token_seconds();
    if store::insert(&mut tx, key, Next, seconds, activates_at, now).await? {
        record(app, &mut tx, Name::KeyGenerated, &kid).await?;
        tx.commit().await?;
        tracing::info!(kid, %algorithm, %activates_at, "a signing key was published");
        return Ok(answer(kid, activates_at, false));
    }
    drop(tx);
    // Another instance was quicker.
    let next = waiting(stages(app).await?).ok_or_else(|| Error::internal("the waiting key is gone"))?;
    Ok(answer(next.kid, next.activates_at, true))
}

/// A key that waits already may be as compromised as the active one: it goes too.
async fn replace_at_once(app: &App, algorithm: Algorithm) -> Result<Ordered> {
    let key = generate(Means::of(app), algorithm).await?;
    let (kid, now) = (key.kid.clone(), app.clock.now());
    let mut tx = app.db.begin().await?;
    store::lock(&mut tx).await?;
    for dropped in store::drop_waiting(&mut tx, None).await? {
        record(app, &mut tx, Name::KeyRemoved, &dropped).await?;
    }
    retire_active(app, &mut tx).await?;
    if !store::insert(&mut tx, key, Active, Means::of(app).token_seconds(), now, now).await? {
        return Err(Error::internal("another key became active meanwhile"));
    }
    record(app, &mut tx, Name::KeyGenerated, &kid).await?;
    record(app, &mut tx, Name::KeyActivated, &kid).await?;
    tx.commit().await?;
    tracing::warn!(kid, %algorithm, "the signing key was replaced at once");
    Ok(Ordered {
        kid,
        algorithm,
        activates_at: now,
        was_waiting: false,
        clients_may_reject_seconds: JWKS_MAX_AGE,
    })
}

async fn activate(app: &App, kid: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::lock(&mut tx).await?;
    if !store::claim_next(&mut tx, kid, now).await? {
        return Ok(());
    }
    retire_active(app, &mut tx).await?;
    store::activate(&mut tx, kid, Means::of(app).token_seconds(), now).await?;
    record(app, &mut tx, Name::KeyActivated, kid).await?;
    tx.commit().await?;
    tracing::info!(kid, "a signing key became active");
    Ok(())
}

async fn retire_active(app: &App, tx: &mut Tx) -> Result<()> {
    let now = app.clock.now();
    for row in store::active(tx).await? {
        let seconds = row.token_seconds.unwrap_or(0).max(Means::of(app).token_seconds());
        let until = needed_until(now, seconds, app.config.tokens.leeway_seconds);
        if store::retire(tx, &row.id, until, now).await? {
            record(app, tx, Name::KeyRetired, &row.id).await?;
        }
    }
    Ok(())
}

async fn remove(app: &App, kid: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if store::remove(&mut tx, kid, app.clock.now()).await? {
        record(app, &mut tx, Name::KeyRemoved, kid).await?;
        tx.commit().await?;
        tracing::info!(kid, "a retired signing key was removed");
    }
    Ok(())
}

async fn record(app: &App, tx: &mut Tx, name: Name, kid: &str) -> Result<()> {
    let event = Event::about(name, None).knowing(json!({"kid": kid}));
    events::record(app, tx, event).await
}

async fn stages(app: &App) -> Result<Vec<Stage>> {
    let rows = store::all(&app.db).await?;
    Ok(rows.iter().filter_map(store::KeyRow::stage).collect())
}
