//! Deliveries leave: one endpoint is served by one worker at a time, in the order in which things happened.
//!
//! A worker claims an endpoint by compare-and-set and holds it while it sends. A try that fails ends its turn: that
//! delivery waits for its next try and is overtaken by others, and the endpoint rests for a moment, longer with each
//! failure, so that one that hangs takes a place for ten seconds now and then and holds up nobody else.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

use super::grant::{begin_for_everybody, everybodys};
use super::spreading::{Message, spread};
use super::{Delivery, Endpoint, Report, Try, disabling, signature, store};
use crate::app::App;
use crate::error::Result;
use crate::io::db::Tx;
use crate::io::reach::PublicUrl;

/// Pauses between tries; after the last one the delivery has failed.
const PAUSES: [TimeDelta; 6] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(8),
    TimeDelta::hours(24),
];

/// How often the worker looks without being told: for pauses that are over, and for what instances that died left.
const ROUND: Duration = Duration::from_secs(5);

/// Endpoints that one instance serves at once.
const MOST_AT_ONCE: usize = 32;

/// Deliveries of one turn; then others come first.
const TURN: usize = 50;

/// What a claim lasts beyond the time that a receiver has.
const MARGIN: TimeDelta = TimeDelta::seconds(5);

/// How long an endpoint rests after its first failure, in seconds; twice as long after the next, and so on.
const REST_SECONDS: i64 = 1;

/// The longest rest: the shortest pause between tries.
const LONGEST_REST_SECONDS: i64 = 60;

/// Passes on events and sends what is due, for ever.
pub async fn work(app: App) {
    let mut turns = JoinSet::new();
    loop {
        if let Err(error) = fill(&app, &mut turns).await {
            tracing::error!(%error, "webhooks could not be looked after");
        }
        tokio::select! {
            () = app.events_wait.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
            Some(_) = turns.join_next() => {}
        }
    }
}

/// Passes on events and sends all that is due; says how many tries were made.
///
/// # Errors
/// When the database fails; what is under way is tried again later.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let (mut turns, mut tries) = (JoinSet::new(), 0);
    loop {
        fill(app, &mut turns).await?;
        match turns.join_next().await {
            Some(done) => tries += done.unwrap_or(0),
            None => return Ok(tries),
        }
    }
}

/// Starts turns for endpoints that have something due, as many as there are places.
async fn fill(app: &App, turns: &mut JoinSet<usize>) -> Result<()> {
    spread(app).await?;
    let places = MOST_AT_ONCE.saturating_sub(turns.len());
    if places == 0 {
        return Ok(());
    }
    let most = i64::try_from(places).unwrap_or(0);
    for id in store::due(everybodys(&app.db), app.clock.now(), most).await? {
        let mut tx = begin_for_everybody(app).await?;
        let now = app.clock.now();
        let claimed = store::claim(&mut tx, &id, now, now + lease(app)).await?;
        tx.commit().await?;
        if let Some(endpoint) = claimed {
            turns.spawn(take_turn(app.clone(), endpoint));
        }
    }
    Ok(())
}

fn lease(app: &App) -> TimeDelta {
    TimeDelta::from_std(app.config.webhooks.timeout).unwrap_or(MARGIN) + MARGIN
}

/// Serves one endpoint for a while; says how many tries were made.
async fn take_turn(app: App, endpoint: Endpoint) -> usize {
    let id = endpoint.id.clone();
    let (mut held, mut tries) = (endpoint, 0);
    loop {
        match next(&app, &held).await {
            Ok(Some((endpoint, delivery))) => {
                tries += 1;
                held = endpoint;
                match attempt(&app, &held, &delivery).await {
                    Ok(true) if tries < TURN => {}
                    Ok(_) => break,
                    Err(error) => {
                        tracing::error!(%error, webhook = %id, "a delivery could not be noted");
                        return tries;
                    }
                }
            }
            Ok(None) => break,
            Err(error) => {
                tracing::error!(%error, webhook = %id, "a webhook could not be served");
                return tries;
            }
        }
    }
    if let Err(error) = release(&app, &held).await {
        // The claim runs out by itself.
        tracing::error!(%error, webhook = %id, "a webhook could not be released");
    }
    tries
}

