//! The `outbox` table.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Claimed, Entry, Kind};
use crate::io::db::{Db, Querier, Result, Sql, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::users::UserId;

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) async fn insert(
    tx: &mut Tx,
    id: &str,
    kind: Kind,
    recipient: &str,
    user_id: Option<&UserId>,
    facts: Value,
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.insert_later(
        "INSERT INTO outbox (id, kind, recipient, user_id, facts, request_id, state, attempts, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $7)",
        params![id, kind.name(), recipient, user_id.map(UserId::as_str), facts, request_id, now],
    )
    .await
}

/// Ids of mails that are due and that nobody holds.
pub(super) async fn due(mut db: impl Querier, now: DateTime<Utc>) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db
        .fetch_all(
            "SELECT id FROM outbox WHERE state = 'queued' AND due_at <= $1
             AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY due_at, id LIMIT 16",
            params![now],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    recipient: String,
    user_id: Option<UserId>,
    facts: Value,
    request_id: Option<String>,
    attempts: i64,
}

/// `None` when somebody else was quicker.
pub(super) async fn claim(
    mut tx: &mut Tx,
    id: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Claimed>> {
    let row: Option<Row> = tx
        .fetch_optional(
            "UPDATE outbox SET claimed_until = $3, attempts = attempts + 1
             WHERE id = $1 AND state = 'queued' AND (claimed_until IS NULL OR claimed_until <= $2)
             RETURNING id, kind, recipient, user_id, facts, request_id, attempts",
            params![id, now, until],
        )
        .await?;
    // A kind of a newer version is left for the instance that knows it.
    Ok(row.and_then(|row| {
        Some(Claimed {
            kind: Kind::of(&row.kind)?,
            id: row.id,
            recipient: row.recipient,
            user_id: row.user_id,
            facts: row.facts,
            request_id: row.request_id,
            attempts: row.attempts,
        })
    }))
}

pub(super) async fn settle(
    mut tx: &mut Tx,
    id: &str,
    state: &'static str,
    answer: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET state = $2, provider_answer = $3, settled_at = $4, claimed_until = NULL WHERE id = $1",
        params![id, state, answer, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn postpone(
    mut tx: &mut Tx,
    id: &str,
    attempts: i64,
    answer: &str,
    due: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET attempts = $2, provider_answer = $3, due_at = $4, claimed_until = NULL WHERE id = $1",
        params![id, attempts, answer, due],
    )
    .await?;
    Ok(())
}

pub(super) async fn waiting(mut db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional("SELECT COUNT(*) FROM outbox WHERE state = 'queued'", params![])
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

pub(super) async fn given_up(mut db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db
        .fetch_optional("SELECT COUNT(*) FROM outbox WHERE state = 'failed'", params![])
        .await?;
    Ok(row.map_or(0, |(count,)| count))
}

macro_rules! shown {
    () => {
        "id, kind, recipient, state, attempts, provider_answer, due_at, created_at, settled_at, request_id"
    };
}

/// Newest first: ids grow with time.
pub(super) async fn list(
    mut db: &Db,
    state: Option<&'static str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<Entry>> {
    let all = Sql::new(concat!("SELECT ", shown!(), " FROM outbox"));
    let sql = in_state(all, state)
        .push(" ORDER BY id DESC LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset);
    db.search(sql).await
}

pub(super) async fn of_request(mut db: &Db, request_id: &str) -> Result<Vec<Entry>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            shown!(),
            " FROM outbox WHERE request_id = $1 ORDER BY id LIMIT 100"
        ),
        params![request_id],
    )
    .await
}

pub(super) async fn unsettled_of(mut db: &Db, recipient: &str, most: i64) -> Result<Vec<Entry>> {
    db.fetch_all(
        concat!(
            "SELECT ",
            shown!(),
            " FROM outbox WHERE recipient = $1 AND state IN ('queued', 'failed') ORDER BY id DESC LIMIT $2"
        ),
        params![recipient, most],
    )
    .await
}

pub(super) async fn count(mut db: &Db, state: Option<&'static str>) -> Result<i64> {
    let all = Sql::new("SELECT COUNT(*) FROM outbox");
    let found: Vec<(i64,)> = db.search(in_state(all, state)).await?;
    Ok(found.first().map_or(0, |(count,)| *count))
}

fn in_state(sql: Sql, state: Option<&'static str>) -> Sql {
    match state {
        Some(state) => sql.push(" WHERE state = ").bind(state),
        None => sql,
    }
}

pub(super) async fn find(mut tx: &mut Tx, id: &str) -> Result<Option<Entry>> {
    tx.fetch_optional(
        concat!("SELECT ", shown!(), " FROM outbox WHERE id = $1"),
        params![id],
    )
    .await
}

/// `None` when there is no such mail, or it was sent. A worker that holds it keeps it.
pub(super) async fn retry(mut tx: &mut Tx, id: &str, now: DateTime<Utc>) -> Result<Option<Entry>> {
    tx.fetch_optional(
        concat!(
            "UPDATE outbox SET attempts = CASE WHEN state = 'queued' THEN attempts ELSE 0 END, state = 'queued',
                               due_at = $2, settled_at = NULL
             WHERE id = $1 AND state <> 'sent' RETURNING ",
            shown!()
        ),
        params![id, now],
    )
    .await
}

pub(super) async fn sweep(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM outbox WHERE settled_at < $1", params![before])
        .await
}

#[derive(Debug, sqlx::FromRow, serde::Serialize)]
struct PortableMail {
    id: String,
    kind: String,
    recipient: String,
    state: String,
    created_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableMail>(
        db,
        "SELECT id AS key, id, kind, recipient, state, created_at, settled_at
         FROM outbox WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
