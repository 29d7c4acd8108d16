//! The tables `events`, `event_feed` and `audit_head`.

use chrono::{DateTime, Utc};

use super::chain::Head;
use super::evidence::{Content, Hash, Raw, mac, personal};
use super::feed::Fact;
use super::{ActorKind, Event, Name};
use crate::client::Client;
use crate::crypto::root::Key32;
use crate::ids::{ApiKeyId, UserId};
use crate::io::db::{Db, Engine, Querier, Result, Scoped, Sql, Tx};
use crate::params;

pub(super) async fn insert(
    tx: &mut Tx,
    id: &str,
    at: DateTime<Utc>,
    key: &Key32,
    salt: [u8; 16],
    event: Event<'_>,
) -> Result<()> {
    let mut event = event;
    // Whoever acts for somebody is named, whatever rule recorded it; for whom stands among the facts.
    if let Some((admin, session)) = event.client.and_then(Client::impersonator) {
        if let Some(person) = event.actor.or(event.user) {
            event.facts["on_behalf_of"] = person.as_str().into();
        }
        event.actor = Some(admin);
        event.kind = Some(ActorKind::Admin);
        event.session = event.session.or(Some(session.as_str()));
    }
    let mut facts = event.facts;
    let organization = event.organization.map(|it| it.as_str().to_owned());
    let organization = organization.or_else(|| Some(facts.get("organization_id")?.as_str()?.to_owned()));
    let target = target(event.name, event.user, organization.as_deref(), &facts);
    let api_key = event.api_key.map(ApiKeyId::as_str);
    if let Some(api_key) = api_key {
        facts["api_key_id"] = api_key.into();
    }
    let kind = event.kind.unwrap_or(match (event.actor, api_key, event.client) {
        (_, Some(_), _) => ActorKind::ApiKey,
        (Some(_), None, _) => ActorKind::User,
        (None, None, Some(_)) => ActorKind::Anonymous,
        (None, None, None) => ActorKind::System,
    });
    let ip = event.client.map(|it| it.ip.to_string());
    let user_agent = event.client.map(|it| it.user_agent.as_str());
    let outcome = if event.failed_because.is_some() {
        "failure"
    } else {
        "success"
    };
    let request = event.client.map(|it| it.request_id.as_str());
    let (actor, user) = (event.actor.map(UserId::as_str), event.user.map(UserId::as_str));
    let (target_kind, target_id) = target.unzip();
    let personal = personal(
        &salt,
        ip.as_deref().map(str::as_bytes),
        user_agent.map(str::as_bytes),
    );
    let content = Content {
        id: id.as_bytes(),
        name: event.name.text().as_bytes(),
        actor_kind: Some(kind.text().as_bytes()),
        actor_id: actor.map(str::as_bytes),
        api_key_id: api_key.map(str::as_bytes),
        user_id: user.map(str::as_bytes),
        session_id: event.session.map(str::as_bytes),
        organization_id: organization.as_deref().map(str::as_bytes),
        target_kind: target_kind.map(str::as_bytes),
        target_id: target_id.as_deref().map(str::as_bytes),
        request_id: request.map(str::as_bytes),
        outcome: outcome.as_bytes(),
        reason: event.failed_because.map(str::as_bytes),
        personal: Some(&personal),
    };
    let mac = mac(key, &content.digest(at, &facts));
    tx.insert_later(
        "INSERT INTO events (id, name, at, actor_kind, actor_id, api_key_id, user_id, session_id, organization_id,
                             target_kind, target_id, request_id, outcome, reason, facts, ip, user_agent, salt, personal,
                             mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        params![
            id,
            event.name.text(),
            at,
            kind.text(),
            actor,
            api_key,
            user,
            event.session,
            organization,
            target_kind,
            target_id,
            request,
            outcome,
            event.failed_because,
            facts,
            ip,
            user_agent,
            salt.to_vec(),
            personal.to_vec(),
            mac.to_vec(),
        ],
    )
    .await
}

/// What an event was done to, by the area of its name and the ids among its facts.
fn target(
    name: Name,
    user: Option<&UserId>,
    organization: Option<&str>,
    facts: &serde_json::Value,
) -> Option<(&'static str, String)> {
    let area = name.text().split('.').next().unwrap_or_default();
    if area == "organization" {
        return organization.map(|it| ("organization", it.to_owned()));
    }
    let named = TARGETS.iter().find(|it| it.0 == area);
    let named = named.and_then(|(kind, fact)| Some((*kind, facts.get(fact)?.as_str()?.to_owned())));
    named
        .or_else(|| Some(("user", user?.to_string())))
        .or_else(|| Some(("organization", organization?.to_owned())))
}