/// The next delivery of an endpoint that is still ours, with what the endpoint looks like now.
async fn next(app: &App, held: &Endpoint) -> Result<Option<(Endpoint, Delivery)>> {
    let Some(held_until) = held.claimed_until else {
        return Ok(None);
    };
    let now = app.clock.now();
    let mut tx = begin_for_everybody(app).await?;
    let Some(endpoint) = store::renew(&mut tx, &held.id, held_until, now + lease(app)).await? else {
        return Ok(None);
    };
    let delivery = store::begin_try(&mut tx, &held.id, now).await?;
    if delivery.is_none() {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(delivery.map(|it| (endpoint, it)))
}

async fn release(app: &App, held: &Endpoint) -> Result<()> {
    let Some(held_until) = held.claimed_until else {
        return Ok(());
    };
    let mut tx = begin_for_everybody(app).await?;
    store::release(&mut tx, &held.id, held_until).await?;
    Ok(tx.commit().await?)
}

/// Tries a delivery and notes how it ended; says whether it was taken.
async fn attempt(app: &App, endpoint: &Endpoint, delivery: &Delivery) -> Result<bool> {
    let message = Message {
        id: delivery.event_id.clone(),
        kind: delivery.event_type.clone(),
        body: delivery.body.clone(),
    };
    let report = send(app, endpoint, &message).await?;
    let now = app.clock.now();
    let mut tx = begin_for_everybody(app).await?;
    let delivered = report.is_delivered();
    if delivered {
        app.metrics.webhook("delivered");
        let tried = Try {
            state: "delivered",
            due_at: None,
            report,
        };
        store::note(&mut tx, delivery, &tried, now).await?;
        store::note_success(&mut tx, &endpoint.id).await?;
    } else {
        note_failure(app, &mut tx, endpoint, delivery, report, now).await?;
    }
    tx.commit().await?;
    Ok(delivered)
}

async fn note_failure(
    app: &App,
    tx: &mut Tx,
    endpoint: &Endpoint,
    delivery: &Delivery,
    report: Report,
    now: DateTime<Utc>,
) -> Result<()> {
    let tried = usize::try_from(delivery.attempts).unwrap_or(usize::MAX);
    let pause = PAUSES.get(tried.saturating_sub(1));
    let outcome = if pause.is_some() { "later" } else { "given_up" };
    app.metrics.webhook(outcome);
    let failure = report.failure.clone().unwrap_or_default();
    tracing::warn!(
        webhook = %endpoint.id,
        event = delivery.event_id,
        attempt = delivery.attempts,
        status = report.status,
        failure,
        outcome,
        "an event was not delivered"
    );
    let tried = Try {
        state: if pause.is_some() { "queued" } else { "failed" },
        due_at: pause.map(|it| now + *it),
        report,
    };
    store::note(tx, delivery, &tried, now).await?;
    let rests_until = now + rest(endpoint.failures);
    if let Some(endpoint) = store::note_failure(tx, &endpoint.id, now, rests_until).await? {
        disabling::disable_if_failing(app, tx, &endpoint, &failure).await?;
    }
    Ok(())
}

/// How long an endpoint rests that has failed so often before.
fn rest(failures: i64) -> TimeDelta {
    let doubled = u32::try_from(failures)
        .ok()
        .and_then(|it| REST_SECONDS.checked_shl(it.min(16)));
    TimeDelta::seconds(doubled.unwrap_or(LONGEST_REST_SECONDS).min(LONGEST_REST_SECONDS))
}

/// Sends a message once.
///
/// # Errors
/// When its secret cannot be opened.
pub(super) async fn send(app: &App, endpoint: &Endpoint, message: &Message) -> Result<Report> {
    // Asked again: what is allowed may have changed since it was added.
    let url = match PublicUrl::parse(&endpoint.url, app.public.reach()) {
        Ok(url) => url,
        Err(refused) => {
            return Ok(Report {
                status: None,
                duration_ms: 0,
                response: None,
                failure: Some(refused.to_string()),
            });
        }
    };
    let timestamp = app.clock.now().timestamp();
    let headers = [
        ("content-type", "application/json".to_owned()),
        (
            "x-janua-signature",
            signature::sign(&endpoint.secrets(app)?, timestamp, &message.body),
        ),
        ("x-janua-timestamp", timestamp.to_string()),
        ("x-janua-event-id", message.id.clone()),
        ("x-janua-event-type", message.kind.clone()),
    ];
    let (outcome, took) = app.public.post(&url, &headers, message.body.clone()).await;
    let duration_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
    Ok(match outcome {
        Ok(answer) => Report {
            status: Some(answer.status.into()),
            duration_ms,
            response: Some(answer.excerpt),
            failure: complaint(answer.status),
        },
        Err(failure) => Report {
            status: None,
            duration_ms,
            response: None,
            failure: Some(failure),
        },
    })
}

/// Why an answer is no success.
fn complaint(status: u16) -> Option<String> {
    match status {
        200..=299 => None,
        300..=399 => Some(format!(
            "the receiver answered {status}; redirects are not followed"
        )),
        _ => Some(format!("the receiver answered {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_and_end_before_the_first_retry() {
        let rests: Vec<i64> = (0..8).map(|it| rest(it).num_seconds()).collect();
        assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(rest(i64::MAX).num_seconds(), 60);
        assert_eq!(rest(40).num_seconds(), 60);
        assert!(PAUSES.iter().all(|it| it.num_seconds() >= LONGEST_REST_SECONDS));
    }
}
