//! Responses: what an identity provider says about who signed in.
//!
//! The order of the checks is the defence. Parse once, strictly. Exactly one assertion, in its place. Every signature
//! in its place, of the plain shape, by a pinned certificate. The assertion is a node that a signature covers, or in
//! one. Only then is anything read of it, and from that node alone.

mod assertion;
mod conditions;
#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

pub use assertion::{Assertion, Attribute, NameId, Packing};
pub(crate) use assertion::{Reader, name_id};

use crate::encryption::{self, Covered, Opened};
use crate::signature::{self, Signed, Trust, failed};
use crate::xml::{Node, Xml};
use crate::{IdentityProvider, Kind, Refusal, ServiceProvider, Verified, binding, names};

/// What a response answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InResponseTo<'a> {
    /// The request with this `ID`, and no other.
    Request(&'a str),
    /// Nothing: the identity provider began. Only for connections that allow it.
    Unsolicited,
}

/// What a response is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who has to have signed it.
    pub identity_provider: &'a IdentityProvider,
    /// For whom it has to be.
    pub service_provider: &'a ServiceProvider,
    /// What it has to answer.
    pub in_response_to: InResponseTo<'a>,
    /// The time.
    pub now: DateTime<Utc>,
    /// What clocks may differ by.
    pub skew: Duration,
    /// Whether SHA-1 is put up with.
    pub allow_sha1: bool,
}

/// What a message says of itself, to find out what to hold it against. Nobody has vouched for any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// Who it says it is from.
    pub issuer: Option<String>,
    /// Which request it says it answers.
    pub in_response_to: Option<String>,
    /// For whom it says it is; unknown of what is encrypted.
    pub audience: Option<String>,
    /// Its `ID`.
    pub id: Option<String>,
}

/// Verifies a response as it came in the field `SAMLResponse` of a form.
///
/// The caller still has to remember the assertion's [`id`](Assertion::id) until [`Assertion::not_on_or_after`], and
/// refuse it the second time.
pub fn verify(message: &str, expected: &Expected<'_>) -> Result<Verified<Assertion>, Refusal> {
    verify_xml(&binding::decode_form(message)?, expected)
}

/// Reads who a response says it is from.
pub fn peek(message: &str) -> Result<Unverified, Refusal> {
    let text = binding::decode_form(message)?;
    let xml = Xml::read(&text)?;
    let root = xml.root();
    if !root.is(names::PROTOCOL, "Response") {
        return Err(Refusal::malformed("it is no response").seen(root.name()));
    }
    unverified(root)
}

pub(crate) fn unverified(root: Node<'_, '_>) -> Result<Unverified, Refusal> {
    let assertion = root.all(names::ASSERTION, "Assertion").next();
    let issuer = match (root.maybe(names::ASSERTION, "Issuer")?, assertion) {
        (None, Some(assertion)) => assertion.maybe(names::ASSERTION, "Issuer")?,
        (own, _) => own,
    };
    let conditions = assertion.and_then(|it| it.all(names::ASSERTION, "Conditions").next());
    let restriction = conditions.and_then(|it| it.all(names::ASSERTION, "AudienceRestriction").next());
    let audience = restriction.and_then(|it| it.all(names::ASSERTION, "Audience").next());
    Ok(Unverified {
        audience: audience.map(Node::text).transpose()?,
        issuer: issuer.map(Node::text).transpose()?,
        in_response_to: root.attribute("InResponseTo").map(str::to_owned),
        id: root.attribute("ID").map(str::to_owned),
    })
}

