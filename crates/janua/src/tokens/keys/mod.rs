//! Signing keys: kept sealed in the database and rotated there, or held by the operator in files.
//!
//! What always holds: the database is the truth, and every instance is at most [`STALE`] behind it when it signs; keys
//! are parsed once and kept; a key that signs is kept in the store until the last token that it signed has expired.
//! Several instances may start on an empty database at once: the unique index lets one key become active, and the
//! others take it.

mod external;
mod life;
mod listing;
mod ring;
mod rotate;
mod store;

pub use life::{JWKS_MAX_AGE, State};
pub use listing::{Listed, list};
pub use ring::KeyRing;
pub use rotate::{Order, Ordered, rotate, round, settle};
pub use store::SEALED;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::app::App;
use crate::config::Tokens;
use crate::crypto::root::Key32;
use crate::crypto::sealed::{Aad, SealError, Sealer};
use crate::crypto::signing::{Algorithm, KeySet, PublicKey, SigningKey, VerificationKey};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::clock::Clock;
use crate::io::db::Db;
use crate::io::pool::Pool;
use crate::io::random::Random;
use crate::roots::Unreadable;

use external::External;
use life::State::{Active, Next, Retiring};
use life::{Stage, needed_until};
use ring::Held;
use store::{KeyRow, NewKey};

/// From this age on keys are read again before the next signature.
const FRESH: i64 = 30_000;

/// With keys of this age nothing is signed, in milliseconds: half of [`life::MARGIN`].
const STALE: i64 = 60_000;

/// Longest pause between two looks for a key that a token names and nobody knows, in milliseconds.
const UNKNOWN_PAUSE: i64 = 2_000;

/// By how much more than needed a key is kept that signs without being active, so that it is not noted each time.
const KEPT_LONGER: TimeDelta = TimeDelta::minutes(30);

/// Whether the files that the settings name can be read and belong together.
///
/// # Errors
/// A text for the operator.
pub fn check_files(tokens: &Tokens) -> Result<(), String> {
    External::read(tokens).map(drop)
}

/// What the keys are made of; at start-up there is no [`App`] yet.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// What the operator decided.
    pub tokens: &'a Tokens,
    /// Where the keys are.
    pub db: &'a Db,
    /// What opens them.
    pub sealer: &'a Sealer,
    /// What proves that an event is ours.
    pub audit: &'a Key32,
    /// Nonces and ids.
    pub random: &'a Random,
    /// The time.
    pub clock: &'a Clock,
    /// Threads that make keys.
    pub pool: &'a Pool<()>,
}

impl<'a> Means<'a> {
    fn of(app: &'a App) -> Self {
        Self {
            tokens: &app.config.tokens,
            db: &app.db,
            sealer: &app.sealer,
            audit: &app.keys.audit,
            random: &app.random,
            clock: &app.clock,
            pool: &app.signing,
        }
    }

    fn token_seconds(&self) -> i64 {
        i64::try_from(self.tokens.access_lifetime.as_secs()).unwrap_or(i64::MAX)
    }
}

/// Finds or makes the keys at start-up.
///
/// # Errors
/// Files that do not fit together, a stored key that no given master key opens.
pub async fn load(means: Means<'_>) -> Result<KeyRing, Unreadable> {
    let external = External::read(means.tokens)?;
    for row in store::all(means.db).await.map_err(Error::from)? {
        if let Err(SealError::UnknownKey(missing)) = means.sealer.check(&row.sealed) {
            return Err(Unreadable::Sealed { missing });
        }
    }
    let mut held = read(means, &external, &HashMap::new()).await?;
    if held.is_none() {
        make_first(means).await?;
        held = read(means, &external, &HashMap::new()).await?;
    }
    let held = held.ok_or("the signing key of another instance is gone")?;
    Ok(KeyRing::new(external, held))
}

/// The key that signs, as the database has it.
///
/// # Errors
/// `DATABASE_UNAVAILABLE` when the keys are too old to sign with and cannot be read again.
pub async fn signer(app: &App) -> Result<Arc<SigningKey>> {
    keep_fresh(app).await?;
    Ok(app.ring.active())
}

