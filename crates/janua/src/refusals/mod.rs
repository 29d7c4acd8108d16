//! Requests that were refused and why, kept for a week within a bound: what `explain` answers from.
//!
//! What always holds: nothing here is a secret or what somebody sent; rows about a person go with their account; and no
//! request waits for any of it to be written.

mod store;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::app::App;
use crate::error::Result;
use crate::io::db::DbError;
use crate::portable::Portable;
use crate::refused::Refused;
use crate::users::UserId;

/// How long refusals are gathered before they are written.
const GATHERED: Duration = Duration::from_secs(1);

/// So many are written in one transaction.
const BATCH: usize = 64;

/// So many of a storm are among them: then others want to write, too, and are not to wait.
const BATCH_OF_STORMS: usize = 16;

/// How often a batch is tried whose people are deleted meanwhile.
const TRIES: u32 = 3;

/// A refusal as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// When.
    pub at: DateTime<Utc>,
    /// Of which request.
    pub request_id: String,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The template of its path.
    pub route: String,
    /// What the person was told.
    pub code: String,
    /// The status of the answer.
    pub status: i64,
    /// What was true, where that is more.
    pub truth: Option<String>,
    /// What the rule went by.
    pub inputs: Value,
    /// Whose account it concerns.
    pub user_id: Option<String>,
    /// In which session.
    pub session_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// By which browser or program.
    pub user_agent: Option<String>,
}

/// Writes refusals as they come, a batch a second at most.
pub async fn work(app: App) {
    let mut is_told = false;
    loop {
        app.refused.wakes.notified().await;
        tokio::time::sleep(GATHERED).await;
        loop {
            match write_next(&app).await {
                Ok(true) => is_told = false,
                Ok(false) => break,
                // A database that is away is away for a while.
                Err(_) if is_told => {}
                Err(error) => {
                    is_told = true;
                    tracing::warn!(%error, "refused requests could not be written down");
                }
            }
            tokio::time::sleep(GATHERED).await;
        }
    }
}

/// Writes whatever waits, for whoever asks now.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App) -> Result<()> {
    while write_next(app).await? {}
    Ok(())
}

/// Writes the oldest of those that wait; `false` when none does. One at a time, so that whoever finds none waiting finds
/// them written. While the database is away they go on waiting.
async fn write_next(app: &App) -> Result<bool> {
    let _turn = app.refused.turn.lock().await;
    let mut rows = app.refused.take(BATCH, BATCH_OF_STORMS);
    if rows.is_empty() {
        return Ok(false);
    }
    let count = rows.len();
    if let Err(error) = write(app, &mut rows).await {
        // What can never be written must not stand in the way of the rest.
        let lost = if error.is_unavailable() {
            app.refused.put_back(rows)
        } else {
            count
        };
        app.metrics.refusals_forgotten(lost);
        return Err(error.into());
    }
    // After so many rows that the table gets but little longer than it may.
    let most = app.config.explain.most_rows;
    if app.refused.has_written(count, most as usize / 16) {
        store::prune(&app.db, i64::from(most)).await?;
    }
    Ok(true)
}

async fn write(app: &App, rows: &mut [Refused]) -> Result<(), DbError> {
    for tries in 1.. {
        let mut tx = app.db.begin().await?;
        let done = async {
            let people = store::people(&mut tx, rows).await?;
            for row in &mut *rows {
                if row.user.as_ref().is_some_and(|it| !people.contains(it)) {
                    row.forget_person();
                }
                let id = app.random.id(row.at).to_string();
                store::insert(&mut tx, &id, row).await?;
            }
            tx.commit().await
        };
        match done.await {
            Err(DbError::ForeignKey(_)) if tries < TRIES => {}
            done => return done,
        }
    }
    Ok(())
}

/// Forgets what is too old, and the oldest of what is too much.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<u64> {
    let explain = &app.config.explain;
    let kept = explain.retention.unwrap_or_default();
    let old = store::forget_before(&app.db, app.clock.now() - kept).await?;
    Ok(old + store::prune(&app.db, i64::from(explain.most_rows)).await?)
}

/// What was refused of a request, in order.
///
/// # Errors
/// When the database fails.
pub async fn of_request(app: &App, request_id: &str, most: u32) -> Result<Vec<Row>> {
    Ok(store::of_request(&app.db, request_id, i64::from(most)).await?)
}

/// What was refused of a person, or of whoever tried an address that nobody has; the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(app: &App, user: Option<&UserId>, subject: &str, most: u32) -> Result<Vec<Row>> {
    Ok(match user {
        Some(user) => store::of_user(&app.db, user, i64::from(most)).await?,
        None => store::of_subject(&app.db, subject, i64::from(most)).await?,
    })
}

/// Refused requests of somebody.
///
/// # Errors
/// When the database fails.
pub async fn portable(app: &App, user: &UserId, after: &str) -> Result<Vec<Portable>> {
    if after.is_empty() {
        settle(app).await?;
    }
    store::portable(&app.db, user, after).await
}