/// Areas of names whose facts hold the id of what they are about.
const TARGETS: [(&str, &str); 6] = [
    ("api_key", "api_key_id"),
    ("webhook", "webhook_id"),
    ("role", "role_id"),
    ("passkey", "passkey_id"),
    ("key", "kid"),
    ("member", "user_id"),
];

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
            "SELECT e.id, e.name, e.at, e.actor_id, e.user_id, e.session_id, e.organization_id, e.outcome, e.reason, e.facts
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

/// The columns of [`Raw`], each as its bytes.
macro_rules! raw {
    ($engine:expr, $($rest:literal)+) => {
        match $engine {
            Engine::Sqlite => concat!(
                "SELECT CAST(id AS BLOB) AS id, CAST(name AS BLOB) AS name, CAST(at AS BLOB) AS at,
                        CAST(actor_kind AS BLOB) AS actor_kind, CAST(actor_id AS BLOB) AS actor_id,
                        CAST(api_key_id AS BLOB) AS api_key_id, CAST(user_id AS BLOB) AS user_id,
                        CAST(session_id AS BLOB) AS session_id, CAST(organization_id AS BLOB) AS organization_id,
                        CAST(target_kind AS BLOB) AS target_kind, CAST(target_id AS BLOB) AS target_id,
                        CAST(request_id AS BLOB) AS request_id, CAST(outcome AS BLOB) AS outcome,
                        CAST(reason AS BLOB) AS reason, CAST(facts AS BLOB) AS facts, CAST(ip AS BLOB) AS ip,
                        CAST(user_agent AS BLOB) AS user_agent, CAST(salt AS BLOB) AS salt,
                        CAST(personal AS BLOB) AS personal, CAST(mac AS BLOB) AS mac, CAST(erased AS BLOB) AS erased,
                        position, CAST(link AS BLOB) AS link FROM events AS e ",
                $($rest),+
            ),
            Engine::Postgres => concat!(
                "SELECT convert_to(id, 'UTF8') AS id, convert_to(name, 'UTF8') AS name,
                        convert_to(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"'), 'UTF8') AS at,
                        convert_to(actor_kind, 'UTF8') AS actor_kind, convert_to(actor_id, 'UTF8') AS actor_id,
                        convert_to(api_key_id, 'UTF8') AS api_key_id, convert_to(user_id, 'UTF8') AS user_id,
                        convert_to(session_id, 'UTF8') AS session_id,
                        convert_to(organization_id, 'UTF8') AS organization_id,
                        convert_to(target_kind, 'UTF8') AS target_kind, convert_to(target_id, 'UTF8') AS target_id,
                        convert_to(request_id, 'UTF8') AS request_id, convert_to(outcome, 'UTF8') AS outcome,
                        convert_to(reason, 'UTF8') AS reason, convert_to(facts::TEXT, 'UTF8') AS facts,
                        convert_to(ip, 'UTF8') AS ip, convert_to(user_agent, 'UTF8') AS user_agent, salt, personal, mac,
                        erased, position, link FROM events AS e ",
                $($rest),+
            ),
        }
    };
}

const HEAD: &str =
    "SELECT start_position, start_link, position, link, adopt_until, mac FROM audit_head WHERE id = 'head'";

pub(super) async fn head(mut db: Scoped<'_>) -> Result<Option<Head>> {
    db.fetch_optional(HEAD, params![]).await
}

/// The head, so that nobody else makes the chain longer until the transaction ends.
pub(super) async fn lock_head(mut tx: &mut Tx, engine: Engine) -> Result<Option<Head>> {
    let sql = match engine {
        Engine::Postgres => {
            "SELECT start_position, start_link, position, link, adopt_until, mac FROM audit_head WHERE id = 'head'
             FOR UPDATE"
        }
        // Its write transactions queue anyway.
        Engine::Sqlite => HEAD,
    };
    tx.fetch_optional(sql, params![]).await
}

/// Makes the head, unless there is one, or rows have places that one must have told of.
pub(super) async fn insert_head(mut tx: &mut Tx, head: &Head) -> Result<()> {
    tx.execute(
        "INSERT INTO audit_head (id, start_position, start_link, position, link, adopt_until, mac)
         SELECT 'head', $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM events WHERE position IS NOT NULL)
         ON CONFLICT (id) DO NOTHING",
        values_of(head),
    )
    .await
    .map(drop)
}

pub(super) async fn update_head(mut tx: &mut Tx, head: &Head) -> Result<()> {
    tx.execute(
        "UPDATE audit_head SET start_position = $1, start_link = $2, position = $3, link = $4, adopt_until = $5, mac = $6
         WHERE id = 'head'",
        values_of(head),
    )
    .await
    .map(drop)
}

