//! The chain: every row gets a place and is bound to the row before.
//!
//! Rows are written in the transaction of what they tell of, which may commit late; so a place is given afterwards, to
//! whatever has none. What always holds: one instance at a time makes the chain longer, under the lock of its head; each
//! row gets one place; places have no gaps. The head says how far the chain goes, under a mac.

use chrono::{DateTime, TimeDelta, Utc};

use super::evidence::{self, BEGINNING, Raw};
use super::store;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::io::db::{Scope, Scoped, Tx};

/// Rows that get their places in one transaction.
const BATCH: i64 = 200;

/// How long rows without a mac are taken in after the first start: an older version may still run beside this one.
const ADOPTION: TimeDelta = TimeDelta::hours(24);

/// Where the chain begins and ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Head {
    /// The place before the first row that is kept.
    pub start_position: i64,
    /// The link of that place.
    pub start_link: Vec<u8>,
    /// The last place.
    pub position: i64,
    /// The link of that place.
    pub link: Vec<u8>,
    pub(super) adopt_until: DateTime<Utc>,
    pub(super) mac: Vec<u8>,
}

impl Head {
    fn first(now: DateTime<Utc>) -> Self {
        Self {
            start_position: 0,
            start_link: BEGINNING.to_vec(),
            position: 0,
            link: BEGINNING.to_vec(),
            adopt_until: now + ADOPTION,
            mac: Vec::new(),
        }
    }

    fn sealed(self, app: &App) -> Self {
        let mac = self.with_parts(|parts| app.keys.audit.mac(parts));
        Self {
            mac: mac.to_vec(),
            ..self
        }
    }

    fn with_parts<T>(&self, act: impl Fn(&[&[u8]]) -> T) -> T {
        let numbers = [
            self.start_position,
            self.position,
            self.adopt_until.timestamp_micros(),
        ];
        let [start, end, until] = numbers.map(i64::to_be_bytes);
        act(&[b"head", &start, &self.start_link, &end, &self.link, &until])
    }

    /// Whether it is as we wrote it.
    pub fn is_ours(&self, app: &App) -> bool {
        app.all_keys()
            .any(|keys| self.with_parts(|parts| keys.audit.verify_mac(parts, &self.mac)))
    }
}

/// The whole log, for who looks after it.
pub fn everybodys(app: &App) -> Scoped<'_> {
    app.db.within(Scope::Platform)
}

/// Starts a transaction on the whole log.
pub(super) async fn begin(app: &App) -> Result<Tx> {
    Ok(app.db.begin_within(&Scope::Platform).await?)
}

/// The head; `None` before the first row.
///
/// # Errors
/// When the database fails.
pub async fn head(app: &App) -> Result<Option<Head>> {
    Ok(store::head(everybodys(app)).await?)
}

/// Gives every row that has none its place; says how many there were.
///
/// # Errors
/// When the database fails, or the head is not ours.
pub async fn extend(app: &App) -> Result<u64> {
    let mut all = 0;
    while store::has_unchained(everybodys(app)).await? {
        match extend_by_a_batch(app).await? {
            0 => break,
            count => all += count,
        }
    }
    Ok(all)
}

/// The head under its lock, made when there is none.
async fn locked(app: &App, tx: &mut Tx) -> Result<Head> {
    let engine = app.db.engine();
    let mut found = store::lock_head(tx, engine).await?;
    if found.is_none() {
        store::insert_head(tx, &Head::first(rounded(app.clock.now())).sealed(app)).await?;
        found = store::lock_head(tx, engine).await?;
    }
    match found {
        Some(head) if head.is_ours(app) => Ok(head),
        None => Err(Error::internal(
            "the head of the audit log is gone; see `janua audit verify`",
        )),
        Some(_) => Err(Error::internal(
            "the head of the audit log was changed; see `janua audit verify`",
        )),
    }
}

async fn extend_by_a_batch(app: &App) -> Result<u64> {
    let engine = app.db.engine();
    let mut tx = begin(app).await?;
    let mut head = locked(app, &mut tx).await?;
    let adopts = app.clock.now() < head.adopt_until;
    let rows = store::unchained(&mut tx, engine, adopts, BATCH).await?;
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let row = match &row.mac {
            Some(_) => row,
            None => adopt(app, &mut tx, row).await?,
        };
        head.position += 1;
        head.link = evidence::link(&head.link, head.position, &row.digest(engine)).to_vec();
        places.push((row.id(), head.position, head.link.clone()));
    }
    if places.is_empty() {
        return Ok(0);
    }
    let taken = store::place(&mut tx, &places).await?;
    if taken != places.len() {
        return Err(Error::internal("a row of the audit log did not take its place"));
    }
    store::update_head(&mut tx, &head.sealed(app)).await?;
    tx.commit().await?;
    Ok(taken as u64)
}