fn verify_xml(text: &str, expected: &Expected<'_>) -> Result<Verified<Assertion>, Refusal> {
    let xml = Xml::read(text)?;
    let response = xml.root();
    refuse_other_message(response, "Response")?;
    response.holds_only(&[
        (names::ASSERTION, "Issuer"),
        (names::DSIG, "Signature"),
        (names::PROTOCOL, "Extensions"),
        (names::PROTOCOL, "Status"),
        (names::ASSERTION, "Assertion"),
        (names::ASSERTION, "EncryptedAssertion"),
    ])?;
    refuse_failure(response)?;
    let carrier = only_assertion(&xml)?;
    let trust = Trust {
        certificates: &expected.identity_provider.certificates,
        allow_sha1: expected.allow_sha1,
    };
    if carrier.is(names::ASSERTION, "Assertion") {
        let signed = signature::verify(&xml, &[response, carrier], trust)?;
        let by = cover(&signed, &[carrier, response])?;
        refuse_misdirected(response, signed.iter().any(|it| it.node == response), expected)?;
        return conditions::check(Reader::new(carrier, by, response, Packing::Open), expected)
            .map(Verified::new);
    }

    let signed = signature::verify(&xml, &[response], trust)?;
    let outer = signed.iter().find(|it| it.node == response);
    let covered = if outer.is_some() {
        Covered::Yes
    } else {
        Covered::No
    };
    let opened = encryption::decrypt(carrier, &expected.service_provider.decryption, covered)?;
    // The same door again: strictly parsed, one assertion, signed by a pinned certificate.
    let inner = opened.read()?;
    let assertion = Opened::content(&inner, "Assertion")?;
    if count_assertions(&inner) != 1 {
        return Err(Refusal::malformed("what was encrypted holds another assertion"));
    }
    let inside = signature::verify(&inner, &[assertion], trust)?;
    let by = By::from(inside.first().or(outer).ok_or_else(|| {
        failed(
            "neither the encrypted assertion nor the response around it is signed, and anybody can encrypt",
        )
    })?);
    refuse_misdirected(response, outer.is_some(), expected)?;
    conditions::check(Reader::new(assertion, by, response, Packing::Encrypted), expected).map(Verified::new)
}

/// Who signed what is read.
#[derive(Debug, Clone)]
pub(crate) struct By {
    pub(crate) certificate: crate::Certificate,
    pub(crate) algorithm: String,
}

impl From<&Signed<'_, '_>> for By {
    fn from(signed: &Signed<'_, '_>) -> Self {
        Self {
            certificate: signed.certificate.clone(),
            algorithm: signed.algorithm.clone(),
        }
    }
}

/// The signature over the first of these nodes that has one.
fn cover(signed: &[Signed<'_, '_>], nodes: &[Node<'_, '_>]) -> Result<By, Refusal> {
    nodes
        .iter()
        .find_map(|node| signed.iter().find(|it| it.node.id() == node.id()))
        .map(By::from)
        .ok_or_else(|| failed("neither the response nor its assertion is signed"))
}

pub(crate) fn refuse_other_message(root: Node<'_, '_>, name: &str) -> Result<(), Refusal> {
    if !root.is(names::PROTOCOL, name) {
        return Err(
            Refusal::malformed(format!("it is no {name} of SAML 2.0")).seen(format!(
                "{} in {}",
                root.name(),
                root.namespace()
            )),
        );
    }
    root.needs("ID")?;
    let version = root.needs("Version")?;
    if version != "2.0" {
        return Err(Refusal::malformed("its version is another one")
            .expected("2.0")
            .seen(version));
    }
    crate::instant::of(root, "IssueInstant")?
        .ok_or_else(|| Refusal::malformed("it does not say when it was issued"))?;
    Ok(())
}

/// The status codes, the outer one first, and what was said beside them.
pub(crate) fn status(message: Node<'_, '_>) -> Result<(Vec<String>, Option<String>), Refusal> {
    let status = message.one(names::PROTOCOL, "Status")?;
    let mut codes = Vec::new();
    let mut code = Some(status.one(names::PROTOCOL, "StatusCode")?);
    while let Some(it) = code {
        codes.push(it.needs("Value")?.to_owned());
        code = it.maybe(names::PROTOCOL, "StatusCode")?;
    }
    let told = status
        .maybe(names::PROTOCOL, "StatusMessage")?
        .map(Node::text)
        .transpose()?;
    Ok((codes, told))
}

