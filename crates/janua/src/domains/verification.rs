//! The proof of a domain: a record that only its owner can write.

use chrono::TimeDelta;

use super::claiming::{record, taken};
use super::{Domain, DomainId, store};
use crate::app::App;
use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::events::{Event, Name};
use crate::io::db::Tx;
use crate::io::dns::Unanswered;
use crate::limits::{self, Limit};
use crate::roles::{DomainsManage, Permitted, Tenant};

/// How often a verified domain is looked at.
const PERIOD: TimeDelta = TimeDelta::hours(12);

/// How many records that are not the right one are told of.
const MOST_TOLD: usize = 5;

/// How much of each of them, in characters.
const EXCERPT: usize = 100;

/// Looks for the record of a domain. One that was verified stays so for a while when its record is not there.
///
/// # Errors
/// `DOMAIN_NOT_FOUND`; `DOMAIN_RECORD_MISSING`, or `DOMAIN_RECORD_WRONG` with what was found; `DNS_UNAVAILABLE`;
/// `DOMAIN_TAKEN` when another organization was first; `RATE_LIMITED`, or as [`crate::roles::permit`].
pub async fn verify(
    app: &App,
    client: &Client,
    permitted: &Permitted<DomainsManage>,
    id: &DomainId,
) -> Result<Domain> {
    limits::check(app, Limit::Domain, client, permitted.organization().as_str()).await?;
    let tenant = permitted.tenant();
    let domain = store::find(tenant.reads(&app.db), tenant, id).await?;
    let found = look(app, &domain.ok_or(Code::DomainNotFound)?).await;
    let (mut tx, _) = permitted.begin(app).await?;
    let event = permitted.event(Name::DomainVerified, None, client);
    let outcome = settle(app, &mut tx, tenant, id, &found, event).await?;
    tx.commit().await?;
    outcome
}

/// What the DNS says of a domain.
#[derive(Debug)]
pub(super) enum Found {
    /// The right record.
    Proof,
    /// No record.
    Nothing,
    /// Records, but not the right one.
    Others(Vec<String>),
    /// Nobody can say.
    NoAnswer(Unanswered),
}

/// Asks the DNS; never within a transaction.
pub(super) async fn look(app: &App, domain: &Domain) -> Found {
    let wanted = domain.record_value();
    match app.dns.texts(&domain.record_name()).await {
        Ok(texts) if texts.iter().any(|it| it.trim() == wanted) => Found::Proof,
        Ok(texts) if texts.is_empty() => Found::Nothing,
        Ok(texts) => Found::Others(texts),
        Err(error) => Found::NoAnswer(error),
    }
}

/// Writes down what was found, in a transaction that holds the lock of the organization. The inner outcome is the
/// answer to who asked; both are to be committed.
pub(super) async fn settle(
    app: &App,
    tx: &mut Tx,
    tenant: &Tenant,
    id: &DomainId,
    found: &Found,
    event: Event<'_>,
) -> Result<Result<Domain>> {
    let before = store::find(&mut *tx, tenant, id)
        .await?
        .ok_or(Code::DomainNotFound)?;
    let now = app.clock.now();
    let refusal = refusal(&before, found);
    let was_verified = before.verified_at.is_some();
    let missing_since = match found {
        Found::NoAnswer(_) => before.missing_since,
        Found::Nothing | Found::Others(_) if was_verified => before.missing_since.or(Some(now)),
        Found::Proof | Found::Nothing | Found::Others(_) => None,
    };
    let after = Domain {
        verified_at: before
            .verified_at
            .or(matches!(found, Found::Proof).then_some(now)),
        checked_at: Some(now),
        missing_since,
        failure: refusal.as_ref().map(|it| it.code().name().to_owned()),
        ..before
    };
    let check_at = after.verified_at.map(|_| now + PERIOD);
    match store::update(tx, tenant, &after, check_at).await {
        Ok(()) => {}
        Err(error) if error.is_unique() => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    if !was_verified && after.verified_at.is_some() {
        record(app, tx, tenant, &after, event).await?;
    }
    Ok(refusal.map_or(Ok(after), Err))
}

/// What is told of a check that did not find the proof.
fn refusal(domain: &Domain, found: &Found) -> Option<Error> {
    let error = match found {
        Found::Proof => return None,
        Found::Nothing => Error::new(Code::DomainRecordMissing),
        Found::Others(texts) => {
            let told: Vec<String> = texts.iter().take(MOST_TOLD).map(|it| excerpt(it)).collect();
            Error::new(Code::DomainRecordWrong).with("found", told)
        }
        Found::NoAnswer(error) => {
            return Some(
                Error::new(Code::DnsUnavailable)
                    .retry_after(60)
                    .caused_by(error.clone()),
            );
        }
    };
    let record =
        serde_json::json!({"type": "TXT", "name": domain.record_name(), "value": domain.record_value()});
    Some(error.with("record", record))
}

/// A text that can be shown anywhere, whatever somebody has written into their DNS.
fn excerpt(text: &str) -> String {
    let plain = text
        .chars()
        .map(|it| if it.is_control() { '\u{fffd}' } else { it });
    plain.take(EXCERPT).collect()
}
