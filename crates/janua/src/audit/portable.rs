//! What the log holds of one person, for them to take along.

use serde_json::Value;

use super::export::Line;
use super::store::{self, Part};
use super::{Cursor, Entry, Reach};
use crate::app::App;
use crate::error::Result;
use crate::ids::UserId;
use crate::portable::{self, PAGE, Portable};

/// What happened to somebody's account, whoever did it. Where others were when they did it is not told.
///
/// # Errors
/// When the database fails.
pub async fn about(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    let page = page(app, user, Part::About, after).await?;
    let others = |it: &Entry| it.actor_id.as_deref().is_some_and(|it| it != user.as_str());
    let rows = page.into_iter().map(|it| {
        written(if others(&it) {
            Entry {
                ip: None,
                user_agent: None,
                ..it
            }
        } else {
            it
        })
    });
    rows.collect()
}

/// What somebody did beside that. What is known of others is theirs.
///
/// # Errors
/// When the database fails.
pub async fn by(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    let page = page(app, user, Part::By, after).await?;
    let rows = page.into_iter().map(|it| {
        written(Entry {
            facts: Value::Null,
            ..it
        })
    });
    rows.collect()
}

async fn page(app: &App, user: &UserId, part: Part, after: &str) -> Result<Vec<Entry>> {
    let after = Cursor::parse(after);
    let db = Reach::Everything.reads(app);
    Ok(store::of_person(db, user, part, after.as_ref(), PAGE).await?)
}

fn written(entry: Entry) -> Result<Portable> {
    portable::row(Cursor::of(&entry).text(), &Line::of(&entry))
}
