//! What happened, and who did it: one row a fact, written in the transaction of what it records.

mod catalogue;
pub mod chain;
pub mod evidence;
pub mod feed;
mod store;

pub use catalogue::Name;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::crypto::root::Key32;
use crate::error::Result;
use crate::ids::{ApiKeyId, OrganizationId, UserId};
use crate::io::db::Tx;
use crate::io::random::Random;

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Somebody who was signed in, or who has just proven who they are.
    User,
    /// An administrator of the platform, acting as one.
    Admin,
    /// A program with an API key.
    ApiKey,
    /// An operator at the command line.
    Operator,
    /// Somebody whom we do not know.
    Anonymous,
    /// Janua itself.
    System,
}

impl ActorKind {
    /// As it is stored.
    pub const fn text(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::ApiKey => "api_key",
            Self::Operator => "operator",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }
}

/// A fact to record.
#[derive(Debug)]
pub struct Event<'a> {
    name: Name,
    /// Where it does not follow from who the actor is.
    kind: Option<ActorKind>,
    actor: Option<&'a UserId>,
    user: Option<&'a UserId>,
    session: Option<&'a str>,
    client: Option<&'a Client>,
    failed_because: Option<&'a str>,
    api_key: Option<&'a ApiKeyId>,
    organization: Option<&'a OrganizationId>,
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
            kind: Some(ActorKind::Admin),
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

    /// Something that an operator did at the command line.
    pub fn by_operator(name: Name, user: Option<&'a UserId>, client: &'a Client) -> Self {
        Self {
            kind: Some(ActorKind::Operator),
            client: Some(client),
            facts: json!({"by": "operator"}),
            ..Self::about(name, user)
        }
    }

    /// The organization that it concerns. Without this it is the one among the facts, if there is one.
    #[must_use]
    pub fn in_organization(self, organization: &'a OrganizationId) -> Self {
        Self {
            organization: Some(organization),
            ..self
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
            kind: None,
            actor: None,
            user,
            session: None,
            client: None,
            failed_because: None,
            api_key: None,
            organization: None,
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

    /// Another fact of the same actor about the same account, from the same place.
    #[must_use]
    pub fn likewise(&self, name: Name) -> Self {
        Self {
            name,
            failed_because: None,
            facts: json!({}),
            ..*self
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
    let id = insert(tx, &app.random, &app.keys.audit, app.clock.now(), event).await?;
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
pub async fn record_at(
    tx: &mut Tx,
    random: &Random,
    key: &Key32,
    now: DateTime<Utc>,
    event: Event<'_>,
) -> Result<()> {
    let id = insert(tx, random, key, now, event).await?;
    // Whether anybody listens is not known yet.
    store::feed(tx, &id).await?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    random: &Random,
    key: &Key32,
    now: DateTime<Utc>,
    event: Event<'_>,
) -> Result<String> {
    let id = random.id(now).to_string();
    store::insert(tx, &id, chain::rounded(now), key, random.bytes(), event).await?;
    Ok(id)
}
