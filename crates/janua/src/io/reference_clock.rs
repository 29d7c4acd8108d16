//! Other people's clocks: that of a time server (SNTP, RFC 5905), and the `Date` of a web server (RFC 9110 §6.6.1).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use rsntp::{AsyncSntpClient, Config};

use super::clock::Clock;
use super::outbound::look;
use crate::config::ClockReference;

/// How long a time server has for its answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// By how much this machine is behind; less than nothing when it is ahead. A `Date` tells whole seconds, and travels.
///
/// # Errors
/// Why the other clock does not tell its time.
pub async fn behind(reference: &ClockReference, clock: &Clock) -> Result<TimeDelta, String> {
    match reference {
        ClockReference::Ntp(server) => {
            let client = AsyncSntpClient::with_config(Config::default().timeout(PATIENCE));
            let answer = client.synchronize(server.as_str()).await;
            let answer = answer.map_err(|error| error.to_string())?;
            // In whole milliseconds, as they are told.
            let apart = Duration::from_secs_f64(answer.clock_offset().as_secs_f64().abs());
            let apart = TimeDelta::from_std(apart).map_err(|error| error.to_string())?;
            Ok(if answer.clock_offset().signum() < 0 {
                -apart
            } else {
                apart
            })
        }
        ClockReference::Http(url) => {
            let seen = look(Method::HEAD, url, &[]).await.map_err(|it| it.to_string())?;
            let told = seen.header("date").ok_or("its answer has no Date")?;
            date(told).map(|theirs| theirs - clock.now())
        }
    }
}

/// A `Date` (RFC 9110 §5.6.7).
///
/// # Errors
/// When it is none.
pub fn date(text: &str) -> Result<DateTime<Utc>, String> {
    let told = DateTime::parse_from_rfc2822(text);
    told.map(|it| it.with_timezone(&Utc))
        .map_err(|_| format!("{text:?} is no date"))
}
