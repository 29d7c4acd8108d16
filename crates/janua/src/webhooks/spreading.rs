//! From an event to deliveries: one for each endpoint that wants it, in the transaction that takes the event.

use serde_json::{Value, json};

use super::grant::{begin_for_everybody, everybodys};
use super::{Endpoint, store};
use crate::app::App;
use crate::error::Result;
use crate::events::feed::{self, Fact};
use crate::users::profile::rfc3339;

/// The version of the bodies. It changes only when receivers would have to.
const API_VERSION: &str = "v1";

/// Events that are taken in one transaction.
const BATCH: i64 = 100;

/// Makes deliveries of all events that wait, and notes whether anybody listens at all.
///
/// # Errors
/// When the database fails; what was taken is taken again.
pub(super) async fn spread(app: &App) -> Result<()> {
    let noted = app.listening.changes();
    app.listening
        .learn(noted, store::has_listeners(everybodys(&app.db)).await?);
    while feed::is_fed(app).await? {
        let mut tx = begin_for_everybody(app).await?;
        let facts = feed::take(app, &mut tx, BATCH).await?;
        if facts.is_empty() {
            // Somebody else holds them.
            return Ok(());
        }
        let listeners = store::listeners(&mut tx).await?;
        let now = app.clock.now();
        for fact in &facts {
            for endpoint in listeners.iter().filter(|it| concerns(it, fact)) {
                let id = app.random.id(now).to_string();
                let event = Message::of(fact);
                store::insert_delivery(&mut tx, &id, endpoint, &event, fact.at, now).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Whether an endpoint is to be told: it wants the event, and the event is its owner's.
fn concerns(endpoint: &Endpoint, fact: &Fact) -> bool {
    let is_theirs = endpoint
        .organization_id
        .as_ref()
        .is_none_or(|own| fact.organization().as_ref() == Some(own));
    is_theirs && endpoint.subscription().wants(&fact.name)
}

/// What is sent: the same in every try.
#[derive(Debug)]
pub(super) struct Message {
    /// `evt_…`
    pub(super) id: String,
    /// `area.action`
    pub(super) kind: String,
    /// The JSON text.
    pub(super) body: String,
}

impl Message {
    /// The message that tells of a fact. It holds ids and what is known besides; where the person was is not passed on.
    pub(super) fn of(fact: &Fact) -> Self {
        let data = json!({
            "actor_id": fact.actor_id,
            "user_id": fact.user_id,
            "session_id": fact.session_id,
            "organization_id": fact.organization(),
            "outcome": fact.outcome,
            "reason": fact.reason,
            "facts": fact.facts,
        });
        Self::new(&fact.id, &fact.name, &rfc3339(fact.at), &data)
    }

    /// A message of any kind.
    pub(super) fn new(id: &str, kind: &str, created_at: &str, data: &Value) -> Self {
        let id = format!("evt_{id}");
        let body = json!({
            "id": id, "type": kind, "created_at": created_at, "api_version": API_VERSION, "data": data,
        });
        Self {
            body: body.to_string(),
            id,
            kind: kind.to_owned(),
        }
    }
}
