//! The list of every background job, as `http::router` is of every route.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::JoinSet;

use crate::app::App;
use crate::{
    api_keys, audit, authentication, domains, emails, invitations, lockout, magic_links, one_time,
    organizations, outbox, passkeys, refusals, sealing, sessions, sms, social, sso, tokens, trusted_devices,
    webhooks,
};

/// How often the outbox is looked at without being told: for mails whose pause is over, and for those of instances
/// that died.
const MAIL_ROUND: Duration = Duration::from_secs(5);

/// How often Redis is asked for a sign of life.
const REDIS_ROUND: Duration = Duration::from_secs(5);

/// How often the signing keys are read again, and rotated where that is due: well within what an instance may be behind.
const KEY_ROUND: Duration = Duration::from_secs(15);

/// How often it is written when API keys were last used.
const KEY_USE_ROUND: Duration = Duration::from_secs(15);

/// How often what has happened gets its place in the audit log.
const AUDIT_ROUND: Duration = Duration::from_secs(5);

/// How often support access is looked at whose time is over: it counts no more in any case, this only records the end.
const IMPERSONATION_ROUND: Duration = Duration::from_secs(15);

/// How often what is over is forgotten.
const SWEEP_ROUND: Duration = Duration::from_secs(3600);

/// How long settled mails are kept.
const MAILS_KEPT: TimeDelta = TimeDelta::days(30);

/// Starts every job; they end when the set is dropped.
pub fn start(app: &App) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(mail(app.clone()));
    jobs.spawn(webhooks::work(app.clone()));
    jobs.spawn(domains::work(app.clone()));
    jobs.spawn(sso::saml::refreshing::work(app.clone()));
    jobs.spawn(audit_log(app.clone()));
    jobs.spawn(keys(app.clone()));
    jobs.spawn(sweep(app.clone()));
    jobs.spawn(uses_of_keys(app.clone()));
    jobs.spawn(impersonations(app.clone()));
    jobs.spawn(refusals::work(app.clone()));
    if app.config.redis.url.is_some() {
        jobs.spawn(watch_redis(app.clone()));
    }
    jobs
}

async fn mail(app: App) {
    loop {
        if let Err(error) = emails::deliver_due(&app).await {
            tracing::error!(%error, "the outbox could not be read");
        }
        // Woken by the next promise, or after a round.
        let _ = tokio::time::timeout(MAIL_ROUND, app.mail_waits.notified()).await;
    }
}

/// Brings keys and sealed values in line with the settings once, then keeps the signing keys in their rhythm.
async fn keys(app: App) {
    let mut settled = false;
    loop {
        if !settled {
            settled = settle(&app).await;
        }
        if let Err(error) = tokens::keys::round(&app).await {
            tracing::error!(%error, "the signing keys could not be looked after");
        }
        tokio::time::sleep(KEY_ROUND).await;
    }
}

async fn settle(app: &App) -> bool {
    let done = async {
        tokens::keys::settle(app).await?;
        sealing::reseal(app, None).await?;
        audit::renew(app).await
    };
    done.await
        .inspect_err(|error| tracing::error!(%error, "keys could not be brought in line with the settings"))
        .is_ok()
}

async fn audit_log(app: App) {
    loop {
        if let Err(error) = audit::keep(&app).await {
            tracing::error!(%error, "the audit log could not be chained");
        }
        tokio::time::sleep(AUDIT_ROUND).await;
    }
}

async fn uses_of_keys(app: App) {
    loop {
        tokio::time::sleep(KEY_USE_ROUND).await;
        if let Err(error) = api_keys::note_uses(&app).await {
            tracing::warn!(%error, "the last use of API keys could not be noted");
        }
    }
}

async fn impersonations(app: App) {
    loop {
        tokio::time::sleep(IMPERSONATION_ROUND).await;
        if let Err(error) = sessions::impersonation::end_over(&app).await {
            tracing::error!(%error, "support access could not be ended");
        }
    }
}

/// Notices that Redis is back before a request has to: while the breaker is open nobody else asks.
async fn watch_redis(app: App) {
    loop {
        // The outcome is the breaker's business.
        let _ = app.cache.ping(app.clock.now_millis()).await;
        tokio::time::sleep(REDIS_ROUND).await;
    }
}

async fn sweep(app: App) {
    loop {
        tokio::time::sleep(SWEEP_ROUND).await;
        forget(&app).await;
    }
}

/// Forgets what is over. Each part stands for itself: one that fails does not keep the others.
pub async fn forget(app: &App) {
    let before = app.clock.now() - MAILS_KEPT;
    let swept = [
        ("refresh tokens", tokens::sweep(app).await),
        ("sessions", sessions::sweep(app).await),
        ("one-time secrets", one_time::sweep(app).await),
        ("ended API keys", api_keys::sweep(app).await),
        ("questions to passkeys", passkeys::sweep(app).await),
        ("sign-ins by mail", magic_links::sweep(app).await),
        ("codes by SMS", sms::sweep(app).await),
        ("ways to other providers", social::sweep(app).await),
        ("ways to identity providers", sso::sweep(app).await),
        ("links to set connections up", sso::setup::sweep(app).await),
        ("sign-ins at identity providers", sso::logins::sweep(app).await),
        ("trusted devices", trusted_devices::sweep(app).await),
        (
            "sign-ins that owe a second factor",
            authentication::sweep(app).await,
        ),
        ("failed sign-ins", lockout::sweep(app).await),
        (
            "organizations without members",
            organizations::departure::sweep(app).await,
        ),
        ("deleted organizations", organizations::deletion::sweep(app).await),
        ("invitations", invitations::sweep(app).await),
        ("settled mails", outbox::sweep(app, before).await),
        ("deliveries of webhooks", webhooks::sweep(app).await),
        ("old entries of the audit log", audit::sweep(app).await),
        ("refused requests", refusals::sweep(app).await),
    ];
    for (what, outcome) in swept {
        match outcome {
            Ok(0) => {}
            Ok(rows) => tracing::info!(what, rows, "forgot what is over"),
            Err(error) => tracing::error!(what, %error, "could not forget what is over"),
        }
    }
}
