//! The `refusals` table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::Row;
use crate::error::Truth;
use crate::io::db::{Db, Querier, Result, Sql, Tx};
use crate::params;
use crate::portable::{self, Portable};
use crate::refused::Refused;
use crate::users::UserId;

/// Refusals as they are told of.
macro_rules! rows {
    ($which:literal) => {
        concat!(
            "SELECT at, request_id, method, route, code, status, truth, inputs, user_id, session_id, ip, user_agent
             FROM refusals ",
            $which
        )
    };
}

/// Those among the people of these rows who still have an account.
pub(super) async fn people(mut tx: &mut Tx, rows: &[Refused]) -> Result<BTreeSet<String>> {
    let named: BTreeSet<&String> = rows.iter().filter_map(|it| it.user.as_ref()).collect();
    if named.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut sql = Sql::new("SELECT id FROM users WHERE id IN (");
    for (index, id) in named.into_iter().enumerate() {
        sql = sql.push(if index == 0 { "" } else { ", " }).bind(id);
    }
    let found: Vec<(String,)> = tx.search(sql.push(")")).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn insert(tx: &mut Tx, id: &str, row: &Refused) -> Result<()> {
    tx.insert_later(
        "INSERT INTO refusals (id, at, request_id, method, route, code, status, truth, inputs, user_id, session_id,
                               subject, ip, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            id,
            row.at,
            &row.request_id,
            &row.method,
            &row.route,
            row.code.name(),
            i64::from(row.status),
            row.truth.map(Truth::name),
            Value::Object(row.inputs.clone()),
            row.user.clone(),
            row.session.clone(),
            row.subject.clone(),
            row.ip.clone(),
            row.user_agent.clone(),
        ],
    )
    .await
}

pub(super) async fn of_request(mut db: &Db, request_id: &str, most: i64) -> Result<Vec<Row>> {
    db.fetch_all(
        rows!("WHERE request_id = $1 ORDER BY id LIMIT $2"),
        params![request_id, most],
    )
    .await
}

pub(super) async fn of_user(mut db: &Db, user: &UserId, most: i64) -> Result<Vec<Row>> {
    db.fetch_all(
        rows!("WHERE user_id = $1 ORDER BY id DESC LIMIT $2"),
        params![user, most],
    )
    .await
}

pub(super) async fn of_subject(mut db: &Db, subject: &str, most: i64) -> Result<Vec<Row>> {
    db.fetch_all(
        rows!("WHERE subject = $1 ORDER BY id DESC LIMIT $2"),
        params![subject, most],
    )
    .await
}

pub(super) async fn forget_before(mut db: &Db, before: DateTime<Utc>) -> Result<u64> {
    db.execute("DELETE FROM refusals WHERE at < $1", params![before])
        .await
}

/// Ids sort by time, so the newest rows are found without looking at the others.
pub(super) async fn prune(mut db: &Db, most: i64) -> Result<u64> {
    db.execute(
        "DELETE FROM refusals WHERE id <= (SELECT id FROM refusals ORDER BY id DESC LIMIT 1 OFFSET $1)",
        params![most],
    )
    .await
}

#[derive(Debug, Serialize, sqlx::FromRow)]
struct PortableRefusal {
    at: DateTime<Utc>,
    request_id: String,
    method: String,
    route: String,
    code: String,
    status: i64,
    truth: Option<String>,
    inputs: Value,
    session_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
}

pub(super) async fn portable(
    db: impl Querier,
    user: &UserId,
    after: &str,
) -> crate::error::Result<Vec<Portable>> {
    portable::page::<PortableRefusal>(
        db,
        "SELECT id AS key, at, request_id, method, route, code, status, truth, inputs, session_id, ip, user_agent
         FROM refusals WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        user,
        after,
    )
    .await
}