/// Reads the keys again when they are due for it. One caller does; the others go on with what there is, or wait when
/// that is too old.
///
/// # Errors
/// When the keys are too old to go on with and cannot be read again.
pub async fn keep_fresh(app: &App) -> Result<()> {
    if age(app) < FRESH {
        return Ok(());
    }
    Box::pin(read_when_due(app)).await
}

/// How old the keys are, in milliseconds.
fn age(app: &App) -> i64 {
    match app.clock.now_millis() - app.ring.as_of() {
        age @ 0.. => age,
        // Read in the future: the clock was set back, and nobody knows how old they are.
        _ => STALE,
    }
}

async fn read_when_due(app: &App) -> Result<()> {
    let is_stale = age(app) >= STALE;
    let tries = app.ring.tries();
    let turn = match app.ring.turn.try_lock() {
        Ok(turn) => turn,
        Err(_) if !is_stale => return Ok(()),
        Err(_) => app.ring.turn.lock().await,
    };
    if age(app) < FRESH {
        return Ok(());
    }
    if app.ring.tries() != tries {
        // Somebody tried while we waited, and failed: the queue behind us need not find out one by one.
        return Err(Error::new(Code::DatabaseUnavailable).retry_after(2));
    }
    let read = reload_in_turn(app).await;
    drop(turn);
    match read {
        Err(error) if !is_stale => {
            tracing::warn!(%error, "the signing keys could not be read again");
            Ok(())
        }
        done => done,
    }
}

/// Reads the keys again.
///
/// # Errors
/// When the database fails.
pub async fn reload(app: &App) -> Result<()> {
    let _turn = app.ring.turn.lock().await;
    reload_in_turn(app).await
}

/// Looks whether a key has come that a token names and `seen` lacks. Tells whether another look at the token makes
/// sense. However many ask, the database is asked once in [`UNKNOWN_PAUSE`].
pub(super) async fn look_again(app: &App, seen: &Arc<KeySet>) -> bool {
    let _turn = app.ring.turn.lock().await;
    if !Arc::ptr_eq(seen, &app.ring.verifiers()) {
        return true;
    }
    if !app.ring.may_look(app.clock.now_millis(), UNKNOWN_PAUSE) {
        return false;
    }
    let read = reload_in_turn(app).await;
    read.inspect_err(|error| tracing::warn!(%error, "the signing keys could not be read again"))
        .is_ok()
}

async fn reload_in_turn(app: &App) -> Result<()> {
    app.ring.count_try();
    let before = app.ring.held();
    let held = read(Means::of(app), &app.ring.external, &before.private).await?;
    app.ring
        .replace(held.ok_or_else(|| Error::internal("no signing key is left in the store"))?);
    Ok(())
}

/// What the database holds now; `None` without any key to sign with.
async fn read(
    means: Means<'_>,
    external: &External,
    before: &HashMap<String, Arc<SigningKey>>,
) -> Result<Option<Held>> {
    let now = means.clock.now();
    let rows = store::all(means.db).await?.into_iter();
    let mut rows: Vec<(Stage, KeyRow)> = rows
        .filter_map(|row| Some((row.stage()?, row)))
        .filter(|(stage, _)| stage.state != Retiring || now < stage.retires_at)
        .collect();
    rows.sort_by_key(|(stage, _)| [Active, Next, Retiring].iter().position(|it| *it == stage.state));
    let stages: Vec<Stage> = rows.iter().map(|(stage, _)| stage.clone()).collect();

    let mut private = HashMap::new();
    let stored = life::signer(&stages, means.tokens.algorithm, now).map(|it| it.kid.as_str());
    for (stage, row) in &rows {
        let is_needed = Some(row.id.as_str()) == stored || stage.state == Next;
        if !is_needed || !stage.is_stored {
            continue;
        }
        let key = match before.get(&row.id) {
            Some(key) => key.clone(),
            None => Arc::new(open(means.sealer, stage.algorithm, row)?),
        };
        private.insert(row.id.clone(), key);
    }
    let signer = external.signer.clone();
    let Some(signer) = signer.or_else(|| private.get(stored?).cloned()) else {
        return Ok(None);
    };
    keep(means, &rows, &signer).await?;

    let mut verifiers = vec![signer.verification_key().clone()];
    for (stage, row) in &rows {
        let known = private.get(&row.id).map(|key| key.verification_key().clone());
        let shared = || external.shared.clone().filter(|it| it.kid() == row.id);
        let read = || {
            PublicKey::from_spki_der(&row.public_der)
                .ok()
                .map(VerificationKey::from)
        };
        verifiers.extend(known.or_else(|| match stage.algorithm {
            Algorithm::Hs256 => shared(),
            _ => read(),
        }));
    }
    verifiers.extend(external.additional.iter().cloned());
    let verifiers = KeySet::new(verifiers);
    let jwks = serde_json::to_string(&verifiers.jwks()).map_err(Error::internal)?;
    Ok(Some(Held {
        signer,
        private,
        jwks: jwks.into(),
        verifiers: Arc::new(verifiers),
        as_of: now.timestamp_millis(),
    }))
}

