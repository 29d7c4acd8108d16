//! The platform in a few figures.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::sessions;

/// How far back sign-ins are counted.
const DAY: TimeDelta = TimeDelta::hours(24);

/// The platform in a few figures.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Statistics {
    /// Accounts.
    pub users: AccountFigures,
    /// Sessions that are alive.
    pub live_sessions: i64,
    /// Mails.
    pub mails: MailFigures,
    /// Of the last 24 hours.
    pub last_day: LastDayFigures,
}

/// Accounts by state; an account may count in several.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct AccountFigures {
    /// All of them.
    pub total: i64,
    /// With a verified address.
    pub verified: i64,
    /// Suspended by an administrator.
    pub suspended: i64,
    /// Locked by failed sign-ins.
    pub locked: i64,
    /// Administrators of the platform.
    pub administrators: i64,
}

/// Mails by state.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct MailFigures {
    /// To be sent.
    pub waiting: i64,
    /// Given up.
    pub failed: i64,
}

/// What happened in the last 24 hours.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct LastDayFigures {
    /// Sign-ins.
    pub sign_ins: i64,
    /// Tries to sign in that were refused.
    pub failed_sign_ins: i64,
    /// Accounts that were made.
    pub registrations: i64,
}

/// Counts.
///
/// # Errors
/// When the database fails.
pub async fn statistics(app: &App) -> Result<Statistics> {
    let now = app.clock.now();
    Ok(Statistics {
        users: store::people(&app.db, now).await?,
        live_sessions: sessions::count_live(app).await?,
        mails: store::mails(&app.db).await?,
        last_day: store::events_since(&app.db, now - DAY).await?,
    })
}