fn values_of(head: &Head) -> Vec<crate::io::db::Value> {
    params![
        head.start_position,
        head.start_link.clone(),
        head.position,
        head.link.clone(),
        head.adopt_until,
        head.mac.clone(),
    ]
}

pub(super) async fn has_unchained(mut db: Scoped<'_>) -> Result<bool> {
    let sql = "SELECT id FROM events WHERE position IS NULL LIMIT 1";
    let found: Option<(String,)> = db.fetch_optional(sql, params![]).await?;
    Ok(found.is_some())
}

/// The oldest rows that have no place; those without a mac only while such are taken in.
pub(super) async fn unchained(mut tx: &mut Tx, engine: Engine, adopts: bool, most: i64) -> Result<Vec<Raw>> {
    let sql = raw!(
        engine,
        "WHERE position IS NULL AND (mac IS NOT NULL OR $1) ORDER BY e.at, e.id LIMIT $2"
    );
    tx.fetch_all(sql, params![adopts, most]).await
}

/// Gives rows their places; says how many took theirs.
pub(super) async fn place(mut tx: &mut Tx, places: &[(String, i64, Vec<u8>)]) -> Result<usize> {
    let mut sql = Sql::new("UPDATE events SET position = p.position, link = p.link FROM (");
    for (index, (id, position, link)) in places.iter().enumerate() {
        sql = sql.push(if index == 0 {
            "SELECT "
        } else {
            " UNION ALL SELECT "
        });
        sql = sql
            .bind(id)
            .push(" AS id, ")
            .bind(*position)
            .push(" AS position, ");
        sql = sql.bind(link.clone()).push(" AS link");
    }
    let sql = sql.push(") AS p WHERE events.id = p.id AND events.position IS NULL RETURNING events.id");
    let rows: Vec<(String,)> = tx.search(sql).await?;
    Ok(rows.len())
}

/// Writes what a row of an earlier version lacks.
pub(super) async fn adopt(mut tx: &mut Tx, row: &Raw) -> Result<()> {
    let text = |it: &Option<Vec<u8>>| it.as_deref().map(|it| String::from_utf8_lossy(it).into_owned());
    tx.execute(
        "UPDATE events SET organization_id = $2, actor_kind = $3, target_kind = $4, target_id = $5, salt = $6,
                           personal = $7, mac = $8 WHERE id = $1 AND mac IS NULL",
        params![
            row.id(),
            text(&row.organization_id),
            text(&row.actor_kind),
            text(&row.target_kind),
            text(&row.target_id),
            row.salt.clone(),
            row.personal.clone(),
            row.mac.clone(),
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn chained_after(
    mut db: Scoped<'_>,
    engine: Engine,
    position: i64,
    most: i64,
) -> Result<Vec<Raw>> {
    let sql = raw!(engine, "WHERE position > $1 ORDER BY position LIMIT $2");
    db.fetch_all(sql, params![position, most]).await
}

pub(super) async fn unchained_after(
    mut db: Scoped<'_>,
    engine: Engine,
    after: &str,
    most: i64,
) -> Result<Vec<Raw>> {
    let sql = raw!(
        engine,
        "WHERE position IS NULL AND e.id > $1 ORDER BY e.id LIMIT $2"
    );
    db.fetch_all(sql, params![after, most]).await
}

/// Rows that tell where somebody was: what they did, and what was tried on their account by nobody known.
pub(super) async fn personal_of(mut tx: &mut Tx, user: &UserId, most: i64) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx
        .fetch_all(
            "SELECT id FROM events WHERE (actor_id = $1 OR (user_id = $1 AND actor_id IS NULL)) AND salt IS NOT NULL
             LIMIT $2",
            params![user, most],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn erase(mut tx: &mut Tx, id: &str, proof: &Hash) -> Result<u64> {
    tx.execute(
        "UPDATE events SET ip = NULL, user_agent = NULL, salt = NULL, erased = $2 WHERE id = $1 AND salt IS NOT NULL",
        params![id, proof.to_vec()],
    )
    .await
}

/// Replaces the mac of a row, and the proof of its erasure if it has one by now.
pub(super) async fn renew(mut tx: &mut Tx, row: &Raw, mac: &Hash, proof: &Hash) -> Result<u64> {
    tx.execute(
        "UPDATE events SET mac = $3, erased = CASE WHEN erased IS NULL THEN NULL ELSE $4 END WHERE id = $1 AND mac = $2",
        params![row.id(), row.mac.clone(), mac.to_vec(), proof.to_vec()],
    )
    .await
}

pub(super) async fn prune(mut tx: &mut Tx, position: i64, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE position <= $1 ORDER BY position LIMIT $2)",
        params![position, most],
    )
    .await
}