/// Takes in a row that was written before rows had macs.
async fn adopt(app: &App, tx: &mut Tx, mut row: Raw) -> Result<Raw> {
    let engine = app.db.engine();
    let facts = row.facts(engine).unwrap_or_default();
    let organization = facts.get("organization_id").and_then(|it| it.as_str());
    let kind = match (&row.actor_id, &row.ip) {
        _ if facts.get("by").is_some_and(|it| it == "operator") => "operator",
        (Some(_), _) => "user",
        (None, Some(_)) => "anonymous",
        (None, None) => "system",
    };
    row.organization_id = organization.map(|it| it.as_bytes().to_vec());
    row.actor_kind = Some(kind.as_bytes().to_vec());
    if row.user_id.is_some() {
        row.target_kind = Some(b"user".to_vec());
        row.target_id.clone_from(&row.user_id);
    }
    let salt = app.random.bytes::<16>();
    let personal = evidence::personal(&salt, row.ip.as_deref(), row.user_agent.as_deref());
    row.salt = Some(salt.to_vec());
    row.personal = Some(personal.to_vec());
    row.mac = Some(evidence::mac(&app.keys.audit, &row.digest(engine)).to_vec());
    store::adopt(tx, &row).await?;
    Ok(row)
}

/// Rows of the chain behind a place, in their order.
///
/// # Errors
/// When the database fails.
pub async fn rows_after(app: &App, position: i64, most: i64) -> Result<Vec<Raw>> {
    Ok(store::chained_after(everybodys(app), app.db.engine(), position, most).await?)
}

/// Rows without a place behind an id.
///
/// # Errors
/// When the database fails.
pub async fn rows_without_place(app: &App, after: &str, most: i64) -> Result<Vec<Raw>> {
    Ok(store::unchained_after(everybodys(app), app.db.engine(), after, most).await?)
}

/// Erases where somebody was, in all that they did; what they did stays. In a transaction of the platform.
///
/// # Errors
/// When the database fails.
pub async fn erase(app: &App, tx: &mut Tx, user: &UserId) -> Result<u64> {
    let mut all = 0;
    loop {
        let ids = store::personal_of(tx, user, BATCH).await?;
        if ids.is_empty() {
            return Ok(all);
        }
        for id in ids {
            all += store::erase(tx, &id, &evidence::erasure(&app.keys.audit, &id)).await?;
        }
    }
}

/// Lets the chain begin behind a place: what stands before it may go.
///
/// # Errors
/// When the database fails, or the head is not ours.
pub async fn begin_behind(app: &App, position: i64, link: &[u8]) -> Result<bool> {
    let mut tx = begin(app).await?;
    let mut head = locked(app, &mut tx).await?;
    if position <= head.start_position || position > head.position {
        return Ok(false);
    }
    head.start_position = position;
    head.start_link = link.to_vec();
    store::update_head(&mut tx, &head.sealed(app)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Removes rows that stand before the beginning of the chain; says how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(app: &App) -> Result<u64> {
    let Some(head) = head(app).await?.filter(|it| it.is_ours(app)) else {
        return Ok(0);
    };
    let mut all = 0;
    loop {
        let mut tx = begin(app).await?;
        let gone = store::prune(&mut tx, head.start_position, BATCH).await?;
        tx.commit().await?;
        if gone == 0 {
            return Ok(all);
        }
        all += gone;
    }
}

/// Brings what stands under an earlier master key under the current one; says how many rows there were. The chain stays
/// as it is. What is not ours stays as it is too, so that it is still found.
///
/// # Errors
/// When the database fails; what was done stays done.
pub async fn renew(app: &App) -> Result<u64> {
    if app.earlier_keys.is_empty() {
        return Ok(0);
    }
    let (mut all, mut position, mut id) = (0, i64::MIN, String::new());
    loop {
        let page = rows_after(app, position, BATCH).await?;
        let Some(last) = page.last() else { break };
        position = last.position.unwrap_or(i64::MAX);
        all += renew_page(app, &page).await?;
    }
    loop {
        let page = rows_without_place(app, &id, BATCH).await?;
        let Some(last) = page.last() else { break };
        id = last.id();
        all += renew_page(app, &page).await?;
    }
    let mut tx = begin(app).await?;
    if store::head(everybodys(app)).await?.is_some() {
        let head = locked(app, &mut tx).await?;
        store::update_head(&mut tx, &head.sealed(app)).await?;
        tx.commit().await?;
    }
    Ok(all)
}

async fn renew_page(app: &App, page: &[Raw]) -> Result<u64> {
    let (engine, key) = (app.db.engine(), &app.keys.audit);
    let mut outdated = Vec::new();
    for row in page {
        let digest = row.digest(engine);
        let mac = evidence::mac(key, &digest);
        if row.mac.as_deref() != Some(&mac) && row.complaint(app, &digest).is_none() {
            outdated.push((row, mac));
        }
    }
    if outdated.is_empty() {
        return Ok(0);
    }
    let (mut tx, mut all) = (begin(app).await?, 0);
    for (row, mac) in outdated {
        let proof = evidence::erasure(key, &row.id());
        all += store::renew(&mut tx, row, &mac, &proof).await?;
    }
    tx.commit().await?;
    Ok(all)
}

/// A time that both databases keep as it is.
pub(super) fn rounded(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
