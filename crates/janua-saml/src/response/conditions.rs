//! Whether an assertion counts: for us, here, now, and as an answer to what was asked.

use chrono::{DateTime, Utc};

use super::{Assertion, Expected, Reader, is_place, refuse_other_issuer, refuse_other_request};
use crate::xml::Node;
use crate::{Kind, Refusal, instant, names};

/// Checks all that an assertion says about when and for whom it counts, and reads it.
pub(super) fn check(reader: Reader<'_, '_>, expected: &Expected<'_>) -> Result<Assertion, Refusal> {
    reader.refuse_odd_shape()?;
    refuse_other_issuer(reader.node, false, expected.identity_provider)?;
    refuse_by_conditions(reader.node, expected)?;
    let ends = confirmation(reader.node, expected)?;
    let assertion = reader.read(
        ends.checked_add_signed(instant::tolerance(expected.skew))
            .unwrap_or(DateTime::<Utc>::MAX_UTC),
        &expected.service_provider.decryption,
    )?;
    if let Some(end) = assertion.session_not_on_or_after {
        refuse_over(
            end,
            "the session at the identity provider is over (SessionNotOnOrAfter)",
            expected,
        )?;
    }
    Ok(assertion)
}

fn refuse_ahead(at: Option<DateTime<Utc>>, what: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    match at {
        Some(at) if instant::is_ahead(at, expected.now, expected.skew) => Err(Refusal::new(
            Kind::NotYetValid,
            format!("{what} is later than now; do the clocks of both sides agree?"),
        )
        .expected(format!("not after {}", instant::write(expected.now)))
        .seen(instant::write(at))),
        _ => Ok(()),
    }
}

fn refuse_over(at: DateTime<Utc>, what: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    if instant::is_over(at, expected.now, expected.skew) {
        return Err(Refusal::new(Kind::Expired, what)
            .expected(format!("after {}", instant::write(expected.now)))
            .seen(instant::write(at)));
    }
    Ok(())
}

fn refuse_by_conditions(assertion: Node<'_, '_>, expected: &Expected<'_>) -> Result<(), Refusal> {
    let invalid = |detail: String| Refusal::new(Kind::AssertionNotValid, detail);
    let conditions = assertion.maybe(names::ASSERTION, "Conditions")?.ok_or_else(|| {
        Refusal::new(
            Kind::InvalidAudience,
            "it does not say for whom it is (Conditions)",
        )
        .expected(&expected.service_provider.entity_id)
        .seen("nothing")
    })?;
    let mut restricted = false;
    for condition in conditions.children() {
        match condition.name() {
            _ if condition.namespace() != names::ASSERTION => {
                return Err(invalid(format!("its condition {} is unknown", condition.name())));
            }
            "AudienceRestriction" => {
                restricted = true;
                refuse_other_audience(condition, &expected.service_provider.entity_id)?;
            }
            // Once is what every assertion counts for here; nothing is asserted further in its name.
            "OneTimeUse" | "ProxyRestriction" => (),
            name => return Err(invalid(format!("its condition {name} is unknown"))),
        }
    }
    if !restricted {
        return Err(Refusal::new(
            Kind::InvalidAudience,
            "it does not say for whom it is (AudienceRestriction)",
        )
        .expected(&expected.service_provider.entity_id)
        .seen("nothing"));
    }
    refuse_ahead(
        instant::of(conditions, "NotBefore")?,
        "NotBefore of its conditions",
        expected,
    )?;
    if let Some(end) = instant::of(conditions, "NotOnOrAfter")? {
        refuse_over(end, "its conditions are over (NotOnOrAfter)", expected)?;
    }
    Ok(())
}

fn refuse_other_audience(restriction: Node<'_, '_>, entity_id: &str) -> Result<(), Refusal> {
    let audiences = restriction
        .all(names::ASSERTION, "Audience")
        .map(Node::text)
        .collect::<Result<Vec<_>, _>>()?;
    if audiences.iter().any(|it| it == entity_id) {
        return Ok(());
    }
    let seen = if audiences.is_empty() {
        "nothing".to_owned()
    } else {
        audiences.join(", ")
    };
    Err(
        Refusal::new(Kind::InvalidAudience, "it is for another service (Audience)")
            .expected(entity_id)
            .seen(seen),
    )
}

/// Finds a bearer confirmation that holds, which is what makes whoever brings the assertion the person it names. Gives
/// the time until which it does.
fn confirmation(assertion: Node<'_, '_>, expected: &Expected<'_>) -> Result<DateTime<Utc>, Refusal> {
    let subject = assertion.one(names::ASSERTION, "Subject")?;
    let mut refusal = Refusal::new(
        Kind::AssertionNotValid,
        "nothing in it lets a browser bring it (SubjectConfirmation)",
    )
    .expected(names::BEARER);
    let mut first = true;
    for confirmation in subject.all(names::ASSERTION, "SubjectConfirmation") {
        if confirmation.attribute("Method") != Some(names::BEARER) {
            continue;
        }
        match confirmed(confirmation, expected) {
            Ok(end) => return Ok(end),
            Err(why) if first => (refusal, first) = (why, false),
            Err(_) => (),
        }
    }
    Err(refusal)
}

fn confirmed(confirmation: Node<'_, '_>, expected: &Expected<'_>) -> Result<DateTime<Utc>, Refusal> {
    let invalid = |detail: &str| Refusal::new(Kind::AssertionNotValid, detail);
    let data = confirmation
        .maybe(names::ASSERTION, "SubjectConfirmationData")?
        .ok_or_else(|| invalid("its confirmation says nothing (SubjectConfirmationData)"))?;
    let place = &expected.service_provider.acs;
    let recipient = data.attribute("Recipient").unwrap_or("").trim();
    if !is_place(recipient, place) {
        return Err(invalid("its Recipient is another place").expected(place).seen(
            if recipient.is_empty() {
                "nothing"
            } else {
                recipient
            },
        ));
    }
    refuse_other_request(data, "the assertion", expected.in_response_to)?;
    refuse_ahead(
        instant::of(data, "NotBefore")?,
        "NotBefore of its confirmation",
        expected,
    )?;
    let end = instant::of(data, "NotOnOrAfter")?
        .ok_or_else(|| invalid("its confirmation has no end (NotOnOrAfter)"))?;
    refuse_over(end, "its confirmation is over (NotOnOrAfter)", expected)?;
    Ok(end)
}
