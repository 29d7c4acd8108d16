//! The `events` table.

use chrono::{DateTime, Utc};

use super::Event;
use crate::io::db::{Result, Tx};
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
