//! The brake against pumping: whoever earns from messages has them sent to numbers of theirs and never shows a code.
//!
//! A message counts as lost when its code was not shown within two minutes. Where too many are lost, in a country or
//! among numbers that differ in the last four digits only, nothing is sent for a day.

use chrono::TimeDelta;
use serde_json::json;

use super::store;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event, Name};
use crate::io::sms::PhoneNumber;

/// What is looked at, and how long nothing is sent.
const WINDOW: TimeDelta = TimeDelta::days(1);

/// Until then a code may still be typed.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// The least that says something of a block of numbers.
const FEWEST: i64 = 5;

/// Whether so many lost messages speak against a prefix.
fn is_bad(settled: i64, answered: i64, after: i64, below_percent: i64) -> bool {
    settled >= after && answered.saturating_mul(100) < settled.saturating_mul(below_percent)
}

/// Refuses numbers whose like do not answer.
///
/// # Errors
/// `SMS_BRAKED` with the seconds to wait.
pub(super) async fn refuse_if_pulled(app: &App, number: &PhoneNumber) -> Result<()> {
    let settings = &app.config.sms;
    let after = i64::from(settings.brake_after);
    if after == 0 {
        return Ok(());
    }
    let now = app.clock.now();
    for (prefix, after) in [(number.country(), after), (number.block(), FEWEST.max(after / 4))] {
        if let Some(until) = store::pulled_until(&app.db, prefix, now).await? {
            return Err(refusal(u64::try_from((until - now).num_seconds()).unwrap_or(0)));
        }
        let counted = store::conversion(&app.db, prefix, now - WINDOW, now - GRACE).await?;
        let below = i64::from(settings.brake_below_percent);
        if !is_bad(counted.settled, counted.answered, after, below) {
            continue;
        }
        let mut tx = app.db.begin().await?;
        // Of many requests at once one pulls it and tells.
        if store::pull(&mut tx, prefix, now, now + WINDOW).await? {
            let facts = json!({"prefix": prefix, "sent": counted.settled, "answered": counted.answered});
            events::record(app, &mut tx, Event::about(Name::SmsBraked, None).knowing(facts)).await?;
            tx.commit().await?;
            app.metrics.sms_brake();
            tracing::error!(
                prefix,
                sent = counted.settled,
                answered = counted.answered,
                "too few codes were answered: no text messages go to this prefix for a day"
            );
        }
        return Err(refusal(u64::try_from(WINDOW.num_seconds()).unwrap_or(0)));
    }
    Ok(())
}

fn refusal(wait: u64) -> Error {
    Error::new(Code::SmsBraked).retry_after(wait.max(1))
}

#[cfg(test)]
mod tests {
    use super::is_bad;

    #[test]
    fn few_messages_say_nothing_and_many_lost_ones_do() {
        assert!(!is_bad(19, 0, 20, 20));
        assert!(is_bad(20, 0, 20, 20) && is_bad(20, 3, 20, 20));
        assert!(!is_bad(20, 4, 20, 20) && !is_bad(1000, 900, 20, 20));
    }
}
