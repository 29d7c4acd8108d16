//! Maintenance: only administrators are served, so that an operator can work on what users would stand on.
//!
//! Three places hold the rule: `http::maintenance` refuses requests, `sessions::start` refuses sessions to everybody
//! else, and a refresh refuses them tokens. The ways in stay open, for administrators must get in to end it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Settings, announce, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::users::UserId;

pub(super) const KEY: &str = "maintenance";

/// Seconds after which a refused client may ask again.
const RETRY_AFTER: u64 = 30;

/// The longest message, in characters.
const LONGEST: usize = 300;

/// Only administrators are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// What everybody else is told, in the words of the operator.
    pub message: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Maintenance {
    pub(super) fn stored(value: &Value, changed_at: DateTime<Utc>) -> Option<Self> {
        let message = value["message"].as_str().map(str::to_owned);
        (value["enabled"] == true).then_some(Self {
            message,
            since: changed_at,
        })
    }

    /// What everybody but administrators is told.
    pub fn refusal(&self) -> Error {
        let refusal = Error::new(Code::Maintenance).retry_after(RETRY_AFTER);
        match &self.message {
            Some(message) => refusal.says(message.clone()),
            None => refusal,
        }
    }
}

/// What refused clients are to be told.
///
/// # Errors
/// `INVALID_FIELD` when it is too long, or not one line of text.
pub fn check_message(message: &str) -> Result<Option<String>, Invalid> {
    let message = message.trim();
    if message.chars().count() > LONGEST || message.chars().any(char::is_control) {
        let reason = format!("the message must be one line of at most {LONGEST} characters");
        return Err(Invalid::new(Code::InvalidField, reason));
    }
    Ok((!message.is_empty()).then(|| message.to_owned()))
}

/// Begins maintenance, or changes its message.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    app: &App,
    client: &Client,
    admin: &UserId,
    message: Option<String>,
) -> Result<Arc<Settings>> {
    let value = json!({"enabled": true, "message": message});
    change(app, client, admin, Name::MaintenanceBegun, value).await
}

/// Ends maintenance.
///
/// # Errors
/// When the database fails.
pub async fn end(app: &App, client: &Client, admin: &UserId) -> Result<Arc<Settings>> {
    change(
        app,
        client,
        admin,
        Name::MaintenanceEnded,
        json!({"enabled": false}),
    )
    .await
}

async fn change(
    app: &App,
    client: &Client,
    admin: &UserId,
    name: Name,
    value: Value,
) -> Result<Arc<Settings>> {
    let mut tx = app.db.begin().await?;
    store::write(&mut tx, KEY, value.clone(), app.clock.now()).await?;
    let event = Event::of_admin(name, admin, None, client).knowing(value);
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    tracing::warn!(user_id = %admin, what = name.text(), "maintenance was switched");
    announce(app).await
}

/// Refuses somebody who is not an administrator while there is maintenance.
///
/// # Errors
/// `MAINTENANCE`.
pub fn refuse_unless_admin(app: &App, is_admin: bool) -> Result<()> {
    match &app.settings.latest().maintenance {
        Some(maintenance) if !is_admin => Err(maintenance.refusal()),
        _ => Ok(()),
    }
}