fn refuse_failure(response: Node<'_, '_>) -> Result<(), Refusal> {
    let (codes, told) = status(response)?;
    if codes.first().is_some_and(|it| it == names::SUCCESS) {
        return Ok(());
    }
    let told = told.map_or_else(String::new, |it| format!(" ({it})"));
    Err(
        Refusal::malformed("the identity provider says that the sign-in failed")
            .expected(names::SUCCESS)
            .seen(format!("{}{told}", codes.join(" / "))),
    )
}

/// Elements that call themselves an assertion, in any namespace and at any depth: where there are two, somebody might
/// read the other one.
fn count_assertions(xml: &Xml<'_>) -> usize {
    xml.root()
        .descendants()
        .filter(|it| matches!(it.name(), "Assertion" | "EncryptedAssertion"))
        .count()
}

fn only_assertion<'d, 'a>(xml: &'d Xml<'a>) -> Result<Node<'d, 'a>, Refusal> {
    let count = count_assertions(xml);
    if count != 1 {
        return Err(Refusal::malformed("it does not hold exactly one assertion")
            .expected("1")
            .seen(count));
    }
    let found = xml
        .root()
        .children()
        .find(|it| it.is(names::ASSERTION, "Assertion") || it.is(names::ASSERTION, "EncryptedAssertion"));
    found.ok_or_else(|| Refusal::malformed("its assertion stands where none belongs"))
}

/// What the response itself says about where it belongs. It may be unsigned where its assertion is: then this only
/// ever makes the check stricter.
fn refuse_misdirected(response: Node<'_, '_>, signed: bool, expected: &Expected<'_>) -> Result<(), Refusal> {
    refuse_other_issuer(response, !signed, expected.identity_provider)?;
    refuse_other_destination(response, !signed, &expected.service_provider.acs)?;
    refuse_other_request(response, "the response", expected.in_response_to)
}

pub(crate) fn refuse_other_issuer(
    message: Node<'_, '_>,
    may_lack: bool,
    identity_provider: &IdentityProvider,
) -> Result<(), Refusal> {
    let Some(issuer) = message.maybe(names::ASSERTION, "Issuer")? else {
        if may_lack {
            return Ok(());
        }
        return Err(Refusal::new(
            Kind::AssertionNotValid,
            format!("{} does not say who issued it", message.name()),
        )
        .expected(&identity_provider.entity_id));
    };
    let seen = issuer.text()?;
    if seen == identity_provider.entity_id {
        return Ok(());
    }
    Err(Refusal::new(
        Kind::AssertionNotValid,
        format!("another identity provider issued the {}", message.name()),
    )
    .expected(&identity_provider.entity_id)
    .seen(seen))
}

pub(crate) fn refuse_other_destination(
    message: Node<'_, '_>,
    may_lack: bool,
    place: &Url,
) -> Result<(), Refusal> {
    match message.attribute("Destination").map(str::trim) {
        None | Some("") if may_lack => Ok(()),
        Some(seen) if is_place(seen, place) => Ok(()),
        seen => Err(Refusal::malformed("its Destination is another place")
            .expected(place)
            .seen(seen.filter(|it| !it.is_empty()).unwrap_or("nothing"))),
    }
}

/// The same URL, however it is spelt.
fn is_place(seen: &str, place: &Url) -> bool {
    seen == place.as_str() || Url::parse(seen).is_ok_and(|it| it == *place)
}

fn refuse_other_request(node: Node<'_, '_>, what: &str, expected: InResponseTo<'_>) -> Result<(), Refusal> {
    let refusal = |detail: &str| Refusal::new(Kind::AssertionNotValid, format!("{what} {detail}"));
    match (expected, node.attribute("InResponseTo")) {
        (InResponseTo::Request(wanted), Some(seen)) if wanted == seen => Ok(()),
        (InResponseTo::Unsolicited, None) => Ok(()),
        (InResponseTo::Request(wanted), seen) => Err(refusal("answers another request (InResponseTo)")
            .expected(wanted)
            .seen(seen.unwrap_or("nothing"))),
        (InResponseTo::Unsolicited, Some(seen)) => Err(refusal(
            "answers a request that is not known or already answered (InResponseTo)",
        )
        .expected("nothing")
        .seen(seen)),
    }
}
