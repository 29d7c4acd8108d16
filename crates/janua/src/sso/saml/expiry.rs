//! Certificates of providers whose time is nearly over: people are told, so that nobody finds out by not getting in.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::organizations::members;
use crate::outbox::{self, Kind};
use crate::roles::check;
use crate::sso::store::Ending;
use crate::sso::{lookup, store};
use crate::users;

/// At how many days before the end people are told.
const STAGES: [i64; 3] = [7, 30, 60];

/// How long before the end the first warning comes.
pub const FIRST_WARNING: TimeDelta = TimeDelta::days(STAGES[STAGES.len() - 1]);

/// The stage that a certificate has come to.
fn stage(ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    STAGES
        .into_iter()
        .find(|days| ends_at - now <= TimeDelta::days(*days))
}

/// Tells the owners of organizations whose provider's last certificate comes to an end, once at each stage.
///
/// # Errors
/// When the database fails.
pub async fn warn(app: &App) -> Result<()> {
    let now = app.clock.now();
    let until = now + FIRST_WARNING;
    for ending in lookup::certificates_ending(app, until).await? {
        let due = stage(ending.certificates_end_at, now);
        let due = due.filter(|stage| ending.told_days_left.is_none_or(|told| told > *stage));
        if let Some(stage) = due
            && let Err(error) = tell(app, &ending, stage).await
        {
            tracing::error!(%error, connection_id = %ending.id, "nobody could be told of a certificate");
        }
    }
    Ok(())
}

async fn tell(app: &App, ending: &Ending, stage: i64) -> Result<()> {
    let tenant = lookup::tenant_of(ending);
    let mut tx = tenant.begin(app).await?;
    check::lock(app, &mut tx, &tenant).await?;
    if !store::note_told(&mut tx, &tenant, ending, stage).await? {
        return Ok(());
    }
    let days = (ending.certificates_end_at - app.clock.now()).num_days().max(0);
    tracing::warn!(connection_id = %ending.id, days, "the certificate of an identity provider comes to its end");
    let id = format!("worker_{}", hex::encode(app.random.bytes::<8>()));
    let client = Client::of_worker(id, app.config.mail.default_locale.clone());
    let facts = json!({"organization": ending.organization, "provider": ending.name, "days": days,
        "expires_at": ending.certificates_end_at});
    for owner in members::owners(&mut tx, &tenant).await? {
        if let Some(user) = users::find(&mut tx, &owner).await? {
            outbox::promise_with(
                app,
                &mut tx,
                Kind::SsoCertificateEnding,
                &user,
                &client,
                facts.clone(),
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// When the first of all connections has no certificate left that says it counts.
///
/// # Errors
/// When the database fails.
pub async fn next_end(app: &App) -> Result<Option<DateTime<Utc>>> {
    lookup::next_certificate_end(app).await
}
