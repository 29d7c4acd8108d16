//! The tables `events` and `event_feed`.

use chrono::{DateTime, Utc};

use super::Event;
use super::feed::Fact;
use crate::io::db::{Db, Engine, Querier, Result, Tx};
use crate::params;

pub(super) async fn insert(tx: &mut Tx, id: &str, now: DateTime<Utc>, event: Event<'_>) -> Result<()> {
    let mut facts = event.facts;
    if let Some(key) = event.api_key {
        facts["api_key_id"] = key.as_str().into();
    }
    let ip = event.client.map(|it| it.ip.to_string());
    tx.insert_later(
        "INSERT INTO events (id, name, at, actor_id, user_id, session_id, ip, user_agent, request_id, outcome, reason, facts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            id,
            event.name.text(),
            now,
            event.actor.map(crate::ids::UserId::as_str),
            event.user.map(crate::ids::UserId::as_str),
            event.session,
            ip,
            event.client.map(|it| it.user_agent.as_str()),
            event.client.map(|it| it.request_id.as_str()),
            if event.failed_because.is_some() { "failure" } else { "success" },
            event.failed_because,
            facts,
        ],
    )
    .await
}

pub(super) async fn feed(tx: &mut Tx, id: &str) -> Result<()> {
    tx.insert_later("INSERT INTO event_feed (event_id) VALUES ($1)", params![id])
        .await
}

/// Takes the oldest out of the feed, in the order in which they happened.
pub(super) async fn take(mut tx: &mut Tx, engine: Engine, taker: &str, most: i64) -> Result<Vec<Fact>> {
    let mark = match engine {
        Engine::Postgres => {
            "UPDATE event_feed SET taken_by = $1 WHERE event_id IN
             (SELECT event_id FROM event_feed ORDER BY event_id LIMIT $2 FOR UPDATE SKIP LOCKED)"
        }
        // Its write transactions queue anyway.
        Engine::Sqlite => {
            "UPDATE event_feed SET taken_by = $1 WHERE event_id IN
             (SELECT event_id FROM event_feed ORDER BY event_id LIMIT $2)"
        }
    };
    if tx.execute(mark, params![taker, most]).await? == 0 {
        return Ok(Vec::new());
    }
    let facts = tx
        .fetch_all(
            "SELECT e.id, e.name, e.at, e.actor_id, e.user_id, e.session_id, e.outcome, e.reason, e.facts
             FROM event_feed AS f JOIN events AS e ON e.id = f.event_id WHERE f.taken_by = $1 ORDER BY e.at, e.id",
            params![taker],
        )
        .await?;
    tx.execute("DELETE FROM event_feed WHERE taken_by = $1", params![taker])
        .await?;
    Ok(facts)
}

pub(super) async fn is_fed(mut db: &Db) -> Result<bool> {
    let found: Option<(String,)> = db
        .fetch_optional("SELECT event_id FROM event_feed LIMIT 1", params![])
        .await?;
    Ok(found.is_some())
}
