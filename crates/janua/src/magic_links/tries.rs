//! How often a mailed code may be tried: five times for each mail, and nine in any hour for an address, however often it
//! is asked for.

use super::{refuse_if_over, store};
use crate::app::App;
use crate::crypto::secret::{Kind, OpaqueToken};
use crate::error::{Code, Result, Truth};

/// How many codes one mail may cost.
const TRIES: i64 = 5;

/// How many codes may be tried at once for an address, and how long it takes until one more may be, in milliseconds. In
/// any hour these are nine at most.
const AT_ONCE: i64 = 5;
const EVERY_MS: i64 = 15 * 60 * 1000;

/// Counts a try before its code is looked at, in a transaction of its own: what is refused stays counted. Gives what the
/// sign-in is stored under.
///
/// # Errors
/// `LINK_INVALID` after the fifth, `LINK_EXPIRED`, `RATE_LIMITED`.
pub(super) async fn count(app: &App, flow: &str) -> Result<String> {
    let flow = OpaqueToken::parse(flow, Kind::MailFlow)
        .map_err(|_| Code::LinkInvalid.because(Truth::LinkMalformed))?;
    let (now, now_ms) = (app.clock.now(), app.clock.now_millis());
    let room_ms = (AT_ONCE - 1) * EVERY_MS;
    for keys in app.all_keys() {
        let hash = flow.hash(&keys.one_time);
        let Some(row) = store::find_flow(&app.db, hash.as_str()).await? else {
            continue;
        };
        refuse_if_over(row.used_at, row.expires_at, now)?;
        let rate = store::Allowance {
            most: TRIES,
            now_ms,
            every_ms: EVERY_MS,
            room_ms,
        };
        let mut tx = app.db.begin().await?;
        let counted = store::count_try(&mut tx, hash.as_str(), rate, now).await?;
        tx.commit().await?;
        if counted {
            return Ok(hash.as_str().to_owned());
        }
        let left = store::find_flow(&app.db, hash.as_str())
            .await?
            .filter(|it| it.tries < TRIES && it.used_at.is_none())
            .ok_or_else(|| Code::LinkInvalid.because(Truth::LinkTries))?;
        tracing::warn!("too many mailed codes were tried for an address");
        let wait = u64::try_from((left.full_at_ms - room_ms - now_ms).max(0) / 1000).unwrap_or(0) + 1;
        return Err(Code::RateLimited.because(Truth::CodeLimit).retry_after(wait));
    }
    Err(Code::LinkInvalid.because(Truth::LinkUnknown))
}
