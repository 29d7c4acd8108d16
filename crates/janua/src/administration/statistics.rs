//! The platform in a few figures.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::io::db::Scope;
use crate::sessions;

/// The platform in a few figures.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Statistics {
    /// Accounts.
    pub users: AccountFigures,
    /// What accounts are protected with.
    pub factors: FactorFigures,
    /// Organizations and their people.
    pub organizations: OrganizationFigures,
    /// API keys that work.
    pub api_keys: i64,
    /// Webhooks.
    pub webhooks: WebhookFigures,
    /// Sessions that are alive.
    pub live_sessions: i64,
    /// Mails.
    pub mails: MailFigures,
    /// Of the last 24 hours.
    pub last_day: PeriodFigures,
    /// Of the last 7 days.
    pub last_week: PeriodFigures,
    /// Of the last 30 days.
    pub last_month: PeriodFigures,
}

/// Accounts by what they are protected with; an account may count in several.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct FactorFigures {
    /// With an authenticator app.
    pub totp: i64,
    /// With codes by SMS.
    pub sms: i64,
    /// With a passkey.
    pub passkeys: i64,
    /// With any of them.
    pub any: i64,
}

/// Organizations and their people.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct OrganizationFigures {
    /// Those that were not deleted.
    pub total: i64,
    /// Suspended by an administrator.
    pub suspended: i64,
    /// Deleted, and for a while to be restored.
    pub deleted: i64,
    /// Memberships in all of them; a person may have several.
    pub members: i64,
}

/// Webhooks by state.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct WebhookFigures {
    /// All of them.
    pub total: i64,
    /// Whose last delivery failed, and that go on trying.
    pub failing: i64,
    /// Turned off, by hand or after days of failure.
    pub disabled: i64,
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

/// What happened in a time that ends now.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::FromRow)]
pub struct PeriodFigures {
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
    // Of all organizations, but only counted.
    let all = || app.db.within(Scope::Platform);
    let period = |days| store::events_since(all(), now - TimeDelta::days(days));
    Ok(Statistics {
        users: store::people(&app.db, now).await?,
        factors: store::factors(&app.db).await?,
        organizations: store::organizations(all()).await?,
        api_keys: store::api_keys(all(), now).await?,
        webhooks: store::webhooks(all()).await?,
        live_sessions: sessions::count_live(app).await?,
        mails: store::mails(&app.db).await?,
        last_day: period(1).await?,
        last_week: period(7).await?,
        last_month: period(30).await?,
    })
}