/// Sees to it that the key that signs stays in the store for as long as its tokens live.
async fn keep(means: Means<'_>, rows: &[(Stage, KeyRow)], signer: &SigningKey) -> Result<()> {
    let (now, seconds) = (means.clock.now(), means.token_seconds());
    let needed = needed_until(now, seconds, means.tokens.leeway_seconds) + KEPT_LONGER;
    match rows.iter().find(|(stage, _)| stage.kid == signer.kid()) {
        Some((stage, row)) if stage.state == Active => {
            if row.token_seconds.is_none_or(|it| it < seconds) {
                store::raise(means.db, signer.kid(), seconds).await?;
            }
        }
        Some((stage, _)) if stage.retires_at >= needed => {}
        _ => {
            let public = signer
                .public()
                .map(|it| it.spki_der().to_vec())
                .unwrap_or_default();
            let until = needed + KEPT_LONGER;
            store::keep(means.db, signer.kid(), signer.algorithm(), public, until, now).await?;
        }
    }
    Ok(())
}

fn open(sealer: &Sealer, algorithm: Algorithm, row: &KeyRow) -> Result<SigningKey> {
    let der = sealer.open(&row.sealed, &place(&row.id)).map_err(|error| {
        Error::internal(format!(
            "the stored signing key {} cannot be opened: {error}",
            row.id
        ))
    })?;
    SigningKey::from_pkcs8(algorithm, &der).map_err(Error::internal)
}

/// Makes a key pair, in the pool: RSA takes a while.
async fn generate(means: Means<'_>, algorithm: Algorithm) -> Result<NewKey> {
    let made = means.pool.run(move |()| SigningKey::generate(algorithm)).await?;
    let (key, der) = made.map_err(Error::internal)?;
    Ok(NewKey {
        sealed: means.sealer.seal(&der, &place(key.kid()), means.random.bytes()),
        public: key.public().map(|it| it.spki_der().to_vec()).unwrap_or_default(),
        kid: key.kid().to_owned(),
        algorithm,
    })
}

/// The first key of an installation signs at once: nobody keeps a JWKS yet.
async fn make_first(means: Means<'_>) -> Result<()> {
    let key = generate(means, means.tokens.algorithm).await?;
    let (kid, algorithm, now) = (key.kid.clone(), key.algorithm, means.clock.now());
    let mut tx = means.db.begin().await?;
    if store::insert(&mut tx, key, Active, means.token_seconds(), now, now).await? {
        let event = Event::about(Name::KeyGenerated, None);
        let event = event.knowing(serde_json::json!({"kid": kid, "algorithm": algorithm.name()}));
        events::record_at(&mut tx, means.random, means.audit, now, event).await?;
        tx.commit().await?;
        tracing::info!(kid, %algorithm, "a signing key was generated");
    }
    Ok(())
}

fn place(kid: &str) -> Aad<'_> {
    Aad {
        table: SEALED.table,
        row: kid,
        column: SEALED.column,
    }
}
