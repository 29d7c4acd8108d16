//! The level of the log, changed while Janua runs: on every instance within seconds, until it is changed back.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Settings, announce, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Invalid, Result};
use crate::events::{self, Event, Name};
use crate::logging;
use crate::users::UserId;

pub(super) const KEY: &str = "log_level";

/// The longest text of filters, in bytes.
const LONGEST: usize = 500;

/// A level in the words of `LOG_LEVEL` that was found to be one.
#[derive(Debug)]
pub struct Level(String);

impl Level {
    /// Reads a level, such as `debug` or `info,janua::http=trace`, in any case.
    ///
    /// # Errors
    /// `INVALID_FIELD` with what is wrong about it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refused = |reason: String| Invalid::new(Code::InvalidField, reason);
        if text.len() > LONGEST {
            return Err(refused(format!("the level is longer than {LONGEST} bytes")));
        }
        logging::check(text).map_err(refused)?;
        Ok(Self(text.trim().to_lowercase()))
    }
}

pub(super) fn stored(value: &Value) -> Option<String> {
    value["level"].as_str().map(str::to_owned)
}

/// Changes what is logged; `None` goes back to `LOG_LEVEL`.
///
/// # Errors
/// When the database fails.
pub async fn change(
    app: &App,
    client: &Client,
    admin: &UserId,
    level: Option<Level>,
) -> Result<Arc<Settings>> {
    let value = json!({"level": level.map(|it| it.0)});
    let mut tx = app.db.begin().await?;
    store::write(&mut tx, KEY, value.clone(), app.clock.now()).await?;
    let event = Event::of_admin(Name::LogLevelChanged, admin, None, client).knowing(value);
    events::record(app, &mut tx, event).await?;
    tx.commit().await?;
    announce(app).await
}

/// Lets the log of this process follow, after the settings were read.
pub(super) fn follow(app: &App, level: Option<&str>) {
    let level = level.unwrap_or(&app.config.logging.level);
    if let Err(error) = app.set_log_level(level) {
        tracing::warn!(error, "the log level of the settings could not be taken over");
    }
}
