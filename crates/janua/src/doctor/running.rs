//! What only an installation that could start can tell: what is sealed, what waits, and the services it talks to.

use chrono::{DateTime, Utc};

use super::{Diagnosis, Finding};
use crate::app::App;
use crate::sso::saml::expiry::FIRST_WARNING;
use crate::{outbox, sealing, sso, users};

/// The most connections whose providers are asked.
const MOST_PROVIDERS: i64 = 50;

/// Why a server cannot start although its parts are there.
pub(super) fn cannot_start(why: String) -> Finding {
    let is_sealed = why.contains("JANUA_MASTER_KEY") || why.contains("sealed");
    let diagnosis = if is_sealed {
        Diagnosis::SealedByAnotherKey
    } else {
        Diagnosis::CannotStart
    };
    Finding::new(diagnosis, why)
}

pub(super) async fn examine(app: &App) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Err(why) = sealing::check(app).await {
        found.push(Finding::new(Diagnosis::SealedByAnotherKey, why));
    }
    if let Ok(count @ 1..) = outbox::given_up(app).await {
        let cause = format!("{count} mails were given up");
        found.push(Finding::new(Diagnosis::MailsGivenUp, cause));
    }
    if let Some(Err(why)) = app.texter.check().await {
        found.push(Finding::new(Diagnosis::SmsRefused, why));
    }
    if let Ok(false) = users::admin::exists(app).await {
        found.push(Finding::new(
            Diagnosis::NoAdministrator,
            "no account is one of an administrator",
        ));
    }
    found.extend(single_sign_on(app).await);
    found
}

async fn single_sign_on(app: &App) -> Vec<Finding> {
    let Ok(connections) = sso::enabled(app, MOST_PROVIDERS).await else {
        return Vec::new();
    };
    if connections.is_empty() {
        return Vec::new();
    }
    if app.config.sso.relay_state_secret.is_none() {
        let cause = format!(
            "{} connections are enabled, and SSO_RELAY_STATE_SECRET is not set",
            connections.len()
        );
        return vec![Finding::new(Diagnosis::SsoSecretMissing, cause)];
    }
    let mut found = Vec::new();
    for it in &connections {
        found.extend(of_saml(it, app.clock.now()));
    }
    let asked = connections.iter().map(async |it| {
        let failed = sso::reach(app, it).await.err()?;
        let why = failed.cause().unwrap_or_default();
        let cause = format!("{} ({}): {why}", it.name, it.id);
        Some(Finding::new(Diagnosis::ProviderAway, cause))
    });
    let answers = futures_util::future::join_all(asked).await;
    found.extend(answers.into_iter().flatten());
    found
}

/// What a connection of SAML tells without being asked.
fn of_saml(it: &sso::Connection, now: DateTime<Utc>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(end) = it.certificates_end_at()
        && end - now <= FIRST_WARNING
    {
        let (days, name, id) = ((end - now).num_days(), &it.name, &it.id);
        let cause = if end <= now {
            format!("{name} ({id}): the last certificate ended {} days ago", -days)
        } else {
            format!("{name} ({id}): the last certificate ends in {days} days")
        };
        found.push(Finding::new(Diagnosis::ProviderCertificateEnds, cause));
    }
    if let Some(why) = it
        .settings
        .saml
        .as_ref()
        .and_then(|it| it.metadata_trouble.as_ref())
    {
        let cause = format!("{} ({}): {why}", it.name, it.id);
        found.push(Finding::new(Diagnosis::ProviderMetadata, cause));
    }
    found
}
