//! The table `audit_checkpoints`, and readings of `events`.

use chrono::{DateTime, Utc};

use super::Entry;
use super::checkpoints::Checkpoint;
use super::filter::{Cursor, Filter};
use super::reach::Reach;
use crate::app::App;
use crate::ids::UserId;
use crate::io::db::{Db, Querier, Result, Scoped, Sql, starting_with};
use crate::params;

/// In which order entries come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

const ENTRIES: &str = "SELECT id, name, at, actor_kind, actor_id, api_key_id, user_id, session_id, organization_id,
    target_kind, target_id, ip, user_agent, request_id, outcome, reason, facts, erased IS NOT NULL AS is_erased
    FROM events WHERE TRUE";

pub(super) async fn page(
    app: &App,
    reach: &Reach,
    filter: &Filter,
    after: Option<&Cursor>,
    most: i64,
    order: Order,
) -> Result<Vec<Entry>> {
    let mut sql = Sql::new(ENTRIES);
    if let Some(organizations) = reach.organizations() {
        let Some((first, more)) = organizations.split_first() else {
            return Ok(Vec::new());
        };
        sql = sql.push(" AND organization_id IN (").bind(*first);
        for id in more {
            sql = sql.push(", ").bind(*id);
        }
        sql = sql.push(")");
    }
    if let Some(id) = &filter.organization_id {
        sql = sql.push(" AND organization_id = ").bind(id);
    }
    sql = match filter.action.as_deref() {
        None => sql,
        Some(action) => match action.strip_suffix('*') {
            Some(beginning) => sql
                .push(" AND name LIKE ")
                .bind(starting_with(beginning))
                .push(" ESCAPE '!'"),
            None => sql.push(" AND name = ").bind(action),
        },
    };
    if let Some(id) = &filter.actor_id {
        sql = sql
            .push(" AND (actor_id = ")
            .bind(id)
            .push(" OR api_key_id = ")
            .bind(id)
            .push(")");
    }
    if let Some(id) = &filter.target_id {
        sql = sql
            .push(" AND (target_id = ")
            .bind(id)
            .push(" OR user_id = ")
            .bind(id)
            .push(")");
    }
    if let Some(outcome) = &filter.outcome {
        sql = sql.push(" AND outcome = ").bind(outcome);
    }
    if let Some(id) = &filter.request_id {
        sql = sql.push(" AND request_id = ").bind(id);
    }
    // A bound that the cursor is past already would have SQLite read from that bound on, page after page.
    let since = filter
        .since
        .filter(|it| order == Order::NewestFirst || after.is_none_or(|after| after.at < *it));
    let until = filter
        .until
        .filter(|it| order == Order::OldestFirst || after.is_none_or(|after| after.at >= *it));
    if let Some(since) = since {
        sql = sql.push(" AND at >= ").bind(since);
    }
    if let Some(until) = until {
        sql = sql.push(" AND at < ").bind(until);
    }
    if let Some(cursor) = after {
        sql = sql.push(match order {
            Order::NewestFirst => " AND (at, id) < (",
            Order::OldestFirst => " AND (at, id) > (",
        });
        sql = sql.bind(cursor.at).push(", ").bind(&cursor.id).push(")");
    }
    let sql = sql.push(match order {
        Order::NewestFirst => " ORDER BY at DESC, id DESC LIMIT ",
        Order::OldestFirst => " ORDER BY at, id LIMIT ",
    });
    reach.reads(app).search(sql.bind(most)).await
}

/// Whose entries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// Those about their account.
    About,
    /// What else they did.
    By,
}

/// Entries of one person, the oldest first.
pub(super) async fn of_person(
    db: Scoped<'_>,
    user: &UserId,
    part: Part,
    after: Option<&Cursor>,
    most: i64,
) -> Result<Vec<Entry>> {
    let sql = Sql::new(ENTRIES);
    let sql = match part {
        Part::About => sql.push(" AND user_id = ").bind(user.as_str()),
        Part::By => {
            let sql = sql.push(" AND actor_id = ").bind(user.as_str());
            sql.push(" AND (user_id IS NULL OR user_id <> ")
                .bind(user.as_str())
                .push(")")
        }
    };
    let sql = match after {
        Some(it) => {
            let sql = sql.push(" AND (at, id) > (").bind(it.at);
            sql.push(", ").bind(&it.id).push(")")
        }
        None => sql,
    };
    let mut db = db;
    db.search(sql.push(" ORDER BY at, id LIMIT ").bind(most)).await
}

const CHECKPOINTS: &str = "SELECT position, link, made_at, signature, mac FROM audit_checkpoints";

pub(super) async fn last_checkpoint(mut db: &Db) -> Result<Option<Checkpoint>> {
    db.search(Sql::new(CHECKPOINTS).push(" ORDER BY position DESC LIMIT 1"))
        .await
        .map(|mut rows| rows.pop())
}

/// The newest one that was made before.
pub(super) async fn last_checkpoint_before(mut db: &Db, before: DateTime<Utc>) -> Result<Option<Checkpoint>> {
    let sql = Sql::new(CHECKPOINTS).push(" WHERE made_at < ").bind(before);
    db.search(sql.push(" ORDER BY position DESC LIMIT 1"))
        .await
        .map(|mut rows| rows.pop())
}

pub(super) async fn checkpoints_from(mut db: &Db, position: i64, most: i64) -> Result<Vec<Checkpoint>> {
    let sql = Sql::new(CHECKPOINTS).push(" WHERE position >= ").bind(position);
    db.search(sql.push(" ORDER BY position LIMIT ").bind(most)).await
}

pub(super) async fn insert_checkpoint(mut db: &Db, it: &Checkpoint) -> Result<u64> {
    db.execute(
        "INSERT INTO audit_checkpoints (position, link, made_at, signature, mac) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (position) DO NOTHING",
        params![
            it.position,
            it.link.clone(),
            it.made_at,
            &it.signature,
            it.mac.clone()
        ],
    )
    .await
}

pub(super) async fn renew_checkpoint(mut db: &Db, it: &Checkpoint, mac: Vec<u8>) -> Result<u64> {
    db.execute(
        "UPDATE audit_checkpoints SET mac = $3 WHERE position = $1 AND mac = $2",
        params![it.position, it.mac.clone(), mac],
    )
    .await
}

pub(super) async fn delete_checkpoints_before(mut db: &Db, position: i64) -> Result<u64> {
    db.execute(
        "DELETE FROM audit_checkpoints WHERE position < $1",
        params![position],
    )
    .await
}
