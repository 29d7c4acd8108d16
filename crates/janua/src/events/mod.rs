//! What happened, and who did it: one row a fact, written in the transaction of what it records.

mod catalogue;
pub mod feed;
mod store;

pub use catalogue::Name;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::ids::{ApiKeyId, UserId};
use crate::io::db::Tx;
use crate::io::random::Random;

/// A fact to record.
#[derive(Debug)]
pub struct Event<'a> {
    name: Name,
    actor: Option<&'a UserId>,
    user: Option<&'a UserId>,
    session: Option<&'a str>,
    client: Option<&'a Client>,
    failed_because: Option<&'a str>,
    api_key: Option<&'a ApiKeyId>,
    facts: Value,
}

impl<'a> Event<'a> {
    /// Something that a person did to their own account.
    pub fn by(name: Name, user: &'a UserId, client: &'a Client) -> Self {
        Self {
            actor: Some(user),
            client: Some(client),
            ..Self::about(name, Some(user))
        }
    }

    /// Something that an administrator did, to somebody's account or to the platform.
    pub fn of_admin(name: Name, admin: &'a UserId, user: Option<&'a UserId>, client: &'a Client) -> Self {
        Self {
            actor: Some(admin),
            client: Some(client),
            ..Self::about(name, user)
        }
    }

    /// Something that somebody, or a program, did.
    pub fn of(name: Name, actor: Option<&'a UserId>, user: Option<&'a UserId>, client: &'a Client) -> Self {
        Self {
            actor,
            client: Some(client),
            ..Self::about(name, user)
        }
    }

    /// The API key that was used for it.
    #[must_use]
    pub fn with_key(self, api_key: Option<&'a ApiKeyId>) -> Self {
        Self { api_key, ..self }
    }

    /// Something that happened to an account, or to nobody's.
    pub fn about(name: Name, user: Option<&'a UserId>) -> Self {
        Self {
            name,
            actor: None,
            user,
            session: None,
            client: None,
            failed_because: None,
            api_key: None,
            facts: json!({}),
        }
    }

    /// Who asked.
    #[must_use]
    pub fn from(self, client: &'a Client) -> Self {
        Self {
            client: Some(client),
            ..self
        }
    }

    /// The session that it belongs to.
    #[must_use]
    pub fn in_session(self, session: &'a str) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    /// It was tried and refused.
    #[must_use]
    pub fn failed(self, because: &'a str) -> Self {
        Self {
            failed_because: Some(because),
            ..self
        }
    }

    /// More to know; never a secret.
    #[must_use]
    pub fn knowing(self, facts: Value) -> Self {
        Self { facts, ..self }
    }
}

/// Records a fact. It commits with what it tells of.
///
/// # Errors
/// When the database fails.
pub async fn record(app: &App, tx: &mut Tx, event: Event<'_>) -> Result<()> {
    let id = insert(tx, &app.random, app.clock.now(), event).await?;
    if app.listening.anybody() {
        store::feed(tx, &id).await?;
        tx.wake_after_commit(&app.events_wait);
    }
    Ok(())
}

/// Records a fact before there is an `App`: at start-up.
///
/// # Errors
/// When the database fails.
pub async fn record_at(tx: &mut Tx, random: &Random, now: DateTime<Utc>, event: Event<'_>) -> Result<()> {
    let id = insert(tx, random, now, event).await?;
    // Whether anybody listens is not known yet.
    store::feed(tx, &id).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, random: &Random, now: DateTime<Utc>, event: Event<'_>) -> Result<String> {
    let id = random.id(now).to_string();
    store::insert(tx, &id, now, event).await?;
    Ok(id)
}
